"""What can go wrong, in words for the person at the terminal.

An error says what happened (`message`), why or where (`reason`, `spot`) and what to do (`hint`).
Each class fixes an exit code (docs/architecture.md has the table); only `cli` turns it into an exit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceSpot:
    """A place in a text file.

    `line` and `column` count from 1; `column` counts characters, not bytes, and is 0 when unknown.
    """

    file: str
    line: int
    column: int
    text: str


class SupasyncError(Exception):
    """A failure that is understood: database, tool or network (exit code 1)."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        hint: str = "",
        spot: SourceSpot | None = None,
        details: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.hint = hint
        self.spot = spot
        self.details = details


class UsageError(SupasyncError):
    """The request or the configuration cannot be acted on (exit code 2)."""

    exit_code = 2


class InvalidSqlError(SupasyncError):
    """A text that should be SQL is not, or PostgreSQL refuses it (exit code 1)."""


class VerificationError(SupasyncError):
    """Everything was applied, but the target is not what the rehearsal reached (exit code 1)."""


class RefusedError(SupasyncError):
    """Acting would be unsafe, so nothing was done (exit code 4)."""

    exit_code = 4


class Interrupted(SupasyncError):
    """The person, or the system, asked supasync to stop (exit code 130)."""

    exit_code = 130
