"""Reports as text for people. Decides nothing: what is shown was decided by the commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from supasync.core.attic import Label, worst
from supasync.core.facts import bytes_words
from supasync.core.ledger import DOWN, UP, Entry, Event
from supasync.core.report import (
    AtticReport,
    Check,
    ChecksReport,
    LogReport,
    RollbackReport,
    StatusReport,
    SyncReport,
)
from supasync.ui.hanging import Hanging
from supasync.ui.plan_view import finding_lines, label_line, line_items, sql_text
from supasync.ui.words import age, indent, plural

_GROUPS = (("missing", "🔍 Missing in Supabase:"), ("only", "➕ Only in Supabase:"), ("different", "🔀 Different:"))
_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("-", "dim")}
_MOST_LINES = 15  # of one check: a target that differs in everything must not scroll the other checks away
_UNDO: dict[str, str] = {Label.LOSSLESS: "lossless", Label.FROM_ATTIC: "attic", Label.SCHEMA_ONLY: "schema"}
_EVENT_STYLES = {Event.SUCCEEDED: "green", Event.FAILED: "red", Event.ROLLED_BACK: "yellow", Event.STARTED: "yellow"}


def status(report: StatusReport) -> Iterator[RenderableType]:
    """The specification's mock of `status`."""
    yield Text("📊 Database Schema Status", style="bold")
    yield ""
    yield f"Local Schema:  {report.schema_file} (modified {age(report.modified, datetime.now(UTC))})"
    yield f"Remote Schema: {report.target} ({report.address})"
    if report.last and report.last.at:
        last = report.last
        when = age(report.last.at, datetime.now(UTC))
        deed = "Last Rollback:" if last.direction == DOWN else "Last Sync:    "
        yield f"{deed} {last.name}, {when}, by {_who(last)}"
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
        ("🔧 Different, and not to be changed automatically:", report.unmanaged),
        ("✋ Changed by hand in Supabase since the last sync:", report.drift),
    ):
        if texts:
            yield ""
            yield Text(title, style="bold")
            yield from (Hanging.of("  - ", text) for text in texts)


def _remarks(report: StatusReport) -> Iterator[RenderableType]:
    if report.findings:
        yield ""
        yield Text("⚠️  Rows that this concerns:", style="bold")
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
    if report.outcome == "in-sync":
        yield Text.assemble(("✓ ", "green"), f"Nothing to do: {report.target} is in sync.")
        return
    if report.outcome == "planned":
        yield ""
        yield Text("Dry run: nothing was changed.", style="bold")
        if report.plan and report.plan.difference.destructive:
            yield "This plan takes data away: applying it takes --force."
        return
    if report.outcome == "written":
        yield ""
        if report.files:
            yield Text("Written, not applied:", style="bold")
            yield from (f"  {path}" for path in report.files)
        else:
            yield Text("Nothing was written: these files are there already, and not applied yet.", style="bold")
        yield "Edit them if you like; `supasync sync` rehearses and applies what they say."
        return
    yield ""
    for warning in report.warnings:
        yield Hanging.of(("warning: ", "yellow"), warning)
    yield Text.assemble(("✓ ", "green"), (f"{report.target} is in sync", "bold"), f" ({report.seconds:.1f} s)")
    yield from (f"  {path}" for path in report.files)
    yield "Commit these files together with the schema file."


_DEEDS = {"rolled-forward": ", by a new migration", "finished": ": the interrupted rollback is finished"}


def rollback(report: RollbackReport) -> Iterator[RenderableType]:
    """How a rollback ended; the plan was shown before."""
    yield ""
    if report.outcome == "planned":
        yield Text("Dry run: nothing was changed.", style="bold")
        return
    for warning in report.warnings:
        yield Hanging.of(("warning: ", "yellow"), warning)
    if report.outcome == "tidied":
        yield Text.assemble(("✓ ", "green"), "Files of migrations that were rolled back are out of the way:")
    else:
        oldest = report.way.steps[-1] if report.way else None
        before = f" {oldest.name or oldest.version}" if oldest else ""
        did = f"{report.target} is back at the state before{before}{_DEEDS.get(report.outcome, '')}"
        yield Hanging.of(("✓ ", "green"), (did, "bold"), f" ({report.seconds:.1f} s)")
    yield from (f"  {path}" for path in report.files)
    if report.files:
        yield "Commit these files together."
    if report.way and report.way.costs:
        words = "To undo the rollback: put the change back into the schema file, then `supasync sync --restore`."
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
        rows = Table(box=None, pad_edge=False, header_style="bold")
        for name in report.columns:
            rows.add_column(name, overflow="fold")
        for row in report.rows:
            rows.add_row(*("NULL" if value is None else str(value) for value in row))
        yield rows
        if len(report.rows) < entry.rows:
            yield f"... {plural(entry.rows - len(report.rows), 'row')} more (--limit)"
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Name", "Holds", "Rows", "Size", "Kept"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("Rows", "Size") else "left")
    for entry in report.entries:
        gone = entry.purged_at is not None
        size = "purged" if gone else bytes_words(entry.bytes)
        kept = entry.kept_at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
        table.add_row(entry.keep.attic, entry.keep.words, f"{entry.rows:,}", size, kept)
    yield table


