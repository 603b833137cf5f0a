"""Settings of the platform's roles (`ALTER ROLE anon SET statement_timeout = '5s'`): what a schema file says of them.

Roles belong to the whole server, and the shadow has the platform's own: so these statements are read, not run, and
compared with what the target says. A setting that no schema file names is nobody's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from supasync.core import sql
from supasync.core.catalog.surroundings import is_platform_role
from supasync.core.sql import quote_ident, quote_literal, split_identifiers

Setting = tuple[str, str]
"""The names of a role and of a setting."""

_CANDIDATE = re.compile(r"\s*alter\s+(?:role|user)\b", re.IGNORECASE)
_SECRET = re.compile(r"secret|passw|token|_key\b|credential")
_VALUE, _RESET, _DEFAULT = "VAR_SET_VALUE", "VAR_RESET", "VAR_SET_DEFAULT"
# Lists of names, which PostgreSQL keeps with the quotes that they need (GUC_LIST_QUOTE in its source).
_NAMES = frozenset({"search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries"})


def is_role_setting(text: str) -> bool:
    """Tell whether a statement sets or resets one setting of a role of the platform, in all databases."""
    return setting_of(text) is not None


def is_secret(text: str) -> bool:
    """Tell whether such a statement is about a secret, by the setting's name: its values belong into no file."""
    found = setting_of(text)
    return found is not None and bool(_SECRET.search(found[0][1]))


def settings_said(text: str) -> dict[Setting, str | None]:
    """Return the settings that a schema file names, as PostgreSQL keeps them; None where it resets one.

    Secrets are left out.
    """
    if not re.search(r"\balter\s+(?:role|user)\b", text, re.IGNORECASE):
        return {}
    found = filter(None, (setting_of(statement.text) for statement in sql.split(text)))
    return {key: value for key, value in found if not _SECRET.search(key[1])}


def role_statements(
    said: Mapping[Setting, str | None], before: Mapping[Setting, str | None], present: Mapping[Setting, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what brings the target's settings to those that are said, and what takes it back.

    What was said `before` and is not said any more is reset; `present` is what the target has.
    """
    wanted = {**dict.fromkeys(before), **said}
    differing = [(key, value) for key, value in sorted(wanted.items()) if present.get(key) != value]
    up = tuple(_statement(key, value) for key, value in differing)
    return up, tuple(_statement(key, present.get(key)) for key, _ in reversed(differing))


def setting_of(text: str) -> tuple[Setting, str | None] | None:
    """Return which setting of a role of the platform a statement sets, to what, None to reset it; or None."""
    if not _CANDIDATE.match(text):
        return None
    kind, node = sql.tree(text)
    role, setting = str(node.get("role", {}).get("rolename", "")), node.get("setstmt", {})
    if kind != "alter_role_set_stmt" or "database" in node or not is_platform_role(role):
        return None
    key = (role, str(setting.get("name", "")).lower())
    if setting.get("kind") in (_RESET, _DEFAULT):
        return key, None
    if setting.get("kind") != _VALUE:
        return None
    values = [_text(argument) for argument in setting["args"]]
    return key, ", ".join(map(quote_ident, values) if key[1] in _NAMES else values)


def _text(argument: sql.Tree) -> str:
    constant = argument.get("a_const", {})
    for kind in ("sval", "ival", "fval", "boolval"):
        if kind in constant:
            value = constant[kind].get(kind, 0)
            return str(value).lower() if kind == "boolval" else str(value)
    return sql.expression_sql(argument)


def _statement(key: Setting, value: str | None) -> str:
    role, name = key
    name = ".".join(map(quote_ident, name.split(".")))
    if value is None:
        return f"ALTER ROLE {quote_ident(role)} RESET {name}"
    return f"ALTER ROLE {quote_ident(role)} SET {name} TO {', '.join(_literals(key[1], value))}"


def _literals(name: str, value: str) -> Iterator[str]:
    parts = split_identifiers(value) if name in _NAMES else (value,)
    yield from map(quote_literal, parts or ("",))
