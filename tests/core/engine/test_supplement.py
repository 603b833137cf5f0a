"""Statements of the supplement, kind by kind."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.engine.supplement import overlooked, prelude, supplement

TABLE = ObjectRow("table", "public.t", "")
COLUMN = ObjectRow("column", "public.t.a", "text")
BOTH = (
    TABLE,
    COLUMN,
    ObjectRow("schema", "public", ""),
    ObjectRow("table", 'public."odd.name"', ""),
    ObjectRow("column", 'public."odd.name".a', "text"),
    ObjectRow("view", "public.v", "SELECT 1"),
    ObjectRow("trigger", "public.t.g", "CREATE TRIGGER g ..."),
    ObjectRow("statistics", "public.s", "CREATE STATISTICS public.s ON a, b FROM public.t"),
    ObjectRow("text search configuration", "public.c", "CREATE TEXT SEARCH CONFIGURATION public.c (PARSER = x)"),
)

# kind, identity, definition before, definition after, statements
CASES: list[tuple[str, str, str | None, str | None, tuple[str, ...]]] = [
    (
        "column storage", "public.t.a", None, "external (default extended)",
        ("ALTER TABLE public.t ALTER COLUMN a SET STORAGE EXTERNAL",),
    ),
    (
        "column storage", "public.t.a", "external (default extended)", None,
        ("ALTER TABLE public.t ALTER COLUMN a SET STORAGE EXTENDED",),
    ),
    (
        "column compression", "public.t.a", None, "pglz",
        ("ALTER TABLE public.t ALTER COLUMN a SET COMPRESSION pglz",),
    ),
    (
        "column compression", "public.t.a", "pglz", None,
        ("ALTER TABLE public.t ALTER COLUMN a SET COMPRESSION default",),
    ),
    (
        "column statistics", 'public."odd.name".a', "50", "60",
        ('ALTER TABLE public."odd.name" ALTER COLUMN a SET STATISTICS 60',),
    ),
    ("column statistics", "public.t.a", "50", None, ("ALTER TABLE public.t ALTER COLUMN a SET STATISTICS -1",)),
    (
        "column options", "public.t.a", "n_distinct=5", "n_distinct_inherited=7",
        (
            "ALTER TABLE public.t ALTER COLUMN a RESET (n_distinct)",
            "ALTER TABLE public.t ALTER COLUMN a SET (n_distinct_inherited = '7')",
        ),
    ),
    ("cluster", "public.t", None, "t_pkey", ("ALTER TABLE public.t CLUSTER ON t_pkey",)),
    ("cluster", "public.t", "t_pkey", None, ("ALTER TABLE public.t SET WITHOUT CLUSTER",)),
    ("table options", "public.t", None, "fillfactor=70", ("ALTER TABLE public.t SET (fillfactor = '70')",)),
    (
        "toast options", "public.t", "toast.autovacuum_enabled=false", None,
        ("ALTER TABLE public.t RESET (toast.autovacuum_enabled)",),
    ),
    ("view options", "public.v", None, "security_invoker=true",
        ("ALTER VIEW public.v SET (security_invoker = 'true')",)),
    ("view column default", "public.v.a", None, "'x'::text",
        ("ALTER VIEW public.v ALTER COLUMN a SET DEFAULT 'x'::text",)),
    ("view column default", "public.v.a", "1", None, ("ALTER VIEW public.v ALTER COLUMN a DROP DEFAULT",)),
    ("comment", "column public.v.a", None, "it's", ("COMMENT ON COLUMN public.v.a IS 'it''s'",)),
    ("comment", "column public.v.a", "x", None, ("COMMENT ON COLUMN public.v.a IS NULL",)),
    ("comment", "materialized view public.m", None, "x", ("COMMENT ON MATERIALIZED VIEW public.m IS 'x'",)),
    ("table access method", "public.t", None, "h2", ("ALTER TABLE public.t SET ACCESS METHOD h2",)),
    ("table access method", "public.t", "h2", None, ("ALTER TABLE public.t SET ACCESS METHOD heap",)),
    ("persistence", "public.t", None, "unlogged", ("ALTER TABLE public.t SET UNLOGGED",)),
    ("row security", "public.t", "enabled", "enabled, forced", ("ALTER TABLE public.t FORCE ROW LEVEL SECURITY",)),
    ("row security", "public.t", "enabled", None, ("ALTER TABLE public.t DISABLE ROW LEVEL SECURITY",)),
    ("replica identity", "public.t", "full", None, ("ALTER TABLE public.t REPLICA IDENTITY DEFAULT",)),
    ("inheritance", "public.t", "public.p", "public.q", (
        "ALTER TABLE public.t NO INHERIT public.p", "ALTER TABLE public.t INHERIT public.q",
    )),
    ("trigger state", "public.t.g", None, "disable", ("ALTER TABLE public.t DISABLE TRIGGER g",)),
    ("trigger state", "public.t.g", None, "enable always", ("ALTER TABLE public.t ENABLE ALWAYS TRIGGER g",)),
    ("trigger state", "public.t.g", "disable", None, ("ALTER TABLE public.t ENABLE TRIGGER g",)),
    (
        "index column statistics", "public.i column 2", None, "100",
        ("ALTER INDEX public.i ALTER COLUMN 2 SET STATISTICS 100",),
    ),
    ("statistics target", "public.s", "9", None, ("ALTER STATISTICS public.s SET STATISTICS -1",)),
    (
        "cast", "(public.x AS integer)", None, "CREATE CAST (public.x AS integer) WITH INOUT",
        ("CREATE CAST (public.x AS integer) WITH INOUT",),
    ),
    (
        "operator", "public.=== (integer, integer)", "CREATE OPERATOR public.=== (...)", None,
        ("DROP OPERATOR public.=== (integer, integer)",),
    ),
    (
        "text search mapping", "public.c for asciiword", None, "simple",
        ("ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR asciiword WITH simple",),
    ),
    (
        "text search mapping", "public.c for asciiword", "simple", None,
        ("ALTER TEXT SEARCH CONFIGURATION public.c DROP MAPPING FOR asciiword",),
    ),
    ("owner", "table public.t", "o1", "postgres", ("ALTER TABLE public.t OWNER TO postgres",)),
    ("owner", "view public.v", "postgres", "o1", ("ALTER VIEW public.v OWNER TO o1",)),
    ("grant", "table public.t to anon", "INSERT, SELECT", "SELECT, UPDATE", (
        "REVOKE INSERT ON TABLE public.t FROM anon", "GRANT UPDATE ON TABLE public.t TO anon",
    )),
    ("grant", "view public.v to r", "SELECT", None, ("REVOKE ALL ON TABLE public.v FROM r",)),
    ("grant", "view public.v to r", None, "SELECT*", ("GRANT SELECT ON TABLE public.v TO r WITH GRANT OPTION",)),
    ("grant", "view public.v to r", "SELECT*", "SELECT", ("REVOKE GRANT OPTION FOR SELECT ON TABLE public.v FROM r",)),
    ("grant", "column public.t.a to anon", None, "SELECT", ("GRANT SELECT (a) ON TABLE public.t TO anon",)),
    ("grant", "function public.f() to PUBLIC", None, "none", ("REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC",)),
    ("grant", "function public.f() to PUBLIC", "none", None, ("GRANT EXECUTE ON FUNCTION public.f() TO PUBLIC",)),
    ("default privilege", "for role app in schema public on tables to anon", None, "SELECT", (
        "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO anon",
    )),
    ("default privilege", "for role app on functions to PUBLIC", "none", None, (
        "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    )),
    ("column", "public.t.b", "integer", "integer not null default 5", (
        "ALTER TABLE ONLY public.t ALTER COLUMN b SET DEFAULT 5",
        "ALTER TABLE ONLY public.t ALTER COLUMN b SET NOT NULL",
    )),
    ("constraint", "public.t.c", "CHECK ((a > 0))", "CHECK ((a > 1))", (
        "ALTER TABLE public.t DROP CONSTRAINT c", "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((a > 1))",
    )),
    ("sequence", "public.q", "as bigint start 1 cache 1 cycle", "as bigint start 1 cache 5", (
        "ALTER SEQUENCE public.q as bigint start 1 cache 5 no cycle",
    )),
]  # fmt: skip


def fingerprint(*rows: ObjectRow) -> Fingerprint:
    return Fingerprint.of(BOTH + rows)


@pytest.mark.parametrize(("kind", "identity", "before", "after", "expected"), CASES)
def test_statements(kind: str, identity: str, before: str | None, after: str | None, expected: tuple[str, ...]) -> None:
    old, new = (() if text is None else (ObjectRow(kind, identity, text),) for text in (before, after))
    result = supplement(fingerprint(*old), fingerprint(*new))
    assert result.statements == expected
    assert result.unmanaged == ()


def test_equal_needs_nothing() -> None:
    assert supplement(fingerprint(), fingerprint()).statements == ()


def test_unknown_kind_is_reported_not_hidden() -> None:
    result = supplement(fingerprint(), fingerprint(ObjectRow("function", "public.f()", "...")))
    assert result.statements == ()
    assert [u.difference.identity for u in result.unmanaged] == ["public.f()"]


def test_attribute_of_missing_column_is_reported() -> None:
    result = supplement(fingerprint(), fingerprint(ObjectRow("column statistics", "public.t.gone", "5")))
    assert result.statements == ()
    assert "missing" in result.unmanaged[0].reason


def test_column_of_other_type_is_not_touched() -> None:
    before, after = (fingerprint(ObjectRow("column", "public.t.b", text)) for text in ("integer", "bigint not null"))
    assert supplement(before, after).statements == ()


def test_owners_and_grants_can_be_left_alone() -> None:
    before = fingerprint(
        ObjectRow("owner", "table public.t", "o1"), ObjectRow("grant", "table public.t to anon", "SELECT")
    )
    after = fingerprint(ObjectRow("owner", "table public.t", "o2"))
    assert supplement(before, after, owners=False, grants=False).statements == ()


def test_text_search_configuration_comes_before_its_mapping_and_index() -> None:
    create = 'CREATE TEXT SEARCH CONFIGURATION public.n (PARSER = pg_catalog."default")'
    after = fingerprint(
        ObjectRow("text search mapping", "public.n for asciiword", "simple"),
        ObjectRow("text search configuration", "public.n", create),
        ObjectRow("text search configuration", "unborn.n", "CREATE ..."),
    )
    assert prelude(fingerprint(), after) == (
        create, "ALTER TEXT SEARCH CONFIGURATION public.n ADD MAPPING FOR asciiword WITH simple",
    )  # fmt: skip


def test_dropped_configuration_takes_its_mapping_along() -> None:
    before = fingerprint(
        ObjectRow("text search mapping", "public.n for asciiword", "simple"),
        ObjectRow("text search configuration", "public.n", "CREATE ..."),
    )
    assert supplement(before, fingerprint()).statements == ("DROP TEXT SEARCH CONFIGURATION public.n",)


def test_casts_and_operators_go_before_their_functions() -> None:
    before = fingerprint(ObjectRow("cast", "(public.x AS integer)", "CREATE CAST ..."))
    assert prelude(before, fingerprint()) == ("DROP CAST (public.x AS integer)",)
    assert prelude(fingerprint(), before) == ()


def test_comment_of_a_dropped_object_goes_with_it() -> None:
    before = fingerprint(
        ObjectRow("statistics", "public.gone", "CREATE STATISTICS public.gone ON a, b FROM public.t"),
        ObjectRow("comment", "statistics public.gone", "x"),
        ObjectRow("owner", "statistics public.gone", "postgres"),
        ObjectRow("statistics target", "public.gone", "7"),
    )
    assert supplement(before, fingerprint()).statements == ("DROP STATISTICS IF EXISTS public.gone",)


def test_change_of_owner_absorbs_the_new_owners_privileges() -> None:
    before = fingerprint(
        ObjectRow("owner", "table public.t", "o1"),
        ObjectRow("grant", "table public.t to <owner>", "none"),
        ObjectRow("grant", "table public.t to postgres", "SELECT"),
    )
    after = fingerprint(ObjectRow("owner", "table public.t", "postgres"))
    assert supplement(before, after).statements == (
        "ALTER TABLE public.t OWNER TO postgres", "GRANT ALL ON TABLE public.t TO postgres",
    )  # fmt: skip


@pytest.mark.parametrize("parent_column", ["integer", "bigint"])
def test_inheritance_is_toggled_before_the_engine_would_rebuild_the_table(parent_column: str) -> None:
    rows = (
        ObjectRow("table", "public.p", ""), ObjectRow("column", "public.p.b", parent_column),
        ObjectRow("column", "public.t.b", "integer"),
    )  # fmt: skip
    plain, heir = fingerprint(*rows), fingerprint(*rows, ObjectRow("inheritance", "public.t", "public.p"))
    fits = parent_column == "integer"
    assert prelude(plain, heir) == (("ALTER TABLE public.t INHERIT public.p",) if fits else ())
    assert prelude(heir, plain) == ("ALTER TABLE public.t NO INHERIT public.p",)


def test_overlooked_leaves_to_the_engine_what_is_its_own() -> None:
    after = fingerprint(
        ObjectRow("index", "public.i", "CREATE INDEX i ON public.t (a)"),
        ObjectRow("comment", "table public.t", "the engine's"),
        ObjectRow("comment", "column public.v.a", "ours"),
        ObjectRow("cluster", "public.t", "t_pkey"),
    )
    assert overlooked(fingerprint(), after).statements == (
        "ALTER TABLE public.t CLUSTER ON t_pkey", "COMMENT ON COLUMN public.v.a IS 'ours'",
    )  # fmt: skip


def test_the_columns_of_a_partition_follow_its_parent_but_for_default_and_not_null() -> None:
    partition = ObjectRow("partition", "public.t", "of public.p DEFAULT")
    before = fingerprint(
        partition, ObjectRow("column", "public.t.v", "integer"), ObjectRow("column", "public.t.w", "text")
    )
    after = fingerprint(
        partition,
        ObjectRow("column", "public.t.v", "bigint"),
        ObjectRow("column", "public.t.w", "text not null default 'x'::text"),
        ObjectRow("column", "public.t.n", "integer"),
    )
    found = overlooked(before, after)
    assert found.unmanaged == ()
    assert found.statements == (
        "ALTER TABLE ONLY public.t ALTER COLUMN w SET DEFAULT 'x'::text",
        "ALTER TABLE ONLY public.t ALTER COLUMN w SET NOT NULL",
    )
