"""The lexer of our own agrees with PostgreSQL's, and is never believed where that matters."""

from __future__ import annotations

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supasync.core.sql import SqlSyntaxError, split
from supasync.core.sql.lexer import masked

# What begins, ends and hides the pieces of a text.
PIECES = (
    "'", "''", '"', "E'", "e'", "U&'", "$$", "$a$", "\\", "\\'", "--", "/*", "*/", "\n", "\r", "\f", " ", ";", "a", "E",
    "copy t from stdin", "select 1", "x'", "b'", "\\.", "\n\\.\n", "é",
)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_statements_end_where_postgresql_ends_them(text: str) -> None:
    try:
        tokens = postgast.scan(text).tokens
    except postgast.PgQueryError:
        return
    raw = text.encode()
    if "copy" in text or any(raw[token.start : token.end] == b"\\" for token in tokens):
        return  # psql's own: no part of SQL
    ends = [len(raw[: token.start].decode()) for token in tokens if raw[token.start : token.end] == b";"]
    assert [at for at, sign in enumerate(masked(text)) if sign == ";"] == ends


HIDDEN = {
    "a string that goes on": """
        comment on table t is E'a'
        'b\\'; copy x from stdin;
        ';
        delete from secret;
        comment on table t is E'
        \\.
        ';
        """,
    "a carriage return ends a comment": "-- a\rcomment on table t is '\n; copy x from stdin;\n'; delete from secret;"
    " comment on table t is '\\.\n';",
    "data in a comment": "copy (select 1) to stdout /* from stdin */; delete from secret;",
    "data in a name": 'copy "x from stdin" to stdout; delete from secret;',
    "data in a query": "copy (select a from stdin) to stdout; delete from secret;",
    "a command in a string": "comment on table t is E'a'\n'\\'\n\\restrict x'; delete from secret; --';",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_is_hidden(name: str) -> None:
    text = HIDDEN[name].replace("        ", "")
    assert "delete from secret" in [found.text for found in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "select 1;\n\\restrict a\nselect 'x\n\\restrict b';\nselect 2",
        "copy t from stdin;\n1\t'\n\\.\nselect 1;",
        'COPY public.t (a, "B c") FROM stdin WITH (FORMAT csv);\n\'\n\\.\n',
    ],
)
def test_what_psql_takes_is_left_out_between_statements(text: str) -> None:
    assert [found.text.split(" ")[0].lower() for found in split(text)] in (
        ["select", "select", "select"], ["copy", "select"], ["copy"]
    )  # fmt: skip


def test_what_only_looks_like_it_is_an_error() -> None:
    with pytest.raises(SqlSyntaxError):
        split("copy t from '/stdin';\n\\.\n")
