"""Act: write the files, push, verify, record. Whatever interrupts it, the ledger says how far it came."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from supasync.core.catalog.fingerprint import Grants, compare, summarize
from supasync.core.catalog.outside import Outside
from supasync.core.changes.direction import Direction
from supasync.core.engine.corrected import corrected
from supasync.core.engine.split_script import is_cluster_wide
from supasync.core.plan.ledger import Entry, Event, FileRecord, unfinished
from supasync.core.plan.migration_file import checksum_of, push_session
from supasync.core.plan.plan import Plan
from supasync.core.sql import runnable
from supasync.errors import RefusedError, SupasyncError, VerificationError
from supasync.workflow import gates, recovery
from supasync.workflow.beyond import NOT_COMPARED, unforeseen, unforeseen_error
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.follow_up import follow_up
from supasync.workflow.observe import Observation, observe, stamp_of
from supasync.workflow.ports.target import Target
from supasync.workflow.under_lock import (
    add_reason,
    as_error,
    elapsed_ms,
    locked,
    refuse_stale,
    started_entry,
)

_PUSH_MARGIN = 60  # seconds on top of the statements' own limit: start of the CLI, connection, history


@dataclass(frozen=True)
class Applied:
    """What `apply` did: files written, steps done in words, and warnings that do not undo the sync."""

    files: tuple[str, ...]
    steps: tuple[str, ...]
    warnings: tuple[str, ...]


def apply(
    context: Context,
    target: Target,
    plan: Plan,
    seen: Observation,
    comparer: Comparer,
    *,
    file_checksum: str = "",
) -> Applied:
    """Apply a confirmed plan under the target's lock.

    `file_checksum` is what the schema file must still be where the plan leads to another text than the file's.

    Raises RefusedError when the target is no longer what the plan was made for, SupasyncError when the
    push or the verification fails; the ledger then has a `failed` row.
    """
    begun = time.monotonic()
    with locked(context, target):
        checksum = file_checksum or seen.schema.checksum
        stamp, comparison = plan.fingerprint_before, seen.comparison
        now = refuse_stale(context, target, seen, stamp=stamp, comparison=comparison, file_checksum=checksum)
        gates.refuse_unsettled_history(now)
        target.prepare_ledger()
        started = _started(context, plan, seen)
        before = target.outside()
        target.append(started)
        files = recovery.files_of(context.project, started)
        _push_to_the_end(context, target, started, files, begun)
        problems, more = _verify_and_record(context, target, plan, comparer, started, begun, before)
    if more:
        raise unforeseen_error("The migration was applied", (*problems, *more))
    if problems:
        raise VerificationError(
            "The migration was applied, but Supabase differs from the rehearsed state",
            details=problems,
            hint="`supasync diff` shows what differs now; `supasync rollback` undoes the migration.",
        )
    context.screen.done("Verified: catalog and supabase db diff match the schema file; recorded in the ledger")
    names = (context.files.relative_name(path, context.project.project_dir) for path in sorted(files))
    return Applied(tuple(names), ("rehearsed", "pushed", "verified", "recorded"), follow_up(context))


def _push_to_the_end(context: Context, target: Target, started: Entry, files: Mapping[Path, str], begun: float) -> None:
    """Push; when that fails, find out what became of it, and go on only if everything was applied all the same."""
    try:
        _push(context, target, started, files)
    except BaseException as raised:  # noqa: BLE001  (also of Ctrl-C the outcome must be known)
        error = as_error(raised)
        if not recovery.after_failure(context, target, started, error, elapsed_ms(begun)):
            raise error from None
        context.screen.warn(f"supabase db push reported an error, but everything was applied: {error}")
    context.screen.done(f"supabase db push: {', '.join(started.versions)}")


def _verify_and_record(
    context: Context, target: Target, plan: Plan, comparer: Comparer, started: Entry, begun: float, before: Outside
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is not as it should be, and what nobody foresaw, after the ledger has a row that says so."""
    more: tuple[str, ...] | None = None
    try:
        statements = [text for segment in plan.segments for text in runnable(segment.up_text)]
        more = unforeseen(context, target, before, plan.outside, statements)
        problems, after = _verify(context, target, plan, comparer)
    except BaseException as raised:  # noqa: BLE001  (also of Ctrl-C the outcome must be known)
        error = _unverified(as_error(raised))
        add_reason(error, NOT_COMPARED if more is None else "; ".join(more))
        recovery.after_failure(context, target, started, error, elapsed_ms(begun), pushed=True)
        raise error from None
    told = "; ".join((*problems, *more))
    row = replace(started, event=Event.SUCCEEDED, files=(), fingerprint_after=after, error=told)
    _record(target, replace(row, duration_ms=elapsed_ms(begun)))
    return problems, more


