"""A probe: one read-only question about the target's rows, and what the answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from supasync.core.changes.change import Change
from supasync.core.sql import expression_sql, qualified, quote_ident
from supasync.core.sql.names import strings

ProbeKind = Literal[
    "nulls",
    "duplicates",
    "violations",
    "orphans",
    "orphans-of-new-table",
    "cast",
    "labels",
    "overlaps",
    "partition",
    "rows",
    "values",
    "narrowing",
]
SAMPLE_LENGTH = 60


@dataclass(frozen=True)
class Probe:
    """A query that returns one row `(count bigint, sample text)`; a count of 0 means that all is well.

    `orphans` could be given a match beforehand; `orphans-of-new-table` cannot, as the change itself creates the table
    that they refer to. It reads only, but an expression of the user's in it may raise: then nothing is known. In an
    `own` one there is no such expression, nor a type or an operator of theirs. `refused` says why it is not asked.
    A `trial` raises where a value cannot be converted, which is its answer.
    """

    change: Change
    sql: str
    question: str
    kind: ProbeKind
    own: bool = False
    refused: str = ""
    trial: bool = False


def sample_of(expression: str) -> str:
    """Return SQL for one short example of an expression's values, '' when there is none.

    Not by a cast, which may be somebody's function.
    """
    return f"coalesce(min(left(concat({expression}), {SAMPLE_LENGTH})), '')"


def count_where(
    change: Change,
    kind: ProbeKind,
    question: str,
    condition: str,
    sample: str = "",
    *,
    own: bool = False,
    refused: str = "",
) -> Probe:
    """Return the probe that counts the rows of the change's table that meet `condition` ("" for all rows)."""
    table = qualified(change.schema, change.table or change.name)
    shown = sample_of(sample) if sample else "''::text"
    where = f" WHERE {condition}" if condition else ""
    return Probe(change, f"SELECT count(*), {shown} FROM {table}{where}", question, kind, own, refused)


def key_sql(element: Mapping[str, Any]) -> str:
    """Return the value that an element of an index or partition key stands for, with the collation that it names."""
    key = column_sql(element["name"]) if element.get("name") else expression_sql(element.get("expr", {}))
    collation = ".".join(map(quote_ident, strings(element.get("collation", ()))))
    return f"({key}) COLLATE {collation}" if collation else key


def joined(expressions: list[str]) -> str:
    """Return SQL that shows several values as one text."""
    return expressions[0] if len(expressions) == 1 else f"concat_ws(', ', {', '.join(expressions)})"


def column_sql(name: str, alias: str = "") -> str:
    """Return a column quoted, behind its table's alias when there is one."""
    return f"{alias}.{quote_ident(name)}" if alias else quote_ident(name)
