"""The values of --fill: read, and placed where a column demands them."""

from __future__ import annotations

import pytest

from supasync.core.plan.fills import BACKFILL, Fill, demanded_later, fills_in, place_fills, read_fill, refuse_unplaced
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
        ("t.c=a.b=c.d", Fill("t", "c", "a.b = c.d")),
        ("t.c='line\nbreak'", Fill("t", "c", "'line\nbreak'")),
        (" t . c = 1 ", Fill("t", "c", "1")),
    ],
)
def test_a_value_for_rows_that_lack_one(text: str, fill: Fill) -> None:
    assert read_fill(text) == fill


@pytest.mark.parametrize(
    "text",
    [
        "",
        "users.email",
        "email=1",
        "=1",
        ".email=1",
        "users.=1",
        "users.email=",
        "t.c=  \n",
        "t.c=1, 2",
        "t.c=1; drop table t",
        "t.c=1) --",
        "t.c=1 from u",
        "t.c=f(",
        "t.c=1 as x",
    ],
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
    with pytest.raises(UsageError, match=r"--fill app\.t\.c: the rollback makes no rows need a value"):
        refuse_unplaced(left)
    refuse_unplaced(())


def test_lines_of_a_schema_file() -> None:
    text = """
create table t (c text default '
-- supasync backfill t.c = 1
');
-- supasync backfill t.a = 'x'
--supasync\tbackfill app."B".c = id + 1
-- to supasync backfill t.d = 1
/* supasync backfill t.e = 1 */
"""
    assert fills_in(text) == (Fill("t", "a", "'x'"), Fill('app."B"', "c", "id + 1"))
    with pytest.raises(UsageError, match="-- supasync backfill"):
        fills_in("-- supasync backfill nothing")


def test_a_new_column_is_made_before_it_demands_a_value() -> None:
    both = "ALTER TABLE public.t ADD COLUMN a int NOT NULL CHECK (a > 0), ADD COLUMN b int NOT NULL"
    other = "ALTER TABLE public.u ADD COLUMN a int NOT NULL"
    assert demanded_later((both, other), {("public", "t", "a")}) == (
        "ALTER TABLE public.t ADD COLUMN a int CHECK (a > 0)",
        "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE public.t ADD COLUMN b int NOT NULL",
        other,
    )


def test_a_value_that_no_row_needs_is_refused_in_the_words_of_its_command() -> None:
    with pytest.raises(UsageError, match=r"--backfill t\.c: this sync makes no rows need") as caught:
        refuse_unplaced((Fill("t", "c", "1"),), BACKFILL)
    assert "supasync sync --dry-run" in caught.value.hint
