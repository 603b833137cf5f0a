"""Gather: look at schema file and target, changing nothing. The first step of every command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from supasync.core import sql
from supasync.core.catalog.fingerprint import Fingerprint, Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.history import HistoryComparison, compare_history
from supasync.core.plan.ledger import Entry, Event, applied_files, last_success, rolled_back, unfinished
from supasync.core.plan.migration_file import MigrationFile
from supasync.core.plan.role_settings import Setting, role_statements, settings_said
from supasync.core.plan.schema_file import SchemaFile
from supasync.core.report import HistoryNote
from supasync.workflow.context import Context, schema_of
from supasync.workflow.ports.target import Target

# What a schema file has of the extension `wrappers` alone, no fingerprint of the target tells.
_MENTIONS_WRAPPERS = re.compile("wrapper", re.IGNORECASE)
# Bumped when the catalog query changes, so that digests of an older supasync never count as equal.
FINGERPRINT_FORMAT = "1"


@dataclass(frozen=True)
class Observation:
    """What was seen at one moment. `comparison` says how grants count.

    `applied` are the versions of the CLI's history, `role_settings` what the target says of the platform's roles.
    """

    schema: SchemaFile
    fingerprint: Fingerprint
    comparison: Grants
    entries: tuple[Entry, ...]
    history: HistoryComparison
    applied: tuple[str, ...] = ()
    role_settings: Mapping[Setting, str] = field(default_factory=dict)

    @property
    def role_statements(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What brings the settings of the platform's roles to what the schema file says, and what takes it back."""
        before = settings_said(self.last.schema_file) if self.last else {}
        return role_statements(settings_said(self.schema.text), before, self.role_settings)

    @property
    def stamp(self) -> str:
        """The digest of the target's state: what plan and ledger are stamped with."""
        return stamp_of(self.fingerprint, self.comparison)

    @property
    def last(self) -> Entry | None:
        """The newest ledger row that says what state the target was left in."""
        return last_success(self.entries)

    @property
    def interrupted(self) -> tuple[Entry, ...]:
        """Syncs that were begun and never ended."""
        return unfinished(self.entries)

    @property
    def pending(self) -> tuple[MigrationFile, ...]:
        """Migration files that the target has not applied, and that no rollback took back."""
        gone = rolled_back(self.entries)
        return tuple(file for file in self.history.pending if file.version not in gone)

    @property
    def rolled_back(self) -> tuple[tuple[MigrationFile, Entry], ...]:
        """Migration files that are still here although a rollback undid them, each with that rollback."""
        gone = rolled_back(self.entries)
        return tuple((file, gone[file.version]) for file in self.history.pending if file.version in gone)

    @property
    def known_in_sync(self) -> bool:
        """Whether target and schema file are as the last sync left both: then nothing else needs a look.

        What a schema file says otherwise of objects that are not ours to change no sync has settled.
        """
        last = self.last
        return bool(
            last
            and not self.fingerprint.foreign
            and not _MENTIONS_WRAPPERS.search(self.schema.text)
            and not self.interrupted
            and last.event is Event.SUCCEEDED
            and last.fingerprint_after == self.stamp
            and last.schema_checksum == self.schema.checksum
            and last.comparison == self.comparison
            and not any(self.role_statements)
        )

    @property
    def drifted(self) -> bool:
        """Whether somebody changed the target since the last sync."""
        last = self.last
        return bool(last and last.comparison == self.comparison and last.fingerprint_after != self.stamp)


def stamp_of(fingerprint: Fingerprint, comparison: Grants | None) -> str:
    """Return the digest of a fingerprint under a way of comparing grants."""
    digest = fingerprint.digest(include_owners=True, include_grants=comparison == Grants.MANAGED)
    return f"{FINGERPRINT_FORMAT}:{digest}"


def observe(context: Context, target: Target) -> Observation:
    """Look at everything that can be seen without shadow and CLI."""
    schema = schema_of(context)
    with context.screen.step("Reading the target's catalog"):
        entries = target.entries()
        fingerprint = target.fingerprint()
        history = target.history()
    files = context.files.read_migrations(context.project.migrations_dir)
    return Observation(
        schema=schema,
        fingerprint=fingerprint,
        comparison=comparison_of(context.project.grants, schema),
        entries=entries,
        history=compare_history(files, history, applied_files(entries)),
        applied=tuple(history),
        role_settings=target.role_settings(),
    )


def comparison_of(setting: str, schema: SchemaFile) -> Grants:
    """Return how grants count for a schema file, under the setting `grants`."""
    if setting != "auto":
        return Grants(setting)
    return Grants.MANAGED if sql.mentions_grants(schema.text) else Grants.IGNORED


def history_notes(seen: Observation) -> tuple[HistoryNote, ...]:
    """Put into words what files, history and ledger do not agree on."""
    notes = [interruption(entry) for entry in seen.interrupted]
    begun = {version for entry in seen.interrupted for version in entry.versions}
    for file, entry in seen.rolled_back:
        if file.version not in begun:
            notes.append(
                HistoryNote(
                    f"{file.file_name} was rolled back by {entry.actor.label}, but is still in supabase/migrations",
                    "`git pull` brings the checkout up to date; `supasync rollback` moves the file out of the way.",
                )
            )
    pending = [file for file in seen.pending if file.version not in begun]
    if pending:
        notes.append(
            HistoryNote(
                f"{_count(len(pending), 'migration file')} not applied to Supabase: "
                f"{', '.join(file.file_name for file in pending)}",
                "`supasync sync` rehearses and applies them; delete those that you do not want.",
            )
        )
    if seen.history.missing:
        notes.append(
            HistoryNote(
                f"Supabase has applied {_count(len(seen.history.missing), 'migration')} that this checkout lacks: "
                f"{', '.join(seen.history.missing)}",
                "A colleague synced before you: `git pull` (or `supabase migration fetch` when the files are lost).",
            )
        )
    if seen.history.edited:
        notes.append(
            HistoryNote(
                f"Edited after it was applied: {', '.join(seen.history.edited)}",
                "Restore the file from git: `git checkout -- supabase/migrations`. Changes go into the schema file.",
            )
        )
    return tuple(notes)


def interruption(entry: Entry) -> HistoryNote:
    """Say of a sync or rollback that nothing has ended it, and what to do."""
    if entry.direction == Direction.DOWN:
        deed, remedy = "rollback of", "`supasync rollback` finds out how far it got and finishes it."
    else:
        deed, remedy = "sync", "`supasync sync` finds out what was applied and continues from there."
    return HistoryNote(f"{deed} {entry.name} by {entry.actor.label} was interrupted", remedy)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
