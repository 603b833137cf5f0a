"""What statements do on the target and did not do on its copy: nobody calls that verified."""

from __future__ import annotations

import pytest

from tests.support.project import MakeProject, Project
from tests.support.scene import USERS
from tests.support.targets import MakeTarget

TABLE = "create table u (id int primary key);\n"
BACK = "drop table u;\n"
# The shadow listens on a local socket alone.
ONLY_THERE = "do $$ begin if inet_server_addr() is not null then {} end if; end $$;\n"
LAST = ("rollback", "--last", "1", "--yes", "--force")


def write(project: Project, up: str, down: str) -> None:
    for folder, text in (("migrations", up), ("rollbacks", down)):
        path = project.path / "supabase" / folder / "20260101000000_more.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("create role door; grant service_role to door;", "it adds membership of door in service_role"),
        ("create view extensions.door as select 1 as a;", "it adds relation extensions.door"),
        ("execute 'alter role postgres set search_path = a';", "it adds setting of role postgres search_path"),
        ("drop function extensions.given();", "it takes away routine extensions.given()"),
    ],
)
def test_what_was_done_on_the_target_alone_is_told(
    make_target: MakeTarget, make_project: MakeProject, statement: str, line: str
) -> None:
    given = "create function extensions.given() returns int language sql as 'select 1';"
    project = make_project(make_target(USERS + given, own_server=True), USERS + TABLE)
    write(project, TABLE + ONLY_THERE.format(statement), BACK)
    assert line not in project.run("sync", "--dry-run").ok().out
    ended = project.invoke("sync", "--yes").ended(1)
    assert "The migration was applied, but more has changed than the rehearsal showed" in ended.err
    assert line in ended.err
    assert "Verified" not in ended.out + ended.err
    assert line in project.invoke("log").ok().out


def test_what_a_rollback_did_on_the_target_alone_is_told(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS, own_server=True), USERS + TABLE)
    write(project, TABLE, BACK + ONLY_THERE.format("grant service_role to anon;"))
    project.invoke("sync", "--yes").ok()
    ended = project.invoke(*LAST).ended(1)
    assert "It was rolled back, but more has changed than the rehearsal showed" in ended.err
    assert "it adds membership of anon in service_role" in ended.err
    assert project.target.rows("select to_regclass('public.u')::text") == [(None,)]


def test_roles_of_a_migration_are_no_surprise(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS, own_server=True), USERS + TABLE)
    roles = "create role reports nologin;\ngrant reports to service_role;\nalter role anon set lock_timeout = '7s';\n"
    write(project, TABLE + roles, f"{BACK}drop role reports;\nalter role anon reset lock_timeout;\n")
    told = " ".join(project.run("sync", "--dry-run").ok().out.split())
    assert "it adds membership of service_role in reports" in told
    assert "Verified" in project.invoke("sync", "--yes").ok().err
    assert project.json("status")["in_sync"]
    project.invoke("verify").ok()
    assert "Verified" in project.invoke(*LAST).ok().err
    assert project.target.rows("select count(*) from pg_roles where rolname = 'reports'") == [(0,)]
    project.write_schema(f"{USERS}create table after (id int primary key);\n")
    project.invoke("sync", "--yes").ok()


def test_what_lies_in_the_schema_of_an_extension_is_named(make_target: MakeTarget, make_project: MakeProject) -> None:
    extension = "create extension pgmq;\n"
    project = make_project(make_target(USERS + extension), USERS + extension)
    project.write_schema(f"{USERS}{extension}create function pgmq.mine() returns int language sql as 'select 1';\n")
    told = " ".join(project.run("status").ok().out.split())
    assert "routine pgmq.mine() as" in told
    assert "lies in a schema of the platform's or an extension's: it is not compared or applied" in told
    project.write_schema(USERS + extension + TABLE)
    write(project, f"{TABLE}do $$ begin create view pgmq.door as select * from users; end $$;\n", BACK)
    told = " ".join(project.run("sync", "--dry-run").ok().out.split())
    assert "it adds relation pgmq.door, in a schema that is not compared" in told
