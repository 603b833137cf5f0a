"""Which expressions of somebody else's may be looked up in the rows of a target: they only answer, and cheaply.

A closed list, of kinds of expression, words and constants. What it lets through makes no value much longer than the
values that it is made from, looks at each once, and is over when a row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from supasync.core.sql.names import strings, walk

Node = Mapping[str, Any]

_FUNCTIONS = frozenset({
    "abs", "age", "array_length", "array_position", "array_remove", "ascii", "cardinality", "ceil", "ceiling",
    "char_length", "character_length", "daterange", "floor", "initcap", "int4range", "int8range", "isempty",
    "isfinite", "json_array_length", "json_typeof", "jsonb_array_length", "jsonb_typeof", "left", "length", "lower",
    "lower_inc", "lower_inf", "md5", "mod", "now", "num_nonnulls", "num_nulls", "numrange", "octet_length",
    "overlaps", "reverse", "right", "scale", "sign", "substr", "tsrange", "tstzrange", "upper", "upper_inc",
    "upper_inf",
})  # fmt: skip
# The second argument of these is looked for in each character, or gives a length: it must be there to be seen.
_WITH_CONSTANT = frozenset({
    "btrim", "ltrim", "position", "regexp_replace", "replace", "round", "rtrim", "similar_to_escape", "split_part",
    "starts_with", "strpos", "substring", "translate", "trunc",
})  # fmt: skip
_TAKES_OUT = frozenset({"regexp_replace", "replace", "translate"})
# The first argument says what is asked for. A session keeps each time zone that it ever read.
_OF_CONSTANT = {"date_part": 2, "date_trunc": 2, "extract": 2, "timezone": 2}
_OPERATORS = frozenset({
    "=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&", "|", "#", "<<", ">>", "&&", "@>", "<@", "-|-",
    "&<", "&>", "->", "->>", "#>", "#>>", "?", "?|", "?&", "||",
})  # fmt: skip
_COMPARING = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})  # they make no value
_PATTERNS = frozenset({"~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "^@"})
_COMPARISONS = frozenset({
    "AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_OP_ALL", "AEXPR_IN", "AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT", "AEXPR_NULLIF",
    "AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR", "AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN", "AEXPR_BETWEEN_SYM",
    "AEXPR_NOT_BETWEEN_SYM",
})  # fmt: skip
# With these a modifier cuts or rounds; that of others makes values as long as it says.
_MODIFIED = frozenset({"numeric", "varchar", "timestamp", "timestamptz", "time", "timetz", "interval"})
_CALLED_PLAINLY = frozenset({"funcname", "args", "funcformat", "location"})
# What is computed may be read as one of these: they are short whatever they are made of, and name no time zone.
_SHORT = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "bool", "uuid"})
_MOMENTS = frozenset({"date", "timestamp", "timestamptz"})
_OF_MOMENTS = frozenset({"date_trunc", "timezone", "now"})  # what gives one already
_ELEMENTS = frozenset({"text", "varchar"})  # of arrays that a column may be read as
_PAIRWISE = frozenset({"&&", "@>", "<@", "?|", "?&"})  # of arrays and JSON, they compare each element with each
_TREES = frozenset({"json", "jsonb", "xml"})  # what is read as one of these takes many times the text's memory
_MOST_PARTS, _MOST_MADE, _MOST_JOINTS, _LONGEST, _LONGEST_PATTERN, _MOST_DIGITS = 200, 8, 3, 1000, 100, 40
_LONGEST_TOGETHER = 4000
_MOST_MADE_IN_KEYS = 3
_MOST_CONVERSIONS = 3
# Where a constant is read as one of these it stays as long as it is; behind them it may be read as another type.
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
_EXPONENT = re.compile(r"[0-9.]_?e[+-]?([0-9][0-9_]*)")
# They put characters together that stood apart: an exponent too.
_JOINERS = frozenset({"regexp_replace", "replace", "reverse", "translate"})


class _Objection(Exception):
    """An expression that may not be looked up, and why."""


def objection(nodes: Iterable[Node | None]) -> str:
    """Say why expressions may not be looked up in rows, "" when they may."""
    return _objection_of(_Judge(_MOST_MADE), nodes)


def objection_to_keys(nodes: Iterable[Node | None]) -> str:
    """Say why rows may not be put together by expressions, for which each row's values are sorted, "" when they may."""
    keys = [node for node in nodes if node]
    if sum("column_ref" not in key for key in keys) > _MOST_MADE_IN_KEYS:
        return "it is too long to be looked up beforehand"
    return _objection_of(_Judge(_MOST_MADE_IN_KEYS), keys)


def _objection_of(judge: _Judge, nodes: Iterable[Node | None]) -> str:
    try:
        for node in nodes:
            if node:
                judge.check(node)
    except _Objection as found:
        return str(found)
    return ""


