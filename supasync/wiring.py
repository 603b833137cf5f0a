"""Builds what commands work with from the settings. Heavy imports wait until something is needed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from supasync import __version__
from supasync.adapters import files, process
from supasync.adapters.cache import FileCache, digest_of
from supasync.adapters.keep_codec import KeepCodec
from supasync.core.trust import AFTER_SYNC, LINK, UNCONFINED
from supasync.errors import SupasyncError
from supasync.settings import BUILT_IN_BASELINES, CONFIG_FILE, Settings, find_project_dir, load_settings
from supasync.trust_items import CLI_PACKAGES, POSTGRES_PACKAGES
from supasync.trusted_settings import TrustedSettings, tools_around
from supasync.workflow.context import Context, Project
from supasync.workflow.ports.screen import Prompter, Screen

if TYPE_CHECKING:
    from supasync.adapters.pg_dump import PgDump
    from supasync.adapters.sqlc import SqlcProject
    from supasync.adapters.supabase import SupabaseCli
    from supasync.adapters.target_address import Address
    from supasync.core.catalog.surroundings import Surroundings
    from supasync.core.plan.ledger import Actor
    from supasync.core.report import Check
    from supasync.workflow.ports.shadow import Shadow
    from supasync.workflow.ports.target import Target

_AFTER_SYNC_TIMEOUT = 600  # seconds; these are the project's own commands, a Go build among them


class Wiring:
    """The adapters of one project, each made when it is first needed."""

    def __init__(self, settings: Settings, trusted: TrustedSettings) -> None:
        self._settings = settings
        self._trusted = trusted

    @cached_property
    def cache_dir(self) -> Path:
        """Where shadows and cached results live."""
        from supasync.adapters.shadow.home import cache_directory

        self._trusted.need("cache_dir")
        found = cache_directory(self._settings.cache_dir)
        self._trusted.refuse_brought(found)
        return found

    @cached_property
    def address(self) -> Address:
        """The target's address."""
        from supasync.adapters.target_address import resolve

        settings = self._settings
        self._trusted.need("database_url", "db_password")
        if settings.database_url is None:
            self._trusted.trust.require(LINK)
        return resolve(
            settings.database_url.get_secret_value() if settings.database_url else None,
            settings.project_dir,
            settings.db_password.get_secret_value() if settings.db_password else None,
        )

    @cached_property
    def cli(self) -> SupabaseCli:
        """The Supabase CLI."""
        from supasync.adapters.supabase import SUPPORTED, SupabaseCli, find_cli

        setting = self._trusted.program("supabase_cli")
        passed_over = () if setting else self._trusted.passed_over(CLI_PACKAGES)
        with self._trusted.hinting("supabase_cli", setting, passed_over):
            install = find_cli(self._settings.project_dir, setting, os.environ.get("PATH", ""), passed_over)
        if not install.supported:
            raise SupasyncError(
                f"Supabase CLI {install.version_text} is not supported",
                reason=f"Found at {install.path}; supported: {SUPPORTED}.",
                hint="npm install --save-dev supabase@^3.1.0",
            )
        return SupabaseCli(install, self.cache_dir / "cli")

    @cached_property
    def sqlc(self) -> SqlcProject | None:
        """The sqlc of a project that has a configuration for it."""
        from supasync.adapters.sqlc import find_sqlc

        setting = self._trusted.program("sqlc")
        with self._trusted.hinting("sqlc", setting):
            return find_sqlc(self._settings.project_dir, setting)

    def pg_dump(self, server: int) -> PgDump | None:
        """The pg_dump for a server of a major version, if there is one."""
        from supasync.adapters.pg_dump import find_pg_dump

        return find_pg_dump(os.environ.get("PATH", ""), self.cache_dir / "cli", server)

    def open_target(self, purpose: str) -> AbstractContextManager[Target]:
        """Open a session with the target, named after who wants what."""
        from supasync.adapters.target_database import TargetDatabase

        return TargetDatabase(self.address, purpose)

    def open_shadow(self, surroundings: Surroundings) -> AbstractContextManager[Shadow]:
        """Start the shadow."""
        from supasync.adapters.shadow.databases import ShadowConfig, open_shadow
        from supasync.adapters.shadow.runner import ShadowRunner

        settings = self._settings
        self._trusted.need("shadow", "baseline", "cache_dir")
        self._trusted.trust.require(UNCONFINED)
        url = settings.shadow_url
        programs = self._trusted.program("postgres_dir") if url is None else settings.postgres_dir
        passed_over = self._trusted.passed_over(POSTGRES_PACKAGES) if url is None else ()
        config = ShadowConfig(
            settings.project_dir,
            self.cache_dir,
            programs,
            url,
            self._baseline(),
            settings.shadow_timeout,
            passed_over,
        )
        with self._trusted.hinting("postgres_dir", programs, passed_over):
            return ShadowRunner(open_shadow(config, surroundings))

    def _baseline(self) -> str:
        named = self._settings.baseline
        return named if named in BUILT_IN_BASELINES else os.path.normpath(self._settings.project_dir / named)

    def actor(self) -> Actor:
        """Ask who is at work."""
        from supasync.adapters.git import read_actor

        return read_actor(self._settings.project_dir)

    def tools(self) -> Mapping[str, str]:
        """Return the versions of the tools that took part."""
        found = {"supasync": __version__, "supabase": self.cli.version}
        return {**found, "sqlc": self.sqlc.version()} if self.sqlc else found

    def earlier_schemas(self) -> Iterator[str]:
        """Yield the schema file's earlier texts from git, the newest first."""
        from supasync.adapters.git import earlier_texts

        return earlier_texts(self._settings.schema_file)

    def edit(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Let the person edit texts, by file name, in $VISUAL or $EDITOR. Raises SupasyncError when that fails."""
        from supasync.adapters.editor import edit

        return edit(texts, os.environ)

    def keep_edited(self, texts: Mapping[str, str]) -> str:
        """Write texts that could not be used where the person finds them; return where."""
        from supasync.adapters.editor import keep

        return str(keep(texts))

    def run_after_sync(self, command: str) -> None:
        """Run one of the project's own commands. Raises SupasyncError when it fails."""
        self._trusted.need(AFTER_SYNC)
        words = shlex.split(command)
        # Trusted was what stands in the project, wherever the person is.
        named = str(self._settings.project_dir / words[0]) if words and "/" in words[0] else "".join(words[:1])
        program = process.find_on_path(named)
        if program is None:
            raise SupasyncError(f"after_sync: cannot run {command}", reason="There is no such program in PATH.")
        done = process.run(program, *words[1:], timeout=_AFTER_SYNC_TIMEOUT, cwd=self._settings.project_dir)
        if done.code != 0:
            raise SupasyncError(f"after_sync: {command} failed with exit code {done.code}", reason=done.stderr.strip())


def inspect(start: Path, screen: Screen, prompter: Prompter) -> Iterator[Check]:
    """Look at everything that supasync works with, around `start`; a configuration that is not valid is one finding.

    Nobody is asked anything, and no program is run that the repository names and nobody trusts.
    """
    from supasync.adapters import doctor_checks

    search_path = os.environ.get("PATH", "")
    try:
        settings = load_settings(start)
    except SupasyncError as error:
        yield doctor_checks.failed("Configuration", error)
        project_dir, failure = find_project_dir(start.resolve()), error
        trusted = tools_around(project_dir, screen, prompter)

        def no_address() -> Address:
            raise failure

        subject = doctor_checks.Subject(project_dir, None, None, no_address, search_path)
    else:
        config = settings.project_dir / CONFIG_FILE
        trusted = TrustedSettings(settings, screen, prompter, may_ask=False)
        subject = doctor_checks.Subject(
            settings.project_dir,
            config if config.is_file() else None,
            settings.schema_file,
            lambda: Wiring(settings, trusted).address,
            search_path,
            trusted.program_if_trusted("supabase_cli"),
            trusted.program_if_trusted("postgres_dir"),
            trusted.program_if_trusted("sqlc"),
            settings.shadow_url is not None,
        )
    trust = trusted.trust
    yield from doctor_checks.inspect(
        replace(
            subject,
            passed_over_cli=trusted.passed_over(CLI_PACKAGES),
            passed_over_postgres=trusted.passed_over(POSTGRES_PACKAGES),
            trust=doctor_checks.trust_check(trust.review(), this_run=trust.everything),
        )
    )


def build(settings: Settings, screen: Screen, prompter: Prompter) -> Context:
    """Return the context of commands for a project."""
    trusted = TrustedSettings(settings, screen, prompter)
    made = Wiring(settings, trusted)
    project = Project(
        project_dir=settings.project_dir,
        schema_path=settings.schema_file,
        migrations_dir=settings.migrations_dir,
        rollbacks_dir=settings.rollbacks_dir,
        target_name=settings.target_name,
        grants=settings.grants,
        baseline=settings.baseline,
        lock_timeout=settings.lock_timeout,
        statement_timeout=settings.statement_timeout,
        after_sync=settings.after_sync,
    )
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    return Context(
        project=project,
        screen=screen,
        prompter=prompter,
        files=files,
        cache=FileCache(lambda: made.cache_dir / "diffs" / digest_of(settings.project_dir)),
        open_target=made.open_target,
        open_shadow=made.open_shadow,
        cli=lambda: made.cli,
        sqlc=lambda: made.sqlc,
        pg_dump=made.pg_dump,
        actor=made.actor,
        run_after_sync=made.run_after_sync,
        earlier_schemas=made.earlier_schemas,
        edit=made.edit,
        keep_edited=made.keep_edited,
        now=now,
        tools=made.tools,
        keep_codec=KeepCodec(),
        trust=trusted.trust,
    )
