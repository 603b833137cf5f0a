"""CONCURRENTLY is left out, and nothing else moves."""

from __future__ import annotations

import pytest

from supasync.core.sql.concurrently import is_concurrent, without_concurrently


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("create index concurrently i on t (a)", " concurrently"),
        ("CREATE UNIQUE INDEX\n  CONCURRENTLY IF NOT EXISTS i ON t (concurrently)", "\n  CONCURRENTLY"),
        ("drop index concurrently if exists i", " concurrently"),
        ("reindex table concurrently t", " concurrently"),
        ("alter table p detach partition p1 concurrently", "concurrently"),
    ],
)
def test_the_word_is_left_out(text: str, word: str) -> None:
    assert is_concurrent(text)
    assert without_concurrently(text) == text.replace(word, " " * len(word), 1)


@pytest.mark.parametrize(
    "text",
    [
        "create index i on concurrently (a)",
        "create table concurrently (a int)",
        "alter table p detach partition concurrently finalize",
        "refresh materialized view concurrently v",
        "comment on table t is 'create index concurrently i'",
    ],
)
def test_what_may_share_a_transaction_stays(text: str) -> None:
    assert not is_concurrent(text)
    assert without_concurrently(text) == text
