"""What is not ours to change: objects of owners whose rights the role does not have, and those of `wrappers`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from supasync.core.catalog.fingerprint import Fingerprint, ObjectDifference, ObjectRow, compare
from supasync.core.sql.keys import key_of, kind_and_name, object_key, split_owner

_NAME = r'(?:"(?:[^"]|"")*"|[^\s."]+)'
_INDEXED = re.compile(rf" ON (?:ONLY )?({_NAME}\.{_NAME}) USING ")
_WRAPPER = "foreign data wrapper"
_ON_A_TABLE = frozenset({"constraint", "trigger", "policy", "rule"})
_NOT_IN_A_TABLE = frozenset({"function", "procedure", "aggregate", "window function", "operator", "cast"})


def set_aside(found: Fingerprint, owners: Collection[str]) -> Fingerprint:
    """Return a fingerprint whose objects of these owners are foreign."""
    owned = found.of_kind("owner").items()
    return apart(found, frozenset(key_of(address) for address, owner in owned if owner in owners))


def apart(found: Fingerprint, names: frozenset[str]) -> Fingerprint:
    """Return a fingerprint whose objects of these keys, and those of `wrappers`, are foreign."""
    names |= of_wrappers(found)
    if not names:
        return found
    indexes = (row for row in found.rows if row.kind == "index")
    all_names = names | {row.identity for row in indexes if _table_of_index(row) in names}
    rows: tuple[list[ObjectRow], list[ObjectRow]] = ([], [])
    for row in found.rows:
        rows[not all_names.isdisjoint(objects_of(row))].append(row)
    return Fingerprint(tuple(rows[False]), tuple(sorted((*rows[True], *found.foreign))))


def of_wrappers(found: Fingerprint) -> frozenset[str]:
    """Return the keys of foreign data wrappers made with the extension `wrappers`, and of what stands on them.

    The CLI's diff leaves them out, in Supabase and in the schema file.
    """
    rows = (*found.rows, *found.foreign)
    wrappers = {row.identity for row in rows if row.kind == _WRAPPER and row.definition.startswith("of wrappers ")}
    servers = {row.identity for row in rows if row.kind == "server" and _stands_on(row, "wrapper", wrappers)}
    tables = {row.identity for row in rows if row.kind == "foreign table" and _stands_on(row, "server", servers)}
    return frozenset(
        (*(object_key(_WRAPPER, name) for name in wrappers), *(object_key("server", name) for name in servers), *tables)
    )


def _stands_on(row: ObjectRow, word: str, names: Collection[str]) -> bool:
    return any(f"{row.definition} ".startswith(f"{word} {name} ") for name in names)


def wanted_otherwise(here: Fingerprint, wanted: Fingerprint) -> Iterator[tuple[ObjectDifference, str]]:
    """Yield what a schema file says otherwise of foreign objects, with the owner of each; no owner for `wrappers`'."""
    owners = {key_of(row.identity): row.definition for row in here.foreign if row.kind == "owner"}
    extensions = of_wrappers(here) | of_wrappers(wanted)
    for found in compare(Fingerprint(here.foreign), Fingerprint(wanted.foreign), owners=False, grants=False):
        if found.after is None and not _is_there(found, wanted):
            continue
        keys = tuple(objects_of(ObjectRow(found.kind, found.identity, found.after or found.before or "")))
        yield found, "" if not extensions.isdisjoint(keys) else next((owners[key] for key in keys if key in owners), "")


def _is_there(found: ObjectDifference, wanted: Fingerprint) -> bool:
    """Tell whether the object that a row belongs to is in the schema file at all."""
    row = ObjectRow(found.kind, found.identity, found.before or "")
    return not wanted.foreign_names.isdisjoint(objects_of(row))


def objects_of(row: ObjectRow) -> Iterator[str]:
    """Yield the keys of the objects that a row is about, or about a part of."""
    if row.kind in ("owner", "comment"):
        yield from _addressed(row.identity)
    elif row.kind == "grant":
        yield from _addressed(row.identity.rpartition(" to ")[0])
    elif row.kind == "publication table":
        yield row.identity.partition(": ")[2]
    elif row.kind == "user mapping":
        yield object_key("server", row.identity.rpartition(" on ")[2])
    else:
        yield object_key(row.kind, row.identity)
        if row.kind == "index":
            yield _table_of_index(row)
        elif row.kind not in _NOT_IN_A_TABLE and "." in row.identity:
            yield split_owner(row.identity.partition(" column ")[0])[0]


def _addressed(address: str) -> Iterator[str]:
    kind, name = kind_and_name(address)
    if kind in _ON_A_TABLE:
        yield name.rpartition(" on ")[2].removeprefix("domain ")
    else:
        yield split_owner(name)[0] if kind == "column" else object_key(kind, name)


def _table_of_index(row: ObjectRow) -> str:
    found = _INDEXED.search(row.definition)
    return found[1] if found else ""
