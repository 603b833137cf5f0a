"""What the shadow's server may reach on this machine: its own programs and files, and nothing else.

A schema file is code. Should it ever become the server's superuser, it still runs no program, opens no file of the
person's, and speaks to nobody (docs/safety.md).
"""

from __future__ import annotations

import base64
import json
import os
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from supasync.adapters import process
from supasync.adapters.shadow import launcher
from supasync.adapters.shadow.call_filter import filter_for
from supasync.adapters.shadow.home import Account
from supasync.adapters.shadow.slots import warden_of
from supasync.errors import SupasyncError

_SANDBOX_EXEC = Path("/usr/bin/sandbox-exec")
# Libraries, time zones, and what the C library reads when a program starts.
_READ = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/nix/store", "/gnu/store",
    "/usr/share/postgresql", "/usr/share/pgsql", "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/icu",
    "/etc/localtime", "/etc/ld.so.cache", "/dev/urandom",
)  # fmt: skip
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "OPENSSL_CONF": os.devnull}
_START_TIMEOUT = 30  # seconds for the launcher, which ends as soon as the server's process is there
_TRUNCATES_SINCE = 3  # Landlock's ABI that governs truncate(2)
_PT_INTERP = 3  # elf.h
_ELF_HEADER, _ELF_ENTRY = "<32xQ14xHH", "<IIQQQQQQ"


@dataclass(frozen=True)
class Confinement:
    """By which means the kernel holds the server: Landlock's ABI (0: none), a call filter, macOS' sandbox."""

    abi: int
    filters: bool
    sandbox: bool

    @property
    def holds(self) -> bool:
        """Whether a superuser of the shadow reaches no program, no file of the person's, and nobody else."""
        return (self.abi > 0 and self.filters) or self.sandbox

    def describe(self) -> str:
        """Return what `doctor` says: by what it is confined, or why it is not."""
        if self.sandbox:
            return "confined (sandbox-exec)"
        if self.abi and not self.filters:
            return f"not confined: supasync knows no filter of system calls for {platform.machine()}"
        if not self.abi:
            why = "this kernel has no Landlock (Linux 5.13 or later, with `landlock` among its security modules)"
            return f"not confined: {why if sys.platform == 'linux' else 'this system has no means for it'}"
        gap = "" if self.abi >= launcher.FULL_SINCE else "; not signals to other processes"
        return f"confined (Landlock ABI {self.abi}{gap})"


UNCONFINED = Confinement(0, filters=False, sandbox=False)


@dataclass(frozen=True)
class ServerFiles:
    """Where one server's files are: its programs, all folders of their installation, data, local socket, log."""

    bin_dir: Path
    programs: tuple[Path, ...]
    data: Path
    sockets: Path
    log: Path


@cache
def confinement() -> Confinement:
    """Return what this machine offers."""
    linux = sys.platform == "linux"
    return Confinement(
        launcher.landlock_abi(),
        linux and bool(filter_for(platform.machine())),
        sys.platform == "darwin" and _SANDBOX_EXEC.is_file(),
    )


def start_server(files: ServerFiles, options: Mapping[str, str], account: Account, by: Confinement) -> None:
    """Start `postgres` as a process of its own, confined `by` what the machine has; do not wait until it answers.

    `options` are settings of the server. Raises SupasyncError.
    """
    told = description(files, options, account, by)
    done = process.run(
        Path(sys.executable), "-I", "-S", str(Path(launcher.__file__)), json.dumps(told), timeout=_START_TIMEOUT
    )
    if done.code != 0:
        raise SupasyncError("Cannot start the shadow server", reason=done.stderr.strip())


def description(files: ServerFiles, options: Mapping[str, str], account: Account, by: Confinement) -> dict[str, Any]:
    """Return what the launcher is told (launcher.py)."""
    program = files.bin_dir / "postgres"
    command = [str(program), "-D", str(files.data), *(f"--{name}={value}" for name, value in options.items())]
    if by.sandbox:
        command = [str(_SANDBOX_EXEC), "-p", sandbox_profile(files), *command]
    return {
        "program": command,
        "environment": _ENVIRONMENT,
        "account": [account.uid, account.gid] if account.name else None,
        "log": str(files.log),
        "warden": str(warden_of(files.data)) if by.abi >= launcher.FULL_SINCE else "",
        "abi": by.abi,
        "filter": base64.b64encode(_filter(by)).decode() if by.filters else "",
        "read": [*_READ, *map(str, files.programs)],
        "write": [str(files.data), os.devnull],
        "bind": [str(files.sockets)],
        "execute": [str(program), *loader_of(program)],
    }


def _filter(by: Confinement) -> bytes:
    return filter_for(platform.machine(), truncates=by.abi >= _TRUNCATES_SINCE)


def sandbox_profile(files: ServerFiles) -> str:
    """Return the profile for macOS' sandbox-exec."""
    data, sockets = (_quoted(path.resolve()) for path in (files.data, files.sockets))
    program = _quoted((files.bin_dir / "postgres").resolve())
    programs = " ".join(f"(subpath {_quoted(path.resolve())})" for path in files.programs)
    written = f'(subpath {data}) (subpath {sockets}) (literal {_quoted(files.log.resolve())}) (literal "/dev/null")'
    return (
        "(version 1)\n(allow default)\n"
        "(deny process-exec*)\n"
        f"(allow process-exec* (literal {program}))\n"
        "(deny network*)\n"
        f"(allow network-bind network-inbound (subpath {sockets}))\n"
        "(deny signal)\n(allow signal (target same-sandbox))\n"
        "(deny file-write*)\n"
        f"(allow file-write* {written})\n"
        '(deny file-read* (subpath "/Users") (subpath "/Volumes") (subpath "/private"))\n'
        f"(allow file-read* {programs} {written}\n"
        '  (literal "/private/etc/localtime") (subpath "/private/var/db/timezone"))\n'
        "(allow file-read-metadata)\n"
    )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def loader_of(program: Path) -> tuple[str, ...]:
    """Return the dynamic loader that an ELF program names, which the kernel runs first."""
    try:
        with program.open("rb") as stream:
            head = stream.read(64)
            if head[:5] != b"\x7fELF\x02":
                return ()
            offset, size, count = struct.unpack_from(_ELF_HEADER, head)
            stream.seek(offset)
            table = stream.read(size * count)
            for at in range(0, size * count, size):
                kind, _, start, _, _, length, _, _ = struct.unpack_from(_ELF_ENTRY, table, at)
                if kind == _PT_INTERP:
                    stream.seek(start)
                    named = stream.read(length).rstrip(b"\0").decode()
                    return (str(Path(named).resolve()),)
    except (OSError, struct.error, UnicodeDecodeError):
        return ()  # then the kernel refuses to start it, and the log says so
    return ()
