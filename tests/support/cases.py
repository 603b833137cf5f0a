"""The transitions of tests/cases, run through the real sync and back again by the rollback files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.ledger import Ledger, read_history
from supasync.commands import sync
from supasync.core.catalog.fingerprint import Fingerprint, compare, summarize
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.ledger import Event
from supasync.core.report import SyncReport
from supasync.core.sql import mentions_grants
from supasync.errors import SupasyncError
from supasync.settings import load_settings
from supasync.ui.console import Screen
from supasync.wiring import build
from tests.support.project import Project
from tests.support.rows import Content, numbers_in_use, read_content
from tests.support.targets import TargetDatabase

CASES = Path(__file__).resolve().parents[1] / "cases"


@dataclass(frozen=True)
class Case:
    """One folder: the schema before and after, the rows, and what case.toml expects."""

    name: str
    before: str
    after: str
    seed: str
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def applied(self) -> bool:
        """Whether sync should succeed (with the flags that the case names)."""
        return bool(self.expected["outcome"] == "applied")

    @property
    def force(self) -> bool:
        """Whether it takes --force."""
        return bool(self.expected["force"])

    @property
    def backfill(self) -> bool:
        """Whether rows need a value first, which `--backfill default` gives them."""
        return bool(self.expected["backfill"])

    @property
    def segments(self) -> int:
        """How many migration files it takes; 0 where there is nothing to do."""
        return int(self.expected["segments"])

    @property
    def rare(self) -> bool:
        """Whether it runs only with --all-cases."""
        return bool(self.expected.get("rare", False))

    @property
    def lossless(self) -> bool:
        """Whether the rollback brings every row and value back."""
        return bool(self.expected["lossless"])


@dataclass(frozen=True)
class State:
    """All of a target that a sync may change."""

    fingerprint: Fingerprint
    content: Content
    numbers_in_use: frozenset[str]
    history: tuple[str, ...]
    events: tuple[Event, ...]


def read_case(folder: Path) -> Case:
    """Read a folder of transitions."""
    texts = {
        name: path.read_text(encoding="utf-8") if (path := folder / f"{name}.sql").is_file() else ""
        for name in ("before", "after", "seed")
    }
    plan = folder / "case.toml"
    expected = tomllib.loads(plan.read_text(encoding="utf-8")) if plan.is_file() else {}
    return Case(folder.name, **texts, expected=expected)


def all_cases() -> tuple[Case, ...]:
    """Read all cases, sorted by name."""
    return tuple(read_case(path.parent) for path in sorted(CASES.glob("*/case.toml")))


def state_of(target: TargetDatabase) -> State:
    """Look at a target."""
    with target.session() as session:
        fingerprint = read_fingerprint(session)
        history = tuple(sorted(read_history(session)))
        ledger = Ledger(session)
        entries = ledger.entries() if ledger.exists() else ()
    return State(
        fingerprint, read_content(target), numbers_in_use(target), history, tuple(entry.event for entry in entries)
    )


def fingerprint_of(target: TargetDatabase) -> Fingerprint:
    """Look at a target's catalog only."""
    with target.session() as session:
        return read_fingerprint(session)


class NobodyAnswers:
    """A prompter for runs in which no question may be asked."""

    def confirm(self, question: str) -> bool:
        """Fail."""
        raise AssertionError(f"asked: {question}")

    def type_out(self, question: str, word: str) -> bool:
        """Fail."""
        raise AssertionError(f"asked: {question} {word}")

    def select(self, question: str, choices: Sequence[str]) -> int:
        """Fail."""
        raise AssertionError(f"asked: {question} {choices}")


def run_sync(
    project: Project, *, force: bool = False, backfill: BackfillChoice = BackfillChoice.ASK
) -> tuple[SyncReport, int]:
    """Run the real sync of a project in this process, without a screen and without anybody to ask.

    Raises what sync raises.
    """
    with mock.patch.dict(os.environ, project.environment(), clear=True):
        screen = Screen(quiet=True, machine=True)
        context = build(load_settings(project.path), screen, NobodyAnswers())
        return sync.run(context, sync.Request(yes=True, force=force, backfill=backfill))


def roll_back(project: Project, target: TargetDatabase) -> None:
    """Run the rollback files, newest first, each in one transaction, as role `postgres`."""
    for path in reversed(project.rollbacks):
        with target.session() as session, session.transaction():
            session.script(path.read_text(encoding="utf-8"))


def differing(found: Fingerprint, wanted: Fingerprint, *, grants: bool) -> tuple[str, ...]:
    """Return in words where two fingerprints differ."""
    return summarize(compare(found, wanted, owners=True, grants=grants), before="found", after="wanted")


def grants_count(case: Case) -> bool:
    """Whether the schema file says something about privileges, so that they are compared."""
    return mentions_grants(case.after)


def untouched(before: Fingerprint, after: Fingerprint, content: Content) -> Content:
    """Return the part of the rows that a change leaves alone: columns of the same definition before and after."""
    old, new = before.of_kind("column"), after.of_kind("column")
    types = {row.identity for row in before.rows if row.kind == "composite type"}
    # A value of a composite type shows its attributes.
    other = {
        name for name in types if before.of_kind("composite type")[name] != after.of_kind("composite type").get(name)
    }
    return content.narrowed(
        lambda column: (
            column in old and old[column] == new.get(column) and not any(name in old[column] for name in other)
        )
    )


def words_of(error: SupasyncError) -> str:
    """Return all that an error says."""
    return "\n".join((error.message, error.reason, *error.details, error.hint))
