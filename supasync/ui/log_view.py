"""The ledger for people: a table of what was done, and one entry in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement

from supasync.core.attic.model import Label, worst
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event
from supasync.core.report import LogReport
from supasync.ui.change_view import label_line, sql_text
from supasync.ui.hanging import Hanging
from supasync.ui.tables import safe, table
from supasync.ui.visible import Text, lines_of
from supasync.ui.words import indent

_UNDO: dict[str, str] = {Label.LOSSLESS: "lossless", Label.FROM_ATTIC: "attic", Label.SCHEMA_ONLY: "schema"}
_EVENT_STYLES = {Event.SUCCEEDED: "green", Event.FAILED: "red", Event.ROLLED_BACK: "yellow", Event.STARTED: "yellow"}
_GAP = "  "


def log(report: LogReport) -> Iterator[RenderableType]:
    """The ledger: a table, or one entry in full."""
    if report.full:
        yield from _entry(report.entries[0])
    elif not report.entries:
        yield "The ledger is empty: nothing has been synced yet."
    else:
        yield LogTable(report.entries)


@dataclass(frozen=True)
class LogTable:
    """One line for each entry where all of it fits, else two: a name broken in pieces is of no use."""

    entries: Sequence[Entry]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose the form that the width allows."""
        told = ("Name", "Why")
        whole = table((*_FACTS, *told), [(*_facts(entry), entry.name, _why(entry)) for entry in self.entries])
        if Measurement.get(console, options.update(max_width=10**6), whole).maximum <= options.max_width:
            yield whole
        else:
            yield from self._in_two_lines()

    def _in_two_lines(self) -> Iterator[RenderableType]:
        rows = [[Text(heading, style="bold") for heading in _FACTS]]
        rows += [[safe(cell) for cell in _facts(entry)] for entry in self.entries]
        widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            for cell, width in zip(row[:-1], widths, strict=False):
                cell.pad_right(width - cell.cell_len)
            *others, who = row
            yield Hanging(Text.assemble(Text(_GAP).join([*others, Text()])), who)
            if number:
                entry = self.entries[number - 1]
                why = _why(entry)
                yield Hanging.of(" " * (widths[0] + len(_GAP)), (entry.name, "bold"), f": {why}" if why else "")


_FACTS = ("ID", "Version", "When", "Event", "Undo", "Who")


def _facts(entry: Entry) -> tuple[str | Text, ...]:
    applied = entry.direction == Direction.UP and entry.versions
    undo = _UNDO.get(worst(file.label for file in entry.files), "") if applied else ""
    return str(entry.id), _version(entry), _when(entry), _event(entry), undo, who(entry)


def _version(entry: Entry) -> str:
    more = f" +{len(entry.versions) - 1}" if len(entry.versions) > 1 else ""
    return f"{entry.versions[-1]}{more}" if entry.versions else ""


def _event(entry: Entry) -> Text:
    if entry.direction == Direction.DOWN and entry.event is Event.SUCCEEDED:
        return Text("rolled back", style=_EVENT_STYLES[Event.ROLLED_BACK])
    if entry.event in (Event.STARTED, Event.ROLLED_BACK):  # the newest of its rows: nothing has ended it yet
        return Text("unfinished", style=_EVENT_STYLES[Event.STARTED])
    return Text(entry.event.value.replace("_", " "), style=_EVENT_STYLES[entry.event])


def who(entry: Entry) -> str:
    """The name of the person, or of the account where git knew none."""
    return entry.actor.name.partition(" <")[0] or entry.actor.os_user


def _why(entry: Entry) -> str:
    return entry.reason or (next(iter(lines_of(entry.error)), ""))


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
        yield Text(f"-- supabase/migrations/{file.file_name}", style="bold")
        yield sql_text(file.up)
        yield Text(f"-- supabase/rollbacks/{file.file_name}", style="bold")
        yield sql_text(file.down)
