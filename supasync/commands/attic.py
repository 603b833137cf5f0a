"""`attic`: what changes have taken away and supasync has kept; look at it, or drop what nobody needs any more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from supasync.core.attic.model import AtticEntry
from supasync.core.counting import plural
from supasync.core.plan.choices import AtticAction
from supasync.core.report import EXIT_DONE, AtticReport
from supasync.errors import RefusedError, UsageError
from supasync.workflow import gates
from supasync.workflow.context import Context
from supasync.workflow.ports.target import TargetAttic

_AGE = re.compile(r"(\d+)\s*(d|days?|h|hours?|w|weeks?)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked. `older_than` is an age such as 30d, "" for everything."""

    action: AtticAction = AtticAction.LIST
    name: str = ""
    older_than: str = ""
    limit: int = 20
    yes: bool = False


def run(context: Context, request: Request) -> tuple[AtticReport, int]:
    """List, show or purge. Raises UsageError for a name that is not there, RefusedError when declined."""
    with context.open_target("attic") as target:
        newest = tuple(reversed(target.attic()))
        if request.action is AtticAction.SHOW:
            entry = _named(newest, request.name)
            columns, rows = target.attic_rows(entry.keep.attic, request.limit)
            return AtticReport((entry,), columns, rows), EXIT_DONE
        if request.action is AtticAction.PURGE:
            return _purge(context, target, newest, request), EXIT_DONE
    return AtticReport(newest), EXIT_DONE


def _named(entries: tuple[AtticEntry, ...], name: str) -> AtticEntry:
    for entry in entries:
        if name in (entry.keep.attic, entry.keep.attic.removeprefix("attic_")):
            if entry.purged_at:
                raise UsageError(f"{entry.keep.attic} was purged", hint="`supasync attic list` shows what it contains.")
            return entry
    raise UsageError(f"The attic has no {name}", hint="`supasync attic list` shows what it contains.")


def _purge(context: Context, target: TargetAttic, entries: tuple[AtticEntry, ...], request: Request) -> AtticReport:
    present = [entry for entry in entries if not entry.purged_at]
    if request.name:
        present = [_named(entries, request.name)]
    if request.older_than:
        oldest = context.now() - read_age(request.older_than)
        present = [entry for entry in present if entry.kept_at < oldest]
    if present and not request.yes:
        gates.refuse_without_terminal(context, "attic purge")
        for entry in present:
            context.screen.note(f"{entry.keep.attic}: {entry.keep.words}, {plural(entry.rows, 'row')}")
        dropped = plural(len(present), "attic table")
        question = f"Drop {dropped} permanently? Rollbacks will then restore the schema without this data."
        if not context.prompter.type_out(question, "purge"):
            raise RefusedError("Declined; nothing was changed")
    target.purge_attic([entry.keep.attic for entry in present])
    return AtticReport(tuple(present), purged=True)


def read_age(text: str) -> timedelta:
    """Return an age such as 30d, 12h or 2w. Raises UsageError."""
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"--older-than {text} is not a valid age", hint="For example 30d, 12h or 2w.")
    return int(found[1]) * _UNITS[found[2][0]]
