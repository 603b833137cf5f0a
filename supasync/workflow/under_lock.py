"""What sync and rollback have in common when they act: lock, stale plans, the ledger's first row, the clock."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager

from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.context import Context
from supasync.workflow.observe import Observation, observe, stamp_of
from supasync.workflow.ports.target import Target, TargetLock


def locked(context: Context, target: TargetLock) -> AbstractContextManager[None]:
    """Hold the target's lock; whoever holds it is named while this waits. Raises RefusedError after `lock_timeout`."""
    return target.lock(wait=context.project.lock_timeout, on_wait=lambda who: context.screen.note(f"waiting for {who}"))


def refuse_stale(
    context: Context, target: Target, seen: Observation, *, stamp: str, comparison: Grants | None, file_checksum: str
) -> Observation:
    """Look again, under the lock, and return what is seen now.

    Raises RefusedError when the schema file is not that of `file_checksum` any more, or the target is not what the plan
    was made for: `stamp`, taken by `comparison`, and the history of `seen`.
    """
    now = observe(context, target)
    if now.schema.checksum != file_checksum:
        raise RefusedError(
            f"Cannot proceed: {seen.schema.name} was edited after the plan was made", hint="Run the command again."
        )
    changed = stamp_of(now.fingerprint, comparison) != stamp or now.applied != seen.applied
    if changed or now.interrupted:
        raise RefusedError(
            "Cannot proceed: Supabase was changed after the plan was made",
            reason="The plan is stale: somebody else changed the schema in the meantime.",
            hint="Run the command again to make a new plan. Nothing was changed.",
        )
    return now


def started_entry(
    context: Context,
    name: str,
    versions: Sequence[str],
    files: Sequence[FileRecord],
    *,
    direction: Direction,
    reason: str,
    stamps: tuple[str, str],
    comparison: Grants | None,
    schema_file: str,
    schema_checksum: str,
) -> Entry:
    """Return the ledger's row that begins a sync or rollback; `stamps` are those of the states before and after."""
    return Entry(
        sync_id=str(uuid.uuid4()),
        event=Event.STARTED,
        name=name,
        direction=direction,
        versions=tuple(versions),
        files=tuple(files),
        schema_file=schema_file,
        schema_checksum=schema_checksum,
        fingerprint_before=stamps[0],
        fingerprint_after=stamps[1],
        comparison=comparison,
        actor=context.actor(),
        reason=reason,
        tools=context.tools(),
    )


def elapsed_ms(begun: float) -> int:
    """Return the milliseconds since `begun`, a time of the monotonic clock."""
    return int((time.monotonic() - begun) * 1000)


def as_error(raised: BaseException) -> BaseException:
    """Return what ended an action early as an error that can tell the outcome."""
    return Interrupted("Interrupted") if isinstance(raised, KeyboardInterrupt) else raised


def add_reason(error: BaseException, reason: str, hint: str = "") -> None:
    """Let an error of ours tell one thing more, and what to do about it if `hint` says so."""
    if isinstance(error, SupasyncError):
        error.reason = "\n".join(part for part in (error.reason, reason) if part)
        error.hint = hint or error.hint
