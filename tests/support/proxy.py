"""A proxy on loopback that plays a bad network: it passes, cuts, stalls, hangs or refuses connections."""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
_CHUNK = 65536  # bytes
_TAIL = 65536  # bytes of the past in which a pattern may begin
_BEAT = 0.05  # seconds until a thread looks whether it shall end
WAIT = 60.0  # seconds after which waiting for an event fails the test


@dataclass
class Link:
    """One client's connection and its other half to the server."""

    client: socket.socket
    server: socket.socket | None = None
    answers: bool = True  # whether the client hears the server
    seen: bytes = b""
    received: int = 0


@dataclass
class Rule:
    """What to do when a client sends `pattern`. `before` keeps the matching bytes from the server."""

    pattern: re.Pattern[bytes]
    act: Callable[[Link], None]
    before: bool
    matched: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Stands between clients and one server. Use it as a context manager; `port` is where it listens."""

    def __init__(self, server_port: int, port: int = 0, *, drops_options: bool = False) -> None:
        self._drops_options = drops_options
        self._server_port = server_port
        self._listener = socket.create_server((HOST, port))
        self.port = int(self._listener.getsockname()[1])
        self._links: list[Link] = []
        self._rules: list[Rule] = []
        self._open = threading.Event()
        self._open.set()
        self._ended = threading.Event()
        self._limit: int | None = None
        self._refusing = False
        self.held = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Proxy:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._open.set()
        for thread in self._threads:
            thread.join(WAIT)
        self.cut()
        self._listener.close()

    def cut(self) -> None:
        """Reset every connection, on both sides."""
        for link in tuple(self._links):
            self._cut(link)

    def refuse(self) -> None:
        """Reset every connection from now on, those that are open too."""
        self._refusing = True
        self.cut()

    def hold_new(self) -> None:
        """Let new connections wait, unanswered, until `allow`; `held` tells when one waits."""
        self.held.clear()
        self._open.clear()

    def allow(self) -> None:
        """Let connections, the waiting ones too, through again."""
        self._refusing = False
        self._open.set()

    def cut_after(self, count: int) -> None:
        """Reset a connection as soon as the server has sent `count` bytes on it."""
        self._limit = count

    def on(self, pattern: bytes, act: Callable[[Link], None], *, before: bool = True) -> Rule:
        """Do something, once, when a client sends text that matches; `before` keeps that text from the server."""
        rule = Rule(re.compile(pattern, re.DOTALL), act, before)
        self._rules.append(rule)
        return rule

    def cut_link(self, link: Link) -> None:
        """Action of a rule: reset the connection."""
        self._cut(link)

    def cut_all(self, _link: Link) -> None:
        """Action of a rule: reset every connection."""
        self.cut()

    def mute(self, link: Link) -> None:
        """Action of a rule: the client hears nothing any more."""
        link.answers = False

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            if select.select([self._listener], [], [], _BEAT)[0]:
                client, _ = self._listener.accept()
                link = Link(client)
                self._links.append(link)
                self._spawn(self._serve, link)

    def _serve(self, link: Link) -> None:
        if not self._open.is_set():
            self.held.set()
            self._open.wait()
        if self._refusing or self._ended.is_set():
            return self._cut(link)
        try:
            link.server = socket.create_connection((HOST, self._server_port))
            self._pump(link, link.server)
        except (OSError, ValueError):
            self._cut(link)  # one of the sides went away, or the test cut it
        return None

    def _pump(self, link: Link, server: socket.socket) -> None:
        while not self._ended.is_set():
            for ready in select.select([link.client, server], [], [], _BEAT)[0]:
                data = ready.recv(_CHUNK)
                if not data:
                    return self._close(link)
                if ready is server:
                    self._answer(link, data)
                else:
                    self._ask(link, server, data)
        return None

    def _ask(self, link: Link, server: socket.socket, data: bytes) -> None:
        if self._drops_options and not link.seen:
            data = _without_options(data)
        link.seen = (link.seen + data)[-_TAIL:]
        found = next((rule for rule in self._rules if rule.pattern.search(link.seen)), None)
        if found is None or not found.before:
            server.sendall(data)
        if found is not None:
            self._rules.remove(found)
            found.act(link)
            found.matched.set()

    def _answer(self, link: Link, data: bytes) -> None:
        link.received += len(data)
        if self._limit is not None and link.received >= self._limit:
            self._cut(link)
        elif link.answers:
            link.client.sendall(data)

    def _close(self, link: Link) -> None:
        for side in (link.client, link.server):
            if side is not None:
                side.close()

    def _cut(self, link: Link) -> None:
        for side in (link.client, link.server):
            if side is not None and side.fileno() >= 0:
                # Closing with a linger of 0 sends a reset instead of a polite goodbye.
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.close()


def _without_options(start: bytes) -> bytes:
    """Return a start packet (length, protocol 3.x, then names and values, each ended by NUL) without `options`."""
    words = start[8:].rstrip(b"\0").split(b"\0")
    pairs = zip(words[::2], words[1::2], strict=True)
    kept = b"".join(b"\0".join(pair) + b"\0" for pair in pairs if pair[0] != b"options") + b"\0"
    return struct.pack("!I", 8 + len(kept)) + start[4:8] + kept
