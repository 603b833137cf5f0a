"""What a list of statements takes away from a database: whole tables, columns, values, positions of sequences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from supasync.core.attic import Fate, KeptColumn
from supasync.core.change import Change, Verb, changes_of
from supasync.core.conversion import read_type, returns_exactly
from supasync.core.facts import TableKey, TargetFacts
from supasync.core.fingerprint import Fingerprint
from supasync.core.hazard_rules import new_type
from supasync.core.names import shown, strings
from supasync.core.read_table import column_of, commands
from supasync.core.sql import qualified, quote_ident, tree
from supasync.core.supplement_sql import split_owner, unquoted

Column = tuple[str, str, str]
_OWNER = re.compile(r" (?:identity of|owned by) ")
_COUNTING = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_WORD = r'(?:"(?:[^"]|"")*"|[^\s.,"]+)'
_QUALIFIED = re.compile(rf"{_WORD}(?:\.{_WORD})*")
# How the fingerprint goes on behind a domain's type.
_DOMAIN_RULES = re.compile(r" (?:collate|not null|default|constraint) ")


@dataclass(frozen=True)
class State:
    """A database at one moment: its catalog, and what is known of its columns (constraints included)."""

    fingerprint: Fingerprint
    facts: TargetFacts

    def columns(self, table: TableKey) -> dict[str, str]:
        """Return the columns of a table with their types, in order."""
        found = self.facts.column_types.items()
        return {name: kind for (schema, relation, name), kind in found if (schema, relation) == table}

    def has_table(self, table: TableKey) -> bool:
        """Tell whether a table (no view of that name) is there."""
        return qualified(*table) in self.fingerprint.of_kind("table")

    def is_generated(self, column: Column) -> bool:
        """Tell whether a column is computed from others."""
        return column in self.facts.generated_columns

    def base_type(self, column: Column) -> str:
        """Return the type below a column's domain (and the domains below that), "" for a column of another type."""
        kind = self.facts.column_types.get(column, "")
        base = self._below_domains(kind)
        return base if base != kind else ""

    def plain_type(self, column: Column) -> str:
        """Return the built-in type that holds a column's values: below its domain, and text for an enum's labels."""
        kind = self.facts.column_types.get(column, "")
        array = "[]" if kind.endswith("[]") else ""
        name = self._below_domains(kind.removesuffix("[]"))
        return ("text" if name in self.fingerprint.of_kind("enum") else name) + array

    def _below_domains(self, kind: str) -> str:
        domains = self.fingerprint.of_kind("domain")
        while kind in domains:
            kind = _DOMAIN_RULES.split(domains[kind] + " ")[0].strip()
        return kind

    def definition(self, column: Column) -> str:
        """Return a column's definition as the fingerprint has it, "" when it is not there."""
        name = f"{qualified(column[0], column[1])}.{quote_ident(column[2])}"
        return self.fingerprint.of_kind("column").get(name, "")


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
    backfilled: tuple[Column, ...] = ()
    sequences: Mapping[TableKey, Column | None] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is lost at all."""
        return bool(self.tables or self.columns or self.backfilled or self.sequences or self.beyond)


def losses_of(statements: Sequence[str], before: State, after: State, backfilled: Collection[Column] = ()) -> Losses:
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
        backfilled=tuple(c for c in backfilled if (c[0], c[1]) not in dropped),
        sequences=_lost_positions(changes, dropped, before, after),
        beyond=tuple(dict.fromkeys(_beyond(changes))),
    )


def before_order(state: State, tables: Collection[TableKey]) -> list[TableKey]:
    """Return the tables in the catalog's order, those without columns last."""
    known = dict.fromkeys((schema, table) for schema, table, _ in state.facts.column_types)
    return [table for table in known if table in tables] + sorted(set(tables) - set(known))


def parents_of(fingerprint: Fingerprint) -> dict[TableKey, TableKey]:
    """Return, for each partition, the table that it is a partition of."""
    found = {}
    for identity, definition in fingerprint.of_kind("partition").items():
        found[_table(identity)] = _table(_names(definition.removeprefix("of "))[0])
    return found


def heritage(fingerprint: Fingerprint) -> dict[TableKey, tuple[TableKey, ...]]:
    """Return, for each table that inherits, the tables that it inherits from."""
    found = fingerprint.of_kind("inheritance").items()
    return {_table(child): tuple(map(_table, _names(parents))) for child, parents in found}


