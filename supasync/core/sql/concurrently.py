"""CONCURRENTLY, which no transaction takes: in a database that nobody else uses it is left out."""

from __future__ import annotations

import re

_INDEX = re.compile(
    r"\s*(?:create\s+(?:unique\s+)?index|drop\s+index|reindex\s+(?:index|table|schema))\s+concurrently\b", re.IGNORECASE
)
_DETACH = re.compile(r"\s*alter\s+table\b.*\bdetach\s+partition\b.*\bconcurrently\s*\Z", re.I | re.S)
_WORD = re.compile(r"\s+concurrently\b", re.IGNORECASE)


def is_concurrent(text: str) -> bool:
    """Tell whether a statement builds, drops or detaches CONCURRENTLY."""
    return bool(_INDEX.match(text) or _DETACH.match(text))


def without_concurrently(text: str) -> str:
    """Return a statement with blanks in the place of the word, so that positions in it stay true."""
    if _INDEX.match(text):
        return _WORD.sub(lambda found: " " * len(found[0]), text, count=1)
    if _DETACH.match(text):
        place = text.lower().rindex("concurrently")
        return text[:place] + " " * len("concurrently") + text[place + len("concurrently") :]
    return text
