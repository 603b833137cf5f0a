"""Find the target's address: which URL, which TLS mode, and why some URLs are refused.

The rules are those of design section 9. Nothing here opens a connection but `connect_target`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from psycopg import pq

from supasync.adapters import postgres
from supasync.adapters.endpoint import Endpoint
from supasync.errors import RefusedError, UsageError
from supasync.redact import MASK, register

TRANSACTION_POOLER_PORT = 6543  # Supabase docs, "Connect to your database": Supavisor in transaction mode
SESSION_POOLER_PORT = 5432
_STRONG_TLS = ("require", "verify-ca", "verify-full")

_URL = re.compile(
    r"^(?P<scheme>postgres(?:ql)?://)(?:(?P<user>[^:@/?#]*)(?::(?P<password>.*))?@)?(?P<rest>[^@]*)$", re.DOTALL
)
_CLEAN = re.compile(r"^(?:[^%@/?#:\s]|%[0-9A-Fa-f]{2})*$")


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
    `password`. Raises UsageError when there is no target or its URL cannot be read, RefusedError for
    a transaction pooler.
    """
    register(password)
    if database_url:
        parameters = _parse(database_url.strip(), source)
    else:
        parameters, source = _linked_project(project_dir, password)
    if password and "password" not in parameters and "passfile" not in parameters:
        parameters["password"] = password
    parameters = _resolve_service(parameters)
    _refuse_transaction_pooler(parameters)
    return Address({**parameters, **_tls(parameters)}, source)


def _parse(dsn: str, source: str) -> dict[str, str]:
    try:
        return postgres.parse_dsn(_encode_password(dsn))
    except ValueError as error:
        raise UsageError(
            f"{source} is not a PostgreSQL URL",
            reason=str(error),
            hint="It looks like postgresql://postgres.<ref>:<password>@<host>:5432/postgres; the dashboard's "
            "Connect button shows yours. Special characters of the password may be percent-encoded.",
        ) from None


def _encode_password(dsn: str) -> str:
    """Percent-encode a raw password in a URL: people paste `p@ss/w:rd%` as it is."""
    found = _URL.match(dsn)
    if found is None or found["password"] is None or _CLEAN.match(found["password"]):
        return dsn
    password = found["password"]
    register(password)
    raw = unquote(password) if re.fullmatch(r"(?:[^%]|%[0-9A-Fa-f]{2})*", password) else password
    register(raw)
    return f"{found['scheme']}{found['user']}:{quote(raw, safe='')}@{found['rest']}"


def _linked_project(project_dir: Path, password: str | None) -> tuple[dict[str, str], str]:
    pooler = project_dir / "supabase" / ".temp" / "pooler-url"
    if not pooler.is_file():
        raise UsageError(
            "There is no target: DATABASE_URL is not set",
            hint="Put DATABASE_URL=postgresql://... (session mode, from the dashboard's Connect button) into .env "
            "or the environment, or run `supabase link` and set SUPABASE_DB_PASSWORD.",
        )
    if not password:
        raise UsageError(
            "The linked project's password is not known: SUPABASE_DB_PASSWORD is not set",
            hint="Put SUPABASE_DB_PASSWORD=... into .env or the environment.",
        )
    url = pooler.read_text().strip().replace("[YOUR-PASSWORD]", "")
    parameters = _parse(url, str(pooler))
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
                "The service of the connection string is not defined", reason=connection.get_error_message()
            )
        resolved = {
            option.keyword.decode(): option.val.decode()
            for option in connection.info
            if option.val and option.keyword != b"service"
        }
    finally:
        connection.finish()
    register(resolved.get("password"))
    kept = ("host", "hostaddr", "port", "dbname", "user", "password", "passfile", "options", "sslrootcert", "sslmode")
    found = {name: resolved[name] for name in kept if name in resolved}
    if "sslmode" not in parameters and found.get("sslmode") == "prefer":
        del found["sslmode"]  # libpq's compiled-in default, not somebody's choice
    return found


def _refuse_transaction_pooler(parameters: Mapping[str, str]) -> None:
    if parameters.get("port") != str(TRANSACTION_POOLER_PORT):
        return
    user, host, dbname = (parameters.get(name, "") for name in ("user", "host", "dbname"))
    raise RefusedError(
        f"Port {TRANSACTION_POOLER_PORT} is Supabase's transaction pooler, which cannot run migrations",
        reason="It gives every transaction another session: advisory locks and session settings do not hold.",
        hint=f"Use the session mode: postgresql://{user}:{MASK}@{host}:{SESSION_POOLER_PORT}/{dbname or 'postgres'}",
    )


def is_local(host: str) -> bool:
    """Tell whether traffic to `host` stays on this machine: loopback, or a socket directory."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(parameters: Mapping[str, str]) -> dict[str, str]:
    mode = parameters.get("sslmode")
    hosts = (parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    if all(is_local(host) for host in hosts):
        return {"sslmode": mode or "prefer"}
    return {"sslmode": mode if mode in _STRONG_TLS else "require"}


def connect_target(address: Address, *, purpose: str) -> postgres.Session:
    """Open a session with the target. Raises ConnectionFailedError in the specification's words."""
    return postgres.connect(
        postgres.make_dsn({**address.parameters, "gssencmode": "disable"}), purpose=purpose, setting=address.source
    )


def endpoint_of(session: postgres.Session, address: Address) -> Endpoint:
    """Return the address of a live session as the CLI needs it: TCP, with a definite TLS mode.

    Raises UsageError for a server that can be reached through a local socket only, which the CLI cannot use.
    """
    info = session.info
    host = address.parameters.get("hostaddr") or info.host
    if is_local(host) and not host[:1].isdigit() and ":" not in host:
        host = _loopback_of(session)
    tls = session.uses_tls
    mode = address.parameters["sslmode"]
    extra = {name: address.parameters[name] for name in ("options", "sslrootcert") if name in address.parameters}
    return Endpoint(
        host=host,
        port=info.port,
        dbname=info.dbname,
        user=info.user,
        password=info.password,
        sslmode=(mode if mode in _STRONG_TLS else "require") if tls else "disable",
        extra=extra,
    )


def _loopback_of(session: postgres.Session) -> str:
    listening = str(session.value("select current_setting('listen_addresses')"))
    names = {name.strip() for name in listening.split(",")}
    if names & {"*", "0.0.0.0", "localhost", "127.0.0.1"}:
        return "127.0.0.1"
    if names & {"::", "::1"}:
        return "::1"
    raise UsageError(
        "The target listens on a local socket only, and the Supabase CLI connects over TCP alone",
        reason=f"listen_addresses is '{listening}'",
        hint="Let the server listen on localhost too.",
    )
