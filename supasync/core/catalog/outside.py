"""What no fingerprint tells of a database: who may what, what lies where none looks, and where values are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from supasync.core.sql.keys import ColumnKey, TableKey

Place = tuple[int, int]
"""The oid of a table and the number of a column: the same in a copy, another one once the column is made anew."""

# What is compared in full is shown in short.
_DIGEST = re.compile(r"\b([0-9a-f]{6})[0-9a-f]{26}\b")


@dataclass(frozen=True)
class Outside:
    """Lines: roles, memberships, settings, privileges (`access`), and what lies in schemas that nothing compares.

    `columns` are those of the user's tables by their place, `files` the number of the file that each table's rows are
    in, by the table's oid, `types` those of the columns, as `format_type` prints them.
    """

    access: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    columns: Mapping[Place, ColumnKey] = field(default_factory=dict)
    files: Mapping[int, int] = field(default_factory=dict)
    types: Mapping[Place, str] = field(default_factory=dict)

    def lines(self) -> tuple[str, ...]:
        """Return all lines, in order."""
        return (*sorted(self.access), *sorted(self.objects))

    def without(self, other: Outside) -> Outside:
        """Return the lines that the other has not."""
        return Outside(self.access - other.access, self.objects - other.objects)


@dataclass(frozen=True)
class OutsideChange:
    """What came there, and what went; columns whose values are gone, tables whose rows were written anew.

    A column that is gone may be there again, made anew under the same name. `retyped` are columns that are there, by
    their names before, with their types before and after.
    """

    added: Outside = field(default_factory=Outside)
    removed: Outside = field(default_factory=Outside)
    gone: tuple[ColumnKey, ...] = ()
    rewritten: frozenset[TableKey] = frozenset()
    retyped: tuple[tuple[ColumnKey, str, str], ...] = ()

    @classmethod
    def between(cls, before: Outside, after: Outside) -> OutsideChange:
        """Return what has become another."""
        moved = {oid for oid, file in before.files.items() if after.files.get(oid, file) != file}
        return cls(
            after.without(before),
            before.without(after),
            tuple(sorted(key for place, key in before.columns.items() if place not in after.columns)),
            frozenset(key[:2] for (oid, _), key in before.columns.items() if oid in moved),
            tuple(
                (before.columns[place], old, after.types[place])
                for place, old in sorted(before.types.items())
                if after.types.get(place, old) != old
            ),
        )

    @classmethod
    def of_rollback(cls, before: Outside, there: Outside, back: Outside) -> OutsideChange:
        """Return what a rollback has changed beyond the migration, which led from `before` to `there`."""
        own = cls.between(there, back)
        kept = [place for place in before.columns if place in there.columns]
        return cls(
            own.added.without(before),
            Outside(own.removed.access & before.access, own.removed.objects & before.objects),
            tuple(sorted(before.columns[place] for place in kept if place not in back.columns)),
            own.rewritten,
        )

    def of_access(self) -> OutsideChange:
        """Return what of it is access."""
        return OutsideChange(Outside(self.added.access), Outside(self.removed.access))

    def of_objects(self) -> OutsideChange:
        """Return what of it is objects."""
        return OutsideChange(Outside(objects=self.added.objects), Outside(objects=self.removed.objects))

    def words(self) -> tuple[str, ...]:
        """Say what came and went, a line each."""
        added = (f"it adds {in_short(line)}" for line in self.added.lines())
        return (*added, *(f"it takes away {in_short(line)}" for line in self.removed.lines()))


def in_short(line: str) -> str:
    """Return a line as it is shown."""
    return _DIGEST.sub(r"\1", line)
