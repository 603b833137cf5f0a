"""`sync` as a command, with files that a person wrote: what is refused, asked, applied, and rolled back at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from supasync.adapters.database_errors import StatementError
from supasync.commands import rollback
from supasync.commands.sync import Request, run
from supasync.core.catalog.fingerprint import Fingerprint, Grants, ObjectRow
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Actor, Entry, Event
from supasync.core.plan.migration_file import checksum_of
from supasync.core.report import RollbackOutcome, RollbackReport, SyncOutcome
from supasync.errors import InvalidSqlError, RefusedError, SupasyncError, VerificationError
from supasync.workflow.observe import stamp_of
from tests.support.fakes import MIGRATIONS, ROLLBACKS, SCHEMA, World, state, world

UP, DOWN = "CREATE VIEW public.v AS SELECT 1", "DROP VIEW public.v"
BEFORE = state("a")
AFTER = Fingerprint.of((*BEFORE.rows, ObjectRow("view", "public.v", "")))
FILE = "20260101000000_by_hand.sql"


def written(*answers: bool, up: str = UP, down: str | None = DOWN) -> World:
    """A world in which a person wrote a migration, and perhaps its twin, that leads to the schema file."""
    made = world("a", answers=answers)
    made.files.texts[MIGRATIONS / FILE] = f"{up};\n"
    if down is not None:
        made.files.texts[ROLLBACKS / FILE] = f"{down};\n"
    made.shadow.schemas = {made.files.texts[SCHEMA]: AFTER}
    made.shadow.effects = {UP: AFTER, DOWN: BEFORE}
    made.cli.after = AFTER
    return made


def untouched(made: World) -> bool:
    return (made.target.rows, made.target.applied, made.target.state) == ([], {}, BEFORE)


def test_files_that_lead_to_the_schema_file_are_applied_as_they_are() -> None:
    made = written(True)
    texts = dict(made.files.texts)
    report, code = run(made.context, Request(message="why"))
    assert (report.outcome, report.files, code) == (SyncOutcome.APPLIED, (f"supabase/migrations/{FILE}",
                                                                          f"supabase/rollbacks/{FILE}"), 0)  # fmt: skip
    assert made.prompter.asked == ["Apply this to Supabase (db.example.org/postgres)?"]
    assert (list(made.target.applied), made.files.texts) == (["20260101000000"], texts)
    started, ended = made.target.rows
    assert [file.authored for file in started.files] == [True]
    assert (ended.event, ended.reason) == (Event.SUCCEEDED, "why")
    again, _ = run(made.context, Request(yes=True))
    assert again.outcome is SyncOutcome.IN_SYNC


def test_a_dry_run_changes_nothing() -> None:
    made = written()
    report, code = run(made.context, Request(dry_run=True))
    assert (report.outcome, made.screen.told, code) == (SyncOutcome.PLANNED, ["by_hand"], 0)
    assert untouched(made)


def test_without_a_terminal_the_plan_is_shown_and_nothing_asked() -> None:
    made = written()
    with pytest.raises(RefusedError, match="Cannot ask for confirmation: there is no terminal") as caught:
        run(made.context, Request(force=True))
    assert "--yes" in caught.value.hint
    assert made.screen.told == ["by_hand"]
    assert untouched(made)


@pytest.mark.parametrize("down", [None, "-- nothing yet"])
def test_a_twin_that_is_missing_or_empty_is_told(down: str | None) -> None:
    made = written(down=down)
    report, _ = run(made.context, Request(dry_run=True))
    assert report.plan is not None
    assert report.plan.difference.notes == (f"{FILE} has no rollback file: its rollback is computed when needed",)


def test_files_that_lead_elsewhere_are_refused_and_stay() -> None:
    made = written(up="CREATE TABLE public.foreign_work ()")
    made.shadow.effects["CREATE TABLE public.foreign_work ()"] = state("a", "foreign_work")
    texts = dict(made.files.texts)
    with pytest.raises(
        RefusedError, match="contains unapplied migrations that do not result in the schema file"
    ) as caught:
        run(made.context, Request(yes=True))
    assert "table public.foreign_work: only in the copy" in caught.value.details
    assert FILE in caught.value.hint
    assert untouched(made)
    assert made.files.texts == texts


def test_files_that_fail_on_the_copy_are_refused() -> None:
    made = written()
    made.shadow.fails.at("run", StatementError("division by zero", sqlstate="22012", reason="in: select 1 / 0"))
    with pytest.raises(RefusedError, match="the migration file fails on a copy") as caught:
        run(made.context, Request(yes=True))
    assert (caught.value.reason, caught.value.details) == ("PostgreSQL says: division by zero", ("in: select 1 / 0",))
    assert untouched(made)


def test_files_that_are_there_are_not_written_again() -> None:
    made = written()
    texts = dict(made.files.texts)
    report, _ = run(made.context, Request(no_apply=True))
    assert (report.outcome, report.files, made.files.texts) == (SyncOutcome.WRITTEN, (), texts)
    assert untouched(made)


def test_a_twin_that_does_not_lead_back_is_refused() -> None:
    made = written(down="SELECT 1")
    with pytest.raises(RefusedError, match="rollback file does not restore the original state"):
        run(made.context, Request(yes=True))
    assert untouched(made)


@pytest.mark.parametrize("folder", [MIGRATIONS, ROLLBACKS])
def test_a_file_that_is_no_sql_is_named(folder: Path) -> None:
    made = written()
    made.files.texts[folder / FILE] = "this is no SQL"
    name = FILE if folder == MIGRATIONS else f"rollbacks/{FILE}"
    with pytest.raises(InvalidSqlError, match=f"Invalid SQL in {name} at line 1"):
        run(made.context, Request(yes=True))
    assert untouched(made)


def test_a_push_that_fails_leaves_files_that_a_person_wrote() -> None:
    made = written()
    texts = dict(made.files.texts)
    made.cli.fails.at("push", SupasyncError("supabase db push failed", reason="full"))
    with pytest.raises(SupasyncError, match="push failed"):
        run(made.context, Request(yes=True))
    assert made.files.texts == texts
    assert [row.event for row in made.target.rows] == [Event.STARTED, Event.FAILED]
    report, _ = run(made.context, Request(yes=True))
    assert (report.outcome, made.files.texts) == (SyncOutcome.APPLIED, texts)


def begun(made: World, direction: Direction = Direction.UP) -> None:
    made.target.append(Entry("s", Event.STARTED, "work", direction, ("1",), actor=Actor("Ben", "ben", "desk")))


@pytest.mark.parametrize(
    ("direction", "words", "hint"),
    [
        (Direction.UP, "an earlier sync was interrupted", "`supasync sync` finds out what was applied"),
        (Direction.DOWN, "the rollback of work by Ben@desk", "`supasync rollback`"),
    ],
)
def test_a_dry_run_does_not_go_around_what_was_interrupted(direction: Direction, words: str, hint: str) -> None:
    made = written()
    begun(made, direction)
    rows = list(made.target.rows)
    with pytest.raises(RefusedError, match=words) as caught:
        run(made.context, Request(dry_run=True))
    assert hint in caught.value.hint
    assert "Ben@desk" in "\n".join((caught.value.message, *caught.value.details))
    assert (made.target.rows, made.shadow.starts) == (rows, 0)


def test_known_to_be_in_sync_nothing_is_started() -> None:
    made = world("a")
    made.target.append(
        Entry(
            "s", Event.SUCCEEDED, "a", versions=("1",), schema_checksum=checksum_of("-- now\n"),
            fingerprint_after=stamp_of(BEFORE, Grants.IGNORED), comparison=Grants.IGNORED,
        )
    )  # fmt: skip
    report, code = run(made.context, Request(yes=True))
    assert (report.outcome, code, made.shadow.starts) == (SyncOutcome.IN_SYNC, 0, 0)
    made.target.state = AFTER
    made.shadow.schemas = {"-- now\n": AFTER}
    run(made.context, Request(yes=True))
    assert made.shadow.starts == 1


def test_what_cannot_be_migrated_is_named() -> None:
    made = world("a")
    made.shadow.schemas = {"-- now\n": AFTER}
    with pytest.raises(RefusedError, match="cannot be migrated automatically") as caught:
        run(made.context, Request(yes=True))
    assert caught.value.details == ("view public.v: only in schema.sql",)


# A result that is not what was rehearsed.

ROLLED_BACK = "It was rolled back: Supabase, files and schema file are as they were before."


@pytest.mark.parametrize(
    ("request_", "answers", "back"),
    [
        pytest.param(Request(yes=True, rollback_on_failure=True), (), True, id="wished beforehand"),
        pytest.param(Request(yes=True), (), False, id="--yes, not wished"),
        pytest.param(Request(rollback_on_failure=True), (True,), True, id="wished beforehand, so not asked again"),
        pytest.param(Request(), (True, True), True, id="asked, agreed"),
        pytest.param(Request(), (True, False), False, id="asked, declined"),
    ],
)
def test_a_sync_that_came_out_otherwise_is_rolled_back_when_wished(
    request_: Request, answers: tuple[bool, ...], back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = written(*answers)
    made.cli.after = Fingerprint.of((*AFTER.rows, ObjectRow("comment", "table public.a", "meddled")))
    asked: list[rollback.Request] = []

    def rolled_back(_context: object, request: rollback.Request) -> tuple[RollbackReport, int]:
        asked.append(request)
        return RollbackReport(RollbackOutcome.ROLLED_BACK, (), None), 0

    monkeypatch.setattr(rollback, "run", rolled_back)
    with pytest.raises(VerificationError) as caught:
        run(made.context, request_)
    assert caught.value.details[0] == "comment table public.a: only in Supabase (meddled)"
    assert (ROLLED_BACK in caught.value.reason) is back
    assert ("`supasync rollback` undoes the migration" in caught.value.hint) is not back
    wanted = rollback.Request(last=1, yes=True, message="its verification failed")
    assert asked == ([wanted] if back else [])
    assert made.prompter.answers == []


def test_a_rollback_that_fails_too_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = written()
    made.cli.after = replace(AFTER, rows=BEFORE.rows)

    def failing(_context: object, _request: rollback.Request) -> tuple[RollbackReport, int]:
        raise SupasyncError("no route", hint="Try later.")

    monkeypatch.setattr(rollback, "run", failing)
    with pytest.raises(VerificationError) as caught:
        run(made.context, Request(yes=True, rollback_on_failure=True))
    assert caught.value.hint == "The rollback failed too: no route. Try later."
