"""Find the target's address: which URL, which TLS mode, and why some URLs are refused.

docs/architecture.md has the rules, under connection safety. Nothing here opens a connection but `connect_target`.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import pq

from supasync.adapters import postgres
from supasync.adapters.acting_role import act_as_owner, options_for
from supasync.adapters.connection_url import parse_connection_string
from supasync.core.endpoint import Endpoint, refuse_unfit
from supasync.core.sql import quote_ident, quote_literal
from supasync.errors import RefusedError, UsageError
from supasync.redact import MASK, redact, register

TRANSACTION_POOLER_PORT = 6543  # Supabase docs, "Connect to your database": Supavisor in transaction mode
SESSION_POOLER_PORT = 5432
_STRONG_TLS = ("require", "verify-ca", "verify-full")
SYSTEM_ROOTS = "system"  # libpq's value of sslrootcert for the operating system's authorities
_PLACEHOLDERS = ("[YOUR-PASSWORD]", "[YOUR_PASSWORD]")  # what the dashboard's Connect button leaves to fill in
# What libpq would take from PG* variables, and what decides here how to connect.
_FROM_ENVIRONMENT = ("host", "hostaddr", "port", "sslmode", "sslrootcert")


@dataclass(frozen=True)
class Address:
    """Parameters for libpq, and where they came from in words."""

    parameters: Mapping[str, str] = field(repr=False)
    source: str

    @property
    def host(self) -> str:
        """The host name, address or socket directory; empty means libpq's default, a local socket."""
        return self.parameters.get("host") or self.parameters.get("hostaddr") or ""


def resolve(
    database_url: str | None, project_dir: Path, password: str | None, *, source: str = "DATABASE_URL"
) -> Address:
    """Return the target's address.

    `database_url` is a URL or keyword DSN; without it a project linked by the CLI serves, with
    `password`. Raises UsageError when there is no target, its URL cannot be read or the CLI could not be
    given its password, RefusedError for a transaction pooler.
    """
    in_environment = os.environ.get("PGPASSWORD")
    register(password)
    register(in_environment)
    if database_url:
        parameters = parse_connection_string(database_url.strip(), source)
    else:
        parameters, source = _linked_project(project_dir, password)
    if parameters.get("password") in _PLACEHOLDERS:
        parameters.pop("password")
        if not password:
            raise UsageError(
                f"{source} still contains the placeholder {_PLACEHOLDERS[0]}",
                hint="Replace it with the database password, or set SUPABASE_DB_PASSWORD.",
            )
    if password and "password" not in parameters and "passfile" not in parameters:
        parameters["password"] = password
    parameters = _with_environment(_resolve_service(parameters))
    refuse_unfit(parameters.get("password") or in_environment or "", f"from {source}")
    _refuse_transaction_pooler(parameters)
    return Address({**parameters, **_tls(parameters)}, source)


def _linked_project(project_dir: Path, password: str | None) -> tuple[dict[str, str], str]:
    pooler = project_dir / "supabase" / ".temp" / "pooler-url"
    if not pooler.is_file():
        raise UsageError(
            "No target: DATABASE_URL is not set",
            hint="Set DATABASE_URL=postgresql://... (session mode, from the dashboard's Connect button) in .env "
            "or the environment, or run `supabase link` and set SUPABASE_DB_PASSWORD.",
        )
    if not password:
        raise UsageError(
            "No password for the linked project: SUPABASE_DB_PASSWORD is not set",
            hint="Set SUPABASE_DB_PASSWORD=... in .env or the environment.",
        )
    url = pooler.read_text(encoding="utf-8").strip()
    parameters = parse_connection_string(url, str(pooler))
    parameters.pop("password", None)
    return {
        **parameters,
        "password": password,
        "port": str(SESSION_POOLER_PORT),
    }, "linked project (supabase/.temp/pooler-url)"


def _resolve_service(parameters: dict[str, str]) -> dict[str, str]:
    """Replace `service=` by what libpq reads in the service file."""
    if "service" not in parameters:
        return parameters
    connection = pq.PGconn.connect_start(postgres.make_dsn(parameters).encode())
    try:
        if connection.status == pq.ConnStatus.BAD and b"service" in connection.error_message:
            raise UsageError(
                "The service named in the connection string is not defined",
                reason=redact(connection.get_error_message()),
            )
        found = {
            option.keyword.decode(): option.val.decode()
            for option in connection.info
            if option.val and option.val != option.compiled and option.keyword != b"service"
        }
    finally:
        connection.finish()
    register(found.get("password"))
    return found


def _with_environment(parameters: dict[str, str]) -> dict[str, str]:
    """Add what libpq would add from PG* variables: a host or TLS mode set there counts like one in the URL."""
    service = "PGSERVICE" in os.environ
    found = {
        option.keyword.decode(): option.val.decode()
        for option in pq.Conninfo.get_defaults()
        if option.val and (service or (option.envvar and option.envvar.decode() in os.environ))
    }
    return {**{name: found[name] for name in _FROM_ENVIRONMENT if name in found}, **parameters}


def _refuse_transaction_pooler(parameters: Mapping[str, str]) -> None:
    if parameters.get("port") != str(TRANSACTION_POOLER_PORT):
        return
    user, host, dbname = (parameters.get(name, "") for name in ("user", "host", "dbname"))
    raise RefusedError(
        f"Port {TRANSACTION_POOLER_PORT} is Supabase's transaction pooler, which cannot run migrations",
        reason="It may run each transaction in another session: advisory locks and session settings do not persist.",
        hint=f"Use session mode: postgresql://{user}:{MASK}@{host}:{SESSION_POOLER_PORT}/{dbname or 'postgres'}",
    )


