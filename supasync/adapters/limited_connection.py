"""A connection to PostgreSQL that does not wait for ever."""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from typing import Any

import psycopg

# What psycopg logs of errors that it ignores on the way is told by the error that led there.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that waits `limit` seconds for an answer, then cuts itself off; None: as long as it takes."""

    limit: float | None = None
    fell_silent = False

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """Wait for the server; everything that a connection does passes here."""
        if self.limit is None:
            return super().wait(gen, *arguments, **named)
        timer = threading.Timer(self.limit, self._fall_silent)
        timer.daemon = True
        timer.start()
        try:
            return super().wait(gen, *arguments, **named)
        finally:
            timer.cancel()

    def cut(self) -> None:
        """Break the connection, from another thread: whoever waits for the server's answer waits no longer."""
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.fileno())) as own:
            own.shutdown(socket.SHUT_RDWR)

    def _fall_silent(self) -> None:
        self.fell_silent = True
        self.cut()
