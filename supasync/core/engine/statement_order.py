"""The CLI's order of statements, mended where it fails on rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supasync.core.attic.disabled_triggers import FIRE_DEFERRED, Pause
from supasync.core.changes.read_alter_table import alter_table_commands
from supasync.core.sql.keys import ColumnKey

# A column gets its default first, then (after a backfill) NOT NULL, and identity only when NOT NULL stands, and when it
# is of a type that can be numbered.
_TYPE, _IDENTITY = "AT_AlterColumnType", "AT_AddIdentity"
_COLUMN_RANKS = {_TYPE: 1, "AT_ColumnDefault": 2, "AT_SetNotNull": 3, _IDENTITY: 4}
NO_PAUSES: Mapping[ColumnKey, Pause] = {}


def order_statements(
    statements: Sequence[str], backfills: Mapping[ColumnKey, str], pauses: Mapping[ColumnKey, Pause] = NO_PAUSES
) -> tuple[str, ...]:
    """Put default, backfill, NOT NULL and identity of each column into the order that works on rows.

    A backfill runs while the triggers of its column's pause are off.
    """
    ordered = list(statements)
    for column, texts in _column_steps(statements).items():
        wanted = sorted(texts, key=_rank)
        if column in backfills:
            place = next(
                (at for at, text in enumerate(wanted) if _rank(text) >= _COLUMN_RANKS["AT_SetNotNull"]), len(wanted)
            )
            # Constraint triggers that wait for the commit would block the ALTER TABLE that follows.
            pause = pauses.get(column, Pause())
            wanted[place:place] = [*pause.before, backfills[column], FIRE_DEFERRED, *pause.after]
        if wanted == texts:
            continue
        last = max(ordered.index(text) for text in texts)
        ordered[last + 1 : last + 1] = wanted
        for text in texts:
            ordered.remove(text)
    return tuple(ordered)


def _column_steps(statements: Sequence[str]) -> dict[ColumnKey, list[str]]:
    found: dict[ColumnKey, list[str]] = {}
    for text in statements:
        commands = list(alter_table_commands(text))
        if len(commands) == 1 and _rank(text):
            schema, table, command = commands[0]
            found.setdefault((schema, table, command["name"]), []).append(text)
    return {column: texts for column, given in found.items() if (texts := _without_type(given))}


def _without_type(texts: list[str]) -> list[str]:
    """Leave changes of type where they are, unless the column is to be numbered."""
    ranks = {text: _rank(text) for text in texts}
    if _COLUMN_RANKS[_IDENTITY] in ranks.values():
        return texts
    return [text for text in texts if ranks[text] != _COLUMN_RANKS[_TYPE]]


def _rank(text: str) -> int:
    for _, _, command in alter_table_commands(text):
        if command["subtype"] == "AT_ColumnDefault" and "def" not in command:
            return 0  # DROP DEFAULT stays where it is: a change of type may need it out of the way
        return _COLUMN_RANKS.get(command["subtype"], 0)
    return 0
