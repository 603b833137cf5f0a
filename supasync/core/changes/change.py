"""Changes: what each statement of a diff does, object by object."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supasync.core.changes.effect import Effect, Verb
from supasync.core.changes.read_alter_table import column_of, commands, read_command, single_command_sql
from supasync.core.changes.read_statement import read_statement
from supasync.core.sql import SqlSyntaxError, quote_ident, statement_sql, tree
from supasync.core.sql.keys import ColumnKey, TableKey
from supasync.core.sql.names import shown, type_sql

__all__ = ["REPLACED_SUFFIX", "Change", "Verb", "changes_of", "is_recreated", "is_replaced", "object_key"]
REPLACED_SUFFIX = "__pgdelta_replaced"  # what the diff engine adds to the name of a type that it makes anew
# Kinds whose members hang on a table (or domain, enum): their identity starts with its name.
_IN_TABLE = frozenset(
    {"column", "attribute", "constraint", "domain constraint", "trigger", "policy", "rule", "enum value"}
)  # fmt: skip
_TYPE_KINDS = frozenset({"enum", "composite type", "range type", "domain"})
_ROUTINES = frozenset({"function", "procedure", "aggregate", "routine"})
# What holds nothing of its own: dropping and creating it again in one diff loses no row.
_REBUILT_WITHOUT_LOSS = frozenset(
    {
        "view", "materialized view", "function", "procedure", "aggregate", "routine", "policy", "trigger", "rule",
        "index", "constraint", "domain constraint", "type", "domain", "cast", "operator", "statistics", "publication",
        "event trigger", "text search configuration", "text search dictionary", "foreign table", "server",
        "user mapping", "foreign data wrapper", "collation", "operator class", "operator family", "conversion",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One effect of one statement.

    `schema` is that of the object, or of its `table` for what lives in one; "" for what has no schema.
    `detail` is in SQL words; `sql` is a statement that has this effect and, for ALTER TABLE, no other.
    `destructive` tells that rows, values or a sequence's position are lost whatever the data are.
    """

    verb: Verb
    kind: str
    schema: str
    name: str
    table: str
    detail: str
    sql: str
    destructive: bool

    @property
    def identity(self) -> str:
        """The object in a developer's words: `leagues.status`, `app.teams`, `f(integer)`; `public` is left out."""
        if self.kind in _IN_TABLE and self.table:
            return f"{shown(self.schema, self.table)}.{quote_ident(self.name)}"
        return shown(self.schema, self.name)

    @property
    def table_identity(self) -> str:
        """The table that the change concerns, or ""."""
        return shown(self.schema, self.table) if self.table else ""


def changes_of(statement_text: str) -> tuple[Change, ...]:
    """Return what a statement does, in order; one change for each sub-command of ALTER TABLE.

    A statement nobody knows is one change of kind "other", named by its first words; so is one that does not parse.
    """
    try:
        return _changes_of(statement_text)
    except SqlSyntaxError:
        return (_unknown(statement_text),)


def _changes_of(statement_text: str) -> tuple[Change, ...]:
    kind, node = tree(statement_text)
    if kind == "alter_table_stmt":
        parts = commands(node)
        texts = (
            [statement_text] if len(parts) == 1 else [single_command_sql(node, index) for index in range(len(parts))]
        )
        return tuple(_change(read_command(node, part), text) for part, text in zip(parts, texts, strict=True))
    if kind == "create_schema_stmt" and node.get("schema_elts"):
        return tuple(change for text in _taken_apart(node) for change in changes_of(text))
    effects = read_statement(kind, node)
    return tuple(_change(effect, statement_text) for effect in effects) or (_unknown(statement_text),)