def family(fingerprint: Fingerprint, table: TableKey) -> tuple[TableKey, ...]:
    """Return a table with all the tables whose rows it shows: partitions and heirs, and theirs."""
    above = {child: (parent,) for child, parent in parents_of(fingerprint).items()} | heritage(fingerprint)
    found = {table: None}
    while more := {
        child for child, parents in above.items() if child not in found and not found.keys().isdisjoint(parents)
    }:
        found |= dict.fromkeys(sorted(more))
    return tuple(found)


def with_parts(fingerprint: Fingerprint, table: TableKey) -> bool:
    """Tell whether the rows of a table are those of its partitions."""
    return fingerprint.of_kind("table").get(qualified(*table), "").startswith("partitioned by ")


def has_heirs(fingerprint: Fingerprint, table: TableKey) -> bool:
    """Tell whether other tables inherit from a table, so that it shows their rows too."""
    name = qualified(*table)
    return any(name in _names(parents) for parents in fingerprint.of_kind("inheritance").values())


def _names(text: str) -> list[str]:
    """Return the qualified names that a text consists of, or begins with."""
    return _QUALIFIED.findall(text)


def _table(identity: str) -> TableKey:
    schema, name = split_owner(identity)
    return unquoted(schema), unquoted(name)


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
            tables = (_table(identity) for identity in before.fingerprint.of_kind("table"))
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
                yield table, KeptColumn(change.name, old, Fate.CHANGED, new or new_type(change))


def comes_back(column: Column, before: State, after: State) -> bool:
    """Tell whether every value of a column that is there before and after comes back exactly from its type then."""
    return returns_exactly(before.plain_type(column), after.plain_type(column))


def _only_casts(change: Change) -> bool:
    """Tell whether a change of type takes the values as they are: USING may make any others of them."""
    value = column_of(commands(tree(change.sql)[1])[0]).get("raw_default", {})
    while "type_cast" in value:
        value = value["type_cast"]["arg"]
    fields = value.get("column_ref", {}).get("fields", ())
    return not value or strings(fields) == [change.name]


def _fate(computed_then: bool, exact: bool) -> Fate:
    if computed_then:
        return Fate.CHANGED
    return Fate.AGAIN if exact else Fate.RECAST


def _of_changed_types(changes: Sequence[Change], before: State, after: State) -> Iterator[tuple[TableKey, KeptColumn]]:
    """Yield the columns of a composite type that loses attributes, or whose attributes change their type."""
    for change in changes:
        if change.kind != "attribute" or change.verb is Verb.CREATE:
            continue
        for schema, table, name in before.facts.type_columns.get((change.schema, change.table), ()):
            new = after.facts.column_types.get((schema, table, name))
            if new:
                kind = before.facts.column_types[schema, table, name]
                yield (schema, table), KeptColumn(name, kind, Fate.CHANGED, new)


def _lost_positions(
    changes: Sequence[Change], dropped: Collection[TableKey], before: State, after: State
) -> dict[TableKey, Column | None]:
    here, then = before.fingerprint.of_kind("sequence"), after.fingerprint.of_kind("sequence")
    gone = {(c.schema, c.name) for c in changes if c.kind == "sequence" and (c.verb is Verb.DROP or c.destructive)}
    columns = {
        (c.schema, c.table, c.name)
        for c in changes
        if c.kind == "column" and (c.verb is Verb.DROP or c.detail == "DROP IDENTITY")
    }
    found: dict[TableKey, Column | None] = {}
    for identity, definition in here.items():
        owner = owner_of(definition)
        taken = owner is not None and (owner in columns or (owner[0], owner[1]) in dropped)
        if identity not in then or _table(identity) in gone or taken:
            found[_table(identity)] = numbered(definition, before)
    return found


def owner_of(definition: str) -> Column | None:
    """Return the column that a sequence numbers, from the sequence's definition in the fingerprint."""
    found = _OWNER.search(definition)
    if found is None:
        return None
    table, column = split_owner(definition[found.end() :])
    return (*_table(table), unquoted(column))


def numbered(definition: str, state: State) -> Column | None:
    """Return the column that a sequence numbers where its values are numbers: 'A1' has no place in the count."""
    owner = owner_of(definition)
    return owner if owner and read_type(state.plain_type(owner)).base in _COUNTING else None


def _beyond(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        named = shown(change.schema, change.name)
        if change.kind == "data" and change.destructive:
            yield f"{change.detail.lower()}s rows of {named}"
        elif change.verb is Verb.DROP and change.kind == "extension":
            yield f"drops extension {change.name} with all that it holds"
        elif change.verb is Verb.DROP and change.kind == "everything owned by":
            yield f"drops everything owned by {change.name}"
