"""After a failure or an interruption: find out what was applied, and leave files, history and ledger agreeing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from supasync.core import sql
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord, unfinished
from supasync.core.plan.migration_file import push_marker, push_session
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.beyond import NOT_COMPARED
from supasync.workflow.context import Context, Project
from supasync.workflow.observe import stamp_of
from supasync.workflow.ports.target import Target, TargetCatalog, TargetLock
from supasync.workflow.under_lock import add_reason, locked

_QUIET_WAIT = 30  # seconds to wait for a push that still runs; it holds locks that the next one would wait for anyway
_CLI_START = 10  # seconds within which a CLI that outlived its supasync has connected
_POLL = 0.2  # seconds
# Rows may have arrived since the preflight, or it could not ask; then a note of the plan says so.
_UNSEEN = "Run sync again: if they arrived after the preflight, it lists them now; else mend the rows by hand first"
_REMEDIES = {
    "55P03": "Another session holds a lock on the table: try again when there is less traffic, or raise lock_timeout.",
    "57014": "It took longer than statement_timeout: raise it in supasync.toml, or make the change in smaller steps.",
    "23502": f"Rows have NULL there, or would have. {_UNSEEN}; NULLs it offers to fill.",
    "23505": f"Rows have the same values there. {_UNSEEN}.",
    "23514": f"Rows violate the CHECK. {_UNSEEN}.",
    "23503": f"Rows have no partner in the other table. {_UNSEEN}.",
    "42501": "The role in DATABASE_URL is not allowed to do this: connect as `postgres`, or have the owner do it.",
    "40P01": "Two sessions deadlocked: run sync again.",
    "53100": "The database's disk is full: free or add space, then run sync again.",
}
_BAD_VALUES = "22"  # class of SQLSTATEs: data exception
_BAD_VALUE_REMEDY = (
    "Existing rows hold a value that the statement cannot process: fix it or the schema file, then sync again."
)
_ANY_REMEDY = "Change the schema file (or what blocks the statement in Supabase), then run sync again."


_NOT_INTACT = (
    "None of its files is in the history, but the schema of Supabase is not as it was: a file that ends its "
    "transaction (COMMIT) is applied in part, or somebody else changed it. `supasync status` shows what differs."
)


@dataclass(frozen=True)
class Outcome:
    """What is known of a sync that did not end well: the versions that stand and those that were taken back.

    `intact`: the schema of the target is what it was before.
    """

    applied: tuple[str, ...]
    taken_back: tuple[str, ...]
    intact: bool

    @property
    def whole(self) -> bool:
        """Whether everything was applied."""
        return not self.taken_back

    @property
    def words(self) -> str:
        """The outcome in one sentence."""
        if not self.applied and not self.intact:
            return _NOT_INTACT
        if not self.applied:
            return "Nothing was applied; the target, the files and the history are as they were."
        if self.whole:
            return "Everything was applied."
        return (
            f"Applied and recorded: {', '.join(self.applied)}. "
            f"Not applied: {', '.join(self.taken_back)}. Run sync again to continue from there."
        )


def files_of(project: Project, entry: Entry) -> dict[Path, str]:
    """Return the files of a sync with their texts, rollback files first: no migration is ever without its twin."""
    downs = {project.rollbacks_dir / file.file_name: file.down for file in entry.files}
    ups = {project.migrations_dir / file.file_name: file.up for file in entry.files}
    return {**downs, **ups}


def after_failure(
    context: Context, target: Target, started: Entry, error: BaseException, duration_ms: int, *, pushed: bool = False
) -> bool:
    """Settle a sync whose push failed, or that failed after it was `pushed`.

    Changes `error` so that it tells the outcome, and records it. Returns True, recording nothing, when
    everything was applied all the same (the answer was lost, not the work) and the sync can go on.
    """
    try:
        target.reconnect()
        target.end_push(_markers(started))
        outcome = resolve_outcome(context, target, started)
        if outcome.whole and not pushed and isinstance(error, SupasyncError) and not isinstance(error, Interrupted):
            return True
        what = _statement_words(context, started, outcome, error)
        remedy = _remedy(error)
        words = f"{type(error).__name__}: {getattr(error, 'reason', '') or error}"
        told = "\n".join(part for part in (words, what, remedy) if part)
        target.append(_ended(target, started, outcome, told, duration_ms))
    except SupasyncError as lost:
        unknown = f"The outcome is not known yet: {lost.reason or lost.message}"
        add_reason(error, unknown, "Run `supasync sync` again: it first finds out what was applied.")
        return False
    add_reason(error, "\n".join(part for part in (what, outcome.words) if part), remedy)
    return False


def _remedy(error: BaseException) -> str:
    """Say what to do about a statement that PostgreSQL refused; "" for anything else that went wrong."""
    state = str(getattr(error, "sqlstate", ""))
    if not state:
        return ""
    return _REMEDIES.get(state, _BAD_VALUE_REMEDY if state.startswith(_BAD_VALUES) else _ANY_REMEDY)


def _ended(target: TargetCatalog, started: Entry, outcome: Outcome, error: str, duration_ms: int = 0) -> Entry:
    """Return the row that ends a sync: what of it stands, and the state in which it left the target."""
    ended = replace(started, files=(), versions=outcome.applied, error=error, duration_ms=duration_ms)
    if outcome.whole:
        return replace(ended, event=Event.SUCCEEDED)
    after = started.fingerprint_before
    if outcome.applied or not outcome.intact:
        after = stamp_of(target.fingerprint(), started.comparison)
    # Half of a sync is the state of no schema file.
    return replace(ended, event=Event.FAILED, schema_file="", schema_checksum="", fingerprint_after=after)


def _statement_words(context: Context, started: Entry, outcome: Outcome, error: BaseException) -> str:
    """Name the statement that failed: the CLI counts statements in the first file that it did not apply."""
    number = getattr(error, "statement", -1)
    failed = next((file for file in started.files if file.version not in outcome.applied), None)
    if failed is None or not isinstance(number, int) or number < 0:
        return ""
    statements = sql.split(failed.up)
    if number >= len(statements):
        return ""
    found = statements[number]
    path = context.project.migrations_dir / failed.file_name
    return f"In {context.files.relative_name(path, context.project.project_dir)}, line {found.line}:\n{found.text}"


def resolve_outcome(context: Context, target: Target, started: Entry) -> Outcome:
    """Wait until no push of this sync runs any more, then make the files agree with the history."""
    _wait_until_quiet(target, started)
    history = target.history()
    applied = tuple(version for version in started.versions if version in history)
    taken_back = tuple(version for version in started.versions if version not in history)
    _take_back(context, [file for file in started.files if file.version in taken_back])
    intact = not applied and stamp_of(target.fingerprint(), started.comparison) == started.fingerprint_before
    return Outcome(applied, taken_back, intact)


def _take_back(context: Context, files: Sequence[FileRecord]) -> None:
    project = context.project
    for file in files:
        if file.authored:
            continue  # somebody's work, which was there before
        for folder, text in ((project.migrations_dir, file.up), (project.rollbacks_dir, file.down)):
            path = folder / file.file_name
            if not context.files.take_back(path, text):
                context.screen.warn(f"{path} was edited in the meantime and left as it is; it is not applied")


def _markers(entry: Entry) -> tuple[str, ...]:
    return (push_session(entry.sync_id), *(push_marker(version) for version in entry.versions))


def _wait_until_quiet(target: TargetLock, started: Entry) -> None:
    deadline = time.monotonic() + _QUIET_WAIT
    markers = _markers(started)
    while target.push_in_flight(markers):
        if time.monotonic() > deadline:
            raise SupasyncError(
                "A push is still running in the database",
                reason=f"In pg_stat_activity its application_name is one of: {', '.join(markers)}.",
                hint="Wait for it to finish, or end it with pg_terminate_backend, then run the command again.",
            )
        time.sleep(_POLL)


def recover(context: Context, target: Target) -> bool:
    """Settle every sync that was begun and never ended, before anything new is begun.

    Returns whether one of them turned out to have been applied in full. Raises RefusedError naming the
    holder of the lock when a sync is not interrupted but at work.
    """
    entries = target.entries()
    if not unfinished(entries):
        _take_back(context, _left_over(context, target, entries))
        return False
    found = False
    with locked(context, target):
        entries = target.entries()
        refuse_unfinished_rollback(entries)  # one that is at work holds the lock
        for entry in unfinished(entries):
            found |= _recover(context, target, entry).whole
    return found


def refuse_unfinished_rollback(entries: Sequence[Entry]) -> None:
    """Refuse to begin anything while a rollback is half done: its history, files or schema file are still to follow."""
    for entry in unfinished(entries):
        if entry.direction == Direction.DOWN:
            raise RefusedError(
                f"Cannot proceed: the rollback of {entry.name} by {entry.actor.label} was interrupted",
                hint="`supasync rollback` finds out how far it got and finishes it.",
            )


def _recover(context: Context, target: Target, entry: Entry) -> Outcome:
    label = f"{entry.name} ({entry.actor.label})"
    with context.screen.step(f"Checking what happened to {label}"):
        _wait_for_start(context, target, entry)
        outcome = resolve_outcome(context, target, entry)
        words = f"{outcome.words} {NOT_COMPARED}" if outcome.applied else outcome.words
        target.append(_ended(target, entry, outcome, f"interrupted; {words}"))
    context.screen.note(f"{label} was interrupted. {outcome.words}")
    if outcome.applied:
        context.screen.note(NOT_COMPARED)
    return outcome


def _left_over(context: Context, target: TargetCatalog, entries: Sequence[Entry]) -> list[FileRecord]:
    """Return the files of failed syncs that are still here: somebody else settled what this machine began."""
    present = {file.version for file in context.files.read_migrations(context.project.migrations_dir)}
    failed = {entry.sync_id for entry in entries if entry.event is Event.FAILED}
    begun = [file for entry in entries if entry.sync_id in failed for file in entry.files if file.version in present]
    history = target.history() if begun else {}
    return [file for file in begun if file.version not in history]


def _wait_for_start(context: Context, target: Target, entry: Entry) -> None:
    # A CLI that outlived its supasync may be about to connect; until then the history says nothing.
    if entry.at is None:
        return
    left = _CLI_START - (context.now() - entry.at).total_seconds()
    deadline = time.monotonic() + min(left, _CLI_START)
    while time.monotonic() < deadline and not target.push_in_flight(_markers(entry)):
        if set(entry.versions) <= set(target.history()):
            return
        time.sleep(_POLL)
