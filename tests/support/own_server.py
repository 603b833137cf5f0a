"""A target server of one test module: TLS with a certificate authority of its own, or a local socket, or both."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from supasync.adapters.process import run
from supasync.adapters.shadow.cluster import HOST, Cluster
from supasync.adapters.shadow.home import Account, server_account
from supasync.adapters.shadow.pristine import BOOTSTRAP
from supasync.adapters.shadow.slots import Slot, stop_server
from supasync.core.endpoint import Endpoint
from tests.support.canary import CANARY
from tests.support.targets import bin_dir


@dataclass(frozen=True)
class OwnServer:
    """A running server whose role `postgres` (not a superuser) has the canary password.

    `ca` is the authority that signed its certificate (for localhost and 127.0.0.1), `stranger` one that
    did not; `sockets` is the directory of its local socket. Plaintext over TCP is refused when `tls_only`.
    """

    port: int
    ca: Path
    stranger: Path
    sockets: Path
    admin: Endpoint

    def endpoint(self, *, host: str = HOST, dbname: str = "postgres", **extra: str) -> Endpoint:
        """Return the address for role `postgres`; `extra` are libpq parameters, `sslmode` among them."""
        sslmode = extra.pop("sslmode", "require")
        return Endpoint(host, self.port, dbname, "postgres", CANARY, sslmode, extra)


@contextmanager
def own_server(
    root: Path,
    *,
    tls: bool = True,
    tls_only: bool = False,
    listen: str = HOST,
    names: tuple[str, ...] = ("localhost", HOST),
) -> Iterator[OwnServer]:
    """Make and start a server; stop it and remove its files at the end.

    `listen` may be empty: no TCP. The certificate is for `names`.
    """
    home = root / f"own-{secrets.token_hex(4)}"
    sockets: Path | None = None
    account = server_account()
    programs = bin_dir(root, 17)
    cluster = Cluster(programs, programs.parents[2], Slot(home, -1), account, listens=True)
    try:
        cluster.start()
        atexit.unregister(cluster.stop)
        with cluster.session() as session:
            session.rows("create role postgres login createdb createrole")
            session.script(f"alter role postgres password '{CANARY}'; alter database postgres owner to postgres")
            password = secrets.token_urlsafe(24)
            session.script(f"alter role {BOOTSTRAP} password '{password}'")
        sockets = root / f"s-{secrets.token_hex(3)}"  # a socket's path is at most 107 bytes long
        sockets.mkdir(mode=0o755)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(sockets / "ca.pem")
        trustme.CA().cert_pem.write_to_path(sockets / "stranger.pem")
        if tls:
            _certify(home / "data", authority.issue_cert(*names))
        _configure(home / "data", sockets, tls=tls, tls_only=tls_only, listen=listen)
        for path in (sockets, *(home / "data").glob("server.*")):
            os.chown(path, account.uid, account.gid)
        stop_server(home / "data")
        _start(programs, home, cluster.port, account)
        reached = Endpoint(HOST, cluster.port, "postgres", BOOTSTRAP, password, "prefer")
        yield OwnServer(cluster.port, sockets / "ca.pem", sockets / "stranger.pem", sockets, reached)
    finally:
        stop_server(home / "data")
        shutil.rmtree(home, ignore_errors=True)
        if sockets is not None:
            shutil.rmtree(sockets, ignore_errors=True)


def _start(programs: Path, home: Path, port: int, account: Account) -> None:
    files = ("-D", str(home / "data"), "-l", str(home / "data" / "own.log"))
    done = run(programs / "pg_ctl", *files, "-w", "-s", "-o", f"-p {port}", "start", timeout=60, user=account.name)
    assert done.code == 0, (home / "data" / "own.log").read_text()


def _certify(data: Path, certificate: trustme.LeafCert) -> None:
    certificate.private_key_pem.write_to_path(data / "server.key")
    (data / "server.key").chmod(0o600)
    certificate.cert_chain_pems[0].write_to_path(data / "server.crt")


def _configure(data: Path, sockets: Path, *, tls: bool, tls_only: bool, listen: str) -> None:
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"unix_socket_directories = '{sockets}'\nlisten_addresses = '{listen}'\n")
        settings.write(f"ssl = {'on' if tls else 'off'}\nunix_socket_permissions = 0777\n")
    rules = f"local all all scram-sha-256\n{'hostssl' if tls_only else 'host'} all all all scram-sha-256\n"
    (data / "pg_hba.conf").write_text(rules, encoding="utf-8")
