"""What statements do on the target and did not do on its copy: nobody calls that verified."""

from __future__ import annotations

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


GIVEN = """
create function touch() returns trigger language plpgsql as 'begin return new; end';
create extension hstore;
create table full_one (id int primary key, v text);
create table other (id int primary key, v text);
create table parts (id int) partition by range (id);
"""
AHEAD = """
create function extensions.given() returns int language sql as 'select 1';
create role app; grant app to postgres; grant create on schema public to app;
"""
# What only the target gets, and the line that tells it.
DONE = {
    "create role door; grant service_role to door": "it adds membership of door in service_role",
    "create view extensions.door as select 1 as a": "it adds relation extensions.door of postgres",
    "alter role postgres set search_path = a": "it adds setting of role postgres search_path",
    "drop function extensions.given()": "it takes away routine extensions.given() of postgres",
    "grant select (encrypted_password) on auth.users to anon":
        "it adds privilege on column auth.users.encrypted_password to anon: SELECT",
    "grant create on schema extensions to anon": "it adds privilege on schema extensions to anon: CREATE",
    "create trigger zz after insert on auth.users for each row execute function supabase_functions.http_request('http://x')":
        "it adds trigger zz on auth.users",
    "alter table storage.objects disable row level security": "it takes away row security of storage.objects",
    "alter default privileges for role supabase_auth_admin in schema auth grant all on tables to anon":
        "it adds default privilege of supabase_auth_admin in schema auth on r to anon: SELECT",
    "create view supasync.attic_door as select email from auth.users; grant select on supasync.attic_door to anon":
        "it adds privilege on supasync.attic_door to anon: SELECT",
    "alter extension hstore add function public.touch()": "it adds members of extension hstore: ",
    "grant service_role to pg_read_all_data": "it adds membership of pg_read_all_data in service_role",
    "create view supabase_migrations.door as select 1 as a": "it adds relation supabase_migrations.door of postgres",
    "create function door() returns int language sql security definer return 1; alter function door() owner to app":
        "it adds routine public.door() of app",
    "alter table full_one drop column v; alter table full_one add column v text":
        "it takes away the values of public.full_one.v",
    "truncate other": "it writes the rows of public.other anew",
    "create table extensions.default_part partition of public.parts default":
        "it adds relation extensions.default_part of postgres",
}  # fmt: skip


def test_what_was_done_on_the_target_alone_is_told(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS + GIVEN + AHEAD, own_server=True), USERS + GIVEN + TABLE)
    code = ONLY_THERE.format(" ".join(f"execute $q${text}$q$;" for text in DONE))
    write(project, TABLE + code, BACK)
    told = project.run("sync", "--dry-run").ok().out
    assert "Code whose effect on Supabase is not known; read it:" in told
    assert [text for text in DONE if text not in told.replace("\n", "")] == []
    refused = project.invoke("sync", "--yes").ended(4)
    assert "the files run code whose effect is not known. Use --force flag" in refused.err
    ended = project.invoke("sync", "--yes", "--force").ended(1)
    assert "The migration was applied, but more has changed than the rehearsal showed" in ended.err
    assert [line for line in DONE.values() if line not in ended.err] == []
    assert "Verified" not in ended.out + ended.err
    assert "membership of door in service_role" in project.invoke("log").ok().out


def test_what_a_rollback_did_on_the_target_alone_is_told(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS, own_server=True), USERS + TABLE)
    code = ONLY_THERE.format("grant service_role to anon;")
    write(project, TABLE, BACK + code)
    assert "its rollback file runs code" in project.run("sync", "--dry-run").ok().out
    assert "the files run code whose effect is not known" in project.invoke("sync", "--yes").ended(4).err
    project.invoke("sync", "--yes", "--force").ok()
    told = project.invoke("rollback", "--last", "1", "--dry-run").ok().out
    assert "grant service_role to anon" in told
    ended = project.invoke(*LAST).ended(1)
    assert "It was rolled back, but more has changed than the rehearsal showed" in ended.err
    assert "it adds membership of anon in service_role" in ended.err
    assert project.target.rows("select to_regclass('public.u')::text") == [(None,)]


def test_a_rollback_file_is_judged_as_a_migration_is(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS, own_server=True), USERS + TABLE)
    write(project, TABLE, BACK + "do $$ begin grant service_role to anon; end $$;\n")
    refused = project.invoke("sync", "--yes", "--force").ended(4)
    assert "the rollback file changes roles or settings, and no statement of it says so" in refused.err
    again = "alter table users drop column name; alter table users add column name text;"
    view = "create view v as select id from users;\n"
    project.write_schema(USERS + view)
    write(project, view, f"drop view v;\ndo $$ begin {again} end $$;\n")
    told = " ".join(project.run("sync", "--dry-run").ok().out.split())
    assert "Rollback: schema only" in told
    assert "takes away the values of users.name" in told
    project.invoke("sync", "--yes", "--force").ok()
    assert "values of users.name go along with something else" in project.invoke(*LAST[:-1]).ended(4).err


def test_nothing_runs_when_a_row_of_the_ledger_is_written(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(USERS, seed_sql="insert into users values (1, 'one')")
    project = make_project(target, USERS + TABLE)
    rule = "create rule zz as on insert to supasync.ledger do also delete from public.users"
    write(project, TABLE + ONLY_THERE.format(f"execute $q${rule}$q$;"), BACK)
    ended = project.invoke("sync", "--yes", "--force").ended(1)
    assert "supasync.ledger in Supabase is not what supasync or the CLI has made" in ended.err
    assert target.rows("select count(*) from users") == [(1,)]


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
    assert "routine pgmq.mine() of postgres as" in told
    assert "lies in a schema of the platform's or an extension's: it is not compared or applied" in told
    project.write_schema(USERS + extension + TABLE)
    write(project, f"{TABLE}create view pgmq.door as select * from users;\n", "drop view pgmq.door;\n" + BACK)
    told = " ".join(project.run("sync", "--dry-run").ok().out.split())
    assert "it adds relation pgmq.door of postgres" in told
