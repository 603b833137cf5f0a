"""What statements have done to the target that their rehearsal had not shown, beyond what fingerprints tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from supasync.core import sql
from supasync.core.catalog.outside import OutsideChange
from supasync.core.plan.role_settings import setting_of
from supasync.core.sql import quote_ident

_HISTORY = "relation supabase_migrations.schema_migrations"
# Most statements are about neither, and parsing takes time.
_OF_EXTENSIONS = re.compile(r"\bextension\b", re.IGNORECASE)
_EXTENSION_KINDS = ("create_extension_stmt", "alter_extension_stmt")
_OF_ROLES = re.compile(r"\s*(?:alter|drop)\s+(?:role|user|group)\b", re.IGNORECASE)


def beyond_rehearsal(change: OutsideChange, foreseen: OutsideChange, statements: Iterable[str]) -> tuple[str, ...]:
    """Say what has changed and was not foreseen, a line each.

    Settings of the platform's roles, and roles that are dropped, are expected where `statements` say so: the shadow,
    whose roles belong to all its databases, leaves those out.
    """
    more = OutsideChange(change.added.without(foreseen.added), change.removed.without(foreseen.removed))
    said = tuple(re.compile(pattern) for text in statements for pattern in _said(text))
    if _HISTORY in change.added.objects:  # the CLI makes it with the first push
        said = (*said, re.compile(r"(?:schema|relation|privilege on) supabase_migrations\b"))
    added = (f"it adds {line}" for line in more.added.lines() if not any(one.match(line) for one in said))
    removed = (f"it takes away {line}" for line in more.removed.lines() if not any(one.match(line) for one in said))
    return (*added, *removed)


def changes_extensions(statements: Iterable[str]) -> bool:
    """Tell whether one of them makes, alters or drops an extension."""
    trees = (sql.tree(text) for text in statements if _OF_EXTENSIONS.search(text))
    return any(kind in _EXTENSION_KINDS or node.get("remove_type") == "OBJECT_EXTENSION" for kind, node in trees)


def _said(text: str) -> Iterator[str]:
    """Yield patterns of the lines that a statement is about."""
    if not _OF_ROLES.match(text):
        return
    if setting := setting_of(text):
        yield f"setting of role {re.escape(quote_ident(setting[0]))} {re.escape(setting[1])} "
    kind, node = sql.tree(text)
    for item in node.get("roles", ()) if kind == "drop_role_stmt" else ():
        role = re.escape(quote_ident(str(item.get("role_spec", {}).get("rolename", ""))))
        yield rf"(?:role|setting of role|membership of) {role}(?: |$)|membership of .* in {role}(?: |$)"
