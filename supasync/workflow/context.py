"""Everything that a command works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar, overload

from supasync.core.attic.model import KeepCodec
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.plan.ledger import Actor
from supasync.core.plan.schema_file import SchemaFile
from supasync.core.trust import ELSEWHERE
from supasync.workflow.ports.screen import Prompter, Screen
from supasync.workflow.ports.shadow import Shadow
from supasync.workflow.ports.target import Target
from supasync.workflow.ports.tools import Cache, Cli, Files, PgDump, Sqlc
from supasync.workflow.trust import Trust

One = TypeVar("One")
Other = TypeVar("Other")


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
    open_shadow: Callable[[Surroundings], AbstractContextManager[Shadow]]
    cli: Callable[[], Cli]
    sqlc: Callable[[], Sqlc | None]
    pg_dump: Callable[[int], PgDump | None]
    actor: Callable[[], Actor]
    run_after_sync: Callable[[str], None]
    earlier_schemas: Callable[[], Iterator[str]]
    edit: Callable[[Mapping[str, str]], Mapping[str, str]]
    keep_edited: Callable[[Mapping[str, str]], str]
    now: Callable[[], datetime]
    tools: Callable[[], Mapping[str, str]]
    keep_codec: KeepCodec
    trust: Trust


def schema_of(context: Context) -> SchemaFile:
    """Read the schema file of the project. Raises RefusedError where the repository makes it one of the person's."""
    context.trust.require(ELSEWHERE)
    return context.files.read_schema_file(context.project.schema_path, context.project.project_dir)


@overload
def run_in_parallel(task: Callable[[], One], other: Callable[[], Other], /) -> tuple[One, Other]: ...


@overload
def run_in_parallel(*tasks: Callable[[], One]) -> tuple[One, ...]: ...


def run_in_parallel(*tasks: Callable[[], object]) -> tuple[object, ...]:
    """Run tasks side by side; return their results in order. The first error is raised when all have ended."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=max(len(tasks), 1)) as pool:
        futures = [pool.submit(task) for task in tasks]
    return tuple(future.result() for future in futures)