def objection_to_conversion(node: Node) -> str:
    """Say why a column's values may not be converted, all of them, as a change of its type does it; "" when they may.

    `node` is the column behind one or a few casts; another expression is judged as any other.
    """
    value, types = node, []
    while "type_cast" in value:
        types.append(value["type_cast"]["type_name"])
        value = value["type_cast"]["arg"]
    if "column_ref" not in value or len(types) > _MOST_CONVERSIONS:
        return objection([node])
    try:
        for name in types:
            _modifiers_of(name)
    except _Objection as found:
        return str(found)
    return ""


class _Judge:
    """Looks at all of one rule, whose size counts as a whole."""

    def __init__(self, most_made: int) -> None:
        self._most_made = most_made
        self._parts = 0
        self._made = 0
        self._joints = 0
        self._said = 0

    def check(self, node: Node) -> None:
        """Look at one expression: a node of the syntax tree with its kind as the only key."""
        ((kind, body),) = node.items()
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _Objection("it is too long to be looked up beforehand")
        look = getattr(self, f"_{kind}", None)
        if look is None:
            raise _Objection(f"it has a {kind.replace('_', ' ')}, of which it is not known what it costs")
        look(body)

    def _all(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self.check(node)

    def _a_const(self, body: Node) -> None:
        texts = _texts(body)
        digits = str(body.get("fval", {}).get("fval", ""))
        too_long = any(len(text) > _LONGEST for text in texts) or len(digits) > _MOST_DIGITS
        self._said += sum(map(len, texts))
        if too_long or self._said > _LONGEST_TOGETHER or any(map(_is_large_number, texts)):
            raise _Objection("it has a constant too large to be looked up beforehand")

    def _column_ref(self, body: Node) -> None:
        if len(strings(body.get("fields", ()))) != len(body.get("fields", ())):
            raise _Objection("it takes whole rows")

    def _a_expr(self, body: Node) -> None:
        if body["kind"] not in _COMPARISONS:
            raise _Objection("it compares in an unusual way")
        name, between = strings(body.get("name", ()))[-1], body["kind"].endswith(("BETWEEN", "BETWEEN_SYM"))
        if name in _PATTERNS:
            _pattern(body["rexpr"], f"the pattern of {name}")
        elif name in _PAIRWISE and "lexpr" in body and not any(_is_short(body[key]) for key in ("lexpr", "rexpr")):
            raise _Objection(f"it compares two values by {name}, of which it is not known what it costs")
        elif name not in _OPERATORS and not between:
            raise _Objection(f"it uses the operator {name}, of which it is not known what it does and costs")
        if name not in _COMPARING and not between:
            # Of JSON and an array it looks for each element in each key, and nobody can stop it.
            two_sided = (
                name == "-" and "lexpr" in body and not any(_is_constant(body[key]) for key in ("lexpr", "rexpr"))
            )
            self._makes_a_value(4 if two_sided else 1)
        self._joints += name == "||"
        if self._joints > _MOST_JOINTS:
            raise _Objection("it joins too many values")
        for side in ("lexpr", "rexpr"):
            if body.get(side):
                self.check(body[side])

    def _list(self, body: Node) -> None:
        self._all(body["items"])

    def _bool_expr(self, body: Node) -> None:
        self._all(body["args"])

    def _null_test(self, body: Node) -> None:
        self.check(body["arg"])

    def _boolean_test(self, body: Node) -> None:
        self.check(body["arg"])

    def _coalesce_expr(self, body: Node) -> None:
        self._all(body["args"])

    def _min_max_expr(self, body: Node) -> None:
        self._all(body["args"])

    def _collate_clause(self, body: Node) -> None:
        self.check(body["arg"])

    def _sqlvalue_function(self, _: Node) -> None:
        """Nothing is in it: CURRENT_DATE and the like."""

    def _case_expr(self, body: Node) -> None:
        self._all([body[key] for key in ("arg", "defresult") if body.get(key)])
        self._all(body["args"])

    def _case_when(self, body: Node) -> None:
        self._all((body["expr"], body["result"]))

    def _a_array_expr(self, body: Node) -> None:
        for element in body.get("elements", ()):
            _constant(element, "an element of an array")
            self.check(element)

    def _type_cast(self, body: Node) -> None:
        _modifiers_of(body["type_name"])
        self.check(body["arg"])
        if not _is_constant(body["arg"]):
            _read_as(body["type_name"], body["arg"])
            self._makes_a_value(4 if strings(body["type_name"].get("names", ()))[-1] in _TREES else 1)
        elif not all(map(_is_plain_text, walk(body["arg"], "type_cast"))):
            raise _Objection("it has a constant that is read as one type after the other")

    def _makes_a_value(self, weight: int = 1) -> None:
        """Count what makes values as long as those of a row, which are kept until the row is done."""
        self._made += weight
        if self._made > self._most_made:
            raise _Objection("it is too long to be looked up beforehand")

    def _func_call(self, body: Node) -> None:
        name, given = strings(body.get("funcname", ()))[-1], body.get("args", ())
        known = name in _FUNCTIONS or name in _WITH_CONSTANT or len(given) == _OF_CONSTANT.get(name)
        if not known or not body.keys() <= _CALLED_PLAINLY:
            raise _Objection(f"it calls {name}(), of which it is not known what it does and costs")
        self._makes_a_value()
        if name in _OF_CONSTANT:
            _constant(given[0], f"the first argument of {name}()")
        if name in _WITH_CONSTANT:
            for argument in given[1:]:
                _pattern(argument, f"an argument of {name}()")
                _small(argument)
        if name in _TAKES_OUT and _grows(name, given):
            raise _Objection(f"{name}() may make longer values of short ones")
        self._all(given)


def _modifiers_of(type_name: Node) -> None:
    name = strings(type_name.get("names", ()))[-1]
    modifiers = type_name.get("typmods", ())
    scales = [abs(int(one.get("a_const", {}).get("ival", {}).get("ival", 0))) for one in modifiers]
    if modifiers and (name not in _MODIFIED or (name == "numeric" and max(scales) > _LONGEST_PATTERN)):
        raise _Objection(f"it makes values as long as {name} says")


def _read_as(type_name: Node, value: Node) -> None:
    """Object to a value of the rows that is read as another type, unless that makes it hardly longer, and but once."""
    name, is_array = strings(type_name.get("names", ()))[-1], bool(type_name.get("array_bounds"))
    ((kind, body),) = value.items()
    if kind == "column_ref":
        may = not is_array or name in _ELEMENTS
    elif name in _MOMENTS:
        may = not is_array and kind == "func_call" and strings(body.get("funcname", ()))[-1] in _OF_MOMENTS
    else:
        may = not is_array and name in _SHORT and not (name == "numeric" and _joins(value))
    if not may:
        raise _Objection(f"it reads what it has computed as {name}, of which it is not known what that costs")


def _joins(node: Node) -> bool:
    """Tell whether characters that stood apart may stand side by side in what is computed."""
    called = (strings(call.get("funcname", ()))[-1] for call in walk(node, "func_call"))
    used = (strings(one.get("name", ()))[-1:] for one in walk(node, "a_expr"))
    escaped = any("\\" in text for constant in walk(node, "a_const") for text in _texts(constant))
    return escaped or not _JOINERS.isdisjoint(called) or ["||"] in used


def _is_plain_text(cast: Node) -> bool:
    return strings(cast["type_name"].get("names", ()))[-1] in _TEXTS


def _is_constant(node: Node) -> bool:
    ((kind, body),) = node.items()
    if kind == "type_cast":
        return _is_constant(body["arg"])
    if kind == "a_array_expr":
        return all(map(_is_constant, body.get("elements", ())))
    return kind == "a_const"


def _is_short(node: Node) -> bool:
    said = (text for constant in walk(node, "a_const") for text in _texts(constant))
    return _is_constant(node) and sum(map(len, said)) <= _LONGEST_PATTERN


def _constant(node: Node, what: str) -> None:
    ((kind, body),) = node.items()
    is_pattern = kind == "func_call" and strings(body["funcname"])[-1] == "similar_to_escape"
    if not all(map(_is_constant, body["args"] if is_pattern else [node])):
        raise _Objection(f"{what} is no constant")


def _texts(constant: Node) -> list[str]:
    """Return what a constant says, as text."""
    return [str(part) for value in constant.values() if isinstance(value, Mapping) for part in value.values()]


def _pattern(node: Node, what: str) -> None:
    """Object to what is looked for everywhere in a value, unless it is a constant, and short."""
    _constant(node, what)
    if not all(map(_is_plain_text, walk(node, "type_cast"))):
        raise _Objection(f"{what} is a constant that is read as another type")
    if any(len(text) > _LONGEST_PATTERN for constant in walk(node, "a_const") for text in _texts(constant)):
        raise _Objection("it has a pattern too long to be looked up beforehand")


def _text_of(node: Node) -> str | None:
    """Return a constant that is a text, or one cast to text; None for what may read otherwise than it looks."""
    while "type_cast" in node:
        to = node["type_cast"]["type_name"]
        if strings(to.get("names", ()))[-1] != "text" or to.get("array_bounds"):
            return None
        node = node["type_cast"]["arg"]
    constant = node.get("a_const", {})
    return str(constant["sval"].get("sval", "")) if "sval" in constant else None


def _grows(name: str, given: Sequence[Node]) -> bool:
    """Tell whether something may be replaced by more than it is; a pattern may match nothing, again and again."""
    found, instead = (_text_of(argument) for argument in given[1:3]) if len(given) > 2 else (None, None)
    if found is None or instead is None:
        return True
    return len(instead) > (len(found) if name == "replace" else 0)


def _small(node: Node) -> None:
    number = node.get("a_const", {}).get("ival", {}).get("ival", 0)
    if abs(int(number)) > _LONGEST:
        raise _Objection("it has a constant too large to be looked up beforehand")


def _is_large_number(text: str) -> bool:
    """Tell whether a constant is, can be read as, or holds a number of very many digits: `1e120000`."""
    # As the elements of arrays and the ends of ranges are read: `{1\e65000}`.
    plain = text.lower().replace("\\", "").replace('"', "")
    return any(int(found[1].replace("_", "")) > _MOST_DIGITS for found in _EXPONENT.finditer(plain))
