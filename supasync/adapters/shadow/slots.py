"""Persistent places for clusters: one process at a time in each, guarded by a file lock.

A lock dies with its process, whatever killed it; a server does not. A free lock beside a running
server therefore means a leftover, which the next run stops.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from supasync.adapters import process
from supasync.adapters.shadow.home import make_directory, read_plain, remove_left_aside, remove_tree
from supasync.errors import SupasyncError

MAX_SLOTS = 16
UNUSED_DAYS = 30
_POLL = 0.005  # seconds
_BORN = 19  # of /proc/<pid>/stat after the name: when the process began
_LONGEST_LINE = 1 << 16  # bytes of a command line; a process may say that its own is of any length
_STOP_WAIT = 10.0  # seconds before a server that ignores a request is told more firmly


class Slot:
    """A locked directory for one cluster: `home`, with the data directory and the server log in it."""

    def __init__(self, home: Path, lock: int) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "server.log"
        self._lock = lock

    def release(self) -> None:
        """Give the slot to others. The server must be stopped by then."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def take_slot(cache_dir: Path, key: str) -> Slot:
    """Lock and return the first free slot for `key`, after stopping leftovers in all free slots.

    Raises SupasyncError when all slots are in use.
    """
    root = cache_dir / "clusters"
    make_directory(root, 0o755 if os.geteuid() == 0 else 0o700)
    _sweep(root)
    for number in range(MAX_SLOTS):
        home = root / f"{key}-{number}"
        lock = _try_lock(home.with_suffix(".lock"))
        if lock is not None:
            os.utime(home.with_suffix(".lock"))
            return Slot(home, lock)
    raise SupasyncError(
        "Too many shadow servers are running",
        reason=f"All {MAX_SLOTS} are in use by other supasync processes.",
        hint="Wait for one of them to finish, then run the command again.",
    )


def warden_of(data: Path) -> Path:
    """Return the note on the process that watches over the server of the data directory (launcher.py)."""
    return data.with_name("warden")


def stop_server(data: Path) -> None:
    """Stop the server of the data directory, if one runs: politely, then firmly, with all that it has started.

    Raises SupasyncError where that does not end.
    """
    try:
        _stop_politely(data)
    finally:
        _end_with_warden(data)


def _end_with_warden(data: Path) -> None:
    try:
        pid, born = map(int, read_plain(warden_of(data)).split())
        if _born(pid) != born:
            return
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        return  # there is none, or it has ended with the server
    deadline = time.monotonic() + _STOP_WAIT
    while _born(pid) == born and _alive(pid):
        if time.monotonic() > deadline:
            raise SupasyncError(
                "What the shadow's server has started does not end",
                reason=f"Process {pid}, which is to end it, still runs.",
                hint=f"End process {pid} and its children, then run the command again.",
            )
        time.sleep(_POLL)


def _born(pid: int) -> int | None:
    try:
        return int(_status(pid)[_BORN])
    except (OSError, IndexError, ValueError):
        return None


def _stop_politely(data: Path) -> None:
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        pid = running_server(data)
        if pid is None:
            return
        try:
            with _held(pid) as send:
                if running_server(data) != pid:  # it may have ended before it was held, and its number be another's
                    return
                send(request)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + _STOP_WAIT
        while time.monotonic() < deadline and _alive(pid):
            time.sleep(_POLL)


@contextmanager
def _held(pid: int) -> Iterator[Callable[[signal.Signals], None]]:
    """Hold a process, and give what sends it a signal: to it, and to no other that gets its number later.

    Where the system holds none (macOS, Linux before 5.3), to whoever has the number. Raises ProcessLookupError where
    no process has it.
    """
    try:
        handle = os.pidfd_open(pid)
    except (AttributeError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENOSYS:
            raise ProcessLookupError from None  # it has ended, or is the number of a thread
        yield lambda request: os.kill(pid, request)
        return
    try:
        yield lambda request: signal.pidfd_send_signal(handle, request)
    finally:
        os.close(handle)


def running_server(data: Path) -> int | None:
    """Return the process id of the server of `data`, or None; a reused id of another program is not one."""
    try:
        pid = int(read_plain(data / "postmaster.pid").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    if pid <= 1 or not _alive(pid):
        return None
    words = _command_line(pid)
    return pid if words and Path(words[0]).name == "postgres" and str(data) in words else None


def parent_of(pid: int) -> int | None:
    """Return the process id of a process's parent, None where that cannot be found out."""
    try:
        return int(_status(pid)[1])
    except (OSError, IndexError, ValueError):
        return None


def _status(pid: int) -> list[str]:
    """Return what the kernel says of a process, after its name, which need not be text."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].decode("ascii", "replace").split()


def _alive(pid: int) -> bool:
    try:
        state = _status(pid)[0]
    except (OSError, IndexError):
        if Path("/proc/self/stat").exists():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    return state != "Z"  # the dead whom no parent has collected yet (containers without an init)


def _command_line(pid: int) -> list[str]:
    try:
        with Path(f"/proc/{pid}/cmdline").open("rb", buffering=0) as file:
            return file.read(_LONGEST_LINE).decode(errors="replace").split("\0")
    except OSError:
        if sys.platform == "linux":
            return []
    return process.run(Path("/bin/ps"), "-o", "command=", "-p", str(pid), timeout=10, exact=True).stdout.split()


def _sweep(root: Path) -> None:
    for path in sorted(root.glob("*.lock")):
        with _locked(path) as locked:
            if not locked:
                continue
            home = path.with_suffix("")
            stop_server(home / "data")
            if time.time() - path.stat().st_mtime > UNUSED_DAYS * 86400:
                remove_tree(home)
                path.unlink(missing_ok=True)
    remove_left_aside(root)


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    lock = _try_lock(path)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def _try_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have removed the file between our opening and our locking it.
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    except OSError:
        os.close(descriptor)
        return None
    os.close(descriptor)
    return None
