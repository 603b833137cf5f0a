"""Probes of a partition that arrives: rows of the default partition, or of the table itself, that are in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from supasync.core.changes.change import Change
from supasync.core.changes.read_alter_table import commands
from supasync.core.checks.probe import Probe, joined, key_sql, sample_of
from supasync.core.checks.probes.before_plan import BeforePlan
from supasync.core.sql import expression_sql, qualified, tree
from supasync.core.sql.harmless import objection
from supasync.core.sql.names import relation, strings

Node = Mapping[str, Any]


def arriving_partition(change: Change, present: BeforePlan) -> Iterator[Probe]:
    """Yield the probes of CREATE TABLE ... PARTITION OF, and of ATTACH PARTITION."""
    kind, node = tree(change.sql)
    if kind == "create_stmt" and node.get("partbound"):
        child, parent, bound = node["relation"], node["inh_relations"][0]["range_var"], node["partbound"]
    elif kind == "alter_table_stmt" and commands(node)[0]["subtype"] == "AT_AttachPartition":
        command = commands(node)[0]["def"]["partition_cmd"]
        child, parent, bound = command["name"], node["relation"], command.get("bound", {})
    else:
        return
    of, new = relation(parent), relation(child)
    keys = _keys(present.facts.partition_keys.get(qualified(of.schema, of.name), ""))
    fits = _fits(keys, bound)
    if not fits:
        return
    limits = [*bound.get("listdatums", ()), *bound.get("lowerdatums", ()), *bound.get("upperdatums", ())]
    why = objection(limits)
    sample = sample_of(joined(keys))
    rest = present.facts.default_partitions.get(qualified(of.schema, of.name))
    if rest:
        words = f"rows of {rest.removeprefix('public.')} that belong in the new partition {new.name}"
        yield Probe(change, f"SELECT count(*), {sample} FROM {rest} WHERE {fits}", words, "partition", refused=why)
    if (new.schema, new.name) not in present.new_tables:
        table = qualified(new.schema, new.name)
        words = f"rows of {new.name} that lie outside its partition bounds"
        yield Probe(
            change,
            f"SELECT count(*), {sample} FROM {table} WHERE ({fits}) IS NOT TRUE",
            words,
            "partition",
            refused=why,
        )


def _keys(definition: str) -> list[str]:
    """Return the expressions of a partition key as `pg_get_partkeydef` prints it: "RANGE (at, lower(name))"."""
    if not definition:
        return []
    spec = tree(f"CREATE TABLE parted () PARTITION BY {definition}")[1]["partspec"]
    elements = [entry["partition_elem"] for entry in spec["part_params"]]
    return [f"({key_sql(element)})" for element in elements]


def _fits(keys: Sequence[str], bound: Node) -> str:
    """Return the condition that a row lies within a bound; "" where that is not for a query to say."""
    if not keys or bound.get("is_default"):
        return ""
    if bound.get("strategy") == "l":
        return " OR ".join(_listed(keys[0], datum) for datum in bound["listdatums"])
    if bound.get("strategy") != "r":
        return ""
    present = [f"{key} IS NOT NULL" for key in keys]
    low = _beyond(list(zip(keys, bound["lowerdatums"], strict=True)), ">", "minvalue")
    high = _beyond(list(zip(keys, bound["upperdatums"], strict=True)), "<", "maxvalue")
    return " AND ".join([*present, low, high])


def _listed(key: str, datum: Node) -> str:
    return f"{key} IS NULL" if datum.get("a_const", {}).get("isnull") else f"{key} = {expression_sql(datum)}"


def _beyond(pairs: list[tuple[str, Node]], operator: str, unlimited: str) -> str:
    """Compare a row of keys with a row of datums: at least the lower one, or less than the upper one."""
    if not pairs:
        return "true" if operator == ">" else "false"
    key, datum = pairs[0]
    words = [word.lower() for word in strings(datum.get("column_ref", {}).get("fields", ()))]
    if words:
        return "true" if words == [unlimited] else "false"
    value, rest = expression_sql(datum), _beyond(pairs[1:], operator, unlimited)
    return f"({key} {operator} {value} OR ({key} = {value} AND {rest}))"
