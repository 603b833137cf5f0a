"""PostgreSQL's errors in words: the one place where those of the driver become ours."""

from __future__ import annotations

import psycopg
from psycopg import errors

from supasync import redact
from supasync.errors import SupasyncError

NOT_SUPPORTED = "0A000"
_LONGEST_TOLD = 4000  # characters of each part of an error


class ConnectionFailedError(SupasyncError):
    """No session with the database could be had, or it broke."""


class StatementError(SupasyncError):
    """PostgreSQL refused a statement.

    `sqlstate` is PostgreSQL's five-character code; `position` the 1-based character offset in the
    text that was sent (0 when PostgreSQL gave none).
    """

    def __init__(
        self, message: str, *, reason: str = "", hint: str = "", sqlstate: str = "", position: int = 0
    ) -> None:
        super().__init__(message, reason=reason, hint=hint)
        self.sqlstate = sqlstate
        self.position = position


def connection_error(
    error: BaseException, *, server: str = "Supabase", setting: str = "DATABASE_URL"
) -> ConnectionFailedError:
    """Word a failed or broken connection as the specification asks."""
    reason = redact.redact(" ".join(str(error).split()))
    lowered = reason.lower()
    if "timeout" in lowered or "timed out" in lowered:
        return ConnectionFailedError(f"{server} connection timeout. Retry in a few minutes", reason=reason)
    hints = {
        "password authentication failed": "The password is wrong: copy the connection string from the dashboard again.",
        "no password supplied": f"Set the password in {setting}, PGPASSWORD or ~/.pgpass.",
        "could not translate host": "The host name does not resolve: check its spelling and your network.",
        "name or service not known": "The host name does not resolve: check its spelling and your network.",
        "connection refused": "Nothing is listening there: check host and port, and whether the project is paused.",
        "does not support ssl": "The server does not support TLS: enable it, or tunnel to it from a loopback address.",
        "certificate": "The server's certificate does not match sslmode/sslrootcert in the URL.",
        "does not exist": "Check the database and role names in the URL.",
    }
    hint = next((text for part, text in hints.items() if part in lowered), "")
    return ConnectionFailedError(f"Cannot connect to {server}. Check {setting}", reason=reason, hint=hint)


def statement_error(error: psycopg.Error) -> SupasyncError:
    """Translate what PostgreSQL said about a statement."""
    diagnostics = error.diag
    if isinstance(error, psycopg.ProgrammingError) and "COPY cannot be used" in str(error):
        return StatementError(
            "COPY cannot be used here: nobody is there to send its rows, or to take them",
            hint="Use INSERT.",
            sqlstate=NOT_SUPPORTED,
        )
    if diagnostics.sqlstate is None or isinstance(error, errors.AdminShutdown | errors.CrashShutdown):
        return ConnectionFailedError(
            "The connection to the database was lost",
            reason=redact.redact(" ".join(str(error).split())),
            hint="Run the command again; it first finds out what happened.",
        )
    position = diagnostics.statement_position or ""
    return StatementError(
        redact.redact(_cut(diagnostics.message_primary or str(error))),
        reason=redact.redact(_cut(diagnostics.message_detail or "")),
        hint=redact.redact(_cut(diagnostics.message_hint or "")),
        sqlstate=diagnostics.sqlstate,
        position=int(position) if position.isascii() and position.isdecimal() else 0,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]} ..."
