"""Tables of changes and their hazards."""

from __future__ import annotations

import pytest

from supasync.core.catalog.facts import TargetFacts, with_schema
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.catalog.type_conversion import Conversion, conversion
from supasync.core.changes.change import Change, changes_of
from supasync.core.checks.column_conversion import computed_anew, conversion_of
from supasync.core.checks.hazard_rules import destructive_changes, hazards_of
from supasync.core.sql import split

FACTS = TargetFacts(
    column_types={
        ("public", "t", "v"): "character varying(50)",
        ("public", "t", "n"): "integer",
        ("public", "t", "e"): "e",
    },
    row_estimates={("public", "t"): 12000},
    table_bytes={("public", "t"): 3_500_000},
)


def all_changes(sql: str) -> list[Change]:
    return [change for statement in split(sql) for change in changes_of(statement.text)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP TABLE t", [("loses-data", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t DROP COLUMN v", [("loses-data", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER n SET NOT NULL",
         [("may-fail-on-rows", "ACCESS EXCLUSIVE"), ("blocks-reads-and-writes", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER n SET DEFAULT 1", [("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER v TYPE text", [("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER n TYPE bigint", [("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER v TYPE varchar(3)",
         [("loses-data", "ACCESS EXCLUSIVE"), ("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER e TYPE e USING e::text::e; CREATE TYPE e AS ENUM ('a')",
         [("may-fail-on-rows", "ACCESS EXCLUSIVE"), ("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER unknown TYPE text",
         [("loses-data", "ACCESS EXCLUSIVE"), ("may-fail-on-rows", "ACCESS EXCLUSIVE"),
          ("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD a int", [("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD a timestamptz NOT NULL DEFAULT now()", [("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()", [("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD a int GENERATED ALWAYS AS (n * 2) STORED", [("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD a int NOT NULL",
         [("may-fail-on-rows", "ACCESS EXCLUSIVE"), ("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID", [("takes-lock", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)",
         [("may-fail-on-rows", "ACCESS EXCLUSIVE"), ("blocks-reads-and-writes", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (n) REFERENCES u(id)",
         [("may-fail-on-rows", "SHARE ROW EXCLUSIVE"), ("blocks-writes", "SHARE ROW EXCLUSIVE")]),
        ("ALTER TABLE t VALIDATE CONSTRAINT c",
         [("may-fail-on-rows", "SHARE UPDATE EXCLUSIVE"), ("scans-table", "SHARE UPDATE EXCLUSIVE")]),
        ("CREATE INDEX i ON t (n)", [("blocks-writes", "SHARE")]),
        ("CREATE INDEX CONCURRENTLY i ON t (n)", [("scans-table", "SHARE UPDATE EXCLUSIVE")]),
        ("ALTER TABLE t SET UNLOGGED", [("rewrites-table", "ACCESS EXCLUSIVE")]),
        ("ALTER TABLE t ALTER n DROP IDENTITY", [("loses-data", "ACCESS EXCLUSIVE")]),
        ("ALTER TYPE e ADD VALUE 'z'", [("cannot-be-undone-in-one-step", "")]),
        ("DROP VIEW v", [("drops-object", "ACCESS EXCLUSIVE")]),
        ("DROP VIEW v; CREATE VIEW v AS SELECT 1", []),
        ("ALTER TYPE e RENAME TO e__pgdelta_replaced; CREATE TYPE e AS ENUM ('a'); DROP TYPE e__pgdelta_replaced", []),
        ("GRANT SELECT ON t TO anon", [("changes-access", "")]),
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY", [("changes-access", "ACCESS EXCLUSIVE")]),
        ("COMMENT ON TABLE t IS 'x'; SET search_path = ''", []),
        ("CREATE TABLE x (a int); CREATE INDEX i ON x (a); ALTER TABLE x ALTER a SET NOT NULL", []),
        ("DROP TABLE t; CREATE TABLE t (a int); CREATE INDEX i ON t (a)", [("loses-data", "ACCESS EXCLUSIVE")]),
    ],
)  # fmt: skip
def test_hazards(sql: str, expected: list[tuple[str, str]]) -> None:
    assert [(str(hazard.kind), hazard.lock) for hazard in hazards_of(all_changes(sql), FACTS)] == expected


def test_a_hazard_tells_the_size_of_the_table() -> None:
    (hazard,) = hazards_of(all_changes("CREATE INDEX i ON t (n)"), FACTS)
    assert hazard.detail == "about 12,000 rows, 3.3 MB"


def test_destructive_changes_are_those_that_lose_data() -> None:
    changes = all_changes("ALTER TABLE t ALTER v TYPE varchar(3); ALTER TABLE t ALTER n TYPE bigint; DROP TABLE u")
    assert [change.identity for change in destructive_changes(changes, FACTS)] == ["t.v", "u"]


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        ("text", "text", ""),
        ("character varying(50)", "character varying(100)", ""),
        ("character varying(50)", "text", ""),
        ("text", "citext", ""),
        ("text", "character varying(3)", "lossy rewrites"),
        ("character(3)", "text", "rewrites"),
        ("integer", "bigint", "rewrites"),
        ("bigint", "integer", "fails rewrites"),
        ("integer", "numeric", "rewrites"),
        ("bigint", "numeric(10,0)", "fails rewrites"),
        ("integer", "double precision", "rewrites"),
        ("bigint", "double precision", "lossy rewrites"),
        ("double precision", "integer", "lossy fails rewrites"),
        ("numeric(10,2)", "numeric(12,2)", ""),
        ("numeric(10,2)", "numeric", ""),
        ("numeric(10,4)", "numeric(10,2)", "lossy rewrites"),
        ("numeric(10,2)", "numeric(12,4)", "rewrites"),
        ("numeric(10,2)", "numeric(8,2)", "fails rewrites"),
        ("numeric", "numeric(8,2)", "lossy fails rewrites"),
        ("timestamp with time zone", "date", "lossy rewrites"),
        ("timestamp with time zone", "timestamp without time zone", "rewrites"),
        ("timestamp with time zone", "timestamp(0) with time zone", "lossy rewrites"),
        ("date", "timestamp with time zone", "rewrites"),
        ("text", "uuid", "fails rewrites"),
        ("text", "public.e", "lossy fails rewrites"),
        ("text", '"char"', "lossy fails rewrites"),
        ("public.e", "text", "rewrites"),
        ("e", "public.e", ""),
        ("json", "jsonb", "lossy rewrites"),
        ("integer", "boolean", "lossy rewrites"),
        ("integer[]", "bigint[]", "rewrites"),
        ("integer", "integer[]", "lossy fails rewrites"),
        ("point", "uuid", "lossy fails rewrites"),
        ("public.name", "character varying(63)", "lossy rewrites"),
        ("public.date", "date", "lossy fails rewrites"),
        ("public.citext", "text", ""),
    ],
)
def test_conversions(old: str, new: str, flags: str) -> None:
    effect = conversion(old, new)
    found = {"lossy": effect.lossy, "fails": effect.may_fail, "rewrites": effect.rewrites}
    assert " ".join(name for name, is_set in found.items() if is_set) == flags


@pytest.mark.parametrize(
    ("sql", "lossy"),
    [
        ("ALTER TABLE t ALTER v TYPE public.mood USING v::public.mood", False),
        ("ALTER TABLE t ALTER v TYPE mood USING v::mood", False),
        ("CREATE TYPE fresh AS ENUM ('a'); ALTER TABLE t ALTER v TYPE fresh USING v::fresh", False),
        ("ALTER TABLE t ALTER v TYPE app.short USING v::app.short", True),
        ("ALTER TABLE t ALTER v TYPE app.longer USING v::app.longer", True),
        ("ALTER TABLE t ALTER v TYPE app.email USING v::app.email", False),
        ("CREATE DOMAIN brief AS varchar(3); ALTER TABLE t ALTER v TYPE brief USING v::brief", True),
        ("CREATE DOMAIN said AS text CHECK (value <> ''); ALTER TABLE t ALTER v TYPE said USING v::said", False),
        ('ALTER TABLE t ALTER v TYPE "char" USING v::"char"', True),
        ("ALTER TABLE t ALTER v TYPE app.unknown USING v::app.unknown", True),
        ("CREATE TYPE real AS ENUM ('x'); ALTER TABLE t ALTER v TYPE real USING v::real", True),
    ],
)
def test_a_domain_cuts_what_its_own_type_cuts_and_an_enum_nothing(sql: str, lossy: bool) -> None:
    rows = (
        ObjectRow("enum", "public.mood", "'a', 'b'"),
        ObjectRow("domain", "app.short", "character varying(3) not null constraint c CHECK (VALUE <> ' default ')"),
        ObjectRow("domain", "app.longer", "app.short"),
        ObjectRow("domain", "app.email", 'text collate "C"'),
    )
    known = with_schema(TargetFacts({("public", "t", "v"): "text"}), Fingerprint.of(rows), 17)
    changes = all_changes(sql)
    assert conversion_of(changes[-1], changes, known) == Conversion(lossy, may_fail=True)


@pytest.mark.parametrize(
    ("using", "itself"),
    [
        ("", True),
        ("USING v", True),
        ("USING v::app.code", True),
        ("USING t.v::text::app.code", True),
        ("USING v::varchar(3)::app.code", False),
        ("USING v::varchar(3)::text::app.code", False),
        ("USING v::varchar(3)", False),
        ("USING n::app.code", False),
        ("USING upper(v)::app.code", False),
    ],
)
def test_a_cast_on_the_way_makes_other_values(using: str, itself: bool) -> None:
    (change,) = all_changes(f"ALTER TABLE t ALTER v TYPE app.code {using}")
    assert (computed_anew(change) == "") is itself
