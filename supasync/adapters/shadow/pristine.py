"""The data directory that a server begins with: made by `initdb` once, copied for each server.

Nobody's file was ever loaded into it, so that servers of different projects may begin with copies of the same one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from supasync.adapters import process
from supasync.adapters.shadow.home import Account, make_directory, remove_tree
from supasync.errors import SupasyncError

BOOTSTRAP = "supabase_admin"
_INITDB_TIMEOUT = 120  # seconds; it takes one, on a loaded machine ten
_LEFT_BEHIND = 3600  # seconds after which nobody is at work any more
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
dynamic_shared_memory_type = mmap
huge_pages = off
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
wal_level = logical
# A slot loads a library by its path, and keeps the log for ever.
max_wal_senders = 0
max_replication_slots = 0
max_logical_replication_workers = 0
max_connections = 50
max_locks_per_transaction = 1024
shared_buffers = 64MB
min_wal_size = 16MB
max_wal_size = 256MB
# Nothing of a schema belongs in a log.
log_min_messages = fatal
log_min_error_statement = panic
timezone = 'UTC'
log_timezone = 'UTC'
"""
# A file's event triggers shall exist, not fire: in the scripts of extensions they would be a superuser's.
_SETTINGS_17 = "event_triggers = off\n"
# Whoever reaches the socket's folder is the account that owns it, and there are no passwords to steal. A shadow does
# not listen on TCP; a server that plays a target does.
_ACCESS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


class PristineError(SupasyncError):
    """`initdb` failed."""


def begin_data(bin_dir: Path, cache_dir: Path, data: Path, account: Account) -> None:
    """Make the data directory of a new server, owned by `account`. Raises PristineError."""
    digest = hashlib.sha256(f"{bin_dir}\0{_SETTINGS}{_SETTINGS_17}{_ACCESS}{account.uid}".encode()).hexdigest()
    pristine = cache_dir / "pristine" / digest[:16]
    if not pristine.is_dir():
        make_directory(pristine.parent, 0o755 if account.name else 0o700)
        _remove_leftovers(pristine.parent)
        _make(bin_dir, pristine, account)
    shutil.copytree(pristine, data, symlinks=True)
    data.chmod(0o700)
    if account.name:
        for path in (data, *data.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _remove_leftovers(folder: Path) -> None:
    """Remove what runs that were killed have left half made."""
    for path in folder.glob("building-*"):
        with suppress(FileNotFoundError):
            if time.time() - path.lstat().st_mtime > _LEFT_BEHIND:
                remove_tree(path)


def _make(bin_dir: Path, pristine: Path, account: Account) -> None:
    building = Path(tempfile.mkdtemp(prefix="building-", dir=pristine.parent))
    try:
        if account.name:
            os.chown(building, account.uid, account.gid)
        data = building / "data"
        arguments = ["-D", str(data), "-U", BOOTSTRAP, "-A", "trust", "-E", "UTF8", "--locale=C"]
        arguments += ["--no-sync", "--no-instructions", "--wal-segsize=4"]
        environment = {"LC_ALL": "C", "TZ": "UTC", "HOME": str(building)}
        program = bin_dir / "initdb"
        completed = process.run(
            program, *arguments, timeout=_INITDB_TIMEOUT, environment=environment, cwd=Path("/"), user=account.name
        )
        if completed.code != 0:
            reason = " ".join(completed.stderr.split()) or f"initdb failed with exit code {completed.code}"
            ran = f" and ran as account {account.name}" if account.name else ""
            hint = f"The server programs are in {bin_dir}{ran}."
            raise PristineError("Cannot create the shadow server", reason=reason, hint=hint)
        # A copy of our own, as root root's: in what the server's account owns, another of its processes might
        # have put a link in the place of a file.
        ready = building.with_name(f"{building.name}-ready")
        shutil.copytree(data, ready, symlinks=True)
        _configure(ready)
        _move(ready, pristine)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(building.with_name(f"{building.name}-ready"), ignore_errors=True)


def _configure(data: Path) -> None:
    with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(_SETTINGS)
        if int((data / "PG_VERSION").read_text()) >= 17:
            configuration.write(_SETTINGS_17)
    (data / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")


def _move(data: Path, pristine: Path) -> None:
    try:
        data.rename(pristine)
    except OSError:
        # A run at the same time was first: its directory is as good.
        if not pristine.is_dir():
            raise
