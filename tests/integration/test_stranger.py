"""Schema files, migrations and targets of a stranger: nothing of theirs ever runs as a superuser of the shadow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.shadow import databases, load
from supasync.adapters.shadow.databases import ShadowConfig, ShadowDatabases, open_shadow
from supasync.adapters.shadow.install import find_install
from supasync.adapters.shadow.runner import ShadowRunner
from supasync.core.catalog.surroundings import Membership, Role, Surroundings
from supasync.errors import InvalidSqlError, UsageError
from tests.support.targets import PROJECT, MakeTarget

# A function that leaves a file in the data folder if it ever runs with a superuser's rights, and never fails.
PAYLOAD = """
create schema if not exists evil;
create function evil.act() returns boolean language plpgsql as $$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname operator(pg_catalog.=) current_user) then
    execute format('copy (select 1) to %L', current_setting('data_directory') || '/was_superuser');
  end if;
  return true;
exception when others then return true;
end $$;
create function evil.on_event() returns event_trigger language plpgsql as $$ begin perform evil.act(); end $$;
"""
PLATFORM = Surroundings(17, platform=True)


@contextmanager
def runner(cache: Path, surroundings: Surroundings = PLATFORM) -> Iterator[tuple[ShadowRunner, ShadowDatabases]]:
    with open_shadow(ShadowConfig(Path(__file__).parent, cache), surroundings) as shadow:
        yield ShadowRunner(shadow), shadow


def traces(cache: Path) -> list[Path]:
    """Return what the payload left, in whichever server, and remove it."""
    found = list(cache.glob("clusters/*/data/was_superuser"))
    for path in found:
        path.unlink()
    return found


FILES = {
    # Stubs of extensions, with operators of the file found first.
    "operators under a stub": """
        create extension pg_cron;
        create function evil.same(bigint, bigint) returns boolean language sql as 'select evil.act()';
        create operator evil.= (leftarg = bigint, rightarg = bigint, function = evil.same);
        set search_path = evil, pg_catalog;
        do $$ begin perform cron.unschedule(1); perform cron.schedule('a', '* * * * *', 'select 1');
          perform cron.unschedule(1); end $$;
        """,
    # The condition of a publication that only a superuser may make.
    "condition of a publication": """
        create domain evil.checked as int check (evil.act());
        create type evil.r as range (subtype = evil.checked);
        create table evil.t (a evil.r primary key);
        create publication p for table evil.t where (a = '[1,2]'::evil.r), tables in schema evil;
        """,
    # PostgreSQL calls it when a superuser makes the wrapper for the role.
    "validator of a foreign data wrapper": """
        create function evil.valid(text[], oid) returns void language sql as 'select evil.act()';
        set search_path = evil, pg_catalog;
        create foreign data wrapper w validator valid options (a 'b');
        """,
    # Settings of the database and the role, met by the next session.
    "settings of the database": """
        create function evil.differ("char", text) returns boolean language sql as 'select evil.act()';
        create function evil.differ("char", "char") returns boolean language sql as 'select evil.act()';
        create operator evil.<> (leftarg = "char", rightarg = text, function = evil.differ);
        create operator evil.<> (leftarg = "char", rightarg = "char", function = evil.differ);
        do $$ begin execute format('alter database %I set search_path = evil, pg_catalog', current_database());
          execute format('alter database %I set role = postgres', current_database()); end $$;
        alter role postgres set search_path = evil, pg_catalog;
        create publication p for all tables;
        """,
    # The rights with which a foreign key looks at a table of the platform.
    "cast in a foreign key": """
        create type evil.v as (u uuid);
        create function evil.to_uuid(evil.v) returns uuid language plpgsql immutable as
          $$ begin perform evil.act(); return ($1).u; end $$;
        create cast (evil.v as uuid) with function evil.to_uuid(evil.v) as implicit;
        create table evil.t (a evil.v references vault.secrets (id));
        insert into evil.t values (row(gen_random_uuid())::evil.v);
        do $$ begin insert into evil.t values (row(gen_random_uuid())::evil.v); exception when others then null; end $$;
        """,
    "trigger on a table of the platform": """
        create function evil.on_row() returns trigger language plpgsql as
          $$ begin perform evil.act(); return new; end $$;
        create trigger t before insert on vault.secrets for each row execute function evil.on_row();
        """,
    # Extensions made from within, after the file's event trigger, or where their scripts find the file's functions.
    "operators around an extension": """
        create function evil.o(oid, oid) returns boolean language sql as 'select evil.act()';
        create function evil.o(oid, int) returns boolean language sql as 'select evil.act()';
        create function evil.o(name, text) returns boolean language sql as 'select evil.act()';
        create function evil.o(name, name) returns boolean language sql as 'select evil.act()';
        create function evil.o(xid, xid) returns boolean language sql as 'select evil.act()';
        create operator evil.= (leftarg = oid, rightarg = oid, function = evil.o);
        create operator evil.= (leftarg = oid, rightarg = int, function = evil.o);
        create operator evil.= (leftarg = name, rightarg = text, function = evil.o);
        create operator evil.= (leftarg = name, rightarg = name, function = evil.o);
        create operator evil.= (leftarg = xid, rightarg = xid, function = evil.o);
        do $$ begin execute 'create schema later'; end $$;
        set search_path = evil, pg_catalog;
        create extension unaccent schema later;
        """,
    "types around an extension": """
        create schema cubes; create extension cube schema cubes;
        do $$ begin execute 'create schema x'; end $$;
        create domain x.checked as text check (evil.act());
        create type x.cube as (a x.checked);
        create function x.cube_is_point(x.cube) returns boolean language sql immutable as 'select true';
        create function x.cube_dim(x.cube) returns int language sql immutable as 'select 1';
        create function x.cube_distance(x.cube, x.cube) returns float8 language sql immutable as 'select 1.0::float8';
        create extension earthdistance schema x;
        """,
    "extension made by a block": """
        create event trigger e on ddl_command_end execute function evil.on_event();
        do $$ begin execute 'create extension citext'; end $$;
        """,
    "extension beside functions": """
        create function public.act_text(text, text) returns boolean language sql as 'select evil.act()';
        create operator public.= (leftarg = text, rightarg = text, function = public.act_text);
        create schema nested create table t (a int);
        create event trigger e on ddl_command_end execute function evil.on_event();
        create event trigger f on ddl_command_start execute function evil.on_event();
        create extension hstore schema public;
        """,
    "event triggers that fire always": """
        create event trigger e on ddl_command_end execute function evil.on_event();
        alter event trigger e enable always;
        create publication p for all tables;
        create schema authorization postgres;
        """,
    # What is said of an extension besides its making, and a member of it that would find its way to pg_catalog.
    "members of an extension": """
        do $$ begin execute 'drop extension if exists hypopg'; end $$;
        create extension hypopg schema public;
        create function public.same(oid, int) returns boolean cost 0.00001 language plpgsql as
          $$ begin perform evil.act(); return $1 operator(pg_catalog.=) $2::oid; end $$;
        create operator public.= (leftarg = oid, rightarg = int, function = public.same);
        alter extension hypopg add function public.same(oid, int);
        alter extension hypopg add operator public.= (oid, int);
        do $$ begin alter extension hypopg set schema pg_catalog; raise exception 'it was allowed';
          exception when insufficient_privilege then null; end $$;
        alter extension hypopg/* update */ set schema pg_catalog;
        create extension if not exists hypopg;
        """,
    "files, programs, and who may reach them": """
        do $$ declare word text; begin
          foreach word in array array['grant pg_execute_server_program to postgres', 'grant supabase_admin to postgres',
            'alter role postgres superuser', 'set session authorization supabase_admin', 'set role supabase_admin',
            'create role a superuser', 'alter role supabase_admin password ''x''', 'grant pg_read_server_files to anon',
            'alter role supabase_admin set search_path = evil', 'alter system set archive_command = ''touch /tmp/x''',
            'load ''/tmp/x''', 'create language plpython3u', 'copy (select 1) to program ''true'''] loop
            begin execute word; exception when others then continue; end;
            raise exception 'it was allowed: %', word;
          end loop; end $$;
        """,
}  # fmt: skip


@pytest.mark.parametrize("major", [17, 15])
@pytest.mark.parametrize("name", FILES)
def test_a_schema_file_never_runs_as_superuser(shadow_cache: Path, name: str, major: int) -> None:
    with runner(shadow_cache, replace(PLATFORM, major=major)) as (_, shadow):
        refusal = _load(shadow, f"{PAYLOAD}{FILES[name]}")
        assert "it was allowed" not in refusal
    assert traces(shadow_cache) == []


def _load(shadow: ShadowDatabases, text: str) -> str:
    """Load a file, and look at what it left with another session; return why it was refused, or nothing."""
    try:
        loaded = shadow.desired(text, "schema.sql")
    except InvalidSqlError as error:
        return error.reason
    with shadow.session(loaded.database) as session:
        session.rows("select 1")
    shadow.scratch(loaded.database)
    return ""


@pytest.mark.parametrize("major", [17, 15])
@pytest.mark.parametrize(
    "statements",
    [
        ("create event trigger e on ddl_command_end execute function evil.on_event()", "create extension citext"),
        ("create event trigger e on ddl_command_end execute function evil.on_event()",
         "alter event trigger e enable always", "create publication p for all tables",
         "create event trigger f on ddl_command_end execute function evil.on_event()"),
        ("create extension pg_cron", "create operator evil.= (leftarg = bigint, rightarg = bigint, function = evil.q)",
         "set search_path = evil, pg_catalog", "select cron.unschedule(1)", "reset search_path",
         "create extension hstore"),
        ("do $$ begin execute 'alter database ' || current_database() || ' set search_path = evil,pg_catalog'; end $$",
         "create operator evil.<> (leftarg = \"char\", rightarg = \"char\", function = evil.d)",
         "create publication p for all tables",
         "create event trigger f on ddl_command_end execute function evil.on_event()",
         "create event trigger g on ddl_command_end execute function evil.on_event()", "create extension hstore"),
    ],
)  # fmt: skip
def test_a_migration_never_runs_as_superuser(shadow_cache: Path, statements: Sequence[str], major: int) -> None:
    more = (
        "create function evil.q(bigint, bigint) returns boolean language sql as 'select evil.act()'",
        'create function evil.d("char", "char") returns boolean language sql as \'select evil.act()\'',
    )
    with runner(shadow_cache, replace(PLATFORM, major=major)) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        with shadow.session(database) as session:
            session.script(PAYLOAD)
        rehearsal.run(database, [*more, *statements])
        rehearsal.run(database, ["create table evil.again ()", "create extension unaccent"])
    assert traces(shadow_cache) == []


TRUST_DOMAIN = databases.trust_domain
BECOME = "public;alter/**/role/**/postgres/**/superuser"


@pytest.mark.parametrize(
    "given",
    [
        replace(PLATFORM, search_path=BECOME),
        replace(PLATFORM, roles=(Role("app", "nologin", (f"search_path={BECOME}",)),)),
        replace(PLATFORM, roles=(Role("a{}b", "nologin"),), memberships=(Membership("a{}b", "anon"),)),
    ],
    ids=["path of the database", "path of a role", "membership"],
)
def test_a_target_says_names_and_nothing_else(own_cache: Path, given: Surroundings) -> None:
    with runner(own_cache, given) as (_, shadow), shadow.session(shadow.baseline()) as session:
        assert session.rows("select rolname from pg_roles where rolsuper and oid <> 10") == []


def test_a_target_s_default_privileges_are_nothing_else(own_cache: Path) -> None:
    given = replace(PLATFORM, default_privileges=("alter role postgres superuser",))
    with pytest.raises(ValueError, match="not about default privileges"), runner(own_cache, given):
        raise AssertionError("it ran")


def test_nothing_of_a_superuser_s_is_open_to_others(shadow_cache: Path) -> None:
    """With every extension made that the shadow has a stand-in for, and those that come with PostgreSQL."""
    names = "citext hstore pg_trgm pgcrypto postgres_fdw dblink pg_cron pg_net vector http pgjwt pg_graphql ltree cube"
    given = replace(PLATFORM, extensions=tuple((name, "extensions") for name in names.split()))
    with runner(shadow_cache, given) as (_, shadow), shadow.session(shadow.baseline()) as session:
        definers = """
            select oid::regprocedure::text from pg_proc
            where prosecdef and proowner = 10 and has_function_privilege('postgres', oid, 'execute')
            """
        assert session.rows(definers) == []
        tables = """
            select distinct c.oid::regclass::text, a.privilege_type from pg_class c, aclexplode(c.relacl) a
            where c.relowner = 10 and a.grantee <> 10 and a.privilege_type in ('REFERENCES', 'TRIGGER', 'MAINTAIN')
            """
        assert session.rows(tables) == []
        assert session.rows("select rolname from pg_authid where rolpassword is not null") == []
        files = "select rolname from pg_roles where rolname ~ '^pg_(read_server|write_server|execute_server)'"
        assert session.rows(files) == []


def test_projects_share_no_server(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "trust_domain", TRUST_DOMAIN)  # the tests' own one makes them share it
    folders = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with open_shadow(
            ShadowConfig(tmp_path / name, own_cache, find_install(PROJECT, None, 17).bin_dir), PLATFORM
        ) as shadow:
            folders.append(shadow.endpoint(shadow.baseline()).host)
    assert folders[0] != folders[1]


def test_a_database_that_was_changed_is_made_anew(own_cache: Path) -> None:
    text = "create table mine (id int);"
    with runner(own_cache) as (_, shadow):
        loaded = shadow.desired(text, "schema.sql")
        with shadow.session(loaded.database) as session:
            session.script("alter table mine add theirs int")
    with runner(own_cache) as (again, shadow):
        loaded = shadow.desired(text, "schema.sql")
        assert "theirs" not in str(again.fingerprint(loaded.database))


NO_LIMIT = "perform set_config('statement_timeout', '0', false);"
UNINTERRUPTED = (
    "perform xpath('count(//*[count(//*[count(//*)>0])>0])', ('<r>' || repeat('<a/>', 3000) || '</r>')::xml);"
)
CATCHING = "loop begin loop end loop; exception when query_canceled then continue; end; end loop;"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("do $$ begin loop end loop; end $$", "ran for 1 s"),
        (f"do $$ begin {NO_LIMIT} loop end loop; end $$", "ran for 1 s"),
        (f"do $$ begin {NO_LIMIT} {CATCHING} end $$", "ran for 1 s"),
        (f"do $$ begin {NO_LIMIT} {UNINTERRUPTED} end $$", "ran for 1 s"),
        ("do $$ begin perform pg_terminate_backend(pg_backend_pid()); end $$", "ends its own session"),
        ("create index on a ((f(id)))", "ran for 1 s"),
        ("create publication p for table c where (spans = '[1,2]'), tables in schema extensions", "ran for 1 s"),
    ],
    ids=["loop", "loop without a limit", "loop that catches", "loop in a library",
         "end of its own session", "loop in an index", "loop in a publication"],
)  # fmt: skip
def test_code_that_does_not_end_is_stopped_and_named(shadow_cache: Path, statement: str, reason: str) -> None:
    before = (
        "create table a (id int);\ninsert into a values (1);\ncreate function f(int) returns int immutable language"
        " plpgsql as 'begin loop end loop; end';\ncreate domain d as int check (f(value) is null);"
        " create type spans as range (subtype = d); create table c (spans spans primary key);\n"
    )
    rows = "do $$ begin insert into a values (1); end $$;\n"
    config = ShadowConfig(Path(__file__).parent, shadow_cache, timeout=1)
    with open_shadow(config, PLATFORM) as shadow, pytest.raises(InvalidSqlError) as caught:
        shadow.desired(f"{before}{rows}{statement};\ncreate table d (id int);\n", "schema.sql")
    assert caught.value.spot is not None
    assert caught.value.spot.line == 6
    assert reason in caught.value.reason


def test_a_target_s_roles_are_not_the_shadow_s_superuser(own_cache: Path) -> None:
    given = replace(
        PLATFORM,
        memberships=(Membership("supabase_admin", "postgres"),),
        default_privileges=("alter default privileges for role supabase_admin grant all on tables to anon",),
    )
    with runner(own_cache, given) as (_, shadow), shadow.session(shadow.baseline()) as session:
        assert session.value("select pg_has_role('postgres', 'supabase_admin', 'member')") is False
        granted = "select count(*) from pg_default_acl where defaclrole = 10 and defaclnamespace = 0"
        assert session.value(granted) == 0
    plain = Surroundings(17, platform=False, owner="supabase_admin", owner_options="login")
    with pytest.raises(UsageError, match='as the role "supabase_admin"'), runner(own_cache, plain):
        raise AssertionError("it was opened")


# What a file could do to the databases that supasync keeps, and to its own before it fails.
SABOTAGE = {
    "names": """
        alter database {base} rename to junk; alter database {template} rename to junk2;
        alter database {template} owner to postgres; drop database {base}""",
    "connections": "alter database {template} allow_connections false; alter database {base} allow_connections false",
    "settings": """
        alter database {template} set local_preload_libraries = 'nope'; alter database {base} set role = anon;
        alter database {own} set role = anon; alter role postgres in database {own} set search_path = auth;
        alter role postgres set search_path = extensions, public""",
    "a template": "alter database {own} with is_template true; alter database {own} allow_connections true; select 1/0",
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_what_a_file_does_to_databases_ends_with_it(own_cache: Path, name: str) -> None:
    victim = "create table users (id int primary key);\ncreate view v as select id from users;\n"
    with runner(own_cache) as (clean, shadow):
        expected = clean.fingerprint(shadow.desired(victim, "schema.sql").database)
        base, template = "supasync_base", shadow.baseline()
    statements = "".join(
        f"begin execute replace($x${text.format(base=base, template=template, own='OWN')}$x$, 'OWN', current_catalog);"
        " exception when insufficient_privilege or undefined_object or object_in_use then null; end;"
        for text in SABOTAGE[name].split(";")
    )
    for _ in range(2):
        with runner(own_cache) as (_, shadow), suppress(InvalidSqlError, UsageError):
            shadow.desired(f"create table t (id int);\ndo $do$ begin {statements} end $do$;\n", "schema.sql")
        with runner(own_cache) as (again, shadow):
            loaded = shadow.desired(f"{victim}-- {name}\n", "schema.sql")
            assert again.fingerprint(loaded.database) == expected
            with shadow.session(loaded.database) as session:
                assert session.value("select current_user") == "postgres"


def test_a_migration_that_does_not_end_is_stopped(shadow_cache: Path) -> None:
    before = """
        create schema evil; create table late (id int);
        create function evil.forever() returns trigger language plpgsql as $$ begin loop end loop; end $$;
        create constraint trigger t after insert on late deferrable initially deferred
          for each row execute function evil.forever();
        """
    config = ShadowConfig(Path(__file__).parent, shadow_cache, timeout=1)
    with open_shadow(config, PLATFORM) as shadow:
        rehearsal = ShadowRunner(shadow)
        database = rehearsal.scratch(shadow.baseline())
        with shadow.session(database) as session:
            session.script(before)
        with pytest.raises(StatementError) as caught:
            # Its trigger runs when the transaction ends.
            rehearsal.run(database, [f"do $$ begin {NO_LIMIT} insert into late values (1); end $$"])
        assert caught.value.sqlstate == "57014"


def test_settings_of_a_role_end_with_the_file_that_made_them(own_cache: Path) -> None:
    hides = "alter role postgres set search_path = extensions, public;\ncreate table t (id int);\n"
    with runner(own_cache) as (_, shadow):
        shadow.desired(hides, "schema.sql")
        # In the same run, and with roles too: so it is loaded on the same server.
        loaded = shadow.desired("create role r2;\ncreate table users (id int);\n", "schema.sql")
        with shadow.session(loaded.database) as session:
            assert session.value("select to_regclass('public.users') is not null")


@pytest.mark.parametrize(
    "text",
    ["alter role postgres superuser", "alter extension hypopg/* update */ set schema pg_catalog", "drop table t",
     "create publication p for table t", "alter event trigger e enable", "select 1"],
)  # fmt: skip
def test_a_superuser_runs_nothing_but_the_closed_list(shadow_cache: Path, text: str) -> None:
    with runner(shadow_cache) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        with pytest.raises(ValueError, match="not for a superuser"):
            shadow.run_reserved(database, text)


def test_temporary_objects_hide_nothing_from_the_fingerprint(make_target: MakeTarget) -> None:
    target = make_target("create table t (id int);\ncreate policy backdoor on t using (true);\n")
    with target.session() as honest, target.session() as misled:
        misled.script("create temp view pg_policy as select * from pg_catalog.pg_policy where false")
        found = read_fingerprint(misled)
        assert "backdoor" in str(found.rows)
        assert found == read_fingerprint(honest)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_an_encoding_that_a_file_chooses_changes_nothing(own_cache: Path, encoding: str) -> None:
    text = (
        f"do $$ begin execute format('alter database %I set client_encoding = {encoding}', current_database()); end $$"
    )
    with runner(own_cache) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        rehearsal.run(database, ["create table größe (id int)", text])
        assert "größe" in str(rehearsal.fingerprint(database).of_kind("table"))


def test_settings_of_all_roles_are_seen(own_cache: Path) -> None:
    with runner(own_cache) as (_, shadow):
        before = shadow.restore_roles()
        store = shadow._store(shadow.baseline())
        with store._server.admin() as admin:
            admin.rows("alter role all set session_preload_libraries = 'planted'")
        assert (before, shadow.restore_roles()) == (True, False)


def test_what_roles_are_told_for_other_databases_ends_with_the_file(own_cache: Path) -> None:
    victim = "create table t (on_day date default '2026-03-04');\n"
    with runner(own_cache) as (clean, shadow):
        expected = clean.fingerprint(shadow.desired(victim, "schema.sql").database)
        names = [shadow.baseline(), "supasync_base", shadow.desired(victim, "schema.sql").database]
    told = "".join(f"alter role postgres in database {name} set datestyle = 'SQL, DMY';" for name in names)
    with runner(own_cache) as (_, shadow), suppress(InvalidSqlError, UsageError):
        shadow.desired(f"create table x (id int);\ndo $$ begin {told} end $$;\n", "schema.sql")
    with runner(own_cache) as (again, shadow):
        loaded = shadow.desired(victim, "schema.sql")
        assert again.fingerprint(loaded.database) == expected
        with shadow.session(loaded.database) as session:
            assert str(session.value("show datestyle")).startswith("ISO")
            assert session.value("select count(*) from pg_db_role_setting where setrole <> 0 and setdatabase <> 0") == 0


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("member", ["view public.backdoor", "collation public.coll"])
def test_nothing_is_hidden_in_an_extension(shadow_cache: Path, inside: bool, member: str) -> None:
    adding = f"alter extension citext add {member}"
    adding = f"do $$ begin {adding}; end $$" if inside else adding
    text = 'create extension citext;\ncreate view public.backdoor as select 1 as a;\ncreate collation coll from "C";\n'
    with runner(shadow_cache) as (_, shadow), pytest.raises(UsageError, match="adds objects to an extension"):
        shadow.desired(f"{text}{adding};\n", "schema.sql")
    with runner(shadow_cache) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        with pytest.raises(StatementError, match="adds objects to an extension"):
            rehearsal.run(database, [*filter(None, map(str.strip, text.split(";"))), adding])


def test_no_setting_of_a_database_hides_a_cast_in_an_extension(shadow_cache: Path) -> None:
    steps = (
        "create extension citext",
        "create type public.pair as (a int, b int)",
        "create function public.totext(public.pair) returns text language sql immutable return 'x'",
        "do $$ begin execute format('alter database %I set quote_all_identifiers = on', current_database()); end $$",
        "create cast (public.pair as text) with function public.totext(public.pair) as implicit",
        "alter extension citext add cast (public.pair as text)",
    )
    with runner(shadow_cache) as (rehearsal, shadow):
        database = rehearsal.scratch(shadow.baseline())
        with pytest.raises(StatementError, match="adds objects to an extension"):
            rehearsal.run(database, list(steps))


def test_a_file_in_reverse_order_is_loaded_in_few_rounds(shadow_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    views = [f"create view v{n} as select a from v{n - 1};" for n in range(120, 0, -1)]
    text = "\n".join([*views, "create view v0 as select 1 as a;"])
    tried: list[str] = []
    execute = load._execute

    def counting(run: Any, step: Any) -> None:
        tried.append(step.statement.text)
        execute(run, step)

    monkeypatch.setattr(load, "_execute", counting)
    with runner(shadow_cache) as (rehearsal, shadow):
        loaded = shadow.desired(text, "schema.sql")
        assert len(rehearsal.fingerprint(loaded.database).of_kind("view")) == 121
    assert len(tried) < 4 * 121


def test_what_an_extension_requires_is_judged_like_the_extension(own_cache: Path) -> None:
    """CASCADE would make it in the schema that its own control file says, whoever's functions are there."""
    made = {
        "below.control": "default_version = '1'\nschema = 'below'\n",
        "below--1.sql": "create table below.key (id int);\nselect lower(current_schema());\n",
        "above.control": "default_version = '1'\nschema = 'above'\nrequires = 'below'\n",
        "above--1.sql": "create table above.t (id int);\n",
    }
    file = """
        create schema below;
        create extension above cascade;
        drop extension above;
        drop extension below;
        create function below.lower(name) returns text language plpgsql as $$ begin
          raise exception '% is % a superuser', current_user, (select rolsuper from pg_catalog.pg_roles
            where rolname = current_user); end $$;
        create extension above cascade;
        """
    with runner(own_cache) as (_, shadow):
        own = next(own_cache.glob("postgres/*/share/postgresql/extension"))
        for name, text in made.items():
            (own / name).write_text(text, encoding="utf-8")
        with pytest.raises(InvalidSqlError) as caught:
            shadow.desired(file, "schema.sql")
        assert 'the extension "below" cannot be made in the shadow beside the objects of schema' in caught.value.reason
        wanted = "create extension above cascade;\ncreate table t (id int);"
        assert dict(shadow.desired(wanted, "schema.sql").content.of_kind("extension")).keys() >= {"above", "below"}


