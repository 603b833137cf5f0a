"""By which names a query calls functions: as functions, as attributes of rows, through operators and casts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from supasync.core.sql.names import is_type_name, strings, walk
from supasync.core.sql.parser import Tree, tree

_IMPLIED = frozenset({"=", "<=", ">=", "<", ">"})  # what BETWEEN, and CASE with a value to compare, stand for
_XML = ("xml_expr", "xml_serialize")
_OF_TYPE_IN_TEXT = frozenset({"pg_input_is_valid", "pg_input_error_info"})


@dataclass(frozen=True)
class Calls:
    """Names without their schemas. `(row).name` and `table.name` call a function where no column is called so.

    `tables` are what is read, as schema ("" for none) and name. A function's name may be a type's.
    """

    functions: frozenset[str]
    attributes: frozenset[str]
    operators: frozenset[str]
    types: frozenset[str]
    tables: frozenset[tuple[str, str]] = frozenset()


def calls_of(text: str) -> Calls:
    """Return what a query may call. Raises SqlSyntaxError."""
    node = tree(text)[1]
    named = frozenset(_last((*(found.get("name", ()) for found in walk(node, "a_expr")), *_of_sublinks(node))))
    references = (found.get("fields", ()) for found in walk(node, "column_ref"))
    functions, in_texts = set[str](), set[str]()
    for call in walk(node, "func_call"):
        name = strings(call.get("funcname", ()))[-1]
        kind = _type_in_text(call) if name in _OF_TYPE_IN_TEXT else ""
        (in_texts if kind else functions).add(kind or name)
    return Calls(
        functions=frozenset(functions),
        attributes=frozenset(_last((*(fields[1:] for fields in references), *walk(node, "indirection")))),
        operators=named | (_IMPLIED if "BETWEEN" in " ".join(named) or any(walk(node, "case_expr")) else frozenset()),
        types=frozenset(_last(found.get("names", ()) for found in walk(node, "type_name")))
        | functions
        | in_texts
        | {"xml" for kind in _XML for _ in walk(node, kind)},
        tables=frozenset((found.get("schemaname", ""), found["relname"]) for found in walk(node, "range_var")),
    )


def _type_in_text(call: Mapping[str, Any]) -> str:
    """Return the type that a call names in a text, "" where that is not to be seen."""
    arguments = call.get("args", [])
    text = arguments[1].get("a_const", {}).get("sval", {}).get("sval", "") if len(arguments) > 1 else ""
    if not text or not is_type_name(text):
        return ""
    names = walk(tree(f"SELECT NULL::{text}")[1], "type_name")
    return next(iter(_last(found.get("names", ()) for found in names)), "")


def _of_sublinks(node: Tree) -> Iterator[Any]:
    return (found.get("oper_name", ()) for found in walk(node, "sub_link"))


def _last(names: Any) -> Iterator[str]:
    for words in map(strings, names):
        yield from words[-1:]
