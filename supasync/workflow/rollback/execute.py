"""Act, for a rollback: SQL and ledger in one transaction, then history, files, schema file; and finish one."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from supasync.core.changes.direction import Direction
from supasync.core.engine.commit_boundaries import transactions
from supasync.core.plan.ledger import Entry, Event, FileRecord, unfinished
from supasync.core.plan.migration_file import checksum_of
from supasync.core.plan.rollback_plan import RollbackPlan
from supasync.core.sql import runnable
from supasync.errors import RefusedError, SupasyncError
from supasync.workflow.beyond import NOT_COMPARED, unforeseen, unforeseen_error
from supasync.workflow.context import Context, schema_of
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

# They are committed ahead of the rest, and the next try does without adding them.
_BUT_VALUES = "(except that enum values may have been added, which is harmless)"
REVERTED = "reverted"  # folder below supabase/rollbacks, where the CLI does not look for migrations


@dataclass(frozen=True)
class RolledBack:
    """What a rollback did outside of the database: files that moved or were written, and warnings."""

    files: tuple[str, ...]
    warnings: tuple[str, ...]


def roll_back(
    context: Context, target: Target, plan: RollbackPlan, seen: Observation, reason: str, *, put_back: bool
) -> RolledBack:
    """Carry a confirmed rollback out under the target's lock. `put_back`: the schema file gets its former text.

    Raises RefusedError when the target is no longer what the plan was made for, SupasyncError when the SQL fails;
    then nothing is changed, and the ledger has a `failed` row.
    """
    begun = time.monotonic()
    with locked(context, target):
        refuse_stale(
            context,
            target,
            seen,
            stamp=plan.fingerprint_before,
            comparison=plan.comparison,
            file_checksum=seen.schema.checksum,
        )
        target.prepare_ledger()
        started = _started(context, plan, reason, put_back=put_back)
        before = target.outside()
        target.append(started)
        done = replace(started, event=Event.ROLLED_BACK, files=(), duration_ms=elapsed_ms(begun))
        try:
            with context.screen.step("Rolling back"):
                *ahead, rest = transactions(plan.scripts) or ((),)
                target.roll_back(
                    [*_limits(context, started), *rest], done, ahead=[text for part in ahead for text in part]
                )
        except BaseException as raised:  # noqa: BLE001  (also of Ctrl-C the outcome must be known)
            _after_failure(context, target, started, as_error(raised), elapsed_ms(begun), ahead=bool(ahead))
        context.screen.done(f"Rolled back: {', '.join(plan.versions)}")
        look = partial(unforeseen, context, target, before, plan.outside, plan.scripts)
        return complete(context, target, started, put_back=put_back, look=look)


def _limits(context: Context, started: Entry) -> tuple[str, ...]:
    project = context.project
    return (
        f"SET LOCAL lock_timeout = '{project.lock_timeout}s'",
        f"SET LOCAL statement_timeout = '{project.statement_timeout}s'",
        f"SET LOCAL application_name = 'supasync rollback {started.sync_id}'",
    )


def _started(context: Context, plan: RollbackPlan, reason: str, *, put_back: bool) -> Entry:
    text = plan.schema_text or ""
    known = {file.version: file for file in plan.files}
    files = tuple(known.get(version) or FileRecord(version, "", "", "", "", "") for version in reversed(plan.versions))
    return started_entry(
        context,
        plan.name,
        tuple(reversed(plan.versions)),
        files,
        direction=Direction.DOWN,
        reason=reason,
        stamps=(plan.fingerprint_before, plan.fingerprint_after),
        comparison=plan.comparison,
        schema_file=text,
        schema_checksum=checksum_of(text) if text and put_back else "",
    )


def _after_failure(
    context: Context, target: Target, started: Entry, error: BaseException, duration_ms: int, *, ahead: bool
) -> None:
    """Find out whether the transaction was committed; return when it was, else record it and raise `error`."""
    words = "The outcome is not known yet."
    try:
        target.reconnect()
        if _is_committed(target.entries(), started):
            context.screen.warn(f"the database reported an error, but the rollback was committed: {error}")
            return
        told = f"{type(error).__name__}: {error} {getattr(error, 'reason', '')}".strip()
        target.append(replace(started, event=Event.FAILED, files=(), versions=(), error=told, duration_ms=duration_ms))
        words = "Nothing was changed; the target, the files and the history are as they were."
        if ahead:
            words = f"Nothing was changed {_BUT_VALUES}; rows, files and history are as they were."
    except SupasyncError as lost:
        words += f" {lost.reason or lost.message}"
    add_reason(error, words)
    if isinstance(error, SupasyncError):
        error.hint = error.hint or "`supasync rollback` finds out what happened and continues from there."
    raise error from None


def _is_committed(entries: Sequence[Entry], started: Entry) -> bool:
    return any(entry.sync_id == started.sync_id and entry.event is Event.ROLLED_BACK for entry in entries)


def complete(
    context: Context, target: Target, started: Entry, *, put_back: bool, look: Callable[[], tuple[str, ...]] = tuple
) -> RolledBack:
    """Do what is still to be done once the transaction is committed; each step is harmless when done already.

    `look` finds what has changed that no rehearsal had shown.

    Raises SupasyncError that tells how to go on when a step fails, Interrupted on ^C.
    """
    try:
        more = look()
        _repair_history(context, target, started)
        files = move_files(context, started.versions)
        files += put_back_schema(context, started) if put_back else []
        _verify(context, target, started, more)
    except (SupasyncError, KeyboardInterrupt) as raised:
        error = as_error(raised)
        if isinstance(error, SupasyncError) and started.sync_id in {e.sync_id for e in _still_open(target)}:
            known = "The database is rolled back; its history, the files or the schema file have yet to follow."
            add_reason(error, known, "`supasync rollback` finishes it.")
        raise error from None
    names = tuple(context.files.relative_name(path, context.project.project_dir) for path in files)
    return RolledBack(names, follow_up(context))


def _still_open(target: Target) -> tuple[Entry, ...]:
    try:
        target.reconnect()
        return unfinished(target.entries())
    except SupasyncError:
        return ()


def _repair_history(context: Context, target: Target, started: Entry) -> None:
    standing = [version for version in started.versions if version in target.history()]
    if not standing:
        return
    with context.screen.step("Repairing the history"):
        context.cli().mark_reverted(target.endpoint, standing)
        target.reconnect()
    context.screen.done(f"supabase migration repair --status reverted {' '.join(standing)}")


def _verify(context: Context, target: Target, started: Entry, more: tuple[str, ...]) -> None:
    """Look whether the state before is reached, and record the end of the rollback."""
    with context.screen.step("Verifying"):
        now = observe(context, target)
    reached = stamp_of(now.fingerprint, started.comparison)
    problems = () if reached == started.fingerprint_after else ("the catalog differs from the earlier state",)
    target.append(
        replace(
            started,
            event=Event.SUCCEEDED,
            files=(),
            fingerprint_after=reached,
            schema_checksum=started.schema_checksum if now.schema.checksum == started.schema_checksum else "",
            error="; ".join((*problems, *more)),
        )
    )
    if more:
        raise unforeseen_error("It was rolled back", (*problems, *more))
    if problems:
        raise SupasyncError(
            "It was rolled back, but Supabase differs from the rehearsed state",
            details=problems,
            hint="`supasync diff` shows what differs from the schema file now.",
        )
    context.screen.done("Verified: the catalog is back in the earlier state; recorded in the ledger")


def move_files(context: Context, versions: Sequence[str]) -> list[Path]:
    """Move the files of undone migrations out of the CLI's sight; return where they are now."""
    project = context.project
    moved: list[Path] = []
    folder = project.rollbacks_dir / REVERTED
    for file in context.files.read_migrations(project.migrations_dir):
        if file.version not in versions:
            continue
        stem = file.file_name.removesuffix(".sql")
        for path, to in (
            (project.rollbacks_dir / file.file_name, folder / f"{stem}.rollback.sql"),
            (project.migrations_dir / file.file_name, folder / file.file_name),
        ):
            free = free_place(context, to)
            if context.files.move(path, free):
                moved.append(free)
    return moved


