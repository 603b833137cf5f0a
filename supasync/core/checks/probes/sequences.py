"""Probes of a sequence that gets other limits: it may stand outside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from supasync.core.changes.change import Change
from supasync.core.checks.probe import Probe
from supasync.core.sql import qualified, tree

_OUTSIDE = {"minvalue": "<", "maxvalue": ">"}


def new_limits(change: Change) -> Iterator[Probe]:
    """Yield the probe of ALTER SEQUENCE with MINVALUE or MAXVALUE, which fails where the position is beyond."""
    kind, node = tree(change.sql)
    options = {entry["def_elem"]["defname"]: entry["def_elem"].get("arg", {}) for entry in node.get("options", ())}
    if kind != "alter_seq_stmt" or "restart" in options:
        return
    limits = {name: _number(options[name]) for name in _OUTSIDE if name in options}
    outside = [f"last_value {_OUTSIDE[name]} {value}" for name, value in limits.items() if value]
    if outside:
        sequence = qualified(change.schema, change.name)
        words = f"current value of {change.identity} that lies outside its new limits"
        query = f"SELECT count(*), coalesce(min(last_value)::text, '') FROM {sequence} WHERE {' OR '.join(outside)}"
        yield Probe(change, query, words, "violations")


def _number(node: Mapping[str, Any]) -> str:
    if "integer" in node:
        return str(node["integer"].get("ival", 0))
    return str(node.get("float", {}).get("fval", ""))
