"""What is trusted: digests of contents, what changed, and what a stranger's text may do to a screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from supasync.core.trust import (
    Item,
    JudgedItem,
    Standing,
    TrustOutcome,
    TrustReport,
    Use,
    digest_of,
    judged,
    printable,
    standing_of,
)

ITEM = Item("after_sync", "make gen", "supasync.toml", "run after a sync", Use.FOLLOW_UP)
FILES = [("gen.sh", "1"), ("lib/a", "2")]


@pytest.mark.parametrize(
    ("item", "contents"),
    [
        (replace(ITEM, value="make all"), FILES),
        (replace(ITEM, name="sqlc"), FILES),
        (ITEM, []),
        (ITEM, FILES[:1]),
        (ITEM, [("gen.sh", "1"), ("lib/a", "3")]),
        (ITEM, [("gen.sh", "1"), ("lib/b", "2")]),
        (ITEM, [("gen.sh", "2"), ("lib/a", "1")]),
        (ITEM, [*FILES, ("more", "1")]),
    ],
)
def test_a_digest_changes_with_all_that_counts(item: Item, contents: list[tuple[str, str]]) -> None:
    assert digest_of(item, contents) != digest_of(ITEM, FILES)


def test_a_digest_does_not_change_with_words_and_order() -> None:
    told = replace(ITEM, effect="other words", where="elsewhere", paths=(Path("x"),), replaceable=True)
    assert digest_of(told, FILES[::-1]) == digest_of(ITEM, FILES)


@pytest.mark.parametrize(
    ("remembered", "standing"), [(None, Standing.NEW), ("a", Standing.TRUSTED), ("b", Standing.CHANGED)]
)
def test_standing(remembered: str | None, standing: Standing) -> None:
    assert standing_of("a", remembered) is standing
    known = {} if remembered is None else {ITEM.name: remembered}
    assert judged([ITEM], {ITEM.name: "a"}, known) == (JudgedItem(ITEM, standing),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("go build ./...", "go build ./..."),
        ("größe – ok", "größe – ok"),
        ("a\x1b[2Kb", "a\\x1b[2Kb"),
        ("a\nb\r\t", "a\\nb\\r\\t"),
        ("a\u202eb\u200b", "a\\u202eb\\u200b"),
        ("a\x9b", "a\\x9b"),
    ],
)
def test_a_strangers_text_steers_no_screen(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert shown in replace(ITEM, value=text).words


def test_the_report_for_machines() -> None:
    found = (JudgedItem(ITEM, Standing.TRUSTED), JudgedItem(replace(ITEM, name="sqlc"), Standing.CHANGED))
    report = TrustReport(TrustOutcome.LISTED, "/p", found)
    assert report.as_json() == {
        "outcome": "listed",
        "project": "/p",
        "trusted": False,
        "items": [
            {
                "name": judged.item.name,
                "value": "make gen",
                "where": "supasync.toml",
                "effect": "run after a sync",
                "standing": judged.standing.value,
            }
            for judged in found
        ],
    }
    assert replace(report, items=found[:1]).trusted
    assert replace(report, this_run=True).trusted
