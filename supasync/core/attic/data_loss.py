"""What a list of statements takes away from a database: whole tables, columns, values, positions of sequences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from supasync.core.attic.model import ColumnOutcome, KeptColumn
from supasync.core.catalog.inheritance import family, parents_of
from supasync.core.catalog.state import State
from supasync.core.catalog.type_conversion import has_cast, key_of_type, read_type, returns_exactly
from supasync.core.changes.change import Change, changes_of, column_key, new_type
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import RESTART, takes_values_as_they_are
from supasync.core.sql import qualified, tree
from supasync.core.sql.keys import ColumnKey, TableKey, parse_table, split_owner, unquoted
from supasync.core.sql.names import shown

_OWNER = re.compile(r" (?:identity of|owned by) ")
_COUNTING = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})


@dataclass(frozen=True)
class Losses:
    """What is lost unless it is kept.

    `tables`: every row, with whether the table comes back in the same statements. `survivors`: partitions of such a
    table that keep, or look after, their rows themselves. `columns`: by table. `backfilled`:
    columns whose NULLs get a value. `sequences`: with the column that each numbers. `beyond`: in words, what no
    attic table can hold.
    """

    tables: Mapping[TableKey, bool] = field(default_factory=dict)
    survivors: Mapping[TableKey, tuple[TableKey, ...]] = field(default_factory=dict)
    columns: Mapping[TableKey, tuple[KeptColumn, ...]] = field(default_factory=dict)
    backfilled: tuple[ColumnKey, ...] = ()
    sequences: Mapping[TableKey, ColumnKey | None] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is lost at all."""
        return bool(self.tables or self.columns or self.backfilled or self.sequences or self.beyond)


def losses_of(statements: Sequence[str], before: State, after: State, backfilled: Collection[ColumnKey] = ()) -> Losses:
    """Return what `statements`, which lead from `before` to `after`, take away. `backfilled` are the plan's."""
    changes = [change for text in statements for change in changes_of(text)]
    dropped = set(_dropped_tables(changes, before, after))
    parents = parents_of(before.fingerprint)
    dropped = {table for table in dropped if before.has_table(table)}
    roots = set(_roots(dropped, parents, after))
    columns: dict[TableKey, dict[str, KeptColumn]] = {}
    for column in (*_lost_columns(changes, before, after), *_of_changed_types(changes, before, after)):
        if column[0] not in dropped:
            columns.setdefault(column[0], {})[column[1].name] = column[1]
    return Losses(
        tables={table: after.has_table(table) for table in before_order(before, roots)},
        survivors={table: found for table in roots if (found := _survivors(table, dropped, roots, parents, after))},
        columns={table: tuple(found.values()) for table, found in columns.items()},
        # A column that is new has no rows in which somebody might miss the NULL.
        backfilled=tuple(c for c in backfilled if c[:2] not in dropped and c in before.facts.column_types),
        sequences=_lost_positions(changes, dropped, before, after),
        beyond=tuple(dict.fromkeys((*_beyond(changes), *_by_casts(changes, before, after)))),
    )


def before_order(state: State, tables: Collection[TableKey]) -> list[TableKey]:
    """Return the tables in the catalog's order, those without columns last."""
    known = dict.fromkeys((schema, table) for schema, table, _ in state.facts.column_types)
    return [table for table in known if table in tables] + sorted(set(tables) - set(known))


def _ancestors(table: TableKey, parents: Mapping[TableKey, TableKey]) -> Iterator[TableKey]:
    while (parent := parents.get(table)) is not None:
        yield parent
        table = parent


def _roots(dropped: Collection[TableKey], parents: Mapping[TableKey, TableKey], after: State) -> Iterator[TableKey]:
    """Yield the dropped tables whose rows are not looked after by a table above them.

    A partition's rows go with its parent, also when both come again; but not when it alone does.
    """
    for table in dropped:
        above = [parent for parent in _ancestors(table, parents) if parent in dropped]
        if not above or (after.has_table(table) and not any(map(after.has_table, above))):
            yield table


def _survivors(
    table: TableKey,
    dropped: Collection[TableKey],
    roots: Collection[TableKey],
    parents: Mapping[TableKey, TableKey],
    after: State,
) -> tuple[TableKey, ...]:
    below = (part for part in parents if table in _ancestors(part, parents))
    return tuple(part for part in below if part in roots or (part not in dropped and after.has_table(part)))


def _dropped_tables(changes: Sequence[Change], before: State, after: State) -> Iterator[TableKey]:
    foreign = before.fingerprint.of_kind("foreign table")
    for change in changes:
        if change.verb is Verb.DROP and change.kind == "table" and qualified(change.schema, change.name) not in foreign:
            yield change.schema, change.name
            if change.detail == "CASCADE":
                heirs = family(before.fingerprint, (change.schema, change.name))
                yield from (heir for heir in heirs if not after.has_table(heir))
        elif change.verb is Verb.DROP and change.kind == "schema" and change.detail == "CASCADE":
            tables = (parse_table(identity) for identity in before.fingerprint.of_kind("table"))
            yield from (table for table in tables if table[0] == change.name)


