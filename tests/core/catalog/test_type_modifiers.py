"""Modifiers that only the real type understands become numbers, and read as they were."""

from __future__ import annotations

import pytest

from supasync.core.catalog.type_modifiers import FIRST, label_of, with_modifiers

TYPES = frozenset({"geometry", "geography", "My T"})


@pytest.mark.parametrize(
    ("name", "modifiers", "label"),
    [
        ("geometry", ["point", "4326"], "(Point,4326)"),
        ("geometry", ["MULTIPOLYGONZM", "0"], "(MultiPolygonZM)"),
        ("geography", ["Point"], "(Point,4326)"),
        ("geography", ["LineString", "4267"], "(LineString,4267)"),
        ("amount", ["9"], "(9)"),
        ("other", ["Any", "word"], "(Any,word)"),
    ],
)
def test_they_are_spelled_as_the_type_prints_them(name: str, modifiers: list[str], label: str) -> None:
    assert label_of(name, modifiers) == label


@pytest.mark.parametrize(
    "text",
    [
        "create table t (g geometry(Point,4326))",
        "alter table t alter g type public.geometry('point', 4326) using g::geometry(POINT,4326)",
        'create view v as select g::"geometry"(point, 4326) from t',
        "create function f(g geometry(Point,4326)) returns geometry(Point,4326)[] language sql as 'select null'",
    ],
)
def test_a_statement_has_numbers_in_their_place(text: str) -> None:
    said, labels = with_modifiers(text, TYPES)
    ((number, label),) = labels.items()
    assert label == "(Point,4326)"
    assert f"({number})" in said
    assert "4326" not in said
    assert FIRST <= number < 10 * 1024 * 1024 * 8  # the greatest that bittypmodin takes


@pytest.mark.parametrize(
    "text",
    [
        "create table t (g geometry, v varchar(3), n numeric(3, 2))",
        "create table geometry (id int)",
        "select geometry('x')",
        "create table t (g geometry('a'')b'))",
        f"create table t (g geometry('{'x' * 70}'))",
    ],
)
def test_others_stay_as_they_are(text: str) -> None:
    assert with_modifiers(text, TYPES) == (text, {})


def test_nothing_is_read_without_such_types() -> None:
    text = "create table t (g geometry(Point,4326)) this is no SQL"
    assert with_modifiers(text, frozenset()) == (text, {})
