"""Do files, history and ledger tell the same story? Compared here, judged by the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supasync.core.plan.ledger import FileRecord
from supasync.core.plan.migration_file import MigrationFile, checksum_of


@dataclass(frozen=True)
class HistoryComparison:
    """Versions by what is wrong with them.

    `pending`: a file that the target has not applied. `missing`: applied, but the file is not in
    this checkout. `edited`: applied, but the file is no longer what the ledger kept.
    """

    pending: tuple[MigrationFile, ...]
    missing: tuple[str, ...]
    edited: tuple[str, ...]


def compare_history(
    files: Sequence[MigrationFile], history: Mapping[str, tuple[str, ...]], ledger: Mapping[str, FileRecord]
) -> HistoryComparison:
    """Compare the files of supabase/migrations, the CLI's history and the ledger's copies."""
    present = {file.version: file for file in files}
    return HistoryComparison(
        pending=tuple(file for file in files if file.version not in history),
        missing=tuple(version for version in sorted(history) if version not in present),
        edited=tuple(
            version
            for version, record in sorted(ledger.items())
            if version in present and version in history and checksum_of(present[version].text) != record.checksum
        ),
    )
