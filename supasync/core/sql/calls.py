"""By which names a query calls functions: as functions, as attributes of rows, through operators and casts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from supasync.core.sql.names import strings, walk
from supasync.core.sql.parser import Tree, tree

_IMPLIED = frozenset({"=", "<=", ">=", "<", ">"})  # what BETWEEN, and CASE with a value to compare, stand for


@dataclass(frozen=True)
class Calls:
    """Names without their schemas. `(row).name` and `table.name` call a function where no column is called so."""

    functions: frozenset[str]
    attributes: frozenset[str]
    operators: frozenset[str]
    types: frozenset[str]


def calls_of(text: str) -> Calls:
    """Return what a query may call. Raises SqlSyntaxError."""
    node = tree(text)[1]
    named = frozenset(_last((*(found.get("name", ()) for found in walk(node, "a_expr")), *_of_sublinks(node))))
    references = (found.get("fields", ()) for found in walk(node, "column_ref"))
    return Calls(
        functions=frozenset(_last(found.get("funcname", ()) for found in walk(node, "func_call"))),
        attributes=frozenset(_last((*(fields[1:] for fields in references), *walk(node, "indirection")))),
        operators=named | (_IMPLIED if "BETWEEN" in " ".join(named) or any(walk(node, "case_expr")) else frozenset()),
        types=frozenset(_last(found.get("names", ()) for found in walk(node, "type_name"))),
    )


def _of_sublinks(node: Tree) -> Iterator[Any]:
    return (found.get("oper_name", ()) for found in walk(node, "sub_link"))


def _last(names: Any) -> Iterator[str]:
    for words in map(strings, names):
        yield from words[-1:]
