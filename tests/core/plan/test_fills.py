"""The values of --fill: read, and placed where a column demands them."""

from __future__ import annotations

import pytest

from supasync.core.plan.fills import Fill, place_fills, read_fill, refuse_unplaced
from supasync.core.sql.keys import ColumnKey
from supasync.errors import UsageError


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        ("users.email='unknown'", Fill("users", "email", "'unknown'")),
        ("users.email = 'a.b=c'", Fill("users", "email", "'a.b=c'")),
        ("app.users.email=lower(name)", Fill("app.users", "email", "lower(name)")),
        ('"My Shop"."a.b"."c.d"=1', Fill('"My Shop"."a.b"', '"c.d"', "1")),
        ('public.users."say ""x=y"""=1', Fill("public.users", '"say ""x=y"""', "1")),
        ('"a=b".c=1', Fill('"a=b"', "c", "1")),
        ("t.c=a.b=c.d", Fill("t", "c", "a.b=c.d")),
        ("t.c='line\nbreak'", Fill("t", "c", "'line\nbreak'")),
        (" t . c = 1 ", Fill("t", "c", "1")),
    ],
)
def test_a_value_for_rows_that_lack_one(text: str, fill: Fill) -> None:
    assert read_fill(text) == fill


@pytest.mark.parametrize(
    "text", ["", "users.email", "email=1", "=1", ".email=1", "users.=1", "users.email=", "t.c=  \n"]
)
def test_what_is_no_value(text: str) -> None:
    with pytest.raises(UsageError):
        read_fill(text)


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("t.c=1", ("public", "t", "c"), True),
        ("public.t.c=1", ("public", "t", "c"), True),
        ("app.t.c=1", ("app", "t", "c"), True),
        ("t.c=1", ("app", "t", "c"), False),
        ("t.d=1", ("public", "t", "c"), False),
        ('"My Shop"."a.b"."c.d"=1', ("My Shop", "a.b", "c.d"), True),
        ('t."say ""x"""=1', ("public", "t", 'say "x"'), True),
    ],
)
def test_which_column_is_meant(text: str, key: ColumnKey, meant: bool) -> None:
    assert read_fill(text).is_for(key) is meant


def test_values_stand_right_before_they_are_demanded() -> None:
    add, demand = "ALTER TABLE public.t ADD COLUMN c text", "ALTER TABLE public.t ALTER COLUMN c SET NOT NULL"
    here, other = Fill("t", "c", "'x'"), Fill("app.t", "c", "'y'")
    placed, left = place_fills((add, demand), (here, other))
    assert placed == (add, "UPDATE public.t SET c = ('x') WHERE c IS NULL", demand)
    assert left == (other,)
    with pytest.raises(UsageError, match=r"--fill app\.t\.c: the rollback does not make this column NOT NULL"):
        refuse_unplaced(left)
    refuse_unplaced(())
