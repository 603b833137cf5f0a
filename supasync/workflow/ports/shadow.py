"""The throwaway server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.outside import Outside
from supasync.core.endpoint import Endpoint


class LoadedSchema(Protocol):
    """A schema file loaded into a shadow database."""

    @property
    def database(self) -> str:
        """The database's name."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth telling about the loading."""


class Shadow(Protocol):
    """The throwaway server."""

    def desired(self, schema_text: str, file_name: str) -> LoadedSchema:
        """Load a schema file, or find it loaded before."""

    def pass_over(self, names: frozenset[str]) -> None:
        """Count objects of these names, which are not the target's role's to change, as foreign."""

    def baseline(self) -> str:
        """Return the database without anything of the project's, to be copied or read."""

    def scratch(self, template: str) -> str:
        """Copy a database; return the copy's name."""

    def named(self, digest: str, build: Callable[[str], None]) -> str:
        """Return the database known by `digest`; `build` fills a copy of the baseline when it is new."""

    def drop(self, database: str) -> None:
        """Drop a database."""

    def endpoint(self, database: str) -> Endpoint:
        """The address of a database for the CLI."""

    def run(self, database: str, statements: Sequence[str]) -> None:
        """Run statements in one transaction as the schema's owner."""

    def run_in_any_order(self, database: str, statements: Sequence[str]) -> tuple[str, ...]:
        """Run statements in one transaction, each after those that it needs; return the order that worked."""

    def run_what_runs(self, database: str, statements: Sequence[str]) -> None:
        """Run statements like `run_in_any_order`, but leave out those that never run."""

    def give_away(self, database: str, statements: Sequence[str]) -> None:
        """Run ALTER ... OWNER TO, for owners whom the schema's owner cannot make one; leave out superusers."""

    def fingerprint(self, database: str) -> Fingerprint:
        """Read a database's fingerprint."""

    def outside(self, database: str) -> Outside:
        """Read what no fingerprint has: who may what, and what lies in schemas that nothing compares."""

    def facts(self, database: str) -> TargetFacts:
        """Read what is known of a database's columns."""
