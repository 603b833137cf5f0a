"""What the ledger says: the vocabulary of the audit trail, without the database behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

UP, DOWN = "up", "down"


class Event(StrEnum):
    """What happened to a sync or rollback."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True)
class FileRecord:
    """One migration with its twin as it was run; checksums are SHA-256 of the whole files, in hex.

    `label` says what a rollback returns (core/attic/model.py) and `label_reason` why not everything. `authored`: the
    files were there before the sync, so that they stay when it fails.
    """

    version: str
    name: str
    up: str
    down: str
    checksum: str
    down_checksum: str
    label: str = ""
    label_reason: str = ""
    authored: bool = False


@dataclass(frozen=True)
class Actor:
    """Who acted, from where. `git_commit` is empty outside of a repository."""

    name: str
    os_user: str
    host: str
    git_commit: str = ""
    git_dirty: bool = False

    @property
    def label(self) -> str:
        """A short name for sessions and lists."""
        return f"{self.name or self.os_user}@{self.host}"


@dataclass(frozen=True)
class Entry:
    """One row of the ledger. `duration_ms` is in milliseconds, 0 in a `started` row."""

    sync_id: str
    event: Event
    name: str
    direction: str = UP
    versions: tuple[str, ...] = ()
    files: tuple[FileRecord, ...] = ()
    schema_file: str = ""
    schema_checksum: str = ""
    fingerprint_before: str = ""
    fingerprint_after: str = ""
    comparison: str = ""
    actor: Actor = field(default_factory=lambda: Actor("", "", ""))
    reason: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    duration_ms: int = 0
    error: str = ""
    id: int = 0
    at: datetime | None = None
    database_role: str = ""


def unfinished(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the `started` rows, oldest first, that no later row of the same sync or rollback ends.

    `rolled_back` ends nothing: history and files are still to follow.
    """
    ended = {entry.sync_id for entry in entries if entry.event in (Event.SUCCEEDED, Event.FAILED)}
    begun = [entry for entry in entries if entry.event is Event.STARTED and entry.sync_id not in ended]
    return tuple(sorted(begun, key=lambda entry: entry.id))


def last_success(entries: Sequence[Entry]) -> Entry | None:
    """Return the newest row that says what state the target was left in.

    That may be a `failed` one of which a part was applied; it has no schema file.
    """
    done = [
        entry
        for entry in entries
        if entry.event in (Event.SUCCEEDED, Event.ROLLED_BACK) or (entry.event is Event.FAILED and entry.versions)
    ]
    return max(done, key=lambda entry: entry.id, default=None)


def applied_files(entries: Sequence[Entry]) -> dict[str, FileRecord]:
    """Return, by version, the files that were applied, as the ledger keeps them: of failed syncs too, in part."""
    ends = (Event.SUCCEEDED, Event.FAILED)
    ups = [entry for entry in entries if entry.direction == UP]
    done = {(entry.sync_id, version) for entry in ups if entry.event in ends for version in entry.versions}
    return {
        file.version: file
        for entry in sorted(entries, key=lambda entry: entry.id)
        if entry.event is Event.STARTED and entry.direction == UP
        for file in entry.files
        if (entry.sync_id, file.version) in done
    }


def rolled_back(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return, by version, the rollback that undid it, unless it was applied again since."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        for version in entry.versions:
            if entry.event is Event.ROLLED_BACK:
                found[version] = entry
            elif entry.direction == UP and entry.event in (Event.SUCCEEDED, Event.FAILED):
                found.pop(version, None)
    return found
