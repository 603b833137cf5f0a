"""Every child process starts here (plumbum), in a group of its own, with a time limit.

Children get exactly the environment they are handed, never this process's: what is secret in
the environment of supasync stays there.
"""

from __future__ import annotations

import os
import platform
import pwd
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supasync.errors import SupasyncError
from supasync.redact import redact

# plumbum looks at platform.uname() as soon as it is imported, and Python then runs `uname -p` to name the processor:
# a child with all of our environment, a password in it included. What is known already is not asked for.
vars(platform.uname()).setdefault("processor", "")

from plumbum import CommandNotFound  # noqa: E402
from plumbum.machines.local import LocalMachine  # noqa: E402

# What a program needs to find itself and speak the user's language; nothing else is passed on.
_PASSED_ON = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "SYSTEMROOT",
    "GOPATH", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GOROOT", "GOTOOLCHAIN",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
)  # fmt: skip


def whole_paths(search_path: str) -> str:
    """Return a PATH without its relative entries: what they find depends on where one is, in a repository say."""
    return os.pathsep.join(place for place in search_path.split(os.pathsep) if Path(place).is_absolute())


def find_on_path(name: str, search_path: str | None = None) -> Path | None:
    """Find a program by its name in the PATH's whole entries, or by its path; None where there is none."""
    found = shutil.which(name, path=whole_paths(os.environ.get("PATH", "") if search_path is None else search_path))
    return Path(found) if found else None


def plain_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment that any child may see, with `extra` on top."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if "PATH" in kept:
        kept["PATH"] = whole_paths(kept["PATH"])
    return {**kept, **(extra or {})}


@dataclass(frozen=True)
class Completed:
    """How a child ended: exit code (negative: the signal) and its redacted output."""

    code: int
    stdout: str
    stderr: str


class ToolMissingError(SupasyncError):
    """The program to run is not there."""


class ToolTimeoutError(SupasyncError):
    """The program took longer than it may; its whole process group was killed."""


_running: set[int] = set()
# Reentrant: a signal may arrive while the main thread itself holds it.
_running_lock = threading.RLock()
_interruptions = 0
_starting = False  # whether the main thread is between the birth of a child and its registration


def kill_all() -> None:
    """Kill the process groups of all children still running: an interrupted supasync leaves none."""
    with _running_lock:
        groups = tuple(_running)
    for group in groups:
        _kill_group(group)


def interrupt() -> None:
    """Stop all children and raise KeyboardInterrupt; for a signal handler, so called in the main thread.

    While the main thread starts a child, the exception waits until that child is known and killed too.
    """
    global _interruptions
    _interruptions += 1
    kill_all()
    if not _starting:
        raise KeyboardInterrupt


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself between our look and our kill


def run(
    program: Path,
    *arguments: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    text_in: str = "",
    keep_open: tuple[int, ...] = (),
    exact: bool = False,
) -> Completed:
    """Run `program` to its end.

    `timeout` is in seconds. It runs in `cwd`, or in no project's folder: there, a file that a tool looks for in the
    folder where it was started (bunfig.toml) would be the repository's. `environment` comes on top of
    `plain_environment`. `user` is the operating-system account to run as (root only). `keep_open` are file
    descriptors that the child holds too. With `exact`, stdout is returned as it came, because it is to be parsed or
    run. A non-zero exit is the caller's to judge.

    Raises ToolMissingError and ToolTimeoutError.
    """
    process = _start_registered(program, arguments, environment, cwd or Path("/"), user, keep_open)
    try:
        out, err = process.communicate(text_in.encode(), timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise ToolTimeoutError(
            f"{program.name} {' '.join(arguments[:2])} did not finish within {timeout:g} s and was stopped",
            hint="Check the connection and the load on the database, then run the command again.",
        ) from error
    finally:
        if process.returncode is None:
            _kill_group(process.pid)
            process.communicate()
        with _running_lock:
            _running.discard(process.pid)
    stdout, stderr = out.decode(errors="replace"), redact(err.decode(errors="replace"))
    return Completed(process.returncode, stdout if exact else redact(stdout), stderr)


def run_visibly(
    program: Path,
    *arguments: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Run `program` on this process's own terminal; return its exit code. `timeout` is in seconds.

    Raises ToolMissingError and ToolTimeoutError. Used for supasync's own commands, which redact themselves.
    """
    process = _start_registered(program, arguments, environment, cwd, None, visible=True)
    try:
        return int(process.wait(timeout))
    except subprocess.TimeoutExpired:
        raise ToolTimeoutError(f"{program.name} did not finish within {timeout:g} s and was stopped") from None
    finally:
        if process.returncode is None:
            _kill_group(process.pid)
            process.wait()
        with _running_lock:
            _running.discard(process.pid)


def _start_registered(
    program: Path,
    arguments: tuple[str, ...],
    environment: Mapping[str, str] | None,
    cwd: Path | None,
    user: str | None,
    keep_open: tuple[int, ...] = (),
    *,
    visible: bool = False,
) -> Any:
    # Under the lock: an interrupt between start and registration would leave the child running.
    with _running_lock:
        process = _start(program, arguments, environment, cwd, user, keep_open, visible=visible)
        _running.add(process.pid)
    return process


def _start(
    program: Path,
    arguments: tuple[str, ...],
    environment: Mapping[str, str] | None,
    cwd: Path | None,
    user: str | None,
    keep_open: tuple[int, ...],
    *,
    visible: bool,
) -> Any:
    machine = LocalMachine()
    streams = {"stdin": None, "stdout": None, "stderr": None} if visible else {}
    machine.env.clear()
    try:
        return machine[str(program)].popen(
            list(arguments),
            cwd=str(cwd) if cwd else None,
            env=plain_environment(environment),
            new_session=not visible,
            pass_fds=keep_open,
            **streams,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    except (CommandNotFound, FileNotFoundError, PermissionError) as error:
        raise ToolMissingError(
            f"Cannot run {program}", reason=str(getattr(error, "strerror", "") or "not found")
        ) from None
