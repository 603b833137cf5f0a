"""Probes of a sequence that gets other limits: it may stand outside them, or rows may have numbers beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from supasync.core.changes.change import Change
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.checks.probe import Probe, column_sql, count_where
from supasync.core.sql import qualified, quote_literal, tree
from supasync.core.sql.names import strings

_OUTSIDE = {"minvalue": "<", "maxvalue": ">"}
# The largest numbers of the types that a sequence may have (PostgreSQL docs, "CREATE SEQUENCE").
_LARGEST = {"int2": 32767, "int4": 2147483647}


def new_limits(change: Change) -> Iterator[Probe]:
    """Yield the probe of ALTER SEQUENCE with other limits, which fails where the position is beyond."""
    kind, node = tree(change.sql)
    if kind == "alter_seq_stmt":
        position = f"(SELECT last_value AS position FROM {qualified(change.schema, change.name)}) AS now"
        yield from _outside(change, _options(node.get("options", ())), position, f"current value of {change.identity}")


def new_limits_of_identity(change: Change) -> Iterator[Probe]:
    """Yield the probe of ALTER COLUMN ... SET MAXVALUE and the like, which fail as those of a sequence do."""
    command = next(iter(commands(tree(change.sql)[1])), {})  # a RENAME has none
    if command.get("subtype") == "AT_SetIdentity":
        table = quote_literal(qualified(change.schema, change.table))
        sequence = f"pg_catalog.pg_get_serial_sequence({table}, {quote_literal(change.name)})"
        # Of one that was never used it is NULL.
        position = f"(SELECT pg_catalog.pg_sequence_last_value({sequence}::pg_catalog.regclass) AS position) AS now"
        options = _options(command["def"].get("list", {}).get("items", ()))
        yield from _outside(change, options, position, f"current number of {change.identity}")


def outside_of_identity(change: Change) -> Iterator[Probe]:
    """Yield the probe of ALTER COLUMN ... ADD GENERATED for rows with numbers that the identity never reaches."""
    options = _options(constraint_of(commands(tree(change.sql)[1])[0]).get("options", ()))
    last = "minvalue" if _number(options.get("increment", {})).startswith("-") else "maxvalue"
    if limit := _number(options.get(last, {})):
        column = column_sql(change.name)
        words = f"rows with a number in {change.identity} that its identity never reaches ({last.upper()} {limit})"
        yield count_where(change, "violations", words, f"{column} {_OUTSIDE[last]} {limit}", column, own=True)


def _outside(change: Change, options: Mapping[str, Mapping[str, Any]], position: str, what: str) -> Iterator[Probe]:
    if "restart" in options:
        return
    limits = {name: _number(options[name]) for name in _OUTSIDE if name in options}
    of_type = strings(options.get("as", {}).get("type_name", {}).get("names", ()))[-1:]
    if "maxvalue" not in options and of_type and of_type[0] in _LARGEST:
        limits["maxvalue"] = str(_LARGEST[of_type[0]])
    outside = [f"position {_OUTSIDE[name]} {value}" for name, value in limits.items() if value]
    if outside:
        query = f"SELECT count(*), coalesce(min(position)::text, '') FROM {position} WHERE {' OR '.join(outside)}"
        yield Probe(change, query, f"{what} that lies outside its new limits", "violations", own=True)


def _options(items: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {entry["def_elem"]["defname"]: entry["def_elem"].get("arg", {}) for entry in items}


def _number(node: Mapping[str, Any]) -> str:
    if "integer" in node:
        return str(node["integer"].get("ival", 0))
    return str(node.get("float", {}).get("fval", ""))
