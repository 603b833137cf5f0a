"""Which hazards a change has: one function for a family of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from supasync.core.catalog.facts import TargetFacts, size_words
from supasync.core.catalog.type_conversion import Conversion
from supasync.core.changes.change import Change, column_key, dropped_tables, is_replaced, new_tables, table_key
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import RESTART, column_of, commands
from supasync.core.checks.column_conversion import computed_anew, conversion_of
from supasync.core.checks.hazard import (
    ACCESS_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Hazard,
    HazardKind,
)
from supasync.core.sql import tree
from supasync.core.sql.names import strings


def hazards_of(changes: Sequence[Change], facts: TargetFacts) -> tuple[Hazard, ...]:
    """Return the hazards of a plan's changes, in their order; none for what happens to a table the plan creates."""
    created, dropped = new_tables(changes, facts.relations), dropped_tables(changes)
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


Found = tuple[HazardKind, str, str]
_ACCESS_KINDS = frozenset({"policy", "row security", "default privileges", "role"})
_LOSS_WORDS = {
    "table": "every row of {0} is lost",
    "column": "every value of {0} is lost",
    "attribute": "every value of {0} is lost",
    "schema": "{0} and everything in it is lost",
    "sequence": "{0}: its current value is lost",
    "extension": "the objects of extension {0} are lost",
    "data": "rows of {0} are deleted",
}
# Functions whose value is the same for every row of one statement, so that a default of them rewrites nothing.
_STEADY_WORDS = """
    now transaction_timestamp statement_timestamp timezone current_setting lower upper to_jsonb jsonb_build_object
    jsonb_build_array json_build_object to_timestamp make_interval concat length abs round uid jwt role date_trunc
    to_date array_fill decode encode md5 sha256 coalesce"""
_STEADY_FUNCTIONS = frozenset(_STEADY_WORDS.split())


def rules_for(change: Change, changes: Sequence[Change], facts: TargetFacts) -> Iterator[Found]:
    """Yield (kind, message, lock) for one change."""
    if is_recomputed(change, changes, facts):
        yield HazardKind.REWRITES_TABLE, f"recomputes {change.identity} for every row", ACCESS_EXCLUSIVE
        return
    if change.destructive:
        restarts = change.kind == "column" and RESTART.search(change.detail)
        words = _LOSS_WORDS.get("sequence" if restarts else change.kind, "the contents of {0} are lost")
        yield HazardKind.LOSES_DATA, words.format(change.identity), _drop_lock(change)
    if change.verb in (Verb.GRANT, Verb.REVOKE) or change.kind in _ACCESS_KINDS or change.detail.startswith("OWNER TO"):
        yield HazardKind.CHANGES_ACCESS, f"changes who may use {change.identity or 'new objects'}", _access_lock(change)
    elif change.verb is Verb.DROP and not change.destructive:
        yield HazardKind.DROPS_OBJECT, f"{change.kind} {change.identity} is dropped", _drop_lock(change)
    elif change.destructive:
        return
    elif change.kind == "column":
        yield from _column(change, changes, facts)
    elif change.kind == "constraint":
        yield from _constraint(change)
    elif change.kind == "index":
        yield from _index(change)
    elif change.kind == "table" and change.verb is Verb.ALTER:
        yield from _table(change)
    else:
        yield from _rest(change)


def is_recomputed(change: Change, changes: Sequence[Change], facts: TargetFacts) -> bool:
    """Tell whether a computed column is dropped only to come back computed otherwise: no value is lost for good."""
    if change.kind != "column" or change.verb is not Verb.DROP or column_key(change) not in facts.generated_columns:
        return False
    later = changes[changes.index(change) + 1 :] if change in changes else ()
    again = (other for other in later if other.verb is Verb.CREATE and other.kind == "column")
    return any(_is_generated(other) for other in again if column_key(other) == column_key(change))


def _is_generated(change: Change) -> bool:
    constraints = column_of(commands(tree(change.sql)[1])[0]).get("constraints", ())
    return any(entry["constraint"].get("contype") == "CONSTR_GENERATED" for entry in constraints)


