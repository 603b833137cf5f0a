"""Digest, comparison and wording of fingerprints."""

from __future__ import annotations

from supasync.core.catalog.fingerprint import Fingerprint, ObjectDifference, ObjectRow, compare, summarize

TABLE = ObjectRow("table", "public.t", "")
OWNER = ObjectRow("owner", "table public.t", "postgres")
GRANT = ObjectRow("grant", "table public.t to anon", "SELECT")
DEFAULT = ObjectRow("default privilege", "for role postgres in schema public on tables to anon", "SELECT")


def test_order_of_reading_does_not_matter() -> None:
    assert Fingerprint.of([TABLE, OWNER]).digest() == Fingerprint.of([OWNER, TABLE]).digest()


def test_digest_keeps_the_fields_apart() -> None:
    one, other = (Fingerprint.of([ObjectRow("a", identity, rest)]) for identity, rest in (("bc", "d"), ("b", "cd")))
    assert one.digest() != other.digest()


def test_owners_and_grants_can_be_left_out() -> None:
    bare, full = Fingerprint.of([TABLE]), Fingerprint.of([TABLE, OWNER, GRANT, DEFAULT])
    assert bare.digest() != full.digest()
    assert bare.digest(include_owners=False, include_grants=False) == full.digest(
        include_owners=False, include_grants=False
    )
    assert [d.kind for d in compare(bare, full, owners=True, grants=False)] == ["owner"]
    assert [d.kind for d in compare(bare, full, owners=False, grants=True)] == ["default privilege", "grant"]


def test_compare_is_sorted_and_names_both_sides() -> None:
    before = Fingerprint.of([ObjectRow("index", "public.i", "x"), ObjectRow("table", "public.z", "")])
    after = Fingerprint.of([ObjectRow("index", "public.i", "y"), ObjectRow("column", "public.t.a", "text")])
    assert compare(before, after) == (
        ObjectDifference("column", "public.t.a", None, "text"),
        ObjectDifference("index", "public.i", "x", "y"),
        ObjectDifference("table", "public.z", "", None),
    )
    assert compare(before, before) == ()


def test_summary_in_words() -> None:
    differences = [
        ObjectDifference("index", "public.i", None, "CREATE INDEX " + "x" * 100),
        ObjectDifference("column", "public.t.a", "text", "text not null"),
        ObjectDifference("view", "public.v", "SELECT 1\n", "SELECT 2\n"),
        ObjectDifference("table", "public.z", "", None),
    ]
    assert summarize(differences, before="Supabase", after="schema.sql") == (
        "index public.i: only in schema.sql",
        "column public.t.a: text in Supabase, text not null in schema.sql",
        "view public.v: differs",
        "table public.z: only in Supabase",
    )
