"""Statements for privileges: what turns one grantee's privileges on one object into others."""

from __future__ import annotations

import re
from collections.abc import Callable

from supasync.core.catalog.fingerprint import ObjectDifference
from supasync.core.engine.supplement_sql import Sides
from supasync.core.sql.keys import kind_and_name, split_owner

_DEFAULT_PRIVILEGE = re.compile(
    r"(?P<scope>for role .+) on (?P<objects>tables|sequences|functions|types|schemas) to (?P<grantee>.+)"
)
_ALL = "all"
_RELATIONS = ("table", "view", "materialized view", "foreign table")


def absorbed(difference: ObjectDifference, sides: Sides) -> bool:
    """Tell whether a privilege goes away by itself because its grantee becomes the object's owner."""
    address, _word, grantee = difference.identity.rpartition(" to ")
    old, new = (side.of_kind("owner").get(address) for side in (sides.before, sides.after))
    return difference.after is None and old != new and grantee == new


def grant(difference: ObjectDifference, sides: Sides) -> tuple[str, ...]:
    """GRANT and REVOKE that turn one grantee's privileges on one object into others."""
    address, _word, grantee = difference.identity.rpartition(" to ")
    kind, name = kind_and_name(address)
    implied = _implied(kind, grantee)
    old, new = _privileges(difference.before, implied), _privileges(difference.after, implied)
    if grantee == "<owner>":
        grantee = sides.after.of_kind("owner").get(address, "")
    if not grantee:
        return ()
    if kind in _RELATIONS and old and not new:
        # A privilege that only newer servers have (MAINTAIN) is no part of a fingerprint; it goes too.
        return (f"REVOKE ALL ON {_grant_word(kind)} {name} FROM {grantee}",)
    inner = ""
    if kind == "column":
        name, column_name = split_owner(name)
        kind, inner = "table", f" ({column_name})"
    target = f"{_grant_word(kind)} {name}"
    return _grants(
        old, new, lambda verb, privileges, tail: f"{verb} {_with(privileges, inner)} ON {target} {tail}", grantee
    )


def default_privilege(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """ALTER DEFAULT PRIVILEGES."""
    found = _DEFAULT_PRIVILEGE.fullmatch(difference.identity)
    if found is None:
        return ()
    grantee, scope = found["grantee"], found["scope"]
    implied = set() if " in schema " in scope else _implied(found["objects"].rstrip("s"), grantee)
    old, new = _privileges(difference.before, implied), _privileges(difference.after, implied)
    if grantee == "<owner>":
        grantee = scope.removeprefix("for role ")
    alter = "ALTER DEFAULT PRIVILEGES " + scope.replace("for role", "FOR ROLE", 1).replace(
        " in schema ", " IN SCHEMA ", 1
    )
    objects = found["objects"].upper()
    return _grants(old, new, lambda verb, privileges, tail: f"{alter} {verb} {privileges} ON {objects} {tail}", grantee)


def _grants(old: set[str], new: set[str], say: Callable[[str, str, str], str], grantee: str) -> tuple[str, ...]:
    statements = []
    if _ALL in new:
        return (say("GRANT", "ALL", f"TO {grantee}"),)
    if _ALL in old:
        # An owner starts with everything; which privileges that is depends on the kind of object.
        statements.append(say("REVOKE", "ALL", f"FROM {grantee}"))
        old = set()
    gone = sorted({p.rstrip("*") for p in old} - {p.rstrip("*") for p in new})
    if gone:
        statements.append(say("REVOKE", ", ".join(gone), f"FROM {grantee}"))
    no_option = sorted(p.rstrip("*") for p in old if p.endswith("*") and p.rstrip("*") in new)
    if no_option:
        statements.append(say("REVOKE GRANT OPTION FOR", ", ".join(no_option), f"FROM {grantee}"))
    plain = sorted(p for p in new - old if not p.endswith("*") and f"{p}*" not in old)
    if plain:
        statements.append(say("GRANT", ", ".join(plain), f"TO {grantee}"))
    with_option = sorted(p.rstrip("*") for p in new - old if p.endswith("*"))
    if with_option:
        statements.append(say("GRANT", ", ".join(with_option), f"TO {grantee} WITH GRANT OPTION"))
    return tuple(statements)


def _privileges(definition: str | None, implied: set[str]) -> set[str]:
    if definition is None:
        return implied
    return set() if definition == "none" else set(definition.split(", "))


def _implied(kind: str, grantee: str) -> set[str]:
    """Return what PostgreSQL grants by itself, which is what an absent row means."""
    if grantee == "<owner>":
        return {_ALL}
    if grantee != "PUBLIC":
        return set()
    if kind in ("function", "procedure", "aggregate"):
        return {"EXECUTE"}
    return {"USAGE"} if kind in ("type", "domain") else set()


def _grant_word(kind: str) -> str:
    words = {
        "view": "TABLE",
        "materialized view": "TABLE",
        "foreign table": "TABLE",
        "aggregate": "FUNCTION",
        "server": "FOREIGN SERVER",
    }
    return words.get(kind, kind.upper())


def _with(privileges: str, inner: str) -> str:
    return ", ".join(privilege + inner for privilege in privileges.split(", ")) if inner else privileges