def checks(report: ChecksReport) -> Iterator[RenderableType]:
    """`verify` and `doctor`."""
    yield Text(report.title, style="bold")
    yield ""
    for check in report.checks:
        yield from _check(check)
    failed = sum(check.ok is False for check in report.checks)
    yield ""
    if failed:
        yield Text(f"{plural(failed, 'check')} failed.", style="bold red")
    else:
        yield Text("Everything is in order.", style="bold green")


def _check(check: Check) -> Iterator[RenderableType]:
    mark, style = _MARKS[check.ok]
    lines = check.detail.splitlines()
    beside = f": {lines[0]}" if len(lines) == 1 else ""
    yield Hanging.of((f"{mark} ", style), f"{check.name}{beside}")
    if len(lines) > 1:
        yield from (Hanging.of("    - ", line) for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"    ... and {len(lines) - _MOST_LINES} more (all with --json)"
    if check.remedy:
        yield Hanging.of("    ", (check.remedy, "cyan"))


def log(report: LogReport) -> Iterator[RenderableType]:
    """The ledger: a table, or one entry in full."""
    if report.full:
        yield from _entry(report.entries[0])
    elif not report.entries:
        yield "The ledger is empty: nothing was synced yet."
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading, wrap in (
            ("ID", False),
            ("When", False),
            ("Event", False),
            ("Undo", False),
            ("Name", True),
            ("Who", True),
            ("Why", True),
        ):
            table.add_column(heading, overflow="fold" if wrap else "ellipsis", no_wrap=not wrap)
        for entry in report.entries:
            table.add_row(
                str(entry.id),
                _when(entry),
                _event(entry),
                _UNDO.get(worst(file.label for file in entry.files), "") if entry.direction == UP else "",
                entry.name,
                _who(entry),
                entry.reason or (entry.error.splitlines()[0] if entry.error else ""),
            )
        yield table


def _event(entry: Entry) -> Text:
    if entry.direction == DOWN and entry.event is Event.SUCCEEDED:
        return Text("rolled back", style=_EVENT_STYLES[Event.ROLLED_BACK])
    if entry.event in (Event.STARTED, Event.ROLLED_BACK):  # the newest of its rows: nothing has ended it yet
        return Text("unfinished", style=_EVENT_STYLES[Event.STARTED])
    return Text(entry.event.value.replace("_", " "), style=_EVENT_STYLES[entry.event])


def _who(entry: Entry) -> str:
    return entry.actor.name.partition(" <")[0] or entry.actor.os_user


def _when(entry: Entry) -> str:
    return entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") if entry.at else ""


def _entry(entry: Entry) -> Iterator[RenderableType]:
    actor = entry.actor
    commit = (
        f"{actor.git_commit[:12]}{' (with uncommitted changes)' if actor.git_dirty else ''}" if actor.git_commit else ""
    )
    facts = (
        ("Event", entry.event.value),
        ("When", f"{_when(entry)} (took {entry.duration_ms / 1000:.1f} s)"),
        ("Versions", ", ".join(entry.versions)),
        ("Who", actor.name),
        ("From", f"{actor.os_user}@{actor.host}, database role {entry.database_role}"),
        ("Commit", commit),
        ("Why", entry.reason),
        ("Tools", ", ".join(f"{name} {version}" for name, version in entry.tools.items())),
        ("Before", entry.fingerprint_before),
        ("After", entry.fingerprint_after),
        ("Error", entry.error),
    )
    yield Text(f"{entry.id}  {entry.name}", style="bold")
    yield ""
    for name, value in facts:
        if value:
            yield f"{name + ':':10} {indent(value, ' ' * 11).strip()}"
    for file in entry.files:
        yield ""
        if file.label:
            yield label_line(file.label, file.label_reason)
        yield Text(f"-- supabase/migrations/{file.version}_{file.name}.sql", style="bold")
        yield sql_text(file.up)
        yield Text(f"-- supabase/rollbacks/{file.version}_{file.name}.sql", style="bold")
        yield sql_text(file.down)
