"""What the diff engine leaves undone: statements for the kinds of objects it does not manage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supasync.core.catalog.fingerprint import PLATFORM_SCHEMAS, Fingerprint, ObjectDifference, compare
from supasync.core.engine import supplement_grants
from supasync.core.engine import supplement_sql as build
from supasync.core.engine.supplement_sql import Builder, Sides
from supasync.core.sql.keys import kind_and_name, schema_of, split_owner

# In the order in which the statements must run: what an object needs comes before it. Owners come late
# because giving an object away takes the right to alter it, privileges after them because a change of
# owner rewrites them.
_BUILDERS: dict[str, Builder] = {
    "extension": build.extension,
    "text search dictionary": build.recreate("DROP TEXT SEARCH DICTIONARY"),
    "text search configuration": build.recreate("DROP TEXT SEARCH CONFIGURATION"),
    "text search mapping": build.mapping,
    "cast": build.recreate("DROP CAST"),
    "operator": build.recreate("DROP OPERATOR"),
    "sequence": build.sequence,
    "column": build.column,
    "constraint": build.constraint,
    "index": build.recreate("DROP INDEX"),
    "statistics": build.recreate("DROP STATISTICS IF EXISTS"),  # it may have gone with its table or column
    "trigger": build.trigger,
    "policy": build.policy,
    "inheritance": build.inheritance,
    "persistence": build.persistence,
    "table access method": build.table_value("SET ACCESS METHOD", "SET ACCESS METHOD heap"),
    "row security": build.row_security,
    "replica identity": build.table_value("REPLICA IDENTITY", "REPLICA IDENTITY DEFAULT"),
    "table options": build.options("ALTER TABLE"),
    "toast options": build.options("ALTER TABLE"),
    "view options": build.options("ALTER VIEW"),
    "index options": build.options("ALTER INDEX"),
    "cluster": build.table_value("CLUSTER ON", "SET WITHOUT CLUSTER"),
    "column storage": build.column_storage,
    "column compression": build.column_value("COMPRESSION", "SET COMPRESSION default"),
    "column statistics": build.column_value("STATISTICS", "SET STATISTICS -1"),
    "column options": build.column_options,
    "view column default": build.column_value("DEFAULT", "DROP DEFAULT", of="VIEW"),
    "index column statistics": build.index_column_statistics,
    "statistics target": build.statistics_target,
    "trigger state": build.state("TRIGGER"),
    "rule state": build.state("RULE"),
    "comment": build.comment,
    "owner": build.owner,
    "default privilege": supplement_grants.default_privilege,
    "grant": supplement_grants.grant,
}
_RANK = {kind: rank for rank, kind in enumerate(_BUILDERS)}
# Attributes of an object that is itself missing or too much cannot be set: the object is the problem.
_OF_TABLE = frozenset(
    {
        "inheritance",
        "table access method",
        "row security",
        "replica identity",
        "table options",
        "toast options",
        "cluster",
    }
)
_OF_PARENT = {
    "column storage": "column", "column compression": "column",
    "column statistics": "column", "column options": "column",
    "trigger state": "trigger", "rule state": "rule", "view options": "view", "statistics target": "statistics",
}  # fmt: skip
_SUPERUSER_KINDS = frozenset(
    {"access method", "operator class", "operator family", "base type", "text search parser", "text search template"}
)
_EARLY_CREATES = frozenset({"text search dictionary", "text search configuration", "text search mapping"})
_TEXT_SEARCH = frozenset({"text search dictionary", "text search configuration"})
_MADE_HERE = frozenset({"cast", "operator", "statistics"}) | _TEXT_SEARCH
# What the engine never mentions; other kinds reach the supplement only where the engine erred.
_OVERLOOKED = _MADE_HERE | {
    "text search mapping", "cluster", "column storage", "column compression", "column statistics", "column options",
    "toast options", "index options", "index column statistics", "statistics target", "view column default",
}  # fmt: skip
_WITHOUT_EXTENSIONS = frozenset(PLATFORM_SCHEMAS) - {"extensions"}
_EARLY_DROPS = frozenset({"cast", "operator"})


@dataclass(frozen=True)
class Unmanaged:
    """A difference that no statement of ours removes, and why."""

    difference: ObjectDifference
    reason: str


@dataclass(frozen=True)
class Supplement:
    """Statements, without semicolons and in order, and what they leave different."""

    statements: tuple[str, ...]
    unmanaged: tuple[Unmanaged, ...]


def supplement(before: Fingerprint, after: Fingerprint, *, owners: bool = True, grants: bool = True) -> Supplement:
    """Return what brings a database at `before` to `after`, once the engine's script has run.

    `before` is the fingerprint of the clone after the engine's script, `after` the desired one.
    """
    return _supplement(compare(before, after, owners=owners, grants=grants), Sides(before, after))


def ownership(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return what gives the objects of `before` to their owners in `after`."""
    found = compare(before, after, grants=False)
    return _supplement(tuple(one for one in found if one.kind == "owner"), Sides(before, after)).statements


