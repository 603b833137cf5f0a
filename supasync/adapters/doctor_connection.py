"""The connection as `doctor` sees it: address, TLS, role, server, pooler, latency, ledger, lock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from supasync.adapters import ledger
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.install import SUPPORTED_MAJORS
from supasync.adapters.target_address import Address, connect_target, endpoint_of, is_local
from supasync.core.counting import plural
from supasync.core.report import Check
from supasync.errors import SupasyncError

HOSTED_MAJORS = (17, 15)  # what hosted Supabase runs
_ROUND_TRIPS = 5
_POOLER_HOST = ".pooler.supabase.com"
_ROLE = """
    select current_user, rolsuper, has_database_privilege(current_database(), 'CREATE'), current_database()
    from pg_roles where rolname = current_user
"""


class ConnectionProbe:
    """One look at the target. `major` is its server's major version once `checks` ran and had a connection."""

    def __init__(self, address: Callable[[], Address]) -> None:
        self._address = address
        self.major: int | None = None

    def checks(self) -> Iterator[Check]:
        """Yield the checks; without a connection one that failed, with the reason and what to do."""
        try:
            address = self._address()
            session = connect_target(address, purpose="doctor")
        except SupasyncError as error:
            yield _failed("Connection", error)
            return
        with session:
            self.major = session.info.server_version // 10000
            looks: tuple[tuple[str, Callable[[Session, Address], Check]], ...] = (
                ("Connection", _connection),
                ("TLS", _tls),
                ("Role", _role),
                ("Server", _server),
                ("Pooler", _pooler),
                ("Address for the CLI", _for_cli),
                ("Latency", _latency),
                ("Ledger", _ledger),
                ("Lock", _lock),
            )
            for name, look in looks:
                try:
                    found = look(session, address)
                except SupasyncError as error:
                    found = _failed(name, error)
                yield found


def _failed(name: str, error: SupasyncError) -> Check:
    lines = (error.message, error.reason, *error.details)
    return Check(name, False, ". ".join(line.rstrip(".") for line in lines if line), error.hint)


def _connection(session: Session, address: Address) -> Check:
    info = session.info
    return Check("Connection", True, f"{info.host}:{info.port}/{info.dbname}, from {address.source}")


def _tls(session: Session, address: Address) -> Check:
    rows = session.rows("select version, cipher from pg_stat_ssl where pid = pg_backend_pid() and ssl")
    mode = address.parameters["sslmode"]
    if rows:
        return Check("TLS", True, f"{rows[0][0]}, {rows[0][1]}, sslmode {mode}")
    if session.uses_tls:  # ends at a pooler, behind which the server sees another connection
        return Check("TLS", True, f"yes, up to the pooler, sslmode {mode}")
    if is_local(session.info.host):
        return Check("TLS", None, "none (local connection)")
    return Check("TLS", False, "none", "Set sslmode=require in the URL.")


def _role(session: Session, _: Address) -> Check:
    name, superuser, may_create, database = session.rows(_ROLE)[0]
    kind = "superuser" if superuser else "not a superuser"
    if name != session.info.user:
        kind += f", through the login role {session.info.user}"
    if may_create:
        return Check("Role", True, f"{name}, {kind}, can create schemas")
    remedy = (
        f'Connect as the owner of the database, or run as its owner: grant create on database "{database}" to "{name}"'
    )
    return Check("Role", False, f"{name}, {kind}, cannot create the schema supasync", remedy)


def _server(session: Session, _: Address) -> Check:
    major = session.info.server_version // 10000
    version = f"PostgreSQL {session.value('show server_version')}"
    if major in HOSTED_MAJORS:
        return Check("Server", True, f"{version}, supported")
    if major in SUPPORTED_MAJORS:
        return Check("Server", True, f"{version}, supported (hosted Supabase runs 15 and 17)")
    majors = ", ".join(map(str, sorted(SUPPORTED_MAJORS)))
    return Check("Server", False, f"{version}, not supported", f"supasync works with PostgreSQL {majors}.")


def _pooler(session: Session, _: Address) -> Check:
    host = session.info.host
    if host.endswith(_POOLER_HOST):
        return Check("Pooler", True, "session mode (transaction mode would be refused)")
    return Check("Pooler", True, "none: a direct connection")


def _for_cli(session: Session, address: Address) -> Check:
    endpoint = endpoint_of(session, address)
    return Check("Address for the CLI", True, endpoint.url())


def _latency(session: Session, _: Address) -> Check:
    times = []
    for _number in range(_ROUND_TRIPS):
        started = time.perf_counter()
        session.value("select 1")
        times.append((time.perf_counter() - started) * 1000)
    return Check("Latency", True, f"{statistics.median(times):.1f} ms (median of {_ROUND_TRIPS} round trips)")


def _ledger(session: Session, _: Address) -> Check:
    if not ledger.Ledger(session).exists():
        return Check("Ledger", None, "none yet: the first sync creates it")
    count = session.value("select count(*) from supasync.ledger")
    return Check("Ledger", True, f"{plural(count, 'entry')} in supasync.ledger")


def _lock(session: Session, _: Address) -> Check:
    holder = ledger.lock_holder(session)
    return Check("Lock", None, f"held by {holder}") if holder else Check("Lock", True, "free")
