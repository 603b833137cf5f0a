"""What reports and plans say besides the changes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console, RenderableType

from supasync.core.attic.model import Label
from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event
from supasync.core.plan.plan import Difference, Plan, Segment
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.core.report import LogReport, StatusReport, SyncOutcome, SyncReport
from supasync.ui import log_view, plan_view, render, rollback_view

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOTHING = Difference((), (), (), (), (), (), (), Grants.IGNORED, (), ())


def shown(what: Iterable[RenderableType]) -> str:
    console = Console(file=StringIO(), width=120, color_system=None)
    for renderable in what:
        console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_status_names_what_was_changed_by_hand() -> None:
    report = StatusReport("schema.sql", NOW, "Supabase", "db/postgres", False, drift=("view v: only in Supabase",))
    words = "Changed by hand in Supabase since the last sync:\n  - view v: only in Supabase\n"
    assert words in shown(render.status(report))


def test_a_plan_tells_whose_files_they_are_and_what_was_changed_by_hand() -> None:
    part = Segment("1", "a", ("SELECT 1",), (), "", "", label=Label.LOSSLESS)
    plan = Plan("a", "", NOTHING, (part,), (), "", "", ("view v: only in Supabase",))
    text = shown(plan_view.plan(plan))
    assert "Changed by hand in Supabase since the last sync (the schema file decides):\n  - view v" in text
    assert "Files to be written:\n  supabase/migrations/1_a.sql (1 statement)\n" in text
    own = Segment("1", "a", ("SELECT 1",), (), "", "SELECT 2;", label=Label.LOSSLESS, authored=True)
    text = shown(plan_view.plan(Plan("a", "", NOTHING, (own,), (), "", "", ())))
    assert "Files to be applied, as they are:\n" in text
    assert "  supabase/rollbacks/1_a.sql\n" in text
    assert "Changed by hand" not in text


def test_a_rollback_tells_whether_it_was_computed_and_what_by_hand_it_undoes() -> None:
    plan = RollbackPlan(
        steps=(RollbackStep(("1",), "a"),), route="computed", scripts=(), difference=NOTHING, fingerprint_before="",
        fingerprint_after="", comparison=None, label=Label.LOSSLESS, statements=("DROP VIEW v",),
        drift=("view v: only in Supabase",),
    )  # fmt: skip
    text = shown(rollback_view.rollback_plan(plan))
    assert "SQL, computed from the two schemas:\nDROP VIEW v;\n" in text
    assert "Changed by hand since the last sync, and also undone:\n  - view v: only in Supabase\n" in text
    text = shown(rollback_view.rollback_plan(replace(plan, route="files", drift=())))
    assert "SQL:\nDROP VIEW v;\n" in text
    assert "Changed by hand" not in text


def test_files_that_exist_already_are_not_written_again() -> None:
    report = SyncReport(SyncOutcome.WRITTEN, None)
    assert "Nothing was written: these files exist already and are not applied yet." in shown(render.sync(report))
    report = SyncReport(SyncOutcome.WRITTEN, None, ("supabase/migrations/1_a.sql",))
    assert "Written, not applied:\n  supabase/migrations/1_a.sql\n" in shown(render.sync(report))


def test_the_log_tells_what_is_unfinished() -> None:
    for event, direction, word in (
        (Event.STARTED, Direction.UP, "unfinished"),
        (Event.ROLLED_BACK, Direction.DOWN, "unfinished"),
        (Event.SUCCEEDED, Direction.DOWN, "rolled back"),
        (Event.FAILED, Direction.UP, "failed"),
    ):
        assert word in shown(log_view.log(LogReport((Entry("s", event, "work", direction, id=1, at=NOW),), full=False)))
