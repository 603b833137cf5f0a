"""The one place that knows secrets and takes them out of text.

Whatever reaches a screen, a log, a file or the ledger passes through `redact`. Secrets are
registered as soon as they are read, in every spelling in which a tool may repeat them.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote, quote_plus, unquote

MASK = "********"

# user:password@ in any URL, and password=... in a keyword DSN, even of a secret nobody registered.
_URL_PASSWORD = re.compile(r"(?P<head>[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@\"][^\s\"]*(?=@)", re.IGNORECASE)
# In a keyword DSN the password has company; in SQL, `password = ...` alone is a condition and must stay.
_DSN_COMPANY = re.compile(
    r"\b(?:host|hostaddr|port|user|dbname|sslmode|service)\s*=|[?&](?:ssl)?password=", re.IGNORECASE
)
_DSN_PASSWORD = re.compile(r"(?P<head>\b(?:password|sslpassword)\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE)

# Words of everyday output: masking them would garble it, and they protect nothing.
_EVERYDAY = frozenset({"postgres", "password", "supabase", "secret", "admin", "public", "schema"})
_MIN_LENGTH = 4  # characters; shorter ones occur inside other words

_ESCAPE = re.compile(r"%[0-9A-F]{2}")

_secrets: set[str] = set()


def register(secret: str | None) -> None:
    """Remember `secret`, raw and percent-encoded, so that `redact` removes it from now on.

    Everyday words and very short ones are masked only where they stand as a password in a URL or DSN.
    """
    if not secret or not _worth_masking(secret):
        return
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), unquote(secret)}
    forms |= {_ESCAPE.sub(lambda found: found[0].lower(), form) for form in forms}
    for raw in (secret, unquote(secret)):
        doubled = raw.replace("\\", "\\\\")  # in a DSN, a traceback, a password file, JSON
        forms |= {doubled, doubled.replace(":", "\\:"), doubled.replace("'", "\\'")}
        forms |= {json.dumps(raw, ensure_ascii=plain)[1:-1] for plain in (True, False)}
    # Decoding makes shorter, so a form may be everyday text although the secret is none.
    _secrets.update(form for form in forms if _worth_masking(form))


def _worth_masking(text: str) -> bool:
    return len(text) >= _MIN_LENGTH and text.lower() not in _EVERYDAY


def redact(text: str) -> str:
    """Return `text` with every registered secret, and every password in a URL or DSN, masked."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _URL_PASSWORD.sub(lambda found: found["head"] + MASK, text)
    if not _DSN_COMPANY.search(text):
        return text
    return "".join(_redact_line(line) for line in text.splitlines(keepends=True))


def _redact_line(line: str) -> str:
    return _DSN_PASSWORD.sub(lambda found: found["head"] + MASK, line) if _DSN_COMPANY.search(line) else line
