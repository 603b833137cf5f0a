"""Reads out of a migration's statements what they keep in the attic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from supasync.core.attic import CATALOGUE, Keep, KeepCodec
from supasync.core.sql import qualified, tree


def keeps_in(statements: Sequence[str], codec: KeepCodec) -> tuple[Keep, ...]:
    """Return the keeps that statements enter into the attic's catalogue. Raises SupasyncError for an edited entry."""
    return tuple(_keeps(statements, codec))


def _keeps(statements: Sequence[str], codec: KeepCodec) -> Iterator[Keep]:
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
        yield codec.decode(found["name"], found["kind"], found["spec"])


def _place(node: Any) -> tuple[str, str]:
    return node.get("schemaname", ""), node.get("relname", "")


def _constant(node: Any) -> Any:
    value = node.get("type_cast", {}).get("arg", node)
    return value.get("a_const", {}).get("sval", {}).get("sval", "")
