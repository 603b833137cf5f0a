"""Takes away for a moment what stands in the way of a column's new type: computed columns, triggers, foreign keys.

The diff engine changes types one column after the other. PostgreSQL refuses that for a column that another one is
computed from, that a trigger names, or that stands in a publication's list of columns or its filter; and a foreign
key whose two sides are narrowed breaks between the two steps. With a computed column go the views, policies and rules
that name it: the engine knows of those only that name the changed column itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from supasync.core import sql
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.inheritance import family
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.engine.aside import (
    COMPUTED,
    Aside,
    Places,
    computed_column,
    drop,
    drop_on,
    dropped_by,
    insert,
    readers_of,
    unpublish,
    uses,
)
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import split_owner
from supasync.core.sql.names import strings, walk

# A publication's table in the fingerprint: the list of its columns, if any, and the filter, if any.
_PART_OF_TABLE = re.compile(r"(?:(?P<columns>\(.*?\))(?= where |$) ?)?(?:where (?P<filter>.*))?", re.DOTALL)


def with_type_dependents(statements: Sequence[str], before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return the statements with what lets their changes of type succeed; those that have none as they are."""
    retyped: Places = {}
    for at, text in enumerate(statements):
        for change in changes_of(text) if "TYPE" in text else ():
            if change.kind == "column" and change.verb is Verb.ALTER and change.detail.startswith("TYPE "):
                retyped.setdefault((change.schema, change.table, change.name), []).append(at)
    if not retyped:
        return tuple(statements)
    gone = dropped_by(statements)
    touched = _with_heirs(before, retyped)
    computed = tuple(aside for aside in _computed(before, after, retyped) if aside.off not in gone)
    asides = (
        *readers_of(before, after, computed, gone),
        *computed,
        *_triggers(before, after, touched),
        *_published(before, after, touched),
        *_foreign_keys(before, after, retyped),
    )
    return insert(statements, asides, touched, gone)


def _with_heirs(before: Fingerprint, retyped: Places) -> Places:
    """Add the columns of partitions and heirs: their type changes along."""
    found: Places = {}
    for (schema, table, name), spots in retyped.items():
        for heir in family(before, (schema, table)):
            found.setdefault((*heir, name), []).extend(spots)
    return found


def _computed(before: Fingerprint, after: Fingerprint, retyped: Places) -> Iterator[Aside]:
    then = after.of_kind("column")
    for identity, definition in before.of_kind("column").items():
        wanted = then.get(identity, "")
        if COMPUTED not in definition or COMPUTED not in wanted:
            continue
        table = split_owner(identity)[0]
        expression = definition.partition(COMPUTED)[2]
        used = {
            column
            for column in retyped
            if qualified(column[0], column[1]) == table and uses(expression, quote_ident(column[2]))
        }
        if used:
            yield computed_column(identity, wanted, frozenset(used))


def _triggers(before: Fingerprint, after: Fingerprint, retyped: Places) -> Iterator[Aside]:
    """Yield the triggers that name a changed column, in UPDATE OF or WHEN."""
    then = after.of_kind("trigger")
    for identity, definition in before.of_kind("trigger").items():
        table, name = split_owner(identity)
        when = definition.partition(" EXECUTE ")[0]
        used = {
            column
            for column in retyped
            if qualified(column[0], column[1]) == table and uses(when, quote_ident(column[2]))
        }
        if used and then.get(identity) == definition:
            yield Aside(drop_on("trigger", table, name), definition, frozenset(used), reacts=True)


def _published(before: Fingerprint, after: Fingerprint, touched: Places) -> Iterator[Aside]:
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
        yield Aside(unpublish(publication, table), made, frozenset((*tables[table], name) for name in names))


def _foreign_keys(before: Fingerprint, after: Fingerprint, retyped: Places) -> Iterator[Aside]:
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
            yield Aside(drop("constraint", table, name), made, frozenset(own | other))


def _schema(node: dict[str, str]) -> str:
    return node.get("schemaname", "public")