def _lost_columns(changes: Sequence[Change], before: State, after: State) -> Iterator[tuple[TableKey, KeptColumn]]:
    for change in changes:
        if change.kind != "column" or change.verb not in (Verb.DROP, Verb.ALTER):
            continue
        table = (change.schema, change.table)
        column = (*table, change.name)
        old = before.facts.column_types.get(column)
        if old is None or qualified(*table) in before.fingerprint.of_kind("foreign table"):
            continue
        new = after.facts.column_types.get(column, "")
        computed, computed_then = before.is_generated(column), after.is_generated(column)
        if change.verb is Verb.DROP:
            if not new and not computed:
                yield table, KeptColumn(change.name, old)
            elif new and not (computed and computed_then):
                exact = computed or comes_back(column, before, after)
                yield table, KeptColumn(change.name, old, _fate(computed_then, exact), new)
        elif change.detail.startswith("TYPE ") and not computed:
            exact = comes_back(column, before, after) if new else returns_exactly(old, new_type(change))
            if not (exact and _only_casts(change)):
                yield table, KeptColumn(change.name, old, ColumnOutcome.CHANGED, new or new_type(change))


def comes_back(column: ColumnKey, before: State, after: State) -> bool:
    """Tell whether every value of a column that is there before and after comes back exactly from its type then."""
    casts = {*before.fingerprint.of_kind("cast"), *after.fingerprint.of_kind("cast")}
    if has_cast(casts, _types_of(column, before), _types_of(column, after)):
        return False
    return returns_exactly(before.plain_type(column), after.plain_type(column))


def _by_casts(changes: Sequence[Change], before: State, after: State) -> Iterator[str]:
    """Say which columns are converted by somebody's cast: nobody knows whether their values can be turned back."""
    casts = {*before.fingerprint.of_kind("cast"), *after.fingerprint.of_kind("cast")}
    for change in changes:
        if casts and change.kind == "column" and change.detail.startswith("TYPE "):
            key = column_key(change)
            if has_cast(casts, _types_of(key, before), _types_of(key, after)):
                yield f"converts the values of {change.identity} by a cast that is not PostgreSQL's"


def _types_of(column: ColumnKey, state: State) -> set[TableKey]:
    names = (state.facts.column_types.get(column, ""), state.base_type(column), state.plain_type(column))
    return {key_of_type(name) for name in names if name}


def _only_casts(change: Change) -> bool:
    """Tell whether a change of type takes the values as they are: USING may make any others of them."""
    return takes_values_as_they_are(tree(change.sql)[1], change.name)


def _fate(computed_then: bool, exact: bool) -> ColumnOutcome:
    if computed_then:
        return ColumnOutcome.CHANGED
    return ColumnOutcome.AGAIN if exact else ColumnOutcome.RECAST


def _of_changed_types(changes: Sequence[Change], before: State, after: State) -> Iterator[tuple[TableKey, KeptColumn]]:
    """Yield the columns of a composite type that loses attributes, or whose attributes change their type."""
    for change in changes:
        if change.kind != "attribute" or change.verb is Verb.CREATE:
            continue
        for schema, table, name in before.facts.type_columns.get((change.schema, change.table), ()):
            new = after.facts.column_types.get((schema, table, name))
            if new:
                kind = before.facts.column_types[schema, table, name]
                yield (schema, table), KeptColumn(name, kind, ColumnOutcome.CHANGED, new)


def _lost_positions(
    changes: Sequence[Change], dropped: Collection[TableKey], before: State, after: State
) -> dict[TableKey, ColumnKey | None]:
    here, then = before.fingerprint.of_kind("sequence"), after.fingerprint.of_kind("sequence")
    gone = {(c.schema, c.name) for c in changes if c.kind == "sequence" and (c.verb is Verb.DROP or c.destructive)}
    columns = {
        (c.schema, c.table, c.name)
        for c in changes
        if c.kind == "column" and (c.verb is Verb.DROP or c.detail == "DROP IDENTITY" or RESTART.search(c.detail))
    }
    found: dict[TableKey, ColumnKey | None] = {}
    for identity, definition in here.items():
        owner = owner_of(definition)
        taken = owner is not None and (owner in columns or (owner[0], owner[1]) in dropped)
        if identity not in then or parse_table(identity) in gone or taken:
            found[parse_table(identity)] = numbered(definition, before)
    return found


def owner_of(definition: str) -> ColumnKey | None:
    """Return the column that a sequence numbers, from the sequence's definition in the fingerprint."""
    found = _OWNER.search(definition)
    if found is None:
        return None
    table, column = split_owner(definition[found.end() :])
    return (*parse_table(table), unquoted(column))


def numbered(definition: str, state: State) -> ColumnKey | None:
    """Return the column that a sequence numbers where its values are numbers: 'A1' has no place in the count."""
    owner = owner_of(definition)
    return owner if owner and read_type(state.plain_type(owner)).base in _COUNTING else None


def _beyond(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        named = shown(change.schema, change.name)
        if change.kind == "data" and change.destructive:
            yield f"{change.detail.lower()}s rows of {named}"
        elif change.verb is Verb.DROP and change.kind == "extension":
            yield f"drops extension {change.name} with everything in it"
        elif change.verb is Verb.DROP and change.kind == "everything owned by":
            yield f"drops everything owned by {change.name}"
