"""PostgreSQL's own types that a column may have, by the names that `format_type` gives them."""

from __future__ import annotations

CATALOG_TYPES = frozenset({
    "text", "character varying", "character", "bpchar", "name", '"char"', "smallint", "integer", "bigint", "numeric",
    "real", "double precision", "money", "boolean", "date", "time without time zone", "time with time zone",
    "timestamp without time zone", "timestamp with time zone", "interval", "uuid", "json", "jsonb", "jsonpath", "xml",
    "bytea", "bit", "bit varying", "inet", "cidr", "macaddr", "macaddr8", "tsvector", "tsquery", "point", "box",
    "circle", "line", "lseg", "path", "polygon", "oid", "xid", "xid8", "cid", "tid", "pg_lsn", "txid_snapshot",
    "pg_snapshot", "int2vector", "oidvector", "refcursor", "record", "regclass", "regproc", "regprocedure", "regoper",
    "regoperator", "regtype", "regrole", "regnamespace", "regconfig", "regdictionary", "regcollation", "int4range",
    "int8range", "numrange", "tsrange", "tstzrange", "daterange", "int4multirange", "int8multirange", "nummultirange",
    "tsmultirange", "tstzmultirange", "datemultirange",
})  # fmt: skip
"""Those of PostgreSQL 17 (pg_type.dat), without pseudo-types; a type that is not among them is somebody's."""
