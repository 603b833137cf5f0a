"""Reports as text for people. Decides nothing: what is shown was decided by the commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import RenderableType

from supasync.core.attic.model import AtticEntry
from supasync.core.catalog.facts import bytes_words
from supasync.core.changes.direction import Direction
from supasync.core.counting import plural
from supasync.core.report import (
    AtticReport,
    Check,
    ChecksReport,
    RollbackOutcome,
    RollbackReport,
    StatusReport,
    SyncOutcome,
    SyncReport,
)
from supasync.ui.change_view import finding_lines, line_items
from supasync.ui.hanging import Hanging
from supasync.ui.log_view import who
from supasync.ui.tables import table
from supasync.ui.visible import Text, lines_of
from supasync.ui.words import age

_GROUPS = (("missing", "🔍 Missing in Supabase:"), ("only", "➕ Only in Supabase:"), ("different", "🔀 Different:"))
_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("-", "dim")}
_MOST_LINES = 15  # of one check: a target that differs in everything must not scroll the other checks away


def status(report: StatusReport) -> Iterator[RenderableType]:
    """The specification's mock of `status`."""
    yield Text("📊 Database Schema Status", style="bold")
    yield ""
    yield f"Local Schema:  {report.schema_file} (modified {age(report.modified, datetime.now(UTC))})"
    yield f"Remote Schema: {report.target} ({report.address})"
    if report.last and report.last.at:
        last = report.last
        when = age(report.last.at, datetime.now(UTC))
        deed = "Last Rollback:" if last.direction == Direction.DOWN else "Last Sync:    "
        yield f"{deed} {last.name}, {when}, by {who(last)}"
    yield ""
    if report.in_sync:
        yield Text.assemble("Status: ", ("🟢 IN SYNC", "bold green"))
    else:
        yield Text.assemble("Status: ", ("🔴 OUT OF SYNC", "bold red"))
        yield f"Pending Changes: {len(report.lines) + len(report.unmanaged)}"
    yield from _changes(report)
    yield from _remarks(report)
    if not report.in_sync:
        yield ""
        yield "Run 'supasync diff' for detailed comparison"
        yield "Run 'supasync sync' to apply changes"


def _changes(report: StatusReport) -> Iterator[RenderableType]:
    for group, title in _GROUPS:
        lines = [line for line in report.lines if line.group == group]
        if lines:
            yield ""
            yield Text(title, style="bold")
            yield from line_items(lines, report.hazards)
    for title, texts in (
        ("🔧 Needs a manual change:", report.unmanaged),
        ("✋ Changed by hand in Supabase since the last sync:", report.drift),
    ):
        if texts:
            yield ""
            yield Text(title, style="bold")
            yield from (Hanging.of("  - ", text) for text in texts)


def _remarks(report: StatusReport) -> Iterator[RenderableType]:
    if report.findings:
        yield ""
        yield Text("⚠️  Affected rows:", style="bold")
        yield from finding_lines(report.findings)
    for note in report.history:
        yield ""
        yield Hanging.of(("Note: ", "yellow"), note.message)
        yield Hanging.of("      ", note.remedy)
    if report.notes:
        yield ""
        yield from (Hanging.of(("Note: ", "dim"), (note, "dim")) for note in report.notes)


def sync(report: SyncReport) -> Iterator[RenderableType]:
    """How a sync ended; the plan was shown before."""
    if report.outcome is SyncOutcome.IN_SYNC:
        yield Text.assemble(("✓ ", "green"), f"Nothing to do: {report.target} is in sync.")
        return
    if report.outcome is SyncOutcome.PLANNED:
        yield ""
        yield Text("Dry run: nothing was changed.", style="bold")
        if report.plan and report.plan.difference.destructive:
            yield "This plan drops data: applying it needs --force."
        return
    if report.outcome is SyncOutcome.WRITTEN:
        yield ""
        if report.files:
            yield Text("Written, not applied:", style="bold")
            yield from (f"  {path}" for path in report.files)
        else:
            yield Text("Nothing was written: these files exist already and are not applied yet.", style="bold")
        yield "Edit them if you like; `supasync sync` rehearses and applies them."
        return
    yield ""
    for warning in report.warnings:
        yield Hanging.of(("warning: ", "yellow"), warning)
    left = len(report.plan.difference.unmanaged) if report.plan else 0
    but = f", but for {plural(left, 'difference')} left to be changed by hand" if left else ""
    yield Text.assemble(("✓ ", "green"), (f"{report.target} is in sync{but}", "bold"), f" ({report.seconds:.1f} s)")
    yield from (f"  {path}" for path in report.files)
    yield "Commit these files together with the schema file."


