"""Takes away for a moment what stands in the way of a column's new type: computed columns, triggers, foreign keys.

The diff engine changes types one column after the other. PostgreSQL refuses that for a column that another one is
computed from, that a trigger names, or that stands in a publication's list of columns or its filter; and a foreign
key whose two sides are narrowed breaks between the two steps. With a computed column go the views, policies and rules
that name it: the engine knows of those only that name the changed column itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from supasync.core import sql
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.inheritance import family
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import ColumnKey, split_owner
from supasync.core.sql.lexer import masked
from supasync.core.sql.names import relation, strings, walk

_COMPUTED = " generated always as ("
_VIEWS = ("view", "materialized view")
# A publication's table in the fingerprint: the list of its columns, if any, and the filter, if any.
_PART_OF_TABLE = re.compile(r"(?:(?P<columns>\(.*?\))(?= where |$) ?)?(?:where (?P<filter>.*))?", re.DOTALL)
Retyped = dict[ColumnKey, list[int]]  # the places of the statements that change a column's type


@dataclass(frozen=True)
class _Hook:
    """What is dropped before the first change of type among `columns`, and made again after the last.

    `reacts`: it would react to rows that a backfill changes, so it is made again behind all statements.
    """

    off: str
    on: str
    columns: frozenset[ColumnKey]
    reacts: bool = False
    shown: tuple[str, str] = ("", "")  # what readers of it name: a computed column's table and name, or a view twice


def unhook(statements: Sequence[str], before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return the statements with what lets their changes of type succeed; those that have none as they are."""
    retyped: Retyped = {}
    for at, text in enumerate(statements):
        for change in changes_of(text) if "TYPE" in text else ():
            if change.kind == "column" and change.verb is Verb.ALTER and change.detail.startswith("TYPE "):
                retyped.setdefault((change.schema, change.table, change.name), []).append(at)
    if not retyped:
        return tuple(statements)
    gone = _dropped(statements)
    touched = _with_heirs(before, retyped)
    before_at: dict[int, list[str]] = {}
    after_at: dict[int, list[str]] = {}
    computed = tuple(hook for hook in _computed(before, after, retyped) if hook.off not in gone)
    # Readers come first: they go before what they read, and come back after it.
    views = tuple(hook for hook in _views(before, after, computed) if hook.off not in gone)
    hooks = (
        *_policies_and_rules(before, after, (*views, *computed)),
        *views,
        *computed,
        *_triggers(before, after, touched),
        *_published(before, after, touched),
        *_foreign_keys(before, after, retyped),
    )
    for hook in hooks:
        spots = [at for column in hook.columns for at in touched.get(column, ())]
        if hook.off not in gone and spots:
            before_at.setdefault(min(spots), []).append(hook.off)
            behind = len(statements) - 1 if hook.reacts else max(spots)
            after_at.setdefault(behind, []).insert(0, hook.on)
    made: list[str] = []
    for at, text in enumerate(statements):
        made += [*before_at.get(at, ()), text, *after_at.get(at, ())]
    return tuple(made)


def _with_heirs(before: Fingerprint, retyped: Retyped) -> Retyped:
    """Add the columns of partitions and heirs: their type changes along."""
    found: Retyped = {}
    for (schema, table, name), spots in retyped.items():
        for heir in family(before, (schema, table)):
            found.setdefault((*heir, name), []).extend(spots)
    return found


def _dropped(statements: Sequence[str]) -> set[str]:
    """Return what the statements drop themselves, in the words of a hook."""
    found = set()
    for text in statements:
        for change in changes_of(text):
            if change.verb is Verb.DROP and change.kind in ("column", "constraint"):
                found.add(_drop(change.kind, qualified(change.schema, change.table), quote_ident(change.name)))
            elif change.verb is Verb.DROP and change.kind in ("trigger", "policy", "rule"):
                found.add(_drop_on(change.kind, qualified(change.schema, change.table), quote_ident(change.name)))
            elif change.verb is Verb.DROP and change.kind in _VIEWS:
                found.add(_drop_view(change.kind, qualified(change.schema, change.name)))
            elif change.kind == "publication" and change.detail.startswith("DROP "):
                tables = (relation(table["relation"]) for table in walk(sql.tree(text)[1], "pubtable"))
                found |= {_unpublish(quote_ident(change.name), qualified(one.schema, one.name)) for one in tables}
    return found


def _drop_on(kind: str, table: str, name: str) -> str:
    return f"DROP {kind.upper()} {name} ON {table}"


def _unpublish(publication: str, table: str) -> str:
    return f"ALTER PUBLICATION {publication} DROP TABLE ONLY {table}"


def _drop_view(kind: str, view: str) -> str:
    return f"DROP {kind.upper()} {view}"


def _drop(kind: str, table: str, name: str) -> str:
    return f"ALTER TABLE {table} DROP {kind.upper()} {name}"


def _computed(before: Fingerprint, after: Fingerprint, retyped: Retyped) -> Iterator[_Hook]:
    then = after.of_kind("column")
    for identity, definition in before.of_kind("column").items():
        wanted = then.get(identity, "")
        if _COMPUTED not in definition or _COMPUTED not in wanted:
            continue
        table, name = split_owner(identity)
        expression = definition.partition(_COMPUTED)[2]
        used = {
            column
            for column in retyped
            if qualified(column[0], column[1]) == table and _uses(expression, quote_ident(column[2]))
        }
        if used:
            made = f"ALTER TABLE {table} ADD COLUMN {name} {_as_written(wanted)}"
            yield _Hook(_drop("column", table, name), made, frozenset(used), shown=(table, name))