def _drop_lock(change: Change) -> str:
    return ACCESS_EXCLUSIVE if change.table or change.kind in ("table", "view", "materialized view") else ""


def _access_lock(change: Change) -> str:
    return ACCESS_EXCLUSIVE if change.kind in ("policy", "row security") else ""


def _column(change: Change, changes: Sequence[Change], facts: TargetFacts) -> Iterator[Found]:
    if change.verb is Verb.CREATE:
        yield from _add_column(change)
    elif change.detail == "SET NOT NULL":
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if {change.identity} contains NULLs", ACCESS_EXCLUSIVE
        words = f"scans {change.table_identity} while holding the lock"
        yield HazardKind.BLOCKS_READS_AND_WRITES, words, ACCESS_EXCLUSIVE
    elif change.detail.startswith("TYPE "):
        yield from _type(change, conversion_of(change, changes, facts))
    elif change.detail.startswith("ADD GENERATED"):
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", ACCESS_EXCLUSIVE
    elif change.detail == "DROP IDENTITY":
        yield HazardKind.LOSES_DATA, f"the current value behind {change.identity} is lost", ACCESS_EXCLUSIVE
    elif change.detail.startswith("SET EXPRESSION"):
        yield HazardKind.REWRITES_TABLE, f"recomputes {change.identity} for every row", ACCESS_EXCLUSIVE
    elif change.detail.startswith("SET STATISTICS"):
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", SHARE_UPDATE_EXCLUSIVE
    else:
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", ACCESS_EXCLUSIVE


