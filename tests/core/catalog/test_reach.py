"""Which rows of a fingerprint are about objects that are not the role's to change."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow, compare
from supasync.core.catalog.reach import apart, of_wrappers, set_aside, wanted_otherwise

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


OF_WRAPPERS = (
    ObjectRow("foreign data wrapper", '"my wrapper"', "of wrappers handler extensions.stripe_fdw_handler options"),
    ObjectRow("owner", 'foreign data wrapper "my wrapper"', "postgres"),
    ObjectRow("grant", 'foreign data wrapper "my wrapper" to report', "USAGE"),
    ObjectRow("server", "stripe", 'wrapper "my wrapper" type version options api_key_id'),
    ObjectRow("owner", "server stripe", "postgres"),
    ObjectRow("comment", "server stripe", "x"),
    ObjectRow("user mapping", "postgres on stripe", "options"),
    ObjectRow("foreign table", "stripe.customers", "server stripe options object"),
    ObjectRow("column", "stripe.customers.id", "text"),
    ObjectRow("owner", "foreign table stripe.customers", "postgres"),
    ObjectRow("comment", "column stripe.customers.id", "x"),
)
NOT_OF_WRAPPERS = (
    ObjectRow("schema", "stripe", ""),
    ObjectRow("owner", "schema stripe", "postgres"),
    ObjectRow("comment", "schema stripe", "x"),
    ObjectRow("grant", "schema stripe to report", "USAGE"),
    ObjectRow("foreign data wrapper", "my", "handler postgres_fdw_handler options z of wrappers"),
    ObjectRow("server", "stripes", "wrapper my type version options"),
    ObjectRow("user mapping", "stripe on stripes", "options"),
    ObjectRow("foreign table", "public.other", "server stripes"),
    ObjectRow("table", "stripe.kept", ""),
)


def test_what_stands_on_the_extension_wrappers_is_set_aside_and_nothing_of_the_same_name() -> None:
    found = apart(Fingerprint.of((*OF_WRAPPERS, *NOT_OF_WRAPPERS)), frozenset())
    assert found.foreign == Fingerprint.of(OF_WRAPPERS).rows
    assert found.rows == Fingerprint.of(NOT_OF_WRAPPERS).rows
    assert found.foreign_names == {'foreign data wrapper "my wrapper"', "server stripe", "stripe.customers"}
    assert of_wrappers(found) == found.foreign_names


def test_what_the_schema_file_says_otherwise_of_wrappers_has_no_owner_to_ask() -> None:
    here = apart(Fingerprint.of(OF_WRAPPERS), frozenset())
    nothing = apart(Fingerprint.of(NOT_OF_WRAPPERS), frozenset())
    assert list(wanted_otherwise(here, nothing)) == []
    told = {(found.kind, found.identity): owner for found, owner in wanted_otherwise(nothing, here)}
    assert set(told.values()) == {""}
    assert ("server", "stripe") in told
    assert ("foreign table", "stripe.customers") in told
