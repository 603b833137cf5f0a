"""Which marked statements of somebody's file are the attic's in truth: those that are written here again, letter for
letter, from what the file enters into the inventory. Everything else is the author's own, whatever its mark says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from supasync.core.attic import attic_sql
from supasync.core.attic.blocks import SEAL_SQL, guarded, only_locks
from supasync.core.attic.inventory import INVENTORY_SQL, note_sql
from supasync.core.attic.marker import is_attic, unmarked
from supasync.core.attic.model import SCHEMA, Keep, KeepCodec, KeepKind, KeptColumn
from supasync.core.attic.output_settings import FIX_OUTPUT_SQL, RESTORE_OUTPUT_SQL
from supasync.core.changes.direction import Direction
from supasync.core.sql import quote_ident, tree
from supasync.core.sql.names import strings, walk

_ALWAYS = frozenset({SEAL_SQL, FIX_OUTPUT_SQL, RESTORE_OUTPUT_SQL, *INVENTORY_SQL})
_VERSION = re.compile(r"\b\d{14,}\b")


class OwnTexts:
    """The attic's statements for some keeps, as a file may have them."""

    def __init__(self, keeps: Iterable[Keep], codec: KeepCodec) -> None:
        known = dict.fromkeys(keeps)
        number = Counter(keep.attic for keep in known)
        # Of two that share an attic table, what the one keeps would be put where the other is from.
        self._keeps = tuple(keep for keep in known if number[keep.attic] == 1)
        self._codec = codec
        self._of_no_table = {
            text for keep in self._keeps for text in (*attic_sql.lend(keep), *attic_sql.take_back(keep))
        }

    def has(self, text: str) -> bool:
        """Tell whether a statement of a migration is one of them."""
        if not is_attic(text):
            return False
        statement = unmarked(text)
        if statement in _ALWAYS or only_locks(statement) or statement in self._of_no_table:
            return True
        inner = guarded(statement) or statement
        named = (keep for keep in self._keeps if keep.attic_table in inner)
        return any(inner in candidates for keep in named for candidates in self._texts(keep, inner))

    def _texts(self, keep: Keep, like: str) -> Iterator[tuple[str, ...]]:
        """Yield what there is to write for a keep; of what depends on more than the keep, the one that is `like`."""
        yield (attic_sql.keep_sql(keep, with_parts=True), attic_sql.keep_sql(keep, with_parts=False))
        yield (
            attic_sql.record_changed(keep),
            attic_sql.mark_edited(keep),
            f"ALTER TABLE {keep.attic_table} REPLICA IDENTITY FULL",
        )
        for version in _VERSION.findall(like):
            for direction in Direction:
                yield note_sql(keep, version, direction, self._codec)
        if keep.kind is KeepKind.POSITION:
            yield (attic_sql.position_back(keep, _numbered(like)),)
            return
        wanted = {column.name: _type_in(like, column) for column in keep.columns}
        present = [column for column in keep.columns if _value_of(column.name) in like]
        yield (attic_sql.rows_back(keep, {column.name: wanted[column.name] for column in present}),)
        for unless_edited in (False, True) if keep.values else ():
            yield (attic_sql.values_back(keep, present, wanted, unless_edited=unless_edited),)


def _value_of(column: str) -> str:
    return f"kept.{quote_ident(column)}"


def _type_in(text: str, column: KeptColumn) -> str:
    """Return the type, of those that a kept value may be cast to, that it is cast to in a statement."""
    value = _value_of(column.name)
    found = [name for name in (column.type, column.new_type) if name and f"{value}::{name}" in text]
    return max(found, key=len, default=column.type)


def restoring(text: str) -> str:
    """Return what a statement of the attic does to rows or a sequence of the user's, as SQL; "" where it does not."""
    inner = guarded(unmarked(text)) or unmarked(text)
    kind, node = tree(inner)
    writes = kind in ("insert_stmt", "update_stmt") and node["relation"].get("schemaname") != SCHEMA
    return inner if writes or (kind == "select_stmt" and "setval" in inner) else ""


def _numbered(text: str) -> tuple[str, str, str] | None:
    """Return the column whose rows a statement of `position_back` looks at."""
    node = tree(text)[1]
    places = [found for found in walk(node, "range_var") if found.get("alias", {}).get("aliasname") == "counted"]
    columns = [strings(found.get("fields", ())) for found in walk(node, "column_ref")]
    named = [words[1] for words in columns if len(words) > 1 and words[0] == "counted"]
    if not places or not named:
        return None
    return places[0].get("schemaname", ""), places[0].get("relname", ""), named[0]
