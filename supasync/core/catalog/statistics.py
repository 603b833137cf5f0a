"""Statistics objects: PostgreSQL prints their columns in the order of the table, which changes when one comes back."""

from __future__ import annotations

from typing import Any

from supasync.core.sql import SqlSyntaxError, expression_sql, statement_sql, tree


def in_order(definition: str) -> str:
    """Return CREATE STATISTICS with its columns and expressions sorted."""
    try:
        kind, node = tree(definition)
        elements = sorted(node["exprs"], key=_text)
        return statement_sql(kind, {**node, "exprs": elements})
    except (SqlSyntaxError, KeyError):
        return definition  # of a server that prints otherwise


def _text(element: dict[str, Any]) -> str:
    found = element["stats_elem"]
    return str(found["name"]) if "name" in found else expression_sql(found["expr"])
