"""Which tables show the rows of which others: partitions and inheritance."""

from __future__ import annotations

import re

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql import qualified
from supasync.core.sql.keys import TableKey, parse_table

_WORD = r'(?:"(?:[^"]|"")*"|[^\s.,"]+)'
_QUALIFIED = re.compile(rf"{_WORD}(?:\.{_WORD})*")


def parents_of(fingerprint: Fingerprint) -> dict[TableKey, TableKey]:
    """Return, for each partition, the table that it is a partition of."""
    found = {}
    for identity, definition in fingerprint.of_kind("partition").items():
        found[parse_table(identity)] = parse_table(qualified_names(definition.removeprefix("of "))[0])
    return found


def heritage(fingerprint: Fingerprint) -> dict[TableKey, tuple[TableKey, ...]]:
    """Return, for each table that inherits, the tables that it inherits from."""
    found = fingerprint.of_kind("inheritance").items()
    return {parse_table(child): tuple(map(parse_table, qualified_names(parents))) for child, parents in found}


def family(fingerprint: Fingerprint, table: TableKey) -> tuple[TableKey, ...]:
    """Return a table with all the tables whose rows it shows: partitions and heirs, and theirs."""
    above = {child: (parent,) for child, parent in parents_of(fingerprint).items()} | heritage(fingerprint)
    found = {table: None}
    while more := {
        child for child, parents in above.items() if child not in found and not found.keys().isdisjoint(parents)
    }:
        found |= dict.fromkeys(sorted(more))
    return tuple(found)


def with_parts(fingerprint: Fingerprint, table: TableKey) -> bool:
    """Tell whether the rows of a table are those of its partitions."""
    return fingerprint.of_kind("table").get(qualified(*table), "").startswith("partitioned by ")


def has_heirs(fingerprint: Fingerprint, table: TableKey) -> bool:
    """Tell whether other tables inherit from a table, so that it shows their rows too."""
    name = qualified(*table)
    return any(name in qualified_names(parents) for parents in fingerprint.of_kind("inheritance").values())


def qualified_names(text: str) -> list[str]:
    """Return the qualified names that a text consists of, or begins with."""
    return _QUALIFIED.findall(text)
