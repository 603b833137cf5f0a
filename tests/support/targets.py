"""Real PostgreSQL servers that play Supabase (or a plain PostgreSQL) in the tests.

One server per major version and kind for the whole run, shared by all workers: the first test that
needs it starts it, the controller stops all of them when the run is over, however it ends.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg import sql

from supasync.adapters.postgres import Session, connect, dsn_of
from supasync.adapters.shadow.cluster import HOST, Cluster
from supasync.adapters.shadow.home import server_account
from supasync.adapters.shadow.install import find_install
from supasync.adapters.shadow.pristine import BOOTSTRAP
from supasync.adapters.shadow.private_copy import private_copy
from supasync.adapters.shadow.slots import Slot, stop_server
from supasync.core.endpoint import Endpoint
from tests.support.canary import CANARY

PROJECT = Path(__file__).resolve().parents[2]
# Extensions that targets have and no shadow.
EXTENSIONS = Path(__file__).parent / "extensions"
ROOT_VARIABLE = "TESTS_OF_SUPASYNC_ROOT"
# The role that projects connect as, a member of postgres: made in each target server (pytest --login-role).
LOGIN_VARIABLE = "TESTS_OF_SUPASYNC_LOGIN"
# The major version of every target for which a test does not name one: 17, or what CI's matrix says.
DEFAULT_MAJOR = int(os.environ.get("SUPASYNC_TEST_POSTGRES", "17"))
_PREFIX = "supasync-tests-"
# Databases are made by copying thousands of small files, which takes a disk twice as long as memory.
_IN_MEMORY = Path("/dev/shm")
# Twice what a run was seen to need.
_BYTES_IN_MEMORY = 4 << 30


@dataclass(frozen=True)
class TargetServer:
    """A running target server: port and the password of its superuser."""

    port: int
    password: str = field(repr=False)

    def admin(self, dbname: str = "postgres") -> Session:
        """Open a superuser's session."""
        return _open(Endpoint(HOST, self.port, dbname, BOOTSTRAP, self.password))

    def create(self, name: str, template: str) -> None:
        """Make a database from a template, owned by `postgres`."""
        with self.admin() as session:
            text = "create database {} template {} owner postgres strategy file_copy"
            session.rows(sql.SQL(text).format(sql.Identifier(name), sql.Identifier(template)))
            if template != "template_plain":
                path = 'alter database {} set search_path to "$user", public, extensions'
                session.rows(sql.SQL(path).format(sql.Identifier(name)))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        with self.admin() as session:
            session.rows(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class TargetDatabase:
    """One database of a target server, for one test. Role `postgres` owns it and is not a superuser."""

    server: TargetServer
    name: str

    @property
    def endpoint(self) -> Endpoint:
        """Where it is, as role `postgres` with the canary password."""
        return Endpoint(HOST, self.server.port, self.name, "postgres", CANARY)

    @property
    def dsn(self) -> str:
        """The URL a user would have, password included and percent-encoded."""
        password = quote(CANARY, safe="")
        login = os.environ.get(LOGIN_VARIABLE, "postgres")
        return f"postgresql://{login}:{password}@{HOST}:{self.server.port}/{self.name}?sslmode=disable"

    def session(self, superuser: bool = False) -> Session:
        """Open a session as `postgres`, or as the server's superuser."""
        return self.server.admin(self.name) if superuser else _open(self.endpoint)

    def sql(self, text: str) -> None:
        """Run a script as `postgres`."""
        with self.session() as session:
            session.script(text)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as `postgres`."""
        with self.session() as session:
            return session.rows(query)


MakeTarget = Callable[..., TargetDatabase]


class Targets:
    """Gives out databases, and takes them back."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._given: list[TargetDatabase] = []
        self._own: list[Path] = []

    def make(
        self,
        schema_sql: str = "",
        *,
        pg: int = DEFAULT_MAJOR,
        platform: bool = True,
        seed_sql: str = "",
        own_server: bool = False,
        ahead: str = "",
        afterwards: str = "",
    ) -> TargetDatabase:
        """Make a target with a schema and rows, both created by role `postgres`.

        `ahead` and `afterwards` are what a superuser does before and after that.

        Roles belong to a whole server: a test that makes some asks for an `own_server`, so that tests
        running at the same time do not see them.
        """
        kind = "platform" if platform else "plain"
        name = f"{kind}-{pg}"
        if own_server:
            name += f"-{secrets.token_hex(4)}"
            self._own.append(self._root / "targets" / name)
        server = running_server(self._root, name, pg, platform)
        target = TargetDatabase(server, f"t_{secrets.token_hex(6)}")
        server.create(target.name, f"template_{kind}")
        self._given.append(target)
        for text, superuser in ((ahead, True), (schema_sql, False), (seed_sql, False), (afterwards, True)):
            if text:
                with target.session(superuser=superuser) as session:
                    session.script(text)
        return target

    def copy(self, target: TargetDatabase) -> TargetDatabase:
        """Make a target that is as another one is now; nobody may be connected to that one."""
        made = TargetDatabase(target.server, f"t_{secrets.token_hex(6)}")
        target.server.create(made.name, target.name)
        self._given.append(made)
        return made

    def close(self) -> None:
        """Drop what was given out."""
        for target in self._given:
            target.server.drop(target.name)
        for home in self._own:
            stop_server(home / "data")
            shutil.rmtree(home, ignore_errors=True)
        self._given, self._own = [], []


def bin_dir(root: Path, major: int) -> Path:
    """Return the run's private copy of PostgreSQL's programs."""
    return private_copy(find_install(PROJECT, None, major), shadow_cache(root))


def _hosted(programs: Path, copy: Path) -> Path:
    """Return a copy of the programs where the database's owner may make any extension, as on a hosted project."""
    home = programs.parent
    if not copy.is_dir():
        shutil.copytree(home, copy, symlinks=True, copy_function=os.link)
        copy.chmod(0o755)
        for control in copy.rglob("*.control"):
            text = control.read_text(encoding="utf-8")
            control.unlink()
            control.write_text(f"{text}\ntrusted = true\n", encoding="utf-8")
            control.chmod(0o644)
            folder = control.parent
        for path in EXTENSIONS.iterdir():
            shutil.copy(path, folder / path.name)
    return copy / programs.relative_to(home)


def shadow_cache(root: Path) -> Path:
    """Return the run's cache directory."""
    path = root / "cache"
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
    return path


def running_server(root: Path, name: str, major: int, platform: bool) -> TargetServer:
    """Return the server `name` of the run, started by whoever comes first."""
    homes = root / "targets"
    homes.mkdir(exist_ok=True)
    homes.chmod(0o755)
    note = homes / f"{name}.json"
    with locked(homes / f"{name}.lock"):
        if not note.is_file():
            with locked(homes / f"programs-{major}.lock"):
                programs = _hosted(bin_dir(root, major), homes / f"programs-{major}")
            server = _start(homes / name, programs, platform, major)
            note.touch(mode=0o600)
            note.write_text(json.dumps({"port": server.port, "password": server.password}), encoding="utf-8")
        told = json.loads(note.read_text(encoding="utf-8"))
    return TargetServer(int(told["port"]), str(told["password"]))


def _start(home: Path, programs: Path, platform: bool, major: int) -> TargetServer:
    cluster = Cluster(programs, home.parent, Slot(home, -1), server_account(), listens=True)
    cluster.start()
    # The server outlives the worker that happened to start it.
    atexit.unregister(cluster.stop)
    with cluster.session() as session:
        if major >= 17:
            session.rows("alter system set event_triggers = on")
            session.rows("select pg_reload_conf()")
        session.rows("create database template_platform" if platform else "create database template_plain")
        if not platform:
            session.rows("create role postgres login createdb createrole")
    if platform:
        with cluster.session("template_platform") as session:
            session.rows("set client_min_messages = error")
            session.script((resources.files("supasync") / "data" / "baseline.sql").read_text(encoding="utf-8"))
    password = secrets.token_urlsafe(24)
    with cluster.session() as session:
        if login := os.environ.get(LOGIN_VARIABLE):
            session.rows(sql.SQL("create role {} login in role postgres").format(sql.Identifier(login)))
            session.rows(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(CANARY)))
        for role, word in (("postgres", CANARY), (BOOTSTRAP, password)):
            session.rows(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), sql.Literal(word)))
    return TargetServer(cluster.port, password)


