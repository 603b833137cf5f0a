"""Lets a migration keep what it takes away, and its rollback put it there again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from supasync.core.attic.attic_sql import (
    keep_sql,
    lend,
    mark_edited,
    position_back,
    record_changed,
    rows_back,
    take_back,
    values_back,
)
from supasync.core.attic.blocks import SEAL_SQL, if_there, lock_sql
from supasync.core.attic.data_loss import losses_of, numbered
from supasync.core.attic.disabled_triggers import FIRE_DEFERRED, Pause, pause_for
from supasync.core.attic.inventory import INVENTORY_SQL, note_sql
from supasync.core.attic.keep_selection import keeps_for, label_of
from supasync.core.attic.marker import marked
from supasync.core.attic.model import ColumnOutcome, Keep, KeepCodec, KeepKind, KeptColumn, Label
from supasync.core.attic.output_settings import fix_output
from supasync.core.attic.statement_insertion import StatementInserter
from supasync.core.catalog.inheritance import with_parts
from supasync.core.catalog.state import State
from supasync.core.changes.direction import Direction
from supasync.core.sql import quote_ident
from supasync.core.sql.keys import ColumnKey, TableKey
from supasync.core.sql.names import shown

# Rows that a policy hides would be left behind without a word; with this PostgreSQL refuses instead.
ALL_ROWS = "SET LOCAL row_security = off"
_QUIET = "SET LOCAL client_min_messages = warning"


@dataclass(frozen=True)
class Transition:
    """A migration's statements and those that undo it, both proven; `before` and `after` are the states around it."""

    up: tuple[str, ...]
    down: tuple[str, ...]
    before: State
    after: State
    backfilled: tuple[ColumnKey, ...] = ()


@dataclass(frozen=True)
class Preserved:
    """A migration that keeps and restores. `keeps` are made by up, `back_keeps` by its rollback.

    `label` says what a rollback returns, `reason` why not everything.
    """

    up: tuple[str, ...]
    down: tuple[str, ...]
    keeps: tuple[Keep, ...]
    back_keeps: tuple[Keep, ...]
    label: Label
    reason: str = ""


def preserve(
    transition: Transition, version: str, codec: KeepCodec, *, discard: bool = False, attic: Sequence[Keep] = ()
) -> Preserved:
    """Insert keeping and restoring into a migration and its rollback.

    With `discard` nothing is kept. `attic` are keeps of earlier changes whose rows and values are to come back with
    the objects that `up` creates.
    """
    losses = losses_of(transition.up, transition.before, transition.after, transition.backfilled)
    keeps = () if discard else keeps_for(losses, transition.before, transition.after, version, Direction.UP)
    back = losses_of(transition.down, transition.after, transition.before)
    back_keeps = () if discard else keeps_for(back, transition.after, transition.before, version, Direction.DOWN)
    up = StatementInserter(transition.up, transition.after.fingerprint)
    up.first(_each_once(lend, keeps))
    _keep(up, keeps, transition.before, version, Direction.UP, codec)
    _carry(up, keeps, transition.before, transition.after, transition.up)
    _restore(up, attic, transition.before, transition.after, transition.up, guarded=True)
    up.last(
        text for keep in keeps for text in fix_output(keep, _unforced(keep, transition.after, record_changed(keep)))
    )
    up.last(_each_once(take_back, keeps))
    down = StatementInserter(transition.down, transition.before.fingerprint)
    down.first(_each_once(lend, (*keeps, *back_keeps)))
    down.first(
        text for keep in keeps for text in fix_output(keep, _unforced(keep, transition.after, mark_edited(keep)))
    )
    _keep(down, back_keeps, transition.after, version, Direction.DOWN, codec)
    _carry(down, back_keeps, transition.after, transition.before, transition.down)
    _restore(down, keeps, transition.after, transition.before, transition.down)
    down.last(_each_once(take_back, (*keeps, *back_keeps)))
    if discard and losses.any:
        label, reason = Label.SCHEMA_ONLY, "nothing was kept because of --discard-data"
    else:
        label, reason = label_of(losses, keeps)
        if stranded := _stranded(keeps, back_keeps, transition):
            label, reason = Label.SCHEMA_ONLY, stranded
    with_rows = bool(keeps or back_keeps or attic)
    head = (_QUIET, ALL_ROWS) if with_rows else ()
    return Preserved((*head, *up.result()), (*head, *down.result()), keeps, back_keeps, label, reason)


