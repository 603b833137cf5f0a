"""Probes of columns and constraints: NULLs, duplicates, rows that break a rule, orphans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from supasync.core.changes.change import Change
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.checks.probe import Probe, column_sql, count_where, joined, key_sql, sample_of
from supasync.core.checks.probes.before_plan import BeforePlan, column_ref, columns_in, put_for
from supasync.core.checks.probes.not_null import nulls
from supasync.core.sql import expression_sql, qualified, quote_ident, tree
from supasync.core.sql.harmless import objection, objection_to_keys
from supasync.core.sql.names import relation, strings

Node = Mapping[str, Any]
# An exclusion is looked for pair by pair: rows beyond this many would take the target minutes.
_MOST_COMPARED = 20_000


def added_constraint(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probes of ADD CONSTRAINT; none for NOT VALID unless the plan validates it as well."""
    constraint = constraint_of(commands(tree(change.sql)[1])[0])
    if constraint.get("skip_validation") and not _validated(change, present.changes):
        return
    yield from constraint_probes(change, present, constraint)


def validated_constraint(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probes of VALIDATE CONSTRAINT for a constraint that the target has already."""
    definition = present.facts.constraint_definitions.get((change.schema, change.table, change.name))
    if definition:
        text = f"ALTER TABLE {qualified(change.schema, change.table)} ADD {definition}"
        yield from constraint_probes(change, present, constraint_of(commands(tree(text)[1])[0]))


def _validated(change: Change, changes: Sequence[Change]) -> bool:
    spot = (change.schema, change.table, change.name, "VALIDATE")
    return any((c.schema, c.table, c.name, c.detail) == spot for c in changes)


def constraint_probes(change: Change, present: BeforePlan, constraint: Node) -> Iterator[Probe]:
    """Yield the probes for a constraint's syntax tree."""
    match constraint.get("contype"):
        case "CONSTR_CHECK":
            yield from _check(change, present, constraint["raw_expr"])
        case "CONSTR_UNIQUE":
            keys = strings(constraint.get("keys", ()))
            yield from _duplicates(change, present, keys, "", bool(constraint.get("nulls_not_distinct")))
        case "CONSTR_PRIMARY":
            keys = strings(constraint.get("keys", ()))
            for key in keys:
                yield from nulls(change, present, key)
            yield from _duplicates(change, present, keys, "", False)
        case "CONSTR_FOREIGN":
            yield from _orphans(change, present, constraint)
        case "CONSTR_EXCLUSION":
            yield from _overlaps(change, present, constraint)
        case "CONSTR_NOTNULL":
            for key in strings(constraint.get("keys", ())):
                yield from nulls(change, present, key)


def _check(change: Change, present: BeforePlan, expression: Node) -> Iterator[Probe]:
    if present.has_columns(change, expression):
        text = expression_sql(expression)
        columns = list(dict.fromkeys(column_sql(name) for name in columns_in(expression)))
        question = f"rows of {change.table_identity} that violate CHECK ({text})"
        why = present.otherwise(change, expression) or objection([expression])
        shown = joined(columns) if columns else ""
        yield count_where(change, "violations", question, f"NOT ({text})", shown, refused=why)


def _overlaps(change: Change, present: BeforePlan, constraint: Node) -> Iterator[Probe]:
    """Yield the probe of EXCLUDE: it compares every row with every other, so not on a table that is known as big."""
    pairs = [entry["list"]["items"] for entry in constraint["exclusions"]]
    elements = [element["index_elem"] for element, _ in pairs]
    condition = constraint.get("where_clause")
    named = [element["name"] for element in elements if element.get("name")]
    known = all(present.has(change.schema, change.table, name) for name in named)
    big = present.facts.row_estimates.get((change.schema, change.table), 0) > _MOST_COMPARED
    if not known or big or not present.has_columns(change, [elements, condition]):
        return
    keys = [column_sql(e["name"]) if e.get("name") else expression_sql(e["expr"]) for e in elements]
    where = f" WHERE {expression_sql(condition)}" if condition else ""
    numbered = ", ".join(f"({key}) AS key{number}" for number, key in enumerate(keys, 1))
    table = present.own_rows(change.schema, change.table)
    keyed = f"SELECT tableoid, ctid AS place, {numbered} FROM {table}{where}"
    excluding = [
        f"one.key{number} OPERATOR({_operator(words['list']['items'])}) other.key{number}"
        for number, (_, words) in enumerate(pairs, 1)
    ]
    other = f"({keyed}) AS other WHERE (one.tableoid, one.place) <> (other.tableoid, other.place)"
    shown = joined([f"one.key{number}" for number in range(1, len(keys) + 1)])
    query = f"SELECT count(*), {sample_of(shown)} FROM ({keyed}) AS one"
    query += f" WHERE EXISTS (SELECT FROM {other} AND {' AND '.join(excluding)})"
    question = f"rows of {change.table_identity} that conflict under {change.name or 'EXCLUDE'}"
    compared = [{"a_expr": {"kind": "AEXPR_OP", "name": words["list"]["items"]}} for _, words in pairs]
    why = present.otherwise(change, [elements, condition], named)
    why = why or objection_to_keys([*(element.get("expr") for element in elements), condition, *compared])
    yield Probe(change, query, question, "overlaps", refused=why)


def _operator(words: Any) -> str:
    *schema, operator = strings(words)
    return ".".join([*map(quote_ident, schema), operator])


def unique_index(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probe of CREATE UNIQUE INDEX, on expressions and in part of the table too."""
    node = tree(change.sql)[1]
    elements = [entry["index_elem"] for entry in node.get("index_params", ())]
    condition = node.get("where_clause")
    named = [element["name"] for element in elements if element.get("name")]
    if not present.has_columns(change, [elements, condition]):
        return
    keys = [key_sql(element) for element in elements]
    if all(present.has(change.schema, change.table, name) for name in named):
        where = expression_sql(condition) if condition else ""
        why = present.otherwise(change, [elements, condition], named)
        why = why or objection_to_keys([*(element.get("expr") for element in elements), condition])
        probe = duplicates_sql(change, present, keys, where, bool(node.get("nulls_not_distinct")))
        yield replace(probe, refused=why)


def _duplicates(change: Change, present: BeforePlan, keys: list[str], where: str, with_nulls: bool) -> Iterator[Probe]:
    if keys and all(present.has(change.schema, change.table, key) for key in keys):
        probe = duplicates_sql(change, present, [column_sql(key) for key in keys], where, with_nulls)
        yield replace(probe, refused=present.otherwise(change, [], keys))


def duplicates_sql(change: Change, present: BeforePlan, keys: list[str], where: str, with_nulls: bool) -> Probe:
    """Return the probe for values that a table has more than once: of `keys`, as SQL, in the rows of `where`."""
    conditions = [] if with_nulls else [f"({key}) IS NOT NULL" for key in keys]
    conditions += [f"({where})"] if where else []
    filtered = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    # Positions instead of the keys: GROUP BY would read a constant key as a position anyway.
    selected = ", ".join(f"({key}) AS key{number}" for number, key in enumerate(keys, 1))
    grouped = ", ".join(f"key{number}" for number in range(1, len(keys) + 1))
    table = present.own_rows(change.schema, change.table)
    inner = f"SELECT {grouped} FROM (SELECT {selected} FROM {table}{filtered}) AS keyed"
    inner += f" GROUP BY {grouped} HAVING count(*) > 1"
    sample = sample_of(joined([f"key{number}" for number in range(1, len(keys) + 1)]))
    question = f"values of {change.table_identity}({', '.join(keys)}) that occur more than once"
    return Probe(change, f"SELECT count(*), {sample} FROM ({inner}) AS repeated", question, "duplicates")


def _orphans(change: Change, present: BeforePlan, constraint: Node) -> Iterator[Probe]:
    here, there = strings(constraint.get("fk_attrs", ())), strings(constraint.get("pk_attrs", ()))
    other = relation(constraint.get("pktable", {}))
    if not here or not all(present.has(change.schema, change.table, column) for column in here):
        return
    is_new, why = (other.schema, other.name) in present.new_tables, ""
    given = [f"{column_sql(column, 'c')} IS NOT NULL" for column in here]
    if is_new:
        orphan = " AND ".join(given)
    elif len(there) == len(here) and all(present.has(other.schema, other.name, column) for column in there):
        mine = [present.planned(change.schema, change.table, column, "c") for column in here]
        theirs = [present.planned(other.schema, other.name, column, "p") for column in there]
        why = next(filter(None, map(present.objection_to, (*mine, *theirs))), "")
        pairs = [f"{expression_sql(one)} = {expression_sql(two)}" for one, two in zip(theirs, mine, strict=True)]
        match = f"SELECT FROM {present.own_rows(other.schema, other.name)} AS p WHERE {' AND '.join(pairs)}"
        orphan = " AND ".join([*given, f"NOT EXISTS ({match})"])
    else:
        return
    if constraint.get("fk_matchtype") == "f" and len(here) > 1:
        orphan = f"({orphan}) OR (({' OR '.join(given)}) AND NOT ({' AND '.join(given)}))"
    table = present.own_rows(change.schema, change.table)
    sample = sample_of(joined([column_sql(column, "c") for column in here]))
    words = f"rows of {change.table_identity} whose {', '.join(here)} has no match in {other.name}"
    yield Probe(
        change,
        f"SELECT count(*), {sample} FROM {table} AS c WHERE {orphan}",
        words,
        "orphans-of-new-table" if is_new else "orphans",
        refused=why,
    )


def domain_rule(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield a probe for each column of a domain that gets a new rule (CHECK, NOT NULL)."""
    domain = change.table if change.kind == "domain constraint" else change.name
    for schema, table, column in present.facts.type_columns.get((change.schema, domain), ()):
        if not present.has(schema, table, column):
            continue
        where, why = f"{column_sql(column)} IS NULL", ""
        if change.kind == "domain constraint":
            expression = tree(change.sql)[1].get("def", {}).get("constraint", {}).get("raw_expr", {})
            why = objection([expression])
            # VALUE is how a domain's rule calls what it judges.
            where = f"NOT ({expression_sql(put_for(expression, 'value', column_ref(column)))})"
        kind = "nulls" if change.kind == "domain" else "violations"
        words = f"values of {table}.{column} that violate the new constraint of {change.schema}.{domain}"
        sql = f"SELECT count(*), {sample_of(column_sql(column))} FROM {qualified(schema, table)} WHERE {where}"
        yield Probe(change, sql, words, "nulls" if kind == "nulls" else "violations", refused=why)
