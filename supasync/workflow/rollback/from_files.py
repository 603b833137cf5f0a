"""Decide, for a rollback: the way from the target's state to an earlier one, proven on a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from supasync.core.attic.attic_sql import empty_sql, is_number_rows
from supasync.core.attic.data_loss import Losses, losses_of
from supasync.core.attic.disabled_triggers import without_pauses
from supasync.core.attic.inventory import INVENTORY_SQL, keeps_in
from supasync.core.attic.keep_selection import label_of, needed_back
from supasync.core.attic.model import Keep, Label, standing, worst
from supasync.core.attic.own_texts import OwnTexts
from supasync.core.attic.statement_insertion import StatementInserter
from supasync.core.catalog.expected_state import Gap
from supasync.core.catalog.fingerprint import Fingerprint, compare, summarize
from supasync.core.catalog.outside import OutsideChange
from supasync.core.catalog.state import State
from supasync.core.changes.change import Change, column_key
from supasync.core.changes.effect import Verb
from supasync.core.checks.preflight import Finding
from supasync.core.checks.probe import Probe
from supasync.core.engine.commit_boundaries import transactions
from supasync.core.engine.running_code import code_in
from supasync.core.engine.split_script import is_setting
from supasync.core.plan.fills import FILL, Fill, is_filled, place_fills, refuse_unplaced
from supasync.core.plan.ledger import Event
from supasync.core.plan.plan import Difference, Plan
from supasync.core.plan.rollback_plan import (
    RollbackPlan,
    RollbackStep,
    kept_rows,
    rows_to_come,
    without_new_values,
)
from supasync.core.sql import runnable
from supasync.core.sql.names import shown
from supasync.errors import RefusedError, SupasyncError
from supasync.workflow import gates
from supasync.workflow.attic_plan import costs_of, doubt_of, is_blank, lacking, probe_of_partners
from supasync.workflow.beyond import words_of_hidden
from supasync.workflow.compare import Comparer, RawDiff, assess
from supasync.workflow.context import Context
from supasync.workflow.diff_engine import refusing
from supasync.workflow.observe import Observation, stamp_of
from supasync.workflow.pending import said_to_be_lost
from supasync.workflow.ports.target import Target, TargetCatalog


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
    (statements, left), keeps = place_fills(found[0], fills), found[1]
    refuse_unplaced(left)
    reached, gap, outside = _rehearse(context, seen, comparer, statements, keeps)
    begun = next(e for e in seen.entries if e.sync_id == oldest.sync_id and e.event is Event.STARTED)
    after = stamp_of(gap.filled(reached.fingerprint), begun.comparison)
    if after != begun.fingerprint_before:
        raise RefusedError(
            "Cannot proceed: the rollback files do not restore the state before the sync",
            details=_differing(comparer, reached.fingerprint, gap),
            hint="Nothing was changed. `supasync rollback --forward` computes a rollback instead.",
        )
    kept = (*keeps_in(statements, context.keep_codec), *keeps)
    texts = OwnTexts(kept, context.keep_codec)
    own = without_pauses(text for text in statements if not texts.has(text))
    here, made = comparer.state_here(), keeps_in(statements, context.keep_codec)
    losses = losses_of(own, here, reached)
    difference = assess(context, target, seen, RawDiff(own, (), ()), (), major=comparer.surroundings.major)
    difference = _with_findings(target, difference, losses, statements, keeps, reached)
    gates.refuse_failing(_failing(difference, fills), flag=FILL)
    reason = label_of(losses, made)[1]
    reason = reason or _gone_along(outside, difference) or doubt_of(own, made, here)
    if any(file.authored for step in chosen for file in step.files):
        words_of_hidden(outside, own, "rollback file")
    return RollbackPlan(
        steps=tuple(chosen),
        route="files",
        scripts=statements,
        difference=difference,
        fingerprint_before=seen.stamp,
        fingerprint_after=after,
        comparison=begun.comparison,
        label=Label.SCHEMA_ONLY if reason else _label_of_steps(chosen),
        label_reason=reason or _what_is_gone(chosen),
        destroys=reason,
        returning=kept_rows((keep for keep in keeps if needed_back(keep)), counts),
        costs=costs_of(made, difference, here),
        statements=tuple(text for text in own if not is_setting(text)),
        outside=outside,
        code=code_in(own),
    )


def _gone_along(outside: OutsideChange, difference: Difference) -> str:
    """Say which values go without a statement that says so, "" for none."""
    said = said_to_be_lost(change for change in difference.changes if change.verb is Verb.DROP)
    gone = [key for key in outside.gone if said.isdisjoint({key, key[:2], key[:1]})]
    names = ", ".join(f"{shown(schema, table)}.{column}" for schema, table, column in gone)
    return f"values of {names} go along with something else" if names else ""


def _with_findings(
    target: TargetCatalog,
    difference: Difference,
    losses: Losses,
    statements: Sequence[str],
    keeps: Sequence[Keep],
    after: State,
) -> Difference:
    """Return the difference with findings that know of what comes back from the attic."""
    findings = (
        *_with_partners(target, difference.findings, losses, keeps),
        *_lacking(target, difference.changes, statements, keeps, after),
    )
    return replace(difference, findings=findings)


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
    return tuple(found for found in difference.findings if not is_filled(column_key(found.probe.change), fills))


def _rehearse(
    context: Context, seen: Observation, comparer: Comparer, statements: Sequence[str], keeps: Sequence[Keep]
) -> tuple[State, Gap, OutsideChange]:
    """Run the statements on a copy; return the state they reach, what the copy lacked to begin with, and what no
    fingerprint tells.
    """
    shadow = comparer.shadow
    with context.screen.step("Copying the target's schema into the shadow"):
        clone = comparer.clone()
    gap = Gap.between(shadow.fingerprint(clone), seen.fingerprint)
    database = shadow.scratch(clone)
    with context.screen.step("Rehearsing the rollback"), refusing("the rollback fails on a copy"):
        shadow.run(database, [*INVENTORY_SQL, *map(empty_sql, keeps)])
        before = shadow.outside(database)
        for part in transactions(statements):
            shadow.run(database, part)
    reached = comparer.state_of(shadow.fingerprint(database), shadow.facts(database))
    outside = OutsideChange.between(before, shadow.outside(database))
    shadow.drop(database)
    return reached, gap, outside


def _differing(comparer: Comparer, reached: Fingerprint, gap: Gap) -> tuple[str, ...]:
    try:
        wanted = comparer.state_wanted().fingerprint
    except SupasyncError:
        return ()  # what the history alone makes is no schema
    found = compare(gap.filled(reached), wanted, owners=True, grants=False)
    return summarize(found, before="the copy", after="the earlier schema file")[:10]


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
        count, sample = target.probe(probe.sql, own=probe.own, trial=probe.trial)
    except SupasyncError as error:
        if not getattr(error, "sqlstate", ""):
            raise
        return  # the transaction decides
    if count > 0:
        yield Finding(probe, count, sample)


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
        f"{file.file_name} in {project.rollbacks_dir.name} was edited since the sync; the text in the ledger is run"
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
