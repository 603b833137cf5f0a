"""`log`: who changed what, when and why, from the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from supasync.core.plan.ledger import Entry, Event
from supasync.core.report import EXIT_DONE, LogReport
from supasync.errors import UsageError
from supasync.workflow.context import Context


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `log`. `entry` is an id, a version or the start of a sync id; empty for the list."""

    entry: str = ""
    limit: int = 20


def run(context: Context, request: Request) -> tuple[LogReport, int]:
    """Read the ledger. Raises UsageError for an entry that is not there."""
    with context.open_target("log") as target:
        entries = target.entries()
    newest = tuple(sorted(entries, key=lambda entry: entry.id, reverse=True))
    if not request.entry:
        return LogReport(_outcomes(newest)[: request.limit], full=False), EXIT_DONE
    found = tuple(entry for entry in newest if _is_meant(entry, request.entry))
    if not found:
        raise UsageError(
            f"The ledger has no entry {request.entry}",
            hint="`supasync log` lists the entries; give an id or a version.",
        )
    return LogReport((_with_files(found[0], entries),), full=True), EXIT_DONE


def _outcomes(newest: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Leave out what came before the end of each sync and rollback; an end tells what its files return."""
    begun = {entry.sync_id: entry for entry in newest if entry.event is Event.STARTED}
    shown: dict[str, Entry] = {}
    for entry in newest:
        shown.setdefault(entry.sync_id, entry)
    return tuple(replace(entry, files=begun.get(entry.sync_id, entry).files) for entry in shown.values())


def _is_meant(entry: Entry, wanted: str) -> bool:
    return (
        str(entry.id) == wanted or wanted in entry.versions or (len(wanted) >= 8 and entry.sync_id.startswith(wanted))
    )


def _with_files(entry: Entry, entries: tuple[Entry, ...]) -> Entry:
    begun = next((other for other in entries if other.sync_id == entry.sync_id and other.event is Event.STARTED), entry)
    return replace(entry, files=begun.files, schema_file=begun.schema_file)
