"""The mark of statements that only keep data in the attic or put it back: written and read here, nowhere else.

A reader of a migration must tell them from what changes the user's schema and rows. The mark holds a digest of the
statement, so that one which a person has edited counts as theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from supasync.core.changes.change import changes_of

OWN_SCHEMA = "supasync"
_DIGITS = 12  # of the digest: enough against chance, which is all that it is for
_MARK = re.compile(r" /\* supasync attic ([0-9a-f]+) \*/\Z")
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
    return found is not None and found[1] == _digest(text[: found.start()])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def touches_own_schema(text: str) -> bool:
    """Tell whether a statement is about supasync's own schema and nothing else."""
    if OWN_SCHEMA not in text:
        return False
    return all(
        (change.name if change.kind in _OF_A_SCHEMA else change.schema) == OWN_SCHEMA for change in changes_of(text)
    )
