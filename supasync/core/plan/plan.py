"""The plan: everything one sync will do, as frozen data. Made before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass, field

from supasync.core.attic.model import Keep, worst
from supasync.core.catalog.fingerprint import Grants
from supasync.core.catalog.outside import OutsideChange
from supasync.core.changes.change import Change
from supasync.core.changes.describe import Line
from supasync.core.checks.hazard import Hazard
from supasync.core.checks.preflight import Finding
from supasync.core.plan.migration_file import file_name


@dataclass(frozen=True)
class Backfill:
    """An UPDATE that gives rows a value before a constraint needs one; `rows` is how many lack it now."""

    sql: str
    table: str
    column: str
    rows: int


@dataclass(frozen=True)
class Segment:
    """Statements that commit together: one migration file and its twin.

    `keeps` are the attic tables that up makes; `label` says what a rollback returns, `label_reason` why not
    everything. `authored`: the files are there already, written by a person or by an earlier `sync --no-apply`.
    """

    version: str
    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    up_text: str
    down_text: str
    keeps: tuple[Keep, ...] = ()
    label: str = ""
    label_reason: str = ""
    authored: bool = False

    @property
    def file_name(self) -> str:
        """The name that both files have, each in its folder."""
        return file_name(self.version, self.name)


@dataclass(frozen=True)
class Cost:
    """What keeping something takes: rows and bytes, estimated; None where the target has no statistics."""

    keep: Keep
    rows: int | None
    bytes: int | None


@dataclass(frozen=True)
class Difference:
    """What separates the target from the schema file, in both directions.

    `up` and `down` are statements in the order in which they apply. `destructive` are the changes
    that lose rows or values. `comparison` says how grants were compared. `unmanaged` names objects
    that differ and that nothing here can change.
    """

    up: tuple[str, ...]
    down: tuple[str, ...]
    changes: tuple[Change, ...]
    destructive: tuple[Change, ...]
    lines: tuple[Line, ...]
    hazards: tuple[Hazard, ...]
    findings: tuple[Finding, ...]
    comparison: Grants
    unmanaged: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to change."""
        return not self.up and not self.unmanaged


@dataclass(frozen=True)
class Plan:
    """A proven way from the target's state to the desired one, stamped with both fingerprints.

    `outside` is what the rehearsal has shown beyond them. `code` are the statements of files of a person's whose effect
    nobody can see beforehand, those of the rollback files too.
    """

    name: str
    reason: str
    difference: Difference
    segments: tuple[Segment, ...]
    backfills: tuple[Backfill, ...]
    fingerprint_before: str
    fingerprint_after: str
    drift: tuple[str, ...]
    costs: tuple[Cost, ...] = ()
    restored: tuple[Keep, ...] = ()
    discards: bool = False
    outside: OutsideChange = field(default_factory=OutsideChange)
    code: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a rollback of all of it returns."""
        return worst(segment.label for segment in self.segments)

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the migration files, in order."""
        return tuple(segment.version for segment in self.segments)
