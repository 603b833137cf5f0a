"""Hazards: what may go wrong, or hurt, when a change meets a database that people use.

Locks are those of the PostgreSQL docs: "Explicit Locking", "ALTER TABLE", "CREATE INDEX", "CREATE TRIGGER".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from supasync.core.change import Change, Verb, is_replaced
from supasync.core.facts import TargetFacts as TargetFacts
from supasync.core.facts import dropped_tables, new_tables, size_words, table_key

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


def hazards_of(changes: Sequence[Change], facts: TargetFacts) -> tuple[Hazard, ...]:
    """Return the hazards of a plan's changes, in their order; none for what happens to a table the plan creates."""
    # Imported here because the rules build on the vocabulary above.
    from supasync.core.hazard_rules import rules_for

    created, dropped = new_tables(changes), dropped_tables(changes)
    found: list[Hazard] = []
    for change in changes:
        is_drop_of_table = change.verb is Verb.DROP and change.kind == "table"
        key = table_key(change)
        if not is_drop_of_table and (key in created or key in dropped) and _belongs_to_table(change):
            continue
        if is_replaced(changes, change) and change.kind not in ("index", "constraint"):
            continue
        for kind, message, lock in rules_for(change, changes, facts):
            found.append(Hazard(kind, change, message, lock, size_words(facts, key)))
    return tuple(found)


def _belongs_to_table(change: Change) -> bool:
    in_table = bool(change.table) and change.kind not in ("enum value", "domain constraint")
    # Access to a new table is as new as the table: nobody loses or gains what was there before.
    return in_table or change.kind in ("table", "foreign table", "materialized view", "view")


def destructive_changes(changes: Sequence[Change], facts: TargetFacts) -> tuple[Change, ...]:
    """Return the changes that lose rows or values: what sync refuses without `--force`. Order kept, each once."""
    losing = [hazard.change for hazard in hazards_of(changes, facts) if hazard.kind is HazardKind.LOSES_DATA]
    return tuple(dict.fromkeys(losing))
