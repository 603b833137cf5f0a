"""Probes of a column that gets another type: values that do not fit, and values that would silently change.

A condition must not raise whatever the value is, so nothing is cast that was not tested before. Where no such
condition exists the conversion itself is tried on the rows, and the server names the first value that fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import TypeName, read_type
from supasync.core.changes.change import Change, column_key, new_type
from supasync.core.changes.effect import Verb
from supasync.core.checks.column_conversion import ENUM, computed_anew, conversion_of, using_of
from supasync.core.checks.probe import Probe, ProbeKind, column_sql, count_where
from supasync.core.checks.probes.before_plan import BeforePlan
from supasync.core.sql import expression_sql, qualified, quote_literal, tree
from supasync.core.sql.harmless import objection_to_conversion
from supasync.core.sql.names import strings

_Condition = tuple[ProbeKind, str]
_RANGES = {
    "smallint": (-32768, 32767),
    "integer": (-2147483648, 2147483647),
    "bigint": (-9223372036854775808, 9223372036854775807),
}
_CHARACTERS = frozenset({"text", "character varying", "character", "citext"})
# Their text is the same whatever a session's settings say: that of the push may say otherwise than ours.
_SPELLED_PLAINLY = (
    _CHARACTERS | frozenset(_RANGES) | {"name", "numeric", "boolean", "uuid", "inet", "cidr", "json", "jsonb"}
)
_FRACTIONS = frozenset({"numeric", "real", "double precision"})
_EXACT_UP_TO = {"real": 16777216, "double precision": 9007199254740992}
_BLANKS = r"E' \t\n\r\f\v'"
_INTEGER = "'^[+-]?[0-9]{1,40}$'"
_NUMBER = "'^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'"
_UUID = "'^([0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}$'"
_BOOLEANS = "('t','tr','tru','true','f','fa','fal','fals','false','y','ye','yes','n','no','on','of','off','1','0')"


def type_probes(change: Change, changes: Sequence[Change], present: BeforePlan) -> Iterator[Probe]:
    """Yield the probes of an ALTER COLUMN ... TYPE."""
    old_text = present.facts.column_types.get(column_key(change))
    if old_text is None:
        return
    if computed_anew(change):
        yield from _trial(change, present)
        return
    old, new_text = read_type(old_text), new_type(change)
    new, column = read_type(new_text), column_sql(change.name)
    effect = conversion_of(change, changes, present.facts)
    told, refused = False, objection_to_conversion(_as_type(change.name, new_text))
    for kind, condition in _conditions(column, old, new, new_text, changes, present.facts):
        if not (effect.lossy if kind == "narrowing" else effect.may_fail):
            continue
        words = f"values of {change.identity} that "
        words += f"would be truncated or rounded by {new_text}" if kind == "narrowing" else f"do not fit {new_text}"
        told = told or kind == "cast" or (kind == "labels" and effect == ENUM)
        yield count_where(change, kind, words, condition, f"{column}", refused=refused)
    if effect.may_fail and not told:
        yield from _trial(change, present)


def _trial(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the question that converts every value as the change does; it means the same before the plan."""
    using, new_text = using_of(change), new_type(change)
    node = using or _as_type(change.name, new_text)
    why = present.made_here([node, _as_type(change.name, new_text)]) or objection_to_conversion(node)
    query = f"SELECT least(count({expression_sql(node)}), 0), ''::text FROM {qualified(change.schema, change.table)}"
    words = f"values of {change.identity} that do not fit {new_text}"
    yield Probe(change, query, words, "cast", refused=why, trial=True)


def _as_type(column: str, new_text: str) -> Mapping[str, Any]:
    node: Mapping[str, Any] = tree(f"SELECT {column_sql(column)}::{new_text}")[1]["target_list"][0]["res_target"]["val"]
    return node


