"""Statements for single catalog rows: what brings one row from its old to its new definition.

Identities and definitions come from fingerprint.sql and fingerprint_attributes.sql, already quoted for SQL.
A builder returns no statement for what it cannot express.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from supasync.core.catalog.fingerprint import Fingerprint, ObjectDifference
from supasync.core.sql import quote_literal
from supasync.core.sql.keys import kind_and_name, split_owner


@dataclass(frozen=True)
class Sides:
    """The two whole fingerprints that a difference is part of."""

    before: Fingerprint
    after: Fingerprint

    def both_have(self, kind: str, identity: str) -> bool:
        """Tell whether the object exists before and after."""
        return identity in self.before.of_kind(kind) and identity in self.after.of_kind(kind)


Builder = Callable[[ObjectDifference, Sides], tuple[str, ...]]
_COLUMN = re.compile(
    r"(?P<type>.+?)(?P<required> not null)?(?P<identity> generated (?:always|by default) as identity)?"
    r"(?: default (?P<default>.*)|(?P<generated> generated always as \(.*))?",
    re.DOTALL,
)


def options(alter: str) -> Builder:
    """Build SET (...) and RESET (...) of storage parameters behind `alter`, e.g. "ALTER TABLE"."""

    def build(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
        old, new = _pairs(difference.before), _pairs(difference.after)
        gone = ", ".join(name for name in old if name not in new)
        put = ", ".join(f"{name} = {quote_literal(value)}" for name, value in new.items() if old.get(name) != value)
        target = f"{alter} {difference.identity}"
        return tuple(f"{target} {verb} ({what})" for verb, what in (("RESET", gone), ("SET", put)) if what)

    return build


def _pairs(definition: str | None) -> dict[str, str]:
    pairs = (entry.partition("=") for entry in (definition or "").split(", ") if entry)
    return {name: value for name, _, value in pairs}


def column_options(difference: ObjectDifference, sides: Sides) -> tuple[str, ...]:
    """Planner options of a column, such as n_distinct."""
    table, column = split_owner(difference.identity)
    on_column = ObjectDifference("", column, difference.before, difference.after)
    return options(f"ALTER TABLE {table} ALTER COLUMN")(on_column, sides)


def column_value(setting: str, reset: str, of: str = "TABLE") -> Builder:
    """Build ALTER TABLE ... ALTER COLUMN ... SET `setting` value, and `reset` where there is none."""

    def build(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
        table, column = split_owner(difference.identity)
        action = reset if difference.after is None else f"SET {setting} {difference.after}"
        return (f"ALTER {of} {table} ALTER COLUMN {column} {action}",)

    return build


def column_storage(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """SET STORAGE; the definition ends in the type's default because only PostgreSQL 16+ knows DEFAULT."""
    table, column = split_owner(difference.identity)
    if difference.after is not None:
        value = difference.after.split(" ")[0]
    else:
        value = (difference.before or "").rpartition("default ")[2].rstrip(")")
    return (f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {value.upper()}",)


def column(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """Default and NOT NULL of a column, which the engine overlooks on partitions."""
    if difference.before is None or difference.after is None:
        return ()
    old, new = (_COLUMN.fullmatch(text) for text in (difference.before, difference.after))
    if old is None or new is None or any(old[part] != new[part] for part in ("type", "identity", "generated")):
        return ()
    table, name = split_owner(difference.identity)
    alter = f"ALTER TABLE ONLY {table} ALTER COLUMN {name}"
    statements = []
    if old["default"] != new["default"]:
        statements.append(
            f"{alter} DROP DEFAULT" if new["default"] is None else f"{alter} SET DEFAULT {new['default']}"
        )
    if old["required"] != new["required"]:
        statements.append(f"{alter} {'SET' if new['required'] else 'DROP'} NOT NULL")
    return tuple(statements)


def recreate(drop: str) -> Builder:
    """Build `drop` identity and then the definition, which is a CREATE statement."""

    def build(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
        dropped = (f"{drop} {difference.identity}",) if difference.before is not None else ()
        created = (difference.after.removesuffix(" (invalid)"),) if difference.after is not None else ()
        return dropped + created

    return build


def extension(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """CREATE and DROP EXTENSION; where one lies that is there stays as it is."""
    name, where = difference.identity, (difference.after or "").removeprefix("in schema ")
    if difference.before is None:
        return (f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {where}",)
    return (f"DROP EXTENSION IF EXISTS {name}",) if difference.after is None else ()


def trigger(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """CREATE and DROP TRIGGER."""
    table, name = split_owner(difference.identity)
    dropped = (f"DROP TRIGGER {name} ON {table}",) if difference.before is not None else ()
    return dropped + ((difference.after,) if difference.after is not None else ())


def policy(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """CREATE and DROP POLICY; the definition is what stands behind AS."""
    table, name = split_owner(difference.identity)
    dropped = (f"DROP POLICY {name} ON {table}",) if difference.before is not None else ()
    return dropped + ((f"CREATE POLICY {name} ON {table} AS {difference.after}",) if difference.after else ())


def constraint(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """ADD and DROP CONSTRAINT."""
    table, name = split_owner(difference.identity)
    dropped = (f"ALTER TABLE {table} DROP CONSTRAINT {name}",) if difference.before is not None else ()
    added = (f"ALTER TABLE {table} ADD CONSTRAINT {name} {difference.after}",) if difference.after is not None else ()
    return dropped + added


def sequence(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """The parameters of a sequence that stays; whose column it serves is the engine's."""
    if difference.before is None or difference.after is None:
        return ()
    (_old, *old_owner), (new, *new_owner) = (
        re.split(r" (?=owned by |identity of )", text) for text in (difference.before, difference.after)
    )
    if old_owner != new_owner:
        return ()
    cycle = "" if new.endswith(" cycle") else " no cycle"
    return (f"ALTER SEQUENCE {difference.identity} {new}{cycle}",)


def persistence(difference: ObjectDifference, sides: Sides) -> tuple[str, ...]:
    """SET LOGGED and UNLOGGED."""
    kind = "SEQUENCE" if difference.identity in sides.after.of_kind("sequence") else "TABLE"
    return (f"ALTER {kind} {difference.identity} SET {'LOGGED' if difference.after is None else 'UNLOGGED'}",)


def table_value(setting: str, reset: str) -> Builder:
    """Build ALTER TABLE `setting` value, and ALTER TABLE `reset` where there is none."""

    def build(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
        action = reset if difference.after is None else f"{setting} {difference.after}"
        return (f"ALTER TABLE {difference.identity} {action}",)

    return build


def row_security(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """ENABLE/DISABLE and FORCE/NO FORCE ROW LEVEL SECURITY."""
    old, new = difference.before or "", difference.after or ""
    actions = [("enabled", "ENABLE", "DISABLE"), ("forced", "FORCE", "NO FORCE")]
    return tuple(
        f"ALTER TABLE {difference.identity} {on if word in new else off} ROW LEVEL SECURITY"
        for word, on, off in actions
        if (word in old) != (word in new)
    )


def inheritance(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """INHERIT and NO INHERIT; a mere change of the parents' order cannot be expressed."""
    old, new = ([name for name in (text or "").split(", ") if name] for text in (difference.before, difference.after))
    removed = [f"ALTER TABLE {difference.identity} NO INHERIT {parent}" for parent in old if parent not in new]
    added = [f"ALTER TABLE {difference.identity} INHERIT {parent}" for parent in new if parent not in old]
    return tuple(removed + added)


def state(what: str) -> Builder:
    """Build ENABLE, DISABLE, ENABLE ALWAYS and ENABLE REPLICA of a TRIGGER or RULE."""

    def build(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
        table, name = split_owner(difference.identity)
        verb, _space, manner = (difference.after or "enable").upper().partition(" ")
        return (" ".join(filter(None, ("ALTER TABLE", table, verb, manner, what, name))),)

    return build


def index_column_statistics(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """SET STATISTICS of an expression in an index."""
    index, _word, number = difference.identity.rpartition(" column ")
    return (f"ALTER INDEX {index} ALTER COLUMN {number} SET STATISTICS {difference.after or -1}",)


def statistics_target(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """SET STATISTICS of a statistics object."""
    return (f"ALTER STATISTICS {difference.identity} SET STATISTICS {difference.after or -1}",)


def mapping(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """The dictionaries of one token type of a text search configuration."""
    configuration, _word, token = difference.identity.rpartition(" for ")
    alter = f"ALTER TEXT SEARCH CONFIGURATION {configuration}"
    if difference.after is None:
        return (f"{alter} DROP MAPPING FOR {token}",)
    verb = "ADD" if difference.before is None else "ALTER"
    return (f"{alter} {verb} MAPPING FOR {token} WITH {difference.after}",)


def comment(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """COMMENT ON."""
    text = "NULL" if difference.after is None else quote_literal(difference.after)
    return (f"COMMENT ON {_keyword_first(difference.identity)} IS {text}",)


def owner(difference: ObjectDifference, _: Sides) -> tuple[str, ...]:
    """OWNER TO, for an object that stays."""
    if difference.before is None or difference.after is None:
        return ()
    return (f"ALTER {_keyword_first(difference.identity)} OWNER TO {difference.after}",)


def _keyword_first(address: str) -> str:
    kind, name = kind_and_name(address)
    return f"{kind.upper()} {name}"
