"""What the parser writes of a syntax tree means the same, or is refused."""

from __future__ import annotations

import pytest

from supasync.core.sql import SqlSyntaxError, expression_sql, split, statement_sql, tree
from supasync.core.sql.names import is_type_name, type_sql
from tests.support.transitions import all_transitions

UNQUOTED = (
    'select null::pg_catalog."int4)key1 from x"',
    'select f("1));commit" => 2)',
    'select count(*) over "a b" from t window "a b" as (order by 1)',
    "create function f(\"A\" int) returns int language sql as ''",
)


@pytest.mark.parametrize("text", UNQUOTED)
def test_a_name_whose_quotes_get_lost_is_refused(text: str) -> None:
    with pytest.raises(SqlSyntaxError):
        statement_sql(*tree(text))


def test_an_expression_is_refused_likewise() -> None:
    target = tree(UNQUOTED[1])[1]["target_list"][0]["res_target"]["val"]
    with pytest.raises(SqlSyntaxError):
        expression_sql(target)


def test_statements_of_all_transitions_are_written_as_they_were_read() -> None:
    texts = {part.text for one in all_transitions() for text in (one.before, one.after) for part in split(text)}
    assert len(texts) > 500
    for text in texts:
        assert statement_sql(*tree(text))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("pg_catalog.int4", "integer"),
        ("pg_catalog.numeric", "numeric"),
        ('pg_catalog."int4)key1 from x"', '"int4)key1 from x"'),
        ('pg_catalog."char"', '"char"'),
    ],
)
def test_a_type_s_name_is_quoted_where_it_needs_it(text: str, named: str) -> None:
    cast = tree(f"select null::{text}")[1]["target_list"][0]["res_target"]["val"]["type_cast"]
    assert type_sql(cast["type_name"]) == named


@pytest.mark.parametrize(
    "text",
    [
        "integer", "numeric(10,2)", "timestamp(3) with time zone", "character varying(3)[]", '"char"', "public.mood",
        '"A b".";--"', "interval day to second(3)", "bit varying(3)",
    ],
)  # fmt: skip
def test_types(text: str) -> None:
    assert is_type_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "int or true", "int); delete from t; --", "int --", "int /* x", "int x", "setof int", "int, 1",
        "int from t", "numeric(f())", "t.c%type", "int\n", "int; select 1", "int = 1",
        "pg_catalog.int4 or true", "int collate c",
    ],
)  # fmt: skip
def test_no_types(text: str) -> None:
    assert not is_type_name(text)
