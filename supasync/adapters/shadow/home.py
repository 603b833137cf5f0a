"""Where the shadow's files live and which account its servers run as."""

from __future__ import annotations

import errno
import os
import pwd
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from supasync.errors import UsageError

# PostgreSQL refuses root, and another account reaches neither root's home nor a private checkout.
_ROOT_CACHE = Path("/var/cache/supasync")
# `initdb` hands paths to a shell, and a list of folders has commas.
_UNFIT = re.compile(r"[\"'`$\\,\x00-\x1f\x7f]")
_PATIENCE = 20.0  # seconds to empty a folder; a data directory takes a tenth of one
_LEFT_ASIDE = 3600  # seconds after which nobody is at work on a folder any more
_DEEPEST = 100  # folders below each other, of which each is open meanwhile
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

    It is out of the way at once; what cannot be removed is left aside. Nothing is reached by its path: a process that
    is still there might put a link in the place of a folder.
    """
    if path.is_symlink() or not path.is_dir():
        return
    aside = path.with_name(f".{path.name}-{os.urandom(4).hex()}.gone")
    with suppress(OSError):
        path.rename(aside)
        _remove_aside(aside)


def remove_left_aside(folder: Path) -> None:
    """Go on with one of the folders that `remove_tree` has left aside an hour ago or longer."""
    for aside in folder.glob(".*.gone"):
        with suppress(OSError):
            if time.time() - aside.lstat().st_mtime > _LEFT_ASIDE:
                _remove_aside(aside)
                return


def _remove_aside(aside: Path) -> None:
    parent = os.open(aside.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _empty(parent, aside.name)
        os.rmdir(aside.name, dir_fd=parent)
    finally:
        os.close(parent)


def _empty(parent: int, name: str) -> None:
    """Empty a folder in an open one. What is deep in it is moved up, and so removed in the next round.

    Somebody may fill it as fast: what is left when the time is over stays.
    """
    deadline = time.monotonic() + _PATIENCE
    top = _open_folder(parent, name)
    try:
        found = _entries(top)
        before: list[str] = []
        while found and found != before and time.monotonic() < deadline:
            for entry in found:
                _remove(top, entry, top, 0, deadline)
            found, before = _entries(top), found
    finally:
        os.close(top)


def _entries(folder: int) -> list[str]:
    return sorted(os.listdir(folder))


def _remove(folder: int, name: str, top: int, depth: int, deadline: float) -> None:
    if time.monotonic() > deadline:
        return
    with suppress(OSError):  # what cannot be removed stays, and so does the folder that it is in
        try:
            os.unlink(name, dir_fd=folder)
            return
        except (IsADirectoryError, PermissionError):
            if depth == _DEEPEST:
                os.rename(name, os.urandom(8).hex(), src_dir_fd=folder, dst_dir_fd=top)
                return
            below = _open_folder(folder, name)
        try:
            for entry in _entries(below):
                _remove(below, entry, top, depth + 1, deadline)
        finally:
            os.close(below)
        os.rmdir(name, dir_fd=folder)


def _open_folder(folder: int, name: str) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        found = os.open(name, flags, dir_fd=folder)
    except PermissionError:
        if os.chmod in os.supports_follow_symlinks:
            os.chmod(name, 0o700, dir_fd=folder, follow_symlinks=False)
        else:
            _make_open(folder, name)
        found = os.open(name, flags, dir_fd=folder)
    os.fchmod(found, 0o700)
    return found


def _make_open(folder: int, name: str) -> None:
    # Linux changes the rights of a path alone, or of what is open; this opens without a right to read.
    handle = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)  # noqa: PTH101  (no path of a file)
    finally:
        os.close(handle)


def _unreachable(path: Path) -> Path | None:
    account = server_account()
    for part in (path, *path.parents):
        status = part.stat()
        shift = 6 if status.st_uid == account.uid else 3 if status.st_gid == account.gid else 0
        if not status.st_mode >> shift & 1:
            return part
    return None
