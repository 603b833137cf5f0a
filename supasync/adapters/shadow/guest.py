"""A session for statements that somebody else wrote: none runs longer than it may, whatever it sets or catches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from psycopg.sql import Composable

from supasync.adapters.database_errors import ConnectionFailedError, StatementError
from supasync.adapters.postgres import Session
from supasync.errors import SupasyncError

# Seconds after the server's own limit, and after each other: a statement that lifted it is cancelled, one that catches
# that is ended, one that looks at neither (libxml does not) loses its server process, and if even then
# nothing comes the connection is cut.
_CANCEL_AFTER, _END_AFTER, _KILL_AFTER, _CUT_AFTER = 1, 2, 3, 3
_EACH = 0.05  # seconds more for each statement of a text; one takes a millisecond, on a loaded machine ten
_CANCELLED, _ENDED = "57014", "57P01"


class GuestSession:
    """The owner's session with a shadow database. Close it, or use it as a context manager.

    `limit` is the time of one statement, in whole seconds; `end` ends the server process of a number, `kill` does so
    without asking it. What supasync itself asks here is limited too: a file may have put its functions in the way.
    """

    def __init__(self, session: Session, limit: int, end: Callable[[int], None], kill: Callable[[int], None]) -> None:
        self._session = session
        self._limit = limit
        self._end = end
        self._kill = kill

    def __enter__(self) -> GuestSession:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def script(self, text: str, statements: int = 1) -> None:
        """Run a text of a number of statements.

        Raises StatementError, also when it runs too long (SQLSTATE 57014) or ends its session (57P01).
        """
        with self._watched(statements):
            self._session.script(text)

    def limit_on_server(self, scope: str = "") -> None:
        """Let the server itself stop what runs too long; `scope` is "local" for the transaction."""
        self.rows(f"set {scope} statement_timeout = '{self._limit}s'")

    def rows(self, query: str | Composable, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement of supasync's own and return its rows. Raises StatementError."""
        with self._watched():
            return self._session.rows(query, parameters)

    def value(self, query: str, parameters: Sequence[Any] | None = None) -> Any:
        """Return the first column of the first row, or None without rows."""
        with self._watched():
            return self._session.value(query, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does together, or nothing of it. Raises StatementError: triggers may wait till then."""
        transaction = self._session.transaction()
        with self._watched():
            transaction.__enter__()
        try:
            yield
        except BaseException as error:
            with self._watched():
                if not transaction.__exit__(type(error), error, error.__traceback__):
                    raise
        else:
            with self._watched():
                transaction.__exit__(None, None, None)

    @property
    def broken(self) -> bool:
        """Whether the session is known to be unusable."""
        return self._session.broken

    @property
    def reads_otherwise(self) -> str:
        """The setting by which the server reads SQL otherwise than the parser; empty when it does not."""
        return self._session.reads_otherwise

    @contextmanager
    def _watched(self, statements: int = 1) -> Iterator[None]:
        done, stopped = threading.Event(), threading.Event()
        most = self._limit + statements * _EACH
        threading.Thread(target=self._watch, args=(most, done, stopped), daemon=True).start()
        try:
            yield
        except StatementError as error:
            if error.sqlstate != _CANCELLED:
                raise
            raise self._too_long() from None
        except ConnectionFailedError as error:
            if stopped.is_set():
                raise self._too_long() from None
            reason = f"The server said: {error.reason}"
            raise StatementError("It ends its own session", reason=reason, sqlstate=_ENDED) from None
        finally:
            done.set()

    def _watch(self, most: float, done: threading.Event, stopped: threading.Event) -> None:
        if done.wait(most + _CANCEL_AFTER):
            return
        self._session.cancel()
        for pause, end in ((_END_AFTER, self._end), (_KILL_AFTER, self._kill)):
            if done.wait(pause):
                return
            stopped.set()
            # A server that has gone silent answers this neither: the next step does not wait for it.
            with suppress(RuntimeError):  # no thread is to be had where native code has filled the account's processes
                threading.Thread(target=self._try, args=(end,), daemon=True).start()
        if not done.wait(_CUT_AFTER):
            self._session.cut()

    def _try(self, end: Callable[[int], None]) -> None:
        with suppress(SupasyncError):
            end(self._session.backend)

    def _too_long(self) -> StatementError:
        return StatementError(
            f"It ran for {self._limit} s in the shadow and was stopped",
            hint="If it needs longer, set shadow_timeout (seconds).",
            sqlstate=_CANCELLED,
        )