def test_constructors_of_ranges_are_whose_the_range_is(own_cache: Path) -> None:
    """PostgreSQL gives them to the first superuser, and leaves them where they are when the type goes elsewhere."""
    script = "do $$ begin perform format('1.0 for %s', current_setting('server_version')); end $$;\n"
    file = """
        do $$ begin create schema x; end $$;
        create schema y;
        create type x.format as range (subtype = text, multirange_type_name = y.many);
        alter type x.format set schema y;
        create function y.deed(y.format) returns text language plpgsql as $$ begin
          raise exception '% is % a superuser', current_user, (select rolsuper from pg_catalog.pg_roles
            where rolname = current_user); end $$;
        create cast (y.format as text) with function y.deed(y.format) as implicit;
        create extension third with schema x;
        """
    with runner(own_cache) as (_, shadow):
        own = next(own_cache.glob("postgres/*/share/postgresql/extension"))
        (own / "third.control").write_text("default_version = '1'\nrelocatable = false\n", encoding="utf-8")
        (own / "third--1.sql").write_text(script, encoding="utf-8")
        with pytest.raises(InvalidSqlError) as caught:
            shadow.desired(file, "schema.sql")
        assert (
            'the extension "third" cannot be made in the shadow beside the objects of schema "x"' in caught.value.reason
        )