def _each_once(make: Callable[[Keep], tuple[str, ...]], keeps: Sequence[Keep]) -> tuple[str, ...]:
    """Return what `make` has for the keeps, marked, each statement once: two keeps may be of one table."""
    return marked(dict.fromkeys(text for keep in keeps for text in make(keep)))


def _keep(
    inserter: StatementInserter,
    keeps: Sequence[Keep],
    before: State,
    version: str,
    direction: Direction,
    codec: KeepCodec,
) -> None:
    if not keeps:
        return
    inserter.first(marked(INVENTORY_SQL))
    locked = dict.fromkeys(keep.source for keep in keeps if keep.kind is not KeepKind.POSITION)
    # Nobody may write between the copy and the loss, and a later, stronger lock might wait in a circle.
    inserter.first(marked([lock_sql(locked)] if locked else ()))
    for keep in keeps:
        made = keep_sql(keep, with_parts=with_parts(before.fingerprint, (keep.schema, keep.name)))
        inserter.first(fix_output(keep, _unforced(keep, before, made)))
        inserter.first(marked(note_sql(keep, version, direction, codec)))
        if any(column.is_remade for column in keep.columns):
            # A publication for all tables has the attic in it, and lets rows be updated only if they have an identity.
            inserter.first(marked([f"ALTER TABLE {keep.attic_table} REPLICA IDENTITY FULL"]))
    inserter.first(marked([SEAL_SQL]))


def _unforced(keep: Keep, state: State, text: str) -> tuple[str, ...]:
    """Return a statement that reads a keep's source, between those that let its owner see all rows."""
    own = marked([text] if text else ())
    if not text or keep.kind is KeepKind.POSITION:
        return own
    pause = pause_for(state.fingerprint, keep.schema, keep.name, (), events=())
    return (*pause.before, *own, *pause.after)


def _carry(
    inserter: StatementInserter, keeps: Sequence[Keep], before: State, after: State, texts: Sequence[str]
) -> None:
    """Let rows, values and positions go along when what holds them is dropped and recreated."""
    for keep in keeps:
        table = (keep.schema, keep.name)
        if keep.kind is KeepKind.ROWS and keep.again and not _unfillable(keep, after):
            inserter.fill_table(table, _at_once(keep, rows_back(keep, _fillable(table, after)), Pause()))
        elif keep.kind is KeepKind.VALUES:
            again = [column for column in keep.columns if column.fate in (ColumnOutcome.AGAIN, ColumnOutcome.RECAST)]
            if again and before.columns(table):
                update = values_back(keep, again, after.columns(table), unless_edited=False)
                inserter.fill_columns(table, {c.name for c in again}, _paused(update, keep, before, texts), after)
        elif keep.kind is KeepKind.POSITION and (owner := _owner(keep, after)) is not _ABSENT:
            inserter.last(marked([position_back(keep, owner)]))


def _restore(
    inserter: StatementInserter,
    keeps: Sequence[Keep],
    before: State,
    after: State,
    texts: Sequence[str],
    *,
    guarded: bool = False,
) -> None:
    """Put back what an earlier change took away; `before` and `after` are the states around these statements.

    `guarded`: only where the attic table is, so that the migration also runs on a database that never had it.
    """

    def told(keep: Keep, text: str) -> str:
        return if_there(keep.attic_table, text) if guarded else text

    for keep in keeps:
        table = (keep.schema, keep.name)
        if keep.kind is KeepKind.ROWS:
            if not keep.again and after.has_table(table):
                text = told(keep, rows_back(keep, _fillable(table, after)))
                inserter.fill_table(table, _at_once(keep, text, Pause()))
        elif keep.kind is KeepKind.POSITION:
            if (owner := _owner(keep, after)) is not _ABSENT:
                inserter.last(marked([told(keep, position_back(keep, owner))]))
        else:
            for columns, update in _values_back(keep, after):
                inserter.fill_columns(table, columns, _paused(told(keep, update), keep, before, texts), after)


def _values_back(keep: Keep, after: State) -> Iterator[tuple[set[str], str]]:
    """Yield columns that values are put back into, with the UPDATE: those that were gone, those that were changed."""
    table = (keep.schema, keep.name)
    wanted = after.columns(table)
    for remade in (False, True):
        columns = [
            column
            for column in keep.columns
            if column.name in wanted
            and not after.is_generated((*table, column.name))
            and (column.is_remade if remade else column.fate is ColumnOutcome.GONE)
        ]
        if columns:
            update = values_back(keep, columns, wanted, unless_edited=remade)
            yield {column.name for column in columns}, update


