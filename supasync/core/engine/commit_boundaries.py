"""Where a migration must commit in between: a new enum value, and its first use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from supasync.core import sql
from supasync.core.sql.lexer import masked

# How a statement begins that works with an attic table only where there is one.
_ADD_VALUE = re.compile(r"\bADD\s+VALUE\b(?!\s+IF\b)", re.IGNORECASE)


def split_segments(statements: Sequence[str], *, always: bool = False) -> tuple[tuple[str, ...], ...]:
    """Split at the commit boundary that PostgreSQL demands between a new enum value and its first use.

    `always` splits also where no later statement is seen to use the value.
    """
    adding = [text for text in statements if _new_enum_value(text)]
    rest = [text for text in statements if not _new_enum_value(text)]
    labels = [sql.quote_literal(_new_enum_value(text)) for text in adding]
    used = any(label in text for label in labels for text in rest)
    if adding and rest and (used or always):
        return tuple(adding), tuple(rest)
    return (tuple(statements),) if statements else ()


def transactions(statements: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the statements of a rollback as they must commit: new enum values first, harmless if nothing follows.

    What the attic gives back as text may become such a value without any statement naming it.
    """
    parts = split_segments(statements, always=True)
    if len(parts) < 2:
        return parts
    return tuple(map(_unless_there, parts[0])), *parts[1:]


def _unless_there(text: str) -> str:
    found = _ADD_VALUE.search(masked(text))
    return f"{text[: found.end()]} IF NOT EXISTS{text[found.end() :]}" if found else text


def _new_enum_value(text: str) -> str:
    kind, node = sql.tree(text)
    return str(node.get("new_val", "")) if kind == "alter_enum_stmt" and "old_val" not in node else ""
