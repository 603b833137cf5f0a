"""The one place that knows secrets and takes them out of foreign text.

Foreign is what somebody else wrote and may quote a password in: an error or notice of the driver, the output
of a tool, a traceback, what a person typed. It passes through `redact` where it ENTERS; the table of
tests/test_foreign_text.py names every such place. What supasync itself says, SQL, names of objects and rows are
never touched on their way out: a password that is an ordinary word would garble them, and tell itself by that.

So how far a secret is looked for depends on what it looks like (`reach_of`): a long or odd one is masked wherever
it stands, a short one of letters and digits as a whole token, and an ordinary word only where the text around it
says that it is a credential. What has the form of a credential is masked even when nobody registered it.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

MASK = "********"

# Characters. Shorter secrets stand inside of everything.
SHORTEST_BY_VALUE = 4
# Letters and digits that are no words: so many of them stand inside of no longer name by chance, fewer may.
SHORTEST_ANYWHERE = 12
# Of letters alone; "internationalization" has as many. Longer ones are no word of any text.
LONGEST_WORD = 20
# Digits and their punctuation: numbers of 64 bits, times, versions and addresses are as long.
LONGEST_NUMBER = 19
# Fewer different characters, and none a letter or digit, make a ruler ("------"), not a password.
FEWEST_DIFFERENT = 4
# Letters between two capitals, on average: more is camelCase, less is chance.
SHORTEST_HUMP = 3

# A word or two, as in `users2`, `schema_migrations`, `public.users`, `--force`, `read only`, `utf-8`.
_WORDS = re.compile(r"-{0,2}([^\W\d_]+)\d{0,2}(?:[ _.:/-]([^\W\d_]*)\d{0,2})?")
_NUMBER = re.compile(r"[\d.,:/+ -]+")
# What the two rules above do not see, and error messages are full of.
_TERMS = frozenset({"sha256", "sha-256", "scram-sha-256", "base64", "x86_64", "uuid-ossp", "information_schema.tables"})

# user:password@ in any URL. Parts have a longest length, else the time that a text takes grows with its square.
_URL_PASSWORD = re.compile(
    r"(?P<head>(?<![a-z0-9+.-])[a-z0-9+.-]{1,40}://[^\s:/@]{0,255}:)(?P<value>[^\s/@\"][^\s\"]{0,2000})(?=@)",
    re.IGNORECASE,
)
# In a keyword DSN the password has company; in SQL, `password = ...` alone is a condition and must stay.
_DSN_COMPANY = re.compile(
    r"\b(?:host|hostaddr|port|user|dbname|sslmode|service)\s*=|[?&](?:ssl)?password=", re.IGNORECASE
)
_DSN_PASSWORD = re.compile(
    r"(?P<head>\b(?:password|sslpassword)\s*=\s*)(?P<value>'(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE
)
_SHAPES = (
    # PGPASSWORD=..., DB_PASSWORD="..."
    re.compile(r"(?P<head>\b[A-Z0-9_]+PASSWORD=)(?:\"[^\"\n]*\"|'[^'\n]*'|\S+)"),
    # "password": "..." of JSON, 'password': '...' of Python
    re.compile(
        r"(?P<head>[\"'](?:\w*_)?password[\"']\s*:\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", re.IGNORECASE
    ),
    # CREATE ROLE ... PASSWORD '...'
    re.compile(r"(?P<head>\bpassword\s+)E?'(?:[^']|'')*'", re.IGNORECASE),
    # host:port:database:user:password of a passfile. An IPv6 address, which looks alike, has its colons escaped there.
    # Fields have a longest length, else the time that a text takes grows with its square.
    re.compile(
        r"(?P<head>(?<![^\s\"'`])(?=[^\s:]{0,255}[g-z.*/\\])(?:\\.|[^\s:\\]){1,255}:(?:\d{1,5}|\*)"
        r"(?::(?:\\.|[^\s:\\]){1,126}){2}:)\S.*",
        re.IGNORECASE,
    ),
    # libpq repeats the piece of a connection string that it stumbled over: of the password, when nobody encoded it.
    re.compile(
        r"(?P<head>\b(?:percent-encoded (?:token|value)|missing \"=\" after|URI query parameter|invalid integer value"
        r"|invalid port number|connection info string|unexpected spaces found in|invalid connection option"
        r"|in URI(?: \([^)\n]{0,80}\))?):? )\"[^\"\n]*\""
    ),
    # ... and psycopg, in its own words.
    re.compile(r"(?P<head>\b(?:failed to resolve host|bad value for \w{1,40}:?) )'[^'\n]*'"),
    # ... and takes what follows the first @ of the password for a host; Node and Go do as well.
    re.compile(r"(?P<head>\b(?:host name|ENOTFOUND|EAI_AGAIN|lookup) \"?)[^\s\"]+(?=@)"),
)

_ESCAPE = re.compile(r"%[0-9A-F]{2}")

_secrets: set[str] = set()


class Reach(Enum):
    """Where a secret is masked by its value."""

    ANYWHERE = "anywhere"
    TOKEN = "where no letter, digit or underscore is next to it"
    CREDENTIAL = "where the text around it says what it is"


def register(secret: str | None) -> None:
    """Remember `secret`, raw and percent-encoded, so that `redact` knows it from now on.

    The password in a URL or DSN is remembered too.
    """
    if not secret:
        return
    within = (found["value"] for shape in (_URL_PASSWORD, _DSN_PASSWORD) for found in shape.finditer(secret))
    for raw in (secret, *map(_unquoted, within)):
        _secrets.update(_spellings(raw))


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == value[-1:] == "'" else value


def _spellings(secret: str) -> set[str]:
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), unquote(secret)}
    forms |= {_ESCAPE.sub(lambda found: found[0].lower(), form) for form in forms}
    for raw in (secret, unquote(secret)):
        doubled = raw.replace("\\", "\\\\")  # in a DSN, a traceback, a password file, JSON
        forms |= {doubled, doubled.replace(":", "\\:"), doubled.replace("'", "\\'"), raw.replace("'", "''")}
        forms |= {json.dumps(raw, ensure_ascii=plain)[1:-1] for plain in (True, False)}
        forms |= {repr(raw)[1:-1], " ".join(raw.split())}  # errors of libpq are put into one line
    return {form for form in forms if form}


@lru_cache(maxsize=1024)
def reach_of(secret: str) -> Reach:
    """Tell where a secret is masked by its value: an ordinary word stands in texts for other reasons."""
    if len(secret) < SHORTEST_BY_VALUE or secret.lower() in _TERMS or _reads_as_text(secret):
        return Reach.CREDENTIAL
    if len(secret) >= SHORTEST_ANYWHERE or not re.fullmatch(r"\w+", secret):
        return Reach.ANYWHERE
    return Reach.TOKEN


def _reads_as_text(secret: str) -> bool:
    if not any(letter.isalnum() for letter in secret):
        return len(set(secret)) < FEWEST_DIFFERENT
    if _NUMBER.fullmatch(secret):
        return len(secret) <= LONGEST_NUMBER
    words = _WORDS.fullmatch(secret)
    return words is not None and len(secret) <= LONGEST_WORD and all(map(_is_pronounceable, words.groups(default="")))


def _is_pronounceable(letters: str) -> bool:
    humps = sum(1 for at in range(1, len(letters)) if letters[at].isupper() and not letters[at - 1].isupper())
    return not humps or len(letters) / (humps + 1) >= SHORTEST_HUMP


def redact(text: str) -> str:
    """Return a foreign `text` with every registered secret, and all that looks like a credential, masked."""
    for secret in sorted(_secrets, key=len, reverse=True):
        if secret in text:
            text = _without(secret, text)
    text = _URL_PASSWORD.sub(_masked, text)
    for shape in _SHAPES:
        text = shape.sub(_masked, text)
    if not _DSN_COMPANY.search(text):
        return text
    return "\n".join(_redact_line(line) for line in text.split("\n"))


def _without(secret: str, text: str) -> str:
    reach, value = reach_of(secret), re.escape(secret)
    if reach is Reach.ANYWHERE:
        return text.replace(secret, MASK)
    if reach is Reach.TOKEN:
        text = re.sub(rf"(?<!\w){value}(?!\w)", MASK, text)
    text = re.sub(rf"(?<=:){value}(?=@)", MASK, text)  # of a URL, white space in it or not
    named = r"(?P<head>pass(?:word|wd|phrase)\b[\"'`]?(?:\s*[:=]\s*[\"'`]?|\s+[\"'`]|\s+(?:is|was)\s+[\"'`]?))"
    return re.sub(rf"{named}{value}(?!\w)", _masked, text, flags=re.IGNORECASE)


def _masked(found: re.Match[str]) -> str:
    return found["head"] + MASK


def _redact_line(line: str) -> str:
    return _DSN_PASSWORD.sub(_masked, line) if _DSN_COMPANY.search(line) else line
