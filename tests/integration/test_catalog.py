"""The fingerprint on real servers: it notices every kind of change, and nothing that is none."""

from __future__ import annotations

from supasync.adapters.catalog import fingerprint_within, pin, read_facts, read_fingerprint
from supasync.adapters.postgres import Session, connect
from supasync.core.catalog.fingerprint import Fingerprint, compare, summarize
from supasync.core.engine.supplement import supplement
from tests.support.catalog_changes import NOTICED, C, F, G, P, S, T
from tests.support.targets import MakeTarget

# A schema without what the two versions deparse differently (views of a single relation).
RICH = (
    G
    + P
    + S
    + C
    + """
    create type mood as enum ('sad', 'ok');
    create domain slug as text not null check (value ~ '^[a-z]+$');
    create type pair as (a int, b text collate "C");
    create table big (id bigint generated always as identity, m mood default 'ok' not null, s slug,
      at timestamptz default '2024-01-01 00:00:00+00',
      d numeric(10, 2) default 1.5, tags text[] default '{}', j jsonb,
      unique nulls not distinct (m, s), check (d > 0), primary key (id));
    create table child (id bigserial primary key, big bigint references big on delete cascade deferrable,
      l bigint generated always as (big * 2) stored);
    create index on big using gin (j) where d > 1;
    create view both_of as select b.id, c.l from big b join child c on c.big = b.id;
    alter table big enable row level security;
    create policy p on big for all to anon using (id > 0 and m <> 'sad') with check (true);
    create operator === (function = same, leftarg = int, rightarg = int);
    create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0');
    create statistics st (dependencies) on m, d from big;
    create function body(a int, b text default 'x', out c int) language sql begin atomic select a; end;
    comment on column big.d is 'decimal';
    alter table big alter tags set storage external;
    alter table big cluster on big_pkey;
    create publication pub for table big (id, m) where (id > 5);
    grant select (id), update on big to anon with grant option;
    alter default privileges grant select on tables to anon;
    """
)


def fingerprint_of(dsn: str) -> Fingerprint:
    with connect(dsn, purpose="test") as session:
        return read_fingerprint(session)


def missed(session: Session, known: dict[str, Fingerprint], before: str, change: str, kind: str, identity: str) -> str:
    """Say what went wrong with one row of NOTICED; everything is rolled back. Many rows share what is `known`."""
    with session.transaction():
        session.script(before or "select")
        pin(session)
        if before not in known:
            known[before] = fingerprint_within(session)
        first = known[before]
        session.script("set local search_path = public, extensions")
        session.script(change)
        pin(session)
        found = compare(first, fingerprint_within(session))
        session.script("rollback; begin")
    if (kind, identity) in {(d.kind, d.identity) for d in found}:
        return ""
    return f"{change}: expected {kind} {identity}, saw {summarize(found)}"


def test_every_change_is_noticed(make_target: MakeTarget) -> None:
    known: dict[str, Fingerprint] = {}
    with connect(make_target().dsn, purpose="test") as session:
        assert [problem for case in NOTICED if (problem := missed(session, known, *case))] == []


def test_versions_agree(make_target: MakeTarget) -> None:
    old, new = (fingerprint_of(make_target(RICH, pg=pg).dsn) for pg in (15, 17))
    assert summarize(compare(old, new)) == ()
    assert len(new.rows) > 100


def test_history_of_a_table_does_not_matter(make_target: MakeTarget) -> None:
    straight = make_target("create table t (a int, b text not null default 'x', c int); create index i on t (b);")
    winding = make_target(
        "create table other (); drop table other; create table t (c int, gone int); alter table t drop gone;"
        "alter table t add b text; create index i on t (b); alter table t add a int;"
        "alter table t alter b set default 'x'; alter table t alter b set not null;"
    )
    assert summarize(compare(fingerprint_of(straight.dsn), fingerprint_of(winding.dsn))) == ()


def test_session_settings_do_not_matter(make_target: MakeTarget) -> None:
    target = make_target(RICH)
    with connect(target.dsn, purpose="test") as session:
        first = read_fingerprint(session)
        session.script(
            "set search_path = public; set timezone = 'Asia/Tokyo';"
            "set datestyle = 'German'; set quote_all_identifiers = on"
        )
        assert summarize(compare(first, read_fingerprint(session))) == ()
        assert session.value("show timezone") == "Asia/Tokyo"


