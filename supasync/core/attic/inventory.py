"""Reads out of a migration's statements what they keep in the attic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from supasync.core.attic.model import Keep, KeepCodec
from supasync.core.changes.direction import Direction
from supasync.core.sql import qualified, quote_literal, tree

INVENTORY = "supasync.attic"


# Stands in every migration that keeps something, so that it also runs where supasync never was.
INVENTORY_SQL: tuple[str, ...] = (
    "CREATE SCHEMA IF NOT EXISTS supasync",
    "REVOKE ALL ON SCHEMA supasync FROM PUBLIC",
    f"""CREATE TABLE IF NOT EXISTS {INVENTORY} (
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


def note_sql(keep: Keep, version: str, direction: Direction, codec: KeepCodec) -> tuple[str, ...]:
    """Return what tells of an attic table: its comment, and its line in the inventory."""
    did = f"migration {version}" if direction == Direction.UP else f"the rollback of {version}"
    comment = f"Kept by supasync: {keep.words}, as they were before {did}."
    values = ", ".join(quote_literal(text) for text in (keep.attic, version, direction, keep.kind, keep.object))
    spec = quote_literal(codec.encode(keep))
    return (
        f"COMMENT ON TABLE {keep.attic_table} IS {quote_literal(comment)}",
        f"INSERT INTO {INVENTORY} ({_NOTED})\nSELECT {values}, {spec}::jsonb, count(*) FROM {keep.attic_table}",
    )


def keeps_in(statements: Sequence[str], codec: KeepCodec) -> tuple[Keep, ...]:
    """Return the keeps that statements enter into the attic's inventory. Raises SupasyncError for an edited entry."""
    return tuple(_keeps(statements, codec))


def _keeps(statements: Sequence[str], codec: KeepCodec) -> Iterator[Keep]:
    for text in statements:
        if INVENTORY not in text:
            continue
        kind, node = tree(text)
        if kind != "insert_stmt" or qualified(*_place(node["relation"])) != INVENTORY or "cols" not in node:
            continue
        columns = [column["res_target"]["name"] for column in node["cols"]]
        values = [
            _constant(target["res_target"]["val"]) for target in node["select_stmt"]["select_stmt"]["target_list"]
        ]
        found = dict(zip(columns, values, strict=True))
        yield codec.decode(found["name"], found["kind"], found["spec"])


def _place(node: Any) -> tuple[str, str]:
    return node.get("schemaname", ""), node.get("relname", "")


def _constant(node: Any) -> Any:
    value = node.get("type_cast", {}).get("arg", node)
    return value.get("a_const", {}).get("sval", {}).get("sval", "")
