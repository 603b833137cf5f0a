"""What supasync knows of the databases that it made on a shadow server.

It is kept outside of the server, which a file that became its superuser could not reach: a database counts as what
it is only while its content is what was found when it was made.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Record:
    """One database: the digest of its content, that of the server's roles then, and what was said about it.

    `oid` is the server's number of it: a name may change. `known` are the names of those roles; `used` is when it was
    last of use, in seconds since 1970.
    """

    content: str = ""
    oid: int = 0
    roles: str = ""
    known: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    used: float = 0.0


class Records:
    """The records of one server by database, in a file, or without one for as long as this object lives.

    For use by several threads of the one process that holds the server.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[str, Record] = _read(path) if path else {}
        self._changing = threading.Lock()

    def get(self, name: str) -> Record | None:
        """Return the record of a database, None where supasync did not make it."""
        return self._found.get(name)

    def put(self, name: str, record: Record) -> None:
        """Keep the record of a database, as used now."""
        with self._changing:
            self._found[name] = replace(record, used=time.time())
            self._write()

    def forget(self, name: str) -> None:
        """Drop the record of a database."""
        with self._changing:
            if self._found.pop(name, None):
                self._write()

    def clear(self) -> None:
        """Forget all databases."""
        with self._changing:
            self._found.clear()
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        text = json.dumps({name: asdict(record) for name, record in self._found.items()})
        temporary = self._path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._path)


def _read(path: Path) -> dict[str, Record]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: Record(**{**entry, "known": tuple(entry["known"])}) for name, entry in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # then nothing is known, and the server begins anew
