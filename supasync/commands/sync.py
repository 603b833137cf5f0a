"""`sync`: bring the target to the state of the schema file."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace

from supasync.commands import rollback
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.fills import BACKFILL, read_fill
from supasync.core.plan.plan import Plan
from supasync.core.report import EXIT_DONE, EXIT_FAILED, SyncOutcome, SyncReport
from supasync.core.trust import Use
from supasync.errors import RefusedError, SupasyncError, VerificationError
from supasync.workflow import gates, recovery
from supasync.workflow.apply import apply
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.editing import kept_unless_applied
from supasync.workflow.follow_up import follow_up
from supasync.workflow.observe import Observation, observe
from supasync.workflow.pending import pending_difference, pending_plan
from supasync.workflow.planning import PlanOptions, make_plan
from supasync.workflow.ports.target import Target


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `sync`."""

    dry_run: bool = False
    yes: bool = False
    force: bool = False
    message: str = ""
    name: str = ""
    backfill: BackfillChoice = BackfillChoice.ASK
    fills: tuple[str, ...] = ()
    restore: bool = False
    discard: bool = False
    edit: bool = False
    no_apply: bool = False
    rollback_on_failure: bool = False


def run(context: Context, request: Request) -> tuple[SyncReport, int]:
    """Plan, rehearse, ask, apply, verify. Returns the report and the exit code.

    Raises RefusedError when acting would be unsafe, SupasyncError when acting failed.
    """
    begun = time.monotonic()
    try:
        with context.open_target("sync") as target:
            recovered = not request.dry_run and recovery.recover(context, target)
            report = _sync(context, target, request, begun)
    except VerificationError as error:
        _offer_rollback(context, request, error)
        raise
    if recovered and report.outcome == SyncOutcome.IN_SYNC:
        report = replace(report, warnings=follow_up(context))  # what the interrupted sync did not come to
    return report, EXIT_FAILED if report.warnings else EXIT_DONE


def _offer_rollback(context: Context, request: Request, error: VerificationError) -> None:
    """Undo what was just applied, when that is wished; let `error` tell what came of it."""
    asked = not request.rollback_on_failure and not request.yes and context.screen.interactive
    if asked:
        context.screen.warn("\n".join((error.message, *error.details)))
    if not request.rollback_on_failure and not (asked and context.prompter.confirm("Roll it back now?")):
        return
    try:
        # What --discard-data threw away is gone either way.
        back = rollback.Request(last=1, yes=True, force=request.discard, message="its verification failed")
        rollback.run(context, back)
    except SupasyncError as failed:
        error.hint = f"The rollback failed too: {failed.message}. {failed.hint}"
        return
    error.reason = "It was rolled back: Supabase, files and schema file are as they were before."
    error.hint = "`supasync log` shows both; find out what else changed (an event trigger?)."


def _sync(context: Context, target: Target, request: Request, begun: float) -> SyncReport:
    seen = observe(context, target)
    recovery.refuse_unfinished_rollback(seen.entries)
    if seen.interrupted:
        raise RefusedError(
            "Cannot proceed: an earlier sync was interrupted",
            details=tuple(f"{entry.name} by {entry.actor.label}" for entry in seen.interrupted),
            hint="`supasync sync` finds out what was applied and continues from there; --dry-run cannot.",
        )
    gates.refuse_unsettled_history(seen)
    gates.refuse_careless_discard(discard=request.discard, yes=request.yes, force=request.force)
    name = context.project.target_name
    if seen.known_in_sync and not seen.pending:
        return SyncReport(SyncOutcome.IN_SYNC, None, target=name, seconds=time.monotonic() - begun)
    with Comparer(context, target, seen) as comparer:
        plan = _plan(context, target, request, seen, comparer)
        if plan is None:
            return SyncReport(SyncOutcome.IN_SYNC, None, target=name, seconds=time.monotonic() - begun)
        context.screen.show_plan(plan)
        if request.dry_run:
            return SyncReport(SyncOutcome.PLANNED, plan, target=name, seconds=time.monotonic() - begun)
        if request.no_apply:
            written = _write(context, plan)
            return SyncReport(SyncOutcome.WRITTEN, plan, written, target=name, seconds=time.monotonic() - begun)
        with kept_unless_applied(context, plan) if request.edit else nullcontext():
            asked = time.monotonic()
            context.trust.settle(Use.FOLLOW_UP)  # now: once it is applied, nobody should have to wait for an answer
            gates.confirm(context, plan, yes=request.yes, what=f"Apply this to {name} ({target.label})?")
            begun += time.monotonic() - asked  # what a person takes to decide is no time of ours
            done = apply(context, target, plan, seen, comparer)
    return SyncReport(
        SyncOutcome.APPLIED, plan, done.files, done.steps, done.warnings, target=name, seconds=time.monotonic() - begun
    )


def _plan(context: Context, target: Target, request: Request, seen: Observation, comparer: Comparer) -> Plan | None:
    """Return the plan, from the files that are pending or else from the schema file; None when all is in sync."""
    if seen.pending:
        difference = pending_difference(context, target, seen, comparer)
    else:
        difference = comparer.difference(with_down=True)
        if difference.empty:
            return None
        if not difference.up:
            raise RefusedError(
                "Cannot proceed: these differences cannot be migrated automatically",
                details=difference.unmanaged,
                hint="Make them by hand in the SQL editor, or remove them from the schema file.",
            )
    if not request.force and not request.dry_run and not request.no_apply:
        gates.refuse_destructive(difference, seen, comparer.drift(), authored=bool(seen.pending))
    if seen.pending:
        plan = pending_plan(context, target, seen, comparer, difference, request.message)
        if not request.force and not request.dry_run and not request.no_apply:
            gates.refuse_destructive(plan.difference, seen, plan.drift, authored=True)
            gates.refuse_unknown_code(plan.code)
        return plan
    options = PlanOptions(
        name=request.name,
        reason=request.message,
        backfill=request.backfill,
        fills=tuple(read_fill(text, BACKFILL) for text in request.fills),
        restore=request.restore,
        discard=request.discard,
        edit=request.edit,
        lenient=request.edit or request.no_apply,
    )
    return make_plan(context, target, seen, comparer, difference, options)


def _write(context: Context, plan: Plan) -> tuple[str, ...]:
    """Write the plan's files and leave it at that; return their names."""
    project = context.project
    written = []
    for segment in plan.segments:
        name = segment.file_name
        for folder, text in ((project.rollbacks_dir, segment.down_text), (project.migrations_dir, segment.up_text)):
            if not segment.authored:
                context.files.write_new(folder / name, text)
                written.append(context.files.relative_name(folder / name, project.project_dir))
    return tuple(written)
