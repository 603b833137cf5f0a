"""Private folders for calls of the CLI. They hold a password file, so none may outlive its call."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "cli-"
_UNLOCKED = 5  # seconds within which the maker of a folder may not have locked it yet


@contextmanager
def call_folder(directory: Path) -> Iterator[tuple[Path, int]]:
    """Make a folder in `directory` for one call; give its path, and a descriptor for the child to hold open.

    The descriptor is a lock on the folder: it is in use as long as supasync or the child lives. Folders
    that nobody uses, because a kill -9 or a power cut ended their call, are removed first.
    """
    _sweep(directory)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=directory) as made:
        lock = os.open(made, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(made), lock
        finally:
            os.close(lock)


def _sweep(directory: Path) -> None:
    for left in directory.glob(f"{_PREFIX}*"):
        try:
            if time.time() - left.stat().st_mtime < _UNLOCKED:
                continue
            lock = os.open(left, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue  # its own call has just removed it
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            continue  # in use
        finally:
            os.close(lock)
