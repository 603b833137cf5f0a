"""Where the shadow's files live and which account its servers run as."""

from __future__ import annotations

import errno
import os
import pwd
import re
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from supasync.errors import UsageError

# PostgreSQL refuses root, and another account reaches neither root's home nor a private checkout.
_ROOT_CACHE = Path("/var/cache/supasync")
# `initdb` hands paths to a shell, and a list of folders has commas.
_UNFIT = re.compile(r"[\"'`$\\,\x00-\x1f\x7f]")
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
    if _UNFIT.search(str(path)):
        raise UsageError(
            f"Cannot use the cache directory {path}",
            reason="Its path has a quote, a dollar sign, a backslash, a comma or a control character.",
            hint="Set SUPASYNC_CACHE_DIR to a plain path.",
        )
    try:
        make_directory(path, 0o755 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise UsageError(
            f"Cannot use the cache directory {path}",
            reason=error.strerror or str(error),
            hint="Set SUPASYNC_CACHE_DIR to a writable directory.",
        ) from None
    found = path.stat()
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & stat.S_IWOTH:
        raise UsageError(
            f"Cannot use the cache directory {path}",
            reason="Others can write in it, and supasync runs programs from there.",
            hint="Set SUPASYNC_CACHE_DIR to a directory of your own.",
        )
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


def read_plain(path: Path) -> str:
    """Return the first 4 KB of a file that the server may have replaced: by a pipe that never ends, by a link.

    Raises OSError for anything but a plain file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file", str(path))
        return os.read(descriptor, 4096).decode(errors="replace")
    finally:
        os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Remove a folder and all that is in it, whatever rights it has taken away; harmless when it is gone.

    It is out of the way at once. What cannot be removed, because it is nested too deeply, say, is left aside.
    """
    if path.is_symlink() or not path.is_dir():
        return
    aside = path.with_name(f".{path.name}-{os.urandom(4).hex()}.gone")
    with suppress(OSError, RecursionError):
        path.rename(aside)
        shutil.rmtree(aside, onerror=_try_harder)


def _try_harder(_: object, path: str, __: object) -> None:
    with suppress(OSError):
        for place in (Path(path).parent, Path(path)):
            if not place.is_symlink() and place.is_dir():
                place.chmod(0o700)
        if Path(path).is_dir() and not Path(path).is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            Path(path).unlink()


def _unreachable(path: Path) -> Path | None:
    account = server_account()
    for part in (path, *path.parents):
        status = part.stat()
        shift = 6 if status.st_uid == account.uid else 3 if status.st_gid == account.gid else 0
        if not status.st_mode >> shift & 1:
            return part
    return None
