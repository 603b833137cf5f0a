"""Probes of NOT NULL: rows that have, or would have, no value in a column that demands one."""

from __future__ import annotations

from collections.abc import Iterator

from supasync.core.changes.change import Change
from supasync.core.changes.read_alter_table import column_of, commands
from supasync.core.checks.probe import Probe, column_sql, count_where
from supasync.core.checks.probes.before_plan import BeforePlan
from supasync.core.sql import quote_ident, tree
from supasync.core.sql.names import strings, type_sql


def nulls(change: Change, present: BeforePlan, column: str) -> Iterator[Probe]:
    """Yield the probe for NULLs in a column that must have none."""
    if present.has(change.schema, change.table, column):
        question = f"rows with NULL in {change.table_identity}.{quote_ident(column)}"
        yield count_where(change, "nulls", question, f"{column_sql(column)} IS NULL", own=True)


def added_column(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probe for rows that a new column without a default would leave without a value that it demands."""
    column = column_of(commands(tree(change.sql)[1])[0])
    kinds = {entry["constraint"].get("contype") for entry in column.get("constraints", ())}
    required = {"CONSTR_NOTNULL", "CONSTR_PRIMARY"} & kinds
    serial = any(name.endswith("serial") for name in strings(column.get("type_name", {}).get("names", ())))
    if serial or {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"} & kinds:
        return
    if present.takes_no_null(type_sql(column.get("type_name", {}))):
        words = f"rows that would have no value in {change.identity}, whose type takes no NULL"
        yield count_where(change, "violations", words, "", own=True)
    elif required:
        yield count_where(change, "nulls", f"rows that would have no value in {change.identity}", "", own=True)
