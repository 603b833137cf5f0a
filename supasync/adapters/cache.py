"""Results kept between runs: JSON files named by a digest of everything they depend on."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

_KEPT = 50  # files; a result of 1,000 tables is about 300 kB


class FileCache:
    """A folder of results, the oldest dropped beyond 50. Losing it costs time, nothing else."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

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


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # another command has just dropped it
