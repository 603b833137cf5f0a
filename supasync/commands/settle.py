"""After a failure or an interruption: find out what was applied, and leave files, history and ledger agreeing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from supasync.commands.observe import stamp_of
from supasync.commands.ports import Context, Project, Target
from supasync.core import sql
from supasync.core.ledger import Entry, Event, FileRecord, unfinished
from supasync.core.migration import push_marker
from supasync.errors import SupasyncError

_QUIET_WAIT = 30  # seconds to wait for a push that still runs; it holds locks that the next one would wait for anyway
_CLI_START = 10  # seconds within which a CLI that outlived its supasync has connected

_REMEDIES = {
    "55P03": "Something holds a lock on the table: try again when it is quieter, or raise lock_timeout.",
    "57014": "It took longer than statement_timeout: raise it in supasync.toml, or make the change in smaller steps.",
    "23502": "Rows with NULL arrived after the preflight: run sync again; it finds and offers to fill them.",
    "23505": "Duplicate rows arrived after the preflight: run sync again; it names them.",
    "23514": "Rows that violate the CHECK arrived after the preflight: run sync again; it names them.",
    "23503": "Rows without a partner arrived after the preflight: run sync again; it names them.",
    "42501": "The role of DATABASE_URL may not do this: connect as `postgres`, or have the owner do it.",
    "40P01": "Two sessions waited for each other: run sync again.",
    "53100": "The database's disk is full: free or add space, then run sync again.",
}


@dataclass(frozen=True)
class Settled:
    """What is known of a sync that did not end well: the versions that stand and those that were taken back."""

    applied: tuple[str, ...]
    taken_back: tuple[str, ...]

    @property
    def words(self) -> str:
        """The outcome in one sentence."""
        if not self.applied:
            return "Nothing was applied; the target, the files and the history are as they were."
        if not self.taken_back:
            return "Everything was applied."
        return (
            f"Applied and recorded: {', '.join(self.applied)}. Not applied, and taken back: {', '.join(self.taken_back)}. "
            "Run sync again to go on from there."
        )


def files_of(project: Project, entry: Entry) -> dict[Path, str]:
    """Return the files of a sync with their texts, rollback files first: no migration is ever without its twin."""
    downs = {project.rollbacks_dir / file_name(file): file.down for file in entry.files}
    ups = {project.migrations_dir / file_name(file): file.up for file in entry.files}
    return {**downs, **ups}


def file_name(file: FileRecord) -> str:
    """Return the name that both files of a migration have."""
    return f"{file.version}_{file.name}.sql"


def after_failure(context: Context, target: Target, started: Entry, error: BaseException, duration_ms: int) -> None:
    """Settle a sync whose push failed, in the error's own words. Changes `error` so that it tells the outcome."""
    try:
        target.reconnect()
        settled = settle(context, target, started)
    except SupasyncError as lost:
        _tell(
            error,
            f"The outcome is not known yet: {lost.reason or lost.message}",
            "Run `supasync sync` again: it finds out first.",
        )
        return
    what = _statement_words(started, settled, error)
    words = f"{type(error).__name__}: {getattr(error, 'reason', '') or error}"
    event = Event.SUCCEEDED if not settled.taken_back else Event.FAILED
    target.append(
        replace(
            started,
            event=event,
            files=(),
            versions=settled.applied,
            duration_ms=duration_ms,
            error=f"{words}\n{what}".strip(),
        )
    )
    remedy = _REMEDIES.get(str(getattr(error, "sqlstate", "")), "")
    _tell(error, "\n".join(part for part in (what, settled.words) if part), remedy)


def _tell(error: BaseException, reason: str, hint: str) -> None:
    if isinstance(error, SupasyncError):
        error.reason = "\n".join(part for part in (error.reason, reason) if part)
        error.hint = hint or error.hint


def _statement_words(started: Entry, settled: Settled, error: BaseException) -> str:
    """Name the statement that failed: the CLI counts statements in the first file that it did not apply."""
    number = getattr(error, "statement", -1)
    failed = next((file for file in started.files if file.version not in settled.applied), None)
    if failed is None or not isinstance(number, int) or number < 0:
        return ""
    statements = sql.split(failed.up)
    if number >= len(statements):
        return ""
    found = statements[number]
    return f"In supabase/migrations/{file_name(failed)}, line {found.line}:\n{found.text}"


def settle(context: Context, target: Target, started: Entry) -> Settled:
    """Wait until no push of this sync runs any more, then make the files agree with the history."""
    _wait_until_quiet(context, target, started.versions)
    history = target.history()
    applied = tuple(version for version in started.versions if version in history)
    taken_back = tuple(version for version in started.versions if version not in history)
    project = context.project
    for file in started.files:
        if file.version in applied:
            continue
        for folder, text in ((project.migrations_dir, file.up), (project.rollbacks_dir, file.down)):
            path = folder / file_name(file)
            if not context.files.take_back(path, text):
                context.screen.warn(f"{path} was edited meanwhile, so it was left; it is not applied")
    return Settled(applied, taken_back)


def _wait_until_quiet(context: Context, target: Target, versions: Sequence[str]) -> None:
    deadline = time.monotonic() + _QUIET_WAIT
    while any(target.push_in_flight(push_marker(version)) for version in versions):
        if time.monotonic() > deadline:
            raise SupasyncError(
                "A push is still running in the database",
                reason=f"Its session is called '{push_marker(versions[0])}'.",
                hint="Wait for it to end, or end it with pg_terminate_backend, then run the command again.",
            )
        time.sleep(0.2)


def recover(context: Context, target: Target) -> None:
    """Settle every sync that was begun and never ended, before anything new is begun."""
    for entry in unfinished(target.entries()):
        if target.lock_holder():
            return  # it is not interrupted: somebody is at it right now
        label = f"{entry.name} ({entry.actor.label})"
        with (
            context.screen.step(f"Finding out what became of {label}"),
            target.lock(wait=context.project.lock_timeout, on_wait=lambda _who: None),
        ):
            _wait_for_start(context, entry)
            settled = settle(context, target, entry)
            after = stamp_of(target.fingerprint(), entry.comparison)
            whole = not settled.taken_back
            target.append(
                replace(
                    entry,
                    event=Event.SUCCEEDED if whole else Event.FAILED,
                    files=(),
                    versions=settled.applied,
                    fingerprint_after=after,
                    error=f"interrupted; {settled.words}",
                )
            )
        context.screen.note(f"{label} was interrupted. {settled.words}")


def _wait_for_start(context: Context, entry: Entry) -> None:
    # A CLI that outlived its supasync may be about to connect; until then the history says nothing.
    if entry.at is not None:
        age = (context.now() - entry.at).total_seconds()
        time.sleep(min(max(_CLI_START - age, 0.0), _CLI_START))
