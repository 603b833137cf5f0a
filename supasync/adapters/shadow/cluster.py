"""A private PostgreSQL server: made, started and stopped by supasync, confined, reached by a local socket alone.

Its data directory survives between runs, so that what was loaded once need not be loaded again.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import stat
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from supasync import redact
from supasync.adapters import process
from supasync.adapters.database_errors import ConnectionFailedError
from supasync.adapters.postgres import Session, dsn_of
from supasync.adapters.shadow.confinement import UNCONFINED, ServerFiles, confinement, start_server
from supasync.adapters.shadow.extensions import NOBODY
from supasync.adapters.shadow.home import Account, read_plain, remove_tree, server_account
from supasync.adapters.shadow.launcher import NOT_CONFINED
from supasync.adapters.shadow.pristine import BOOTSTRAP, begin_data
from supasync.adapters.shadow.private_copy import programs_folders
from supasync.adapters.shadow.slots import Slot, parent_of, running_server, stop_server, take_slot
from supasync.adapters.shadow.superuser import connect_as_superuser
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError

HOST = "127.0.0.1"
_PORT = 5432  # a part of the socket's name
_PORT_ATTEMPTS = 5
_SOCKET_PATH = 100  # bytes of a socket's path: macOS allows 103, Linux 107
_SHORT, _PREFIX = Path("/tmp"), "supasync-"  # where the folder of the socket is when its own path is too long
_START_WAIT = 30.0  # seconds
_POLL = 0.004  # seconds
_LOG_TAIL = 500  # bytes of the server's log that an error repeats
_NOTHING_LOADED = {
    "shared_preload_libraries": "", "session_preload_libraries": "", "local_preload_libraries": "",
    "archive_mode": "off", "logging_collector": "off", "listen_addresses": "",
    "autovacuum": "off", "jit": "off", "max_wal_senders": "0", "max_replication_slots": "0",
    "max_logical_replication_workers": "0", "dynamic_library_path": "$libdir", "primary_conninfo": "",
    "restore_command": "",
    # Or a worker would come before anybody else, whatever autovacuum says.
    "autovacuum_freeze_max_age": "2000000000", "autovacuum_multixact_freeze_max_age": "2000000000",
}  # fmt: skip
# A role with CREATEROLE could up to PostgreSQL 15 grant itself these, and so reach files and
# programs of this machine from a schema file. Without them there is nothing to grant.
_LOCK_DOWN = f"""
set allow_system_table_mods = on;
delete from pg_catalog.pg_authid
where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program');
do $$ begin
  if pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 160000 then
    create role supasync_nobody nologin noinherit;
    update pg_catalog.pg_authid set rolname = '{NOBODY}' where rolname = 'supasync_nobody';
  end if;
