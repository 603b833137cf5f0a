"""What a rollback can undo, how far back it goes, and the plan of the rollback."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from supasync.core import sql
from supasync.core.attic.model import Keep, KeepKind, worst
from supasync.core.catalog.fingerprint import Fingerprint, Grants
from supasync.core.catalog.outside import OutsideChange
from supasync.core.changes.direction import Direction
from supasync.core.engine.commit_boundaries import transactions
from supasync.core.plan.ledger import Entry, Event, FileRecord, rolled_back
from supasync.core.plan.plan import Cost, Difference
from supasync.core.sql.keys import TableKey
from supasync.core.sql.names import strings
from supasync.errors import UsageError

# A label of an enum, as the fingerprint lists them.
_LABEL = re.compile(r"E?'(?:[^'\\]|''|\\.)*'")
BASE = "base"  # as other migration tools call the state before the first migration


@dataclass(frozen=True)
class RollbackStep:
    """One step back: a sync, or a migration that supasync did not write (then without `entry`).

    `versions` are in the order in which they were applied; `files` are as the ledger keeps them.
    """

    versions: tuple[str, ...]
    name: str
    entry: Entry | None = None
    files: tuple[FileRecord, ...] = ()

    @property
    def label(self) -> str:
        """What a rollback returns; "" where nobody has determined it."""
        return worst(file.label for file in self.files) if self.files else ""

    @property
    def version(self) -> str:
        """The newest of its versions: what names the state that it left."""
        return self.versions[-1]


def rollback_steps(entries: Sequence[Entry], applied: Iterable[str]) -> tuple[RollbackStep, ...]:
    """Return the steps that can be undone, newest first. `applied` are the versions of the CLI's history."""
    begun = {
        entry.sync_id: entry for entry in entries if entry.event is Event.STARTED and entry.direction == Direction.UP
    }
    gone = rolled_back(entries)
    owners: dict[str, Entry] = {}
    for row in sorted(entries, key=lambda row: row.id):
        if row.direction == Direction.UP and row.event in (Event.SUCCEEDED, Event.FAILED):
            owners.update({version: row for version in row.versions if version not in gone})
    steps: list[RollbackStep] = []
    for version in sorted(applied, key=lambda version: (len(version), version), reverse=True):
        if (entry := owners.get(version)) is None:
            steps.append(RollbackStep((version,), ""))
            continue
        start = begun.get(entry.sync_id, entry)
        file = tuple(file for file in start.files if file.version == version)
        last = steps[-1] if steps else None
        if last is not None and last.entry is not None and last.entry.sync_id == entry.sync_id:
            steps[-1] = RollbackStep((version, *last.versions), last.name, last.entry, (*file, *last.files))
        else:
            steps.append(RollbackStep((version,), entry.name, entry, file))
    return tuple(steps)


def choose_steps(steps: Sequence[RollbackStep], version: str, last: int) -> tuple[RollbackStep, ...]:
    """Return the steps to undo, newest first: the newest `last`, or those after `version`.

    Raises UsageError for a version that is not there, or where there is nothing to undo.
    """
    if not steps:
        raise UsageError("There is nothing to roll back", hint="Supabase has no migrations in its history.")
    if last:
        if last > len(steps):
            raise UsageError(
                f"Cannot undo {last} syncs: there are only {len(steps)}", hint="`supasync log` lists them."
            )
        return tuple(steps[:last])
    if version == BASE:
        return tuple(steps)
    for position, step in enumerate(steps):
        if version not in step.versions:
            continue
        if version != step.version:
            raise UsageError(
                f"{version} is only part of {step.name}",
                hint=f"Go back to {step.version}, or undo all of it with --last {position + 1}.",
            )
        if position == 0:
            raise UsageError(
                f"Supabase is at {version} already",
                hint="VERSION names the state to go back to. To undo this one: supasync rollback --last 1",
            )
        return tuple(steps[:position])
    raise UsageError(
        f"Supabase's history has no version {version}",
        hint=f"It has: {', '.join(step.version for step in steps[:10])}. `supasync log` shows what each one did.",
    )


