"""Reads out of a migration's statements what they keep in the attic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from supasync.core.attic.model import Keep, KeepKind, KeptColumn, Key
from supasync.core.sql import qualified, quote_literal, tree

CATALOGUE = "supasync.attic"


def spec_of(keep: Keep) -> dict[str, Any]:
    """Return a keep as JSON for the catalogue."""
    return {
        "columns": [_column_spec(column) for column in keep.columns],
        "key": {
            "columns": [_column_spec(column) for column in keep.key.columns],
            "rest": list(keep.key.rest),
            "inherited": keep.key.inherited,
            "lent": keep.key.lent,
        },
        "owner": list(keep.owner) if keep.owner else None,
        "again": keep.again,
        "whole": keep.whole,
        "without": list(keep.without),
        "schema": keep.schema,
        "name": keep.name,
    }


def keep_of(attic: str, kind: KeepKind, spec: Mapping[str, Any]) -> Keep:
    """Return the keep that the catalogue holds as JSON."""
    key = spec["key"]
    schema, table, column = spec["owner"] or ("", "", "")
    return Keep(
        attic,
        kind,
        spec["schema"],
        spec["name"],
        tuple(KeptColumn(**column) for column in spec["columns"]),
        Key(
            tuple(KeptColumn(**column) for column in key["columns"]),
            tuple(key["rest"]),
            key["inherited"],
            key["lent"],
        ),
        (schema, table, column) if spec["owner"] else None,
        spec["again"],
        spec["whole"],
        tuple(spec["without"]),
    )


def _column_spec(column: KeptColumn) -> dict[str, str]:
    return {"name": column.name, "type": column.type, "fate": column.fate, "new_type": column.new_type}


# Stands in every migration that keeps something, so that it also runs where supasync never was.
CATALOGUE_SQL: tuple[str, ...] = (
    "CREATE SCHEMA IF NOT EXISTS supasync",
    "REVOKE ALL ON SCHEMA supasync FROM PUBLIC",
    f"""CREATE TABLE IF NOT EXISTS {CATALOGUE} (
  name      text        PRIMARY KEY,
  version   text        NOT NULL,
  direction text        NOT NULL,
  kind      text        NOT NULL,
  object    text        NOT NULL,
  spec      jsonb       NOT NULL,
  rows      bigint      NOT NULL,
  kept_at   timestamptz NOT NULL DEFAULT now(),
  purged_at timestamptz
)""",
)
_NOTED = "name, version, direction, kind, object, spec, rows"
# The names are in text, so that they may be roles that this server does not have.
SEAL_SQL = """DO $supasync$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      EXECUTE pg_catalog.format('REVOKE ALL ON ALL TABLES IN SCHEMA supasync FROM %I', role_name);
    END IF;
  END LOOP;
END $supasync$"""


def note_sql(keep: Keep, version: str, direction: str) -> tuple[str, ...]:
    """Return what tells of an attic table: its comment, and its line in the catalogue."""
    import json

    did = f"migration {version}" if direction == "up" else f"the rollback of {version}"
    comment = f"Kept by supasync: {keep.words}, as they were before {did}."
    values = ", ".join(quote_literal(text).strip() for text in (keep.attic, version, direction, keep.kind, keep.object))
    spec = quote_literal(json.dumps(spec_of(keep), ensure_ascii=False)).strip()
    return (
        f"COMMENT ON TABLE {keep.attic_table} IS {quote_literal(comment).strip()}",
        f"INSERT INTO {CATALOGUE} ({_NOTED})\nSELECT {values}, {spec}::jsonb, count(*) FROM {keep.attic_table}",
    )


def keeps_in(statements: Sequence[str]) -> tuple[Keep, ...]:
    """Return the keeps that statements enter into the attic's catalogue."""
    return tuple(_keeps(statements))


def _keeps(statements: Sequence[str]) -> Iterator[Keep]:
    for text in statements:
        if CATALOGUE not in text:
            continue
        kind, node = tree(text)
        if kind != "insert_stmt" or qualified(*_place(node["relation"])) != CATALOGUE or "cols" not in node:
            continue
        columns = [column["res_target"]["name"] for column in node["cols"]]
        values = [
            _constant(target["res_target"]["val"]) for target in node["select_stmt"]["select_stmt"]["target_list"]
        ]
        found = dict(zip(columns, values, strict=True))
        yield keep_of(found["name"], found["kind"], json.loads(found["spec"]))


def _place(node: Any) -> tuple[str, str]:
    return node.get("schemaname", ""), node.get("relname", "")


def _constant(node: Any) -> Any:
    value = node.get("type_cast", {}).get("arg", node)
    return value.get("a_const", {}).get("sval", {}).get("sval", "")