def overlooked(before: Fingerprint, after: Fingerprint) -> Supplement:
    """Return only what the engine never manages, for use beside a script of the engine that has not run.

    `before` and `after` are the very states that the engine compared, so that nothing is said twice.
    """
    sides = Sides(before, after)
    found = compare(before, after, grants=False)
    return _supplement(tuple(difference for difference in found if _is_overlooked(difference, sides)), sides)


def _supplement(differences: tuple[ObjectDifference, ...], sides: Sides) -> Supplement:
    statements: list[str] = []
    unmanaged: list[Unmanaged] = []
    for difference in _ordered(differences):
        if _follows(difference, sides):
            continue
        made = () if _object_missing(difference, sides) else _statements(difference, sides)
        statements += made
        if not made:
            unmanaged.append(Unmanaged(difference, _reason(difference, sides)))
    return Supplement(tuple(statements), tuple(unmanaged))


def _is_overlooked(difference: ObjectDifference, sides: Sides) -> bool:
    kind, identity = difference.kind, difference.identity
    if kind == "comment":
        of, name = kind_and_name(identity)
        relation = split_owner(name)[0] if of == "column" else ""
        of_view = any(sides.both_have(view, relation) for view in ("view", "materialized view"))
        return of_view or of in _MADE_HERE or identity == "publication supabase_realtime"
    if kind == "column":
        # PostgreSQL sees to it that a partition has the columns of its parent, in the same types.
        own = difference.before is not None and difference.after is not None and bool(_statements(difference, sides))
        return own and sides.both_have("partition", split_owner(identity)[0])
    if kind == "owner":
        # It gives an object to anybody but the role that owns all others.
        return difference.before is not None and difference.after == "postgres"
    if kind == "extension":
        return _in_platform_schema(difference.before) or _in_platform_schema(difference.after)
    if kind == "persistence":
        return sides.both_have("sequence", identity)
    return kind in _OVERLOOKED


def _in_platform_schema(definition: str | None) -> bool:
    """Tell whether an extension lies in a schema of the platform that the engine does not look at."""
    return (definition or "").removeprefix("in schema ").strip('"') in _WITHOUT_EXTENSIONS


