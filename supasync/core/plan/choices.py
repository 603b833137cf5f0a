"""What a person chooses by a word on the command line."""

from __future__ import annotations

from enum import StrEnum


class BackfillChoice(StrEnum):
    """What to do about rows with NULL in a column that becomes NOT NULL, where the column has a default."""

    ASK = "ask"
    DEFAULT = "default"
    NONE = "none"


class AtticAction(StrEnum):
    """What to do with the attic."""

    LIST = "list"
    SHOW = "show"
    PURGE = "purge"
