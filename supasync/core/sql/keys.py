"""Keys of tables and columns, and the qualified names that the catalog prints taken apart."""

from __future__ import annotations

import re

TableKey = tuple[str, str]  # schema, table
ColumnKey = tuple[str, str, str]  # schema, table, column (or another member of a table, such as a constraint)

_KINDS_OF_WORDS = (
    "materialized view", "foreign table", "foreign data wrapper", "text search configuration", "text search dictionary",
    "text search parser", "text search template", "operator class", "operator family", "event trigger", "access method",
)  # fmt: skip
_WITHOUT_SCHEMA = frozenset({
    "access method", "event trigger", "extension", "foreign data wrapper", "language", "publication", "schema",
    "server", "subscription",
})  # fmt: skip
_PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')


def split_owner(identity: str) -> tuple[str, str]:
    """Split "public.t.c" into ("public.t", "c"), minding quoted names."""
    parts = _PART.findall(identity)
    return ".".join(parts[:-1]), parts[-1]


def unquoted(name: str) -> str:
    """Return a name without the quotes that SQL wants around it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def schema_of(identity: str) -> str:
    """Return the schema, quoted as it is, of a qualified identity."""
    parts: list[str] = _PART.findall(identity)
    return parts[0]


def parse_table(identity: str) -> TableKey:
    """Return the key of a table from its qualified identity."""
    schema, name = split_owner(identity)
    return unquoted(schema), unquoted(name)


def parse_member(identity: str) -> ColumnKey:
    """Return the key of a column, constraint or the like from its identity "schema.table.name"."""
    names = [unquoted(part) for part in _PART.findall(identity)]
    return names[0], names[1], names[-1]


def object_key(kind: str, name: str) -> str:
    """Return what an object is known by among all kinds: its name, with the kind where no schema tells it from others.

    `name` is as SQL has it: "public.t", and "server stripe" beside a schema of the same name.
    """
    return f"{kind} {name}" if kind in _WITHOUT_SCHEMA else name


def key_of(address: str) -> str:
    """Return the `object_key` of an address such as "table public.t"."""
    return object_key(*kind_and_name(address))


def kind_and_name(address: str) -> tuple[str, str]:
    """Split "materialized view public.m" into its two parts."""
    kind = next((kind for kind in _KINDS_OF_WORDS if address.startswith(f"{kind} ")), address.split(" ", 1)[0])
    return kind, address[len(kind) + 1 :]
