"""`rollback`: bring the target back to an earlier state, with its data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from supasync.core.attic.model import Label
from supasync.core.plan.fills import Fill, read_fill
from supasync.core.plan.plan import Plan
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep, choose_steps, rollback_steps
from supasync.core.report import EXIT_DONE, EXIT_FAILED, RollbackOutcome, RollbackReport
from supasync.core.trust import Use
from supasync.errors import Interrupted, RefusedError, SupasyncError, UsageError, VerificationError
from supasync.workflow import gates, recovery
from supasync.workflow.apply import apply
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context, schema_of
from supasync.workflow.observe import Observation, comparison_of, observe
from supasync.workflow.ports.target import Target
from supasync.workflow.rollback.computed import computed, hand_made, history_makes_target, replayed
from supasync.workflow.rollback.earlier_schema import goal_in_git, goal_schema, proposed_text, with_schema_file
from supasync.workflow.rollback.execute import (
    finish,
    may_put_back,
    move_files,
    put_back_schema,
    roll_back,
    write_schema,
)
from supasync.workflow.rollback.from_files import by_files, with_files

CONFIRMATION = "roll back"


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `rollback`. `version` names the state to go back to, `last` how many syncs to undo (0: not said)."""

    version: str = ""
    last: int = 0
    dry_run: bool = False
    yes: bool = False
    force: bool = False
    forward: bool = False
    fills: tuple[str, ...] = ()
    message: str = ""


def run(context: Context, request: Request) -> tuple[RollbackReport, int]:
    """Finish what was interrupted; else choose, plan, rehearse, ask, undo, verify.

    Raises UsageError for a state that is not there, RefusedError when acting would be unsafe, SupasyncError when
    acting failed.
    """
    if request.version and request.last:
        raise UsageError("Give VERSION or --last, not both", hint="See supasync rollback --help")
    fills = tuple(read_fill(text) for text in request.fills)
    begun = time.monotonic()
    with context.open_target("rollback") as target:
        if not request.dry_run:
            if report := _finish(context, target, request, begun):
                return report, EXIT_FAILED if report.warnings else EXIT_DONE
            recovery.recover(context, target)
        report = _roll_back(context, target, request, fills, begun)
    return report, EXIT_FAILED if report.warnings else EXIT_DONE


def _finish(context: Context, target: Target, request: Request, begun: float) -> RollbackReport | None:
    """Finish an interrupted rollback, or tidy up after one that somebody made elsewhere; None for nothing to finish."""
    name = context.project.target_name
    if found := finish(context, target, yes=request.yes):
        entry, done = found
        return RollbackReport(
            RollbackOutcome.FINISHED,
            entry.versions,
            None,
            done.files,
            done.warnings,
            target=name,
            seconds=time.monotonic() - begun,
        )
    seen = observe(context, target)
    if not seen.rolled_back:
        return None
    versions = tuple(file.version for file, _ in seen.rolled_back)
    moved = move_files(context, versions)
    newest = max((entry for _, entry in seen.rolled_back), key=lambda entry: entry.id)
    if seen.last and seen.last.sync_id == newest.sync_id and may_put_back(context, seen.entries, newest, request.yes):
        moved += put_back_schema(context, newest)
    files = tuple(context.files.relative_name(path, context.project.project_dir) for path in moved)
    return RollbackReport(RollbackOutcome.TIDIED, versions, None, files, target=name, seconds=time.monotonic() - begun)


def _roll_back(
    context: Context, target: Target, request: Request, fills: tuple[Fill, ...], begun: float
) -> RollbackReport:
    seen = observe(context, target)
    if seen.interrupted:
        raise RefusedError(
            "Cannot proceed: an earlier sync or rollback was interrupted",
            details=tuple(f"{entry.name} by {entry.actor.label}" for entry in seen.interrupted),
            hint="`supasync rollback` without --dry-run finds out how far it got and finishes it.",
        )
    steps = rollback_steps(seen.entries, seen.applied)
    paused = time.monotonic()
    chosen = _choose(context, request, steps)
    begun += time.monotonic() - paused
    name = context.project.target_name
    goal = goal_schema(seen, steps, chosen) or goal_in_git(context, target, seen, chosen)
    towards = goal or replayed(target, seen, chosen)
    goal_seen = replace(seen, schema=towards, comparison=comparison_of(context.project.grants, towards))
    with Comparer(context, target, goal_seen) as comparer:
        asked = _Asked(request, seen, comparer, chosen, fills, known=goal is not None)
        plan, pushed = _plan(context, target, asked)
        text = goal.text if goal else proposed_text(context, comparer, plan.fingerprint_after, seen)
        plan = with_files(context, with_schema_file(plan, seen, text), pushed if request.forward else None)
        context.screen.show_rollback_plan(plan)
        if request.dry_run:
            report = RollbackReport(RollbackOutcome.PLANNED, plan.versions, plan, target=name)
            return replace(report, seconds=time.monotonic() - begun)
        paused = time.monotonic()
        context.trust.settle(Use.FOLLOW_UP)
        put_back = _confirm(context, request, plan, target)
        begun += time.monotonic() - paused
        if request.forward and pushed is not None:
            return _forward(context, target, asked, plan, pushed, put_back, begun)
        done = roll_back(context, target, plan, seen, request.message, put_back=put_back)
    return RollbackReport(
        RollbackOutcome.ROLLED_BACK,
        plan.versions,
        plan,
        done.files,
        done.warnings,
        target=name,
        seconds=time.monotonic() - begun,
    )


