"""Tools, files and what is kept between runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from supasync.core.endpoint import Endpoint
from supasync.core.plan.migration_file import MigrationFile
from supasync.core.plan.schema_file import SchemaFile


class Cli(Protocol):
    """The Supabase CLI."""

    @property
    def version(self) -> str:
        """Its version."""

    def diff(self, source: Endpoint, desired: Endpoint) -> str:
        """Return the SQL from `source` to `desired`."""

    def push(self, target: Endpoint, migrations_dir: Path, *, timeout: float, session_name: str) -> tuple[str, ...]:
        """Apply the pending migrations in a session of that name."""

    def mark_reverted(self, target: Endpoint, versions: Sequence[str]) -> None:
        """Take versions out of the history; the schema is not touched."""


class PgDump(Protocol):
    """PostgreSQL's own description of a schema."""

    def schema(self, source: Endpoint, *, without_schemas: Sequence[str], without_tables: Sequence[str]) -> str:
        """Return the SQL that makes the schema, without owners and privileges."""


class Sqlc(Protocol):
    """sqlc with the project's configuration."""

    def generate(self) -> None:
        """Write the Go code."""

    def stale(self) -> str:
        """Return the diff of stale generated code; empty when current."""

    def version(self) -> str:
        """Its version."""


class Files(Protocol):
    """The project's files."""

    def read_schema_file(self, path: Path, project_dir: Path) -> SchemaFile:
        """Read the schema file."""

    def read_migrations(self, migrations_dir: Path) -> tuple[MigrationFile, ...]:
        """Read the migrations."""

    def relative_name(self, path: Path, project_dir: Path) -> str:
        """Shorten a path for the screen."""

    def write_new(self, path: Path, text: str) -> None:
        """Write a file that must not exist."""

    def take_back(self, path: Path, text: str) -> bool:
        """Remove a file that still says `text`."""

    def move(self, path: Path, to: Path) -> bool:
        """Move a file to a place that is made for it; tell whether it was there."""

    def replace(self, path: Path, text: str) -> None:
        """Write a file anew, whole or not at all."""

    def read_text(self, path: Path) -> str | None:
        """Return a file's text, None when it is not there."""


class Cache(Protocol):
    """Results worth keeping between runs, by digest."""

    @property
    def code(self) -> str:
        """A digest that changes with the program: what another one has made is not its own result."""

    def get(self, digest: str) -> Any:
        """Return what was kept, or None."""

    def put(self, digest: str, value: Any) -> None:
        """Keep a JSON value."""
