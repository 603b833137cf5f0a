"""What is kept of what a migration takes away: attic tables, their columns and keys, and what these promise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from supasync.core.attic.data_loss import Losses, comes_back
from supasync.core.attic.model import LENT, ColumnOutcome, Keep, KeepKind, KeptColumn, Key, Label, attic_name, free_name
from supasync.core.catalog.inheritance import has_heirs
from supasync.core.catalog.state import State
from supasync.core.changes.direction import Direction
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.sql import qualified, quote_ident, tree
from supasync.core.sql.keys import TableKey
from supasync.core.sql.names import shown, strings


def keeps_for(losses: Losses, before: State, after: State, version: str, direction: Direction) -> tuple[Keep, ...]:
    """Return the attic tables that hold what is lost, each one's columns and key decided."""
    made: list[Keep] = []

    def name() -> str:
        return attic_name(version, direction, len(made) + 1)

    for table, again in losses.tables.items():
        columns = tuple(KeptColumn(column, kind) for column, kind in before.columns(table).items())
        without = tuple(qualified(*part) for part in losses.survivors.get(table, ()))
        made.append(Keep(name(), KeepKind.ROWS, *table, columns, again=again, without=without))
        if again and (remade := tuple(_remade(table, before, after))):
            made.append(_values(name(), table, remade, before, after))
    columns_lost = {table: list(lost) for table, lost in losses.columns.items()}
    for schema, relation, column in losses.backfilled:
        if any(lost.name == column for lost in columns_lost.get((schema, relation), ())):
            continue  # what is kept of a column that changes tells of its NULLs too
        kind = before.facts.column_types[schema, relation, column]
        columns_lost.setdefault((schema, relation), []).append(KeptColumn(column, kind, ColumnOutcome.FILLED, kind))
    for table, lost in columns_lost.items():
        made.append(_values(name(), table, tuple(lost), before, after))
    for (schema, relation), owner in losses.sequences.items():
        made.append(Keep(name(), KeepKind.POSITION, schema, relation, owner=owner))
    return tuple(made)


def _remade(table: TableKey, before: State, after: State) -> Iterator[KeptColumn]:
    """Yield the columns that a table lacks, or has with other values, when it is created again."""
    then = after.columns(table)
    for name, kind in before.columns(table).items():
        if before.is_generated((*table, name)):
            continue
        if name not in then:
            yield KeptColumn(name, kind)
        elif after.is_generated((*table, name)) or not comes_back((*table, name), before, after):
            yield KeptColumn(name, kind, ColumnOutcome.CHANGED, then[name])


def _values(name: str, table: TableKey, columns: tuple[KeptColumn, ...], before: State, after: State) -> Keep:
    key = key_of(table, {column.name for column in columns}, before, after)
    defaults = before.facts.column_defaults
    sparse = all(column.fate is ColumnOutcome.GONE and (*table, column.name) not in defaults for column in columns)
    only_filled = bool(key.columns) and all(column.fate is ColumnOutcome.FILLED for column in columns)
    if not key.columns and any(column.is_remade for column in columns) and after.has_table(table):
        lent = free_name(LENT, {*before.columns(table), *after.columns(table)})
        key = replace(key, columns=(KeptColumn(lent, "uuid"),), lent=lent)
    return Keep(name, KeepKind.VALUES, *table, columns, key, whole=not (sparse or only_filled))


def key_of(table: TableKey, lost: Collection[str], before: State, after: State) -> Key:
    """Return what tells a table's rows apart before and after alike: a key of unchanged columns, else all of these."""
    old, new = before.columns(table), after.columns(table)
    steady = {
        name
        for name, kind in old.items()
        if new.get(name) == kind
        and name not in lost
        and not (before.is_generated((*table, name)) or after.is_generated((*table, name)))
    }
    if has_heirs(before.fingerprint, table):
        return Key(rest=tuple(name for name in old if name in steady), inherited=True)
    found = before.facts.constraint_definitions.items()
    rules = [definition for (schema, relation, _), definition in found if (schema, relation) == table]
    unique = [rule for start in ("PRIMARY KEY", "UNIQUE") for rule in rules if rule.startswith(start)]
    for rule in unique:
        text = f"ALTER TABLE {qualified(*table)} ADD {rule}"
        names = strings(constraint_of(commands(tree(text)[1])[0]).get("keys", ()))
        required = all(" not null" in before.definition((*table, name)) for name in names)
        if steady.issuperset(names) and required:
            return Key(tuple(KeptColumn(name, old[name]) for name in names))
    return Key(rest=tuple(name for name in old if name in steady))


def label_of(losses: Losses, keeps: Sequence[Keep]) -> tuple[Label, str]:
    """Return what a rollback returns of what is lost, given what is kept, and why not everything."""
    if losses.beyond:
        return Label.SCHEMA_ONLY, f"it {' and '.join(losses.beyond)}"
    rows = {(keep.schema, keep.name) for keep in keeps if keep.kind is KeepKind.ROWS}
    positions = {(keep.schema, keep.name) for keep in keeps if keep.kind is KeepKind.POSITION}
    values = {(keep.schema, keep.name, column.name) for keep in keeps if keep.values for column in keep.columns}
    lost = [f"rows of {shown(*table)}" for table in losses.tables if table not in rows]
    lost += [f"current value of {shown(*table)}" for table in losses.sequences if table not in positions]
    lost += [
        f"values of {shown(*table)}.{quote_ident(column.name)}"
        for table, columns in losses.columns.items()
        for column in columns
        if (*table, column.name) not in values
    ]
    if lost:
        return Label.SCHEMA_ONLY, f"the file does not keep the {', the '.join(lost)}"
    return (Label.FROM_ATTIC, "") if any(map(needed_back, keeps)) else (Label.LOSSLESS, "")


def needed_back(keep: Keep) -> bool:
    """Tell whether the rollback takes something out of this attic table."""
    if keep.kind is KeepKind.ROWS:
        return not keep.again
    return keep.kind is KeepKind.POSITION or any(column.fate is not ColumnOutcome.AGAIN for column in keep.columns)
