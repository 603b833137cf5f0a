"""How a number and what it counts are written."""

from __future__ import annotations


def plural(number: int, what: str) -> str:
    """Return "1 file", "2 files"."""
    if number == 1:
        return f"1 {what}"
    return f"{number:,} {what[:-1]}ies" if what.endswith("y") else f"{number:,} {what}s"
