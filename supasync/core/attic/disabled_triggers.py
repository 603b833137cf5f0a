"""What must rest while supasync fills rows that nobody edited: triggers, rules, and row security of the owner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.inheritance import family
from supasync.core.changes.change import changes_of, dropped_tables
from supasync.core.sql import qualified, quote_ident, tree
from supasync.core.sql.keys import TableKey, split_owner

FIRE_DEFERRED = "SET CONSTRAINTS ALL IMMEDIATE"
_SWITCH = re.compile(
    r"ALTER TABLE (?P<table>\S.*?) (?:(?P<off>DISABLE|NO(?= FORCE))|ENABLE ALWAYS|ENABLE)?"
    r" ?(?P<what>TRIGGER .+|RULE .+|FORCE ROW LEVEL SECURITY)"
)
# As PostgreSQL's pg_trigger.h numbers them.
_EVENTS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16}
_ACTIVE = ("enable", "enable always")


@dataclass(frozen=True)
class Pause:
    """What switches them off before an UPDATE, and on again as they were."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def pause_triggers(seen: Fingerprint, schema: str, table: str, statements: Sequence[str]) -> Pause:
    """Return the pause of the triggers that an UPDATE of the table would fire.

    `statements` are those of the plan: a trigger that they touch is left to them.
    """
    return _pause(_triggers(seen, schema, table, statements, ("UPDATE",)))


def pause_for(
    seen: Fingerprint, schema: str, table: str, statements: Sequence[str], *, events: tuple[str, ...]
) -> Pause:
    """Return the pause of triggers and rules for `events` (INSERT, UPDATE), and of row security forced on the owner."""
    owner = qualified(schema, table)
    if (schema, table) in _dropped(statements):
        return Pause()  # what it had went with it, and what it gets is made behind its rows
    found = list(_triggers(seen, schema, table, statements, events))
    states = seen.of_kind("rule state")
    for identity, definition in seen.of_kind("rule").items():
        on, name = split_owner(identity)
        state = states.get(identity, "enable")
        reacts = any(f" ON {event} TO " in definition or f"ON {event}\n" in definition for event in events)
        if on == owner and reacts and state in _ACTIVE and name not in _touched(statements, "rule", schema, table):
            found.append((owner, f"DISABLE RULE {name}", f"{state.upper()} RULE {name}"))
    if "forced" in seen.of_kind("row security").get(owner, "") and not _touched(
        statements, "row security", schema, table
    ):
        found.append((owner, "NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"))
    return _pause(found)


def without_pauses(statements: Iterable[str]) -> tuple[str, ...]:
    """Leave out what a pause switches off and on again: to a reader nothing of it changes."""
    kept: list[str] = []
    off: dict[str, int] = {}
    for text in statements:
        if found := _SWITCH.fullmatch(text):
            name = f"{found['table']} {found['what']}"
            if found["off"]:
                off[name] = len(kept)
            elif name in off:
                kept[off.pop(name)] = ""
                continue
        kept.append(text)
    return tuple(text for text in kept if text)


def _pause(found: Iterable[tuple[str, str, str]]) -> Pause:
    switches = tuple(found)
    return Pause(
        tuple(f"ALTER TABLE {table} {off}" for table, off, _ in switches),
        tuple(f"ALTER TABLE {table} {on}" for table, _, on in switches),
    )


def _triggers(
    seen: Fingerprint, schema: str, table: str, statements: Sequence[str], events: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    states = seen.of_kind("trigger state")
    made_again = _dropped(statements)
    tables = (one for one in family(seen, (schema, table)) if one not in made_again)
    touched = {qualified(*one): _touched(statements, "trigger", *one) for one in tables}
    for identity, definition in seen.of_kind("trigger").items():
        on, name = split_owner(identity)
        state = states.get(identity, "enable")
        if name not in touched.get(on, {name}) and state in _ACTIVE and _fires(definition, events):
            yield on, f"DISABLE TRIGGER {name}", f"{state.upper()} TRIGGER {name}"


def _fires(definition: str, events: tuple[str, ...]) -> bool:
    """Tell whether a trigger has one of the events; its name and its columns may hold any words."""
    found = int(tree(definition)[1].get("events", 0))
    return any(found & _EVENTS[event] for event in events)


def _dropped(statements: Sequence[str]) -> frozenset[TableKey]:
    return dropped_tables(change for text in statements if "TABLE" in text.upper() for change in changes_of(text))


def _touched(statements: Sequence[str], kind: str, schema: str, table: str) -> set[str]:
    word = kind.rpartition(" ")[2].upper()
    return {
        quote_ident(change.name)
        for text in statements
        if word in text.upper()
        for change in changes_of(text)
        if change.kind == kind and (change.schema, change.table) == (schema, table)
    }
