"""Tells the statements that only keep or restore data from those that change the schema."""

from __future__ import annotations

import re

from supasync.core import sql
from supasync.core.attic.catalogue import SEAL_SQL
from supasync.core.attic.model import GUARD, LENT, LENT_MARK, TABLES
from supasync.core.attic.output_settings import PIN_SQL, UNPIN_SQL
from supasync.core.changes.change import changes_of
from supasync.core.changes.read_alter_table import alter_table_commands, column_commands
from supasync.core.sql.lexer import masked

OWN_SCHEMA = "supasync"
_KEEPER = "DO $supasync$ BEGIN\n  LOCK TABLE "  # what preserve.py locks before it keeps anything
# Kinds of changes whose name is a schema's.
_OF_A_SCHEMA = frozenset(
    {"schema", "default privileges", *(f"all {word}s in schema" for word in ("table", "sequence", "function"))}
)


def is_attic(text: str) -> bool:
    """Tell whether a statement of a migration only keeps something in the attic, or brings it back from there."""
    return (
        text in (SEAL_SQL, PIN_SQL, UNPIN_SQL)
        or text.startswith(_KEEPER)
        or _works_with_attic(text)
        or _lends(text)
        or touches_own_schema(text)
    )


def _works_with_attic(text: str) -> bool:
    """Tell whether a statement reads an attic table; to name one in a comment or a string is not enough."""
    if TABLES not in text:
        return False
    if text.startswith(GUARD):
        return True
    return sql.node_kind(text) in ("insert_stmt", "update_stmt", "select_stmt") and TABLES in masked(text)


def _lends(text: str) -> bool:
    if not text.endswith(LENT_MARK):
        return False
    named = [name for _, name in column_commands(text)]
    own = re.compile(rf"{LENT}_*")
    ours = (own.fullmatch(name.rpartition(".")[2]) for name in named)
    return bool(named) and all(ours) and len(named) == len([*alter_table_commands(text)])


def touches_own_schema(text: str) -> bool:
    if OWN_SCHEMA not in text:
        return False
    return all(
        (change.name if change.kind in _OF_A_SCHEMA else change.schema) == OWN_SCHEMA for change in changes_of(text)
    )
