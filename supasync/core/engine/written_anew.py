"""Which values a person's statements change by changing types, by what a rehearsal has shown and not by their words.

A file may rename, set what names mean, or go by a type in between: so the types are those of the catalog before and
after, of the very same columns, and where they do not tell every step, the values count as lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from supasync.core.catalog.outside import OutsideChange
from supasync.core.catalog.type_conversion import key_of_type, returns_exactly
from supasync.core.changes.change import changes_of
from supasync.core.changes.read_alter_table import takes_values_as_they_are
from supasync.core.engine.running_code import code_in
from supasync.core.sql import tree
from supasync.core.sql.keys import ColumnKey, TableKey
from supasync.core.sql.names import strings, walk

# Settings that have no say in how values are read and printed, nor in what the name of a type means.
_INDIFFERENT = frozenset({
    "lock_timeout", "statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "search_path",
    "client_min_messages", "check_function_bodies", "application_name", "row_security", "default_tablespace",
    "default_table_access_method", "client_encoding", "standard_conforming_strings",
})  # fmt: skip
_CATALOG = re.compile(r"pg_(?:catalog|temp)", re.IGNORECASE)


def lost_by_retyping(
    found: OutsideChange, statements: Sequence[str], columns: Mapping[ColumnKey, str], children: Collection[TableKey]
) -> tuple[ColumnKey, ...]:
    """Return the columns whose values are not what they were, though the columns are there.

    `columns` are those before, `children` the tables that get their changes from a parent.
    """
    if not found.rewritten:
        return ()
    changes = [change for text in statements for change in changes_of(text) if change.detail.startswith("TYPE ")]
    code = code_in(statements)
    if not changes and not code:
        return ()  # a volatile default, say
    roots = [key for key, _, _ in found.retyped if key[:2] not in children]
    if code or len(roots) != len(changes) or any(map(_is_about_values, statements)):
        return tuple(key for key in columns if key[:2] in found.rewritten)
    plain = all(takes_values_as_they_are(tree(change.sql)[1], change.name) for change in changes)
    return tuple(key for key, old, new in found.retyped if not (plain and _is_exact(old, new)))


def _is_exact(old: str, new: str) -> bool:
    own = all(key_of_type(name)[0] == "pg_catalog" for name in (old, new))
    return own and returns_exactly(old, new)


def _is_about_values(text: str) -> bool:
    """Tell whether a statement changes a setting by which values, or the names of types, are read."""
    return any(name not in _INDIFFERENT or (name == "search_path" and _CATALOG.search(text)) for name in _set_in(text))


def _set_in(text: str) -> Iterator[str]:
    kind, node = tree(text)
    if kind == "variable_set_stmt":
        yield str(node.get("name", "")).lower()
    elif kind == "select_stmt":
        for call in walk(node, "func_call"):
            if strings(call.get("funcname", ()))[-1:] == ["set_config"]:
                arguments = call.get("args") or [{}]
                yield str(arguments[0].get("a_const", {}).get("sval", {}).get("sval", "")).lower()
