"""The shadow: its server's life, its databases, and how well it resembles a target."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.shadow.cluster import open_cluster
from supasync.adapters.shadow.databases import ShadowConfig, ShadowDatabases, open_shadow
from supasync.adapters.shadow.pristine import BOOTSTRAP
from supasync.adapters.shadow.read_surroundings import read_surroundings
from supasync.adapters.shadow.slots import running_server
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from supasync.errors import InvalidSqlError, SupasyncError, UsageError
from tests.support import targets
from tests.support.targets import DEFAULT_MAJOR, PROJECT, MakeTarget

SCHEMA = "create table leagues (id int primary key, name text not null);\n"
ROLES = "select rolname from pg_roles where rolname ~ '^app_' order by 1"


def config(cache: Path, **settings: str) -> ShadowConfig:
    return ShadowConfig(PROJECT, cache, url=settings.get("url"), baseline=settings.get("baseline", "auto"))


def values(shadow: ShadowDatabases, dbname: str, query: str) -> list[object]:
    with shadow.session(dbname) as session:
        return [row[0] for row in session.rows(query)]


def test_desired_is_kept_between_runs_with_its_notes(own_cache: Path) -> None:
    # In a cache of its own: where another worker holds the first server, the second run is given another one.
    context = Surroundings(17, platform=True)
    text = SCHEMA + "insert into leagues values (1, 'a');\n"
    with open_shadow(config(own_cache), context) as shadow:
        first = shadow.desired(text, "schema.sql")
        oid = values(shadow, first.database, "select oid from pg_database where datname = current_database()")
        scratch = shadow.scratch(first.database)
        assert values(shadow, scratch, "select count(*) from leagues") == [0]
    with open_shadow(config(own_cache), context) as shadow:
        assert shadow.desired(text, "schema.sql") == first
        assert first.notes == ("schema.sql: 1 data statement ignored, at line 2",)
        assert values(shadow, first.database, "select oid from pg_database where datname = current_database()") == oid
        assert values(shadow, first.database, f"select count(*) from pg_database where datname = '{scratch}'") == [0]


def test_named_builds_once_and_forgets_failures(shadow_cache: Path) -> None:
    built: list[str] = []

    def build(dbname: str) -> Fingerprint | None:
        built.append(dbname)
        with shadow.session(dbname) as session:
            session.script("create table cloned (id int);")
        return None

    def fail(dbname: str) -> Fingerprint | None:
        raise RuntimeError(dbname)

    with open_shadow(config(shadow_cache), Surroundings(17, platform=True)) as shadow:
        with pytest.raises(RuntimeError):
            shadow.named("test", fail)
        name, content = shadow.named("test", build)
        assert shadow.named("test", build) == (name, content)
        assert len(built) == 1
        assert values(shadow, name, "select count(*) from cloned") == [0]
        assert values(shadow, shadow.baseline(), "select to_regclass('cloned')") == [None]


def test_roles_of_a_schema_file_stay_with_it(shadow_cache: Path) -> None:
    context = Surroundings(17, platform=True)
    text = SCHEMA + "create role app_reader;\ngrant select on leagues to app_reader;\n"
    for _ in range(2):
        with open_shadow(config(shadow_cache), context) as shadow:
            loaded = shadow.desired(text, "schema.sql")
            assert values(shadow, loaded.database, ROLES) == ["app_reader"]
            assert values(shadow, shadow.baseline(), ROLES) == []
            plain = shadow.desired(SCHEMA, "schema.sql")
            assert values(shadow, plain.database, ROLES) == []
            with pytest.raises(InvalidSqlError):
                shadow.desired("create role app_broken;\ncreate table x (y z);\n", "schema.sql")
            other = shadow.desired("create role app_writer;\n" + SCHEMA, "schema.sql")
            assert values(shadow, other.database, ROLES) == ["app_writer"]


def test_roles_of_a_rehearsal_go_with_it(shadow_cache: Path) -> None:
    with open_shadow(config(shadow_cache), Surroundings(17, platform=True)) as shadow:
        scratch = shadow.scratch(shadow.baseline())
        with shadow.session(scratch) as session:
            session.script("create role app_new; create table t (id int); grant select on t to app_new;")
        assert shadow.restore_roles()
        assert values(shadow, shadow.baseline(), ROLES) == []


def test_context_of_a_platform_target(make_target: MakeTarget, shadow_cache: Path) -> None:
    target = make_target(
        "create extension citext; create schema app; create role app_owner nologin; create role app_reader;"
        "grant app_owner to postgres; grant app_reader to app_owner;"
        "alter role app_reader set statement_timeout = '5s';"
        "alter default privileges in schema public revoke all on tables from anon;"
        "alter default privileges in schema app grant select on tables to app_reader;"
        "alter default privileges for role app_owner grant execute on functions to app_reader;",
        own_server=True,
    )
    with target.session() as session:
        context = read_surroundings(session)
        assert read_surroundings(session).digest() == context.digest()
    assert (context.major, context.platform, context.owner) == (DEFAULT_MAJOR, True, "postgres")
    assert [role.name for role in context.roles] == ["app_owner", "app_reader"]
    assert ("citext", "public") in context.extensions
    granted = (
        "select defaclacl::text from pg_default_acl where defaclrole = 'postgres'::regrole order by defaclobjtype, 1"
    )
    settings = "select setconfig::text from pg_db_role_setting s where setrole = 'app_reader'::regrole"
    with open_shadow(config(shadow_cache), context) as shadow:
        loaded = shadow.desired("create schema app;\n" + SCHEMA, "schema.sql")
        assert sorted(map(str, values(shadow, loaded.database, granted))) == sorted(
            str(row[0]) for row in target.rows(granted)
        )
        assert values(shadow, loaded.database, settings) == ["{statement_timeout=5s}"]
        acl = "select relacl::text from pg_class where relname = 'leagues'"
        target.sql(SCHEMA)
        assert values(shadow, loaded.database, acl) == [row[0] for row in target.rows(acl)]


@pytest.mark.parametrize("pg", [17, 15])
def test_plain_target(make_target: MakeTarget, shadow_cache: Path, pg: int) -> None:
    target = make_target(SCHEMA, platform=False, pg=pg)
    with target.session() as session:
        context = read_surroundings(session)
    assert (context.major, context.platform, context.owner) == (pg, False, "postgres")
    with open_shadow(config(shadow_cache), context) as shadow:
        loaded = shadow.desired(SCHEMA, "schema.sql")
        assert values(shadow, loaded.database, "select to_regnamespace('auth')") == [None]
        assert values(
            shadow, loaded.database, "select pg_get_userbyid(relowner) from pg_class where relname = 'leagues'"
        ) == ["postgres"]


def test_plain_target_of_a_superuser(make_target: MakeTarget, shadow_cache: Path) -> None:
    target = make_target(platform=False, own_server=True)
    with target.session(superuser=True) as session:
        session.script("create role app login superuser")
        session.script("set session authorization app")
        context = read_surroundings(session)
    assert context.owner == "app"
    with open_shadow(config(shadow_cache), context) as shadow:
        loaded = shadow.desired(SCHEMA, "schema.sql")
        assert shadow.endpoint(loaded.database).user == "app"
        assert values(shadow, loaded.database, "select rolsuper from pg_roles where rolname = 'app'") == [False]


def test_extension_that_the_shadow_cannot_have(shadow_cache: Path) -> None:
    context = Surroundings(17, platform=True, extensions=(("timescaledb", "public"),))
    with pytest.raises(UsageError, match="timescaledb") as caught:
        open_shadow(config(shadow_cache), context)
    assert "shadow" in caught.value.hint


@pytest.mark.parametrize("platform", [True, False])
def test_dedicated_server(run_root: Path, shadow_cache: Path, platform: bool) -> None:
    with open_cluster(targets.bin_dir(run_root, 17), shadow_cache, "dedicated", listens=True) as cluster:
        with cluster.session() as session:
            session.script(f"alter role {BOOTSTRAP} password 'strongpass'")
        url = f"postgresql://{BOOTSTRAP}:strongpass@127.0.0.1:{cluster.port}/postgres?sslmode=disable"
        query = "select datname from pg_database union all select rolname from pg_roles order by 1"
        with cluster.session() as session:
            before = session.rows(query)
        with open_shadow(config(shadow_cache, url=url), Surroundings(17, platform)) as shadow:
            # Whoever granted a membership is needed as long as that is there.
            chain = "create role app_a login createrole; grant app_a to postgres; set role app_a; create role app_b;"
            chain += " create role app_c; grant app_b to app_c; reset role;"
            loaded = shadow.desired(f"{SCHEMA}create role app_there;\n{chain}\n", "schema.sql")
            assert shadow.endpoint(loaded.database).user == "postgres"
            scratch = shadow.scratch(loaded.database)
            assert values(shadow, scratch, "select current_user::text") == ["postgres"]
        with cluster.session() as session:
            assert session.rows(query) == before
            session.script("drop role if exists weak; create role weak login password 'weakpass'")
        with pytest.raises(UsageError, match="lacks"):
            open_shadow(
                config(shadow_cache, url=url.replace(f"{BOOTSTRAP}:strongpass", "weak:weakpass")),
                Surroundings(17, platform),
            )
        with pytest.raises(UsageError, match="runs PostgreSQL 17, the target 15"):
            open_shadow(config(shadow_cache, url=url), Surroundings(15, platform))


def test_server_is_reached_by_the_local_socket_of_its_account_only(run_root: Path, shadow_cache: Path) -> None:
    with open_cluster(targets.bin_dir(run_root, 17), shadow_cache, "private") as cluster:
        with cluster.session() as session:
            assert session.value("show listen_addresses") == ""
            sockets = Path(str(session.value("show unix_socket_directories")))
            assert session.rows("select rolname from pg_authid where rolpassword is not null") == []
        assert sockets.stat().st_mode & 0o077 == 0
        assert cluster.directory.stat().st_mode & 0o022 == 0
        with open_cluster(targets.bin_dir(run_root, 17), shadow_cache, "private") as second:
            assert second.directory != cluster.directory
    assert running_server(cluster.directory / "data") is None


def test_leftover_of_a_killed_run_is_stopped_by_the_next(run_root: Path, shadow_cache: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom supasync.adapters.shadow.cluster import open_cluster\n"
        "cluster = open_cluster(Path(sys.argv[1]), Path(sys.argv[2]), 'killed')\n"
        "print(cluster.directory, flush=True)\ntime.sleep(60)"
    )
    programs = targets.bin_dir(run_root, 17)
    command = [sys.executable, "-c", script, str(programs), str(shadow_cache)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        data = Path(child.stdout.readline().strip()) / "data"
        child.send_signal(signal.SIGKILL)
        child.wait()
    pid = running_server(data)
    assert pid is not None
    with open_cluster(programs, shadow_cache, "another"):
        assert running_server(data) is None


def test_damaged_data_directory_is_made_anew(run_root: Path, shadow_cache: Path) -> None:
    programs = targets.bin_dir(run_root, 17)
    with open_cluster(programs, shadow_cache, "damaged") as cluster:
        directory = cluster.directory
    (directory / "data" / "global" / "pg_control").write_bytes(b"")
    with open_cluster(programs, shadow_cache, "damaged") as cluster, cluster.session() as session:
        assert session.value("select 1") == 1


def test_slots_unused_for_long_are_removed(run_root: Path, shadow_cache: Path) -> None:
    programs = targets.bin_dir(run_root, 17)
    with open_cluster(programs, shadow_cache, "old") as cluster:
        directory = cluster.directory
    long_ago = time.time() - 31 * 86400
    os.utime(directory.with_suffix(".lock"), (long_ago, long_ago))
    with open_cluster(programs, shadow_cache, "young"):
        assert not directory.exists()


def test_the_environment_of_the_target_leads_nowhere_else(shadow_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"PGHOSTADDR": "127.0.0.1", "PGPASSWORD": "of the target", "PGSERVICE": "gone", "PGOPTIONS": "-c x=y",
               "PGCHANNELBINDING": "require", "PGREQUIREAUTH": "scram-sha-256", "PGREQUIREPEER": "none"}  # fmt: skip
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    with open_shadow(config(shadow_cache), Surroundings(17, platform=True)) as shadow:
        with shadow.session(shadow.baseline()) as session:
            assert session.info.hostaddr == ""
            assert not session.info.password
        assert all(os.environ[name] == value for name, value in hostile.items())


def test_what_a_killed_run_left_half_made_is_removed_when_it_is_old(own_cache: Path) -> None:
    folder = own_cache / "pristine"
    folder.mkdir()
    old, young = folder / "building-old", folder / "building-young-ready"
    for path in (old, young):
        (path / "data").mkdir(parents=True)
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    with open_shadow(config(own_cache), Surroundings(17, platform=True)):
        assert not old.exists()
        assert young.exists()


@pytest.mark.parametrize(
    "url",
    ["postgresql://user:Zx9 Qk2Lm@h/db", "postgres:user:Zx9=Qk2Lm", '"host=h passw=Zx9Qk2Lm"="',
     "postgresql://u:p@h/db?connect_timeout=Zx9Qk2Lm", "postgresql://u:p@h:Zx9Qk2Lm/db"],
)  # fmt: skip
def test_an_address_of_a_shadow_that_cannot_be_read_is_not_repeated(own_cache: Path, url: str) -> None:
    with pytest.raises(SupasyncError) as caught:
        open_shadow(config(own_cache, url=url), Surroundings(17, platform=False))
    told = f"{caught.value} {caught.value.reason} {caught.value.hint}"
    assert "Zx9" not in told
    assert "Qk2Lm" not in told


def test_a_default_of_a_domain_is_what_it_means(make_target: MakeTarget) -> None:
    before = "create schema other; create function f() returns int language sql as 'select 1';"
    before += "create function other.f() returns int language sql as 'select 2';"
    ours = make_target(f"{before} create domain d as int default f();")
    theirs = make_target(f"{before} set search_path = other, public; create domain public.d as int default f();")
    with ours.session() as one, theirs.session() as other:
        found = {row.definition for row in (*read_fingerprint(one).rows, *read_fingerprint(other).rows)
                 if row.identity == "public.d" and row.kind == "domain"}  # fmt: skip
    assert len(found) == 2


def test_on_a_dedicated_server_of_15_no_role_that_is_ours_makes_others(run_root: Path, shadow_cache: Path) -> None:
    """With that right it would grant itself the programs of the machine: the server is not confined."""
    with open_cluster(targets.bin_dir(run_root, 15), shadow_cache, "dedicated15", listens=True) as cluster:
        with cluster.session() as session:
            session.script(f"alter role {BOOTSTRAP} password 'strongpass'")
        url = f"postgresql://{BOOTSTRAP}:strongpass@127.0.0.1:{cluster.port}/postgres?sslmode=disable"
        with open_shadow(config(shadow_cache, url=url), Surroundings(15, platform=True)) as shadow:
            loaded = shadow.desired(SCHEMA, "schema.sql")
            makers = "select rolname::text from pg_roles where rolcreaterole and not rolsuper"
            assert values(shadow, loaded.database, makers) == []
            replicating = "select rolname::text from pg_roles where rolreplication and not rolsuper"
            assert values(shadow, loaded.database, replicating) == []
            for text in ("create role mine;", "do $$ begin execute 'gr' || 'ant pg_signal_backend to anon'; end $$;"):
                with pytest.raises(InvalidSqlError, match="Not permitted"):
                    shadow.desired(f"{SCHEMA}{text}\n", "schema.sql")
