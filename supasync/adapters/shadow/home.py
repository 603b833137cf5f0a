"""Where the shadow's files live and which account its servers run as."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from supasync.errors import UsageError

# PostgreSQL refuses root, and another account reaches neither root's home nor a private checkout.
_ROOT_CACHE = Path("/var/cache/supasync")
_SERVER_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The operating-system account of the server processes; `name` is None when it is our own."""

    name: str | None
    uid: int
    gid: int


def server_account() -> Account:
    """Return the account that may run PostgreSQL: ourselves, or as root an unprivileged one.

    Raises UsageError when root finds none.
    """
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    for name in _SERVER_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise UsageError(
        "PostgreSQL does not run as root",
        reason=f"None of the accounts {', '.join(_SERVER_ACCOUNTS)} exists to run it.",
        hint="Run supasync as an ordinary user, or create one: useradd --system postgres",
    )


def cache_directory(setting: Path | None = None) -> Path:
    """Return the directory for private copies and clusters, made if needed; `setting` overrides the default.

    Raises UsageError when it cannot be made or, as root, when the server's account cannot reach it.
    """
    if setting is not None:
        path = setting.expanduser().absolute()
    elif os.geteuid() == 0:
        path = _ROOT_CACHE
    else:
        path = Path(platformdirs.user_cache_dir("supasync"))
    try:
        make_directory(path, 0o755 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise UsageError(
            f"Cannot use the cache directory {path}",
            reason=error.strerror or str(error),
            hint="Set SUPASYNC_CACHE_DIR to a writable directory.",
        ) from None
    blocked = _unreachable(path) if os.geteuid() == 0 else None
    if blocked is not None:
        raise UsageError(
            f"Cannot use the cache directory {path}",
            reason=f"As root, the shadow runs under another account, which cannot access {blocked}.",
            hint=f"Unset SUPASYNC_CACHE_DIR to use {_ROOT_CACHE}, or set it to a directory that everybody can access.",
        )
    return path


def make_directory(path: Path, mode: int) -> None:
    """Make `path` with its parents; only directories made here get `mode`, whatever the umask is."""
    if path.is_dir():
        return
    make_directory(path.parent, mode)
    path.mkdir(exist_ok=True)
    path.chmod(mode)


def _unreachable(path: Path) -> Path | None:
    account = server_account()
    for part in (path, *path.parents):
        status = part.stat()
        shift = 6 if status.st_uid == account.uid else 3 if status.st_gid == account.gid else 0
        if not status.st_mode >> shift & 1:
            return part
    return None
