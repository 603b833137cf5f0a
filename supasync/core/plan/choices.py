"""What a person chooses by a word on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class BackfillChoice(StrEnum):
    """What to do about rows with NULL in a column that becomes NOT NULL, where the column has a default."""

    ASK = "ask"
    DEFAULT = "default"
    NONE = "none"


def backfill_words(words: Sequence[str]) -> tuple[BackfillChoice, tuple[str, ...]]:
    """Tell what the values of --backfill say: the last word of choice, and the values for columns."""
    choices = [BackfillChoice(word) for word in words if word in tuple(BackfillChoice)]
    return choices[-1] if choices else BackfillChoice.ASK, tuple(word for word in words if word not in choices)


class AtticAction(StrEnum):
    """What to do with the attic."""

    LIST = "list"
    SHOW = "show"
    PURGE = "purge"
