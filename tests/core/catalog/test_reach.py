"""Which rows of a fingerprint are about objects that are not the role's to change."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow, compare
from supasync.core.catalog.reach import apart, set_aside, wanted_otherwise

THEIRS = (
    ObjectRow("table", "public.legacy", ""),
    ObjectRow("column", "public.legacy.id", "integer not null"),
    ObjectRow("column storage", "public.legacy.id", "main"),
    ObjectRow("constraint", "public.legacy.legacy_pkey", "PRIMARY KEY (id)"),
    ObjectRow("index", "public.legacy_name", "CREATE INDEX legacy_name ON public.legacy USING btree (name)"),
    ObjectRow("index options", "public.legacy_name", "fillfactor=70"),
    ObjectRow("trigger", "public.legacy.t", "CREATE TRIGGER t ..."),
    ObjectRow("policy", "public.legacy.p", "permissive for all"),
    ObjectRow("row security", "public.legacy", "enabled"),
    ObjectRow("comment", "table public.legacy", "x"),
    ObjectRow("comment", "column public.legacy.id", "x"),
    ObjectRow("comment", "index public.legacy_name", "x"),
    ObjectRow("comment", "trigger t on public.legacy", "x"),
    ObjectRow("grant", "table public.legacy to anon", "SELECT"),
    ObjectRow("grant", "column public.legacy.id to anon", "SELECT"),
    ObjectRow("owner", "table public.legacy", "supabase_admin"),
    ObjectRow("publication table", "p: public.legacy", ""),
    ObjectRow("function", "public.legacy_fn(public.mood)", "..."),
    ObjectRow("owner", "function public.legacy_fn(public.mood)", "supabase_admin"),
    ObjectRow("grant", "function public.legacy_fn(public.mood) to anon", "EXECUTE"),
)
OURS = (
    ObjectRow("table", "public.legacy2", ""),
    ObjectRow("column", "public.legacy2.legacy", "integer"),
    ObjectRow("index", "public.i", "CREATE INDEX i ON public.legacy2 USING btree (legacy)"),
    ObjectRow("owner", "table public.legacy2", "postgres"),
    ObjectRow("function", "public.legacy_fn(integer)", "..."),
    ObjectRow("grant", "table public.legacy2 to anon", "SELECT"),
    ObjectRow("schema", "legacy", ""),
)


def test_what_belongs_to_others_is_set_aside_with_all_that_hangs_on_it() -> None:
    found = set_aside(Fingerprint.of((*THEIRS, *OURS)), {"supabase_admin"})
    assert found.foreign == Fingerprint.of(THEIRS).rows
    assert found.rows == Fingerprint.of(OURS).rows
    assert found.foreign_names == {"public.legacy", "public.legacy_fn(public.mood)"}


def test_in_the_shadow_it_is_known_by_its_names() -> None:
    names = frozenset({"public.legacy", "public.legacy_fn(public.mood)"})
    assert apart(Fingerprint.of((*THEIRS, *OURS)), names).rows == Fingerprint.of(OURS).rows
    whole = Fingerprint.of(OURS)
    assert apart(whole, frozenset()) is whole


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (THEIRS, []),
        ((), []),
        ((ObjectRow("owner", "table public.legacy", "postgres"), *THEIRS), []),
        ((*THEIRS, ObjectRow("column", "public.legacy.more", "integer")), ["public.legacy.more"]),
        (THEIRS[:-3], []),
        (THEIRS[1:], ["public.legacy"]),
    ],
    ids=["the same", "not in the file", "another owner", "another column", "without the function", "without a row"],
)
def test_what_the_schema_file_says_otherwise(rows: tuple[ObjectRow, ...], told: list[str]) -> None:
    here = set_aside(Fingerprint.of(THEIRS), {"supabase_admin"})
    found = list(wanted_otherwise(here, apart(Fingerprint.of(rows), here.foreign_names)))
    assert [(item.identity, owner) for item, owner in found] == [(name, "supabase_admin") for name in told]


def test_it_takes_no_part_in_a_comparison() -> None:
    here = set_aside(Fingerprint.of((*THEIRS, *OURS)), {"supabase_admin"})
    assert compare(here, Fingerprint.of(OURS)) == ()
    assert here.digest() == Fingerprint.of(OURS).digest()
