"""Hazards: what may go wrong, or hurt, when a change meets a database that people use.

Locks are those of the PostgreSQL docs: "Explicit Locking", "ALTER TABLE", "CREATE INDEX", "CREATE TRIGGER".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from supasync.core.changes.change import Change

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
SHARE = "SHARE"


class HazardKind(StrEnum):
    """The typed dangers, the worst first."""

    LOSES_DATA = "loses-data"
    MAY_FAIL_ON_ROWS = "may-fail-on-rows"
    REWRITES_TABLE = "rewrites-table"
    BLOCKS_READS_AND_WRITES = "blocks-reads-and-writes"
    BLOCKS_WRITES = "blocks-writes"
    SCANS_TABLE = "scans-table"
    TAKES_LOCK = "takes-lock"
    CANNOT_BE_UNDONE_IN_ONE_STEP = "cannot-be-undone-in-one-step"
    CHANGES_ACCESS = "changes-access"
    DROPS_OBJECT = "drops-object"


@dataclass(frozen=True)
class Hazard:
    """A danger of one change. `lock` is the name of the lock taken, or ""; `detail` tells how big the table is."""

    kind: HazardKind
    change: Change
    message: str
    lock: str = ""
    detail: str = ""
