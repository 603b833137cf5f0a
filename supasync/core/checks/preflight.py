"""Preflight: read-only probes of the target's rows that tell whether a change would fail, or lose something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import read_type
from supasync.core.changes.change import Change, column_key, dropped_tables, is_recreated, new_type
from supasync.core.changes.effect import Verb
from supasync.core.checks.column_conversion import conversion_of
from supasync.core.checks.hazard_rules import is_recomputed
from supasync.core.checks.probe import Probe, column_sql, count_where
from supasync.core.checks.probes import constraints as rules
from supasync.core.checks.probes.before_plan import BeforePlan
from supasync.core.checks.probes.not_null import added_column, nulls
from supasync.core.checks.probes.partitions import arriving_partition
from supasync.core.checks.probes.sequences import new_limits, new_limits_of_identity, outside_of_identity
from supasync.core.checks.probes.still_unique import still_unique
from supasync.core.checks.probes.types import type_probes
from supasync.core.counting import plural
from supasync.core.sql import SqlSyntaxError, qualified, quote_ident

_BLOCKING = frozenset(
    {"nulls", "duplicates", "violations", "orphans", "orphans-of-new-table", "cast", "labels", "overlaps", "partition"}
)
_REMEDIES = {
    "nulls": "give these rows a value with the change, or UPDATE them first",
    "duplicates": "merge or delete the duplicates, or leave the constraint out",
    "violations": "fix these rows first, or relax the constraint",
    "orphans": "delete these rows, or add the rows they refer to",
    "orphans-of-new-table": "set the column to NULL in these rows, or delete them: the table they refer to is created "
    "by this change and has no rows yet",
    "cast": "fix these values first, or keep the old type",
    "labels": "keep their value in the type for now: sync, change these rows, then take it out; or, if it only gets "
    "another name, rename it by a migration of your own (ALTER TYPE ... RENAME VALUE)",
    "overlaps": "fix or delete the conflicting rows, or leave the constraint out",
    "partition": "first move these rows to where they belong under the new bounds",
    "rows": "sync needs --force for this; the attic keeps them, and a rollback restores them",
    "values": "sync needs --force for this; the attic keeps them, and a rollback restores them",
    "narrowing": "choose a wider type; with --force they are truncated, and the attic keeps the original values",
}
_NOT_KEPT = "sync needs --force for this; a file is applied as it is, and nothing keeps them"


@dataclass(frozen=True)
class Finding:
    """The answer to a probe that found something: how many, and one example ("" where there is none).

    `kept`: what is lost goes to the attic.
    """

    probe: Probe
    count: int
    sample: str = ""
    kept: bool = True

    @property
    def words(self) -> str:
        """How many of what: "1 row with NULL in t.a", "7 rows with NULL in t.a"."""
        noun, _, rest = self.probe.question.partition(" ")
        words = f"{plural(self.count, noun.removesuffix('s'))} {rest}"
        return f"at least {words}" if self.probe.trial else words


def probes_of(changes: Sequence[Change], facts: TargetFacts) -> tuple[Probe, ...]:
    """Return the probes for a plan, in its order; none about tables and columns that the plan itself creates."""
    present = BeforePlan(changes, facts)
    dropped = dropped_tables(changes)
    found: list[Probe] = []
    for change in changes:
        if change.table and (change.schema, change.table) in dropped and change.kind != "enum value":
            continue
        with suppress(SqlSyntaxError):  # an expression that cannot be put into a question: then the push decides
            found.extend(_probes(change, changes, present))
    return tuple(found)


def _probes(change: Change, changes: Sequence[Change], present: BeforePlan) -> Iterator[Probe]:
    match change.verb, change.kind:
        case Verb.DROP, "table":
            yield count_where(change, "rows", f"rows of {change.identity} that would be lost", "", own=True)
        case Verb.OTHER, "data" if change.detail == "TRUNCATE":
            yield count_where(change, "rows", f"rows of {change.identity} that would be lost", "", own=True)
        case Verb.DROP, "column" if change.destructive:
            yield from _dropped_column(change, changes, present)
        case Verb.ALTER, "sequence":
            yield from new_limits(change)
        case Verb.CREATE, "table":
            yield from arriving_partition(change, present)
        case Verb.ALTER, "table" if change.detail.startswith("ATTACH PARTITION"):
            yield from arriving_partition(change, present)
        case _ if (change.schema, change.table) in present.new_tables:
            return
        case _, "column":
            yield from _column(change, changes, present)
        case Verb.CREATE, "constraint":
            yield from rules.added_constraint(change, present)
        case Verb.ALTER, "constraint" if change.detail == "VALIDATE":
            yield from rules.validated_constraint(change, present)
        case Verb.CREATE, "index" if change.detail == "UNIQUE":
            yield from rules.unique_index(change, present)
        case (Verb.CREATE, "domain constraint") | (Verb.ALTER, "domain"):
            if change.kind != "domain" or change.detail == "SET NOT NULL":
                yield from rules.domain_rule(change, present)


def _dropped_column(change: Change, changes: Sequence[Change], present: BeforePlan) -> Iterator[Probe]:
    key = column_key(change)
    known = present.facts.column_types
    # A computed column that goes for good can be computed again; one that turns plain loses what it showed.
    computed = key in present.facts.generated_columns and (
        not is_recreated(changes, change) or is_recomputed(change, changes, present.facts)
    )
    if computed or (known and key not in known):
        return
    column = column_sql(change.name)
    yield count_where(
        change, "values", f"values of {change.identity} that would be lost", f"{column} IS NOT NULL", column, own=True
    )


def _column(change: Change, changes: Sequence[Change], present: BeforePlan) -> Iterator[Probe]:
    if change.verb is Verb.CREATE:
        yield from added_column(change, present)
    elif change.detail == "SET NOT NULL" or change.detail.startswith("ADD GENERATED"):
        yield from nulls(change, present, change.name)
        if present.has(*column_key(change)):
            yield from outside_of_identity(change)
    elif change.detail.startswith("TYPE ") and present.has(*column_key(change)):
        yield from type_probes(change, changes, present)
        effect, new = conversion_of(change, changes, present.facts), new_type(change)
        if effect.lossy or effect.may_fail or read_type(new).base == "citext":
            yield from still_unique(change, present)
    elif change.verb is Verb.ALTER and present.has(*column_key(change)):
        yield from new_limits_of_identity(change)


def blocking(finding: Finding) -> bool:
    """Tell whether the change would fail on these rows (rather than succeed and lose something)."""
    return finding.count > 0 and finding.probe.kind in _BLOCKING


def loses(finding: Finding) -> bool:
    """Tell whether the change would succeed and lose these rows or values."""
    return finding.count > 0 and finding.probe.kind not in _BLOCKING


def remedy(finding: Finding) -> str:
    """Return what a person can do about a finding."""
    return _REMEDIES[finding.probe.kind] if finding.kept or blocking(finding) else _NOT_KEPT


def backfill_for(finding: Finding, changes: Sequence[Change], facts: TargetFacts) -> str | None:
    """Return the UPDATE that gives rows with NULL the column's default, or None without a default to take.

    It must run after the plan's SET DEFAULT and before its SET NOT NULL.
    """
    change = finding.probe.change
    if finding.probe.kind != "nulls" or change.kind != "column" or change.detail != "SET NOT NULL":
        return None
    key = column_key(change)
    if key in facts.generated_columns or not _default_after(changes, key, facts):
        return None
    column = quote_ident(change.name)
    table = qualified(change.schema, change.table)
    return f"UPDATE {table} SET {column} = DEFAULT WHERE {column} IS NULL"


def _default_after(changes: Sequence[Change], key: tuple[str, str, str], facts: TargetFacts) -> str:
    """Return the column's default once the plan has run, "" for none."""
    default = facts.column_defaults.get(key, "")
    for change in changes:
        if change.kind == "column" and column_key(change) == key and change.verb is Verb.ALTER:
            if change.detail == "DROP DEFAULT":
                default = ""
            elif change.detail.startswith("SET DEFAULT "):
                default = change.detail.removeprefix("SET DEFAULT ")
    return "" if default.upper().startswith("NULL") else default
