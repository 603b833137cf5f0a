"""`rollback` interrupted on purpose, with real parts: the next command says so, and `rollback` finishes the job."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import Project
from tests.support.scene import USERS, WITH_EMAIL, Stage, killed, staged, sync

pytestmark = pytest.mark.slow

LEDGER = "supasync.adapters.ledger:Ledger"
FILES = "supasync.adapters.files"
BACK = ("rollback", "--last", "1", "--yes")
# Where it is killed: whose function, its name, at which call, before or after it; and whether SQL was committed.
MOMENTS: dict[str, tuple[str, str, int, str, bool]] = {
    "begun": (LEDGER, "append", 1, "after", False),
    "in the transaction": (LEDGER, "append", 2, "after", False),
    "committed": ("supasync.adapters.target_database:TargetDatabase", "roll_back", 1, "after", True),
    "history repaired": ("supasync.adapters.supabase:SupabaseCli", "mark_reverted", 1, "after", True),
    "one file moved": (FILES, "move", 1, "after", True),
    "both files moved": (FILES, "move", 2, "after", True),
    "schema file copied": (FILES, "replace", 1, "after", True),
    "not recorded": (LEDGER, "append", 3, "before", True),
}


@pytest.fixture(scope="module")
def stage(run_root: Path, shadow_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A target with users that one sync has given an email address."""
    folder = tmp_path_factory.mktemp("interruptions")
    with staged(run_root, shadow_cache, folder, lambda project: sync(project, WITH_EMAIL), USERS) as copy:
        yield copy


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


def everybody_says_so(project: Project) -> None:
    """Assert that every command tells of the interrupted rollback, and that nothing new is begun."""
    words = "rollback of add_users_email by Ada Test <ada@example.org>"
    assert any(words in note["message"] for note in project.json("status")["history"])
    before = project.state()
    for arguments in (("sync", "--yes"), ("sync", "--dry-run"), ("rollback", "--last", "1", "--dry-run")):
        refused = project.invoke(*arguments).ended(4)
        assert "add_users_email by Ada Test" in refused.err, arguments
        assert "`supasync rollback`" in refused.err, arguments
    assert project.state() == before


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed(stage: Stage, moment: str) -> None:
    project = stage()
    owner, name, number, when, committed = MOMENTS[moment]
    assert killed(project, owner, name, number, when, *BACK).code == -signal.SIGKILL
    if moment in ("in the transaction", "history repaired"):
        everybody_says_so(project)
    assert "add_users_email by Ada Test" in project.invoke("sync", "--yes").ended(4).err
    if committed:
        assert "interrupted; finishing it" in project.invoke("rollback").ok().err
    else:
        project.invoke("rollback").ended(4)
        assert columns(project) == {"id", "name", "email"}
        project.invoke(*BACK).ok()
    is_back(project)
