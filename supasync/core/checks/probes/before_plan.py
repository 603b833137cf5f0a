"""What the target has before the plan: which columns and names a probe may speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supasync.core.catalog.facts import TargetFacts
from supasync.core.changes.change import Change, new_columns, new_tables
from supasync.core.changes.effect import Verb
from supasync.core.sql import qualified
from supasync.core.sql.names import strings, walk

_NAMED_IN_PLAN = frozenset({"function", "enum", "domain", "composite type", "range type", "extension"})


class BeforePlan:
    """What stands on the target before the plan: which columns and names a probe may speak of."""

    def __init__(self, changes: Sequence[Change], facts: TargetFacts) -> None:
        self.changes = changes
        self.facts = facts
        self.new_tables = new_tables(changes, facts.relations)
        self._new_columns = new_columns(changes)
        self._retyped = {(c.schema, c.table, c.name) for c in changes if c.detail.startswith("TYPE ")}
        made = (c for c in changes if c.verb is Verb.CREATE)
        self._made = {c.name.partition("(")[0] for c in made if c.kind in _NAMED_IN_PLAN}
        self._made |= {c.table for c in changes if c.kind == "enum value"}
        self._known_tables = {(schema, table) for schema, table, _ in facts.column_types}

    def has(self, schema: str, table: str, column: str) -> bool:
        """Tell whether the target has the column already, and keeps what is in it."""
        key = (schema, table, column)
        if key in self._new_columns or (schema, table) in self.new_tables:
            return False
        return (schema, table) not in self._known_tables or key in self.facts.column_types

    def own_rows(self, schema: str, table: str) -> str:
        """Return a table without those that inherit from it: unique rules and foreign keys do not reach their rows."""
        name = qualified(schema, table)
        return name if name in self.facts.partition_keys else f"ONLY {name}"

    def is_retyped(self, schema: str, table: str, column: str) -> bool:
        """Tell whether the plan changes the column's type, so that its values compare otherwise now than then."""
        return (schema, table, column) in self._retyped

    def understands_type(self, name: str) -> bool:
        """Tell whether the target has the type already."""
        return name.removesuffix("[]").rpartition(".")[2].strip('"') not in self._made

    def understands(self, change: Change, node: Any) -> bool:
        """Tell whether an expression on the change's table means the same now as after the plan."""
        for column in columns_in(node):
            schema, table = change.schema, change.table
            if not self.has(schema, table, column) or self.is_retyped(schema, table, column):
                return False
        return self.means_the_same(node)

    def means_the_same(self, node: Any) -> bool:
        """Tell whether functions and types in an expression are there already."""
        # A query within is none that PostgreSQL takes there, and could look at anything.
        return self._made.isdisjoint(_names(node)) and not asks(node)


def asks(node: Any) -> bool:
    """Tell whether an expression holds a query."""
    return any(True for _ in walk(node, "sub_link"))


def columns_in(node: Any) -> list[str]:
    """Return the columns that an expression names."""
    return [strings(found.get("fields", ()))[-1] for found in walk(node, "column_ref") if strings(found["fields"])]


def _names(node: Any) -> set[str]:
    functions = {strings(found.get("funcname", ()))[-1] for found in walk(node, "func_call")}
    types = {strings(found.get("names", ()))[-1] for found in walk(node, "type_name") if found.get("names")}
    return functions | types