def _fillable(table: TableKey, state: State) -> dict[str, str]:
    return {name: kind for name, kind in state.columns(table).items() if not state.is_generated((*table, name))}


def _unfillable(keep: Keep, after: State) -> tuple[str, ...]:
    """Return the columns that demand a value of every row and that the kept rows have none for."""
    table = (keep.schema, keep.name)
    lacking = [name for name in _fillable(table, after) if keep.column(name) is None]
    return tuple(name for name in lacking if is_required(after, (*table, name)))


def is_required(state: State, column: ColumnKey) -> bool:
    """Tell whether every row must be given a value for a column, as nothing fills it by itself."""
    definition = state.definition(column)
    return " not null" in definition and "as identity" not in definition and column not in state.facts.column_defaults


def _at_once(keep: Keep, text: str, pause: Pause) -> tuple[str, ...]:
    # Constraint triggers that wait for the commit would block the ALTER TABLE that follows.
    return (*pause.before, *fix_output(keep, marked([text])), FIRE_DEFERRED, *pause.after)


def _paused(text: str, keep: Keep, state: State, texts: Sequence[str]) -> tuple[str, ...]:
    return _at_once(keep, text, pause_for(state.fingerprint, keep.schema, keep.name, texts, events=("UPDATE",)))


_ABSENT = ("", "", "")


def _owner(keep: Keep, state: State) -> ColumnKey | None:
    """Return the column that a kept sequence numbers in `state`, None for none, `_ABSENT` where it is not there."""
    definition = state.fingerprint.of_kind("sequence").get(keep.source)
    return _ABSENT if definition is None else numbered(definition, state)


def _stranded(keeps: Sequence[Keep], back_keeps: Sequence[Keep], transition: Transition) -> str:
    """Say which table, created again, cannot take its rows along; "" for none."""
    for keep, state in (
        *((keep, transition.after) for keep in keeps),
        *((keep, transition.before) for keep in back_keeps),
    ):
        if keep.kind is KeepKind.ROWS and keep.again and (names := _unfillable(keep, state)):
            columns = ", ".join(map(quote_ident, names))
            where = shown(keep.schema, keep.name)
            return f"{where} is recreated, and its rows have no value for {columns}"
    return ""


def _narrowed(keep: Keep, wanted: Collection[tuple[str, ...]]) -> Keep:
    """Return a keep of values of which only the wanted ones are put back; positions in its table stay."""

    def narrowed(column: KeptColumn) -> KeptColumn:
        place = (keep.kind, keep.schema, keep.name, column.name)
        return column if place in wanted else replace(column, fate=ColumnOutcome.AGAIN)

    return replace(keep, columns=tuple(map(narrowed, keep.columns)))


def restorable(attic: Iterable[Keep], before: State, after: State) -> tuple[Keep, ...]:
    """Return, newest first given newest first, the keeps whose objects come (back) between `before` and `after`.

    Columns of theirs that are there already, or that a newer keep gives back, are marked as needing nothing.
    """
    taken: set[tuple[str, ...]] = set()
    found = []
    for keep in attic:
        table = (keep.schema, keep.name)
        wanted: set[tuple[str, ...]] = set()
        if keep.kind is KeepKind.ROWS and not keep.again and not before.has_table(table) and after.has_table(table):
            wanted = {(keep.kind, *table)}
        elif keep.kind is KeepKind.POSITION and keep.source in after.fingerprint.of_kind("sequence"):
            if keep.source not in before.fingerprint.of_kind("sequence"):
                wanted = {(keep.kind, *table)}
        elif keep.values and not keep.key.is_lent and before.columns(table):
            here_columns, then = before.columns(table), after.columns(table)
            come = [c for c in keep.columns if c.fate is not ColumnOutcome.AGAIN and c.name in then]
            new = [c for c in come if c.name not in here_columns]
            known = all(name in here_columns for name in (*keep.key.rest, *(c.name for c in keep.key.columns)))
            if known:
                wanted = {(keep.kind, *table, c.name) for c in new}
                keep = _narrowed(keep, wanted - taken)
        if wanted := wanted - taken:
            taken |= wanted
            found.append(keep)
    return tuple(found)
