"""What reports and plans say besides the changes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console, RenderableType

from supasync.core.attic.model import AtticEntry, Keep, KeepKind, Label
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.change import changes_of
from supasync.core.changes.describe import describe
from supasync.core.changes.direction import Direction
from supasync.core.checks.hazard_rules import hazards_of
from supasync.core.checks.preflight import Finding, probes_of
from supasync.core.plan.ledger import Entry, Event
from supasync.core.plan.plan import Backfill, Cost, Difference, Plan, Segment
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.core.report import AtticReport, DiffReport, LogReport, StatusReport, SyncOutcome, SyncReport
from supasync.core.trust import Item, JudgedItem, Standing, TrustOutcome, TrustReport, Use
from supasync.ui import log_view, plan_view, render, rollback_view, trust_view

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOTHING = Difference((), (), (), (), (), (), (), Grants.IGNORED, (), ())

OLD = Keep("attic_1_1", KeepKind.ROWS, "public", "old")


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


def test_a_diff_tells_what_no_statement_says() -> None:
    report = DiffReport(NOTHING, (), reverse=False, target="Supabase")
    assert shown(plan_view.diff(report)) == "✓ No differences: Supabase is in sync.\n"
    found = replace(NOTHING, up=("SELECT 1",), unmanaged=("view v: owner",), notes=("schema.sql: 1 line ignored",))
    text = shown(plan_view.diff(replace(report, difference=found)))
    assert text == "-- needs a manual change: view v: owner\n-- note: schema.sql: 1 line ignored\n"
    text = shown(plan_view.diff(DiffReport(found, ("SELECT 2",), reverse=True, target="Supabase")))
    assert text == "-- Reversed: from the schema file to the current state of Supabase.\nSELECT 2;\n\n"


def test_a_plan_tells_what_is_kept_what_comes_back_and_what_does_not() -> None:
    part = Segment("1", "a", ("SELECT 1",), (), "", "", label=Label.SCHEMA_ONLY, label_reason="as requested")
    plan = Plan("a", "", NOTHING, (part,), (), "", "", ())
    for cost, size in ((Cost(OLD, 1, 60_000_000), " (about 1 row, 57.2 MB, about 2 s)"), (Cost(OLD, None, None), "")):
        text = shown(plan_view.plan(replace(plan, costs=(cost,))))
        assert f"Kept in the attic, for a rollback:\n  → rows of old{size}\n" in text
    text = shown(plan_view.plan(replace(plan, restored=(OLD,), discards=True)))
    assert "Restored from the attic:\n  + rows of old\n" in text
    assert "Dropped data is not kept (--discard-data).\n" in text
    assert "Rollback: schema only (as requested)\n" in text


def test_the_attic_tells_what_it_contains_and_what_went() -> None:
    entry = AtticEntry(OLD, "1", Direction.UP, 3, 2048, NOW)
    assert shown(render.attic(AtticReport(()))) == "The attic is empty.\n"
    text = shown(render.attic(AtticReport((entry, replace(entry, purged_at=NOW)))))
    assert [line.split("  ")[-2].strip() for line in text.splitlines()[-2:]] == ["2.0 kB", "purged"]
    text = shown(render.attic(AtticReport((entry,), ("id", "note"), ((1, None),))))
    assert text.startswith("attic_1_1: rows of old (3 rows)\n")
    assert "NULL" in text
    assert text.endswith("... 2 rows more (--limit)\n")
    assert shown(render.attic(AtticReport((entry,), purged=True))) == (
        "✓ Purged: 1 attic table\n  attic_1_1: rows of old\n"
    )


def test_a_plan_tells_which_rows_its_files_would_fail_on() -> None:
    (change,) = changes_of("ALTER TABLE public.t ALTER COLUMN a SET NOT NULL")
    (probe,) = probes_of((change,), TargetFacts())
    found = replace(NOTHING, up=(change.sql,), changes=(change,), findings=(Finding(probe, 7),))
    part = Segment("1", "a", found.up, (), "", "", label=Label.LOSSLESS)
    plan = Plan("a", "", found, (part,), (), "", "", ())
    words = "Affected rows:\n  - 7 rows with NULL in t.a\n"
    assert words in shown(plan_view.plan(plan))
    filled = replace(plan, backfills=(Backfill("UPDATE ...", "public.t", "a", 7),))
    authored = replace(plan, segments=(replace(part, authored=True),))
    for other in (filled, authored):
        assert "Affected rows" not in shown(plan_view.plan(other))


def test_what_is_to_be_trusted_is_listed_with_what_changed() -> None:
    item = Item("after_sync", "make gen\x1b[2J", "supasync.toml", "run after each sync", Use.FOLLOW_UP)
    items = tuple(JudgedItem(item, standing) for standing in Standing)
    text = shown(trust_view.question(items))
    assert "- after_sync = make gen\\x1b[2J (supasync.toml)\n    run after each sync\n" in text
    assert "(supasync.toml) [changed since you trusted it]\n" in text
    assert "(supasync.toml) [new]\n" in text
    assert "\x1b" not in text
    report = TrustReport(TrustOutcome.LISTED, "/repo", items)
    assert "Not trusted: 2 items\nLook at it, then: supasync trust\n" in shown(trust_view.report(report))
    assert "SUPASYNC_TRUST=1" in shown(trust_view.report(replace(report, this_run=True)))
    assert "needs trust" in shown(trust_view.report(replace(report, items=())))
    assert "any more" in shown(trust_view.report(replace(report, outcome=TrustOutcome.REVOKED)))
    done = replace(report, outcome=TrustOutcome.TRUSTED, items=items[:1])
    assert "Trusted as it is now: 1 item" in shown(trust_view.report(done))


def test_no_line_of_a_diff_is_a_statement_by_a_name_or_a_value() -> None:
    live = "drop table t;"
    drop = f'drop table "x\n{live}\n--"'
    changes = changes_of(drop)
    probe = probes_of(changes_of("alter table t alter column a set not null"), TargetFacts())[0]
    found = replace(
        NOTHING, up=(drop,), changes=changes, lines=describe(changes), hazards=hazards_of(changes, TargetFacts()),
        findings=(Finding(probe, 1, f"y\n{live}\n--"),), unmanaged=(f"view z\n{live}",), notes=(f"u\n{live}",),
    )  # fmt: skip
    lines = shown(plan_view.diff(DiffReport(found, (drop,), reverse=False, target="Supabase"))).split("\n")
    assert lines.count(live) == 1  # the second line of the statement, in the quoted name
    assert sum(line.startswith("--") and line.endswith(live) for line in lines) >= 4