def is_local(host: str) -> bool:
    """Tell whether traffic to `host` stays on this machine: loopback, or a socket directory."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(parameters: Mapping[str, str]) -> dict[str, str]:
    mode = parameters.get("sslmode")
    certificate = _root_certificate(parameters)
    hosts = (parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    if all(is_local(host) for host in hosts):
        return {"sslmode": mode or "prefer", **certificate}
    return {"sslmode": mode if mode in _STRONG_TLS else "require", **certificate}


def _root_certificate(parameters: Mapping[str, str]) -> dict[str, str]:
    # The CLI runs in a folder and a HOME of its own, so it needs libpq's default and relative paths spelled out.
    named = parameters.get("sslrootcert")
    if named == SYSTEM_ROOTS:
        return {}
    default = Path.home() / ".postgresql" / "root.crt"
    if named:
        return {"sslrootcert": str(Path(named).expanduser().absolute())}
    return {"sslrootcert": str(default)} if parameters.get("sslmode") in _STRONG_TLS and default.is_file() else {}


def connect_target(address: Address, *, purpose: str) -> postgres.Session:
    """Open a session with the target, as the role that owns the application's objects where the login role may.

    Raises ConnectionFailedError in the specification's words, RefusedError for one that reads SQL in the old way: the
    CLI's session would do so too, with texts that were judged as the parser reads them.
    """
    waiting = address.parameters.get("connect_timeout", "")
    session = postgres.connect(
        postgres.make_dsn({**address.parameters, "gssencmode": "disable"}),
        purpose=purpose,
        setting=address.source,
        timeout=int(waiting) if waiting.isdecimal() and int(waiting) > 0 else postgres.CONNECT_TIMEOUT,
    )
    if session.info.parameter_status(postgres.STRINGS) == "off":
        session.close()
        raise RefusedError(
            f"Cannot proceed: {postgres.STRINGS} is off in Supabase",
            reason="Backslashes in strings would mean something else there than in the schema file.",
            hint=f"ALTER ROLE ... RESET {postgres.STRINGS}; ALTER DATABASE ... RESET {postgres.STRINGS};",
        )
    act_as_owner(session)
    return session


def endpoint_of(session: postgres.Session, address: Address) -> Endpoint:
    """Return the address of a live session as the CLI needs it: TCP, with a definite TLS mode.

    Raises UsageError for a server that can be reached through a local socket only, which the CLI cannot use.
    """
    info = session.info
    mode = address.parameters["sslmode"]
    # Only verify-full compares the name with the certificate: there the name must stay what it is.
    host = info.host if mode == "verify-full" else address.parameters.get("hostaddr") or info.host
    tls = session.uses_tls
    if not host or host.startswith(("/", "@")):
        host = _loopback_of(session)
        tls = session.value("select current_setting('ssl')") == "on"
    names = ("options", "sslrootcert", "sslcert", "sslkey")
    extra = {name: address.parameters[name] for name in names if name in address.parameters}
    if options := options_for(session, extra.get("options", "")):
        extra["options"] = options
    if extra.get("sslrootcert") == SYSTEM_ROOTS:
        # Without the parameter the CLI trusts the authorities it brings; libpq's value would be a file to it.
        del extra["sslrootcert"]
        mode = "verify-full"
    return Endpoint(
        host=host,
        port=info.port,
        dbname=info.dbname,
        user=info.user,
        password=info.password,
        sslmode=(mode if mode in _STRONG_TLS else "require") if tls else "disable",
        extra=extra if tls else {name: value for name, value in extra.items() if name == "options"},
        spells_plainly=session.spells_plainly,
    )


def refuse_lost_role(session: postgres.Session, address: Address) -> None:
    """Try whether sessions made as the CLI's are act as this one does.

    Raises RefusedError where something between drops `options`, as some poolers do: what is made would belong to the
    login role.
    """
    said = address.parameters.get("options", "")
    options = options_for(session, said)
    if options == said:
        return
    acting = str(session.value("select current_user"))
    parameters = {**address.parameters, "options": options, "gssencmode": "disable"}
    with postgres.connect(postgres.make_dsn(parameters), purpose="role", setting=address.source) as another:
        if another.value("select current_user") != acting:
            login = quote_ident(str(session.info.user))
            raise RefusedError(
                f"Cannot proceed: the Supabase CLI's sessions would act as {login} instead of {acting}",
                reason="Something between here and the database drops the connection's options, as poolers do.",
                hint=f"Run once: ALTER ROLE {login} SET role = {quote_literal(acting)}; or connect without the pooler.",
            )


def _loopback_of(session: postgres.Session) -> str:
    listening = str(session.value("select current_setting('listen_addresses')"))
    names = {name.strip() for name in listening.split(",")}
    if names & {"*", "0.0.0.0", "localhost", "127.0.0.1"}:
        return "127.0.0.1"
    if names & {"::", "::1"}:
        return "::1"
    raise UsageError(
        "The target listens on a local socket only, but the Supabase CLI connects over TCP only",
        reason=f"listen_addresses is '{listening}'",
        hint="Make the server listen on localhost too.",
    )