@dataclass(frozen=True)
class Returning:
    """Something in the attic that comes back: what, and how many rows of it are kept."""

    keep: Keep
    rows: int


@dataclass(frozen=True)
class RollbackPlan:
    """The plan of a rollback, proven on a copy.

    `route` tells whether the rollback files are run or the way was computed; `scripts` are run in one transaction.
    `schema_text` is what the schema file is put back to, None where nobody kept it; `schema_diff` shows the lines
    that change, and `schema_edited` whether somebody edited the file since the sync. `drift` names what was changed
    by hand and is undone too. `destroys` tells what the rollback itself takes away and nothing keeps. `moves` and
    `writes` name the files that are moved away and written. `outside` is what the rehearsal has shown beyond
    fingerprints, `code` the statements whose effect nobody can see beforehand.
    """

    steps: tuple[RollbackStep, ...]
    route: Literal["files", "computed"]
    scripts: tuple[str, ...]
    difference: Difference
    fingerprint_before: str
    fingerprint_after: str
    comparison: Grants | None
    label: str
    label_reason: str = ""
    destroys: str = ""
    returning: tuple[Returning, ...] = ()
    costs: tuple[Cost, ...] = ()
    schema_name: str = ""
    schema_text: str | None = None
    schema_diff: str = ""
    schema_edited: bool = False
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    outside: OutsideChange = field(default_factory=OutsideChange)
    code: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions to undo, newest first."""
        return tuple(version for step in self.steps for version in reversed(step.versions))

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """The files to undo, oldest first, as far as the ledger has them."""
        return tuple(file for step in reversed(self.steps) for file in step.files)

    @property
    def name(self) -> str:
        """What is undone, in a few words."""
        first = self.steps[0].name or self.steps[0].version
        return first if len(self.steps) == 1 else f"{first} and {len(self.steps) - 1} more"


def goal_of(steps: Sequence[RollbackStep], chosen: Sequence[RollbackStep]) -> RollbackStep | None:
    """Return the step whose state the rollback reaches, None for the state before the first."""
    kept = steps[len(chosen) :]
    return kept[0] if kept else None


def kept_rows(keeps: Iterable[Keep], counts: Mapping[str, int]) -> tuple[Returning, ...]:
    """Put keeps and the inventory's counts together; what the inventory does not know is left out."""
    return tuple(Returning(keep, counts[keep.attic]) for keep in keeps if keep.attic in counts)


def rows_to_come(table: TableKey, keeps: Sequence[Keep], column: str) -> Keep | None:
    """Return what holds the rows of a table that is made again before it gets a column back; None for the table itself.

    `keeps` are in the order in which they come back: rows that come after the column are of another time.
    """
    found = None
    for keep in keeps:
        if (keep.schema, keep.name) != table:
            continue
        if keep.kind is KeepKind.ROWS and not keep.again:
            found = keep
        elif keep.values and keep.column(column):
            break
    return found


def without_new_values(seen: Fingerprint, statements: Sequence[str]) -> Fingerprint:
    """Return a catalog without the enum values that a rollback adds in a transaction of their own.

    They are there when an earlier try of it was interrupted, or failed, behind that transaction.
    """
    *ahead, _ = transactions(statements) or ((),)
    added: dict[str, set[str]] = {}
    for _, node in (sql.tree(text) for part in ahead for text in part):
        *schema, name = strings(node["type_name"])
        enum = sql.qualified(schema[0] if schema else "public", name)
        added.setdefault(enum, set()).add(sql.quote_literal(node["new_val"]))
    return Fingerprint.of(
        replace(row, definition=_less(row.definition, added[row.identity]))
        if row.kind == "enum" and row.identity in added
        else row
        for row in seen.rows
    )


def _less(labels: str, added: Collection[str]) -> str:
    return ", ".join(label for label in _LABEL.findall(labels) if label not in added)
