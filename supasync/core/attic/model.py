"""The attic: tables in the target's schema `supasync` that keep what a change would destroy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from supasync.core.changes.direction import Direction
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.names import shown

SCHEMA = "supasync"
TABLES = "supasync.attic_"  # how the name of each attic table begins in SQL
# The column that is lent to a table without a key while values are kept or restored, to tell its rows apart; a table
# that has a column of this name gets one of another name.
LENT = "__supasync_row"


class KeepKind(StrEnum):
    """What an attic table has: rows of a whole table, values of columns, or the current value of a sequence."""

    ROWS = "rows"
    VALUES = "values"
    POSITION = "position"


class ColumnOutcome(StrEnum):
    """What a change does to a column.

    Gone: not there afterwards. Again: dropped and re-added, its values go along. Recast: likewise, but the new type
    does not hold them exactly. Changed: never dropped, or computed from now on; the change makes new values. Filled:
    its NULLs get a value.
    """

    GONE = "gone"
    AGAIN = "again"
    RECAST = "recast"
    CHANGED = "changed"
    FILLED = "filled"


class Label(StrEnum):
    """What a rollback of one migration returns, the best first."""

    LOSSLESS = "lossless"
    FROM_ATTIC = "lossless from the attic"
    SCHEMA_ONLY = "schema only"


def worst(labels: Iterable[str]) -> str:
    """Return the label of several migrations together; "" where one of them has none."""
    found = tuple(labels)
    order = ["", Label.SCHEMA_ONLY, Label.FROM_ATTIC, Label.LOSSLESS]
    return str(min(found, key=order.index)) if found else str(Label.LOSSLESS)


@dataclass(frozen=True)
class KeptColumn:
    """A column of an attic table, named as in its source. `type` is as `format_type` prints the source's.

    `fate` and `new_type` ("" when it is gone) tell what the change does to the column.
    """

    name: str
    type: str
    fate: ColumnOutcome = ColumnOutcome.GONE
    new_type: str = ""

    @property
    def as_text(self) -> bool:
        """Whether it is kept as text: types of users and extensions may go away, and must not be held back."""
        return is_foreign(self.type)

    @property
    def is_remade(self) -> bool:
        """Whether the change makes another value of the one that is kept."""
        return self.fate in (ColumnOutcome.RECAST, ColumnOutcome.CHANGED, ColumnOutcome.FILLED)

    @property
    def kept_sql(self) -> str:
        """The source's column as it goes into the attic."""
        name = quote_ident(self.name)
        return f"{name}::text AS {name}" if self.as_text else name

    def value_sql(self, alias: str, wanted: str = "") -> str:
        """The kept value as `wanted`, or as the type that it had."""
        wanted = wanted or self.type
        value = f"{alias}.{quote_ident(self.name)}"
        return value if wanted == self.type and not self.as_text else f"{value}::{wanted}"


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name for a column of supasync's own that none of the user's columns has."""
    while name in taken:
        name += "_"
    return name


def is_foreign(type_name: str) -> bool:
    """Tell whether a type is not PostgreSQL's own: only then does `format_type` print a schema."""
    return "." in type_name


@dataclass(frozen=True)
class Key:
    """What tells the rows of a table apart: `columns` that are unique and never NULL.

    Without such columns rows are told apart by the text of the columns in `rest` and a number among equals;
    `inherited`: the rows of children count too, each by the table it is in. With both, the column is `lent` (its name)
    for as long as a transaction lasts.
    """

    columns: tuple[KeptColumn, ...] = ()
    rest: tuple[str, ...] = ()
    inherited: bool = False
    lent: str = ""

    @property
    def is_lent(self) -> bool:
        """Whether the rows have a key only while values are kept or restored."""
        return bool(self.lent)


@dataclass(frozen=True)
class Keep:
    """One attic table.

    `schema` and `name` are the source's. `key` is set for values. `owner` is the column that a sequence numbers.
    `again` tells of rows that their table is dropped and recreated; `whole` of values that all rows are kept, not
    only those that hold one (or, where NULLs get a value, those with NULL). `without` are partitions whose rows are
    not among those of the table, because they outlive it.
    """

    attic: str
    kind: KeepKind
    schema: str
    name: str
    columns: tuple[KeptColumn, ...] = ()
    key: Key = Key()
    owner: tuple[str, str, str] | None = None
    again: bool = False
    whole: bool = True
    without: tuple[str, ...] = ()

    @property
    def attic_table(self) -> str:
        """The attic table as SQL names it."""
        return qualified(SCHEMA, self.attic)

    @property
    def source(self) -> str:
        """The source as SQL names it."""
        return qualified(self.schema, self.name)

    @property
    def object(self) -> str:
        """The source in a developer's words."""
        named = shown(self.schema, self.name)
        return ", ".join(f"{named}.{quote_ident(column.name)}" for column in self.columns) if self.values else named

    @property
    def values(self) -> bool:
        """Whether single columns are kept."""
        return self.kind is KeepKind.VALUES

    @property
    def words(self) -> str:
        """What is kept: "rows of old_stats", "values of users.email", "the current value of lone_seq"."""
        if self.values and all(column.fate is ColumnOutcome.FILLED for column in self.columns):
            names = ", ".join(quote_ident(column.name) for column in self.columns)
            return f"which rows of {shown(self.schema, self.name)} had no {names}"
        begins = {KeepKind.ROWS: "rows of ", KeepKind.VALUES: "values of ", KeepKind.POSITION: "the current value of "}
        return begins[self.kind] + self.object

    def column(self, name: str) -> KeptColumn | None:
        """Return a kept column by its name."""
        return next((column for column in self.columns if column.name == name), None)


class KeepCodec(Protocol):
    """Writes keeps as the JSON that the inventory's column `spec` holds, and reads them."""

    def encode(self, keep: Keep) -> str:
        """Return the JSON of a keep, without its attic table and kind."""

    def decode(self, name: str, kind: str, spec: str | Mapping[str, Any]) -> Keep:
        """Return the keep of the attic table `name`. Raises SupasyncError for what `encode` does not write."""


@dataclass(frozen=True)
class AtticEntry:
    """A row of the inventory. `version` is the migration's; its `direction` is down for what a rollback took away."""

    keep: Keep
    version: str
    direction: Direction
    rows: int
    bytes: int
    kept_at: Any
    purged_at: Any = None


def standing(entries: Iterable[AtticEntry], versions: Collection[str] = ()) -> Iterator[AtticEntry]:
    """Yield the entries, newest first, whose attic table is still there.

    With `versions`, only what these migrations took away: what an earlier one took was not there any more when they
    ran, and is of another time.
    """
    for entry in sorted(entries, key=lambda entry: entry.kept_at, reverse=True):
        if not entry.purged_at and (not versions or (entry.direction == Direction.UP and entry.version in versions)):
            yield entry


def attic_name(version: str, direction: Direction, number: int) -> str:
    """Return the name of a migration's attic table; what its rollback takes away has `back` in it."""
    return f"attic_{version}_{'' if direction == 'up' else 'back_'}{number}"
