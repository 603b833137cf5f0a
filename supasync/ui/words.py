"""Small wordings that several views share."""

from __future__ import annotations

from datetime import datetime, timedelta

from supasync.core.counting import plural
from supasync.ui.visible import lines_of

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def age(then: datetime, now: datetime) -> str:
    """Return how long ago `then` was, in words: "2 hours ago"."""
    seconds = max((now - then) / timedelta(seconds=1), 0)
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{plural(int(seconds // length), unit)} ago"
    return "just now"


def indent(text: str, by: str) -> str:
    """Return the text with `by` before each of its lines."""
    return "\n".join(by + line for line in lines_of(text))