def test_option_values_of_foreign_data_are_never_read(make_target: MakeTarget) -> None:
    target = make_target()
    secret = "s3cr3t-canary"
    with target.session(superuser=True) as session:
        session.script(
            f"create foreign data wrapper w options (key '{secret}');"
            f"create server s foreign data wrapper w options (host '{secret}', port '{secret}');"
            f"create user mapping for public server s options (user '{secret}', password '{secret}');"
            f"create foreign table ft (a int options (name '{secret}')) server s options (file '{secret}')"
        )
        rows = read_fingerprint(session).rows
    assert secret not in repr(rows)
    by_kind = {row.kind: row.definition for row in rows}
    assert by_kind["server"].endswith("options host, port")
    assert by_kind["user mapping"] == "options password, user"
    assert by_kind["foreign table"] == "server s options file"


def test_platform_and_extensions_are_left_out(make_target: MakeTarget) -> None:
    target = make_target("create extension citext; create table storage_like (a citext)")
    kinds = {(row.kind, row.identity) for row in fingerprint_of(target.dsn).rows}
    assert ("table", "public.storage_like") in kinds
    assert not any(identity.startswith(("auth.", "storage.", "realtime.")) for _, identity in kinds)
    assert not any(kind in ("function", "operator", "cast", "base type") for kind, _ in kinds)


def test_plain_server(make_target: MakeTarget) -> None:
    target = make_target("create table t (a int)", platform=False)
    assert ("table", "public.t") in {(row.kind, row.identity) for row in fingerprint_of(target.dsn).rows}


def test_supplement_gets_there_and_back(make_target: MakeTarget) -> None:
    plain = (
        T + "create table o (n int, a text); create view v as select t.id, o.a from t join o on o.n = t.n;"
        "create sequence s;"
    )
    plain += (
        S
        + F
        + "create trigger g before insert on t for each row execute function f(); create index i on t ((lower(a)));"
    )
    fancy = (
        plain
        + """
        alter table t alter a set storage external, alter a set compression pglz, alter a set statistics 50;
        alter table t alter n set (n_distinct = 5);
        alter table t cluster on t_pkey, set (fillfactor = 70, toast.autovacuum_enabled = false), replica identity full;
        alter table t enable row level security, force row level security, disable trigger g;
        alter table o set unlogged; alter sequence s set unlogged;
        alter view v alter a set default 'it''s'; alter view v set (security_invoker);
        comment on column v.a is 'x'; comment on trigger g on t is 'y'; alter index i alter column 1 set statistics 9;
        create operator === (function = same, leftarg = int, rightarg = int);
        create text search dictionary d (template = simple, accept = false);
        create text search configuration c (copy = simple);
        alter text search configuration c alter mapping for email with d, simple;
        create statistics st on a, n from t; alter statistics st set statistics 7;
        grant select on t to pg_monitor with grant option; grant update (a) on t to pg_monitor;
        revoke execute on function f() from public;
        alter default privileges in schema public grant select on tables to pg_monitor;
        """
    )
    here, there = make_target(plain).dsn, make_target(fancy).dsn
    wanted, first = fingerprint_of(there), fingerprint_of(here)
    for goal in (wanted, first):
        result = supplement(fingerprint_of(here), goal)
        assert result.unmanaged == ()
        with connect(here, purpose="test") as session:
            session.script(";".join(result.statements))
        assert summarize(compare(fingerprint_of(here), goal)) == ()


def test_facts(make_target: MakeTarget) -> None:
    target = make_target(
        "create type mood as enum ('a'); create table t (id int, m mood[], d int default 5,"
        " g int generated always as (1) stored);"
        "create table p (k int) partition by range (k); create table p1 partition of p for values from (0) to (9);"
        "insert into p select 1 from generate_series(1, 50); analyze p1"
    )
    with connect(target.dsn, purpose="test") as session:
        facts = read_facts(session)
    assert facts.column_types["public", "t", "m"] == "public.mood[]"
    assert facts.column_defaults == {("public", "t", "d"): "5"}
    assert facts.generated_columns == {("public", "t", "g")}
    assert facts.type_columns == {("public", "mood"): (("public", "t", "m"),)}
    assert ("public", "t") not in facts.row_estimates
    assert facts.row_estimates["public", "p"] == 50
    assert facts.table_bytes["public", "p"] > 0
