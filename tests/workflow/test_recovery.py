"""After a failure or an interruption: files, history and ledger agree again, whatever happened."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from supasync.adapters.database_errors import StatementError
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow import recovery
from supasync.workflow.observe import stamp_of
from tests.support.fakes import MIGRATIONS, NOW, ROLLBACKS, World, state, world

ONE = FileRecord("1", "one", "SELECT 1;\nSELECT 2;\n", "SELECT -1;\n", "", "")
TWO = FileRecord("2", "two", "SELECT 3;\n", "SELECT -3;\n", "", "")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass a second at each look, without waiting for it."""
    seconds = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)), sleep=lambda _: None)
    monkeypatch.setattr(recovery, "time", clock)


def begun(*files: FileRecord, applied: int = 0) -> tuple[World, Entry]:
    """A world in which a sync of these files was begun, and `applied` of them are in the history."""
    made = world("a")
    entry = Entry(
        "s",
        Event.STARTED,
        "work",
        versions=tuple(file.version for file in files),
        files=files,
        schema_file="-- now\n",
        schema_checksum="c",
        fingerprint_before=stamp_of(made.target.state, None),
    )
    made.target.append(entry)
    for file in files:
        made.files.texts[MIGRATIONS / file.file_name] = file.up
        made.files.texts[ROLLBACKS / file.file_name] = file.down
    for file in files[:applied]:
        made.target.applied[file.version] = (file.up,)
    return made, made.target.rows[-1]


def test_part_of_a_file_may_be_applied_that_is_not_in_the_history() -> None:
    made, started = begun(ONE)
    made.target.state = state("public.half")
    error = StatementError("not today")
    assert recovery.after_failure(made.context, made.target, started, error, 12) is False
    assert "the schema of Supabase is not as it was" in error.reason
    assert made.target.rows[-1].fingerprint_after != started.fingerprint_before


def names(made: World) -> set[str]:
    return {path.name for path in made.files.texts if path.parent in (MIGRATIONS, ROLLBACKS)}


def test_a_push_that_applied_nothing_is_taken_back() -> None:
    made, started = begun(ONE)
    error = StatementError("duplicate key", sqlstate="23505")
    error.statement = 1  # type: ignore[attr-defined]
    assert recovery.after_failure(made.context, made.target, started, error, 12) is False
    assert names(made) == set()
    row = made.target.rows[-1]
    assert (row.event, row.versions, row.fingerprint_after, row.duration_ms) == (
        Event.FAILED,
        (),
        started.fingerprint_before,
        12,
    )
    assert (row.schema_file, row.schema_checksum) == ("", "")
    assert "In supabase/migrations/1_one.sql, line 2:\nSELECT 2" in error.reason
    assert "Nothing was applied" in error.reason
    assert "Rows have the same values there. Run sync again" in error.hint
    assert "SELECT 2" in row.error
    assert "Rows have the same values" in row.error


def test_half_of_a_push_stands_and_half_is_taken_back() -> None:
    made, started = begun(ONE, TWO, applied=1)
    made.target.state = state("a", "b")
    error = SupasyncError("cut")
    assert recovery.after_failure(made.context, made.target, started, error, 0) is False
    assert names(made) == {"1_one.sql"}
    row = made.target.rows[-1]
    assert (row.event, row.versions) == (Event.FAILED, ("1",))
    assert row.fingerprint_after == stamp_of(state("a", "b"), started.comparison)
    assert "Applied and recorded: 1. Not applied: 2." in error.reason


def test_a_lost_answer_is_no_failure_but_an_interruption_is() -> None:
    made, started = begun(ONE, applied=1)
    assert recovery.after_failure(made.context, made.target, started, SupasyncError("lost"), 0) is True
    assert len(made.target.rows) == 1, "the sync goes on and records its own end"
    assert names(made) == {"1_one.sql"}
    stopped = Interrupted("Interrupted")
    assert recovery.after_failure(made.context, made.target, started, stopped, 0) is False
    assert made.target.rows[-1].event is Event.SUCCEEDED
    assert "Everything was applied." in stopped.reason


def test_a_failure_behind_the_push_is_recorded() -> None:
    made, started = begun(ONE, applied=1)
    assert recovery.after_failure(made.context, made.target, started, SupasyncError("x"), 0, pushed=True) is False
    assert made.target.rows[-1].event is Event.SUCCEEDED


