"""Changes in the words of a developer: the lines of `status`, and a name for the migration."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from supasync.core.changes.change import REPLACED_SUFFIX, Change, dropped_tables, new_tables, object_key
from supasync.core.changes.effect import Verb
from supasync.core.changes.line_text import grant_text, text_of
from supasync.core.sql import tree
from supasync.core.sql.keys import TableKey
from supasync.core.sql.names import dotted, shown, strings

Group = Literal["missing", "only", "different"]
_Key = tuple[str, ...]
_ATTACHED = frozenset({"column", "constraint", "row security", "attribute"})
_ACCESS = (Verb.GRANT, Verb.REVOKE)
_RELATIONS = ("view", "materialized view", "sequence", "foreign table")
_NAME_LENGTH = 60
_PUBLIC = re.compile(r"(?<![\w.\"])public\.")
_IMPORTANCE = (
    "table", "column", "view", "materialized view", "function", "procedure", "enum", "enum value", "type", "constraint",
    "index", "policy", "trigger",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One pending change as a person counts them; `missing` and `only` are seen from the schema file's side."""

    text: str
    group: Group
    changes: tuple[Change, ...]


def describe(
    changes: Sequence[Change], present: Collection[str] = (), relations: Collection[TableKey] = ()
) -> tuple[Line, ...]:
    """Return the lines for a diff's changes, in the order in which their objects first appear.

    `present` names routines that the target has (`f(integer)`): the diff writes CREATE OR REPLACE for new and
    changed ones alike, and only this tells them apart. `relations` are the tables and views that it has.
    """
    groups: dict[_Key, list[Change]] = {}
    sorter = _Sorter(changes, relations)
    for change in changes:
        key = sorter.key(change)
        if key:
            groups.setdefault(key, []).append(change)
    lines = (_line(tuple(members), present) for members in groups.values())
    return tuple(line for line in lines if line is not None)


class _Sorter:
    """Finds the line that a change belongs to: that of its object, or of what is made or dropped as a whole."""

    def __init__(self, changes: Sequence[Change], relations: Collection[TableKey]) -> None:
        self._tables = new_tables(changes, relations) | dropped_tables(changes)
        idle = {(c.schema, c.name) for c in changes if c.verb is Verb.CREATE} & set(relations) - self._tables
        whole = [
            c for c in changes if c.verb in (Verb.CREATE, Verb.DROP) and (c.table or (c.schema, c.name) not in idle)
        ]
        self._whole = {object_key(c) for c in whole}
        self._rebuilt = {
            (c.schema, c.name) for c in changes if c.kind == "type" and c.detail.strip('"').endswith(REPLACED_SUFFIX)
        }
        self._owned = {key for c in changes for key in _owned_sequence(c, self._tables)}
        self._retyped = {
            (c.schema, c.table, c.name)
            for c in changes
            if c.kind == "column" and any(_is_type(c.detail, schema, name) for schema, name in self._rebuilt)
        }

    def key(self, change: Change) -> _Key:
        """Return the key of the change's line, () for a change that is no line."""
        if change.verb is Verb.SET:
            return ()
        if change.kind == "sequence" and (change.schema, change.name) in self._owned:
            return ()
        if change.table and (change.schema, change.table) in self._tables and self._goes_with_table(change):
            return ("table", change.schema, "", change.table)
        if change.kind == "type" and change.name.endswith(REPLACED_SUFFIX):
            return ("type", change.schema, "", change.name.removesuffix(REPLACED_SUFFIX))
        if change.kind == "column" and (change.schema, change.table, change.name) in self._retyped:
            return ()
        own = _object_key(change)
        if own in self._whole:
            return own
        if change.verb in _ACCESS:
            # GRANT says TABLE of whatever can be selected from.
            made = next((key for kind in _RELATIONS if (key := (kind, *own[1:])) in self._whole), None)
            return made or self._numbered_table(change) or ("access", *own)
        if change.verb is Verb.COMMENT:
            return ("comment", *own)
        return (*own, change.sql) if change.kind in ("other", "data") else own

    def _numbered_table(self, change: Change) -> _Key:
        """Return the line of the new table that an unmentioned sequence numbers, () for none."""
        if change.kind == "sequence" and change.name.endswith("_seq"):
            for schema, table in sorted(self._tables):
                if schema == change.schema and change.name.startswith(f"{table}_"):
                    return ("table", schema, "", table)
        return ()

    def _goes_with_table(self, change: Change) -> bool:
        return change.kind in _ATTACHED or change.verb in (Verb.DROP, Verb.COMMENT)