def _conditions(
    column: str, old: TypeName, new: TypeName, new_text: str, changes: Sequence[Change], facts: TargetFacts
) -> Iterator[_Condition]:
    if not new.is_built_in:
        yield from _enum(column, new, new_text, changes)
    elif old.is_array or new.is_array:
        if new.is_array and not old.is_array and old.base in _CHARACTERS and facts.server_major >= 16:
            yield "cast", f"NOT pg_input_is_valid({column}::text, {quote_literal(new_text)})"
    elif new.base in ("character varying", "character", "name"):
        if old.base in _SPELLED_PLAINLY:
            yield from _length(column, new)
    elif old.base in _CHARACTERS:
        yield from _from_text(column, new, new_text, facts)
    elif new.base in _RANGES and old.base in (_FRACTIONS | set(_RANGES)):
        yield from _to_integer(column, old, new)
    elif new.base == "numeric" and old.base in _EXACT_UP_TO:
        yield from _from_float(column, old, new)
    elif new.base == "numeric" and new.modifiers and old.base in ({"numeric"} | set(_RANGES)):
        yield from _to_numeric(f"{column}::numeric", new, rounds=old.base not in _RANGES)
    elif new.base in _EXACT_UP_TO and old.base in _RANGES:
        yield "narrowing", f"abs({column}::numeric) > {_EXACT_UP_TO[new.base]}"
    elif new.base == "real" and old.base == "double precision":
        yield from _to_real(column)
    elif old.base.startswith("timestamp"):
        yield from _from_timestamp(column, new, new_text)
    elif new.base == "boolean" and old.base == "integer":
        yield "narrowing", f"{column} NOT IN (0, 1)"


def _length(column: str, new: TypeName) -> Iterator[_Condition]:
    if new.base == "character varying" and not new.modifiers:
        return
    if new.base == "name":
        yield "narrowing", f"octet_length({column}::text) > 63"
    else:
        yield "narrowing", f"length({column}::text) > {new.modifiers[0] if new.modifiers else 1}"


def _to_integer(column: str, old: TypeName, new: TypeName) -> Iterator[_Condition]:
    low, high = _RANGES[new.base]
    yield "cast", f"NOT (round({column}::numeric) BETWEEN {low} AND {high})"
    if old.base == "numeric":
        yield "narrowing", f"{column} <> round({column})"
    elif old.base not in _RANGES:  # as a numeric it has 15 digits only
        yield "narrowing", f"{column}::float8 <> round({column}::float8)"


def _to_numeric(number: str, new: TypeName, *, rounds: bool) -> Iterator[_Condition]:
    precision, scale = (*new.modifiers, 0)[:2]
    yield "cast", f"abs(round({number}, {scale})) >= 1e{precision - scale}::numeric AND {number} <> 'NaN'::numeric"
    if rounds:
        yield "narrowing", f"{number} <> round({number}, {scale})"


def _from_float(column: str, old: TypeName, new: TypeName) -> Iterator[_Condition]:
    held = f"{column}::numeric"  # of 15 digits at most, 6 of a real
    cut = f"CASE WHEN {column} NOT IN ('Infinity', '-Infinity') THEN {held}::{old.base} <> {column} ELSE false END"
    if new.modifiers:
        yield from _to_numeric(held, new, rounds=False)
        cut += f" OR {held} <> round({held}, {(*new.modifiers, 0)[1]})"
    yield "narrowing", cut


def _to_real(column: str) -> Iterator[_Condition]:
    finite = f"{column} NOT IN ('NaN'::float8, 'Infinity'::float8, '-Infinity'::float8)"
    # What is smaller than half of the smallest real is an underflow, what is smaller than 1.2e-38 loses digits.
    yield "cast", f"{finite} AND (abs({column}) > 3.4e38 OR {column} <> 0 AND abs({column}) < 7.1e-46)"
    held = f"abs({column}) BETWEEN 1.2e-38 AND 3.4e38"
    cut = f"{column}::real::float8 <> {column}"
    yield "narrowing", f"CASE WHEN {held} THEN {cut} ELSE {column} <> 0 AND abs({column}) < 1.2e-38 END"


def _from_timestamp(column: str, new: TypeName, new_text: str) -> Iterator[_Condition]:
    if new.base == "date":
        yield "narrowing", f"isfinite({column}) AND {column} <> date_trunc('day', {column})"
    elif new.base.startswith("time "):
        yield "narrowing", f"{column} IS NOT NULL"
    elif new.base.startswith("timestamp") and new.modifiers:
        yield "narrowing", f"isfinite({column}) AND {column} <> {column}::{new_text}"


