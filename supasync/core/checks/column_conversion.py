"""What a change of type does to the values of its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import Conversion, conversion
from supasync.core.changes.change import Change, column_key, new_type
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import column_of, commands
from supasync.core.sql import SqlSyntaxError, expression_sql, tree
from supasync.core.sql.names import strings


def computed_anew(change: Change) -> str:
    """Return the expression that an ALTER COLUMN ... TYPE puts in the place of each value, "" for the value itself."""
    using = value = using_of(change)
    while "type_cast" in value:
        value = value["type_cast"].get("arg", {})
    itself = not using or strings(value.get("column_ref", {}).get("fields", ()))[-1:] == [change.name]
    if itself:
        return ""
    try:
        return expression_sql(using)
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
        return Conversion(lossy=True, may_fail=True)
    made_here = any(
        other.verb is Verb.CREATE and other.kind == "enum" and new.removesuffix("[]").endswith(other.name)
        for other in changes
    )
    if made_here:
        return Conversion(may_fail=True)
    return conversion(old, new)
