"""What commands answer: reports that `ui.render` shows and `--json` prints as one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from supasync.core.attic.model import AtticEntry, worst
from supasync.core.changes.describe import Line
from supasync.core.changes.direction import Direction
from supasync.core.checks.hazard import Hazard
from supasync.core.checks.preflight import Finding
from supasync.core.plan.ledger import Entry
from supasync.core.plan.plan import Cost, Difference, Plan
from supasync.core.plan.rollback_plan import RollbackPlan

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_DIFFERENCES = 3


@dataclass(frozen=True)
class HistoryNote:
    """Something that files, history and ledger do not agree on, with what to do about it."""

    message: str
    remedy: str


@dataclass(frozen=True)
class StatusReport:
    """The answer of `status`. `drift` names objects changed by hand since the last sync."""

    schema_file: str
    modified: datetime
    target: str
    address: str
    in_sync: bool
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    unmanaged: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    history: tuple[HistoryNote, ...] = ()
    last: Entry | None = None
    schema_path: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented object of `status --json`."""
        return {
            "in_sync": self.in_sync,
            "schema_file": {"path": self.schema_file, "modified": self.modified.isoformat()},
            "target": {"name": self.target, "address": self.address},
            "pending_changes": len(self.lines) + len(self.unmanaged),
            "missing_in_supabase": [line.text for line in self.lines if line.group == "missing"],
            "only_in_supabase": [line.text for line in self.lines if line.group == "only"],
            "different": [line.text for line in self.lines if line.group == "different"],
            "unmanaged": list(self.unmanaged),
            "drift": list(self.drift),
            "findings": [finding_json(finding) for finding in self.findings],
            "hazards": [hazard_json(hazard) for hazard in self.hazards],
            "history": [{"message": note.message, "remedy": note.remedy} for note in self.history],
            "last_sync": entry_json(self.last) if self.last else None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class DiffReport:
    """The answer of `diff`. `statements` is the SQL of the direction asked for."""

    difference: Difference
    statements: tuple[str, ...]
    reverse: bool
    target: str

    def as_json(self) -> dict[str, Any]:
        """The documented object of `diff --json`."""
        return {
            "in_sync": self.difference.empty,
            "direction": Direction.DOWN if self.reverse else Direction.UP,
            "statements": list(self.statements),
            "changes": [line.text for line in self.difference.lines],
            "hazards": [hazard_json(hazard) for hazard in self.difference.hazards],
            "findings": [finding_json(finding) for finding in self.difference.findings],
            "unmanaged": list(self.difference.unmanaged),
            "notes": list(self.difference.notes),
        }


class SyncOutcome(StrEnum):
    """How a sync ended. Planned: a dry run; written: the files are there, not applied."""

    IN_SYNC = "in-sync"
    PLANNED = "planned"
    WRITTEN = "written"
    APPLIED = "applied"


@dataclass(frozen=True)
class SyncReport:
    """The answer of `sync`."""

    outcome: SyncOutcome
    plan: Plan | None
    files: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    target: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The documented object of `sync --json`."""
        difference = self.plan.difference if self.plan else None
        return {
            "outcome": self.outcome,
            "name": self.plan.name if self.plan else None,
            "versions": [segment.version for segment in self.plan.segments] if self.plan else [],
            "files": list(self.files),
            "changes": [line.text for line in difference.lines] if difference else [],
            "unmanaged": list(difference.unmanaged) if difference else [],
            "hazards": [hazard_json(hazard) for hazard in difference.hazards] if difference else [],
            "findings": [finding_json(finding) for finding in difference.findings] if difference else [],
            "backfills": [{"sql": fill.sql, "rows": fill.rows} for fill in self.plan.backfills] if self.plan else [],
            "label": self.plan.label if self.plan else None,
            "keeps": [cost_json(cost) for cost in self.plan.costs] if self.plan else [],
            "restores": [keep.words for keep in self.plan.restored] if self.plan else [],
            "steps": list(self.steps),
            "warnings": list(self.warnings),
            "seconds": round(self.seconds, 3),
        }


class RollbackOutcome(StrEnum):
    """How a rollback ended.

    Planned: a dry run; finished: one that was interrupted; tidied: files of a rollback that was made elsewhere.
    """

    PLANNED = "planned"
    ROLLED_BACK = "rolled-back"
    ROLLED_FORWARD = "rolled-forward"
    FINISHED = "finished"
    TIDIED = "tidied"


@dataclass(frozen=True)
class RollbackReport:
    """The answer of `rollback`."""

    outcome: RollbackOutcome
    versions: tuple[str, ...]
    plan: RollbackPlan | None
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    target: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The documented object of `rollback --json`."""
        plan = self.plan
        return {
            "outcome": self.outcome,
            "versions": list(self.versions),
            "route": plan.route if plan else None,
            "label": plan.label if plan else None,
            "label_reason": plan.label_reason if plan else None,
            "changes": [line.text for line in plan.difference.lines] if plan else [],
            "returns": [{"what": back.keep.words, "rows": back.rows} for back in plan.returning] if plan else [],
            "keeps": [cost_json(cost) for cost in plan.costs] if plan else [],
            "drift": list(plan.drift) if plan else [],
            "statements": list(plan.statements) if plan else [],
            "schema_diff": plan.schema_diff if plan else "",
            "moves": list(plan.moves) if plan else [],
            "writes": list(plan.writes) if plan else [],
            "files": list(self.files),
            "warnings": list(self.warnings),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class AtticReport:
    """The answer of `attic`: what is kept, newest first; `rows` are shown of one entry; `purged` names what went."""

    entries: tuple[AtticEntry, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    purged: bool = False

    def as_json(self) -> dict[str, Any]:
        """The documented object of `attic --json`."""
        found: dict[str, Any] = {
            "purged" if self.purged else "entries": [
                {
                    "name": entry.keep.attic,
                    "what": entry.keep.words,
                    "kind": entry.keep.kind,
                    "version": entry.version,
                    "direction": entry.direction,
                    "rows": entry.rows,
                    "bytes": entry.bytes,
                    "kept_at": entry.kept_at.isoformat(),
                    "purged_at": entry.purged_at.isoformat() if entry.purged_at else None,
                }
                for entry in self.entries
            ]
        }
        if self.columns:
            found["columns"] = list(self.columns)
            found["rows"] = [list(row) for row in self.rows]
        return found


@dataclass(frozen=True)
class Check:
    """One question of `verify` or `doctor`. `ok` None means: worth knowing, neither good nor bad."""

    name: str
    ok: bool | None
    detail: str
    remedy: str = ""


@dataclass(frozen=True)
class ChecksReport:
    """The answer of `verify` and `doctor`."""

    title: str
    checks: tuple[Check, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return all(check.ok is not False for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The documented object of `verify --json` and `doctor --json`."""
        return {
            "ok": self.ok,
            "checks": [
                {"name": check.name, "ok": check.ok, "detail": check.detail, "remedy": check.remedy}
                for check in self.checks
            ],
            **self.extra,
        }


@dataclass(frozen=True)
class LogReport:
    """The answer of `log`: entries newest first, or one in full."""

    entries: tuple[Entry, ...]
    full: bool

    def as_json(self) -> dict[str, Any]:
        """The documented object of `log --json`."""
        return {"entries": [entry_json(entry, full=self.full) for entry in self.entries]}


def cost_json(cost: Cost) -> dict[str, Any]:
    """What is kept in the attic, for machines; rows and bytes are estimates."""
    return {"what": cost.keep.words, "attic": cost.keep.attic, "rows": cost.rows, "bytes": cost.bytes}


def hazard_json(hazard: Hazard) -> dict[str, Any]:
    """A hazard for machines."""
    return {"kind": str(hazard.kind), "object": hazard.change.identity, "message": hazard.message, "lock": hazard.lock}


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding of the preflight for machines."""
    return {
        "kind": finding.probe.kind,
        "object": finding.probe.change.identity,
        "question": finding.probe.question,
        "rows": finding.count,
        "sample": finding.sample,
    }


def entry_json(entry: Entry, *, full: bool = False) -> dict[str, Any]:
    """A ledger entry for machines; `full` adds SQL and the schema file."""
    shown: dict[str, Any] = {
        "id": entry.id,
        "sync_id": entry.sync_id,
        "event": entry.event.value,
        "at": entry.at.isoformat() if entry.at else None,
        "direction": entry.direction,
        "label": worst(file.label for file in entry.files) if entry.files else None,
        "name": entry.name,
        "versions": list(entry.versions),
        "actor": entry.actor.name,
        "os_user": entry.actor.os_user,
        "host": entry.actor.host,
        "database_role": entry.database_role,
        "git_commit": entry.actor.git_commit,
        "git_dirty": entry.actor.git_dirty,
        "reason": entry.reason,
        "tools": dict(entry.tools),
        "duration_ms": entry.duration_ms,
        "error": entry.error,
        "fingerprint_before": entry.fingerprint_before,
        "fingerprint_after": entry.fingerprint_after,
    }
    if full:
        shown["files"] = [
            {
                "version": file.version,
                "name": file.name,
                "up": file.up,
                "down": file.down,
                "checksum": file.checksum,
                "label": file.label,
                "label_reason": file.label_reason,
            }
            for file in entry.files
        ]
        shown["schema_file"] = entry.schema_file
    return shown
