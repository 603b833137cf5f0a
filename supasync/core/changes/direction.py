"""Which way a change goes."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Up: from the target's state to the schema file's, or what a sync does. Down: the rollback."""

    UP = "up"
    DOWN = "down"
