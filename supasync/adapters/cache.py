"""Results kept between runs: JSON files named by a digest of everything they depend on."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parents[1]
_KEPT = 50  # files; a result of 1,000 tables is about 300 kB


class FileCache:
    """A folder of results, the oldest dropped beyond 50. Losing it costs time, nothing else.

    `directory` returns the folder, and is called when it is first needed.
    """

    def __init__(self, directory: Callable[[], Path], package: Path = _PACKAGE) -> None:
        self._find = directory
        self._package = package

    @cached_property
    def _directory(self) -> Path:
        return self._find()

    @cached_property
    def code(self) -> str:
        """A digest of the program's files by name, size and time: reading them would cost more than it saves."""
        return hashlib.sha256(repr(sorted(_files(self._package))).encode()).hexdigest()

    def get(self, digest: str) -> Any:
        """Return what was kept under `digest`, or None; a damaged file counts as none."""
        try:
            return json.loads((self._directory / f"{digest}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def put(self, digest: str, value: Any) -> None:
        """Keep a JSON value under `digest`."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=self._directory)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(value, stream)
        Path(temporary).replace(self._directory / f"{digest}.json")
        for path in sorted(self._directory.iterdir(), key=_modified, reverse=True)[_KEPT:]:
            path.unlink(missing_ok=True)


def digest_of(project_dir: Path) -> str:
    """Return a name for a project's folder: what one project's shadow has answered is shown to no other."""
    return hashlib.sha256(os.fsencode(project_dir.resolve())).hexdigest()[:16]


def _files(folder: Path | str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                about = entry.stat()
                yield entry.path, about.st_size, about.st_mtime_ns


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # another command has just dropped it
