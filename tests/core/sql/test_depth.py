"""Statements that are nested deeply: read, or refused before the parser overflows its stack."""

from __future__ import annotations

import pytest

from supasync.core.changes.change import changes_of
from supasync.core.sql import SqlSyntaxError, split, statement_sql, tree
from supasync.core.sql.lexer import DEEPEST_COMMENT, LONGEST_CHAIN
from supasync.core.sql.names import walk

DEEP = {
    "chain of operators": "||".join(["f(1)"] * 3000),
    "nested cases": "case when true then " * 1000 + "f(1)" + " end" * 1000,
    "nested parentheses": "(" * 1000 + "f(1)" + ")" * 1000,
    "nested queries": "(select " * 1000 + "f(1)" + ")" * 1000,
    "union": "f(1)" + " union all select f(1)" * 3000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_generated_is_read(name: str) -> None:
    text = f"create view v as select {DEEP[name]}"
    assert len(split(f"{text};\n{text}")) == 2
    kind, node = tree(text)
    assert kind == "view_stmt"
    assert sum(1 for _ in walk(node, "func_call")) == DEEP[name].count("f(1)")
    assert [change.kind for change in changes_of(text)] == ["view"]
    assert statement_sql(kind, node).lower().startswith("create view v as ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("select 1;\nselect 1" + " operator(+) 1" * (LONGEST_CHAIN + 1), 2),
        ("select 1;\nselect now()" + " at time zone 'UTC'" * (LONGEST_CHAIN + 1), 2),
        ("select 1;\nselect " + "1+" * (LONGEST_CHAIN + 1) + "1", 2),
        ("select 1;\n\nselect " + "1+" * 300_000 + "1", 3),
        ("select " + "f(a, b)||" * (LONGEST_CHAIN + 1) + "1", 1),
        ("select " + "(1 + " * (LONGEST_CHAIN + 1) + "1" + ")" * (LONGEST_CHAIN + 1), 1),
        ("select " + "(" * 60 + "1" + ("+1" * (LONGEST_CHAIN // 2) + ")") * 60, 1),
        ("select 1" + " union select 1" * (LONGEST_CHAIN + 1), 1),
        ("select " + "(" * 30_000 + "1" + ")" * 30_000, 1),
        ("select 1;\n" + "/*" * (DEEPEST_COMMENT + 1) + "*/" * (DEEPEST_COMMENT + 1), 2),
        ("select 1;\n" + "/*" * 100_000, 2),
    ],
    ids=[
        "operators by name",
        "time zones",
        "chain",
        "long chain",
        "chain of calls",
        "nested",
        "chains behind parentheses",
        "union",
        "parentheses",
        "comments",
        "open comments",
    ],
)
def test_what_overflows_the_parser_is_refused_at_its_place(text: str, line: int) -> None:
    with pytest.raises(SqlSyntaxError, match="nested too deeply") as caught:
        split(text)
    assert caught.value.line == line


def test_what_is_long_and_flat_is_read() -> None:
    rows = ", ".join(["(1 + 1, -2, 'a'::text)"] * 20_000)
    assert len(split(f"insert into t values {rows};\nselect 1")) == 2
    assert len(split("select 1 + 1;\n" * 15_000)) == 15_000
    assert len(split("select '" + "+" * 50_000 + "' -- " + "- " * 50_000 + "\n/* " + "/" * 50_000 + " */")) == 1
