"""What the target has before the plan: which columns and names a probe may speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import key_of_type
from supasync.core.changes.change import Change, new_columns, new_tables, new_type
from supasync.core.changes.effect import Verb
from supasync.core.checks.column_conversion import computed_anew, using_of
from supasync.core.sql import qualified, tree
from supasync.core.sql.harmless import objection_to_conversion
from supasync.core.sql.names import strings, type_sql, walk

Node = Mapping[str, Any]

_NAMED_IN_PLAN = frozenset({"function", "enum", "domain", "composite type", "range type", "extension"})


class BeforePlan:
    """What stands on the target before the plan: which columns and names a probe may speak of."""

    def __init__(self, changes: Sequence[Change], facts: TargetFacts) -> None:
        self.changes = changes
        self.facts = facts
        self.new_tables = new_tables(changes, facts.relations)
        self._new_columns = new_columns(changes)
        self._retyped = {(c.schema, c.table, c.name): c for c in changes if c.detail.startswith("TYPE ")}
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

    def planned(self, schema: str, table: str, column: str, alias: str = "") -> Node:
        """Return the syntax tree of what the column will hold after the plan, made of what it holds now."""
        change = self._retyped.get((schema, table, column))
        here = column_ref(column, alias)
        if change is None:
            return here
        if computed_anew(change):
            node: Node = put_for(using_of(change), column, here)
        else:
            selected = tree(f"SELECT x::{new_type(change)}")[1]["target_list"][0]["res_target"]["val"]
            node = put_for(selected, "x", here)
        return node

    def objection_to(self, planned: Node) -> str:
        """Say why such values may not be compared beforehand, "" when they may."""
        if "column_ref" in planned:
            return ""
        return self.made_here(planned) or objection_to_conversion(planned)

    def takes_no_null(self, type_text: str) -> bool:
        """Tell whether a type is a domain, of the target or of the plan, that takes no NULL and has no default."""
        key = key_of_type(type_text)
        created = next(
            (c for c in self.changes if (c.verb, c.kind, c.schema, c.name) == (Verb.CREATE, "domain", *key)), None
        )
        if created is None:
            base = self.facts.domains.get(key, "")
            return key in self.facts.required_domains or (bool(base) and self.takes_no_null(base))
        rules = {one["constraint"]["contype"] for one in tree(created.sql)[1].get("constraints", ())}
        if "CONSTR_DEFAULT" in rules:
            return False
        return "CONSTR_NOTNULL" in rules or self.takes_no_null(type_sql(tree(created.sql)[1].get("type_name", {})))

    def has_columns(self, change: Change, node: Any) -> bool:
        """Tell whether the change's table has all columns already that an expression names."""
        return all(self.has(change.schema, change.table, column) for column in columns_in(node))

    def otherwise(self, change: Change, node: Any, columns: Sequence[str] = ()) -> str:
        """Say why an expression on the change's table, or columns, mean something else now than after the plan."""
        for column in (*columns, *columns_in(node)):
            if self.is_retyped(change.schema, change.table, column):
                return f"this plan changes the type of {column}"
        return self.made_here(node)

    def made_here(self, node: Any) -> str:
        """Say what of an expression this plan makes, so that nothing is known of it yet."""
        # A query within is none that PostgreSQL takes there, and could look at anything.
        if asks(node):
            return "it holds a query"
        return "".join(f"this plan makes {name}" for name in sorted(self._made & _names(node))[:1])


def column_ref(name: str, alias: str = "") -> Node:
    """Return the syntax tree of a column, behind its table's alias when there is one."""
    return {"column_ref": {"fields": [{"string": {"sval": word}} for word in (alias, name) if word]}}


def put_for(node: Any, column: str, other: Any) -> Any:
    """Return an expression with another one in the place of a column."""
    if isinstance(node, Mapping):
        if strings(node.get("column_ref", {}).get("fields", ()))[-1:] == [column]:
            return other
        return {key: put_for(part, column, other) for key, part in node.items()}
    return [put_for(part, column, other) for part in node] if isinstance(node, list) else node


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
