"""What the diff engine gets wrong of columns that a table has from its parent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from supasync.core.changes.read_alter_table import column_commands


def without_slips(statements: Sequence[str], before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """Leave out what the engine gets wrong of inherited columns, which are there without being the table's own.

    That is ADD COLUMN of a column that is there, and DROP COLUMN of one that is to stay. `before` and `after` are the
    columns of the states that the statements lie between, by their qualified names.
    """
    found = {"AT_AddColumn": set[str](), "AT_DropColumn": set[str]()}
    for text in statements:
        for subtype, name in column_commands(text):
            found[subtype].add(name)

    def slips(text: str) -> bool:
        return any(
            name in before and name not in found["AT_DropColumn"]
            if subtype == "AT_AddColumn"
            else name in after and name not in found["AT_AddColumn"]
            for subtype, name in column_commands(text)
        )

    return tuple(text for text in statements if not slips(text))
