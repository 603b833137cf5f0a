"""How syntax trees name things: types, functions and every other kind of object, in the words PostgreSQL prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from supasync.core.sql.keys import TableKey
from supasync.core.sql.parser import SqlSyntaxError, expression_sql, tree
from supasync.core.sql.quoting import qualified, quote_ident

# format_type's spelling of what the grammar calls by its internal name.
_TYPE_WORDS = {
    "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
    "bool": "boolean", "varchar": "character varying", "bpchar": "character", "varbit": "bit varying",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone",
}  # fmt: skip
_KIND_WORDS = {
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_DOMCONSTRAINT": "domain constraint",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_FDW": "foreign data wrapper",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_OPCLASS": "operator class",
    "OBJECT_OPFAMILY": "operator family",
    "OBJECT_ATTRIBUTE": "attribute",
    "OBJECT_LARGEOBJECT": "large object",
    "OBJECT_PARAMETER_ACL": "parameter",
    "OBJECT_DEFACL": "default privileges",
}
# Named within a table: the last word of the list is the name, the words before it the table.
_OF_A_TABLE = frozenset({"column", "attribute", "constraint", "policy", "trigger", "rule"})
_METHOD_FIRST = frozenset({"operator class", "operator family"})


@dataclass(frozen=True)
class Reference:
    """An object as a statement names it; `schema` is "public" where the statement leaves it out."""

    schema: str
    name: str
    table: str = ""


def kind_word(object_type: str) -> str:
    """Return the word for a parser's object type: `OBJECT_MATVIEW` is "materialized view"."""
    return _KIND_WORDS.get(object_type) or object_type.removeprefix("OBJECT_").lower().replace("_", " ")


# The masks of an interval's fields, bits of src/include/utils/datetime.h (YEAR is bit 2, MONTH 1, DAY 3, HOUR 10,
# MINUTE 11, SECOND 12; 32767 stands for all).
_INTERVAL_FIELDS = {
    "32767": "", "4": " year", "2": " month", "8": " day", "1024": " hour", "2048": " minute", "4096": " second",
    "6": " year to month", "1032": " day to hour", "3080": " day to minute", "7176": " day to second",
    "3072": " hour to minute", "7168": " hour to second", "6144": " minute to second",
}  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_NOT_IN_A_TYPE = re.compile(r"--|/\*|[;'\n\r\0]")
_BUILT_IN = re.compile(r"[a-z_][a-z0-9_]*")
_MODIFIERS = ("a_const", "column_ref")


def is_type_name(text: str) -> bool:
    """Tell whether a text is the name of a type and nothing more, so that it may stand behind `::`."""
    if _NOT_IN_A_TYPE.search(_QUOTED.sub("", text)):
        return False
    try:
        kind, node = tree(f"SELECT NULL::{text}")
    except SqlSyntaxError:
        return False
    targets = node.get("target_list", [])
    result = targets[0].get("res_target", {}) if len(targets) == 1 else {}
    cast = result.get("val", {}).get("type_cast", {})
    name = cast.get("type_name", {})
    alone = kind == "select_stmt" and set(node) == {"target_list", "limit_option", "op"} and "name" not in result
    plain = all(next(iter(each)) in _MODIFIERS for each in name.get("typmods", ()))
    return alone and plain and "a_const" in cast.get("arg", {}) and bool(name) and not name.get("setof")


