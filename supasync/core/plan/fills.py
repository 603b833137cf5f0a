"""Values for rows that lack one in a column that becomes NOT NULL: of --fill and --backfill, and in a schema file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from supasync.core.attic.statement_insertion import StatementInserter, split_added_column
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import changes_of, column_key
from supasync.core.changes.effect import Verb
from supasync.core.sql import SqlSyntaxError, expression_sql, qualified, quote_ident, split, tree
from supasync.core.sql.keys import ColumnKey
from supasync.core.sql.lexer import regions
from supasync.core.sql.names import shown
from supasync.errors import UsageError

FILL, BACKFILL = "--fill", "--backfill"  # the flags of rollback and of sync
_LINE = re.compile(r"^--[ \t]*supasync[ \t]+backfill[ \t]+(?P<fill>.+)$", re.MULTILINE)
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


def read_fill(text: str, where: str = FILL) -> Fill:
    """Read `table.column=expression`, names as SQL writes them; `where` it stands. Raises UsageError."""
    found = _FILL.fullmatch(text)
    if found is None:
        hint = f"For example: {where} \"users.email='unknown'\""
        raise UsageError(f"{where} {text} is not table.column=expression", hint=hint)
    return Fill(found["table"].strip(), found["column"].strip(), _expression(found["expression"].strip(), where))


def _expression(text: str, where: str) -> str:
    """Return one expression, written anew: it becomes a part of a statement."""
    try:
        kind, node = tree(f"SELECT {text}")
        targets = node.get("target_list", [])
        alone = kind == "select_stmt" and set(node) == {"target_list", "limit_option", "op"} and len(targets) == 1
        if alone and len(split(f"SELECT {text}")) == 1 and "name" not in targets[0]["res_target"]:
            return expression_sql(targets[0]["res_target"]["val"])
        reason = "It is more than one expression."
    except SqlSyntaxError as error:
        reason = error.message
    raise UsageError(f"{where}: {text} is no expression", reason=reason)


def fills_in(schema_file: str) -> tuple[Fill, ...]:
    """Return what lines `-- supasync backfill table.column = expression` of a schema file say. Raises UsageError."""
    if not _LINE.search(schema_file):
        return ()  # to find the comments takes its time
    comments = (schema_file[found.start : found.end] for found in regions(schema_file) if found.kind == "comment")
    lines = (line for text in comments for line in _LINE.finditer(text))
    return tuple(read_fill(line["fill"].strip(), "-- supasync backfill") for line in lines)


def demanded_later(statements: Sequence[str], columns: Collection[ColumnKey]) -> tuple[str, ...]:
    """Return the statements with new columns made first, and NOT NULL only afterwards: there is time to fill them."""
    made: list[str] = []
    for text in statements:
        changes = changes_of(text)
        added = [change for change in changes if change.verb is Verb.CREATE and column_key(change) in columns]
        for change in changes if added else ():
            first, later = split_added_column(change.sql, change) if change in added else (change.sql, ())
            made += [first, *later]
        made += () if added else (text,)
    return tuple(made)


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


def refuse_unplaced(fills: Sequence[Fill], flag: str = FILL) -> None:
    """Raise UsageError for a fill of a column that demands no value."""
    what, command = ("the rollback", "rollback") if flag == FILL else ("this sync", "sync")
    for fill in fills:
        raise UsageError(
            f"{flag} {fill.table}.{fill.column}: {what} makes no rows need a value in this column",
            hint=f"To see which columns lack values: supasync {command} --dry-run",
        )
