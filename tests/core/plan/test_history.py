"""Files, history and ledger compared: every disagreement has a name, and agreement has none."""

from __future__ import annotations

import pytest

from supasync.core.plan.history import compare_history
from supasync.core.plan.ledger import FileRecord
from supasync.core.plan.migration_file import MigrationFile, checksum_of


def file(version: str, text: str = "select 1;\n") -> MigrationFile:
    return MigrationFile(version, "x", f"{version}_x.sql", text)


def record(version: str, text: str = "select 1;\n") -> FileRecord:
    return FileRecord(version, "x", text, "", checksum_of(text), checksum_of(""))


@pytest.mark.parametrize(
    ("files", "history", "ledger", "pending", "missing", "edited"),
    [
        pytest.param((), (), (), [], [], [], id="nothing anywhere"),
        pytest.param(("1",), ("1",), ("1",), [], [], [], id="all agree"),
        pytest.param(("1", "2"), ("1",), ("1",), ["2"], [], [], id="a file that was never applied"),
        pytest.param(("2",), ("1", "2"), ("2",), [], ["1"], [], id="applied from another checkout"),
        pytest.param((), ("3", "1"), (), [], ["1", "3"], [], id="missing ones are sorted"),
        pytest.param(("1",), ("2",), (), ["1"], ["2"], [], id="two stories"),
        pytest.param(("1",), ("1",), (), [], [], [], id="applied by the CLI alone, so nothing to compare with"),
        pytest.param((), (), ("1",), [], [], [], id="the ledger alone is nobody's fault: it was rolled back"),
    ],
)
def test_where_versions_are(
    files: tuple[str, ...],
    history: tuple[str, ...],
    ledger: tuple[str, ...],
    pending: list[str],
    missing: list[str],
    edited: list[str],
) -> None:
    found = compare_history(
        [file(version) for version in files],
        dict.fromkeys(history, ("select 1",)),
        {version: record(version) for version in ledger},
    )
    assert [file.version for file in found.pending] == pending
    assert (list(found.missing), list(found.edited)) == (missing, edited)


def test_a_text_that_is_not_the_ledgers_was_edited() -> None:
    files = [file("1", "select 2;\n"), file("2")]
    found = compare_history(files, {"1": (), "2": ()}, {"1": record("1"), "2": record("2")})
    assert found.edited == ("1",)


def test_a_pending_file_is_not_called_edited() -> None:
    found = compare_history([file("1", "select 2;\n")], {}, {"1": record("1")})
    assert (found.edited, [pending.version for pending in found.pending]) == ((), ["1"])
