"""Reads the catalog of a database: its fingerprint, and facts about its tables' rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

from supasync.adapters.postgres import Session
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import PLATFORM_ROLES, PLATFORM_SCHEMAS, Fingerprint, ObjectRow
from supasync.core.catalog.outside import Outside
from supasync.core.catalog.statistics import in_order
from supasync.core.engine.varchar_in import canonical
from supasync.core.sql.keys import ColumnKey, TableKey

# Everything that changes how PostgreSQL spells a definition. With this search_path every name comes out qualified, and
# no temporary object is found before PostgreSQL's own; jit would cost more than the query.
_PINNED = {
    "search_path": "pg_temp",
    "quote_all_identifiers": "off",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
    "standard_conforming_strings": "on",
    "jit": "off",
    "supasync.platform_schemas": "{" + ",".join(PLATFORM_SCHEMAS) + "}",
    "supasync.platform_roles": PLATFORM_ROLES,
}
# Every name qualified: until it has run, names mean what the database's own settings make of them.
_PIN = "select pg_catalog.set_config(key, value, true) from pg_catalog.jsonb_each_text(%s::pg_catalog.jsonb)"


def read_fingerprint(session: Session) -> Fingerprint:
    """Read the fingerprint in one snapshot of the database, changing nothing.

    Raises StatementError, ConnectionFailedError.
    """
    with snapshot(session):
        return fingerprint_within(session)


def fingerprint_within(session: Session) -> Fingerprint:
    """Read the fingerprint inside a transaction whose settings are pinned."""
    return Fingerprint.of(
        ObjectRow(kind, identity, in_order(definition) if kind == "statistics" else canonical(definition))
        for name in ("fingerprint.sql", "fingerprint_attributes.sql")
        for kind, identity, definition in session.rows(_query(name))
    )


def read_outside(session: Session) -> Outside:
    """Read what no fingerprint has, such as "membership of anon in admins" or "routine auth.uid()": never a value."""
    with snapshot(session):
        rows, places = session.rows(_query("outside.sql")), session.rows(_query("places.sql"))
    access, objects = (frozenset(str(line) for kind, line in rows if kind == wanted) for wanted in ("access", "object"))
    columns = {(oid, number): (schema, table, column) for oid, number, _, _, schema, table, column in places}
    types = {(oid, number): kind for oid, number, _, kind, *_ in places}
    return Outside(access, objects, columns, {oid: file for oid, _, file, *_ in places}, types)


def read_facts(session: Session) -> TargetFacts:
    """Read what hazards need to know of the present tables: columns, users of types, rows and sizes.

    Tables that were never analyzed have no row estimate. Sizes count indexes and TOAST, and for a
    partitioned table all partitions.
    """
    with snapshot(session):
        columns = session.rows(_query("facts_columns.sql"))
        tables = session.rows(_query("facts_tables.sql"))
    types: dict[ColumnKey, str] = {}
    defaults: dict[ColumnKey, str] = {}
    generated: set[ColumnKey] = set()
    users: dict[TableKey, list[ColumnKey]] = {}
    for schema, table, name, type_name, default, is_generated, type_schema, user_type in columns:
        key = (schema, table, name)
        types[key] = type_name
        if is_generated:
            generated.add(key)
        elif default is not None:
            defaults[key] = default
        if user_type is not None:
            users.setdefault((type_schema, user_type), []).append(key)
    return TargetFacts(
        column_types=types,
        column_defaults=defaults,
        generated_columns=frozenset(generated),
        row_estimates={(schema, table): rows for schema, table, rows, _ in tables if rows is not None},
        table_bytes={(schema, table): size for schema, table, _, size in tables},
        type_columns={key: tuple(found) for key, found in users.items()},
    )


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """Let the block see one state of the database, read-only, with deparsing pinned."""
    with session.transaction():
        session.rows("set transaction isolation level repeatable read, read only")
        pin(session)
        yield


def pin(session: Session) -> None:
    """Fix, until the transaction ends, every setting that the spelling of definitions depends on."""
    session.rows(_PIN, (json.dumps(_PINNED),))


@cache
def _query(name: str) -> str:
    return (resources.files("supasync") / "data" / name).read_text(encoding="utf-8")
