"""What steps aside while a statement runs that it stands in the way of: dropped before it, and made again after it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from supasync.core import sql
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import ColumnKey, split_owner
from supasync.core.sql.lexer import masked
from supasync.core.sql.names import relation, walk

COMPUTED = " generated always as ("
_VIEWS = ("view", "materialized view")
Places = dict[ColumnKey, list[int]]
"""Where the statements stand that something is in the way of, by what they change."""


@dataclass(frozen=True)
class Aside:
    """What is dropped before the first change among `columns`, and made again after the last.

    `reacts`: it would react to rows that a backfill changes, so it is made again behind all statements.
    """

    off: str
    on: str
    columns: frozenset[ColumnKey]
    reacts: bool = False
    shown: tuple[str, str] = ("", "")  # what readers of it name: a computed column's table and name, or a view twice


def insert(
    statements: Sequence[str], asides: Sequence[Aside], places: Places, gone: Collection[str]
) -> tuple[str, ...]:
    """Return the statements with what steps aside for them, but for what is `gone` by their own doing.

    Readers come first among `asides`: they go before what they read, and come back after it.
    """
    before_at: dict[int, list[str]] = {}
    after_at: dict[int, list[str]] = {}
    for aside in asides:
        spots = [at for key in aside.columns for at in places.get(key, ())]
        if aside.off not in gone and spots:
            before_at.setdefault(min(spots), []).append(aside.off)
            behind = len(statements) - 1 if aside.reacts else max(spots)
            after_at.setdefault(behind, []).insert(0, aside.on)
    made: list[str] = []
    for at, text in enumerate(statements):
        made += [*before_at.get(at, ()), text, *after_at.get(at, ())]
    return tuple(made)


def dropped_by(statements: Sequence[str]) -> set[str]:
    """Return what the statements drop themselves, in the words of a dependent."""
    found = set()
    for text in statements:
        for change in changes_of(text):
            if change.verb is Verb.DROP and change.kind in ("column", "constraint"):
                found.add(drop(change.kind, qualified(change.schema, change.table), quote_ident(change.name)))
            elif change.verb is Verb.DROP and change.kind in ("trigger", "policy", "rule"):
                found.add(drop_on(change.kind, qualified(change.schema, change.table), quote_ident(change.name)))
            elif change.verb is Verb.DROP and change.kind in _VIEWS:
                found.add(_drop_view(change.kind, qualified(change.schema, change.name)))
            elif change.kind == "publication" and change.detail.startswith("DROP "):
                tables = (relation(table["relation"]) for table in walk(sql.tree(text)[1], "pubtable"))
                found |= {unpublish(quote_ident(change.name), qualified(one.schema, one.name)) for one in tables}
    return found


def drop_on(kind: str, table: str, name: str) -> str:
    return f"DROP {kind.upper()} {name} ON {table}"


def unpublish(publication: str, table: str) -> str:
    return f"ALTER PUBLICATION {publication} DROP TABLE ONLY {table}"


def _drop_view(kind: str, view: str) -> str:
    return f"DROP {kind.upper()} {view}"


def drop(kind: str, table: str, name: str) -> str:
    return f"ALTER TABLE {table} DROP {kind.upper()} {name}"


def readers_of(
    before: Fingerprint, after: Fingerprint, computed: Sequence[Aside], gone: Collection[str]
) -> tuple[Aside, ...]:
    """Return the views, policies and rules that name a computed column; each before what it reads."""
    views = tuple(view for view in _views(before, after, computed) if view.off not in gone)
    return (*_policies_and_rules(before, after, (*views, *computed)), *views)


def computed_column(identity: str, wanted: str, columns: frozenset[ColumnKey]) -> Aside:
    """Return a computed column, which comes back with the definition `wanted`."""
    table, name = split_owner(identity)
    made = f"ALTER TABLE {table} ADD COLUMN {name} {_as_written(wanted)}"
    return Aside(drop("column", table, name), made, columns, shown=(table, name))


def _views(before: Fingerprint, after: Fingerprint, computed: Sequence[Aside]) -> Iterator[Aside]:
    """Yield the views that show a computed column, directly or through another view, each before what it reads."""
    texts = {(kind, view): text for kind in _VIEWS for view, text in before.of_kind(kind).items()}
    columns: dict[tuple[str, str], frozenset[ColumnKey]] = {}
    ordered: list[tuple[str, str]] = []

    def visit(view: tuple[str, str], standing_on: frozenset[ColumnKey]) -> None:
        known = columns.get(view, frozenset())
        if standing_on <= known:
            return
        columns[view] = known | standing_on
        for reader, text in texts.items():
            if uses(text, view[1]):
                visit(reader, standing_on)
        if not known:
            ordered.append(view)

    for dependent in computed:
        for view, text in texts.items():
            if uses(text, dependent.shown[0]) and uses(text, dependent.shown[1]):
                visit(view, dependent.columns)
    for kind, name in ordered:
        wanted = after.of_kind(kind).get(name)
        if wanted is not None:
            options = after.of_kind("view options").get(name)
            create = "CREATE OR REPLACE VIEW" if kind == "view" else "CREATE MATERIALIZED VIEW"
            head = f"{create} {name} WITH ({options})" if options else f"{create} {name}"
            yield Aside(
                _drop_view(kind, name),
                f"{head} AS {wanted.strip().removesuffix(';')}",
                columns[kind, name],
                shown=(name, name),
            )


def _policies_and_rules(before: Fingerprint, after: Fingerprint, read: Sequence[Aside]) -> Iterator[Aside]:
    """Yield the policies and rules that name a computed column, or a view that steps aside with it."""
    for kind in ("policy", "rule"):
        wanted = after.of_kind(kind)
        for identity, text in before.of_kind(kind).items():
            owner, name = split_owner(identity)
            columns = frozenset[ColumnKey]().union(
                *(
                    dependent.columns
                    for dependent in read
                    if (owner == dependent.shown[0] or uses(text, dependent.shown[0]))
                    and uses(text, dependent.shown[1])
                )
            )
            if columns and identity in wanted:
                made = (
                    f"CREATE POLICY {name} ON {owner} AS {wanted[identity]}" if kind == "policy" else wanted[identity]
                )
                yield Aside(drop_on(kind, owner, name), made, columns)


def uses(expression: str, name: str) -> bool:
    """Tell whether an expression has a name; one that needs no quotes is not looked for inside of quotes."""
    text = expression if '"' in name else masked(expression)
    return re.search(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", text) is not None


def _as_written(definition: str) -> str:
    """Return a column's definition from the fingerprint as SQL: NOT NULL stands behind the expression there."""
    kind, _, expression = definition.partition(COMPUTED)
    required = " NOT NULL" if kind.endswith(" not null") else ""
    return f"{kind.removesuffix(' not null')}{COMPUTED.upper()}{expression}{required}"
