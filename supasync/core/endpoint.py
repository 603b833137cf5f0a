"""Where a database is and who connects to it, for psycopg and for the CLI alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

_PLAINLY = "-c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC"


@dataclass(frozen=True)
class Endpoint:
    """One database as one role.

    `host` is a name or an address (IPv6 without brackets), or the folder of a local socket. `extra` holds further
    libpq parameters (`options`, `sslrootcert`, ...). The password never takes part in `repr`. `spells_plainly`:
    dates and times in definitions print there as they do in the shadow.
    """

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(default="", repr=False)
    sslmode: str = "disable"
    extra: Mapping[str, str] = field(default_factory=dict)
    spells_plainly: bool = True

    def parameters(self) -> dict[str, str]:
        """Return libpq's parameters, the password among them: for psycopg only, never to be printed or passed on."""
        found = {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.dbname,
            "user": self.user,
            "sslmode": self.sslmode,
            **self.extra,
        }
        return {**found, "password": self.password} if self.password else found

    def url_to_compare(self) -> str:
        """Return the URL for a comparison of definitions: by another TimeZone, say, equal ones would look different."""
        if self.spells_plainly:
            return self.url()
        options = f"{self.extra.get('options', '')} {_PLAINLY}".strip()
        return replace(self, extra={**self.extra, "options": options}).url()

    def url(self) -> str:
        """Return a URL without the password: what may stand on a command line."""
        options = {"sslmode": self.sslmode, **self.extra}
        place = f"{quote(self.user, safe='')}@{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"
        if self.host.startswith("/"):  # the CLI reads a socket's folder, and then the user, among the parameters only
            place, options = "", {"host": self.host, "port": str(self.port), "user": self.user, **options}
        query = "&".join(
            f"{name}={quote(value, safe='/' if name == 'host' else '')}" for name, value in options.items()
        )
        return f"postgresql://{place}/{quote(self.dbname, safe='')}?{query}"

    def passfile_line(self) -> str:
        """Return the line of a PostgreSQL password file (libpq's escapes) that unlocks this endpoint."""
        fields = (self.host, str(self.port), self.dbname, self.user, self.password)
        return ":".join(field.replace("\\", "\\\\").replace(":", "\\:") for field in fields)
