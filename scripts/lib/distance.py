"""A server that is far away: what passes between it and its clients arrives later."""

from __future__ import annotations

import queue
import socket
import threading
import time
from types import TracebackType

_HOST, _CHUNK = "127.0.0.1", 65536


class Distance:
    """Listens on `port` of loopback and passes everything on to a server there, `delay` seconds later each way."""

    def __init__(self, server_port: int, delay: float) -> None:
        self._server_port = server_port
        self._delay = delay
        self._listener = socket.create_server((_HOST, 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Distance:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # it was closed
            server = socket.create_connection((_HOST, self._server_port))
            for one, other in ((client, server), (server, client)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                threading.Thread(target=self._take, args=(one, waiting), daemon=True).start()
                threading.Thread(target=_give, args=(other, waiting), daemon=True).start()

    def _take(self, source: socket.socket, waiting: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"-"
        while data:
            try:
                data = source.recv(_CHUNK)
            except OSError:
                data = b""
            waiting.put((time.monotonic() + self._delay, data))


def _give(sink: socket.socket, waiting: queue.SimpleQueue[tuple[float, bytes]]) -> None:
    while True:
        due, data = waiting.get()
        time.sleep(max(due - time.monotonic(), 0))
        try:
            if not data:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(data)
        except OSError:
            return  # whoever was there has gone