def prelude(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return what must run before the engine's script for it to succeed.

    The engine's new indexes and columns may use text search objects that it does not create; functions
    and types that it drops may be held by casts and operators that it ignores; and a table that begins
    or ceases to inherit it would drop and create anew. The engine's diff is to be computed afterwards.
    """
    sides = Sides(before, after)
    schemas = before.of_kind("schema")
    statements: list[str] = []
    for difference in _ordered(compare(before, after, owners=False, grants=False)):
        new, gone = difference.before is None, difference.after is None
        early = new and difference.kind in _EARLY_CREATES and schema_of(difference.identity) in schemas
        toggled = difference.kind == "inheritance" and _can_toggle(difference, sides)
        if early or toggled or (gone and difference.kind in _EARLY_DROPS):
            statements += _statements(difference, sides)
    return tuple(statements)


def _can_toggle(difference: ObjectDifference, sides: Sides) -> bool:
    """Tell whether INHERIT alone does it: a new parent's columns and checks are in the child already."""
    parents = set((difference.after or "").split(", ")) - set((difference.before or "").split(", ")) - {""}
    child = difference.identity
    if not sides.both_have("table", child) or not all(sides.both_have("table", parent) for parent in parents):
        return False
    columns, constraints = sides.before.of_kind("column"), sides.before.of_kind("constraint")
    checks = {name: text for name, text in constraints.items() if text.startswith("CHECK")}
    return all(_contains(rows, parent, child) for parent in parents for rows in (columns, checks))


def _contains(rows: Mapping[str, str], parent: str, child: str) -> bool:
    named = ((*split_owner(identity), definition) for identity, definition in rows.items())
    return all(rows.get(f"{child}.{name}") == definition for owner, name, definition in named if owner == parent)


def _ordered(differences: tuple[ObjectDifference, ...]) -> list[ObjectDifference]:
    gone_last = [d for d in differences if d.kind in _EARLY_CREATES and d.after is None]
    rest = [d for d in differences if d not in gone_last]
    rank = len(_RANK)
    # REVOKE on a table takes the privileges on its columns along: those are granted after it.
    return sorted(rest, key=lambda d: (_RANK.get(d.kind, rank), d.identity.startswith("column "))) + sorted(
        gone_last, key=lambda d: -_RANK[d.kind]
    )


def _statements(difference: ObjectDifference, sides: Sides) -> tuple[str, ...]:
    builder = _BUILDERS.get(difference.kind)
    return builder(difference, sides) if builder else ()


def _follows(difference: ObjectDifference, sides: Sides) -> bool:
    """Tell whether the difference goes away with a statement made for another one."""
    if difference.kind == "text search mapping" and difference.after is None:
        configuration = difference.identity.rpartition(" for ")[0]
        return configuration not in sides.after.of_kind("text search configuration")
    if difference.kind == "statistics target" and difference.after is None:
        return difference.identity not in sides.after.of_kind("statistics")
    if difference.kind == "owner" and difference.identity.startswith("sequence "):
        definition = sides.after.of_kind("sequence").get(difference.identity.removeprefix("sequence "), "")
        return " owned by " in definition or " identity of " in definition
    if difference.kind == "grant" and supplement_grants.absorbed(difference, sides):
        return True
    if difference.before is not None and difference.after is not None:
        return False
    if difference.kind not in ("owner", "grant", "comment"):
        return False
    address = difference.identity.rpartition(" to ")[0] if difference.kind == "grant" else difference.identity
    kind, name = kind_and_name(address)
    if kind not in _MADE_HERE:
        return False
    if difference.after is None:
        return name not in sides.after.of_kind(kind)
    return difference.kind == "owner" and difference.after == "postgres"


def _object_missing(difference: ObjectDifference, sides: Sides) -> bool:
    if difference.kind == "table access method" and difference.after in sides.after.of_kind("access method"):
        return difference.after not in sides.before.of_kind("access method")
    if difference.kind in _OF_TABLE:
        return not (
            sides.both_have("table", difference.identity) or sides.both_have("materialized view", difference.identity)
        )
    if difference.kind in _OF_PARENT:
        parent = _OF_PARENT[difference.kind]
        if parent == "column" and sides.both_have("materialized view", split_owner(difference.identity)[0]):
            return False
        made_here = parent in _MADE_HERE and difference.identity in sides.after.of_kind(parent)
        return not (made_here or sides.both_have(parent, difference.identity))
    if difference.kind in ("constraint", "column"):
        table = split_owner(difference.identity)[0]
        return not (sides.both_have("table", table) or sides.both_have("foreign table", table))
    return False


def _reason(difference: ObjectDifference, sides: Sides) -> str:
    if difference.kind in _SUPERUSER_KINDS:
        return "only a superuser can change this"
    if difference.kind not in _BUILDERS:
        return "the diff engine should have handled this but did not"
    if _object_missing(difference, sides):
        return "the object that it belongs to is missing on one side"
    return "PostgreSQL has no statement that changes this in place"