_DEEDS = {
    RollbackOutcome.ROLLED_FORWARD: ", by a new migration",
    RollbackOutcome.FINISHED: ": the interrupted rollback is finished",
}


def rollback(report: RollbackReport) -> Iterator[RenderableType]:
    """How a rollback ended; the plan was shown before."""
    yield ""
    if report.outcome is RollbackOutcome.PLANNED:
        yield Text("Dry run: nothing was changed.", style="bold")
        return
    for warning in report.warnings:
        yield Hanging.of(("warning: ", "yellow"), warning)
    if report.outcome is RollbackOutcome.TIDIED:
        yield Text.assemble(("✓ ", "green"), "Files of rolled-back migrations were moved:")
    else:
        oldest = report.plan.steps[-1] if report.plan else None
        before = f" {oldest.name or oldest.version}" if oldest else ""
        did = f"{report.target} is back in the state before{before}{_DEEDS.get(report.outcome, '')}"
        yield Hanging.of(("✓ ", "green"), (did, "bold"), f" ({report.seconds:.1f} s)")
    yield from (f"  {path}" for path in report.files)
    if report.files:
        yield "Commit these files together."
    if report.plan and report.plan.costs:
        words = "To undo the rollback: put the change back into the schema file, then run `supasync sync --restore`."
        yield Hanging.of("", words)


def attic(report: AtticReport) -> Iterator[RenderableType]:
    """What the attic holds, or the rows of one of its tables."""
    if report.purged:
        yield Text.assemble(("✓ ", "green"), f"Purged: {plural(len(report.entries), 'attic table')}")
        yield from (f"  {entry.keep.attic}: {entry.keep.words}" for entry in report.entries)
        return
    if not report.entries:
        yield "The attic is empty."
        return
    if report.columns:
        entry = report.entries[0]
        yield Text(f"{entry.keep.attic}: {entry.keep.words} ({plural(entry.rows, 'row')})", style="bold")
        yield table(report.columns, [["NULL" if value is None else str(value) for value in row] for row in report.rows])
        if len(report.rows) < entry.rows:
            yield f"... {plural(entry.rows - len(report.rows), 'row')} more (--limit)"
        return
    yield table(
        ("Name", "Contents", "Rows", "Size", "Kept"), [_kept(entry) for entry in report.entries], right=("Rows", "Size")
    )


def _kept(entry: AtticEntry) -> tuple[str, ...]:
    size = bytes_words(entry.bytes) if entry.purged_at is None else "purged"
    kept = entry.kept_at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    return entry.keep.attic, entry.keep.words, f"{entry.rows:,}", size, kept


def checks(report: ChecksReport) -> Iterator[RenderableType]:
    """`verify`: what was looked at, and what is wrong below it."""
    yield Text(report.title, style="bold")
    yield ""
    for check in report.checks:
        yield from _check(check)
    yield from _verdict(report)


def tools(report: ChecksReport) -> Iterator[RenderableType]:
    """`doctor`: a table of what was found."""
    yield Text(report.title, style="bold")
    yield ""
    yield table(
        ("", "What", "Found"), [(Text(*_MARKS[check.ok]), check.name, _found(check)) for check in report.checks]
    )
    yield from _verdict(report)


def _found(check: Check) -> Text:
    return Text.assemble(check.detail, *(("\n", (check.remedy, "cyan")) if check.remedy else ()))


def _verdict(report: ChecksReport) -> Iterator[RenderableType]:
    failed = sum(check.ok is False for check in report.checks)
    yield ""
    if failed:
        yield Text(f"{plural(failed, 'check')} failed.", style="bold red")
    else:
        yield Text("All checks passed.", style="bold green")


def _check(check: Check) -> Iterator[RenderableType]:
    mark, style = _MARKS[check.ok]
    lines = lines_of(check.detail)
    beside = f": {lines[0]}" if len(lines) == 1 else ""
    yield Hanging.of((f"{mark} ", style), f"{check.name}{beside}")
    if len(lines) > 1:
        yield from (Hanging.of("    - ", line) for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"    ... and {len(lines) - _MOST_LINES} more (all with --json)"
    if check.remedy:
        yield Hanging.of("    ", (check.remedy, "cyan"))
