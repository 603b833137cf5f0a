"""The mark of statements that only keep data in the attic or put it back: written and read here, nowhere else.

A reader of a migration must tell them from what changes the user's schema and rows. The mark holds a digest of the
statement, so that one which a person has edited counts as theirs. It is no proof: anybody can write one, so a marked
statement must also be of a form that the attic's statements have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from supasync.core.attic.blocks import SEAL_SQL, guarded, only_locks
from supasync.core.attic.model import LENT, TABLES
from supasync.core.changes.change import changes_of
from supasync.core.changes.read_alter_table import alter_table_commands, column_commands
from supasync.core.sql import first_word, node_kind, tree
from supasync.core.sql.lexer import masked
from supasync.core.sql.names import strings, walk

OWN_SCHEMA = "supasync"
_DIGITS = 12  # of the digest: enough against chance, which is all that it is for
_MARK = re.compile(r" /\* supasync attic ([0-9a-f]+) \*/\Z")
_LENT = re.compile(rf"{LENT}_*")
# Nothing that the attic does takes anything out of it.
_OWN_WORDS = frozenset({"create", "revoke", "comment", "insert", "update", "alter"})
_SETTINGS = frozenset({"set_config", "current_setting"})
# Kinds of changes whose name is a schema's.
_OF_A_SCHEMA = frozenset(
    {"schema", "default privileges", *(f"all {word}s in schema" for word in ("table", "sequence", "function"))}
)


def marked(texts: Iterable[str]) -> tuple[str, ...]:
    """Return statements with the mark at their end."""
    return tuple(f"{text} /* supasync attic {_digest(text)} */" for text in texts)


def is_attic(text: str) -> bool:
    """Tell whether a statement of a migration only keeps something in the attic, or puts it back from there."""
    found = _MARK.search(text)
    if found is None:
        return False
    statement = text[: found.start()]
    return found[1] == _digest(statement) and _keeps_or_puts_back(statement)


def unmarked(text: str) -> str:
    """Return a statement without its mark."""
    return _MARK.sub("", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _keeps_or_puts_back(text: str) -> bool:
    inner = guarded(text)
    return (
        text == SEAL_SQL
        or only_locks(text)
        or _works_with_attic(inner or text)
        or _fixes_output(text)
        or _lends(text)
        or (touches_own_schema(text) and first_word(text) in _OWN_WORDS)
    )


def _works_with_attic(text: str) -> bool:
    """Tell whether a statement reads an attic table; to name one in a comment or a string is not enough."""
    if TABLES not in masked(text):
        return False
    return node_kind(text) in ("insert_stmt", "update_stmt", "select_stmt")


def _fixes_output(text: str) -> bool:
    """Tell whether a statement does nothing but set and read settings, of no table."""
    kind, node = tree(text)
    called = {strings(call.get("funcname", ()))[-1] for call in walk(node, "func_call")}
    return kind == "select_stmt" and bool(called) and called <= _SETTINGS and not any(walk(node, "range_var"))


def _lends(text: str) -> bool:
    names = [name.rpartition(".")[2] for _, name in column_commands(text)]
    return bool(names) and all(map(_LENT.fullmatch, names)) and len(names) == len([*alter_table_commands(text)])


def touches_own_schema(text: str) -> bool:
    """Tell whether a statement is about supasync's own schema and nothing else."""
    if OWN_SCHEMA not in text:
        return False
    return all(
        (change.name if change.kind in _OF_A_SCHEMA else change.schema) == OWN_SCHEMA for change in changes_of(text)
    )
