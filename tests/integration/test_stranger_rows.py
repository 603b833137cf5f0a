"""Rows and privileges of the target that a stranger's migration would take, or that are taken while one only looks."""

from __future__ import annotations

import pytest

from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget, TargetDatabase

SECRET = "create table secret (id int primary key, v text);\n"
ROWS = "insert into secret values (1, 'one'), (2, 'two')"


def with_migration(project: Project, text: str) -> Project:
    """Put a migration into a project, in the place of the one before."""
    path = project.path / "supabase" / "migrations" / "20260101000000_add_u.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return project


def values(target: TargetDatabase) -> list[str]:
    return [str(row[0]) for row in target.rows("select v from secret order by id")]


INJECTED = (
    'alter table secret alter column id type pg_catalog."int4)key1 from secret)s)q;commit;delete from secret;--";',
    'alter table secret add constraint c check (public.f("1));commit;delete from secret;--" => id));',
)


@pytest.mark.parametrize("statement", INJECTED)
def test_a_name_is_no_statement(make_target: MakeTarget, make_project: MakeProject, statement: str) -> None:
    """The parser's own writer leaves out the quotes of some names."""
    target = make_target(SECRET, seed_sql=ROWS)
    project = with_migration(make_project(target, SECRET + "create table u ();\n"), statement)
    project.invoke("sync", "--dry-run").ended(4)
    assert values(target) == ["one", "two"]


def test_the_rows_are_looked_at_within_one_limit(
    make_target: MakeTarget, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supasync.adapters.target_database._PROBES_TIMEOUT", 0)
    target = make_target(SECRET, seed_sql=ROWS)
    project = make_project(target, f"{SECRET}alter table secret add constraint c check (id > 0);\n")
    assert "rows were looked at for 0 s already" in " ".join(project.invoke("status").ok().out.split())


def test_a_view_is_not_read_as_the_ledger(make_target: MakeTarget, make_project: MakeProject) -> None:
    """What a view of somebody else's calls would run with the rights of whoever asks."""
    made = """
        create role low;
        create schema supasync authorization low;
        grant all on table secret to low; grant usage on schema public to low;
        set role low;
        create function supasync.own() returns boolean language plpgsql as
          $$ begin delete from public.secret; return false; end $$;
        create view supasync.ledger as select null::bigint as id where supasync.own();
        grant usage on schema supasync to public; grant select on supasync.ledger to public;
        reset role;
        """
    target = make_target(SECRET, seed_sql=ROWS, own_server=True)
    with target.session(superuser=True) as session:
        session.script(made)
    project = make_project(target, SECRET)
    for command in ("status", "sync"):
        assert "supasync.ledger in Supabase is not what supasync" in project.invoke(command).ended(4).err
    assert values(target) == ["one", "two"]


BEFORE = f"""{SECRET}
create domain d as text; create type e as enum ('a'); create collation c from "C"; create view vv as select 1 as a;
create function pk(int) returns int language sql immutable as 'select $1';
create table kept (id int, w d, x e, y text collate c, z vv);
create table part (id int) partition by range (pk(id)); create table part_1 partition of part default;
"""
TAKING = {
    "a merge": "merge into secret s using (select 1) x on true when matched then delete",
    "nothing is made where it is": "create table if not exists secret (id int); alter table secret drop column v;"
    "alter table secret add column v text",
    "a table that is temporary": "create temp table secret (id int) on commit drop;"
    "alter table public.secret drop column v; alter table public.secret add column v text",
    "another name": "create table tmpx (a int); alter table tmpx rename to tmpy; alter table secret rename to tmpx;"
    "alter table tmpx drop column v; alter table tmpx add column v text; alter table tmpx rename to secret;"
    "drop table tmpy",
    "a domain": "drop domain d cascade; create domain d as text; alter table kept add column w d",
    "a type": "drop type e cascade; create type e as enum ('a'); alter table kept add column x e",
    "a name of the engine's": 'alter type e rename to "e__pgdelta_replaced"; drop type "e__pgdelta_replaced" cascade;'
    "create type e as enum ('a'); alter table kept add column x e",
    "a collation": 'drop collation c cascade; create collation c from "C";alter table kept add column y text collate c',
    "a view's type": "drop view vv cascade; create view vv as select 1 as a; alter table kept add column z vv",
    "a function": "drop function pk(int) cascade;"
    "create function pk(int) returns int language sql immutable as 'select $1';"
    "create table part (id int) partition by range (pk(id)); create table part_1 partition of part default",
    "an expression": "alter table secret alter column v type text using 'gone'",
}


def test_what_takes_values_needs_force_by_whatever_statement(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    target = make_target(
        BEFORE, seed_sql=f"{ROWS}; insert into kept values (1, 'w', 'a', 'y', row(1)); insert into part values (1)"
    )
    project = make_project(target, f"{BEFORE}create table u ();\n")
    for name, statements in TAKING.items():
        with_migration(project, f"{statements};\ncreate table u ();\n")
        refused = project.invoke("sync", "--yes").ended(4)
        assert "would drop data" in refused.err, name
        assert "lossless" not in project.invoke("sync", "--dry-run").out, name
    assert values(target) == ["one", "two"]
    assert target.rows("select w, x, y, z from kept") == [("w", "a", "y", "(1)")]


ACCESS = {
    "create schema x grant all on public.secret to anon": "GRANT",
    "create table if not exists secret (id int); grant all on secret to anon": "GRANT",
    "create table if not exists secret (id int); alter table secret disable row level security": "DISABLE ROW LEVEL",
    "create temp view secret as select 1; grant all on public.secret to anon": "GRANT",
}


@pytest.mark.parametrize("statements", ACCESS)
def test_access_is_never_given_without_a_line(
    make_target: MakeTarget, make_project: MakeProject, statements: str
) -> None:
    guarded = f"{SECRET}alter table secret enable row level security;\nrevoke all on secret from anon;\n"
    target = make_target(guarded, seed_sql=ROWS)
    after = f"{guarded}create schema x;\ngrant all on secret to anon;\nalter table secret disable row level security;\n"
    project = with_migration(make_project(target, after), f"{statements};\n")
    plan = " ".join(project.invoke("status").out.split())
    assert ACCESS[statements] in plan, plan
