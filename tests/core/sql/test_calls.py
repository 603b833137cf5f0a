"""By which names a query calls functions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.sql.calls import Calls, calls_of


def calls(functions: str = "", attributes: str = "", operators: str = "", types: str = "") -> Calls:
    named, own = frozenset(functions.split()), frozenset(types.split())
    return Calls(named, frozenset(attributes.split()), frozenset(operators.split()), own | named)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select 1 from t where a", calls()),
        ("select count(*) from t where not (x.f(a) and pg_notify('a', b) is null)", calls("count f pg_notify")),
        ("select t.act, (t).more, (f(1)).again from t", calls("f", "act more again")),
        ("select a operator(x.##) b, - c, d in (1), e ^@ any (f)", calls(operators="## - = ^@")),
        ("select a ## any (select b)", calls(operators="##")),
        ("select a::x.mine, cast(b as text)", calls(types="mine text")),
        ("select (select act(a) from t) from u join lateral other(1) o on true", calls("act other")),
        ("select coalesce(f(1), 2), case a when g(1) then h(2) end, row(i(1))", calls("f g h i", "", "= <= >= < >")),
        ("select a is distinct from b, a between c and d, a like b", calls(operators="= BETWEEN ~~ <= >= < >")),
    ],
)
def test_all_names_are_found(text: str, found: Calls) -> None:
    assert replace(calls_of(text), tables=frozenset()) == found


@pytest.mark.parametrize(
    ("type_name", "functions", "types"),
    [
        ("'public.dom'", "", "dom"),
        ("'numeric(3)[]'", "", "numeric"),
        ("'int or true'", "pg_input_is_valid", "pg_input_is_valid"),
        ("a || 'dom'", "pg_input_is_valid", "pg_input_is_valid"),
    ],
)
def test_a_type_may_be_named_in_a_text(type_name: str, functions: str, types: str) -> None:
    found = calls_of(f"select pg_input_is_valid(a, {type_name}) from t")
    assert (found.functions, found.types) == (frozenset(functions.split()), frozenset(types.split()))


def test_what_is_read_is_told_with_its_schema() -> None:
    assert calls_of("select (select 1 from x.v) from t").tables == {("x", "v"), ("", "t")}
