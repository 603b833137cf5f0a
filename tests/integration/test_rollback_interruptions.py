"""`rollback` interrupted on purpose, with real parts: the next command says so, and `rollback` finishes the job."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.project import Project
from tests.support.proxy import Proxy
from tests.support.scene import USERS, WAIT, WITH_EMAIL, Stage, killed, until

SCENE = "an email came"
pytestmark = pytest.mark.slow

LEDGER = "supasync.adapters.ledger:Ledger"
FILES = "supasync.adapters.files"
BACK = ("rollback", "--last", "1", "--yes")
# Where it is killed: whose function, its name, at which call, before or after it; and whether SQL was committed.
MOMENTS: dict[str, tuple[str, str, int, str, bool]] = {
    "in the transaction": (LEDGER, "append", 2, "after", False),
    "committed": ("supasync.adapters.target_database:TargetDatabase", "roll_back", 1, "after", True),
}


def columns(project: Project) -> set[str]:
    query = "select column_name from information_schema.columns where table_schema = 'public'"
    return {name for (name,) in project.target.rows(query)}


def history(project: Project) -> list[str]:
    return [version for (version,) in project.target.rows("select version from supabase_migrations.schema_migrations")]


def events(project: Project) -> list[str]:
    return [
        f"{direction} {event}"
        for direction, event in project.target.rows("select direction, event from supasync.ledger order by id")
    ]


def is_back(project: Project) -> None:
    """Assert that target, files, history, ledger and schema file are as before the sync, and status is quiet."""
    assert columns(project) == {"id", "name"}
    assert history(project) == []
    assert project.migrations == project.rollbacks == ()
    assert (project.path / "schema.sql").read_text() == USERS
    kept = sorted(name.partition("_")[2] for name in project.files() if name.startswith("rollbacks/reverted/"))
    assert kept == ["add_users_email.rollback.sql", "add_users_email.sql", "schema.sql"]
    assert [text for name, text in project.files().items() if name.endswith("_schema.sql")] == [WITH_EMAIL]
    assert not list((project.path / "supabase").rglob(".supasync-*"))
    shown = project.json("status")
    assert (shown["in_sync"], shown["history"], shown["drift"]) == (True, [], [])
    assert project.target.rows("select count(*) from users") == [(20,)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed(stage: Stage, moment: str) -> None:
    project = stage()
    owner, name, number, when, committed = MOMENTS[moment]
    assert killed(project, owner, name, number, when, *BACK).code == -signal.SIGKILL
    assert "add_users_email by Ada Test" in project.invoke("sync", "--yes").ended(4).err
    if committed:
        assert "interrupted; finishing it" in project.invoke("rollback").ok().err
    else:
        project.invoke("rollback").ended(4)
        assert columns(project) == {"id", "name", "email"}
        project.invoke(*BACK).ok()
    is_back(project)


@contextmanager
def proxied(project: Project) -> Iterator[Proxy]:
    """Let the project reach its target through a proxy."""
    with Proxy(project.target.server.port) as proxy:
        url = project.target.dsn.replace(f":{project.target.server.port}/", f":{proxy.port}/")
        project.write_env(DATABASE_URL=f"{url}&connect_timeout=2")
        yield proxy
    project.write_env(DATABASE_URL=project.target.dsn)


def waits(project: Project) -> bool:
    query = "select true from pg_stat_activity where application_name like 'supasync rollback%'"
    return bool(project.target.rows(f"{query} and wait_event_type = 'Lock' and datname = current_database()"))


def test_killed_or_cut_in_the_midst_of_the_sql_beside_others(stage: Stage) -> None:
    """A session whose supasync was killed still works: the next one names it; then ^C, then a connection that ends."""
    project = stage()
    settings = project.path / "supasync.toml"
    patient = settings.read_text()
    before = project.state()
    with proxied(project) as proxy:
        for end in (signal.SIGKILL, signal.SIGINT, None):
            with project.target.session() as blocker:
                blocker.script("begin; lock table users in access share mode")
                child = project.start(*BACK)
                until(lambda: waits(project), child)
                if end is signal.SIGKILL:
                    settings.write_text(patient.replace("lock_timeout = 60", "lock_timeout = 1"))
                    for command in (BACK, ("sync", "--yes")):
                        other = project.invoke(*command).ended(4)
                        assert "Another supasync is changing this target" in other.err
                    settings.write_text(patient)
                child.send_signal(end) if end else proxy.cut()
                _, err = child.communicate(timeout=WAIT)
            if end is signal.SIGKILL:
                assert "finds out how far it got" in project.json("status")["history"][0]["remedy"]
                until(lambda: not waits(project))
                refused = project.invoke("rollback").ended(4)
                assert "was interrupted before anything was changed" in refused.err
            else:
                assert child.returncode == (130 if end else 1), err
                assert "Nothing was changed; the target, the files and the history are as they were." in err
                assert "Traceback" not in err
    after = project.state()
    assert after["files"] == before["files"]
    assert after["catalog"] == before["catalog"]
    assert events(project) == ["up started", "up succeeded", *["down started", "down failed"] * 3]
    project.invoke(*BACK).ok()
    is_back(project)


def test_cut_at_the_commit(stage: Stage) -> None:
    project = stage()
    commit = rb"insert into supasync\.ledger.*rolled_back.*COMMIT"
    with proxied(project) as proxy:
        proxy.on(commit, proxy.cut_link)
        failed = project.invoke(*BACK).ended(1)
        assert "Nothing was changed; the target, the files and the history are as they were." in failed.err
        assert columns(project) == {"id", "name", "email"}
        proxy.on(commit, proxy.cut_link, before=False)
        assert "the database reported an error, but the rollback was committed" in project.invoke(*BACK).ok().err
    is_back(project)


def test_two_at_once_undo_one_step(stage: Stage) -> None:
    project = stage()
    with project.target.session() as blocker:
        blocker.script("begin; lock table users in access share mode")
        first = project.start(*BACK)
        until(lambda: waits(project), first)
        second = project.start(*BACK)
        assert second.stderr is not None
        told = second.stderr.readline()
        assert "waiting for supasync rollback" in told
        blocker.script("rollback")
    assert first.wait(WAIT) == 0
    _, err = second.communicate(timeout=WAIT)
    assert second.returncode == 4, err
    assert "has only just ended" in err
    first.communicate()
    assert events(project)[2:] == ["down started", "down rolled_back", "down succeeded"]
    is_back(project)


def test_killed_on_the_way_forward(stage: Stage) -> None:
    project = stage()
    forward = (*BACK, "--forward")
    done = killed(project, "supasync.adapters.supabase:SupabaseCli", "push", 1, "after", *forward)
    assert done.code == -signal.SIGKILL, done.err
    assert len(history(project)) == 2
    assert (project.path / "schema.sql").read_text() == USERS, "the next sync does not do again what was undone"
    assert "finds out what was applied" in project.invoke("status").ok().out
    assert project.json("sync", "--yes")["outcome"] == "in-sync"
    assert columns(project) == {"id", "name"}
    assert len(project.migrations) == len(project.rollbacks) == len(history(project)) == 2
    shown = project.json("status")
    assert (shown["in_sync"], shown["history"], shown["drift"]) == (True, [], [])
