"""Triggers that must not fire while supasync fills rows: nobody edited these rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supasync.core.change import changes_of
from supasync.core.fingerprint import Fingerprint
from supasync.core.sql import qualified, quote_ident
from supasync.core.supplement_sql import split_owner


@dataclass(frozen=True)
class Pause:
    """What switches triggers off before an UPDATE, and on again as they were."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def pause_triggers(seen: Fingerprint, schema: str, table: str, statements: Sequence[str]) -> Pause:
    """Return the pause of the triggers that an UPDATE of the table would fire.

    `statements` are those of the plan: a trigger that they touch is left to them.
    """
    touched = {
        quote_ident(change.name)
        for text in statements
        if "TRIGGER" in text.upper()
        for change in changes_of(text)
        if change.kind == "trigger" and (change.schema, change.table) == (schema, table)
    }
    owner, states = qualified(schema, table), seen.of_kind("trigger state")
    before, after = [], []
    for identity, definition in seen.of_kind("trigger").items():
        on, name = split_owner(identity)
        state = states.get(identity, "enable")
        fires = "UPDATE" in definition.partition(" ON ")[0] and state in ("enable", "enable always")
        if on == owner and name not in touched and fires:
            before.append(f"ALTER TABLE {owner} DISABLE TRIGGER {name}")
            after.append(f"ALTER TABLE {owner} {state.upper()} TRIGGER {name}")
    return Pause(tuple(before), tuple(after))
