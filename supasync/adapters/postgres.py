"""Every connection to PostgreSQL (psycopg 3), and the one place where its errors become ours."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import tenacity
from psycopg import conninfo, pq, sql
from psycopg.rows import dict_row

from supasync import redact
from supasync.adapters.database_errors import (
    NOT_SUPPORTED,
    ConnectionFailedError,
    StatementError,
    connection_error,
    statement_error,
)
from supasync.adapters.limited_connection import LimitedConnection
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError

_REQUIRES_AUTH = 160000  # the version of libpq that knows require_auth
_environment = threading.Lock()  # held while libpq may read the environment
_CANCEL_TIMEOUT = 5  # seconds
STRINGS = "standard_conforming_strings"
_SHOWN = 300  # characters of what a driver says of an answer
CONNECT_TIMEOUT = 10  # seconds for one attempt; three attempts stay within the 30 s of one step
# A network that went away without a word is noticed after half a minute, not after two hours. Seconds, ms, count.
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30000}
# libpq takes these into every session: values would print otherwise here than in the CLI's session, which knows
# nothing of them, and rows are recognised by how they print.
_RESHAPING = ("PGTZ", "PGDATESTYLE", "PGGEQO")
# What the server tells of itself where dates and times in definitions print as in the shadow.
_PLAIN = {
    "DateStyle": ("ISO, MDY", "ISO, DMY", "ISO, YMD"),
    "IntervalStyle": ("postgres",),
    "TimeZone": ("UTC", "Etc/UTC"),
}
# What the server tells of itself by which the text of a statement means what the parser takes it for.
_READING = (STRINGS, "client_encoding")
_TRANSIENT = (
    "timeout",
    "timed out",
    "starting up",
    "recovery mode",
    "refused",
    "reset by peer",
    "too many clients",
    "closed the connection",
)


@contextmanager
def _translated(connection: LimitedConnection) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        if connection.fell_silent:
            message = f"The database did not answer for {connection.limit:g} s"
            raise ConnectionFailedError(message, hint="Run the command again.") from None
        raise statement_error(error) from None


@contextmanager
def _understood() -> Iterator[None]:
    """Word what a driver says of an answer that is not what the protocol promises: the server is not what it seems."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        reason = redact.redact(str(error)[:_SHOWN])
        raise ConnectionFailedError("The database gave an answer that cannot be understood", reason=reason) from None


