"""Puts statements into a proven list where they must stand: between those that the list has already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from supasync.core.attic.attic_sql import number_rows
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.inheritance import heritage, parents_of
from supasync.core.catalog.state import State
from supasync.core.changes.change import Change, changes_of
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.sql import expression_sql, qualified, quote_ident, statement_sql, tree
from supasync.core.sql.keys import TableKey
from supasync.core.sql.names import sequences_in, type_sql

# Marks the change of type by which an added column gets its domain: it is ours, and needs no USING.
_RULES_BACK = "/* rules back */"
_LATE_KINDS = frozenset({"trigger", "rule"})


class Weaver:
    """One list of statements in its order, and what is to stand before, between and behind them."""

    def __init__(self, statements: Sequence[str], after: Fingerprint) -> None:
        self._texts = list(statements)
        self._changes = [changes_of(text) for text in statements]
        self._parents = parents_of(after)
        self._heritage = heritage(after)
        self._front: list[str] = []
        self._end: list[str] = []
        self._behind: dict[int, list[str]] = {}
        self._moved: dict[int, int] = {}
        self._split: dict[int, str] = {}

    def first(self, texts: Iterable[str]) -> None:
        """Put statements before all others, behind those that were put there already."""
        self._front += texts

    def last(self, texts: Iterable[str]) -> None:
        """Put statements behind all others."""
        self._end += [text for text in texts if text]

    def fill_table(self, table: TableKey, texts: Sequence[str]) -> None:
        """Put statements where a created table can take rows: complete, but not yet reacting to them."""
        spot = max((at for at, found in enumerate(self._changes) if self._builds(found, table)), default=-1)
        if spot < 0:
            # No statement builds it; yet what reacts to rows may be made anywhere.
            spot = len(self._texts) - 1
            self._hold_back(spot + 1, {table, *self._parts(table)}, spot)
        else:
            self._hold_back(spot, {table, *self._parts(table)}, spot)
        self._behind.setdefault(spot, []).extend(texts)

    def fill_columns(self, table: TableKey, columns: Collection[str], texts: Sequence[str], after: State) -> None:
        """Put statements where added or converted columns of a present table can take values.

        What such a column demands of every row (NOT NULL, a number, a domain's rules) comes behind them.
        """
        spot = -1
        later: list[str] = []
        for at, found in enumerate(self._changes):
            own = [change for change in found if _is_value_change(change, table, columns)]
            if not own:
                continue
            spot = at
            if own[0].verb is Verb.CREATE and own[0].kind == "column":
                base = after.base_type((*table, own[0].name))
                self._split[at], rest = split_added_column(self._split.get(at, self._texts[at]), own[0], base)
                later += rest
        if spot < 0:
            self.fill_table(table, texts)
            return
        self._behind.setdefault(spot, []).extend([*texts, *later])
        self._hold_back(spot, {table}, spot)

    def demanding(self) -> list[Change]:
        """Return the changes that demand a value of every row in a column."""
        found = (change for changes in self._changes for change in changes if change.kind == "column")
        return [change for change in found if change.detail == "SET NOT NULL" or _is_domain_back(change)]

    def before_not_null(self, table: TableKey, column: str, text: str) -> bool:
        """Put a statement right before a column must have a value in every row; tell whether there is such a place."""
        for at, found in enumerate(self._changes):
            if any(_demands(change, table, column) for change in found):
                self._behind.setdefault(at - 1, []).append(text)
                return True
        return False

    def woven(self) -> tuple[str, ...]:
        """Return all statements in order."""
        made = [*self._front, *self._behind.get(-1, ())]
        for at, text in enumerate(self._texts):
            if at not in self._moved:
                made.append(self._split.get(at, text))
            made += self._behind.get(at, ())
            made += [self._texts[early] for early, spot in sorted(self._moved.items()) if spot == at]
        refilled = [*self._behind, *self._end]
        return (*made, *self._end, *(self._refreshes() if refilled else ()))

    def _refreshes(self) -> list[str]:
        """Materialized views that the list creates may have looked at tables before their rows were back."""
        made = [change for found in self._changes for change in found]
        return [
            f"REFRESH MATERIALIZED VIEW {qualified(change.schema, change.name)}"
            for change in made
            if change.verb is Verb.CREATE
            and change.kind == "materialized view"
            and "WITH NO DATA" not in change.sql.upper()
        ]

    def _parts(self, table: TableKey) -> list[TableKey]:
        return [part for part in self._parents if table in self._above(part)]

    def _inherited(self, table: TableKey) -> list[TableKey]:
        """Return the tables whose new columns a table gets too."""
        parents = self._heritage.get(table, ())
        return [found for parent in parents for found in (parent, *self._inherited(parent))]

    def _above(self, table: TableKey) -> list[TableKey]:
        found = []
        while (parent := self._parents.get(table)) is not None:
            found.append(parent)
            table = parent
        return found

    def _builds(self, changes: Sequence[Change], table: TableKey) -> bool:
        family = {table, *self._parts(table), *self._inherited(table)}
        for change in changes:
            own = (change.schema, change.table or change.name)
            if change.verb is Verb.CREATE and change.kind in ("table", "column") and own in family:
                return True
            attaches = change.kind == "table" and change.detail.startswith(("ATTACH PARTITION", "INHERIT"))
            if change.verb is Verb.ALTER and own in family and attaches:
                return True
        return False

    def _hold_back(self, end: int, tables: Collection[TableKey], spot: int) -> None:
        """Let foreign keys, triggers, rules and forced row security before `end` come behind `spot`.

        So does what is said of one that is held back: its state, its validation.
        """
        late: set[tuple[str, str, str, str]] = set()
        for at in range(end):
            made = {_key(change) for change in self._changes[at] if _is_late(change, tables)}
            if made or not late.isdisjoint(map(_key, self._changes[at])):
                late |= made
                self._moved[at] = max(spot, self._moved.get(at, -1))


def _key(change: Change) -> tuple[str, str, str, str]:
    return change.kind, change.schema, change.table, change.name


def _is_late(change: Change, tables: Collection[TableKey]) -> bool:
    own = (change.schema, change.table) in tables
    if change.kind in _LATE_KINDS:
        return own and change.verb is Verb.CREATE
    if change.kind == "row security":
        return own and change.detail == "FORCE ROW LEVEL SECURITY"
    if change.kind == "constraint" and change.verb is Verb.CREATE and change.detail.startswith("FOREIGN KEY"):
        return own or _referenced(change) in tables
    return False


def _referenced(change: Change) -> TableKey:
    other = constraint_of(commands(tree(change.sql)[1])[0]).get("pktable", {})
    return other.get("schemaname", "public"), other.get("relname", "")


def _is_value_change(change: Change, table: TableKey, columns: Collection[str]) -> bool:
    if change.kind != "column" or (change.schema, change.table) != table or change.name not in columns:
        return False
    converted = change.detail.startswith(("TYPE ", "DROP NOT NULL", "DROP EXPRESSION"))
    return change.verb is Verb.CREATE or (change.verb is Verb.ALTER and converted)


def _demands(change: Change, table: TableKey, column: str) -> bool:
    here = change.kind == "column" and (change.schema, change.table, change.name) == (*table, column)
    return here and change.verb is Verb.ALTER and (change.detail == "SET NOT NULL" or _is_domain_back(change))


def _is_domain_back(change: Change) -> bool:
    return change.sql.endswith(_RULES_BACK)


def split_added_column(text: str, change: Change, base: str = "") -> tuple[str, tuple[str, ...]]:
    """Take out of ADD COLUMN what rows must meet before they have their values back.

    Returns the statement without NOT NULL, identity and a default that counts; and what adds these later. `base` is
    the type below a domain, whose rules come later too.
    """
    kind, node = tree(text)
    if len(node["cmds"]) > 1:
        return text, ()
    command = node["cmds"][0]["alter_table_cmd"]
    definition = command["def"]["column_def"]
    kept: list[Any] = []
    later: list[str] = []
    counts = False
    alter = f"ALTER TABLE {qualified(change.schema, change.table)} ALTER COLUMN {quote_ident(change.name)}"
    for entry in definition.get("constraints", ()):
        constraint = entry["constraint"]
        match constraint.get("contype"):
            case "CONSTR_NOTNULL":
                later.insert(0, f"{alter} SET NOT NULL")
            case "CONSTR_IDENTITY":
                counts = True
                later.append(_add_identity(node, change.name, constraint))
            case "CONSTR_DEFAULT" if any(sequences_in(constraint)):
                counts = True
                later.append(f"{alter} SET DEFAULT {expression_sql(constraint['raw_expr'])}")
            case _:
                kept.append(entry)
    if not later and not base:
        return text, ()
    if base:
        domain = type_sql(definition["type_name"])
        later.insert(0, f"{alter} TYPE {domain} {_RULES_BACK}")
        cast = tree(f"SELECT NULL::{base}")[1]["target_list"][0]["res_target"]["val"]["type_cast"]
        definition = {**definition, "type_name": cast["type_name"]}
    if counts:
        later.insert(0, number_rows(change.schema, change.table, change.name))
    bare = {key: value for key, value in definition.items() if key != "constraints"}
    column = {**bare, "constraints": kept} if kept else bare
    single = {**node, "cmds": [{"alter_table_cmd": {**command, "def": {"column_def": column}}}]}
    return statement_sql(kind, single), tuple(later)


def _add_identity(node: Mapping[str, Any], column: str, constraint: Mapping[str, Any]) -> str:
    command = {
        "subtype": "AT_AddIdentity",
        "name": column,
        "def": {"constraint": dict(constraint)},
        "behavior": "DROP_RESTRICT",
    }
    return statement_sql("alter_table_stmt", {**node, "cmds": [{"alter_table_cmd": command}]})