def _from_text(column: str, new: TypeName, new_text: str, facts: TargetFacts) -> Iterator[_Condition]:
    text = f"btrim({column}::text, {_BLANKS})"
    if new.base in _CHARACTERS:
        return
    if facts.server_major >= 16:
        yield "cast", f"NOT pg_input_is_valid({column}::text, {quote_literal(new_text)})"
    elif new.base in _RANGES:
        low, high = _RANGES[new.base]
        in_range = f"NOT ({text}::numeric BETWEEN {low} AND {high})"
        yield "cast", f"{column} IS NOT NULL AND CASE WHEN {text} ~ {_INTEGER} THEN {in_range} ELSE true END"
    elif new.base in _FRACTIONS:
        words = "('nan','inf','infinity','-inf','-infinity')"
        yield "cast", f"{text} !~ {_NUMBER} AND lower({text}) NOT IN {words}"
    elif new.base == "uuid":
        yield "cast", f"btrim({column}::text, '{{}}') !~ {_UUID}"
    elif new.base == "boolean":
        yield "cast", f"lower({text}) NOT IN {_BOOLEANS}"
    if condition := _read_in_part(f"{column}::text", text, new, facts):
        yield "narrowing", condition
    if new.base == "numeric" and new.modifiers:
        scale = (*new.modifiers, 0)[1]
        plain = f"{text} ~* '^[+-]?([0-9]{{1,100}}[.]?[0-9]{{0,100}}|[.][0-9]{{1,100}})(e[+-]?[0-9]{{1,2}})?$'"
        rounded = f"{text}::numeric <> round({text}::numeric, {scale})"
        yield "narrowing", f"CASE WHEN {plain} THEN {rounded} ELSE false END"


def _read_in_part(value: str, text: str, new: TypeName, facts: TargetFacts) -> str:
    """Return the condition that a text holds more than the new type does, "" where none is known."""
    if new.base in _EXACT_UP_TO:
        number = f"{text}::numeric"
        low, high = ("1.2e-38", "3.4e38") if new.base == "real" else ("1e-300", "1e300")
        cut = f"abs({number}) NOT BETWEEN {low} AND {high} OR {number} <> {text}::{new.base}::numeric"
        return f"CASE WHEN {text} ~ {_NUMBER} THEN {number} <> 0 AND ({cut}) ELSE false END"
    if facts.server_major < 16:
        return ""
    digits = min(new.modifiers[0], 6) if new.modifiers else 6
    rounded = f"{value} ~ '[.][0-9]{{{digits}}}[0-9]*[1-9]'"
    if new.base == "timestamp with time zone":
        return rounded
    dated = f"pg_input_is_valid({value}, 'timestamp')"
    if new.base == "date":
        return f"CASE WHEN {dated} THEN {value}::timestamp <> {value}::date ELSE false END"
    if new.base == "time without time zone":
        return f"{dated} OR {rounded} OR {value} !~ '^[ 0-9:.]+$'"
    if new.base == "timestamp without time zone":
        zoned = f"{value}::timestamptz AT TIME ZONE current_setting('TimeZone') <> {value}::timestamp"
        return f"CASE WHEN pg_input_is_valid({value}, 'timestamptz') THEN {zoned} ELSE false END OR {rounded}"
    return ""


def _enum(column: str, new: TypeName, new_text: str, changes: Sequence[Change]) -> Iterator[_Condition]:
    schema, name = _schema_and_name(new_text)
    same = [c for c in changes if c.schema == schema and c.verb is Verb.CREATE]
    created = next((c for c in same if c.kind == "enum" and c.name == name), None)
    added = [c.name for c in same if c.kind == "enum value" and c.table == name]
    if created is not None:
        labels = strings(tree(created.sql)[1].get("vals", ())) + added
        allowed = f"ARRAY[{', '.join(quote_literal(label) for label in labels)}]::text[]"
        guard = ""
    else:
        kind = quote_literal(new_text.removesuffix("[]"))
        more = "".join(f", {quote_literal(label)}" for label in added)
        extra = f" || ARRAY[{more[2:]}]::text[]" if more else ""
        query = f"SELECT enumlabel::text FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype({kind})"
        allowed = f"(ARRAY({query}){extra})"
        guard = f"EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype({kind})) AND "
    if new.is_array:
        inner = f"SELECT FROM unnest({column}::text[]) AS item(label) WHERE label <> ALL ({allowed})"
        yield "labels", f"{guard}EXISTS ({inner})"
    else:
        yield "labels", f"{guard}{column}::text <> ALL ({allowed})"


def _schema_and_name(type_text: str) -> tuple[str, str]:
    words = [word.strip('"') for word in type_text.removesuffix("[]").split(".")]
    return (words[0], words[1]) if len(words) > 1 else ("public", words[0])
