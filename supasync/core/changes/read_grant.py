"""Readers of what changes access: privileges, default privileges, memberships, role settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supasync.core.changes.effect import Effect, Verb
from supasync.core.sql import quote_ident
from supasync.core.sql.names import kind_word, object_reference, role_name

Node = Mapping[str, Any]


def _privileges(node: Node) -> str:
    words: list[str] = []
    for entry in (item["access_priv"] for item in node.get("privileges", ())):
        columns = ", ".join(quote_ident(column["string"]["sval"]) for column in entry.get("cols", ()))
        word = str(entry.get("priv_name", "ALL")).upper()
        words.append(f"{word} ({columns})" if columns else word)
    return ", ".join(words) or "ALL"


def _grantees(node: Node) -> str:
    return ", ".join(role_name(role) for role in node.get("grantees", ()))


def _verb(node: Node) -> Verb:
    return Verb.GRANT if node.get("is_grant") else Verb.REVOKE


def read_grant(node: Node) -> tuple[Effect, ...]:
    """Return one effect an object; `detail` reads `SELECT TO anon`."""
    verb = _verb(node)
    direction = "TO" if verb is Verb.GRANT else "FROM"
    detail = f"{_privileges(node)} {direction} {_grantees(node)}"
    if node.get("grant_option"):
        detail += " WITH GRANT OPTION" if verb is Verb.GRANT else " (grant option only)"
    word = kind_word(str(node.get("objtype", "")))
    if node.get("targtype") == "ACL_TARGET_ALL_IN_SCHEMA":
        word = f"all {word}s in schema"
    found = (object_reference(word, entry) for entry in node.get("objects", ()))
    return tuple(Effect(verb, word, named.schema, named.name, named.table, detail) for named in found)


def read_membership(node: Node) -> tuple[Effect, ...]:
    """Return one effect a granted role."""
    verb = _verb(node)
    direction = "TO" if verb is Verb.GRANT else "FROM"
    members = ", ".join(role_name(role) for role in node.get("grantee_roles", ()))
    roles = (str(item["access_priv"].get("priv_name", "")) for item in node.get("granted_roles", ()))
    return tuple(Effect(verb, "role", "", role, detail=f"{direction} {members}") for role in roles)


def read_default_privileges(node: Node) -> tuple[Effect, ...]:
    """Return the one effect of ALTER DEFAULT PRIVILEGES; its name is the schema, or "" for everywhere."""
    options = {item["def_elem"].get("defname"): item["def_elem"] for item in node.get("options", ())}
    schemas = options.get("schemas", {}).get("arg", {}).get("list", {}).get("items", [])
    owners = options.get("roles", {}).get("arg", {}).get("list", {}).get("items", [])
    action = node.get("action", {})
    verb = _verb(action)
    direction = "TO" if verb is Verb.GRANT else "FROM"
    word = kind_word(str(action.get("objtype", ""))).upper() + "S"
    detail = f"{_privileges(action)} ON {word} {direction} {_grantees(action)}"
    if owners:
        detail = f"FOR {', '.join(role_name(owner) for owner in owners)}: {detail}"
    names = ", ".join(schema["string"]["sval"] for schema in schemas)
    return (Effect(verb, "default privileges", "", names, detail=detail),)


def read_role_setting(node: Node) -> tuple[Effect, ...]:
    """Return the one effect of ALTER ROLE ... SET; its detail never repeats the value."""
    given = node.get("setstmt", {})
    verb = "RESET" if given.get("kind") in ("VAR_RESET", "VAR_RESET_ALL", "VAR_SET_DEFAULT") else "SET"
    setting = f"{verb} {given.get('name', 'ALL')}"
    database = f" IN DATABASE {quote_ident(str(node['database']))}" if node.get("database") else ""
    return (Effect(Verb.ALTER, "role", "", role_name(node.get("role", {})), detail=f"{setting}{database}"),)