def _object_key(change: Change) -> _Key:
    kind, schema, table, name = object_key(change)
    if kind == "enum value":
        return ("type", schema, "", table)
    if kind == "foreign table":
        kind = "table"
    return (kind, schema, table, name)


def _owned_sequence(change: Change, tables: frozenset[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the sequence that ALTER SEQUENCE ... OWNED BY gives to a table made or dropped in the same diff."""
    if change.kind != "sequence" or "OWNED BY" not in change.detail:
        return []
    for option in (item["def_elem"] for item in tree(change.sql)[1].get("options", ())):
        if option.get("defname") == "owned_by":
            owner = dotted(strings(option["arg"]["list"]["items"])[:-1])
            if (owner.schema, owner.name) in tables:
                return [(change.schema, change.name)]
    return []


def _is_type(detail: str, schema: str, name: str) -> bool:
    words = detail.removeprefix("TYPE ").removesuffix("[]").replace('"', "")
    return detail.startswith("TYPE ") and words in (f"{schema}.{name}", name)


def _line(changes: tuple[Change, ...], present: Collection[str]) -> Line | None:
    verbs = {change.verb for change in changes if change.kind not in _ATTACHED} or {c.verb for c in changes}
    if verbs <= set(_ACCESS):
        return Line(_without_public(grant_text(changes)), "different", changes)
    group = _group(changes, verbs, present)
    text = text_of(changes, changed=group == "different")
    return Line(_without_public(text), group, changes) if text else None


def _without_public(text: str) -> str:
    return _PUBLIC.sub("", text)


def _group(changes: tuple[Change, ...], verbs: set[Verb], present: Collection[str]) -> Group:
    values_only = all(change.kind == "enum value" for change in changes)
    replaced = verbs != {Verb.DROP} and any(
        change.kind in ("function", "procedure") and change.identity in present for change in changes
    )
    if values_only or replaced:
        return "different"
    if Verb.CREATE in verbs:
        return "different" if Verb.DROP in verbs else "missing"
    return "only" if Verb.DROP in verbs else "different"


def suggest_name(changes: Sequence[Change], present: Collection[str] = ()) -> str:
    """Return a migration's name for a diff: snake_case, at most 60 characters, the same for the same changes.

    `present` as in `describe`.
    """
    lines = describe(changes, present)
    if not lines:
        return "update_schema"
    subjects = {_table_of(line) for line in lines}
    if len(lines) > 1 and len(subjects) == 1 and (subject := subjects.pop()):
        return _slug(f"update_{subject}")
    most = min(lines, key=_rank)
    rest = f"_and_{len(lines) - 1}_more" if len(lines) > 1 else ""
    return _slug(_line_name(most), _NAME_LENGTH - len(rest)) + rest


def _main(line: Line) -> Change:
    made = [c for c in line.changes if c.verb in (Verb.CREATE, Verb.DROP)]
    return next((c for c in made if c.kind == "table"), made[0] if made else line.changes[0])


def _table_of(line: Line) -> str:
    change = _main(line)
    if change.table:
        return shown(change.schema, change.table)
    return change.identity if change.kind == "table" else ""


def _rank(line: Line) -> tuple[int, int, int]:
    kind = _main(line).kind
    importance = _IMPORTANCE.index(kind) if kind in _IMPORTANCE else len(_IMPORTANCE)
    return (
        line.changes[0].verb in (*_ACCESS, Verb.COMMENT),
        importance,
        ("missing", "different", "only").index(line.group),
    )


def _line_name(line: Line) -> str:
    change = _main(line)
    name = change.identity.partition("(")[0]
    if change.verb in _ACCESS:
        return f"{change.verb} {name or change.kind}"
    if change.verb is Verb.COMMENT:
        return f"comment {name}"
    if change.kind == "index":
        name = re.sub(r"^(?:idx|ix)_", "", name)
    verb = {"missing": "add", "only": "drop", "different": "change"}[line.group]
    if change.kind == "column":
        return f"{verb} {name}"
    if change.kind == "enum value":
        return f"add {shown(change.schema, change.table)} {change.name}"
    kind = "type" if change.kind in ("enum", "composite type", "range type") else change.kind
    return f"{verb} {kind} {name}"


def _slug(text: str, length: int = _NAME_LENGTH) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return words[:length].rstrip("_") or "update_schema"
