"""Decide, for a rollback: the way from the target's state to an earlier one, proven on a copy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from supasync.core.attic.attic_sql import empty_sql, is_number_rows
from supasync.core.attic.catalogue import CATALOGUE_SQL, keeps_in
from supasync.core.attic.data_loss import Losses, losses_of
from supasync.core.attic.disabled_triggers import without_pauses
from supasync.core.attic.keep_selection import label_of, needed_back
from supasync.core.attic.marker import is_attic
from supasync.core.attic.model import Keep, Label, standing, worst
from supasync.core.attic.statement_insertion import StatementInserter
from supasync.core.catalog.fingerprint import Fingerprint, Grants, ObjectDifference, ObjectRow, compare, summarize
from supasync.core.catalog.state import State
from supasync.core.changes.change import Change, column_key
from supasync.core.changes.effect import Verb
from supasync.core.checks.preflight import Finding
from supasync.core.checks.probe import Probe
from supasync.core.engine.commit_boundaries import transactions
from supasync.core.engine.script import is_setting
from supasync.core.plan.ledger import Event
from supasync.core.plan.migration_file import checksum_of
from supasync.core.plan.plan import Difference, Plan
from supasync.core.plan.rollback_plan import (
    Fill,
    RollbackPlan,
    RollbackStep,
    goal_of,
    kept_rows,
    rows_to_come,
    without_new_values,
)
from supasync.core.plan.schema_file import SchemaFile
from supasync.core.sql import qualified, quote_ident, runnable
from supasync.errors import InvalidSqlError, RefusedError, SupasyncError, UsageError
from supasync.workflow import gates
from supasync.workflow.attic_plan import costs_of, is_blank, lacking, probe_of_partners
from supasync.workflow.compare import Comparer, RawDiff, assess
from supasync.workflow.context import Context
from supasync.workflow.diff_engine import refusing
from supasync.workflow.observe import Observation, stamp_of
from supasync.workflow.ports.target import Target, TargetCatalog


def goal_schema(seen: Observation, steps: Sequence[RollbackStep], chosen: Sequence[RollbackStep]) -> SchemaFile | None:
    """Return the schema file of the state that the rollback reaches, None where the ledger keeps none."""
    goal = goal_of(steps, chosen)
    if goal is not None and goal.entry is not None and goal.entry.event is Event.SUCCEEDED:
        started = next((e for e in seen.entries if e.sync_id == goal.entry.sync_id and e.schema_file), None)
        if started is not None:
            return replace(seen.schema, text=started.schema_file, checksum=checksum_of(started.schema_file))
    return None


def by_files(
    context: Context,
    target: Target,
    seen: Observation,
    comparer: Comparer,
    chosen: Sequence[RollbackStep],
    fills: Sequence[Fill],
) -> RollbackPlan | None:
    """Return the rollback by the rollback files, as the ledger keeps them; None where it must be computed."""
    counts = {entry.keep.attic: entry.rows for entry in standing(target.attic())}
    found = _scripts(context, seen, chosen, counts)
    oldest = chosen[-1].entry
    if found is None or oldest is None:
        return None
    statements, keeps = with_fills(found[0], fills), found[1]
    reached, gap = _rehearse(context, seen, comparer, statements, keeps)
    begun = next(e for e in seen.entries if e.sync_id == oldest.sync_id and e.event is Event.STARTED)
    after = stamp_of(_with_gap(reached.fingerprint, gap), begun.comparison)
    if after != begun.fingerprint_before:
        raise RefusedError(
            "Cannot proceed: the rollback files do not lead to the state before the sync",
            details=_differing(comparer, reached.fingerprint, gap),
            hint="Nothing was changed. `supasync rollback --forward` computes a rollback instead.",
        )
    own = without_pauses(text for text in statements if not is_attic(text))
    here, made = comparer.state_here(), keeps_in(statements, context.keep_codec)
    losses = losses_of(own, here, reached)
    difference = assess(context, target, seen, RawDiff(own, (), ()), (), major=comparer.surroundings.major)
    findings = (
        *_with_partners(target, difference.findings, losses, keeps),
        *_lacking(target, difference.changes, statements, keeps, reached),
    )
    difference = replace(difference, findings=findings)
    gates.refuse_failing(_failing(difference, fills), fill=True)
    label, reason = label_of(losses, made)
    return RollbackPlan(
        steps=tuple(chosen),
        route="files",
        scripts=statements,
        difference=difference,
        fingerprint_before=seen.stamp,
        fingerprint_after=after,
        comparison=begun.comparison,
        label=Label.SCHEMA_ONLY if label == Label.SCHEMA_ONLY else _label_of_steps(chosen),
        label_reason=reason or _what_is_gone(chosen),
        destroys=reason,
        returning=kept_rows((keep for keep in keeps if needed_back(keep)), counts),
        costs=costs_of(made, difference, here),
        statements=tuple(text for text in own if not is_setting(text)),
    )


def _scripts(
    context: Context, seen: Observation, chosen: Sequence[RollbackStep], counts: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[Keep, ...]] | None:
    """Return the statements of the rollback files, newest first, and what they bring back.

    None where these do not lead back: they are lacking, start from another state, or miss what was purged.
    """
    last = seen.last
    if last is None or any(step.entry is None for step in chosen):
        return None
    files = [file for step in chosen for file in reversed(step.files)]
    statements = tuple(text for file in files for text in runnable(file.down))
    states = (seen.fingerprint, without_new_values(seen.fingerprint, statements))
    same = last.fingerprint_after in (stamp_of(state, last.comparison) for state in states)
    if not same or any(is_blank(file.down) for file in files):
        return None
    keeps = tuple(keep for file in files for keep in keeps_in(runnable(file.up), context.keep_codec))
    if any(needed_back(keep) and keep.attic not in counts for keep in keeps):
        return None
    return statements, keeps


def _label_of_steps(chosen: Sequence[RollbackStep]) -> str:
    return worst(step.label for step in chosen)


def _what_is_gone(chosen: Sequence[RollbackStep]) -> str:
    """Say what the steps took away for good, "" for nothing."""
    return "; ".join(dict.fromkeys(file.label_reason for step in chosen for file in step.files if file.label_reason))


def _failing(difference: Difference, fills: Sequence[Fill]) -> tuple[Finding, ...]:
    return tuple(found for found in difference.findings if not _is_filled(found.probe.change, fills))


def _rehearse(
    context: Context, seen: Observation, comparer: Comparer, statements: Sequence[str], keeps: Sequence[Keep]
) -> tuple[State, tuple[ObjectDifference, ...]]:
    """Run the statements on a copy; return the state they reach, and what the copy lacked to begin with."""
    shadow = comparer.shadow
    with context.screen.step("Copying the target's schema into the shadow"):
        clone = comparer.clone()
    gap = compare(shadow.fingerprint(clone), seen.fingerprint, owners=True, grants=True)
    database = shadow.scratch(clone)
    with context.screen.step("Rehearsing the rollback"), refusing("the rollback fails on a copy"):
        shadow.run(database, [*CATALOGUE_SQL, *map(empty_sql, keeps)])
        for part in transactions(statements):
            shadow.run(database, part)
    reached = comparer.state_of(shadow.fingerprint(database), shadow.facts(database))
    shadow.drop(database)
    return reached, gap


def _with_gap(reached: Fingerprint, gap: Sequence[ObjectDifference]) -> Fingerprint:
    """Return a state of the copy with what the copy lacks of the target."""
    keys = {(item.kind, item.identity) for item in gap}
    kept = (row for row in reached.rows if (row.kind, row.identity) not in keys)
    missing = (ObjectRow(item.kind, item.identity, item.after) for item in gap if item.after is not None)
    return Fingerprint.of((*kept, *missing))


def _differing(comparer: Comparer, reached: Fingerprint, gap: Sequence[ObjectDifference]) -> tuple[str, ...]:
    try:
        wanted = comparer.state_wanted().fingerprint
    except SupasyncError:
        return ()  # what the history alone makes is no schema
    found = compare(_with_gap(reached, gap), wanted, owners=True, grants=False)
    return summarize(found, before="the copy", after="the schema file of that time")[:10]


def with_fills(statements: tuple[str, ...], fills: Sequence[Fill]) -> tuple[str, ...]:
    """Put the UPDATEs of `--fill` where columns demand their values. Raises UsageError for a column that none does."""
    for fill in fills:
        inserter = StatementInserter(statements, Fingerprint(()))
        demand = next((c for c in inserter.demanding() if _is_of(c, fill)), None)
        if demand is None:
            raise UsageError(
                f"--fill {fill.table}.{fill.column}: the rollback makes no such column NOT NULL",
                hint="The plan names the columns that lack values: supasync rollback --dry-run",
            )
        column = quote_ident(demand.name)
        table = qualified(demand.schema, demand.table)
        inserter.before_not_null(
            (demand.schema, demand.table),
            demand.name,
            f"UPDATE {table} SET {column} = ({fill.expression}) WHERE {column} IS NULL",
        )
        statements = inserter.result()
    return statements


def _is_of(change: Change, fill: Fill) -> bool:
    tables = (
        change.table_identity,
        qualified(change.schema, change.table),
        f"{change.schema}.{change.table}",
        change.table,
    )
    return fill.table in tables and fill.column in (change.name, quote_ident(change.name))


def _is_filled(change: Change, fills: Sequence[Fill]) -> bool:
    return change.kind == "column" and any(_is_of(change, fill) for fill in fills)


def _lacking(
    target: TargetCatalog, changes: Sequence[Change], statements: Sequence[str], keeps: Sequence[Keep], after: State
) -> Iterator[Finding]:
    """Yield the rows that arrived since and have no value for a column that comes back and demands one."""
    new = {column_key(change): change for change in changes if change.verb is Verb.CREATE and change.kind == "column"}
    domains = after.fingerprint.of_kind("domain")
    for change in StatementInserter(statements, after.fingerprint).demanding():
        key = column_key(change)
        if key not in new or " DEFAULT " in f" {new[key].detail} ":
            continue
        if change.detail != "SET NOT NULL" and " not null" not in domains.get(after.facts.column_types[key], ""):
            continue
        if any(is_number_rows(text, key) for text in statements):
            continue
        table = (change.schema, change.table)
        keep = next((k for k in keeps if k.values and (k.schema, k.name) == table and k.column(change.name)), None)
        rows = rows_to_come(table, keeps, change.name)
        yield from _asked(target, lacking(keep, change, rows.attic_table if rows else ""))


def _with_partners(
    target: TargetCatalog, findings: Sequence[Finding], losses: Losses, keeps: Sequence[Keep]
) -> Iterator[Finding]:
    """Yield the findings, those about rows without a partner judged by the partners that come back."""
    for finding in findings:
        points = finding.probe.kind in ("orphans", "orphans-of-new-table")
        probe = probe_of_partners(finding.probe, losses, keeps) if points else finding.probe
        if probe is finding.probe:
            yield finding
        else:
            yield from _asked(target, probe)


def _asked(target: TargetCatalog, probe: Probe) -> Iterator[Finding]:
    """Yield what a probe finds; nothing where it cannot be run now, because an earlier step of the way comes first."""
    try:
        count, sample = target.probe(probe.sql)
    except SupasyncError as error:
        if not getattr(error, "sqlstate", ""):
            raise
        return  # the transaction decides
    if count > 0:
        yield Finding(probe, count, sample)


def with_schema_file(plan: RollbackPlan, seen: Observation, text: str | None) -> RollbackPlan:
    """Return the plan with what becomes of the schema file."""
    latest = plan.steps[0].entry
    begun = next((e for e in seen.entries if latest and e.sync_id == latest.sync_id and e.schema_checksum), None)
    edited = begun is None or begun.schema_checksum != seen.schema.checksum
    if text is None or text == seen.schema.text:
        return replace(plan, schema_name=seen.schema.name, schema_text=text)
    lines = difflib.unified_diff(
        seen.schema.text.splitlines(),
        text.splitlines(),
        seen.schema.name,
        f"{seen.schema.name} (then)",
        lineterm="",
        n=1,
    )
    return replace(
        plan, schema_name=seen.schema.name, schema_text=text, schema_diff="\n".join(lines), schema_edited=edited
    )


def goal_in_git(
    context: Context, target: Target, seen: Observation, chosen: Sequence[RollbackStep]
) -> SchemaFile | None:
    """Return the version of the schema file in git that makes the state which the oldest of the steps found."""
    oldest = chosen[-1].entry
    begun = next((e for e in seen.entries if oldest and e.sync_id == oldest.sync_id and e.fingerprint_before), None)
    if begun is None:
        return None
    with Comparer(context, target, seen) as comparer:
        then = replace(seen, comparison=begun.comparison or Grants.IGNORED)
        text = proposed_text(context, comparer, begun.fingerprint_before, then)
    return None if text is None else replace(seen.schema, text=text, checksum=checksum_of(text))


def proposed_text(context: Context, comparer: Comparer, reached: str, seen: Observation) -> str | None:
    """Return the version of the schema file in git that makes the state `reached`, None for none."""
    for text in context.earlier_schemas():
        if text == seen.schema.text:
            continue
        try:
            loaded = comparer.shadow.desired(text, seen.schema.name)
        except (InvalidSqlError, UsageError):
            continue  # an earlier version that does not load is none that was ever synced
        if stamp_of(comparer.shadow.fingerprint(loaded.database), seen.comparison) == reached:
            return text
    return None


def with_files(context: Context, plan: RollbackPlan, pushed: Plan | None) -> RollbackPlan:
    """Return the plan with the files that it moves, or writes where it is `pushed`, and a note on edited ones."""
    project = context.project

    def names(found: Iterable[str]) -> Iterator[str]:
        for name in found:
            yield context.files.relative_name(project.migrations_dir / name, project.project_dir)
            yield context.files.relative_name(project.rollbacks_dir / name, project.project_dir)

    if pushed is not None:
        return replace(plan, writes=tuple(names(part.file_name for part in pushed.segments)))
    here = [file for file in context.files.read_migrations(project.migrations_dir) if file.version in plan.versions]
    kept = {file.file_name: file.down for file in plan.files}
    edited = [
        f"{file.file_name} in {project.rollbacks_dir.name} was edited since the sync; what the ledger kept of it is run"
        for file in here
        if context.files.read_text(project.rollbacks_dir / file.file_name) not in (None, kept.get(file.file_name))
    ]
    moves = [
        name
        for name in names(file.file_name for file in here)
        if context.files.read_text(project.project_dir / name) is not None
    ]
    notes = edited if plan.route == "files" else ()
    return replace(plan, moves=tuple(moves), notes=(*plan.notes, *notes))
