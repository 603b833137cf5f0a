"""What statements have done to the target that their rehearsal had not shown, beyond what fingerprints tell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from supasync.core import sql
from supasync.core.catalog.outside import OutsideChange, in_short
from supasync.core.changes.change import changes_of
from supasync.core.engine.running_code import code_in
from supasync.core.plan.role_settings import setting_of
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.names import strings

# What the CLI makes with the first push.
_HISTORY = re.compile(
    r"schema supabase_migrations$"
    r"|(?:relation|privilege on) supabase_migrations\.(?:schema_migrations|seed_files)\b(?!.* with grant option)"
)
# Most statements are about neither, and parsing takes time.
_OF_EXTENSIONS = re.compile(r"\bextension\b", re.IGNORECASE)
_OF_ROLES = re.compile(r"\s*(?:alter|drop)\s+(?:role|user|group)\b", re.IGNORECASE)
_EXTENSION_KINDS = ("create_extension_stmt", "alter_extension_stmt")


@dataclass(frozen=True)
class Surprise:
    """What was not foreseen, a line each: `certain`, and what an extension, or somebody else, may well have done."""

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


def beyond_rehearsal(change: OutsideChange, foreseen: OutsideChange, statements: Iterable[str]) -> Surprise:
    """Say what has changed and was not foreseen.

    Settings of the platform's roles, and roles that are dropped, are expected as `statements` say: the shadow, whose
    roles belong to all its databases, leaves those out. Stand-ins of extensions have not all that the real ones bring.
    """
    statements = tuple(statements)
    gone, come = _said(statements)
    first = any(line.startswith("relation supabase_migrations.schema_migrations ") for line in change.added.objects)
    added = [
        f"it adds {in_short(line)}"
        for line in change.added.without(foreseen.added).lines()
        if line not in come and not (first and _HISTORY.match(line))
    ]
    removed = [
        f"it takes away {in_short(line)}"
        for line in change.removed.without(foreseen.removed).lines()
        if not any(pattern.match(line) for pattern in gone)
    ]
    names = list(_extensions(statements))
    one = "|".join(names)
    of_them = re.compile(rf"it \w+ (?:away )?(?:members of extension (?:{one}):|.* \(extension (?:{one})\)$)")
    brought = [words for words in (*added, *removed) if names and of_them.match(words)]
    certain = [words for words in (*added, *removed) if words not in brought]
    lost = [
        f"it takes away the values of {qualified(*key[:2])}.{quote_ident(key[2])}"
        for key in change.gone
        if key not in foreseen.gone
    ]
    rewritten = _rewritten(change, foreseen, statements)
    if code_in(statements):
        return Surprise((*certain, *lost, *rewritten), tuple(brought))
    # Somebody's TRUNCATE looks the same.
    return Surprise((*certain, *lost), (*brought, *rewritten))


def _rewritten(change: OutsideChange, foreseen: OutsideChange, statements: Sequence[str]) -> tuple[str, ...]:
    """Say which tables were written anew, and nothing told so beforehand."""
    found = change.rewritten - foreseen.rewritten
    # A stand-in may convert without writing, where the real type writes.
    named = {(c.schema, c.table or c.name) for text in statements for c in changes_of(text)} if found else set()
    return tuple(f"it writes the rows of {qualified(*table)} anew" for table in sorted(found - named))


def _extensions(statements: Iterable[str]) -> Iterator[str]:
    """Yield patterns for the names of the extensions that statements make, alter or drop."""
    for text in statements:
        if not _OF_EXTENSIONS.search(text):
            continue
        kind, node = sql.tree(text)
        if kind in _EXTENSION_KINDS:
            cascade = any(one.get("def_elem", {}).get("defname") == "cascade" for one in node.get("options", ()))
            yield ".+" if cascade else re.escape(quote_ident(str(node.get("extname", ""))))
        elif node.get("remove_type") == "OBJECT_EXTENSION":
            yield from (re.escape(quote_ident(name)) for name in strings(node.get("objects", ())))


def _said(statements: Iterable[str]) -> tuple[tuple[re.Pattern[str], ...], frozenset[str]]:
    """Return patterns of the lines that statements take away, and the very lines that they add."""
    gone: list[str] = []
    come: set[str] = set()
    for text in filter(_OF_ROLES.match, statements):
        if found := setting_of(text):
            (role, name), value = found
            line = f"setting of role {quote_ident(role)} {name} "
            gone.append(re.escape(line))
            if value is not None:
                come.add(line + hashlib.md5(f"{name}={value}".encode(), usedforsecurity=False).hexdigest())
        kind, node = sql.tree(text)
        for item in node.get("roles", ()) if kind == "drop_role_stmt" else ():
            role = re.escape(quote_ident(str(item.get("role_spec", {}).get("rolename", ""))))
            gone.append(rf"(?:role|setting of role|membership of) {role}(?: |$)|membership of .* in {role}(?: |$)")
            gone.append(rf"privilege on .* to {role}: |default privilege of {role} ")
    return tuple(map(re.compile, gone)), frozenset(come)
