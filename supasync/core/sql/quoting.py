"""Names and text constants as SQL writes them."""

from __future__ import annotations

import re

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
# The grammar's keywords that cannot be a bare column or table name (PostgreSQL docs, appendix "SQL Key Words").
_RESERVED_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national
    natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
    placing position precision primary real references returning right row select session_user setof similar
    smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true
    union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
_LISTED = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*(?:,|\Z)')


def quote_ident(name: str) -> str:
    """Return `name` as an SQL identifier, in double quotes only where PostgreSQL needs them."""
    if _PLAIN_NAME.match(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """Return `text` as an SQL string constant that reads the same under any `standard_conforming_strings`."""
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"E{quoted}" if "\\" in text else quoted


def qualified(schema: str, name: str) -> str:
    """Return `schema.name` quoted, or the name alone where the schema is empty."""
    return f"{quote_ident(schema)}.{quote_ident(name)}" if schema else quote_ident(name)


def split_identifiers(text: str) -> tuple[str, ...]:
    """Return the names of a list as settings hold it (`"$user", public`), read by the rules of search_path.

    Raises ValueError for what is no such list.
    """
    found: list[str] = []
    at = 0
    while at < len(text):
        entry = _LISTED.match(text, at)
        if entry is None:
            raise ValueError(f"not a list of names: {text}")
        found.append(entry[2].lower() if entry[1] is None else entry[1].replace('""', '"'))
        at = entry.end()
    return tuple(found)
