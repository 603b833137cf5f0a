"""What of the target surrounds its schema and must be the same in the shadow: roles, extensions, default privileges."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from supasync.core.catalog.stand_in import StandIn

_PLATFORM_ROLES = frozenset(
    {"postgres", "anon", "authenticated", "service_role", "authenticator", "dashboard_user", "pgbouncer", "pgtle_admin"}
)
_PLATFORM_PREFIXES = ("supabase_", "pgsodium_", "cli_login_")
PLATFORM_SEARCH_PATH = '"$user", public, extensions'


def is_platform_role(name: str) -> bool:
    """Return whether Supabase brings the role along."""
    return name in _PLATFORM_ROLES or name.startswith(_PLATFORM_PREFIXES)


@dataclass(frozen=True)
class Role:
    """A role of the target's own: name, CREATE ROLE options, `setting=value` pairs; never a password."""

    name: str
    options: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Membership:
    """`member` belongs to `group`; `options` as GRANT spells them ("" for the server's defaults)."""

    group: str
    member: str
    options: str = ""


@dataclass(frozen=True)
class Surroundings:
    """The surroundings of a target's schema.

    `major` is the server's version (17), `platform` whether it is a Supabase project, `owner` the role
    that loads the schema and owns the result (in the shadow never a superuser; `owner_superuser` tells
    whether it is one in the target), `extensions` pairs of name and schema, each after
    those that it requires, `stand_ins` what is known of those that do not come with PostgreSQL,
    `available` what is known of those that could be made there,
    `default_privileges` statements for schema public and for all schemas, `schema_defaults` pairs of
    another schema and a statement for it, `search_path` the one a session of `owner` starts with.
    """

    major: int
    platform: bool
    owner: str = "postgres"
    owner_options: str = "login createdb createrole"
    owner_superuser: bool = False
    extensions: tuple[tuple[str, str], ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    available: tuple[StandIn, ...] = ()
    roles: tuple[Role, ...] = ()
    memberships: tuple[Membership, ...] = ()
    default_privileges: tuple[str, ...] = ()
    schema_defaults: tuple[tuple[str, str], ...] = ()
    search_path: str = PLATFORM_SEARCH_PATH

    def digest(self) -> str:
        """Return a hexadecimal digest; equal contexts have equal ones."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def roles_digest(self) -> str:
        """Return a digest of what is the same for all databases of a cluster."""
        parts = (self.owner, self.owner_options, self.roles, self.memberships)
        return hashlib.sha256(repr(parts).encode()).hexdigest()