def _views(before: Fingerprint, after: Fingerprint, computed: Sequence[_Hook]) -> Iterator[_Hook]:
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
            if _uses(text, view[1]):
                visit(reader, standing_on)
        if not known:
            ordered.append(view)

    for hook in computed:
        for view, text in texts.items():
            if _uses(text, hook.shown[0]) and _uses(text, hook.shown[1]):
                visit(view, hook.columns)
    for kind, name in ordered:
        wanted = after.of_kind(kind).get(name)
        if wanted is not None:
            options = after.of_kind("view options").get(name)
            create = "CREATE OR REPLACE VIEW" if kind == "view" else "CREATE MATERIALIZED VIEW"
            head = f"{create} {name} WITH ({options})" if options else f"{create} {name}"
            yield _Hook(
                _drop_view(kind, name),
                f"{head} AS {wanted.strip().removesuffix(';')}",
                columns[kind, name],
                shown=(name, name),
            )


def _policies_and_rules(before: Fingerprint, after: Fingerprint, read: Sequence[_Hook]) -> Iterator[_Hook]:
    """Yield the policies and rules that name a computed column, or a view that steps aside with it."""
    for kind in ("policy", "rule"):
        wanted = after.of_kind(kind)
        for identity, text in before.of_kind(kind).items():
            owner, name = split_owner(identity)
            columns = frozenset[ColumnKey]().union(
                *(
                    hook.columns
                    for hook in read
                    if (owner == hook.shown[0] or _uses(text, hook.shown[0])) and _uses(text, hook.shown[1])
                )
            )
            if columns and identity in wanted:
                made = (
                    f"CREATE POLICY {name} ON {owner} AS {wanted[identity]}" if kind == "policy" else wanted[identity]
                )
                yield _Hook(_drop_on(kind, owner, name), made, columns)


def _uses(expression: str, name: str) -> bool:
    """Tell whether an expression has a name; one that needs no quotes is not looked for inside of quotes."""
    text = expression if '"' in name else masked(expression)
    return re.search(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", text) is not None


def _as_written(definition: str) -> str:
    """Return a column's definition from the fingerprint as SQL: NOT NULL stands behind the expression there."""
    kind, _, expression = definition.partition(_COMPUTED)
    required = " NOT NULL" if kind.endswith(" not null") else ""
    return f"{kind.removesuffix(' not null')}{_COMPUTED.upper()}{expression}{required}"


def _triggers(before: Fingerprint, after: Fingerprint, retyped: Retyped) -> Iterator[_Hook]:
    """Yield the triggers that name a changed column, in UPDATE OF or WHEN."""
    then = after.of_kind("trigger")
    for identity, definition in before.of_kind("trigger").items():
        table, name = split_owner(identity)
        when = definition.partition(" EXECUTE ")[0]
        used = {
            column
            for column in retyped
            if qualified(column[0], column[1]) == table and _uses(when, quote_ident(column[2]))
        }
        if used and then.get(identity) == definition:
            yield _Hook(_drop_on("trigger", table, name), definition, frozenset(used), reacts=True)


def _published(before: Fingerprint, after: Fingerprint, touched: Retyped) -> Iterator[_Hook]:
    """Yield the tables that a publication shows only in part, by a list of columns or a filter."""
    tables = {qualified(schema, table): (schema, table) for schema, table, _ in touched}
    then = after.of_kind("publication table")
    for identity, definition in before.of_kind("publication table").items():
        publication, _, table = identity.rpartition(": ")
        if not definition or table not in tables or then.get(identity) != definition:
            continue
        found = _PART_OF_TABLE.fullmatch(definition)
        listed, condition = found.groups("") if found else ("", "")
        where = f" WHERE ({condition})" if condition else ""
        made = f"ALTER PUBLICATION {publication} ADD TABLE ONLY {table}{listed and f' {listed}'}{where}"
        member = next(walk(sql.tree(made)[1], "pubtable"))
        names = strings(member.get("columns", ()))
        names += [strings(column["fields"])[-1] for column in walk(member.get("where_clause"), "column_ref")]
        yield _Hook(_unpublish(publication, table), made, frozenset((*tables[table], name) for name in names))


def _foreign_keys(before: Fingerprint, after: Fingerprint, retyped: Retyped) -> Iterator[_Hook]:
    then = after.of_kind("constraint")
    for identity, definition in before.of_kind("constraint").items():
        if not definition.startswith("FOREIGN KEY") or then.get(identity) != definition:
            continue
        table, name = split_owner(identity)
        made = f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        node = sql.tree(made)[1]
        key = constraint_of(commands(node)[0])
        here, there = node["relation"], key["pktable"]
        own = {(_schema(here), here["relname"], column) for column in strings(key.get("fk_attrs", ()))}
        other = {(_schema(there), there["relname"], column) for column in strings(key.get("pk_attrs", ()))}
        if own & retyped.keys() and other & retyped.keys():
            yield _Hook(_drop("constraint", table, name), made, frozenset(own | other))


def _schema(node: dict[str, str]) -> str:
    return node.get("schemaname", "public")
