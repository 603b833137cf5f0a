"""Act: write the files, push, verify, record. Whatever interrupts it, the ledger says how far it came."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from supasync.core.catalog.expected_state import beyond
from supasync.core.catalog.fingerprint import Grants, summarize
from supasync.core.plan.ledger import Entry, Event, FileRecord, unfinished
from supasync.core.plan.migration_file import checksum_of, push_session
from supasync.core.plan.plan import Plan
from supasync.errors import RefusedError, SupasyncError, VerificationError
from supasync.workflow import gates
from supasync.workflow import recovery as settle
from supasync.workflow.compare import Comparer
from supasync.workflow.diff_engine import engine_statements
from supasync.workflow.observe import Observation, observe, stamp_of
from supasync.workflow.ports import Context, Target

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
    project = context.project
    begun = time.monotonic()
    with target.lock(wait=project.lock_timeout, on_wait=lambda who: context.screen.note(f"waiting for {who}")):
        _recheck(context, target, plan, seen, file_checksum or seen.schema.checksum)
        target.prepare_ledger()
        started = _started(context, plan, seen)
        target.append(started)
        files = settle.files_of(project, started)
        try:
            _push(context, target, started, files)
        except BaseException as raised:  # noqa: BLE001  (also of Ctrl-C the outcome must be known)
            error = settle.as_error(raised)
            if not settle.after_failure(context, target, started, error, _elapsed(begun)):
                raise error from None
            context.screen.warn(f"the answer of supabase db push was lost, but it applied everything: {error}")
        context.screen.done(f"supabase db push: {', '.join(plan.versions)}")
        try:
            problems, after = _verify(context, target, plan, comparer)
        except BaseException as raised:  # noqa: BLE001  (also of Ctrl-C the outcome must be known)
            error = settle.as_error(raised)
            settle.after_failure(context, target, started, error, _elapsed(begun), pushed=True)
            raise error from None
        row = replace(started, event=Event.SUCCEEDED, files=(), fingerprint_after=after, error="; ".join(problems))
        _record(target, replace(row, duration_ms=_elapsed(begun)))
    if problems:
        raise VerificationError(
            "The migration was applied, but Supabase is not what the rehearsal reached",
            details=problems,
            hint="`supasync diff` shows what differs now; `supasync rollback` undoes the migration.",
        )
    context.screen.done("Verified: catalog and supabase db diff agree with the schema file; recorded in the ledger")
    warnings = follow_up(context)
    return Applied(
        files=tuple(context.files.relative_name(path, project.project_dir) for path in sorted(files)),
        steps=("rehearsed", "pushed", "verified", "recorded"),
        warnings=warnings,
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
                hint="Run `supasync sync` again: it finds that out and records it.",
            ) from None


def _recheck(context: Context, target: Target, plan: Plan, seen: Observation, file_checksum: str) -> None:
    now = observe(context, target)
    if now.schema.checksum != file_checksum:
        raise RefusedError(
            f"Cannot proceed: {seen.schema.name} was edited after the plan was made", hint="Run the command again."
        )
    if stamp_of(now.fingerprint, seen.comparison) != plan.fingerprint_before or now.interrupted:
        raise RefusedError(
            "Cannot proceed: Supabase was changed after the plan was made",
            reason="The plan is stale: somebody else changed the schema meanwhile.",
            hint="Run the command again; it makes a new plan. Nothing was changed.",
        )
    gates.refuse_unsettled_history(now)


def _started(context: Context, plan: Plan, seen: Observation) -> Entry:
    return Entry(
        sync_id=str(uuid.uuid4()),
        event=Event.STARTED,
        name=plan.name,
        versions=plan.versions,
        files=tuple(
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
        ),
        schema_file=seen.schema.text,
        schema_checksum=seen.schema.checksum,
        fingerprint_before=plan.fingerprint_before,
        fingerprint_after=plan.fingerprint_after,
        comparison=seen.comparison,
        actor=context.actor(),
        reason=plan.reason,
        tools=context.tools(),
    )


def _push(context: Context, target: Target, started: Entry, files: Mapping[Path, str]) -> None:
    project = context.project
    present = {settle.file_name(file) for file in started.files if file.authored}
    for path, text in files.items():
        if path.name not in present:
            context.files.write_new(path, text)
    with context.screen.step("Applying with supabase db push"):
        timeout = project.statement_timeout + _PUSH_MARGIN
        session = push_session(started.sync_id)
        context.cli().push(target.place, project.migrations_dir, timeout=timeout, session_name=session)
        target.reconnect()
        missing = [version for version in started.versions if version not in target.history()]
    if missing:
        raise SupasyncError(
            "supabase db push ended without an error, but did not apply everything",
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
            problems = summarize(beyond((), now.fingerprint, wanted), before="Supabase", after=now.schema.name)
            problems = problems or ("the catalog differs from the rehearsed state",)
        script = context.cli().diff(target.place, comparer.shadow.place(comparer.desired().database))
        managed = plan.difference.comparison == Grants.MANAGED
        left = engine_statements(script, now.fingerprint, now.fingerprint, with_grants=managed)
    return (*problems, *(f"supabase db diff still asks for: {text.splitlines()[0]}" for text in left)), after


def follow_up(context: Context) -> tuple[str, ...]:
    """Bring what depends on the schema up to date; return in words what failed."""
    warnings: list[str] = []
    sqlc = context.sqlc()
    if sqlc is not None:
        try:
            with context.screen.step("Running sqlc generate"):
                sqlc.generate()
            context.screen.done("sqlc generate")
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    for command in context.project.after_sync:
        try:
            with context.screen.step(f"Running {command}"):
                context.run_after_sync(command)
            context.screen.done(command)
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    return tuple(warnings)


def _elapsed(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
