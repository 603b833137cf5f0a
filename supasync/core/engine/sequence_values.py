"""Sequences that begin to number a column which has values already: made to go on above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supasync.core import sql
from supasync.core.sql.names import relation_key, sequences_in

_HEAD = "SELECT pg_catalog.setval("


def continue_sequences(statements: Sequence[str]) -> tuple[str, ...]:
    """Return what must follow `statements` so that no new sequence hands out a number that a row has.

    A new identity, and a new sequence behind the default of a present column, start at 1 whatever the
    rows hold: the next INSERT would fail on the key. On a table without rows the statements do nothing.
    """
    created: set[tuple[str, str]] = set()
    found: dict[str, None] = {}
    for text in statements:
        kind, node = sql.tree(text)
        if kind == "create_stmt":
            created.add(relation_key(node["relation"]))
        elif kind == "create_seq_stmt":
            created.add(relation_key(node["sequence"]))
        elif kind == "alter_table_stmt" and relation_key(node["relation"]) not in created:
            for item in node["cmds"]:
                if step := _step(*relation_key(node["relation"]), item["alter_table_cmd"], created):
                    found[step] = None
    return tuple(found)


def is_sequence_continuation(text: str) -> bool:
    """Tell whether a statement is one of those that `numbering` returns."""
    return text.startswith(_HEAD)


def _step(schema: str, table: str, command: Mapping[str, Any], created: set[tuple[str, str]]) -> str:
    column = str(command.get("name", ""))
    owner = sql.qualified(schema, table)
    if command["subtype"] == "AT_AddIdentity":
        arguments = f"{sql.quote_literal(owner)}, {sql.quote_literal(column)}"
        return _setval(owner, column, f"pg_catalog.pg_get_serial_sequence({arguments})::regclass")
    if command["subtype"] != "AT_ColumnDefault":
        return ""
    for name in sequences_in(command.get("def")):
        if name in created:
            return _setval(owner, column, f"{sql.quote_literal(sql.qualified(*name))}::regclass")
    return ""


def _setval(table: str, column: str, sequence: str) -> str:
    return (
        f"{_HEAD}seqrelid::regclass, top) FROM pg_catalog.pg_sequence,\n"
        f"  (SELECT max({sql.quote_ident(column)})::bigint AS top FROM {table}) AS present\n"
        f"WHERE seqrelid = {sequence} AND seqincrement > 0 AND top BETWEEN seqstart AND seqmax"
    )
