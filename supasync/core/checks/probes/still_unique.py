"""Probes of a column that gets another type under a rule that stays: values that become equal by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from supasync.core.catalog.type_conversion import CHARACTERS, read_type
from supasync.core.changes.change import Change, column_key, new_type
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.checks.probe import Probe, key_sql
from supasync.core.checks.probes.before_plan import BeforePlan, columns_in, put_for
from supasync.core.checks.probes.constraints import duplicates_sql
from supasync.core.sql import expression_sql, qualified, tree
from supasync.core.sql.harmless import objection_to_keys
from supasync.core.sql.names import strings

Node = Mapping[str, Any]
_MOST_LETTERS = 1000
_SHORT = frozenset({"smallint", "integer", "bigint", "real", "double precision", "boolean", "uuid", "date"})


def still_unique(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probes for values that become equal by the new type of a column, for each rule that stays."""
    for name, rule in _rules(change, present):
        elements = [entry["index_elem"] for entry in rule.get("index_params", ())]
        condition = rule.get("where_clause")
        plain = [element["name"] for element in elements if element.get("name")]
        if change.name not in (*plain, *columns_in([elements, condition])):
            continue
        planned = present.planned(change.schema, change.table, change.name)
        keys = [key_sql(_as_planned(element, change, present)) for element in elements]
        where = expression_sql(put_for(condition, change.name, planned)) if condition else ""
        probe = duplicates_sql(change, present, keys, where, bool(rule.get("nulls_not_distinct")))
        made = [element.get("expr") for element in elements]
        compared = [planned, *(present.planned(change.schema, change.table, name) for name in plain)]
        why = next(filter(None, map(present.objection_to, compared)), "") or _too_long(change, present)
        why = (
            why
            or present.made_here([made, condition])
            or objection_to_keys([put_for(node, change.name, planned) for node in (*made, condition) if node])
        )
        words = f"values of {change.identity} that become duplicates as {new_type(change)}, which violates {name}"
        yield Probe(change, probe.sql, words, "duplicates", refused=why)


def _too_long(change: Change, present: BeforePlan) -> str:
    """Say why new values are not put side by side: a number of eight bytes may be a text of 130,000."""
    old = read_type(present.facts.column_types.get(column_key(change), ""))
    new = read_type(new_type(change))
    short = bool(new.modifiers) and new.modifiers[0] <= _MOST_LETTERS
    grows = new.base in CHARACTERS and old.base not in CHARACTERS and old.base not in _SHORT and not short
    return "the new values may be too long to be compared beforehand" if grows else ""


def _as_planned(element: Node, change: Change, present: BeforePlan) -> Node:
    if "name" in element:
        kept = {key: part for key, part in element.items() if key != "name"}
        return {**kept, "expr": present.planned(change.schema, change.table, element["name"])}
    planned = present.planned(change.schema, change.table, change.name)
    return {**element, "expr": put_for(element["expr"], change.name, planned)}


def _rules(change: Change, present: BeforePlan) -> Iterator[tuple[str, Node]]:
    """Yield name and syntax tree of each unique index of the change's table that the plan leaves alone."""
    for (schema, table, name), definition in present.facts.constraint_definitions.items():
        if (schema, table) == (change.schema, change.table) and definition.startswith(("UNIQUE", "PRIMARY KEY")):
            text = f"ALTER TABLE {qualified(schema, table)} ADD {definition}"
            constraint = constraint_of(commands(tree(text)[1])[0])
            if not _goes(present, "constraint", schema, table, name):
                elements = [{"index_elem": {"name": key}} for key in strings(constraint.get("keys", ()))]
                yield name, {**constraint, "index_params": elements}
    for definition in present.facts.unique_indexes.get((change.schema, change.table), ()):
        rule = tree(definition)[1]
        if not _goes(present, "index", change.schema, "", str(rule["idxname"])):
            yield str(rule["idxname"]), rule


def _goes(present: BeforePlan, kind: str, schema: str, table: str, name: str) -> bool:
    drops = (c for c in present.changes if (c.verb, c.kind, c.schema, c.name) == (Verb.DROP, kind, schema, name))
    return any(kind == "index" or change.table == table for change in drops)
