"""A private PostgreSQL server: made, started and stopped by supasync, on loopback only.

Its data directory survives between runs, so that what was loaded once need not be loaded again.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import socket
import sys
import time
from pathlib import Path

from supasync import redact
from supasync.adapters import process
from supasync.adapters.postgres import ConnectionFailedError, Session, connect, dsn_of
from supasync.adapters.shadow.home import Account, server_account
from supasync.adapters.shadow.slots import Slot, running_server, stop_server, take_slot
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError

HOST = "127.0.0.1"
BOOTSTRAP = "supabase_admin"
_START_WAIT = 30.0  # seconds
_POLL = 0.004  # seconds
_PORT_ATTEMPTS = 5
_SETTINGS = f"""
listen_addresses = '{HOST}'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
wal_level = logical
max_wal_senders = 2
max_replication_slots = 4
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
# A role with CREATEROLE could up to PostgreSQL 15 grant itself these, and so reach files and
# programs of this machine from a schema file. Without them there is nothing to grant.
_LOCK_DOWN = """
set allow_system_table_mods = on;
delete from pg_catalog.pg_authid
where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program');
"""


class ShadowServerError(SupasyncError):
    """The private server could not be made or started."""


class Cluster:
    """A running private server. Leave it as a context manager, or call `stop`."""

    def __init__(self, bin_dir: Path, slot: Slot, account: Account) -> None:
        self.directory = slot.home
        self.port = 0
        self._bin_dir = bin_dir
        self._slot = slot
        self._account = account
        self._password = ""

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def endpoint(self, dbname: str, user: str = BOOTSTRAP, password: str | None = None) -> Endpoint:
        """Return where `dbname` is, by default for the bootstrap role."""
        return Endpoint(HOST, self.port, dbname, user, self._password if password is None else password)

    def session(self, dbname: str = "postgres") -> Session:
        """Open a session as the bootstrap role, a superuser."""
        return connect(
            dsn_of(self.endpoint(dbname)), purpose="shadow", server="the shadow", setting="the shadow server"
        )

    def remake(self) -> None:
        """Begin again with an empty server. Raises ShadowServerError."""
        stop_server(self._slot.data)
        shutil.rmtree(self._slot.home, ignore_errors=True)
        self.start()

    def stop(self) -> None:
        """Stop the server and free its slot; harmless when done already."""
        atexit.unregister(self.stop)
        stop_server(self._slot.data)
        self._slot.release()

    def leave(self) -> None:
        """Let the server run on after this process; whoever takes the slot next stops it."""
        atexit.unregister(self.stop)
        self._slot.release()

    def start(self) -> None:
        """Start the server, making or remaking its data directory as needed. Raises ShadowServerError."""
        atexit.register(self.stop)
        try:
            if self._usable() and self._run() and self._answers():
                return
            stop_server(self._slot.data)
            self._make()
            if self._run() and self._answers():
                with self.session() as session:
                    session.script(_LOCK_DOWN)
                (self._slot.home / "boot").write_text(boot_identity(), encoding="utf-8")
                return
            raise ShadowServerError("Cannot start the shadow server", reason=self._log_tail(), hint=self._hint())
        except BaseException:
            self.stop()
            raise

    def _usable(self) -> bool:
        # Written without fsync, the data may be silently damaged after a crash of the machine.
        try:
            self._password = (self._slot.home / "password").read_text(encoding="utf-8")
            same_boot = (self._slot.home / "boot").read_text(encoding="utf-8") == boot_identity()
        except OSError:
            return False
        redact.register(self._password)
        return same_boot and (self._slot.data / "PG_VERSION").is_file()

    def _make(self) -> None:
        home = self._slot.home
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        self._password = secrets.token_urlsafe(24)
        redact.register(self._password)
        password_file = home / "password"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, self._password.encode())
        os.close(descriptor)
        if self._account.name:
            os.chown(home, self._account.uid, self._account.gid)
            os.chown(password_file, self._account.uid, self._account.gid)
        arguments = ["-D", str(self._slot.data), "-U", BOOTSTRAP, "-A", "scram-sha-256", f"--pwfile={password_file}"]
        arguments += ["-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=4"]
        completed = self._program("initdb", *arguments, timeout=120)
        if completed.code != 0:
            reason = " ".join(completed.stderr.split()) or f"initdb failed with exit code {completed.code}"
            raise ShadowServerError("Cannot create the shadow server", reason=reason, hint=self._hint())
        with (self._slot.data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(_SETTINGS)
            if int((self._slot.data / "PG_VERSION").read_text()) >= 17:
                configuration.write(_SETTINGS_17)

    def _run(self) -> bool:
        for _ in range(_PORT_ATTEMPTS):
            self.port = free_port()
            self._slot.log.unlink(missing_ok=True)
            files = ("-D", str(self._slot.data), "-l", str(self._slot.log))
            completed = self._program("pg_ctl", *files, "-W", "-s", "-o", f"-p {self.port}", "start", timeout=30)
            if completed.code == 0 and self._ready():
                return True
            stop_server(self._slot.data)
            if "bind" not in self._log_tail():
                return False
        return False

    def _ready(self) -> bool:
        started = time.monotonic()
        while time.monotonic() - started < _START_WAIT:
            try:
                lines = (self._slot.data / "postmaster.pid").read_text().split("\n")
            except OSError:
                lines = []
            if len(lines) > 7 and lines[7].strip() == "ready" and lines[3].strip() == str(self.port):
                return True
            gone = not lines and time.monotonic() - started > _START_WAIT / 3
            if gone or (_failed(self._log_tail()) and running_server(self._slot.data) is None):
                return False
            time.sleep(_POLL)
        return False

    def _answers(self) -> bool:
        try:
            with self.session() as session:
                return bool(session.value("select count(*) > 0 from pg_catalog.pg_database"))
        except SupasyncError as error:
            if isinstance(error, ConnectionFailedError):
                return False
            raise

    def _program(self, name: str, *arguments: str, timeout: float) -> process.Completed:
        environment = {"LC_ALL": "C", "TZ": "UTC", "HOME": str(self._slot.home)}
        program = self._bin_dir / name
        return process.run(
            program, *arguments, timeout=timeout, environment=environment, cwd=Path("/"), user=self._account.name
        )

    def _log_tail(self) -> str:
        try:
            text = self._slot.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return redact.redact(" ".join(text[-500:].split()))

    def _hint(self) -> str:
        account = f" as account {self._account.name}" if self._account.name else ""
        return (
            f"The server programs are in {self._bin_dir} and ran{account}; the server's files are in {self._slot.home}."
        )


def open_cluster(bin_dir: Path, cache_dir: Path, key: str) -> Cluster:
    """Start the private server of `key`, or another one like it when somebody else is using it.

    `key` names what the cluster is for (letters, digits, hyphens). Raises ShadowServerError.
    """
    account = server_account()
    cluster = Cluster(bin_dir, take_slot(cache_dir, key), account)
    cluster.start()
    return cluster


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _failed(log: str) -> bool:
    return "FATAL" in log or "PANIC" in log


def boot_identity() -> str:
    """Return what changes when the machine is started anew."""
    linux = Path("/proc/sys/kernel/random/boot_id")
    if linux.is_file():
        return linux.read_text().strip()
    if sys.platform == "darwin":
        return process.run(Path("/usr/sbin/sysctl"), "-n", "kern.bootsessionuuid", timeout=10).stdout.strip()
    return ""