def make_root() -> Path:
    """Make the directory of this run, after clearing those of runs that were killed."""
    on_disk = Path(tempfile.gettempdir())
    for old in (*on_disk.glob(f"{_PREFIX}*"), *_IN_MEMORY.glob(f"{_PREFIX}*")):
        if old.stat().st_uid == os.geteuid():
            with locked(old / "run.lock", wait=False) as free:
                if free:
                    clear_root(old)
    root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_IN_MEMORY if _memory_is_plenty() else on_disk))
    root.chmod(0o755)
    return root


def _memory_is_plenty() -> bool:
    """Tell whether the run's directory may lie in memory: somebody who sets TMPDIR says otherwise."""
    if "TMPDIR" in os.environ or not _IN_MEMORY.is_dir():
        return False
    room = os.statvfs(_IN_MEMORY)
    programs_run = not room.f_flag & os.ST_NOEXEC
    free_memory = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return programs_run and min(room.f_bavail * room.f_frsize, free_memory) >= _BYTES_IN_MEMORY


def hold_root(root: Path) -> int:
    """Mark the directory as in use until the returned descriptor is closed, or this process ends."""
    descriptor = os.open(root / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def clear_root(root: Path) -> None:
    """Stop every server below the directory and remove it."""
    for data in (*root.glob("targets/*/data"), *root.glob("cache/clusters/*/data")):
        stop_server(data)
    shutil.rmtree(root, ignore_errors=True)


@contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold a lock that all workers share; tell whether it was had."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            had = True
        except BlockingIOError:
            had = False
        yield had
    finally:
        os.close(descriptor)


def _open(endpoint: Endpoint) -> Session:
    return connect(dsn_of(endpoint), purpose="test")
