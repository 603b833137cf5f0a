"""What commands need of the world, as small Protocols; `cli` hands them the adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from supasync.core.attic.model import AtticEntry, KeepCodec
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.plan.ledger import Actor, Entry
from supasync.core.plan.migration_file import MigrationFile
from supasync.core.plan.schema_file import SchemaFile


class Place(Protocol):
    """An address that the CLI can be given; its secrets stay inside."""

    def url(self) -> str:
        """Return the URL without the password."""


class Surroundings(Protocol):
    """What the shadow must have in common with the target: version, roles, extensions, default privileges."""

    @property
    def major(self) -> int:
        """The server's major version."""

    def digest(self) -> str:
        """Return a digest; equal surroundings have equal ones."""


class Target(Protocol):
    """The target database, through one session."""

    @property
    def label(self) -> str:
        """Host and database, for the screen."""

    @property
    def place(self) -> Any:
        """The address for the CLI."""

    def fingerprint(self) -> Fingerprint:
        """Read the fingerprint."""

    def facts(self) -> TargetFacts:
        """Read what hazards and the preflight need to know of the tables."""

    def surroundings(self) -> Any:
        """Read what the shadow must have in common."""

    def history(self) -> dict[str, tuple[str, ...]]:
        """Read the CLI's history: version to statements."""

    def entries(self) -> tuple[Entry, ...]:
        """Read the ledger, oldest first."""

    def has_ledger(self) -> bool:
        """Tell whether there is a ledger."""

    def prepare_ledger(self) -> None:
        """Create the ledger where it is missing."""

    def append(self, entry: Entry) -> None:
        """Write a row of the ledger."""

    def attic(self) -> tuple[AtticEntry, ...]:
        """Read the catalogue of the attic; `purged_at` is set where the attic table is gone."""

    def probe(self, sql: str) -> tuple[int, str]:
        """Run a read-only probe: a count and a sample."""

    def health(self) -> tuple[tuple[str, str], ...]:
        """Name invalid indexes and constraints that were never validated, as (what, name)."""

    def push_in_flight(self, markers: Sequence[str]) -> bool:
        """Tell whether a session that goes by one of these names is running."""

    def roll_back(self, statements: Sequence[str], done: Entry, *, ahead: Sequence[str]) -> None:
        """Run statements and write the ledger's row in one transaction; those `ahead` commit before."""

    def attic_rows(self, name: str, limit: int) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        """Read some rows of an attic table: its columns, and the values as text."""

    def purge_attic(self, names: Sequence[str]) -> None:
        """Drop attic tables, and note that they are gone."""

    def end_push(self, markers: Sequence[str]) -> None:
        """End the sessions of a push whose CLI is gone."""

    def lock(self, *, wait: float, on_wait: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hold the target's advisory lock."""

    def lock_holder(self) -> str:
        """Name the holder of the lock; empty when free."""

    def reconnect(self) -> None:
        """Open the session anew if it broke, and take the lock again if it held it."""


class Loaded(Protocol):
    """A schema file loaded into a shadow database."""

    @property
    def database(self) -> str:
        """The database's name."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth telling about the loading."""


class Shadow(Protocol):
    """The throwaway server."""

    def baseline(self) -> str:
        """Return the name of the database with the platform's objects and nothing of the user's."""

    def desired(self, schema_text: str, file_name: str) -> Any:
        """Load a schema file, or find it loaded before."""

    def scratch(self, template: str) -> str:
        """Copy a database; return the copy's name."""

    def named(self, digest: str, build: Callable[[str], None]) -> str:
        """Return the database known by `digest`; `build` fills a copy of the baseline when it is new."""

    def drop(self, database: str) -> None:
        """Drop a database."""

    def place(self, database: str) -> Any:
        """The address of a database for the CLI."""

    def run(self, database: str, statements: Sequence[str]) -> None:
        """Run statements in one transaction as the schema's owner."""

    def run_in_any_order(self, database: str, statements: Sequence[str]) -> tuple[str, ...]:
        """Run statements in one transaction, each after those that it needs; return the order that worked."""

    def fingerprint(self, database: str) -> Fingerprint:
        """Read a database's fingerprint."""

    def facts(self, database: str) -> TargetFacts:
        """Read what is known of a database's columns."""


class Cli(Protocol):
    """The Supabase CLI."""

    @property
    def version(self) -> str:
        """Its version."""

    def diff(self, source: Any, desired: Any) -> str:
        """Return the SQL from `source` to `desired`."""

    def push(self, target: Any, migrations_dir: Path, *, timeout: float, session_name: str) -> tuple[str, ...]:
        """Apply the pending migrations in a session of that name."""

    def mark_reverted(self, target: Any, versions: Sequence[str]) -> None:
        """Take versions out of the history; the schema is not touched."""


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


class Screen(Protocol):
    """Progress and remarks; results are rendered by `cli`."""

    @property
    def interactive(self) -> bool:
        """Whether somebody can answer a question."""

    def step(self, text: str) -> AbstractContextManager[None]:
        """Show what is being done."""

    def note(self, text: str) -> None:
        """Print a remark."""

    def warn(self, text: str) -> None:
        """Print a warning."""

    def done(self, text: str) -> None:
        """Say that something of consequence is done."""

    def show_plan(self, plan: Any) -> None:
        """Show a plan before the question."""

    def step_lines(self, steps: Sequence[Any]) -> Sequence[str]:
        """Put what a rollback can undo into lines to choose from."""

    def show_way_back(self, plan: Any) -> None:
        """Show the plan of a rollback before the question."""


class Prompter(Protocol):
    """Questions to the person."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no, no being the default."""

    def type_out(self, question: str, word: str) -> bool:
        """Ask for a word to be typed."""

    def select(self, question: str, choices: Sequence[str]) -> int:
        """Ask for one of several; return its position."""


@dataclass(frozen=True)
class Project:
    """The settings that commands look at. Timeouts in seconds."""

    project_dir: Path
    schema_path: Path
    migrations_dir: Path
    rollbacks_dir: Path
    target_name: str
    grants: str
    baseline: str
    lock_timeout: int
    statement_timeout: int
    after_sync: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """Everything a command works with. Openers are called when needed: each costs time."""

    project: Project
    screen: Screen
    prompter: Prompter
    files: Files
    cache: Cache
    open_target: Callable[[str], AbstractContextManager[Target]]
    open_shadow: Callable[[Any], AbstractContextManager[Shadow]]
    cli: Callable[[], Cli]
    sqlc: Callable[[], Sqlc | None]
    actor: Callable[[], Actor]
    run_after_sync: Callable[[str], None]
    earlier_schemas: Callable[[], Iterator[str]]
    edit: Callable[[Mapping[str, str]], Mapping[str, str]]
    keep_edited: Callable[[Mapping[str, str]], str]
    now: Callable[[], datetime]
    tools: Callable[[], Mapping[str, str]]
    keep_codec: KeepCodec


def schema_of(context: Context) -> SchemaFile:
    """Read the schema file of the project."""
    return context.files.read_schema_file(context.project.schema_path, context.project.project_dir)


def together(*tasks: Callable[[], Any]) -> Iterator[Any]:
    """Run tasks side by side; yield their results in order. The first error is raised when all have ended."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=max(len(tasks), 1)) as pool:
        futures = [pool.submit(task) for task in tasks]
    return iter([future.result() for future in futures])