def test_without_the_target_the_outcome_is_not_known() -> None:
    made, started = begun(ONE)
    made.target.fails.at("reconnect", SupasyncError("gone", reason="no route"))
    error = SupasyncError("cut", reason="by peer")
    assert recovery.after_failure(made.context, made.target, started, error, 0) is False
    assert error.reason == "by peer\nThe outcome is not known yet: no route"
    assert "it first finds out" in error.hint
    assert names(made) == {"1_one.sql"}, "nothing is taken back on a guess"


@pytest.mark.parametrize(
    ("state_code", "words"),
    [
        ("55P03", "raise lock_timeout"),
        ("23502", "Rows have NULL there, or would have. Run sync again"),
        ("23503", "Rows have no partner in the other table. Run sync again"),
        ("23514", "Rows violate the CHECK. Run sync again"),
        ("42501", "not allowed to do this"),
        ("53100", "disk is full"),
        ("57014", "raise it in supasync.toml"),
        ("22P02", "Existing rows hold a value"),
        ("42P01", "what blocks the statement"),
        ("40P01", "deadlocked"),
    ],
)
def test_every_refused_statement_has_a_remedy(state_code: str, words: str) -> None:
    made, started = begun(ONE)
    error = StatementError("no", sqlstate=state_code)
    recovery.after_failure(made.context, made.target, started, error, 0)
    assert words in error.hint


def test_what_somebody_wrote_or_edited_is_not_taken_back() -> None:
    authored = replace(TWO, authored=True)
    made, started = begun(ONE, authored)
    made.files.texts[MIGRATIONS / ONE.file_name] += "-- mine\n"
    recovery.resolve_outcome(made.context, made.target, started)
    assert MIGRATIONS / ONE.file_name in made.files.texts
    assert ROLLBACKS / ONE.file_name not in made.files.texts
    assert MIGRATIONS / authored.file_name in made.files.texts
    assert len(made.screen.warned) == 1
    assert "was edited in the meantime" in made.screen.warned[0]


def test_a_push_that_still_runs_is_waited_for_but_not_for_ever() -> None:
    made, started = begun(ONE, applied=1)
    made.target.pushes = [True, True, False]
    assert recovery.resolve_outcome(made.context, made.target, started).whole
    made.target.pushes = [True] * 1000
    with pytest.raises(SupasyncError, match="A push is still running") as caught:
        recovery.resolve_outcome(made.context, made.target, started)
    assert "supasync migration 1" in caught.value.reason
    assert "pg_terminate_backend" in caught.value.hint


@pytest.mark.parametrize(("applied", "event", "found"), [(0, Event.FAILED, False), (1, Event.SUCCEEDED, True)])
def test_an_interrupted_sync_is_ended_by_the_next(applied: int, event: Event, found: bool) -> None:
    made, _ = begun(ONE, applied=applied)
    made.target.holder = "Ben@desk"
    made.target.rows[0] = replace(made.target.rows[0], at=NOW - timedelta(hours=1))
    assert recovery.recover(made.context, made.target) is found
    assert made.target.rows[-1].event is event
    assert made.target.rows[-1].error.startswith("interrupted; ")
    assert names(made) == ({"1_one.sql"} if applied else set())
    assert "waiting for Ben@desk" in made.screen.told
    assert not made.target.locked
    assert recovery.recover(made.context, made.target) is False, "once is enough"


def test_a_cli_that_may_still_connect_is_waited_for() -> None:
    made, _ = begun(ONE)
    made.target.pushes = [False, False, True]  # it connects at the third look, and is gone at the next
    recovery.recover(made.context, made.target)
    assert made.target.pushes == []


def test_an_interrupted_rollback_is_not_for_a_sync_to_end() -> None:
    made, _ = begun(ONE, applied=1)
    made.target.rows[0] = replace(made.target.rows[0], direction=Direction.DOWN)
    with pytest.raises(RefusedError, match="Cannot proceed: the rollback of work by") as caught:
        recovery.recover(made.context, made.target)
    assert "`supasync rollback`" in caught.value.hint


def test_files_that_a_colleagues_recovery_left_here_go() -> None:
    made, started = begun(ONE)
    made.target.append(replace(started, event=Event.FAILED, files=(), versions=()))
    assert recovery.recover(made.context, made.target) is False
    assert names(made) == set()


def test_a_sync_that_was_killed_before_it_wrote_a_file() -> None:
    made, _ = begun(ONE)
    for path in (MIGRATIONS / ONE.file_name, ROLLBACKS / ONE.file_name):
        del made.files.texts[path]
    assert recovery.recover(made.context, made.target) is False
    assert (made.target.rows[-1].event, made.screen.warned) == (Event.FAILED, [])
