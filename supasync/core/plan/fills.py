"""The values of --fill: for rows that lack one in a column that a rollback makes NOT NULL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supasync.core.attic.statement_insertion import StatementInserter
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import column_key
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import ColumnKey
from supasync.core.sql.names import shown
from supasync.errors import UsageError

_FILL = re.compile(r"(?P<table>.+?)\.(?P<column>\"(?:[^\"]|\"\")*\"|[^.=]+?)\s*=(?P<expression>.*\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Fill:
    """A value, as an SQL expression, for rows that lack one in a column that demands it."""

    table: str
    column: str
    expression: str

    def is_for(self, key: ColumnKey) -> bool:
        """Tell whether it names this column; a table without its schema is one of schema public."""
        schema, table, column = key
        tables = {shown(schema, table), qualified(schema, table), f"{schema}.{table}"}
        if schema == "public":
            tables.add(table)
        return self.table in tables and self.column in (column, quote_ident(column))

    def update(self, key: ColumnKey) -> str:
        """Return the UPDATE that gives the rows of the column their value."""
        column = quote_ident(key[2])
        return f"UPDATE {qualified(*key[:2])} SET {column} = ({self.expression}) WHERE {column} IS NULL"


def read_fill(text: str) -> Fill:
    """Read `table.column=expression`, names as SQL writes them. Raises UsageError."""
    found = _FILL.fullmatch(text)
    if found is None:
        raise UsageError(
            f"--fill {text} is not table.column=expression", hint="For example: --fill \"users.email='unknown'\""
        )
    return Fill(found["table"].strip(), found["column"].strip(), found["expression"].strip())


def is_filled(key: ColumnKey, fills: Sequence[Fill]) -> bool:
    """Tell whether --fill gives the rows a value for a column."""
    return any(fill.is_for(key) for fill in fills)


def place_fills(statements: tuple[str, ...], fills: Sequence[Fill]) -> tuple[tuple[str, ...], tuple[Fill, ...]]:
    """Put the UPDATEs where columns demand their values; return the fills that no statement demands, too."""
    left = []
    for fill in fills:
        inserter = StatementInserter(statements, Fingerprint(()))
        key = next((key for key in map(column_key, inserter.demanding()) if fill.is_for(key)), None)
        if key is None:
            left.append(fill)
            continue
        inserter.before_not_null(key[:2], key[2], fill.update(key))
        statements = inserter.result()
    return statements, tuple(left)


def refuse_unplaced(fills: Sequence[Fill]) -> None:
    """Raise UsageError for a fill of a column that demands no value."""
    for fill in fills:
        raise UsageError(
            f"--fill {fill.table}.{fill.column}: the rollback does not make this column NOT NULL",
            hint="To see which columns lack values: supasync rollback --dry-run",
        )