def _choose(context: Context, request: Request, steps: Sequence[RollbackStep]) -> tuple[RollbackStep, ...]:
    if request.version or request.last:
        return choose_steps(steps, request.version, request.last)
    if request.yes or request.dry_run or not steps:
        return choose_steps(steps, "", 1)
    if not context.screen.interactive:
        raise RefusedError(
            "Cannot ask how far to go back: there is no terminal",
            hint="Run `supasync rollback --last 1 --yes`, or give the version to go back to. Nothing was changed.",
        )
    question = "How far back? Everything down to the selected step is undone:"
    position = context.prompter.select(question, context.screen.step_lines(steps))
    return tuple(steps[: position + 1])


@dataclass(frozen=True)
class _Asked:
    """What is to be undone, and with what: `known` tells that the earlier state's schema file was found."""

    request: Request
    seen: Observation
    comparer: Comparer
    chosen: Sequence[RollbackStep]
    fills: tuple[Fill, ...]
    known: bool


def _plan(context: Context, target: Target, asked: _Asked) -> tuple[RollbackPlan, Plan | None]:
    """Return the proven rollback: by the rollback files where they lead, else computed."""
    request, seen = asked.request, asked.seen
    if request.forward and seen.pending:
        raise RefusedError(
            "Cannot proceed: unapplied migration files would be pushed too",
            details=tuple(file.file_name for file in seen.pending),
            hint="`supasync sync` applies them; otherwise move them elsewhere. Nothing was changed.",
        )
    plan = None if request.forward else by_files(context, target, seen, asked.comparer, asked.chosen, asked.fills)
    plan, pushed = (plan, None) if plan else _computed_plan(context, target, asked)
    if not request.dry_run and not request.force:
        _refuse_loss(plan)
    return plan, pushed


def _computed_plan(context: Context, target: Target, asked: _Asked) -> tuple[RollbackPlan, Plan | None]:
    """Return the rollback as the diff engine finds it."""
    request, seen, comparer, chosen = asked.request, asked.seen, asked.comparer, asked.chosen
    drift = hand_made(comparer, seen, target, chosen)
    if drift and not request.force and not request.dry_run:
        raise RefusedError(
            "Cannot proceed: Supabase was changed by hand since the last sync, and the rollback would undo that too",
            details=drift,
            hint="Nothing was changed. Add these changes to the schema file and sync first, or use --force.",
        )
    if not asked.known and not history_makes_target(target, seen, comparer):
        raise RefusedError(
            "Cannot proceed: the earlier state is unknown",
            reason="The ledger has no schema file of it, and the migrations in the history do not add up to Supabase.",
            hint="Restore that state of the schema file yourself (from git, for example) and run `supasync sync`.",
        )
    plan, pushed = computed(context, target, comparer.seen, comparer, chosen, reason=request.message, fills=asked.fills)
    if request.forward and pushed is None:
        raise UsageError(
            "There is nothing to push: these migrations did not change the schema",
            hint="Without --forward, rollback removes them from the history.",
        )
    if pushed is not None and len(pushed.segments) > 1 and not request.forward:
        raise RefusedError(
            "Cannot proceed: this rollback needs a commit in the middle",
            reason="PostgreSQL requires a new enum value to be committed before it is used.",
            hint="`supasync rollback --forward` turns it into migrations. Nothing was changed.",
        )
    return replace(plan, drift=drift), pushed


def _refuse_loss(plan: RollbackPlan) -> None:
    """Refuse a rollback that takes away what nobody keeps, or that cannot bring everything back."""
    if plan.destroys:
        raise RefusedError(
            "Cannot proceed: the rollback would drop data. Use --force flag",
            reason=plan.destroys,
            hint="Nothing was changed.",
        )
    if plan.label == Label.SCHEMA_ONLY:
        raise RefusedError(
            "Cannot proceed: not all data would be restored. Use --force flag",
            reason=f"The rollback would be schema only: {plan.label_reason}.",
            hint="Nothing was changed. With --force the schema is rolled back, with as much data as there is.",
        )


def _confirm(context: Context, request: Request, plan: RollbackPlan, target: Target) -> bool:
    """Ask; return whether the schema file is put back. Raises RefusedError when declined or nobody is there."""
    if not request.yes:
        gates.refuse_without_terminal(context, "rollback")
        what = f"Roll {context.project.target_name} ({target.label}) back?"
        if not context.prompter.type_out(what, CONFIRMATION):
            raise RefusedError("Declined; nothing was changed")
    if plan.schema_text is None:
        return False
    if plan.schema_edited and not request.yes:
        return context.prompter.confirm(
            f"{plan.schema_name} was edited since the sync. Restore its earlier text (a copy is kept)?"
        )
    return True


def _forward(
    context: Context, target: Target, asked: _Asked, plan: RollbackPlan, pushed: Plan, put_back: bool, begun: float
) -> RollbackReport:
    """Push the inverse as new migrations; history stays as it is, and grows.

    The schema file goes first: whatever interrupts the push, the next sync then goes on to where this was going.
    """
    written: list[Path] = []
    seen, comparer = asked.seen, asked.comparer
    if put_back and plan.schema_text is not None and plan.schema_text != seen.schema.text:
        written = write_schema(context, plan.schema_text, pushed.versions[-1])
    checksum = schema_of(context).checksum
    try:
        done = apply(context, target, pushed, comparer.seen, comparer, file_checksum=checksum)
    except SupasyncError as error:
        if written and not isinstance(error, VerificationError | Interrupted):
            context.files.replace(context.project.schema_path, seen.schema.text)
        raise
    files = [*done.files, *(context.files.relative_name(path, context.project.project_dir) for path in written)]
    return RollbackReport(
        RollbackOutcome.ROLLED_FORWARD,
        plan.versions,
        plan,
        tuple(files),
        done.warnings,
        target=context.project.target_name,
        seconds=time.monotonic() - begun,
    )
