"""The values of --fill: where a rollback's statements need them."""

from __future__ import annotations

from collections.abc import Sequence

from supasync.core.attic.statement_insertion import StatementInserter
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import Change
from supasync.core.plan.rollback_plan import (
    Fill,
)
from supasync.core.sql import qualified, quote_ident
from supasync.errors import UsageError


def with_fills(statements: tuple[str, ...], fills: Sequence[Fill]) -> tuple[str, ...]:
    """Put the UPDATEs of `--fill` where columns demand their values. Raises UsageError for a column that none does."""
    for fill in fills:
        inserter = StatementInserter(statements, Fingerprint(()))
        demand = next((c for c in inserter.demanding() if _is_of(c, fill)), None)
        if demand is None:
            raise UsageError(
                f"--fill {fill.table}.{fill.column}: the rollback does not make this column NOT NULL",
                hint="To see which columns lack values: supasync rollback --dry-run",
            )
        column = quote_ident(demand.name)
        table = qualified(demand.schema, demand.table)
        inserter.before_not_null(
            (demand.schema, demand.table),
            demand.name,
            f"UPDATE {table} SET {column} = ({fill.expression}) WHERE {column} IS NULL",
        )
        statements = inserter.result()
    return statements


def _is_of(change: Change, fill: Fill) -> bool:
    tables = (
        change.table_identity,
        qualified(change.schema, change.table),
        f"{change.schema}.{change.table}",
        change.table,
    )
    return fill.table in tables and fill.column in (change.name, quote_ident(change.name))


def is_filled(change: Change, fills: Sequence[Fill]) -> bool:
    """Tell whether --fill gives the rows a value for a column."""
    return change.kind == "column" and any(_is_of(change, fill) for fill in fills)
