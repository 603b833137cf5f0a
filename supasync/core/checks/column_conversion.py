"""What a change of type does to the values of its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import Conversion, conversion, has_cast, key_of_type
from supasync.core.changes.change import Change, column_key, new_type
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import column_of, commands, takes_values_as_they_are
from supasync.core.sql import SqlSyntaxError, expression_sql, tree
from supasync.core.sql.keys import TableKey
from supasync.core.sql.names import type_sql

ENUM = Conversion(may_fail=True)
"""What becomes an enum is one of its labels, or no value of it."""


_UNKNOWN = Conversion(lossy=True, may_fail=True)


def computed_anew(change: Change) -> str:
    """Return the expression that an ALTER COLUMN ... TYPE puts in the place of each value, "" for the value itself."""
    if takes_values_as_they_are(tree(change.sql)[1], change.name):
        return ""
    try:
        return expression_sql(using_of(change))
    except SqlSyntaxError:
        return "other ones"


def using_of(change: Change) -> Mapping[str, Any]:
    """Return the syntax tree of the USING of an ALTER COLUMN ... TYPE, empty where it has none."""
    found: Mapping[str, Any] = column_of(commands(tree(change.sql)[1])[0]).get("raw_default", {})
    return found


def conversion_of(change: Change, changes: Sequence[Change], facts: TargetFacts) -> Conversion:
    """Return what an ALTER COLUMN ... TYPE does to the values; the worst when the present type is not known."""
    old = facts.column_types.get(column_key(change))
    new = new_type(change)
    if old is None:
        return _UNKNOWN
    key = key_of_type(new)
    made = {change.name for change in changes if change.kind == "cast" and change.verb is Verb.CREATE}
    if has_cast({*facts.casts, *made}, _all_of(old, facts), _all_of(new, facts)):
        return _UNKNOWN
    created = {
        other.kind: other for other in changes if other.verb is Verb.CREATE and (other.schema, other.name) == key
    }
    if "enum" in created or key in facts.enums:
        return ENUM
    base = _domain(created["domain"]) if "domain" in created else facts.domains.get(key, "")
    if base:  # its conditions may say no, and what it is made of may cut a value: this conversion is an explicit one
        return replace(conversion(old, base + "[]" * new.endswith("[]")), may_fail=True, rewrites=True)
    return conversion(old, new)


def _all_of(text: str, facts: TargetFacts) -> frozenset[TableKey]:
    """Return a type's key, and those of what its domains are made of."""
    found = {key_of_type(text)}
    while (base := facts.domains.get(key_of_type(text), "")) and key_of_type(base) not in found:
        text = base
        found.add(key_of_type(text))
    return frozenset(found)


def _domain(created: Change) -> str:
    return type_sql(tree(created.sql)[1].get("type_name", {}))
