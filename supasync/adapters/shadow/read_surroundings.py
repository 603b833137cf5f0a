"""What of the target surrounds its schema and must be the same in the shadow.

Roles, extensions and default privileges are not in a schema file, yet they decide what loading it
gives. They are read from the target, without any password, and reproduced before loading.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from supasync.adapters.catalog import snapshot
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.read_stand_ins import read_extensions
from supasync.core.catalog.surroundings import PLATFORM_SEARCH_PATH, Membership, Role, Surroundings, is_platform_role
from supasync.core.sql import quote_ident

# Membership in these reaches files and programs of the machine that runs the shadow.
_DANGEROUS_GROUPS = ("pg_read_server_files", "pg_write_server_files", "pg_execute_server_program")
_REVOKED = "anon, authenticated, service_role, postgres, public"
_ROLES = """
select r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
       r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil::text, coalesce(s.setconfig, '{}')
from pg_catalog.pg_roles r
left join pg_catalog.pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0
where r.rolname !~ '^pg_'
order by r.rolname
"""
_SEARCH_PATH = """
select substr(entry, length('search_path=') + 1)
from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) entry
where entry like 'search\\_path=%%'
  and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
  and s.setrole in (0, (select oid from pg_catalog.pg_roles where rolname = %s))
order by (s.setrole <> 0) desc, (s.setdatabase <> 0) desc
limit 1
"""


def read_surroundings(session: Session) -> Surroundings:
    """Read the surroundings of the connected target's schema. Raises StatementError, ConnectionFailedError."""
    with snapshot(session):
        return _read(session)


def _read(session: Session) -> Surroundings:
    major = session.info.server_version // 10000
    platform = bool(
        session.value(
            "select exists (select from pg_catalog.pg_namespace where nspname = 'auth')"
            " and exists (select from pg_catalog.pg_roles where rolname = 'anon')"
        )
    )
    owner = "postgres" if platform else str(session.value("select current_user"))
    known = {str(row[0]): row for row in session.rows(_ROLES)}
    custom = tuple(name for name in known if name != owner and not (platform and is_platform_role(name)))
    defaults = _default_privileges(session, (owner, *custom))
    extensions, stand_ins, available = read_extensions(session)
    head = _platform_reset() if platform else ()
    path = session.value(_SEARCH_PATH, (owner,)) or (PLATFORM_SEARCH_PATH if platform else '"$user", public')
    return Surroundings(
        major=major,
        platform=platform,
        owner=owner,
        owner_options="" if platform else _options(known[owner], owner=True),
        owner_superuser=not platform and bool(known[owner][1]),
        extensions=extensions,
        stand_ins=stand_ins,
        available=available,
        roles=tuple(Role(name, _options(known[name]), _settings(known[name])) for name in custom),
        memberships=_memberships(session, major, custom, owner),
        default_privileges=(*head, *(text for schema, text in defaults if schema in ("", "public"))),
        schema_defaults=tuple((schema, text) for schema, text in defaults if schema not in ("", "public")),
        search_path=str(path),
    )


def _options(row: tuple[Any, ...], *, owner: bool = False) -> str:
    # Never SUPERUSER for the owner: its schema file would leave the shadow's confines.
    flags = zip(("inherit", "createrole", "createdb", "login", "replication", "bypassrls"), row[2:8], strict=True)
    words = [name if wanted else f"no{name}" for name, wanted in flags]
    if row[1] and not owner:
        words.append("superuser")
    if row[8] != -1:
        words.append(f"connection limit {int(row[8])}")
    if row[9]:
        words.append("valid until '" + str(row[9]).replace("'", "''") + "'")
    return " ".join(words)


def _settings(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(entry) for entry in row[10])


def _memberships(session: Session, major: int, custom: tuple[str, ...], owner: str) -> tuple[Membership, ...]:
    # Since 16 a membership says for itself whether it inherits and allows SET ROLE, and there may be
    # several of the same two roles by different grantors, of which the bootstrap role's come first.
    # Nobody may become a superuser through a group: that would be the way out of the shadow.
    options = "m.admin_option, null, null, null"
    if major >= 16:
        by = "case when m.grantor <> 10 then pg_catalog.pg_get_userbyid(m.grantor)::text end"
        options = f"m.admin_option, m.inherit_option, m.set_option, {by}"
    rows = session.rows(
        f"select distinct g.rolname, r.rolname, {options} from pg_catalog.pg_auth_members m"
        " join pg_catalog.pg_roles g on g.oid = m.roleid join pg_catalog.pg_roles r on r.oid = m.member"
        " where (g.rolname = any(%(custom)s) or r.rolname = any(%(members)s)) and g.rolname <> all(%(dangerous)s)"
        " and not g.rolsuper order by 6 nulls first, 1, 2, 3 desc",
        {"custom": list(custom), "members": [*custom, owner], "dangerous": list(_DANGEROUS_GROUPS)},
    )
    return tuple(Membership(str(row[0]), str(row[1]), _membership_options(row)) for row in rows)


def _membership_options(row: tuple[Any, ...]) -> str:
    if row[3] is None:
        return "with admin option" if row[2] else ""
    words = zip(("admin", "inherit", "set"), row[2:5], strict=True)
    by = f" granted by {quote_ident(row[5])}" if row[5] else ""
    return "with " + ", ".join(f"{word} {'true' if wanted else 'false'}" for word, wanted in words) + by


def _default_privileges(session: Session, grantors: tuple[str, ...]) -> list[tuple[str, str]]:
    query = (resources.files("supasync") / "data" / "default_privileges.sql").read_text(encoding="utf-8")
    return [(str(row[0]), str(row[1])) for row in session.rows(query, {"grantors": list(grantors)})]


def _platform_reset() -> tuple[str, ...]:
    # The baseline has the long-standing defaults; a project may have others, or none at all.
    head = "alter default privileges for role postgres in schema public revoke all on"
    return tuple(f"{head} {kind} from {_REVOKED}" for kind in ("tables", "sequences", "functions", "types"))
