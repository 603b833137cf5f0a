"""Decide, for a rollback: its plan as the diff engine finds it, where there are no rollback files to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from supasync.core.attic.inventory import keeps_in
from supasync.core.attic.keep_selection import needed_back
from supasync.core.attic.model import Label
from supasync.core.catalog.fingerprint import Grants, compare, summarize
from supasync.core.catalog.outside import OutsideChange
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.fills import FILL, Fill, refuse_unplaced
from supasync.core.plan.migration_file import checksum_of
from supasync.core.plan.plan import Plan
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep, kept_rows
from supasync.core.plan.schema_file import SchemaFile
from supasync.core.sql import runnable
from supasync.errors import SupasyncError
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.diff_engine import refusing
from supasync.workflow.observe import Observation
from supasync.workflow.planning import PlanOptions, make_plan
from supasync.workflow.ports.target import Target, TargetCatalog


def replayed(target: TargetCatalog, seen: Observation, chosen: Sequence[RollbackStep]) -> SchemaFile:
    """Return what the history says of the state before `chosen`, as a schema file that exists nowhere."""
    return _replay(target, seen, {version for step in chosen for version in step.versions})


def history_makes_target(target: TargetCatalog, seen: Observation, comparer: Comparer) -> bool:
    """Tell whether the history's statements alone make the target's schema: only then does a part of them mean one."""
    whole = _replay(target, seen, set())
    try:
        loaded = comparer.shadow.desired(whole.text, whole.name)
    except SupasyncError:
        return False  # it begins in the midst: the target had a schema before its first migration
    return not compare(comparer.shadow.fingerprint(loaded.database), seen.fingerprint, owners=False, grants=False)


def _replay(target: TargetCatalog, seen: Observation, gone: set[str]) -> SchemaFile:
    history = sorted(target.history().items(), key=lambda pair: (len(pair[0]), pair[0]))
    text = "".join(
        f"{statement.rstrip().rstrip(';')};\n"
        for version, texts in history
        if version not in gone
        for statement in texts
    )
    return replace(seen.schema, name="the history", text=text or "SELECT;\n", checksum=checksum_of(text))


def computed(
    context: Context,
    target: Target,
    goal: Observation,
    comparer: Comparer,
    chosen: Sequence[RollbackStep],
    *,
    reason: str,
    fills: tuple[Fill, ...],
) -> tuple[RollbackPlan, Plan | None]:
    """Return the rollback as the diff engine finds it, with what the attic has; and as a plan that can be pushed."""
    difference = comparer.difference(with_down=True)
    name = f"revert_{chosen[0].name or chosen[0].version}"
    taken_by = tuple(version for step in chosen for version in step.versions)
    options = PlanOptions(
        name=name,
        reason=reason,
        backfill=BackfillChoice.NONE,
        fills=fills,
        flag=FILL,
        restore=True,
        restore_of=taken_by,
    )
    pushed = make_plan(context, target, goal, comparer, difference, options) if difference.up else None
    if pushed is None:
        refuse_unplaced(fills)
    counts = {entry.keep.attic: entry.rows for entry in target.attic()}
    scripts = tuple(text for part in pushed.segments for text in runnable(part.up_text)) if pushed else ()
    label, why = _computed_label(context, chosen, pushed)
    rollback = RollbackPlan(
        steps=tuple(chosen),
        route="computed",
        scripts=scripts,
        difference=pushed.difference if pushed else difference,
        fingerprint_before=goal.stamp,
        fingerprint_after=pushed.fingerprint_after if pushed else goal.stamp,
        comparison=goal.comparison,
        label=label,
        label_reason=why,
        returning=kept_rows(pushed.restored, counts) if pushed else (),
        costs=pushed.costs if pushed else (),
        statements=pushed.difference.up if pushed else (),
        outside=pushed.outside if pushed else OutsideChange(),
    )
    return rollback, pushed


def _computed_label(context: Context, chosen: Sequence[RollbackStep], plan: Plan | None) -> tuple[str, str]:
    """Judge a computed rollback: what the undone migrations took away and the attic lacks does not come back."""
    for step in chosen:
        if not step.files:
            return Label.SCHEMA_ONLY, f"it is unknown what {step.version} removed"
        for file in step.files:
            if file.label == Label.SCHEMA_ONLY:
                return Label.SCHEMA_ONLY, file.label_reason
            needed = [keep for keep in keeps_in(runnable(file.up), context.keep_codec) if needed_back(keep)]
            back = {keep.attic for keep in plan.restored} if plan else set()
            if missing := [keep.words for keep in needed if keep.attic not in back]:
                return Label.SCHEMA_ONLY, f"not everything in the attic can be restored: {missing[0]}"
    return (Label.FROM_ATTIC, "") if plan and plan.restored else (Label.LOSSLESS, "")


def hand_made(
    comparer: Comparer, seen: Observation, target: TargetCatalog, chosen: Sequence[RollbackStep]
) -> tuple[str, ...]:
    """Name what differs in the target from what its last known state and the migrations since make of it."""
    last = seen.last
    if last is None or (not last.schema_file and last.fingerprint_after == seen.stamp):
        return ()
    if not last.schema_file:
        return ("unknown changes: no schema file of the last known state was kept",)
    shadow = comparer.shadow
    known = shadow.desired(last.schema_file, seen.schema.name).database
    history = target.history()
    foreign = [version for step in reversed(chosen) if step.entry is None for version in step.versions]
    if foreign:
        known = shadow.scratch(known)
        with refusing("the migrations that supasync did not write cannot be replayed on a copy"):
            for version in foreign:
                shadow.run(known, runnable(";\n".join(history[version])))
    found = compare(shadow.fingerprint(known), seen.fingerprint, owners=True, grants=seen.comparison == Grants.MANAGED)
    return summarize(found, before="the last sync", after="Supabase")
