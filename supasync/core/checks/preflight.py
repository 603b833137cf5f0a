"""Preflight: read-only probes of the target's rows that tell whether a change would fail, or lose something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import read_type
from supasync.core.changes.change import Change, column_key, dropped_tables, is_recreated, new_type
from supasync.core.changes.effect import Verb
from supasync.core.checks.hazard_rules import is_recomputed
from supasync.core.checks.probe import Probe, column_sql, count_where
from supasync.core.checks.probes import constraints as rules
from supasync.core.checks.probes.before_plan import Ground
from supasync.core.checks.probes.not_null import added_column, nulls
from supasync.core.checks.probes.partitions import arriving_partition
from supasync.core.checks.probes.sequences import new_limits
from supasync.core.checks.probes.types import type_probes
from supasync.core.checks.type_change import conversion_of
from supasync.core.sql import qualified, quote_ident

_BLOCKING = frozenset({"nulls", "duplicates", "violations", "orphans", "strays", "cast", "overlaps", "partition"})
_REMEDIES = {
    "nulls": "give these rows a value first: set a DEFAULT and backfill from it, or UPDATE them",
    "duplicates": "merge or delete the rows that occur more than once, or leave the rule out",
    "violations": "correct these rows first, or loosen the rule",
    "orphans": "delete these rows, or add the rows they point to",
    "strays": "set the column to NULL in these rows, or delete them: the table they point to is made by the change "
    "itself, and has no such rows then",
    "cast": "correct these values first, or keep the old type",
    "overlaps": "correct or delete the rows that exclude one another, or leave the rule out",
    "partition": "move these rows to where the new bounds want them first",
    "rows": "sync refuses without --force; with it they go to the attic, and a rollback brings them back",
    "values": "sync refuses without --force; with it they go to the attic, and a rollback brings them back",
    "narrowing": "choose a wider type; with --force they are cut off, and kept in the attic for a rollback",
}


@dataclass(frozen=True)
class Finding:
    """The answer to a probe that found something: how many, and one example ("" where there is none)."""

    probe: Probe
    count: int
    sample: str = ""

    @property
    def words(self) -> str:
        """How many of what: "1 row with NULL in t.a", "7 rows with NULL in t.a"."""
        noun, _, rest = self.probe.question.partition(" ")
        return f"{self.count:,} {noun.removesuffix('s') if self.count == 1 else noun} {rest}"


def probes_of(changes: Sequence[Change], facts: TargetFacts) -> tuple[Probe, ...]:
    """Return the probes for a plan, in its order; none about tables and columns that the plan itself creates."""
    ground = Ground(changes, facts)
    dropped = dropped_tables(changes)
    found: list[Probe] = []
    for change in changes:
        if change.table and (change.schema, change.table) in dropped and change.kind != "enum value":
            continue
        found.extend(_probes(change, changes, ground))
    return tuple(found)


def _probes(change: Change, changes: Sequence[Change], ground: Ground) -> Iterator[Probe]:
    match change.verb, change.kind:
        case Verb.DROP, "table":
            yield count_where(change, "rows", f"rows of {change.identity} that would be lost", "")
        case Verb.OTHER, "data" if change.detail == "TRUNCATE":
            yield count_where(change, "rows", f"rows of {change.identity} that would be lost", "")
        case Verb.DROP, "column" if change.destructive:
            yield from _dropped_column(change, changes, ground)
        case Verb.ALTER, "sequence":
            yield from new_limits(change)
        case Verb.CREATE, "table":
            yield from arriving_partition(change, ground)
        case Verb.ALTER, "table" if change.detail.startswith("ATTACH PARTITION"):
            yield from arriving_partition(change, ground)
        case _ if (change.schema, change.table) in ground.new_tables:
            return
        case _, "column":
            yield from _column(change, changes, ground)
        case Verb.CREATE, "constraint":
            yield from rules.added_constraint(change, ground)
        case Verb.ALTER, "constraint" if change.detail == "VALIDATE":
            yield from rules.validated_constraint(change, ground)
        case Verb.CREATE, "index" if change.detail == "UNIQUE":
            yield from rules.unique_index(change, ground)
        case (Verb.CREATE, "domain constraint") | (Verb.ALTER, "domain"):
            if change.kind != "domain" or change.detail == "SET NOT NULL":
                yield from rules.domain_rule(change, ground)


def _dropped_column(change: Change, changes: Sequence[Change], ground: Ground) -> Iterator[Probe]:
    key = column_key(change)
    known = ground.facts.column_types
    # A computed column that goes for good can be computed again; one that turns plain loses what it showed.
    computed = key in ground.facts.generated_columns and (
        not is_recreated(changes, change) or is_recomputed(change, changes, ground.facts)
    )
    if computed or (known and key not in known):
        return
    column = column_sql(change.name)
    yield count_where(
        change, "values", f"values of {change.identity} that would be lost", f"{column} IS NOT NULL", column
    )


def _column(change: Change, changes: Sequence[Change], ground: Ground) -> Iterator[Probe]:
    if change.verb is Verb.CREATE:
        yield from added_column(change)
    elif change.detail == "SET NOT NULL" or change.detail.startswith("ADD GENERATED"):
        yield from nulls(change, ground, change.name)
    elif change.detail.startswith("TYPE ") and ground.has(*column_key(change)):
        yield from type_probes(change, changes, ground.facts)
        effect, new = conversion_of(change, changes, ground.facts), new_type(change)
        if effect.lossy or effect.may_fail or read_type(new).base == "citext":
            yield from rules.still_unique(change, ground, new)


def blocking(finding: Finding) -> bool:
    """Tell whether the change would fail on these rows (rather than succeed and lose something)."""
    return finding.count > 0 and finding.probe.kind in _BLOCKING


def loses(finding: Finding) -> bool:
    """Tell whether the change would succeed and lose these rows or values."""
    return finding.count > 0 and finding.probe.kind not in _BLOCKING


def remedy(finding: Finding) -> str:
    """Return what a person can do about a finding."""
    return _REMEDIES[finding.probe.kind]


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
