"""The target database, by what it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from supasync.core.attic.model import AtticEntry
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.outside import Outside
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.core.plan.ledger import Entry


class TargetCatalog(Protocol):
    """Reading the target: its catalog, its history, its rows."""

    def fingerprint(self) -> Fingerprint:
        """Read the fingerprint."""

    def outside(self) -> Outside:
        """Read what no fingerprint has: who may what, and what lies in schemas that nothing compares."""

    def facts(self) -> TargetFacts:
        """Read what hazards and the preflight need to know of the tables."""

    def round_trip(self) -> float:
        """Measure how long a question takes to be answered, in seconds."""

    def closed_tables(self) -> tuple[str, ...]:
        """Name the tables that the session's role may not read, and so not lock, as SQL names them."""

    def surroundings(self) -> Surroundings:
        """Read what the shadow must have in common."""

    def role_settings(self) -> dict[tuple[str, str], str]:
        """Read the settings of roles in all databases, by role and name."""

    def history(self) -> dict[str, tuple[str, ...]]:
        """Read the CLI's history: version to statements."""

    def probe(self, sql: str, *, own: bool = False, trial: bool = False) -> tuple[int, str]:
        """Run a read-only probe: a count and a sample. In an `own` one no word is anybody's but supasync's.

        Of a `trial` that a value fails, the count is 1 and the sample is what the server says.
        """

    def health(self) -> tuple[tuple[str, str], ...]:
        """Name invalid indexes and constraints that were never validated, as (what, name)."""


class TargetLedger(Protocol):
    """The audit trail."""

    def entries(self) -> tuple[Entry, ...]:
        """Read the ledger, oldest first."""

    def prepare_ledger(self) -> None:
        """Create the ledger where it is missing."""

    def append(self, entry: Entry) -> None:
        """Write a row of the ledger."""


class TargetAttic(Protocol):
    """What changes took away and supasync keeps."""

    def attic(self) -> tuple[AtticEntry, ...]:
        """Read the inventory of the attic; `purged_at` is set where the attic table is gone."""

    def attic_rows(self, name: str, limit: int) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        """Read some rows of an attic table: its columns, and the values as text."""

    def purge_attic(self, names: Sequence[str]) -> None:
        """Drop attic tables, and note that they are gone."""


class TargetLock(Protocol):
    """Who is at work in the target: one supasync at a time, and pushes that may outlive theirs."""

    def lock(self, *, wait: float, on_wait: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hold the target's advisory lock."""

    def push_in_flight(self, markers: Sequence[str]) -> bool:
        """Tell whether a session that goes by one of these names is running."""

    def end_push(self, markers: Sequence[str]) -> None:
        """End the sessions of a push whose CLI is gone."""


class Target(TargetCatalog, TargetLedger, TargetAttic, TargetLock, Protocol):
    """The target database, through one session."""

    @property
    def label(self) -> str:
        """Host and database, for the screen."""

    @property
    def endpoint(self) -> Endpoint:
        """The address for the CLI."""

    def reconnect(self) -> None:
        """Open the session anew if it broke, and take the lock again if it held it."""

    def roll_back(self, statements: Sequence[str], done: Entry, *, ahead: Sequence[str]) -> None:
        """Run statements and write the ledger's row in one transaction; those `ahead` commit before."""
