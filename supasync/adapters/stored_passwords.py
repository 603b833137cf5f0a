"""The passwords that libpq would find by itself: known beforehand, they are masked in what a person types."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_FIELD = re.compile(r"(?:\\.|[^:\\])*")
_SERVICE_PASSWORD = re.compile(r"^\s*(?:ssl)?password\s*=(.*)$", re.MULTILINE)
_MOST = 1_000_000  # bytes of such a file that are read


def stored_passwords() -> Iterator[str]:
    """Yield what PGPASSWORD, the password file and the service files say; nothing of a file that cannot be read."""
    yield os.environ.get("PGPASSWORD", "")
    for line in _text(os.environ.get("PGPASSFILE") or "~/.pgpass").splitlines():
        fields = [re.sub(r"\\(.)", r"\1", found[0]) for found in _FIELD.finditer(line) if found[0]]
        yield from fields[4:5] if not line.startswith("#") else ()
    system = Path(os.environ.get("PGSYSCONFDIR") or "/etc/postgresql-common") / "pg_service.conf"
    for path in (os.environ.get("PGSERVICEFILE") or "~/.pg_service.conf", str(system)):
        yield from (found[1].strip() for found in _SERVICE_PASSWORD.finditer(_text(path)))


def _text(name: str) -> str:
    path = Path(name).expanduser()
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(_MOST).decode(errors="replace")
    except (OSError, RuntimeError):
        return ""  # libpq will say so when it needs it
