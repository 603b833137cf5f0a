"""What is not the role's to change: objects of owners whose rights it does not have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from supasync.core.catalog.fingerprint import Fingerprint, ObjectDifference, ObjectRow, compare
from supasync.core.sql.keys import kind_and_name, split_owner

_NAME = r'(?:"(?:[^"]|"")*"|[^\s."]+)'
_INDEXED = re.compile(rf" ON (?:ONLY )?({_NAME}\.{_NAME}) USING ")
_ON_A_TABLE = frozenset({"constraint", "trigger", "policy", "rule"})
_NOT_IN_A_TABLE = frozenset({"function", "procedure", "aggregate", "window function", "operator", "cast"})


def set_aside(found: Fingerprint, owners: Collection[str]) -> Fingerprint:
    """Return a fingerprint whose objects of these owners are foreign."""
    owned = found.of_kind("owner").items()
    return apart(found, frozenset(kind_and_name(address)[1] for address, owner in owned if owner in owners))


def apart(found: Fingerprint, names: frozenset[str]) -> Fingerprint:
    """Return a fingerprint whose objects of these names, as SQL has them, are foreign."""
    if not names:
        return found
    indexes = (row for row in found.rows if row.kind == "index")
    all_names = names | {row.identity for row in indexes if _table_of_index(row) in names}
    rows: tuple[list[ObjectRow], list[ObjectRow]] = ([], [])
    for row in found.rows:
        rows[not all_names.isdisjoint(_objects_of(row))].append(row)
    return Fingerprint(tuple(rows[False]), tuple(rows[True]))


def wanted_otherwise(here: Fingerprint, wanted: Fingerprint) -> Iterator[tuple[ObjectDifference, str]]:
    """Yield what a schema file says otherwise of foreign objects, with the owner of each."""
    owners = {kind_and_name(row.identity)[1]: row.definition for row in here.foreign if row.kind == "owner"}
    for found in compare(Fingerprint(here.foreign), Fingerprint(wanted.foreign), owners=False, grants=False):
        if found.after is None and not _is_there(found, wanted):
            continue
        row = ObjectRow(found.kind, found.identity, found.after or found.before or "")
        yield found, next((owners[name] for name in _objects_of(row) if name in owners), "")


def _is_there(found: ObjectDifference, wanted: Fingerprint) -> bool:
    """Tell whether the object that a row belongs to is in the schema file at all."""
    row = ObjectRow(found.kind, found.identity, found.before or "")
    return not wanted.foreign_names.isdisjoint(_objects_of(row))


def _objects_of(row: ObjectRow) -> Iterator[str]:
    """Yield the names of the objects that a row is about, or about a part of."""
    if row.kind in ("owner", "comment"):
        yield from _addressed(row.identity)
    elif row.kind == "grant":
        yield from _addressed(row.identity.rpartition(" to ")[0])
    elif row.kind == "publication table":
        yield row.identity.partition(": ")[2]
    else:
        yield row.identity
        if row.kind == "index":
            yield _table_of_index(row)
        elif row.kind not in _NOT_IN_A_TABLE and "." in row.identity:
            yield split_owner(row.identity.partition(" column ")[0])[0]


def _addressed(address: str) -> Iterator[str]:
    kind, name = kind_and_name(address)
    if kind in _ON_A_TABLE:
        yield name.rpartition(" on ")[2].removeprefix("domain ")
    else:
        yield split_owner(name)[0] if kind == "column" else name


def _table_of_index(row: ObjectRow) -> str:
    found = _INDEXED.search(row.definition)
    return found[1] if found else ""