def free_place(context: Context, path: Path, text: str | None = None) -> Path:
    """Return the path, numbered when a file that does not say `text` is there: what was kept is not overwritten."""
    stem, suffix = path.name.partition(".")[::2]
    numbered = (path.with_name(f"{stem}_{number}.{suffix}") for number in itertools.count(2))
    return next(place for place in itertools.chain((path,), numbered) if context.files.read_text(place) in (None, text))


def put_back_schema(context: Context, started: Entry) -> list[Path]:
    """Give the schema file its text of the state now reached; return the paths of it and of the copy that is kept."""
    if not started.schema_file or schema_of(context).text == started.schema_file:
        return []
    return write_schema(context, started.schema_file, started.versions[-1])


def write_schema(context: Context, text: str, version: str) -> list[Path]:
    """Give the schema file another text, after its present one is kept beside the files of undone migrations."""
    project, schema = context.project, schema_of(context)
    copy = free_place(context, project.rollbacks_dir / REVERTED / f"{version}_schema.sql", schema.text)
    context.files.replace(copy, schema.text)
    context.files.replace(project.schema_path, text)
    context.screen.done(f"{schema.name} was restored; its previous text is in {copy.name}")
    return [project.schema_path, copy]


def finish(context: Context, target: Target, *, yes: bool) -> tuple[Entry, RolledBack] | None:
    """Finish a rollback that was interrupted; None where there is none, or where it had changed nothing yet.

    The schema file is put back when nobody edited it since the sync that was undone, else asked for.
    """
    entries = target.entries()
    for started in unfinished(entries):
        if started.direction != Direction.DOWN:
            continue
        with locked(context, target):
            entries = target.entries()
            if started.sync_id not in {entry.sync_id for entry in unfinished(entries)}:
                raise RefusedError(
                    f"Cannot proceed: the rollback of {started.name} by {started.actor.label} has only just ended",
                    hint="Look at `supasync log`, then run the command again if there is more to undo.",
                )
            if not _is_committed(entries, started):
                ahead = len(transactions([text for file in started.files for text in runnable(file.down)]))
                words = f"interrupted before anything was changed{f' {_BUT_VALUES}' if ahead > 1 else ''}"
                target.append(replace(started, event=Event.FAILED, files=(), versions=(), error=words))
                context.screen.note(f"the rollback of {started.name} was {words}")
                continue
            context.screen.note(f"the rollback of {started.name} was interrupted; finishing it")
            context.screen.note(NOT_COMPARED)
            return started, complete(context, target, started, put_back=may_put_back(context, entries, started, yes))
    return None


def may_put_back(context: Context, entries: Sequence[Entry], started: Entry, yes: bool) -> bool:
    """Tell whether the schema file is put back for a rollback that is done: asked for what somebody edited since."""
    schema = schema_of(context)
    synced = {entry.schema_checksum for entry in entries if set(entry.versions) & set(started.versions)}
    if not started.schema_checksum or schema.checksum == started.schema_checksum:
        return bool(started.schema_checksum)
    if schema.checksum in synced or yes:
        return True
    if not context.screen.interactive:
        words = f"{schema.name} was edited in the meantime and left as it is; `supasync diff` shows what differs"
        context.screen.warn(words)
        return False
    return context.prompter.confirm(
        f"{schema.name} was edited in the meantime. Restore its earlier text (a copy is kept)?"
    )
