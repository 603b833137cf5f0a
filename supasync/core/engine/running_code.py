"""Statements of a person's that run code: what they do is in no syntax tree, and may be another thing elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from supasync.core.changes.read_statement import rows_changed_in
from supasync.core.engine.sequence_values import is_sequence_continuation
from supasync.core.sql import tree
from supasync.core.sql.names import strings, walk

_RUN_CODE = frozenset({"do_stmt", "call_stmt", "prepare_stmt", "execute_stmt", "explain_stmt", "declare_cursor_stmt"})
# What dumps call, and what continues a sequence.
_PLAIN = frozenset({("pg_catalog", "set_config"), ("pg_catalog", "setval"), ("pg_catalog", "pg_get_serial_sequence")})
_OF_CONTINUATION = _PLAIN | {("max",)}


def code_in(statements: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that run code whose effect is not in sight, or hide in a query what changes rows."""
    return tuple(text for text in statements if runs_code(text))


def runs_code(text: str) -> bool:
    """Tell whether a statement is one of these."""
    kind, node = tree(text)
    if kind in _RUN_CODE or any(rows_changed_in(kind, node)):
        return True
    if kind != "select_stmt":
        return False
    plain = _OF_CONTINUATION if is_sequence_continuation(text) else _PLAIN
    return any(tuple(strings(call.get("funcname", ()))) not in plain for call in walk(node, "func_call"))