def _taken_apart(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield CREATE SCHEMA and the statements within it, which mean that schema where they name none."""
    yield statement_sql("create_schema_stmt", {key: part for key, part in node.items() if key != "schema_elts"})
    for element in node["schema_elts"]:
        ((kind, inner),) = element.items()
        yield statement_sql(kind, _within(inner, str(node.get("schemaname", ""))))


def _within(node: Any, schema: str) -> Any:
    if isinstance(node, Mapping):
        found = {key: _within(part, schema) for key, part in node.items()}
        return {"schemaname": schema, **found} if "relname" in found else found
    return [_within(part, schema) for part in node] if isinstance(node, list) else node


def _change(effect: Effect, sql: str) -> Change:
    return Change(
        effect.verb, effect.kind, effect.schema, effect.name, effect.table, effect.detail, sql, effect.destructive
    )  # fmt: skip


def _unknown(text: str) -> Change:
    return Change(Verb.OTHER, "other", "", " ".join(text.split()[:4]), "", "", text, False)


def object_key(change: Change) -> tuple[str, str, str, str]:
    """Return what makes two changes speak of the same object: kind (as DROP knows it), schema, table, name."""
    kind = "type" if change.kind in _TYPE_KINDS else "routine" if change.kind in _ROUTINES else change.kind
    table = change.table if change.kind in _IN_TABLE or change.kind == "user mapping" else ""
    return kind, change.schema, table, change.name


def is_recreated(changes: Sequence[Change], change: Change) -> bool:
    """Tell whether the diff drops `change`'s object and creates it again afterwards, whatever that loses."""
    if change.verb is not Verb.DROP:
        return False
    # Names first: a diff of thousands of changes is asked this for each of its drops.
    namesakes = [other for other in changes if other.name == change.name]
    if change not in namesakes:
        return False
    key = object_key(change)
    later = namesakes[namesakes.index(change) + 1 :]
    return any(other.verb is Verb.CREATE and object_key(other) == key for other in later)


_RELATIONS = frozenset({"table", "foreign table", "materialized view", "view"})


def is_replaced(changes: Sequence[Change], change: Change) -> bool:
    """Tell whether dropping `change`'s object is only the first half of a replacement that loses nothing.

    True for views, functions, policies, triggers, indexes, constraints and the like; never for tables, columns
    and sequences, whose rows, values and position do not come back with the new object.
    """
    if change.kind == "type" and change.verb is Verb.DROP and change.name.endswith(REPLACED_SUFFIX):
        return True
    # What CASCADE takes along does not come back.
    return change.kind in _REBUILT_WITHOUT_LOSS and change.detail != "CASCADE" and is_recreated(changes, change)


def column_key(change: Change) -> ColumnKey:
    """Return the key of the column that a change of kind "column" concerns."""
    return change.schema, change.table, change.name


def table_key(change: Change) -> TableKey:
    """Return the key of the table that a change concerns."""
    return change.schema, change.table or change.name


def new_tables(changes: Collection[Change], present: Collection[TableKey] = ()) -> frozenset[TableKey]:
    """Return the tables and views that the plan itself creates: what they get can harm no row.

    One of the `present` is new where the plan drops it: CREATE ... IF NOT EXISTS and OR REPLACE make nothing new of it.
    """
    made = frozenset((c.schema, c.name) for c in changes if c.verb is Verb.CREATE and c.kind in _RELATIONS)
    if made.isdisjoint(present):
        return made
    dropped = {(c.schema, c.name) for c in changes if c.verb is Verb.DROP and c.kind in _RELATIONS}
    return frozenset(key for key in made if key not in present or key in dropped)


def dropped_tables(changes: Iterable[Change]) -> frozenset[TableKey]:
    """Return the tables that the plan drops."""
    return frozenset((c.schema, c.name) for c in changes if c.verb is Verb.DROP and c.kind == "table")


def new_columns(changes: Iterable[Change]) -> frozenset[ColumnKey]:
    """Return the columns that the plan adds to tables that are there already."""
    return frozenset(column_key(c) for c in changes if c.verb is Verb.CREATE and c.kind == "column")


def new_type(change: Change) -> str:
    """Return the type that an ALTER COLUMN ... TYPE gives, as `format_type` spells it."""
    return type_sql(column_of(commands(tree(change.sql)[1])[0]).get("type_name", {}))
