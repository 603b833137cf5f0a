"""Where a database is and who connects to it, for psycopg and for the CLI alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from supasync.errors import UsageError

# What no password file can hold, in words. Measured with libpq 17 and the CLI's 2.122 and 3.1: a line feed ends the
# line for all of them; a carriage return at the end is part of the line's end for libpq, and the CLI takes each one for
# a backslash; the CLI trims the line. All else passes: quotes, #, %, colons, backslashes, emoji, 1,000 characters.
_UNFIT = {"\n": "a line feed", "\r": "a carriage return", "\0": "a NUL character"}
# The white space of JavaScript's trim(), but for U+FEFF, which no server compares (RFC 4013).
_TRIMMED = "\t\v\f \u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

_NO_FILE = "/dev/null/none"
# What may stand on a command line, of libpq's parameters.
_OPEN = ("options", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslcrldir", "channel_binding", "gssencmode")
_PLAINLY = "-c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC"


@dataclass(frozen=True)
class Endpoint:
    """One database as one role.

    `host` is a name or an address (IPv6 without brackets), or the folder of a local socket. `extra` holds further
    libpq parameters (`options`, `sslrootcert`, ...). The password never takes part in `repr`. `spells_plainly`:
    dates and times in definitions print there as they do in the shadow. `private`: a server of supasync's own, which
    is told no password and nothing of the environment, whatever it asks.
    """

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(default="", repr=False)
    sslmode: str = "disable"
    extra: Mapping[str, str] = field(default_factory=dict)
    spells_plainly: bool = True
    private: bool = False

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
        if self.private:
            return {**found, "hostaddr": "", "password": "", "passfile": _NO_FILE, "require_auth": "none"}
        return {**found, "password": self.password} if self.password else found

    def url_to_compare(self) -> str:
        """Return the URL for a comparison of definitions: by another TimeZone, say, equal ones would look different."""
        if self.spells_plainly:
            return self.url()
        options = f"{self.extra.get('options', '')} {_PLAINLY}".strip()
        return replace(self, extra={**self.extra, "options": options}).url()

    def url(self) -> str:
        """Return a URL without the password: what may stand on a command line."""
        options = {"sslmode": self.sslmode, **{name: self.extra[name] for name in self.extra if name in _OPEN}}
        place = f"{quote(self.user, safe='')}@{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"
        if self.host.startswith("/"):  # the CLI reads a socket's folder, and then the user, among the parameters only
            place, options = "", {"host": self.host, "port": str(self.port), "user": self.user, **options}
        query = "&".join(
            f"{name}={quote(value, safe='/' if name == 'host' else '')}" for name, value in options.items()
        )
        return f"postgresql://{place}/{quote(self.dbname, safe='')}?{query}"

    def passfile_line(self) -> str:
        """Return the line of a PostgreSQL password file (libpq's escapes) that unlocks this endpoint.

        Raises UsageError for a password that such a line cannot hold.
        """
        refuse_unfit(self.password, f"of {self.user}@{self.host}")
        fields = (self.host, str(self.port), self.dbname, self.user, self.password)
        return ":".join(field.replace("\\", "\\\\").replace(":", "\\:") for field in fields)


def refuse_unfit(password: str, whose: str) -> None:
    """Raise UsageError, without repeating the password, when the CLI could not read it from its password file.

    `whose` tells in words where the password was found, or of whom it is.
    """
    inside = next((words for character, words in _UNFIT.items() if character in password), "")
    last = password[-1:]
    if not inside and (not last or last not in _TRIMMED):
        return
    blank = {" ": "a space", "\t": "a tab"}.get(last, f"white space (U+{ord(last):04X})" if last else "")
    raise UsageError(
        f"The password {whose} cannot be used",
        reason=f"It contains {inside}." if inside else f"It ends with {blank}.",
        hint="The Supabase CLI cannot be given such a password. If that character is there by mistake, remove it; else "
        "change the password in the dashboard (Database Settings).",
    )
