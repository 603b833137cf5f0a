"""Passwords of every kind: ordinary words, odd ones, and those that the CLI cannot be given."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

# Words of SQL, of supasync's own screens and JSON, of error messages: to mask them is to tell them.
WORDS = (
    "true", "null", "add", "name", "users", "migration", "schema", "public", "select", "table", "drop", "postgres",
    "supabase", "Password", "SECRET", "admin", "id", "key", "error", "hint", "status", "sync", "in-sync", "applied",
    "version", "statements", "create table", "schema_migrations", "public.users", "createdAt", "users2", "localhost",
    "127.0.0.1", "5432", "2026", "12345678", "utf-8", "--force", "scram-sha-256", "größe", "-----",
)  # fmt: skip
# What libpq, psycopg and the CLI take, and no text has by chance.
ODD = (
    "C4nary-p@ss/w:rd%",
    "Zx8KdP2mQw4RtY7v",
    "kQzWvXbnRtMm",
    "correct-horse-battery-staple",
    "".join(map(chr, range(33, 127))),
    "".join(map(chr, range(32, 127))) + "x",
    "q7" * 250,
    "🔑 is under the 🐘",
    "100%s%d%%20%zz",
    "it's \"quoted\" `here`",
    "back\\slash\\\\end\\",
    "a::b:c\\:d:",
    "@/?#[]@h:5432/db",
    "  leads with spaces!",
    "#1 fan",
    "tab\tin\tit!",
    "\x1b[31mred",
    "next\x85line",
    "u\u202ebidi",
    "pässwörd-4711",
    "$(id)`id`;--",
)  # fmt: skip
# ... and what must be refused before anything starts, with the word that the refusal uses.
REFUSED = {
    "line\nfeed": "a line feed",
    "\nbegins": "a line feed",
    "ends\n": "a line feed",
    "dos\r\nend": "a line feed",
    "carriage\rreturn": "a carriage return",
    "ends\r": "a carriage return",
    "nul\0inside": "a NUL character",
    "Hunter-two ": "a space",
    "   ": "a space",
    "Hunter-three\t": "a tab",
    "no-break\u00a0": "white space (U+00A0)",
    "separator\u2028": "white space (U+2028)",
}


def spellings(password: str) -> set[str]:
    """Return the ways in which tools write a password: raw, in URLs, DSNs, passfiles, JSON, tracebacks."""
    doubled = password.replace("\\", "\\\\")
    return {
        password, quote(password, safe=""), quote_plus(password), doubled, doubled.replace(":", "\\:"),
        doubled.replace("'", "\\'"), json.dumps(password)[1:-1], json.dumps(password, ensure_ascii=False)[1:-1],
        repr(password)[1:-1],
    }  # fmt: skip
