"""What the diff engine says when it finds no order, in words: its own account is the SQL of every step."""

from __future__ import annotations

import re

from supasync.core.changes.change import changes_of

_CIRCLE = re.compile(r"\bdependency cycle among \d+ actions\b[^\n]*\n")
# The parts of an ALTER TABLE are indented like the steps.
_STEP = re.compile(r"^  (?=(?:CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT)\b(?! (?:COLUMN|CONSTRAINT)\b))", re.MULTILINE)


def circle_of(reason: str) -> tuple[str, ...]:
    """Return the objects that the engine cannot put into an order; none when that is not what it says."""
    found = _CIRCLE.search(reason)
    if not found:
        return ()
    changes = [change for text in _STEP.split(reason[found.end() :]) if text.strip() for change in changes_of(text)]
    return tuple(dict.fromkeys(c.name if c.kind == "other" else f"{c.kind} {c.identity}" for c in changes))