def _add_column(change: Change) -> Iterator[Found]:
    column = column_of(commands(tree(change.sql)[1])[0])
    constraints = [entry["constraint"] for entry in column.get("constraints", ())]
    kinds = {constraint.get("contype"): constraint for constraint in constraints}
    fills = {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"} & set(kinds)
    serial = any(name.endswith("serial") for name in strings(column.get("type_name", {}).get("names", ())))
    if ({"CONSTR_NOTNULL", "CONSTR_PRIMARY"} & set(kinds)) and not fills and not serial:
        words = f"fails if {change.table_identity} contains rows: no default"
        yield HazardKind.MAY_FAIL_ON_ROWS, words, ACCESS_EXCLUSIVE
    default = kinds.get("CONSTR_DEFAULT")
    stored = kinds.get("CONSTR_GENERATED", {}).get("generated_kind") != "v" and "CONSTR_GENERATED" in kinds
    if "CONSTR_IDENTITY" in kinds or stored or serial or (default is not None and _varies(default)):
        yield HazardKind.REWRITES_TABLE, f"computes {change.identity} for every row", ACCESS_EXCLUSIVE
    elif {"CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_CHECK", "CONSTR_FOREIGN"} & set(kinds):
        yield HazardKind.BLOCKS_READS_AND_WRITES, f"checks every row of {change.table_identity}", ACCESS_EXCLUSIVE
    else:
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", ACCESS_EXCLUSIVE


def _varies(node: Any) -> bool:
    """Tell whether an expression may differ from row to row: it calls a function not known to be steady."""
    if isinstance(node, Mapping):
        if "func_call" in node and strings(node["func_call"].get("funcname", ()))[-1] not in _STEADY_FUNCTIONS:
            return True
        return any(_varies(part) for part in node.values())
    return isinstance(node, list) and any(_varies(part) for part in node)


def _type(change: Change, effect: Conversion) -> Iterator[Found]:
    if other := computed_anew(change):
        yield HazardKind.LOSES_DATA, f"values of {change.identity} are replaced by {other}", ACCESS_EXCLUSIVE
    elif effect.lossy:
        yield HazardKind.LOSES_DATA, f"values of {change.identity} may be truncated or rounded", ACCESS_EXCLUSIVE
    if effect.may_fail:
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if a value of {change.identity} does not fit", ACCESS_EXCLUSIVE
    if effect.rewrites:
        yield HazardKind.REWRITES_TABLE, f"rewrites {change.table_identity} and its indexes", ACCESS_EXCLUSIVE
    else:
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", ACCESS_EXCLUSIVE


def _constraint(change: Change) -> Iterator[Found]:
    table, words = change.table_identity, change.detail
    if words == "VALIDATE":
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if a row of {table} violates {change.name}", SHARE_UPDATE_EXCLUSIVE
        yield HazardKind.SCANS_TABLE, f"scans {table}", SHARE_UPDATE_EXCLUSIVE
        return
    foreign = words.startswith("FOREIGN KEY")
    lock = SHARE_ROW_EXCLUSIVE if foreign else ACCESS_EXCLUSIVE
    if change.verb is not Verb.CREATE or words.endswith("NOT VALID"):
        yield HazardKind.TAKES_LOCK, f"brief lock on {table}", lock
        return
    yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if a row of {table} violates {change.name or words}", lock
    if foreign:
        slow = f"checks every row of {table}; writes to both tables are blocked meanwhile"
        yield HazardKind.BLOCKS_WRITES, slow, lock
    elif "USING INDEX" in words:
        yield HazardKind.TAKES_LOCK, f"brief lock on {table}", lock
    else:
        yield HazardKind.BLOCKS_READS_AND_WRITES, f"checks every row of {table} while holding the lock", lock


def _index(change: Change) -> Iterator[Found]:
    if change.verb is not Verb.CREATE:
        yield HazardKind.TAKES_LOCK, f"brief lock on index {change.identity}", SHARE_UPDATE_EXCLUSIVE
        return
    concurrently = bool(tree(change.sql)[1].get("concurrent"))
    lock = SHARE_UPDATE_EXCLUSIVE if concurrently else SHARE
    if change.detail == "UNIQUE":
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if {change.table_identity} contains duplicates", lock
    if concurrently:
        yield HazardKind.SCANS_TABLE, f"scans {change.table_identity}", lock
    else:
        yield HazardKind.BLOCKS_WRITES, f"writes to {change.table_identity} are blocked while it is built", lock


def _table(change: Change) -> Iterator[Found]:
    rewriting = ("SET LOGGED", "SET UNLOGGED", "SET ACCESS METHOD", "SET TABLESPACE")
    if change.detail.startswith(rewriting):
        yield HazardKind.REWRITES_TABLE, f"rewrites {change.identity}", ACCESS_EXCLUSIVE
    elif change.detail.startswith("ATTACH PARTITION"):
        yield (
            HazardKind.MAY_FAIL_ON_ROWS,
            f"fails if a row is outside the bounds of the partition of {change.identity}",
            SHARE_UPDATE_EXCLUSIVE,
        )
        yield HazardKind.SCANS_TABLE, "scans the partition under lock", ACCESS_EXCLUSIVE
    elif change.detail.startswith(("SET (", "RESET (")):
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.identity}", SHARE_UPDATE_EXCLUSIVE
    else:
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.identity}", ACCESS_EXCLUSIVE


def _rest(change: Change) -> Iterator[Found]:
    if change.kind == "enum value" and change.verb is Verb.CREATE:
        words = f"PostgreSQL cannot remove value {change.name} from {change.table} without rebuilding the type"
        yield HazardKind.CANNOT_BE_UNDONE_IN_ONE_STEP, words, ""
    elif change.kind == "trigger":
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", SHARE_ROW_EXCLUSIVE
    elif change.kind == "rule":
        yield HazardKind.TAKES_LOCK, f"brief lock on {change.table_identity}", ACCESS_EXCLUSIVE
    elif change.kind == "domain" and change.detail == "SET NOT NULL":
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if a column of type {change.identity} contains NULLs", SHARE
    elif change.kind == "domain constraint" and change.verb is Verb.CREATE:
        yield HazardKind.MAY_FAIL_ON_ROWS, f"fails if a value of type {change.identity} violates the constraint", SHARE
    elif change.kind == "view" and "security_" in change.detail:
        yield HazardKind.CHANGES_ACCESS, f"changes whose privileges {change.identity} uses", ""
