"""What the diff engine gets wrong of indexes of partitions: one that belongs to its parent's cannot be dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands
from supasync.core.sql import qualified, quote_ident, tree
from supasync.core.sql.keys import split_owner, unquoted
from supasync.core.sql.names import relation


def with_renamed_indexes(statements: Sequence[str], before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Rename an index of a partition that the engine would drop, build anew under another name, and attach."""
    attached = {name: text for text in statements for name in _attached(text)}
    if not attached:
        return tuple(statements)
    made, gone = dict(_indexes(statements, Verb.CREATE)), dict(_indexes(statements, Verb.DROP))
    here, there = before.of_kind("index"), after.of_kind("index")
    instead: dict[str, str] = {}
    for new in sorted(attached.keys() & made.keys()):
        same = (old for old in gone if _without_name(old, here) == _without_name(new, there) != "")
        if old := next(same, ""):
            name = quote_ident(unquoted(split_owner(new)[1]))
            instead |= {gone.pop(old): f"ALTER INDEX {old} RENAME TO {name}", made[new]: "", attached[new]: ""}
    return tuple(found for text in statements if (found := instead.get(text, text)))


def _attached(text: str) -> Iterator[str]:
    kind, node = tree(text)
    if kind == "alter_table_stmt" and node.get("objtype") == "OBJECT_INDEX":
        for command in commands(node):
            if command["subtype"] == "AT_AttachPartition":
                found = relation(command["def"]["partition_cmd"]["name"])
                yield qualified(found.schema, found.name)


def _indexes(statements: Sequence[str], verb: Verb) -> Iterator[tuple[str, str]]:
    for text in statements:
        changes = changes_of(text)
        if len(changes) == 1 and (changes[0].verb, changes[0].kind) == (verb, "index"):
            yield qualified(changes[0].schema, changes[0].name), text


def _without_name(name: str, indexes: Mapping[str, str]) -> str:
    return indexes.get(name, "").replace(f" {split_owner(name)[1]} ON ", " ON ", 1)