end $$;
"""


class ShadowServerError(SupasyncError):
    """The private server could not be made or started."""


class Cluster:
    """A running private server. Leave it as a context manager, or call `stop`.

    One that plays a target `listens` on a TCP port of loopback too, wants passwords there, and is not confined.
    """

    def __init__(self, bin_dir: Path, cache_dir: Path, slot: Slot, account: Account, *, listens: bool = False) -> None:
        self.directory = slot.home
        self.port = _PORT
        self.fresh = False  # whether it was made anew, by this object
        self._listens = listens
        self._bin_dir = bin_dir
        self._cache_dir = cache_dir
        self._slot = slot
        self._account = account
        self._sockets = slot.home / "socket"

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def endpoint(self, dbname: str, user: str = BOOTSTRAP) -> Endpoint:
        """Return where `dbname` is, by default for the bootstrap role."""
        return Endpoint(str(self._sockets), self.port, dbname, user, private=True)

    def session(self, dbname: str = "postgres") -> Session:
        """Open a session as the bootstrap role, a superuser."""
        return connect_as_superuser(dsn_of(self.endpoint(dbname)), self.major)

    @property
    def major(self) -> int:
        """The major version of PostgreSQL."""
        return int(read_plain(self._slot.data / "PG_VERSION"))

    def remake(self) -> None:
        """Begin again with an empty server. Raises ShadowServerError."""
        stop_server(self._slot.data)
        self._clear()
        self.start()

    def stop(self) -> None:
        """Stop the server and free its slot; harmless when done already."""
        atexit.unregister(self.stop)
        stop_server(self._slot.data)
        self._remove_sockets()
        self._slot.release()

    def restart_without(self, backend: int) -> None:
        """Kill one of the server's processes, which would outlive it, and start the server again.

        Nothing but a process of the server is killed, whatever number it has told.
        """
        server = running_server(self._slot.data)
        if server is not None and parent_of(backend) == server:
            os.kill(backend, signal.SIGKILL)
        stop_server(self._slot.data)
        with suppress(OSError, SupasyncError):  # whoever connects next is told
            self._run()

    def leave(self) -> None:
        """Let the server run on after this process; whoever takes the slot next stops it."""
        atexit.unregister(self.stop)
        self._slot.release()

    def start(self) -> None:
        """Start the server, making or remaking its data directory as needed. Raises ShadowServerError."""
        atexit.register(self.stop)
        try:
            if self._starts_again():
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

    def _starts_again(self) -> bool:
        try:
            return self._usable() and self._run() and self._answers()
        except (OSError, ValueError):
            return False  # its files are not what a server leaves: it is made anew

    def _usable(self) -> bool:
        # Written without fsync, the data may be silently damaged after a crash of the machine.
        try:
            same_boot = (self._slot.home / "boot").read_text(encoding="utf-8") == boot_identity()
        except OSError:
            return False
        return same_boot and (self._slot.data / "PG_VERSION").is_file()

    def _make(self) -> None:
        self._clear()
        self.fresh = True
        home = self._slot.home
        home.mkdir(mode=0o700)
        begin_data(self._bin_dir, self._cache_dir, self._slot.data, self._account)
        if self._account.name:
            os.chown(home, os.geteuid(), self._account.gid)
            home.chmod(0o710)  # the server's account passes through, and changes nothing there

    def _clear(self) -> None:
        self._remove_sockets()
        remove_tree(self._slot.home)

    def _run(self) -> bool:
        for _ in range(_PORT_ATTEMPTS if self._listens else 1):
            self.port = free_port() if self._listens else _PORT
            if self._run_once():
                return True
            if "bind" not in self._log_tail():
                return False
        return False

    def _run_once(self) -> bool:
        self._make_sockets()
        self._slot.log.unlink(missing_ok=True)
        self._slot.log.touch(mode=0o600)
        if self._account.name:
            os.chown(self._slot.log, self._account.uid, self._account.gid)
        # With the latter it would begin as a copy of another server, and load what talks to that one.
        for name in ("postmaster.pid", "standby.signal", "recovery.signal"):
            (self._slot.data / name).unlink(missing_ok=True)
        files = ServerFiles(
            self._bin_dir,
            programs_folders(self._bin_dir, self._cache_dir),
            self._slot.data,
            self._sockets,
            self._slot.log,
        )
        # What a superuser has written down for the next start counts less than the command line.
        places = {"unix_socket_directories": str(self._sockets), "data_directory": str(self._slot.data)}
        options = {**places, "port": str(self.port), **_NOTHING_LOADED}
        if self._listens:
            start_server(files, {**options, "listen_addresses": HOST}, self._account, UNCONFINED)
        else:
            start_server(files, options, self._account, confinement())
        if self._ready():
            self._close_sockets()
            if self._has_its_socket():
                return True
        stop_server(self._slot.data)
        return False

    def _make_sockets(self) -> None:
        """Make the folder of the server's socket; elsewhere when its path would be too long for one."""
        self._remove_sockets()
        self._sockets = self._slot.home / "socket"
        if len(os.fsencode(self._sockets / ".s.PGSQL.65535.lock")) > _SOCKET_PATH:
            short = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_SHORT))
            self._sockets.symlink_to(short)
            self._sockets = short
        else:
            self._sockets.mkdir(mode=0o700)
        if self._account.name:
            os.chown(self._sockets, self._account.uid, self._account.gid)

    def _close_sockets(self) -> None:
        """Let nothing more come into the folder of the socket: a link in its place would lead to somebody else's."""
        if self._account.name:
            os.chown(self._sockets, os.geteuid(), os.getegid())
        else:
            self._sockets.chmod(0o500)  # the server cannot change that: its filter of calls only pretends to

    def _has_its_socket(self) -> bool:
        """Look at what stands in the closed folder: a link would lead to whatever the server says, at any time."""
        try:
            found = (self._sockets / f".s.PGSQL.{self.port}").lstat()
        except OSError:
            return False
        return stat.S_ISSOCK(found.st_mode) and found.st_nlink == 1

    def _remove_sockets(self) -> None:
        named = self._slot.home / "socket"
        if not named.is_symlink():
            remove_tree(named)
            return
        short = named.readlink()
        # Whatever stands there by now is removed only if it is what was made there.
        if short.parent == _SHORT and short.name.startswith(_PREFIX) and not short.is_symlink():
            with suppress(OSError):
                if short.stat().st_uid in (self._account.uid, os.geteuid()):
                    remove_tree(short)
        named.unlink()

    def _ready(self) -> bool:
        started = time.monotonic()
        while time.monotonic() - started < _START_WAIT:
            try:
                lines = read_plain(self._slot.data / "postmaster.pid").split("\n")
            except OSError:
                lines = []
            if len(lines) > 7 and lines[7].strip() == "ready":
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

    def _log_tail(self) -> str:
        try:
            with self._slot.log.open("rb") as stream:
                stream.seek(max(stream.seek(0, os.SEEK_END) - _LOG_TAIL, 0))
                text = stream.read(_LOG_TAIL).decode(errors="replace")
        except OSError:
            return ""
        return redact.redact(" ".join(text.split()))

    def _hint(self) -> str:
        if NOT_CONFINED in self._log_tail():
            return (
                "The kernel, or the runtime of this container, refuses Landlock or seccomp although it has them: allow "
                "them, or set shadow to the URL of a throwaway server."
            )
        account = f" as account {self._account.name}" if self._account.name else ""
        return (
            f"The server programs are in {self._bin_dir} and ran{account}; the server's files are in {self._slot.home}."
        )


def open_cluster(bin_dir: Path, cache_dir: Path, key: str, *, listens: bool = False) -> Cluster:
    """Start the private server of `key`, or another one like it when somebody else is using it.

    `key` names what the cluster is for (letters, digits, hyphens). Raises ShadowServerError.
    """
    account = server_account()
    cluster = Cluster(bin_dir, cache_dir, take_slot(cache_dir, key), account, listens=listens)
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