class Session:
    """One connection in autocommit mode. Close it, or use it as a context manager.

    `spells_plainly` tells that definitions print in it, as it was opened, as they do in the shadow.
    """

    def __init__(self, connection: LimitedConnection, *, spells_plainly: bool = True) -> None:
        self._connection = connection
        self.spells_plainly = spells_plainly
        self._backend = connection.info.backend_pid
        self._reading = {name: connection.info.parameter_status(name) for name in _READING}

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session; what was not committed is undone by the server."""
        self._connection.close()

    @property
    def info(self) -> psycopg.ConnectionInfo:
        """What libpq knows of the connection: host, port, user, server version, TLS."""
        return self._connection.info

    @property
    def uses_tls(self) -> bool:
        """Whether the session is encrypted by TLS."""
        return bool(self._connection.pgconn.ssl_in_use)

    def rows(
        self, query: str | sql.Composable, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows. Raises StatementError, ConnectionFailedError."""
        with _understood(), _translated(self._connection):
            cursor = self._connection.execute(_as_query(query), parameters)
            return cursor.fetchall() if cursor.description else []

    def one(self, text: str) -> list[tuple[Any, ...]]:
        """Run a text that must be a single statement (extended protocol) and return its rows.

        Raises StatementError, also for more than one: COMMIT among them would end a transaction that only reads.
        """
        with _understood(), _translated(self._connection):
            return self._connection.execute(text.encode(), binary=True).fetchall()

    def rows_by_name(
        self, query: str | sql.Composable, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a query and return its rows by the names of its columns. Raises StatementError, ConnectionFailedError."""
        with _understood(), _translated(self._connection), self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_as_query(query), parameters).fetchall()

    def value(self, query: str | sql.Composable, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, or None without rows."""
        rows = self.rows(query, parameters)
        return rows[0][0] if rows else None

    def script(self, text: str) -> None:
        """Run a text of any number of statements (simple protocol): one transaction unless it says otherwise.

        Raises StatementError, whose `position` counts from the start of `text`; also where the server would read the
        next text otherwise than the parser does: what it takes for a string could then hold statements.
        """
        with _understood(), _translated(self._connection):
            self._connection.execute(text.encode(), prepare=False)
        if self.reads_otherwise:
            message = f"It changes how the server reads SQL: {self.reads_otherwise}"
            raise StatementError(message, hint="Leave that setting as it is.", sqlstate=NOT_SUPPORTED)

    @property
    def reads_otherwise(self) -> str:
        """The setting by which the server reads SQL otherwise than when the session began; empty when it does not."""
        told = {name: self.info.parameter_status(name) for name in _READING}
        return next((f"{name} is {told[name]}" for name in _READING if told[name] != self._reading[name]), "")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does together, or nothing of it."""
        with _translated(self._connection), self._connection.transaction():
            yield

    @property
    def broken(self) -> bool:
        """Whether the session is known to be unusable; one that was cut since its last use is not known to be."""
        return self._connection.closed or self._connection.broken

    @property
    def backend(self) -> int:
        """The process id of the session's server process; also known when the session is lost."""
        return self._backend

    def cancel(self) -> None:
        """Ask the server to stop what the session runs; for another thread. It may not succeed."""
        try:
            self._connection.cancel_safe(timeout=_CANCEL_TIMEOUT)
        except psycopg.Error:
            return  # what was to be cancelled has ended, or its session has

    def cut(self) -> None:
        """Break the connection, from another thread; whoever waits for an answer gets ConnectionFailedError."""
        self._connection.cut()

    def alive(self) -> bool:
        """Ask the server whether the session still stands."""
        try:
            return not self.broken and self.value("select true") is True
        except SupasyncError:
            return False

    def unlock(self, keys: tuple[int, int]) -> None:
        """Release an advisory lock; a session that broke has released it already."""
        if self.alive():
            self.rows("select pg_advisory_unlock(%s, %s)", keys)

    def on_notice(self, listener: Callable[[str], None]) -> None:
        """Hand the text of every NOTICE and WARNING to `listener`."""
        self._connection.add_notice_handler(
            lambda diagnostic: listener(redact.redact(diagnostic.message_primary or ""))
        )


def _as_query(query: str | sql.Composable) -> Any:
    return query.encode() if isinstance(query, str) else query


def connect(
    dsn: str,
    *,
    purpose: str,
    server: str = "Supabase",
    setting: str = "DATABASE_URL",
    timeout: int = CONNECT_TIMEOUT,
    attempts: int = 3,
    limit: float | None = None,
    **overrides: str,
) -> Session:
    """Open a session.

    `dsn` is a URL or a keyword DSN; `overrides` replace its parameters. `purpose` names the session
    in pg_stat_activity. Failures that may pass are tried `attempts` times with growing pauses. A server that does
    not answer for `limit` seconds, once the session stands, is given up.

    Raises ConnectionFailedError, worded for `server` and `setting`.
    """
    for name in _RESHAPING:
        os.environ.pop(name, None)
    own: dict[str, Any] = {"connect_timeout": timeout, "client_encoding": "UTF8", **_KEEPALIVES}
    try:
        asked = parse_dsn(dsn)
    except ValueError as error:
        raise connection_error(error, server=server, setting=setting) from None
    parameters = {name: value for name, value in own.items() if name not in asked}
    parameters |= {"application_name": f"supasync {purpose}", **overrides}
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_is_transient),
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
    private = asked.get("hostaddr") == ""
    try:
        connection = retrying(_open, dsn, private, autocommit=True, **parameters)
    except psycopg.Error as error:
        raise connection_error(error, server=server, setting=setting) from None
    redact.register(connection.info.password)
    plain = all(connection.info.parameter_status(name) in (None, *told) for name, told in _PLAIN.items())
    connection.limit = limit or timeout
    if not (connection.info.parameter_status("DateStyle") or "").startswith("ISO"):
        with _translated(connection):
            connection.execute("set datestyle to 'ISO'")  # psycopg reads no other; how input is read stays
    connection.prepare_threshold = None
    connection.limit = limit
    return Session(connection, spells_plainly=plain)


def _open(dsn: str, private: bool, **parameters: Any) -> LimitedConnection:
    # libpq takes what is not said from PG* variables: a private server must not be asked for elsewhere by them.
    with _environment:
        kept = {name: os.environ.pop(name) for name in tuple(os.environ) if private and name.startswith("PG")}
        try:
            return LimitedConnection.connect(dsn, **parameters)
        finally:
            os.environ.update(kept)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, psycopg.OperationalError) and any(part in str(error).lower() for part in _TRANSIENT)


def parse_dsn(dsn: str) -> dict[str, str]:
    """Return the parameters of a URL or keyword DSN; raises ValueError without repeating a secret."""
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        redact.register(dsn)
        raise ValueError(redact.redact(str(error))) from None
    for name in ("password", "sslpassword"):
        redact.register(str(parameters.get(name) or ""))
    return {name: str(value) for name, value in parameters.items() if value is not None}


def make_dsn(parameters: Mapping[str, Any]) -> str:
    """Return a keyword DSN of the parameters, quoted by libpq's rules."""
    return conninfo.make_conninfo("", **parameters)


def dsn_of(endpoint: Endpoint) -> str:
    """Return the keyword DSN of an endpoint, password included: never print it."""
    parameters = endpoint.parameters()
    if pq.version() < _REQUIRES_AUTH:
        parameters.pop("require_auth", None)
    return make_dsn(parameters)