def strings(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the words of a list of string nodes (a dotted name)."""
    return [node["string"].get("sval", "") for node in nodes if "string" in node]


def walk(node: Any, field: str) -> Iterator[Mapping[str, Any]]:
    """Yield what stands under `field`, at any depth of a syntax tree."""
    if isinstance(node, Mapping):
        if field in node:
            yield node[field]
        for part in node.values():
            yield from walk(part, field)
    elif isinstance(node, list):
        for part in node:
            yield from walk(part, field)


def dotted(words: list[str]) -> Reference:
    """Return the reference of a dotted name: `[schema, name]` or `[name]`."""
    return Reference(words[-2] if len(words) > 1 else "public", words[-1] if words else "")


def relation(node: Mapping[str, Any]) -> Reference:
    """Return the reference of a table-like object; a temporary one, as it is created, is in no schema of the user's."""
    schema = "pg_temp" if node.get("relpersistence") == "t" else node.get("schemaname", "public")
    return Reference(schema, node.get("relname", ""))


def relation_key(node: Mapping[str, Any]) -> TableKey:
    """Return the key of a table-like object."""
    found = relation(node)
    return found.schema, found.name


def relation_of_column(words: list[str]) -> Reference:
    """Return the reference of something inside a table: `[schema, table, name]` or `[table, name]`."""
    table = dotted(words[:-1])
    return Reference(table.schema, words[-1] if words else "", table.name)


def role_name(node: Mapping[str, Any]) -> str:
    """Return the name of a role, `PUBLIC` and `CURRENT_USER` included."""
    spec = node.get("role_spec", node)
    named: str = spec.get("rolename", "")
    return quote_ident(named) if named else str(spec.get("roletype", "")).removeprefix("ROLESPEC_")


def type_sql(node: Mapping[str, Any]) -> str:
    """Return a type as `format_type` spells it; other schemas than pg_catalog stay in front."""
    words = strings(node.get("names", ()))
    builtin = len(words) == 2 and words[0] == "pg_catalog"
    if builtin or len(words) == 1:
        # A built-in name such as numeric is a keyword of the grammar and yet needs no quotes as a type.
        plain = builtin and words[-1] != "char" and _BUILT_IN.fullmatch(words[-1])
        name = _TYPE_WORDS.get(words[-1], words[-1] if plain else quote_ident(words[-1]))
    else:
        name = ".".join(map(quote_ident, words))
    modifiers = [expression_sql(modifier) for modifier in node.get("typmods", ())]
    if name == "interval" and modifiers:
        fields = _INTERVAL_FIELDS.get(modifiers[0], " of other fields")  # the first is the mask of fields
        name, modifiers = f"interval{fields}", modifiers[1:]
    if modifiers:
        head, separator, tail = name.partition(" with")
        name = f"{head}({','.join(modifiers)}){separator}{tail}"
    prefix = "SETOF " if node.get("setof") else ""
    return prefix + name + "[]" * min(len(node.get("array_bounds", ())), 1)


def arguments_sql(parameters: Iterable[Mapping[str, Any]]) -> str:
    """Return the types of a function's input arguments, which with its name are its identity."""
    inputs = (
        parameter["function_parameter"]
        for parameter in parameters
        if parameter.get("function_parameter", {}).get("mode") not in {"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"}
    )
    return ", ".join(type_sql(parameter.get("arg_type", {})) for parameter in inputs)


def with_arguments(node: Mapping[str, Any]) -> Reference:
    """Return the reference of a function or operator, with its argument types in the name."""
    base = dotted(strings(node.get("objname", ())))
    if node.get("args_unspecified"):
        return base
    if "objfuncargs" in node:
        arguments = arguments_sql(node["objfuncargs"])
    else:
        arguments = ", ".join(type_sql(argument.get("type_name", {})) for argument in node.get("objargs", ()))
    return Reference(base.schema, f"{base.name}({arguments})")


def object_reference(kind: str, node: Mapping[str, Any]) -> Reference:
    """Return what a DROP, COMMENT, GRANT or ALTER ... OWNER statement speaks of."""
    if "object_with_args" in node:
        return with_arguments(node["object_with_args"])
    if "range_var" in node:
        return relation(node["range_var"])
    if "string" in node:
        return Reference("", node["string"].get("sval", ""))
    if "type_name" in node:
        return _type_reference(node["type_name"])
    return _list_reference(kind, node.get("list", {}).get("items", []))


def _type_reference(node: Mapping[str, Any]) -> Reference:
    return dotted(strings(node.get("names", ())))


def _list_reference(kind: str, items: list[Mapping[str, Any]]) -> Reference:
    words = strings(items)
    types = [item["type_name"] for item in items if "type_name" in item]
    if kind == "cast":
        return Reference("", " AS ".join(map(type_sql, types)))
    if kind == "domain constraint" and types:
        domain = _type_reference(types[0])
        return Reference(domain.schema, words[-1], domain.name)
    if kind == "transform" and types:
        return Reference("", f"FOR {type_sql(types[0])} LANGUAGE {words[-1] if words else ''}")
    if kind in _METHOD_FIRST:
        return dotted(words[1:])
    return relation_of_column(words) if kind in _OF_A_TABLE else dotted(words)


def shown(schema: str, name: str) -> str:
    """Return a name for a person: `public` left out, quotes only where needed, argument lists untouched."""
    base, bracket, arguments = name.partition("(")
    prefix = "" if schema == "public" else schema
    return qualified(prefix, base) + bracket + arguments.replace("public.", "")


def sequences_in(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the sequences whose nextval an expression calls."""
    if isinstance(node, list):
        for part in node:
            yield from sequences_in(part)
    if not isinstance(node, Mapping):
        return
    call = node.get("func_call", {})
    if strings(call.get("funcname", ()))[-1:] == ["nextval"]:
        name = call["args"][0].get("type_cast", {}).get("arg", call["args"][0])
        text = name.get("a_const", {}).get("sval", {}).get("sval", "")
        if text:
            yield _parsed(text)
    for part in node.values():
        yield from sequences_in(part)


def _parsed(name: str) -> tuple[str, str]:
    """Take apart a name as it stands in a string: quoted where SQL would want it."""
    found = tree(f"DROP SEQUENCE {name}")[1]["objects"][0]["list"]["items"]
    reference = dotted(strings(found))
    return reference.schema, reference.name
