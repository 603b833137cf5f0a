"""What must be known of the target, besides the changes themselves, to judge them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.counting import plural
from supasync.core.sql import tree
from supasync.core.sql.keys import ColumnKey, TableKey, parse_member, parse_table
from supasync.core.sql.names import relation_key

_PARTITIONED = "partitioned by "
_AFTER_BASE = re.compile(" collate | not null| default | constraint ")  # in the definition of a domain
_RELATIONS = ("table", "foreign table", "view", "materialized view")


@dataclass(frozen=True)
class TargetFacts:
    """The target as it is before the plan; empty mappings where nothing is known.

    Types are as `format_type` prints them, defaults as `pg_get_expr` does. Rows are estimates, sizes are bytes.
    `type_columns` names the columns whose type is a given domain, enum or composite type, keyed (schema, type).
    `constraint_definitions` are as `pg_get_constraintdef` prints them, keyed (schema, table, constraint).
    `server_major` is PostgreSQL's major version, 0 when not known. `partition_keys` ("RANGE (at)") and
    `default_partitions` are keyed by the partitioned table, both qualified as SQL writes it. `relations` are the tables
    and views that are there, `enums` the enum types, `domains` has the type that each domain is made of,
    `required_domains` are those that take no NULL and have no default; `unique_indexes` are as `pg_get_indexdef` prints
    them, by table. `casts` are somebody's, by their names: (public.e AS text).
    """

    column_types: Mapping[ColumnKey, str] = field(default_factory=dict)
    column_defaults: Mapping[ColumnKey, str] = field(default_factory=dict)
    generated_columns: frozenset[ColumnKey] = frozenset()
    row_estimates: Mapping[TableKey, int] = field(default_factory=dict)
    table_bytes: Mapping[TableKey, int] = field(default_factory=dict)
    type_columns: Mapping[TableKey, tuple[ColumnKey, ...]] = field(default_factory=dict)
    constraint_definitions: Mapping[ColumnKey, str] = field(default_factory=dict)
    server_major: int = 0
    partition_keys: Mapping[str, str] = field(default_factory=dict)
    default_partitions: Mapping[str, str] = field(default_factory=dict)
    relations: frozenset[TableKey] = frozenset()
    enums: frozenset[TableKey] = frozenset()
    domains: Mapping[TableKey, str] = field(default_factory=dict)
    required_domains: frozenset[TableKey] = frozenset()
    unique_indexes: Mapping[TableKey, tuple[str, ...]] = field(default_factory=dict)
    casts: frozenset[str] = frozenset()


def with_schema(facts: TargetFacts, fingerprint: Fingerprint, major: int) -> TargetFacts:
    """Add to the facts of the rows what the fingerprint knows of the schema, and the server's major version."""
    keys = {
        identity: definition.removeprefix(_PARTITIONED)
        for identity, definition in fingerprint.of_kind("table").items()
        if definition.startswith(_PARTITIONED)
    }
    partitions = fingerprint.of_kind("partition").items()
    constraints = fingerprint.of_kind("constraint").items()
    return replace(
        facts,
        server_major=major,
        partition_keys=keys,
        default_partitions={
            definition.removeprefix("of ").removesuffix(" DEFAULT"): identity
            for identity, definition in partitions
            if definition.endswith(" DEFAULT")
        },
        relations=frozenset(parse_table(name) for kind in _RELATIONS for name in fingerprint.of_kind(kind)),
        enums=frozenset(map(parse_table, fingerprint.of_kind("enum"))),
        required_domains=frozenset(
            parse_table(identity)
            for identity, definition in fingerprint.of_kind("domain").items()
            if " not null" in (rule := definition.partition(" constraint ")[0]) and " default " not in rule
        ),
        domains={
            parse_table(identity): _AFTER_BASE.split(definition, maxsplit=1)[0]
            for identity, definition in fingerprint.of_kind("domain").items()
        },
        unique_indexes=_unique_indexes(fingerprint),
        casts=frozenset(fingerprint.of_kind("cast")),
        constraint_definitions={parse_member(identity): definition for identity, definition in constraints},
    )


def _unique_indexes(fingerprint: Fingerprint) -> dict[TableKey, tuple[str, ...]]:
    found: dict[TableKey, tuple[str, ...]] = {}
    for definition in fingerprint.of_kind("index").values():
        if definition.startswith("CREATE UNIQUE INDEX "):
            table = relation_key(tree(definition)[1]["relation"])
            found[table] = (*found.get(table, ()), definition)
    return found


def size_words(facts: TargetFacts, key: TableKey) -> str:
    """Return "about 12,000 rows, 3.4 MB" as far as it is known, else ""."""
    words: list[str] = []
    rows = facts.row_estimates.get(key)
    if rows is not None and rows >= 0:
        words.append(f"about {plural(rows, 'row')}")
    size = facts.table_bytes.get(key)
    if size is not None:
        words.append(bytes_words(size))
    return ", ".join(words)


def bytes_words(size: int) -> str:
    """Return a size in bytes as people say it: "3.4 MB"."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{size} bytes"
