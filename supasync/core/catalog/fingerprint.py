"""The fingerprint: a database's user-managed catalog as canonical rows, their digest and comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from supasync.core.sql.keys import key_of

# The same schemas and roles that the CLI's diff leaves to the platform, so that both witnesses
# look at the same objects.
PLATFORM_SCHEMAS = (
    "_analytics", "_realtime", "_supavisor", "auth", "cron", "dbdev", "etl", "extensions", "graphql", "graphql_public",
    "information_schema", "net", "pgbouncer", "pgmq", "pgmq_public", "pgsodium", "pgsodium_masks", "pgtle", "realtime",
    "repack", "storage", "supabase_functions", "supabase_migrations", "supasync", "tiger", "tiger_data", "topology",
    "vault",
)  # fmt: skip
PLATFORM_ROLES = r"^(supabase_.*|pgsodium_.*|pgtle_admin|dashboard_user|pgbouncer|cli_login_.*)$"
OWNER_KINDS = frozenset({"owner"})
GRANT_KINDS = frozenset({"grant", "default privilege"})


class Grants(StrEnum):
    """How grants count when two states are compared."""

    MANAGED = "managed"
    IGNORED = "ignored"


@dataclass(frozen=True, order=True)
class ObjectRow:
    """One object, or one attribute of an object, that a migration can change.

    `kind` is in words ("table", "column storage"); `identity` names it unambiguously within its kind,
    quoted where SQL wants quotes ("public.users.email", "public.f(integer, text)"); `definition` is
    everything else that is compared.
    """

    kind: str
    identity: str
    definition: str


@dataclass(frozen=True)
class ObjectDifference:
    """An object whose definition differs between two fingerprints; None: it is not there."""

    kind: str
    identity: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Fingerprint:
    """The catalog rows of one database, sorted.

    `foreign` are those of objects that are not ours to change: they take part in no comparison.
    """

    rows: tuple[ObjectRow, ...]
    foreign: tuple[ObjectRow, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[ObjectRow]) -> Fingerprint:
        """Return the fingerprint of rows in any order."""
        return cls(tuple(sorted(rows)))

    def digest(self, include_owners: bool = True, include_grants: bool = True) -> str:
        """Return the SHA-256, in hex, of the selected rows."""
        state = hashlib.sha256()
        for row in self.selected(owners=include_owners, grants=include_grants):
            for part in (row.kind, row.identity, row.definition):
                data = part.encode()
                # The length in front keeps ("ab", "c") apart from ("a", "bc").
                state.update(b"%d:" % len(data))
                state.update(data)
        return state.hexdigest()

    def selected(self, *, owners: bool, grants: bool) -> Iterator[ObjectRow]:
        """Yield the rows, without owners or without privileges if asked so."""
        left_out = _left_out(owners, grants)
        return (row for row in self.rows if row.kind not in left_out)

    def of_kind(self, kind: str) -> Mapping[str, str]:
        """Return identity -> definition of one kind."""
        return MappingProxyType(self._by_kind.get(kind, {}))

    # Asked for once per difference, grant or statement: they are put in order once, not each time.
    @cached_property
    def _by_kind(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for row in self.rows:
            found.setdefault(row.kind, {})[row.identity] = row.definition
        return found

    @cached_property
    def foreign_names(self) -> frozenset[str]:
        """The keys (`object_key`) of the objects that are not ours to change."""
        return frozenset(key_of(row.identity) for row in self.foreign if row.kind == "owner")

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], str]:
        """(kind, identity) -> definition; rows of the same key are told line by line."""
        found: dict[tuple[str, str], str] = {}
        for row in self.rows:
            key = (row.kind, row.identity)
            found[key] = f"{found[key]}\n{row.definition}" if key in found else row.definition
        return found


def _left_out(owners: bool, grants: bool) -> frozenset[str]:
    return (frozenset() if owners else OWNER_KINDS) | (frozenset() if grants else GRANT_KINDS)


def compare(
    a: Fingerprint, b: Fingerprint, *, owners: bool = True, grants: bool = True
) -> tuple[ObjectDifference, ...]:
    """Return what differs between `a` ("before") and `b` ("after"), sorted by kind and identity."""
    left_out = _left_out(owners, grants)
    before, after = a.by_key, b.by_key
    differing = [
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key) and key[0] not in left_out
    ]
    return tuple(
        ObjectDifference(kind, identity, before.get((kind, identity)), after.get((kind, identity)))
        for kind, identity in sorted(differing)
    )


def summarize(
    differences: Iterable[ObjectDifference], *, before: str = "before", after: str = "after"
) -> tuple[str, ...]:
    """Return one line in words for each difference; `before` and `after` name the two sides."""
    return tuple(_in_words(difference, before, after) for difference in differences)


def _in_words(difference: ObjectDifference, before: str, after: str) -> str:
    named = f"{difference.kind} {difference.identity}"
    if difference.before is None:
        return f"{named}: only in {after}{_brief(difference.after)}"
    if difference.after is None:
        return f"{named}: only in {before}{_brief(difference.before)}"
    if _is_short(difference.before) and _is_short(difference.after):
        return f"{named}: {difference.before or 'nothing'} in {before}, {difference.after or 'nothing'} in {after}"
    return f"{named}: differs"


def _is_short(definition: str) -> bool:
    return len(definition) <= 80 and "\n" not in definition


def _brief(definition: str | None) -> str:
    return f" ({definition})" if definition and _is_short(definition) else ""