def _unverified(error: BaseException) -> BaseException:
    """Return the error of a verification; once something is applied, none may say that nothing was done."""
    if not isinstance(error, RefusedError):
        return error
    return SupasyncError(
        "The migration was applied, but could not be verified",
        reason="\n".join(filter(None, (error.message.removeprefix("Cannot proceed: "), error.reason))),
        details=error.details,
        hint=error.hint,
    )


def _record(target: Target, row: Entry) -> None:
    """Write the row that ends a sync; once more when the connection broke, unless it arrived nevertheless."""
    try:
        target.append(row)
    except SupasyncError as error:
        try:
            target.reconnect()
            if row.sync_id in {entry.sync_id for entry in unfinished(target.entries())}:
                target.append(row)
        except SupasyncError:
            raise SupasyncError(
                "The migration was applied and verified, but the ledger could not be written",
                reason=error.reason or error.message,
                hint="Run `supasync sync` again to record it.",
            ) from None


def _started(context: Context, plan: Plan, seen: Observation) -> Entry:
    files = [
        FileRecord(
            segment.version,
            segment.name,
            segment.up_text,
            segment.down_text,
            checksum_of(segment.up_text),
            checksum_of(segment.down_text),
            segment.label,
            segment.label_reason,
            segment.authored,
        )
        for segment in plan.segments
    ]
    return started_entry(
        context,
        plan.name,
        plan.versions,
        files,
        direction=Direction.UP,
        reason=plan.reason,
        stamps=(plan.fingerprint_before, plan.fingerprint_after),
        comparison=seen.comparison,
        schema_file=seen.schema.text,
        schema_checksum=seen.schema.checksum,
    )


def _push(context: Context, target: Target, started: Entry, files: Mapping[Path, str]) -> None:
    project = context.project
    present = {file.file_name for file in started.files if file.authored}
    for path, text in files.items():
        if path.name not in present:
            context.files.write_new(path, text)
    with context.screen.step("Applying with supabase db push"):
        timeout = project.statement_timeout + _PUSH_MARGIN
        session = push_session(started.sync_id)
        context.cli().push(target.endpoint, project.migrations_dir, timeout=timeout, session_name=session)
        target.reconnect()
        missing = [version for version in started.versions if version not in target.history()]
    if missing:
        raise SupasyncError(
            "supabase db push reported success, but did not apply everything",
            reason=f"Not in the history: {', '.join(missing)}",
        )


def _verify(context: Context, target: Target, plan: Plan, comparer: Comparer) -> tuple[tuple[str, ...], str]:
    """Ask both witnesses whether the target is what it should be; return what is not, and the target's stamp."""
    with context.screen.step("Verifying"):
        now = observe(context, target)
        problems: tuple[str, ...] = ()
        after = stamp_of(now.fingerprint, plan.difference.comparison)
        if after != plan.fingerprint_after:
            wanted = comparer.shadow.fingerprint(comparer.desired().database)
            problems = summarize(compare(now.fingerprint, wanted), before="Supabase", after=now.schema.name)
            problems = problems or ("the catalog differs from the rehearsed state",)
        problems = (*problems, *(f"not in effect: {text}" for text in now.role_statements[0]))
        script = context.cli().diff(target.endpoint, comparer.shadow.endpoint(comparer.desired().database))
        managed = plan.difference.comparison == Grants.MANAGED
        left = corrected(script, now.fingerprint, now.fingerprint, with_grants=managed)
        if any(segment.authored for segment in plan.segments):  # roles that they made are not in this shadow
            left = tuple(text for text in left if not is_cluster_wide(text))
    return (*problems, *(f"supabase db diff still reports: {text.splitlines()[0]}" for text in left)), after
