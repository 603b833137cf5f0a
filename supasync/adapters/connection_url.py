"""Read a connection string as people paste it: raw passwords, parameters of other tools, and all.

Whatever cannot be read is refused without repeating any of it: it may hold a password.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, unquote

from psycopg import pq

from supasync.adapters import postgres
from supasync.core.endpoint import refuse_unfit
from supasync.errors import UsageError
from supasync.redact import redact, register

_URL = re.compile(r"^(?P<scheme>postgres(?:ql)?://)(?P<user>[^:@/?#]*):(?P<after>.*)$", re.DOTALL)
_HOST = r"(?:\[[0-9A-Fa-f:.%\w]+\]|[^\s:@/?#\[\],]*)(?::\d*)?"
_PLACE = re.compile(rf"{_HOST}(?:,{_HOST})*(?:/[^@/?]*)?")
_ENCODED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"?')
# Parameters that ORMs and hosting integrations add, and that libpq would refuse.
_FOREIGN = frozenset({"pgbouncer", "supa", "connection_limit", "pool_timeout", "pool_timeout_ms", "schema"})


def parse_connection_string(text: str, source: str) -> dict[str, str]:
    """Return the libpq parameters of a URL or keyword DSN. `source` names where it stands, for the error.

    Raises UsageError.
    """
    if "\0" in text or "%00" in text:
        refuse_unfit("\0", f"in {source}")  # libpq would read up to it, and take the rest for nothing
    try:
        url = _normalized(_without_quotes(text.strip()))
        parameters = postgres.parse_dsn(url)
    except ValueError as error:
        register(text)
        raise _unreadable(source, _harmless(str(error))) from None
    if not re.fullmatch(r"\d*(,\d*)*", parameters.get("port", "")):
        raise _unreadable(source, "The port is not a number.")
    return parameters


def _without_quotes(text: str) -> str:
    """Take off the quotes of a shell or a `.env` that came along, as with `docker run --env-file`."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _unreadable(source: str, reason: str) -> UsageError:
    return UsageError(
        f"{source} is not a PostgreSQL URL",
        reason=reason,
        hint="Expected postgresql://postgres.<ref>:<password>@<host>:5432/postgres; copy yours from the dashboard's "
        "Connect button. Special characters in the password may be percent-encoded.",
    )


def _normalized(text: str) -> str:
    """Percent-encode a raw password in a URL (people paste `p@ss/w:rd%` as it is); drop foreign parameters."""
    found = _URL.match(text)
    if found is None or "@" not in found["after"]:
        return _without_foreign(text) if text.startswith(("postgres://", "postgresql://")) else text
    password, place = _at_host(found["after"])
    register(password)
    raw = unquote(password) if _ENCODED.fullmatch(password) else password
    register(raw)
    return _without_foreign(f"{found['scheme']}{found['user']}:{quote(raw, safe='')}@{place}")


def _at_host(after: str) -> tuple[str, str]:
    """Split `password@host...` at the @ that a host follows: the first one that makes sense of all the rest."""
    for found in re.finditer("@", after):
        place, mark, query = after[found.end() :].partition("?")
        if _PLACE.fullmatch(place) and (not mark or _is_query(query)):
            return after[: found.start()], after[found.end() :]
    raise ValueError("The part after the password is not @host:port/database, or has an unknown parameter after the ?.")


def _is_query(text: str) -> bool:
    return all(part.partition("=")[0] in _known() | _FOREIGN for part in text.split("&") if part)


@cache
def _known() -> frozenset[str]:
    return frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults()) | {"ssl"}


def _without_foreign(url: str) -> str:
    place, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if part and part.partition("=")[0] not in _FOREIGN]
    return f"{place}{mark}{'&'.join(kept)}" if kept else place


def _harmless(reason: str) -> str:
    # libpq quotes the piece that it stumbled over, which may be a piece of the password.
    text = " ".join(redact(reason).split())
    if text.count('"') % 2 or '""' in text:
        return "libpq cannot read it."  # what it quotes has quotes of its own
    return _QUOTED.sub(lambda found: found[0] if found[1] == "=" else '"..."', text)
