"""`sync`: bring the target to the state of the schema file."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from supasync.commands import gates, settle
from supasync.commands.apply import apply, follow_up
from supasync.commands.compare import Comparer
from supasync.commands.observe import observe
from supasync.commands.planning import ASK, Wishes, make_plan
from supasync.commands.ports import Context, Target
from supasync.core.report import EXIT_DONE, EXIT_FAILED, SyncReport
from supasync.errors import RefusedError


@dataclass(frozen=True)
class Request:
    """The flags of `sync`."""

    dry_run: bool = False
    yes: bool = False
    force: bool = False
    message: str = ""
    name: str = ""
    backfill: str = ASK


def run(context: Context, request: Request) -> tuple[SyncReport, int]:
    """Plan, rehearse, ask, apply, verify. Returns the report and the exit code.

    Raises RefusedError when acting would be unsafe, SupasyncError when acting failed.
    """
    begun = time.monotonic()
    with context.open_target("sync") as target:
        recovered = not request.dry_run and settle.recover(context, target)
        report = _sync(context, target, request, begun)
    if recovered and report.outcome == "in-sync":
        report = replace(report, warnings=follow_up(context))  # what the interrupted sync did not come to
    return report, EXIT_FAILED if report.warnings else EXIT_DONE


def _sync(context: Context, target: Target, request: Request, begun: float) -> SyncReport:
    seen = observe(context, target)
    if seen.interrupted:
        raise RefusedError(
            "Cannot proceed: an earlier sync was interrupted",
            details=tuple(f"{entry.name} by {entry.actor.label}" for entry in seen.interrupted),
            hint="`supasync sync` finds out what was applied and goes on from there; --dry-run cannot.",
        )
    gates.refuse_unsettled_history(seen)
    name = context.project.target_name
    if seen.known_in_sync:
        return SyncReport("in-sync", None, target=name, seconds=time.monotonic() - begun)
    with Comparer(context, target, seen) as comparer:
        difference = comparer.difference(with_down=True)
        if difference.empty:
            return SyncReport("in-sync", None, target=name, seconds=time.monotonic() - begun)
        if not difference.up:
            raise RefusedError(
                "Cannot proceed: these differences are of a kind that cannot be migrated automatically",
                details=difference.unmanaged,
                hint="Change them by hand in the SQL editor, or take them out of the schema file.",
            )
        if not request.force and not request.dry_run:
            gates.refuse_destructive(difference, seen, comparer.drift())
        wishes = Wishes(request.name, request.message, request.backfill)
        plan = make_plan(context, target, seen, comparer, difference, wishes)
        context.screen.show_plan(plan)
        if request.dry_run:
            return SyncReport("planned", plan, target=name, seconds=time.monotonic() - begun)
        asked = time.monotonic()
        gates.confirm(context, plan.difference, yes=request.yes, what=f"Apply this to {name} ({target.label})?")
        begun += time.monotonic() - asked  # what a person takes to decide is no time of ours
        done = apply(context, target, plan, seen, comparer)
    return SyncReport(
        "applied", plan, done.files, done.steps, done.warnings, target=name, seconds=time.monotonic() - begun
    )
