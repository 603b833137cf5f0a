"""`sync` interrupted on purpose, with real parts: whatever happens, the next command explains and completes it.

A moment is chosen by what can be observed (a lock that is waited for, text that passes the proxy), never by time.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from supasync.adapters.ledger import lock_holder
from supasync.adapters.shadow.slots import running_server
from supasync.workflow import recovery
from tests.support.project import MakeProject, Project
from tests.support.proxy import Proxy
from tests.support.scene import WAIT, until
from tests.support.targets import MakeTarget

pytestmark = pytest.mark.slow

OLD = "create table public.users (id int primary key, name text);\n"
NEW = "create table public.users (id int primary key, name text, email text);\n"
SEED = "insert into users select n, 'u' || n from generate_series(1, 20) n;"
ENUM_OLD = "create type public.mood as enum ('sad');\ncreate table public.users (id int primary key, m public.mood);\n"
ENUM_NEW = (
    "create type public.mood as enum ('sad', 'glad');\n"
    "create table public.users (id int primary key, m public.mood default 'glad');\n"
)
ENUM_SEED = "insert into users values (1, 'sad');"
PATIENT = "lock_timeout = 60\n"  # seconds; a busy machine is slow to get from a lock to its observation
STARTED = rb"insert into supasync\.ledger.*started"
SUCCEEDED = rb"insert into supasync\.ledger.*succeeded"


class Scene:
    """A project whose target is reached through a proxy."""

    def __init__(self, project: Project, proxy: Proxy) -> None:
        self.project = project
        self.target = project.target
        self.proxy = proxy
        url = self.target.dsn.replace(f":{self.target.server.port}/", f":{proxy.port}/")
        project.write_env(DATABASE_URL=f"{url}&connect_timeout=2")
        self._children: list[subprocess.Popen[str]] = []
        self._clis: list[int] = []

    def be_impatient(self) -> None:
        """Let the next command wait for a lock no longer than a second."""
        settings = self.project.path / "supasync.toml"
        settings.write_text(settings.read_text().replace(PATIENT, "lock_timeout = 1\n"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        child = self.project.start(*arguments)
        self._children.append(child)
        return child

    def sync(self) -> subprocess.Popen[str]:
        return self.start("sync", "--yes")

    def clis(self) -> list[int]:
        """Return the CLIs that are at work for this project's target, by process id."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it ended while we looked
            if b"db" in words and any(self.target.name.encode() in word for word in words):
                found.append(int(entry.name))
        return found

    def end(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.communicate()
        for pid in self.clis():
            os.kill(pid, signal.SIGKILL)

    def waits_for_lock(self, name: str = "supasync migration%") -> bool:
        query = f"select true from pg_stat_activity where application_name like '{name}' and wait_event_type = 'Lock'"
        return bool(self.target.rows(f"{query} and datname = current_database()"))

    def is_locked(self) -> bool:
        with self.target.session() as session:
            return bool(lock_holder(session))

    def ledger(self) -> list[tuple[str, int]]:
        """Return event and number of versions of every row."""
        return self.target.rows("select event, cardinality(versions) from supasync.ledger order by id")

    def columns(self) -> set[str]:
        query = "select column_name from information_schema.columns where table_schema = 'public'"
        return {name for (name,) in self.target.rows(query)}

    def history(self) -> list[str]:
        exists = self.target.rows("select to_regclass('supabase_migrations.schema_migrations') is not null")[0][0]
        query = "select version from supabase_migrations.schema_migrations order by 1"
        return [version for (version,) in self.target.rows(query)] if exists else []

    def agrees(self, *, rows: int = 20, applied: int = 1, verify: bool = False) -> None:
        """Assert that a last sync leaves target, files, history and ledger agreeing, and status quiet.

        `verify` asks supasync's own verification too, which costs another comparison.
        """
        self.project.invoke("sync", "--yes").ok()
        shown = self.project.json("status")
        assert (shown["in_sync"], shown["history"], shown["drift"]) == (True, [], [])
        versions = [path.name.split("_")[0] for path in self.project.migrations]
        assert len(versions) == applied
        assert [path.name for path in self.project.rollbacks] == [path.name for path in self.project.migrations]
        assert self.history() == versions
        assert sorted(self.target.rows("select version from supasync.schema_migrations")) == [(v,) for v in versions]
        assert self.target.rows("select count(*) from users") == [(rows,)]
        assert not list((self.project.path / "supabase").rglob(".supasync-*"))
        assert not verify or self.project.json("verify")


@pytest.fixture
def scene(make_target: MakeTarget, make_project: MakeProject) -> Iterator[Scene]:
    target = make_target(OLD, seed_sql=SEED)
    with Proxy(target.server.port) as proxy:
        made = Scene(make_project(target, NEW, toml=PATIENT), proxy)
        yield made
        made.end()


@pytest.fixture
def enum_scene(make_target: MakeTarget, make_project: MakeProject) -> Iterator[Scene]:
    target = make_target(ENUM_OLD, seed_sql=ENUM_SEED)
    with Proxy(target.server.port) as proxy:
        made = Scene(make_project(target, ENUM_NEW, toml=PATIENT), proxy)
        yield made
        made.end()


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a CLI that may still connect: the test knows that none will."""
    monkeypatch.setattr(recovery, "_CLI_START", 0)


def interrupted(scene: Scene) -> None:
    """Assert that `status` says what is the matter."""
    notes = scene.project.json("status")["history"]
    assert any("was interrupted" in str(note) for note in notes), notes


# kill -9


def test_killed_with_its_cli_before_the_push(scene: Scene, no_grace: None) -> None:
    """The files are written, and the CLI does not get through."""
    scene.proxy.on(STARTED, lambda _link: scene.proxy.hold_new(), before=False)
    child = scene.sync()
    until(scene.proxy.held.is_set, child)
    assert len(scene.project.files()) == 2
    child.kill()
    child.wait()
    for pid in scene.clis():
        os.kill(pid, signal.SIGKILL)
    scene.proxy.cut()
    scene.proxy.allow()
    interrupted(scene)
    scene.agrees()
    assert scene.ledger() == [("started", 1), ("failed", 0), ("started", 1), ("succeeded", 1)]


def test_a_cli_that_connects_after_its_supasync_was_killed_is_waited_for(scene: Scene) -> None:
    scene.proxy.on(STARTED, lambda _link: scene.proxy.hold_new(), before=False)
    child = scene.sync()
    until(scene.proxy.held.is_set, child)
    child.kill()
    child.wait()
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        scene.proxy.allow()
        until(scene.waits_for_lock)
        following = scene.sync()
        until(scene.is_locked, following)
        assert len(scene.project.files()) == 2
        blocker.script("rollback")
    out, err = following.communicate(timeout=WAIT)
    assert following.returncode == 0, err
    assert "was interrupted. Everything was applied." in err
    assert "is in sync" in out
    assert scene.ledger() == [("started", 1), ("succeeded", 1)]
    scene.agrees()


def test_killed_after_the_push_before_it_is_recorded(scene: Scene) -> None:
    muted = scene.proxy.on(SUCCEEDED, scene.proxy.mute)
    child = scene.sync()
    until(muted.matched.is_set, child)
    child.kill()
    child.wait()
    scene.proxy.cut()
    assert scene.ledger() == [("started", 1)]
    interrupted(scene)
    # Everything stands in the history, so nothing is waited for.
    scene.agrees()
    assert scene.ledger() == [("started", 1), ("succeeded", 1)]


def test_killed_between_two_segments(enum_scene: Scene, no_grace: None) -> None:
    scene = enum_scene
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        child = scene.sync()
        until(scene.waits_for_lock, child)
        assert len(scene.history()) == 1
        child.kill()
        child.wait()
        for pid in scene.clis():
            os.kill(pid, signal.SIGKILL)
        scene.target.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'supasync migration%'"
            " and datname = current_database()"
        )
        until(lambda: not scene.waits_for_lock())
    interrupted(scene)
    scene.agrees(rows=1, applied=2)
    assert scene.ledger() == [("started", 2), ("failed", 1), ("started", 1), ("succeeded", 1)]
    assert scene.target.rows("insert into users values (2) returning m::text") == [("glad",)]


# SIGINT, SIGTERM


def test_a_signal_during_the_push_undoes_it_at_once(scene: Scene) -> None:
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        child = scene.sync()
        until(scene.waits_for_lock, child)
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=WAIT)
        assert child.returncode == 130, err
    assert "Nothing was applied" in err
    assert "Traceback" not in err
    assert scene.clis() == []
    assert scene.project.files() == {}
    assert scene.ledger() == [("started", 1), ("failed", 0)]
    assert "email" not in scene.columns()
    assert scene.history() == []


def test_a_signal_while_the_push_waits_to_connect(scene: Scene) -> None:
    scene.proxy.on(STARTED, lambda _link: scene.proxy.hold_new(), before=False)
    child = scene.sync()
    until(scene.proxy.held.is_set, child)
    child.send_signal(signal.SIGTERM)
    _, err = child.communicate(timeout=WAIT)
    scene.proxy.allow()
    assert child.returncode == 130
    assert "Nothing was applied" in err
    assert scene.clis() == []
    assert scene.project.files() == {}
    assert scene.ledger() == [("started", 1), ("failed", 0)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_shadow_does_not_outlive_its_supasync(
    scene: Scene, run_root: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """An ordinary signal stops the server; after a kill -9 the next run does."""
    cache = run_root / f"cache-{scene.target.name}"
    settings = scene.project.path / "supasync.toml"
    settings.write_text(settings.read_text().replace(str(scene.project.cache), str(cache)))
    # The second connection is the CLI's, for its diff, made when the shadow stands.
    scene.proxy.on(rb"pg_default_acl", lambda _link: scene.proxy.hold_new(), before=False)
    child = scene.start("diff")
    until(scene.proxy.held.is_set, child)

    def servers() -> list[int]:
        return [pid for data in cache.glob("clusters/*/data") if (pid := running_server(data))]

    left = servers()
    assert len(left) == 1
    child.send_signal(number)
    child.communicate(timeout=WAIT)
    if number is signal.SIGINT:
        assert child.returncode == 130
        assert servers() == []
        assert scene.clis() == []
    else:
        assert servers() == left
        for pid in scene.clis():
            os.kill(pid, signal.SIGKILL)
    scene.proxy.cut()
    scene.proxy.allow()
    scene.project.run("diff").ok()
    assert servers() == []


# The network


def test_cut_during_the_push(scene: Scene) -> None:
    """Both sessions are lost while the statement waits for a lock: it is ended, not left to be applied later."""
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        child = scene.sync()
        until(scene.waits_for_lock, child)
        scene.proxy.cut()
        _, err = child.communicate(timeout=WAIT)
    assert child.returncode == 1, err
    assert "supabase db push failed" in err
    assert "Nothing was applied" in err
    assert scene.ledger() == [("started", 1), ("failed", 0)]
    assert scene.project.files() == {}
    scene.agrees()


def test_cut_after_the_commit_before_its_answer(scene: Scene) -> None:
    """The CLI says it failed; the history knows better, and the sync goes on."""
    inserted = scene.proxy.on(rb"(?i)insert into supabase_migrations", scene.proxy.mute, before=False)
    child = scene.sync()
    until(inserted.matched.is_set, child)
    until(scene.history)
    scene.proxy.cut()
    _, err = child.communicate(timeout=WAIT)
    assert child.returncode == 0, err
    assert "everything was applied" in err
    assert scene.ledger() == [("started", 1), ("succeeded", 1)]
    scene.agrees(verify=True)


# A push that fails in SQL


def test_somebody_holds_a_lock(scene: Scene) -> None:
    scene.be_impatient()
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        result = scene.project.invoke("sync", "--yes").ended(1)
    error = scene.target.rows("select error from supasync.ledger where event = 'failed'")[0][0]
    for text in (result.err, error):
        assert "lock timeout" in text
        assert "In supabase/migrations/" in text
        assert ", line " in text
        assert 'ADD COLUMN "email" text' in text
    assert "Another session holds a lock on the table" in result.err
    assert "Nothing was applied" in result.err
    assert scene.project.files() == {}
    assert scene.history() == []
    assert scene.ledger() == [("started", 1), ("failed", 0)]


def test_a_role_that_may_not(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(OLD, seed_sql=SEED)
    with target.session(superuser=True) as admin:
        admin.script("alter table public.users owner to supabase_admin; grant all on public.users to postgres")
    project = make_project(target, NEW)
    before = project.state()
    result = project.invoke("sync", "--yes")
    assert result.code in (1, 4), result.err
    after = project.state()
    assert (after["files"], after["git"], after["catalog"]) == (before["files"], before["git"], before["catalog"])


# People


def test_two_syncs_at_once(scene: Scene) -> None:
    """The second finds the first at work: it waits, then names the holder, and touches nothing."""
    with scene.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        first = scene.sync()
        until(scene.waits_for_lock, first)
        scene.be_impatient()
        files = scene.project.files()
        second = scene.project.invoke("sync", "--yes").ended(4)
        assert scene.project.files() == files
        blocker.script("rollback")
    assert "Another supasync is changing this target" in second.err
    assert "The lock is held by supasync sync (role postgres" in second.err
    _, err = first.communicate(timeout=WAIT)
    assert first.returncode == 0, err
    scene.agrees()
    assert scene.ledger() == [("started", 1), ("succeeded", 1)]
