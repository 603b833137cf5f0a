"""What a stranger's files hide from the plan, or would do to the target before anything is shown."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from supasync.adapters import target_database
from supasync.adapters.database_errors import StatementError
from supasync.errors import InvalidSqlError
from tests.integration.test_stranger import runner
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

ROW = "attribute of a row"  # it is not looked for in the rows at all
USERS = "create table users (id int primary key, email text);\n"
TELL = """
create function tell(text) returns boolean language plpgsql as
  $$ begin perform pg_notify('leak', $1); return true; end $$;
"""
# What the target has, and a rule of a schema file over its rows, of which nothing was shown yet.
ACTING = {
    "function": ("", "check (pg_notify('leak', email) is null)"),
    "function of theirs": (TELL, "check (tell(email))"),
    "default of an argument": (
        TELL + "create function fine(text, boolean default tell('x')) returns boolean language sql as 'select $2';",
        "check (fine(email))",
    ),
    ROW: (
        TELL + "create function tell_row(users) returns boolean language sql as 'select tell(($1).email)';",
        "check (users.tell_row)",
    ),
    "operator": (
        TELL + "create function alike(text, text) returns boolean language sql as 'select tell($1)';"
        "create operator ##! (leftarg = text, rightarg = text, function = alike);",
        "check (email ##! 'x')",
    ),
    "operator of a usual name": (
        TELL + "create function alike(text, int) returns boolean language sql as 'select tell($1)';"
        "create operator = (leftarg = text, rightarg = int, function = alike);",
        "check (email = 3)",
    ),
    "negator": (
        TELL + "create function same(int, text) returns boolean immutable language plpgsql as 'begin return true; end';"
        "create function other(int, text) returns boolean language sql as 'select tell($2)';"
        "create operator = (leftarg = int, rightarg = text, function = same, negator = <>);"
        "create operator <> (leftarg = int, rightarg = text, function = other, negator = =);",
        "check (id = email)",
    ),
    "domain": (TELL + "create domain checked as text check (tell(value));", "check (email::checked is not null)"),
    "domain named in a text": (
        TELL + "create domain checked as text check (tell(value));",
        "check (pg_input_is_valid(email, 'checked'))",
    ),
    "domain called as a function": (
        TELL + "create domain checked as text check (tell(value));",
        "check (checked(email) is not null)",
    ),
    "domain by its input": (
        TELL + "create domain checked as text check (tell(value));",
        "check (domain_in('x', 'checked'::regtype, -1) is not null)",
    ),
    "attribute of a text": (TELL, "check ((email).tell)"),
    "cast": (
        TELL + "create type told as (a boolean);"
        "create function told_of(text) returns told language sql as 'select row(tell($1))::told';"
        "create cast (text as told) with function told_of(text);",
        "check (email::told is not null)",
    ),
    "cast by a domain": (
        TELL + "create type told as (a boolean);"
        "create function told_of(text) returns told language sql as 'select row(tell($1))::told';"
        "create cast (text as told) with function told_of(text);create domain of_told as told;",
        "check (email::of_told is not null)",
    ),
}


@pytest.mark.parametrize("name", ACTING)
def test_an_expression_that_might_act_is_not_run_on_the_target(
    make_target: MakeTarget, make_project: MakeProject, name: str
) -> None:
    made, rule = ACTING[name]
    target = make_target(USERS + made, seed_sql="insert into users values (1, 'ada@example.org')")
    project = make_project(target, f"{USERS}{made}alter table users add constraint rule {rule};\n")
    with target.session() as listener:
        listener.rows("listen leak")
        told: list[str] = []
        listener._connection.add_notify_handler(lambda notify: told.append(notify.payload))
        for command in (("status",), ("diff",), ("sync", "--dry-run")) if name == "function" else (("status",),):
            answer = project.invoke(*command)
            text = " ".join(answer.out.split())
            assert "users.rule CHECK" in text, answer
            assert name == ROW or re.search(r"could not check .*: it (calls|uses|has|takes|might run) ", text), answer
        listener.rows("select 1")
        assert told == []


def test_a_sample_of_values_is_taken_by_no_cast(make_target: MakeTarget, make_project: MakeProject) -> None:
    made = f"""{TELL}
        create type told as (a boolean);
        create function text_of(told) returns text language sql as $$ select tell('x')::text $$;
        create cast (told as text) with function text_of(told);
        """
    target = make_target(
        f"{made}create table t (id int primary key, p told);", seed_sql="insert into t values (1, '(t)')"
    )
    project = make_project(target, f"{made}create table t (id int primary key);")
    with target.session() as listener:
        listener.rows("listen leak")
        told: list[str] = []
        listener._connection.add_notify_handler(lambda notify: told.append(notify.payload))
        assert "(t)" in project.invoke("status").ok().out
        listener.rows("select 1")
        assert told == []


@pytest.mark.parametrize(
    "rule",
    [
        "octet_length(repeat('x', 1000000000 + id)) > 0",
        "(repeat('9', 130000)::numeric + id) / (repeat('7', 65000)::numeric + id) > 0",
        "id / 1e120000 < 1",
        "(repeat('(1,1),', 7000) || '(2,2)')::path <-> '(1,1)'::path > 0",
        "xpath_exists('count(//*)=1', ('<a>' || email || '</a>')::xml)",
        " || ".join(["email"] * 50) + " <> ''",
    ],
)
def test_what_may_take_all_of_a_server_is_not_begun(
    make_target: MakeTarget, make_project: MakeProject, rule: str
) -> None:
    target = make_target(USERS, seed_sql="insert into users values (1, 'ada@example.org')")
    project = make_project(target, f"{USERS}alter table users add constraint rule check ({rule});\n")
    text = " ".join(project.invoke("status").ok().out.split())
    assert re.search(r"could not check .*: it (calls|uses|has|joins|might run) ", text)


SMUGGLED = "comment on table t is 'x\\''; delete from secret; comment on table t is null; --'"
READ_OTHERWISE = {
    "by a statement": "set standard_conforming_strings = off",
    "by a statement of the transaction": "set local standard_conforming_strings = off",
    "by a block": "do $$ begin perform set_config('standard_conforming_strings', 'off', false); end $$",
    "by an encoding": "do $$ begin perform set_config('client_encoding', 'SJIS', false); end $$",
}


@pytest.mark.parametrize("name", READ_OTHERWISE)
def test_no_statement_hides_in_a_string(shadow_cache: Path, name: str) -> None:
    """With this setting off, the server ends a string where the parser sees it go on."""
    made = ["create table t (id int)", "create table secret (id int)", "insert into secret values (1)"]
    with runner(shadow_cache) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        rehearsal.run(database, made)
        with pytest.raises(StatementError, match="changes how the server reads SQL"):
            rehearsal.run(database, [READ_OTHERWISE[name], SMUGGLED])
        with shadow.session(database) as session:
            assert session.value("select count(*) from secret") == 1
        if "local" in READ_OTHERWISE[name]:  # in a file, it ends before the next text is read
            return
        file = f"{'; '.join(made[:2])};\n{READ_OTHERWISE[name]};\n{SMUGGLED};\ncreate table keep (id int);"
        with pytest.raises(InvalidSqlError) as caught:
            shadow.desired(file, "schema.sql")
        assert "changes how the server reads SQL" in caught.value.reason


def test_a_rollback_file_hides_no_statement(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target("create table secret (id int);", seed_sql="insert into secret values (1), (2)")
    project = make_project(target, "create table secret (id int);\ncreate table t (id int);\n")
    hidden = f"set local standard_conforming_strings = off;\n{SMUGGLED};\ndrop table t;\n"
    for folder, text in (("migrations", "create table t (id int);\n"), ("rollbacks", hidden)):
        path = project.path / "supabase" / folder / "20260101000000_add_t.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    refused = project.invoke("sync", "--yes").ended(4)
    assert "changes how the server reads SQL" in refused.err
    assert target.rows("select count(*) from secret") == [(2,)]


def test_a_target_that_reads_sql_in_the_old_way_is_refused(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target("create table t (id int);")
    setting = "format('alter database %I set standard_conforming_strings = off', current_database())"
    target.sql(f"do $$ begin execute {setting}; end $$")
    project = make_project(target, "create table t (id int);\n")
    refused = project.invoke("status").ended(4)
    assert "standard_conforming_strings is off in Supabase" in refused.err


def _marked(statement: str) -> str:
    return f"{statement} /* supasync attic {hashlib.sha256(statement.encode()).hexdigest()[:12]} */"


GUARD = """DO $supasync$ #variable_conflict use_column
BEGIN
IF pg_catalog.to_regclass('x') IS NULL THEN DELETE FROM secret; END IF; IF pg_catalog.to_regclass('x') IS NOT NULL THEN
PERFORM 1 FROM supasync.attic_1;
END IF;
END $supasync$"""
FORGED = (
    "with d as (delete from public.secret returning 1) select set_config('a.b','c',true)",
    "with d as (delete from public.secret returning 1) select 1 from d",
    "prepare p as delete from public.secret; execute p; deallocate p",
    "explain analyze delete from public.secret",
    GUARD,
)


def test_what_takes_rows_needs_force_whatever_it_is_called(make_target: MakeTarget, make_project: MakeProject) -> None:
    schema = "create table secret (id int);\n"
    target = make_target(schema, seed_sql="insert into secret values (1), (2)")
    project = make_project(target, f"{schema}create table u ();\n")
    path = project.path / "supabase" / "migrations" / "20260101000000_add_u.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    for statement in (*FORGED, *map(_marked, FORGED)):
        path.write_text(f"{statement};\ncreate table u ();\n")
        assert "lossless" not in project.invoke("sync", "--dry-run").out, statement
        if "DO $" not in statement:  # what a block does is unknown, and said to be
            project.invoke("sync", "--yes").ended(4)
            assert target.rows("select count(*) from secret") == [(2,)], statement


def test_a_probe_asks_no_query_and_has_a_limit(
    make_target: MakeTarget, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_database, "_PROBE_TIMEOUT", 1)
    schema = "create table t (id int);\n"
    target = make_target(schema, seed_sql="insert into t values (1), (2), (3)")
    slow = "check (md5(repeat('x', 400000000 + id)) <> '')"
    project = make_project(target, f"{schema}alter table t add constraint c {slow};\n")
    assert "could not check" in " ".join(project.invoke("status").ok().out.split())
    asks = "alter table t add constraint c check ((select count(*) from public.t) = 1);\n"
    path = project.path / "supabase" / "migrations" / "20260101000000_c.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(asks)
    asked: list[str] = []
    probe = target_database.TargetDatabase.probe

    def listening(self: Any, sql: str) -> tuple[int, str]:
        asked.append(sql)
        return probe(self, sql)

    monkeypatch.setattr(target_database.TargetDatabase, "probe", listening)
    project.invoke("sync", "--dry-run").ended(4)
    assert asked == []


def test_no_schema_hides_behind_a_name_of_the_platform_s(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(USERS), USERS)
    migration = project.path / "supabase" / "migrations" / "20260101000000_more.sql"
    migration.parent.mkdir(parents=True, exist_ok=True)
    for schema in ("etl", "timescaledb_door"):
        function = f"create function {schema}.hidden() returns int language sql security definer as 'select 1'"
        migration.write_text(f"do $$ begin create schema {schema}; {function}; end $$;\n", encoding="utf-8")
        refused = project.run("sync", "--dry-run").ended(4)
        assert "the migration makes a schema with a name of the platform's" in refused.err
        assert f"schema {schema}" in refused.err
    made = "create function extensions.mine() returns int language sql as 'select 1'; create table extensions.own ();"
    migration.write_text(f"do $$ begin {made} end $$;\n", encoding="utf-8")
    told = " ".join(project.run("sync", "--dry-run").ok().out.split())
    for name in ("relation extensions.own", "routine extensions.mine() of postgres as "):
        assert f"it adds {name}" in told
    migration.unlink()
    project.write_schema(f"{USERS}create schema etl;\ncreate table etl.t (id int);\n")
    told = " ".join(project.run("status").ok().out.split())
    assert "schema etl has a name of the platform's: nothing in it is compared or applied" in told


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("create role door login", "role door login"),
        ("grant service_role to anon", "membership of anon in service_role"),
        ("execute format('alter database %I set role = anon', current_database())", "setting of the database role"),
        (
            "execute format('grant create on database %I to anon', current_database())",
            "privilege on the database to anon",
        ),
        ("create role door login password 'x'", "password of role door"),
        ("create role door login connection limit 5", "role door login connection limit 5"),
        ("grant select on auth.users to anon", "privilege on auth.users to anon: SELECT"),
        ("alter role anon set statement_timeout = 0", "setting of role anon statement_timeout"),
    ],
)
def test_no_block_of_code_gives_access_without_a_word(
    make_target: MakeTarget, make_project: MakeProject, statement: str, line: str
) -> None:
    project = make_project(make_target(USERS), f"{USERS}create table u (id int);\n")
    migration = project.path / "supabase" / "migrations" / "20260101000000_more.sql"
    migration.parent.mkdir(parents=True, exist_ok=True)
    migration.write_text(f"create table u (id int);\ndo $$ begin {statement}; end $$;\n", encoding="utf-8")
    refused = project.run("sync", "--dry-run").ended(4)
    assert "the migration changes roles or settings, and no statement of it says so" in refused.err
    assert f"it adds {line}" in refused.err
