"""Roles of a shadow server. They belong to all its databases, so each stray one shows up in every diff."""

from __future__ import annotations

import re

from psycopg import sql

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.sql import split_identifiers
from supasync.errors import SupasyncError, UsageError

# A schema file that says this may leave roles behind, wherever it says it (also in DO blocks).
_ABOUT_ROLES = re.compile(r"\b(?:create|alter|drop)\s+(?:role|user|group)\b", re.IGNORECASE)
_UNDEFINED_OBJECT, _STILL_NEEDED = "42704", "2BP01"
_FIRST_WITH_CLOSED_ROLES = 16  # from then on a role that makes roles grants only those that it was given to grant
_SNAPSHOT = """
select md5(coalesce(string_agg(line, e'\\n' order by line), '')) from (
  select concat_ws(' ', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
                   rolbypassrls, rolconnlimit, rolvaliduntil) as line
  from pg_catalog.pg_roles where rolname !~ '^pg_'
  union all
  select concat_ws(' ', 'member', g.rolname, r.rolname, pg_catalog.to_jsonb(m) - '{oid, roleid, member}'::text[])
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles g on g.oid = m.roleid
  join pg_catalog.pg_roles r on r.oid = m.member
  union all
  select concat_ws(' ', 'setting', coalesce(r.rolname, 'all'), s.setconfig::text)
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid = s.setrole
  where s.setdatabase = 0
) lines
"""


_MAY_BECOME_SUPERUSER = """
select exists (select from pg_catalog.pg_roles s, pg_catalog.pg_roles o
               where s.rolsuper and o.rolname = %s and pg_catalog.pg_has_role(o.oid, s.oid, 'member'))
"""


def mentions_roles(text: str) -> bool:
    """Return whether a schema file may make, change or drop roles."""
    return _ABOUT_ROLES.search(text) is not None


def snapshot(admin: Session) -> str:
    """Return a digest of all roles of the server: names, attributes, memberships, settings."""
    return str(admin.value(_SNAPSHOT))


def passwords(admin: Session) -> frozenset[str]:
    """Name the roles that have passwords, each with a digest of what it is."""
    query = "select rolname::text, md5(rolpassword) from pg_catalog.pg_authid where rolpassword is not null"
    return frozenset(f"password of role {name} ({digest[:6]})" for name, digest in admin.rows(query))


def names(admin: Session) -> tuple[str, ...]:
    """Return the names of all roles but PostgreSQL's own."""
    rows = admin.rows("select rolname from pg_catalog.pg_roles where rolname !~ '^pg_' order by 1")
    return tuple(str(row[0]) for row in rows)


def create_owner(admin: Session, context: Surroundings) -> None:
    """Make the role that will own the objects, when it is not there; never a superuser."""
    if context.owner not in names(admin):
        options = " ".join(word for word in context.owner_options.split() if word not in ("login", "nologin"))
        statement = f"create role {{}} {options} login nosuperuser"
        admin.rows(sql.SQL(statement).format(sql.Identifier(context.owner)))


def close(admin: Session, before: tuple[str, ...], major: int) -> None:
    """Take from the roles that came since what would outlast them, or reach out, on a server that is not ours.

    A slot of replication keeps the log for ever. Up to PostgreSQL 15 who makes roles could grant himself programs and
    files; a server of our own has nothing of that.
    """
    words = "noreplication" if major >= _FIRST_WITH_CLOSED_ROLES else "noreplication nocreaterole"
    for name in names(admin):
        is_superuser = admin.value("select rolsuper from pg_catalog.pg_roles where rolname = %s", (name,))
        if name not in before and not is_superuser:
            admin.rows(sql.SQL(f"alter role {{}} {words}").format(sql.Identifier(name)))


def refuse_superuser(admin: Session, owner: str) -> None:
    """Refuse to load anything as a role that is a superuser of the shadow, or may become one.

    Raises UsageError.
    """
    if admin.value(_MAY_BECOME_SUPERUSER, (owner,)):
        raise UsageError(
            f'The shadow cannot load a schema file as the role "{owner}"',
            reason="It is a superuser of the shadow, or a member of one.",
            hint="Connect to the target as the role that owns the schema, for example postgres.",
        )


def let_in(admin: Session, name: str) -> None:
    """Let the role log in."""
    admin.rows(sql.SQL("alter role {} login").format(sql.Identifier(name)))


def set_password(admin: Session, name: str, password: str) -> None:
    """Let the role in with `password`."""
    admin.rows(sql.SQL("alter role {} login password {}").format(sql.Identifier(name), sql.Literal(password)))


def create_custom(admin: Session, context: Surroundings) -> None:
    """Make the target's own roles with their attributes, settings and memberships, without passwords."""
    present = set(names(admin))
    for role in context.roles:
        if role.name in present:
            continue
        identifier = sql.Identifier(role.name)
        admin.rows(sql.SQL(f"create role {{}} {role.options}").format(identifier))
        for setting in role.settings:
            name, _, value = setting.partition("=")
            statement = sql.SQL("alter role {} set {} to {}")
            setting_value = path_setting(value) if name == "search_path" else sql.Literal(value)
            _tolerant(admin, statement.format(identifier, _dotted(name), setting_value))
    superusers = {str(row[0]) for row in admin.rows("select rolname from pg_catalog.pg_roles where rolsuper")}
    for membership in context.memberships:
        if membership.group in superusers:
            continue  # of the shadow, whoever it is in the target
        options = membership.options.replace("{", "{{").replace("}", "}}")
        grant = sql.SQL(f"grant {{}} to {{}} {options}")
        _tolerant(admin, grant.format(sql.Identifier(membership.group), sql.Identifier(membership.member)))


def path_setting(value: str) -> sql.Composable:
    """Return a search_path as SET takes it, from the text that the catalog holds: names, and nothing but names."""
    try:
        names = [sql.Identifier(name) for name in split_identifiers(value) if name]
    except ValueError:
        reason = f"It is set to {value}."
        raise SupasyncError("The search_path of a role or database cannot be read", reason=reason) from None
    return sql.SQL(", ").join(names) if names else sql.Literal("")


def drop_all_but(admin: Session, kept: tuple[str, ...]) -> None:
    """Drop the roles that are not in `kept`, however they hang together.

    A role that still owns something stays, without its login; the next snapshot tells.
    """
    left = [name for name in names(admin) if name not in kept]
    while left:
        standing = [name for name in left if not _dropped(admin, name)]
        if standing == left:
            break
        left = standing
    for name in left:
        admin.rows(sql.SQL("alter role {} nologin password null").format(sql.Identifier(name)))


def _dropped(admin: Session, name: str) -> bool:
    try:
        admin.rows(sql.SQL("drop role {}").format(sql.Identifier(name)))
    except StatementError as error:
        if error.sqlstate != _STILL_NEEDED:
            raise
        return False
    return True


def _dotted(name: str) -> sql.Composed:
    return sql.SQL(".").join(sql.Identifier(part) for part in name.split("."))


def _tolerant(admin: Session, statement: sql.Composable) -> None:
    # A platform role or setting of the target that the shadow does not know cannot matter to the schema.
    try:
        admin.rows(statement)
    except StatementError as error:
        if error.sqlstate not in (_UNDEFINED_OBJECT, "22023", "42501", "0LP01"):
            raise
