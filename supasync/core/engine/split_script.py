"""The CLI's SQL taken apart: what of it is a change of the user's schema, and what must not be passed on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from supasync.core import sql
from supasync.core.attic.marker import touches_own_schema
from supasync.core.changes.change import changes_of
from supasync.core.engine.varchar_in import stored
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import object_key
from supasync.errors import RefusedError

_COMMENT_ON_EXTENSION = re.compile(r"\s*comment\s+on\s+extension\b", re.IGNORECASE)
_GRANT_KINDS = ("grant_stmt", "alter_default_privileges_stmt")
_SETTINGS = ("variable_set_stmt", "constraints_set_stmt")
_CLUSTER_WIDE_KINDS = (
    "create_role_stmt",
    "drop_role_stmt",
    "alter_role_stmt",
    "grant_role_stmt",
    "alter_role_set_stmt",
)
_OF_ACCESS = (
    *_CLUSTER_WIDE_KINDS,
    *_GRANT_KINDS,
    "alter_database_set_stmt",
    "alter_database_stmt",
    "alter_owner_stmt",
    "create_extension_stmt",
    "alter_extension_stmt",
)
_GIVES_AWAY = re.compile(r"\bowner\s+to\b", re.IGNORECASE)


def statements_of(script: str, *, with_grants: bool) -> tuple[str, ...]:
    """Split the diff's SQL and leave out what is not a change of the user's schema.

    That is session settings (migration files bring their own), supasync's own schema, whether a role is a
    superuser (in the shadow nobody of the target's is), comments on extensions (theirs, not the user's; a stand-in
    has another one) and, where grants are not compared, every grant.
    """
    texts = (statement.text for statement in sql.split(script))
    return tuple(
        stored(text)
        for text in texts
        if not sql.is_session_setting(text)
        and not touches_own_schema(text)
        and not _is_superuser_flag(text)
        and not _is_comment_on_extension(text)
        and (with_grants or sql.node_kind(text) not in _GRANT_KINDS)
    )


def is_about(text: str, names: Collection[str]) -> bool:
    """Tell whether a statement changes nothing but these objects, or what is in them; `names` are `object_key`s."""
    changes = changes_of(text)
    return bool(changes) and all(
        qualified(change.schema, change.table or change.name) in names
        or f"{quote_ident(change.schema)}.{change.name}" in names
        or object_key(change.kind, quote_ident(change.name)) in names
        for change in changes
    )


def refuse_placeholders(statements: Sequence[str]) -> None:
    """Refuse SQL in which the CLI put a mark in the place of a secret option. Raises RefusedError."""
    for text in statements:
        if marks := sql.placeholders(text):
            raise RefusedError(
                "Cannot proceed: the change contains an option with a secret value",
                reason=f"The Supabase CLI replaces the value with {', '.join(marks)}:",
                details=(text.splitlines()[0],),
                hint="Make this one change by hand in the SQL editor (server, user mapping or subscription options), "
                "then run the command again.",
            )


def is_setting(text: str) -> bool:
    """Tell whether a statement is over with its transaction: nothing that a reader of a plan looks for."""
    return sql.node_kind(text) in _SETTINGS


def is_about_access(script: str) -> bool:
    """Tell whether a statement of a text is about roles, memberships, settings of them, databases, or privileges.

    Owners and extensions bring and take privileges too.
    """
    return any(_is_of_access(statement.text) for statement in sql.split(script))


def _is_of_access(text: str) -> bool:
    kind, node = sql.tree(text)
    if kind == "alter_table_stmt":
        return _GIVES_AWAY.search(text) is not None
    return kind in _OF_ACCESS or node.get("remove_type") == "OBJECT_EXTENSION"


def is_cluster_wide(text: str) -> bool:
    """Tell whether a statement acts on roles, which all databases of a server share."""
    return sql.node_kind(text) in _CLUSTER_WIDE_KINDS


def _is_comment_on_extension(text: str) -> bool:
    if not _COMMENT_ON_EXTENSION.match(text):
        return False
    kind, node = sql.tree(text)
    return kind == "comment_stmt" and node.get("objtype") == "OBJECT_EXTENSION"


def _is_superuser_flag(text: str) -> bool:
    if "superuser" not in text.lower():  # parsing every statement of a large diff takes seconds
        return False
    kind, node = sql.tree(text)
    if kind != "alter_role_stmt":
        return False
    return {option["def_elem"]["defname"] for option in node.get("options", ())} == {"superuser"}
