"""Tables of changes and the probes they need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.catalog.facts import TargetFacts
from supasync.core.changes.change import Change, changes_of
from supasync.core.checks.hazard_rules import destructive_changes
from supasync.core.checks.preflight import Finding, backfill_for, blocking, loses, probes_of, remedy
from supasync.core.checks.probe import Probe
from supasync.core.sql import node_kind, split

FACTS = TargetFacts(
    column_types={
        ("public", "t", "id"): "integer",
        ("public", "t", "name"): "character varying(50)",
        ("public", "t", "n"): "numeric(10,4)",
        ("public", "t", "e"): "e",
        ("public", "t", "tags"): "e[]",
        ("public", "t", "raw"): "text",
        ("public", "t", "at"): "timestamp with time zone",
        ("public", "t", "f"): "double precision",
        ("public", "t", "big"): "bigint",
        ("public", "t", "twice"): "integer",
        ("public", "t", "d"): "d",
        ("public", "u", "id"): "integer",
        ("public", "u", "k"): "integer",
    },
    column_defaults={("public", "t", "name"): "''::character varying"},
    generated_columns=frozenset({("public", "t", "twice")}),
    type_columns={("public", "d"): (("public", "t", "d"),)},
    constraint_definitions={("public", "t", "old"): "CHECK ((id > 0)) NOT VALID"},
    required_domains=frozenset({("public", "required")}),
)
MADE_E = "CREATE TYPE e AS ENUM ('a', 'it''s');"


def all_changes(sql: str) -> list[Change]:
    return [change for statement in split(sql) for change in changes_of(statement.text)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE t ALTER id SET NOT NULL", [("nulls", "id IS NULL")]),
        ("ALTER TABLE t ADD x int NOT NULL", [("nulls", "FROM public.t")]),
        ("ALTER TABLE t ADD x int NOT NULL DEFAULT 1", []),
        ("ALTER TABLE t ADD x int; ALTER TABLE t ALTER x SET NOT NULL", []),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0 OR name = 'x')", [("violations", "NOT (id > 0 OR name = 'x')")]),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (missing > 0)", []),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID", []),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c",
         [("violations", "NOT (id > 0)")]),
        ("ALTER TABLE t VALIDATE CONSTRAINT old", [("violations", "NOT (id > 0)")]),
        ("CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql AS ''; ALTER TABLE t ADD CONSTRAINT c CHECK (ok(id))",
         [("violations", "NOT (ok(id))")]),
        ("ALTER TYPE e ADD VALUE 'z'; ALTER TABLE t ADD CONSTRAINT c CHECK (e <> 'z'::e)",
         [("violations", "NOT (e <> 'z'::e)")]),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE (id, name)", [("duplicates", "GROUP BY key1, key2")]),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (id)", [("duplicates", "ONLY public.t) AS keyed")]),
        ("ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (id)", [("nulls", "id IS NULL"), ("duplicates", "GROUP BY key1")]),
        ("CREATE UNIQUE INDEX i ON t (lower(name)) WHERE id > 0", [("duplicates", "AND (id > 0)")]),
        ("CREATE INDEX i ON t (name)", []),
        ("CREATE DOMAIN r AS int NOT NULL; ALTER TABLE t ADD x r", [("violations", "FROM public.t")]),
        ("CREATE DOMAIN r AS int NOT NULL DEFAULT 1; ALTER TABLE t ADD x r", []),
        ("CREATE DOMAIN r AS int NOT NULL; ALTER TABLE t ADD x r DEFAULT 1", []),
        ("ALTER TABLE t ADD x public.required", [("violations", "FROM public.t")]),
        ("ALTER TABLE t ALTER name TYPE name", [("narrowing", "octet_length(name::text) > 63")]),
        ("ALTER TABLE t ALTER f TYPE numeric(10,2)", [("cast", ">= 1e8"), ("narrowing", "f::numeric::double")]),
        ('CREATE UNIQUE INDEX i ON t (name COLLATE "de".ci)', [("duplicates", "(name) COLLATE de.ci")]),
        ("ALTER TABLE t ALTER at TYPE varchar(19)", []),
        ("ALTER TABLE t ALTER raw TYPE real", [("cast", "!~"), ("narrowing", "::real::numeric")]),
        ("ALTER TABLE t ALTER raw TYPE date", [("cast", "count(raw::date)")]),
        ("ALTER SEQUENCE app.s INCREMENT 2 MINVALUE 5 MAXVALUE 50000000000",
         [("violations", "FROM app.s) AS now WHERE position < 5 OR position > 50000000000")]),
        ("ALTER SEQUENCE app.s AS smallint", [("violations", "WHERE position > 32767")]),
        ("ALTER SEQUENCE app.s AS bigint", []),
        ("ALTER TABLE t ALTER id SET MAXVALUE 5",
         [("violations", "pg_get_serial_sequence('public.t', 'id')::pg_catalog.regclass) AS position) AS now")]),
        ("ALTER TABLE t ALTER id SET MAXVALUE 5 RESTART WITH 1", []),
        ("ALTER TABLE t ALTER id SET GENERATED ALWAYS", []),
        ("ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY (MAXVALUE 5)",
         [("nulls", "id IS NULL"), ("violations", "WHERE id > 5")]),
        ("ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY (INCREMENT -1 MINVALUE -5)",
         [("nulls", "id IS NULL"), ("violations", "WHERE id < -5")]),
        ("ALTER TABLE t ADD x int GENERATED ALWAYS AS IDENTITY (MAXVALUE 5)", []),
        ("ALTER SEQUENCE app.s MAXVALUE 9 RESTART WITH 1", []),
        ("ALTER SEQUENCE app.s NO MAXVALUE CYCLE", []),
        ("ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (at WITH =, raw WITH public.&&) WHERE (id > 0)",
         [("overlaps", "one.key1 OPERATOR(=) other.key1 AND one.key2 OPERATOR(public.&&) other.key2")]),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES u(k)",
         [("orphans", "NOT EXISTS (SELECT FROM ONLY public.u AS p WHERE p.k = c.id)")]),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id, big) REFERENCES u(id, k) MATCH FULL",
         [("orphans", "OR ((c.id IS NOT NULL OR c.big IS NOT NULL)")]),
        ("CREATE TABLE x (id int); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES x(id)",
         [("orphans-of-new-table", "WHERE c.id IS NOT NULL")]),
        ("ALTER TABLE u ALTER k TYPE text; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (raw) REFERENCES u(k)",
         [("orphans", "p.k::text = c.raw")]),
        ("CREATE TABLE x (id int); ALTER TABLE x ADD CONSTRAINT k UNIQUE (id)", []),
        ('ALTER TABLE t ALTER name TYPE varchar(3) USING "name"::varchar(3)',
         [("narrowing", "length(name::text) > 3")]),
        ("ALTER TABLE t ALTER name TYPE varchar(90)", []),
        ("ALTER TABLE t ALTER name TYPE varchar(3) USING left(name, 3)",
         [("cast", """SELECT least(count("left"(name, 3)), 0), ''::text FROM public.t""")]),
        ("CREATE TYPE e AS ENUM ('a'); ALTER TABLE t ALTER name TYPE e USING lower(name)::e",
         [("cast", "count(lower(name)::e)")]),
        ("ALTER TABLE t ALTER n TYPE numeric(10,2)", [("narrowing", "<> round(n::numeric, 2)")]),
        ("ALTER TABLE t ALTER n TYPE numeric(5,4)", [("cast", ">= 1e1::numeric")]),
        ("ALTER TABLE t ALTER id TYPE bigint", []),
        ("ALTER TABLE t ALTER big TYPE integer", [("cast", "BETWEEN -2147483648 AND 2147483647")]),
        ("ALTER TABLE t ALTER f TYPE integer", [("cast", "BETWEEN"), ("narrowing", "<> round(f::float8)")]),
        ("ALTER TABLE t ALTER f TYPE real", [("cast", "3.4e38"), ("narrowing", "f::real::float8 <> f")]),
        ("ALTER TABLE t ALTER big TYPE float8", [("narrowing", "9007199254740992")]),
        ("ALTER TABLE t ALTER at TYPE date", [("narrowing", "date_trunc('day', at)")]),
        ("ALTER TABLE t ALTER at TYPE time", [("narrowing", "at IS NOT NULL")]),
        ("ALTER TABLE t ALTER raw TYPE int", [("cast", "CASE WHEN")]),
        ("ALTER TABLE t ALTER raw TYPE numeric(8,2)", [("cast", "!~"), ("narrowing", "round(")]),
        ("ALTER TABLE t ALTER raw TYPE uuid", [("cast", "!~")]),
        ("ALTER TABLE t ALTER raw TYPE text[] USING raw::text[]", [("cast", "count(raw::text[])")]),
        ("ALTER TABLE t ALTER raw TYPE boolean", [("cast", "NOT IN ('t'")]),
        ("ALTER TABLE t ALTER raw TYPE jsonb", [("cast", "count(raw::jsonb)")]),
        ("ALTER TABLE t ALTER id TYPE boolean USING id::boolean", [("narrowing", "id NOT IN (0, 1)")]),
        ("ALTER TABLE t ALTER raw TYPE bit(90000000) USING raw::bit(90000000)", [("cast", "bit(90000000))")]),
        (f"{MADE_E} ALTER TABLE t ALTER e TYPE e USING e::text::e", [("labels", "ARRAY['a', 'it''s']::text[]")]),
        (f"{MADE_E} ALTER TABLE t ALTER tags TYPE public.e[] USING tags::text[]::e[]",
         [("labels", "unnest(tags::text[])")]),
        ("ALTER TABLE t ALTER raw TYPE other USING raw::other",
         [("labels", "to_regtype('other')"), ("cast", "count(raw::other)")]),
        ("ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)", [("violations", "NOT (d > 0)")]),
        ("ALTER DOMAIN d SET NOT NULL", [("nulls", "d IS NULL")]),
        ("DROP TABLE t; ALTER TABLE t DROP CONSTRAINT c", [("rows", "FROM public.t")]),
        ("ALTER TABLE t DROP COLUMN name", [("values", "name IS NOT NULL")]),
        ("ALTER TABLE t DROP COLUMN twice", []),
        ("ALTER TABLE t DROP COLUMN twice; ALTER TABLE t ADD twice int", [("values", "twice IS NOT NULL")]),
        ("TRUNCATE t", [("rows", "FROM public.t")]),
    ],
)  # fmt: skip
def test_probes(sql: str, expected: list[tuple[str, str]]) -> None:
    probes = probes_of(all_changes(sql), FACTS)
    assert [probe.kind for probe in probes] == [kind for kind, _ in expected]
    for probe, (_, part) in zip(probes, expected, strict=True):
        assert part in probe.sql
        assert node_kind(probe.sql) == "select_stmt"
        assert len(split(probe.sql)) == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("ALTER TABLE t ALTER raw TYPE citext; ALTER TABLE t ADD UNIQUE (raw)", "this plan changes the type of raw"),
        ("ALTER TABLE t ALTER raw TYPE citext; CREATE UNIQUE INDEX i ON t (raw)", "this plan changes the type of raw"),
        ("ALTER TABLE t ALTER raw TYPE citext; CREATE UNIQUE INDEX i ON t (id) WHERE raw > 'a'",
         "this plan changes the type of raw"),
        ("ALTER TABLE t ALTER raw TYPE citext; ALTER TABLE t ADD CHECK (raw = 'a')",
         "this plan changes the type of raw"),
        ("ALTER TABLE t ALTER raw TYPE citext; ALTER TABLE t ADD EXCLUDE (raw WITH =)",
         "this plan changes the type of raw"),
        ("CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql AS ''; ALTER TABLE t ADD CHECK (ok(id))",
         "this plan makes ok"),
        ("CREATE TYPE m AS ENUM ('a'); ALTER TABLE t ALTER name TYPE m USING lower(name)::m", "this plan makes m"),
        ("ALTER TABLE t ADD CHECK (id > 0)", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_before_the_plan_is_said(sql: str, why: str) -> None:
    assert probes_of(all_changes(sql), FACTS)[-1].refused == why


def test_names_are_quoted() -> None:
    (probe,) = probes_of(all_changes('ALTER TABLE "Odd"."select" ALTER "a""b" SET NOT NULL'), TargetFacts())
    assert probe.sql == """SELECT count(*), ''::text FROM "Odd"."select" WHERE "a""b" IS NULL"""


def test_a_newer_server_validates_text_itself() -> None:
    facts = TargetFacts(column_types={("public", "t", "raw"): "text"}, server_major=17)
    (probe,) = probes_of(all_changes("ALTER TABLE t ALTER raw TYPE jsonb"), facts)
    assert "NOT pg_input_is_valid(raw::text, 'jsonb')" in probe.sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE t ALTER raw SET NOT NULL; ALTER TABLE t ALTER raw SET DEFAULT 'x'",
         "UPDATE public.t SET raw = DEFAULT WHERE raw IS NULL"),
        ("ALTER TABLE t ALTER name SET NOT NULL", "UPDATE public.t SET name = DEFAULT WHERE name IS NULL"),
        ("ALTER TABLE t ALTER name DROP DEFAULT; ALTER TABLE t ALTER name SET NOT NULL", None),
        ("ALTER TABLE t ALTER raw SET NOT NULL", None),
        ("ALTER TABLE t ALTER raw SET DEFAULT NULL; ALTER TABLE t ALTER raw SET NOT NULL", None),
        ("ALTER TABLE t ADD x int NOT NULL", None),
    ],
)  # fmt: skip
def test_backfill_comes_from_the_default_that_will_be(sql: str, expected: str | None) -> None:
    changes = all_changes(sql)
    probe = next(probe for probe in probes_of(changes, FACTS) if probe.kind == "nulls")
    assert backfill_for(Finding(probe, 3), changes, FACTS) == expected


@pytest.mark.parametrize(
    "kind",
    ["nulls", "duplicates", "violations", "orphans", "orphans-of-new-table", "cast", "rows", "values", "narrowing"],
)
def test_a_finding_blocks_or_loses(kind: str) -> None:
    (change,) = changes_of("DROP TABLE t")
    finding = Finding(Probe(change, "", "", kind), 1)  # type: ignore[arg-type]
    assert blocking(finding) is not loses(finding)
    assert blocking(finding) is (kind not in {"rows", "values", "narrowing"})
    assert remedy(finding)


def test_rows_that_point_to_a_table_of_the_change_itself_cannot_be_given_partners() -> None:
    made = "CREATE TABLE x (id int); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES {}(id)"
    told = [remedy(Finding(probes_of(all_changes(made.format(name)), FACTS)[0], 1)) for name in ("x", "u")]
    assert ["add the rows they refer to" in words for words in told] == [False, True]
    assert "set the column to NULL" in told[0]


def test_columns_of_both_sides_that_change_their_type_are_compared_as_they_will_be() -> None:
    retyped = "ALTER TABLE t ALTER n TYPE int; ALTER TABLE u ALTER k TYPE bigint USING k * 2;"
    probes = probes_of(all_changes(f"{retyped} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES u(k)"), FACTS)
    (found,) = (probe for probe in probes if probe.kind == "orphans")
    assert "p.k * 2 = c.n::int" in found.sql
    assert not found.refused


def test_a_domain_over_one_that_takes_no_null_takes_none() -> None:
    facts = replace(FACTS, domains={("public", "above"): "required"})
    for made, name in (("", "above"), ("CREATE DOMAIN top AS above;", "top")):
        (found,) = probes_of(all_changes(f"{made} ALTER TABLE t ADD x {name}"), facts)
        assert found.kind == "violations"
    assert probes_of(all_changes("CREATE DOMAIN top AS above DEFAULT 1; ALTER TABLE t ADD x top"), facts) == ()


UNIQUE_NAME = replace(FACTS, constraint_definitions={("public", "t", "t_name_key"): "UNIQUE (name, id)"})
INDEX = "CREATE UNIQUE INDEX one ON public.t USING btree "


@pytest.mark.parametrize(
    ("index", "sql", "expected"),
    [
        ("(name, lower(raw))", "ALTER TABLE t ALTER name TYPE varchar(3)", "(name::varchar(3)) AS key1, (lower(raw))"),
        ("(lower(raw))", "ALTER TABLE t ALTER raw TYPE varchar(3)", "(lower(raw::varchar(3))) AS key1"),
        ("(id) WHERE (n > 1)", "ALTER TABLE t ALTER n TYPE int", "(id) IS NOT NULL AND (n::int > 1)"),
        ("(id)", "ALTER TABLE t ALTER n TYPE int", ""),
        ("(n)", "ALTER TABLE t ALTER n TYPE int; DROP INDEX public.one", ""),
        ("(n, id)", "ALTER TABLE t ALTER n TYPE int; ALTER TABLE t ALTER id TYPE smallint",
         "(n::int) AS key1, (id::smallint)"),
        ("(n)", "ALTER TABLE t ALTER n TYPE int USING n / 10", "(n / 10) AS key1"),
    ],
)  # fmt: skip
def test_values_that_a_new_type_makes_equal_under_an_index(index: str, sql: str, expected: str) -> None:
    facts = replace(FACTS, unique_indexes={("public", "t"): (INDEX + index,)})
    found = [probe for probe in probes_of(all_changes(sql), facts) if probe.kind == "duplicates"]
    assert bool(found) is bool(expected)
    for probe in found:
        assert expected in probe.sql
        assert not probe.refused
        assert probe.question.endswith("violates one")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE t ALTER name TYPE citext", ["(name::citext) AS key1, (id) AS key2"]),
        ("ALTER TABLE t ALTER name TYPE varchar(3)", ["(name::varchar(3)) AS key1, (id) AS key2"]),
        ("ALTER TABLE t ALTER name TYPE text", []),
        ("ALTER TABLE t ALTER raw TYPE citext", []),
        ("ALTER TABLE t DROP CONSTRAINT t_name_key; ALTER TABLE t ALTER name TYPE citext", []),
    ],
)
def test_values_that_a_new_type_makes_equal(sql: str, expected: list[str]) -> None:
    found = [probe for probe in probes_of(all_changes(sql), UNIQUE_NAME) if probe.kind == "duplicates"]
    assert len(found) == len(expected)
    for probe, part in zip(found, expected, strict=True):
        assert part in probe.sql
        assert "t_name_key" in probe.question


def test_pairs_are_not_compared_in_a_big_table() -> None:
    big = replace(FACTS, row_estimates={("public", "t"): 1_000_000})
    assert probes_of(all_changes("ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (at WITH =)"), big) == ()


@pytest.mark.parametrize(
    ("again", "loses"),
    [("int GENERATED ALWAYS AS (id * 3) STORED", False), ("int", True)],
)
def test_a_computed_column_that_is_computed_otherwise_loses_nothing(again: str, loses: bool) -> None:
    changes = all_changes(f"ALTER TABLE t DROP twice; ALTER TABLE t ADD twice {again}")
    assert bool(destructive_changes(changes, FACTS)) is loses
    assert bool(probes_of(changes, FACTS)) is loses
