"""The command line: argv to requests, the error boundary, and the only exit of the program."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supasync import __version__
from supasync.errors import Interrupted, SupasyncError, UsageError

if TYPE_CHECKING:
    from supasync.commands.ports import Context
    from supasync.ui.console import Screen

EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE: what a shell reports for a program whose reader left
EXIT_BUG = 1

app = typer.Typer(
    name="supasync",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keep a Supabase database in step with one schema.sql: compare, prove, apply, verify, record.\n\n"
    "[bold]First steps[/bold]\n\n"
    "  supasync doctor    what is installed, and does the connection work?\n\n"
    "  supasync status    does Supabase agree with schema.sql?\n\n"
    "  supasync diff      the SQL that separates them\n\n"
    "  supasync sync      apply it, after a rehearsal and a question\n\n"
    "The target is DATABASE_URL, from the environment or .env. Settings stand in supasync.toml.",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Results and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name every step and how long it took.")]
Directory = Annotated[
    Path | None, typer.Option("--directory", "-C", help="Work as if started there.", file_okay=False, exists=True)
]
Schema = Annotated[Path | None, typer.Option("--schema", help="The schema file, instead of the one in supasync.toml.")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 3 when there are differences.")]

Answer = tuple[Any, int]


def main() -> None:
    """Run the program and exit: the entry point of `supasync`."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        _screen().error(UsageError(error.format_message(), hint=_usage_hint(error)))
        code = UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = Interrupted.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _usage_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path if context else 'supasync'} --help"


def _interrupt(_number: int, _frame: object) -> None:
    from supasync.adapters.process import kill_all

    kill_all()
    raise KeyboardInterrupt


def _screen(*, quiet: bool = False, verbose: bool = False, machine: bool = False) -> Screen:
    from supasync.ui.console import Screen

    return Screen(quiet=quiet or machine, verbose=verbose and not machine, machine=machine)


def serve(
    run: Callable[[Context], Answer],
    render: Callable[[Any], Iterable[Any]],
    *,
    flags: tuple[bool, bool, bool],
    directory: Path | None,
    schema: Path | None = None,
) -> int:
    """Run one command inside the error boundary; return its exit code. `flags` are json, quiet, verbose."""
    machine, quiet, verbose = flags
    screen = _screen(quiet=quiet, verbose=verbose, machine=machine)
    try:
        report, code = run(_context(screen, directory, schema))
        if machine:
            screen.raw(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n")
        else:
            screen.show(*render(report))
        return code
    except SupasyncError as error:
        return _failed(screen, error, machine)
    except KeyboardInterrupt:
        return _failed(screen, Interrupted("Interrupted", hint="`supasync status` tells how things stand."), machine)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except Exception as error:  # noqa: BLE001  (the boundary: a bug must not show a traceback, which may hold secrets)
        return _failed(screen, _as_bug(error), machine)


def _context(screen: Screen, directory: Path | None, schema: Path | None) -> Context:
    from supasync.settings import load_settings
    from supasync.ui.prompts import Prompter
    from supasync.wiring import build

    return build(load_settings(directory or Path.cwd(), schema=schema), screen, Prompter())


def _failed(screen: Screen, error: SupasyncError, machine: bool) -> int:
    if machine:
        found: dict[str, Any] = {"message": error.message, "reason": error.reason, "details": list(error.details), "hint": error.hint}
        if error.spot:
            found["spot"] = {"file": error.spot.file, "line": error.spot.line, "column": error.spot.column}
        screen.raw(json.dumps({"error": found}, indent=2, ensure_ascii=False) + "\n")
    screen.error(error)
    return error.exit_code


def _as_bug(error: Exception) -> SupasyncError:
    from supasync.adapters.buglog import write_bug

    return SupasyncError(
        f"supasync met something it does not understand: {type(error).__name__}",
        reason=str(error).splitlines()[0] if str(error) else "",
        hint=f"This is a bug. The details, without secrets, are in {write_bug(error)}",
    )


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"supasync {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take options that belong to no command."""


@app.command()
def status(
    exit_code: ExitCode = False,
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show whether Supabase agrees with the schema file, and in what it differs.

    Changes nothing.

    Examples:

      supasync status

      supasync status --exit-code --quiet   # in CI: exit 3 when out of sync

      supasync status --json | jq .pending_changes
    """
    from supasync.commands import status as command
    from supasync.ui import render

    request = command.Request(exit_code=exit_code)
    return serve(
        lambda context: command.run(context, request),
        render.status,
        flags=(json, quiet, verbose),
        directory=directory,
        schema=schema,
    )


@app.command()
def diff(
    sql: Annotated[bool, typer.Option("--sql", help="Plain SQL in the order in which it applies, for psql or a file.")] = False,
    reverse: Annotated[bool, typer.Option("--reverse", "-R", help="The way back: from the schema file to Supabase.")] = False,
    exit_code: ExitCode = False,
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show the SQL between Supabase and the schema file, object by object, with its hazards.

    Changes nothing.

    Examples:

      supasync diff

      supasync diff --sql > change.sql

      supasync diff --reverse   # what would undo it
    """
    from supasync.commands import diff as command
    from supasync.core.migration import join_statements
    from supasync.ui import plan_view

    request = command.Request(reverse=reverse, exit_code=exit_code)
    return serve(
        lambda context: command.run(context, request),
        (lambda report: [join_statements(report.statements).rstrip("\n")] if report.statements else []) if sql else plan_view.diff,
        flags=(json, quiet, verbose),
        directory=directory,
        schema=schema,
    )


@app.command()
def sync(
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Plan and rehearse, then stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Never implies --force.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Permit to drop data, and what only Supabase has.")] = False,
    message: Annotated[str, typer.Option("--message", "-m", help="Why; kept in the file and in the ledger.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the migration, instead of one made from the changes.")] = "",
    backfill: Annotated[
        str, typer.Option("--backfill", help="Rows that a NOT NULL would fail on: ask, default (fill), none.", metavar="HOW")
    ] = "ask",
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Bring Supabase to the state of the schema file.

    Compares, rehearses the change and its way back on a copy of the schema, shows the plan, asks, writes
    migration and rollback file, runs `supabase db push`, verifies, records it in the ledger and runs
    `sqlc generate`. Running it again is always safe.

    Examples:

      supasync sync

      supasync sync --dry-run

      supasync sync -m "discord login" --name add_discord_id

      supasync sync --yes --backfill default   # in CI
    """
    from supasync.commands import sync as command
    from supasync.commands.planning import ASK, DEFAULT, NONE
    from supasync.ui import render

    if backfill not in (ASK, DEFAULT, NONE):
        raise typer.BadParameter(f"'{backfill}' is not one of {ASK}, {DEFAULT}, {NONE}", param_hint="'--backfill'")
    request = command.Request(dry_run, yes, force, message, name, backfill)
    return serve(
        lambda context: command.run(context, request),
        render.sync,
        flags=(json, quiet, verbose),
        directory=directory,
        schema=schema,
    )


@app.command()
def verify(
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Verify schema integrity and sqlc compatibility; exit 3 when anything is amiss.

    Both witnesses (the catalog and `supabase db diff`), migration files against history and ledger,
    invalid indexes, unvalidated constraints, generated Go code.

    Examples:

      supasync verify

      supasync verify --json | jq '.checks[] | select(.ok == false)'
    """
    from supasync.commands import verify as command
    from supasync.ui import render

    return serve(
        command.run, render.checks, flags=(json, quiet, verbose), directory=directory, schema=schema
    )


@app.command()
def log(
    entry: Annotated[str, typer.Argument(help="An entry in full, with its SQL: its id or version.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many entries.", min=1)] = 20,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show who changed the schema, when and why, newest first.

    Examples:

      supasync log

      supasync log 20261122183000   # one entry in full

      supasync log --json | jq -r '.entries[].actor'
    """
    from supasync.commands import log as command
    from supasync.ui import render

    request = command.Request(entry, limit)
    return serve(
        lambda context: command.run(context, request), render.log, flags=(json, quiet, verbose), directory=directory
    )


@app.command()
def doctor(
    directory: Directory = None, json: Json = False, quiet: Quiet = False, verbose: Verbose = False
) -> int:
    """Show which tools were found, in which version, and whether the connection works.

    Examples:

      supasync doctor

      supasync doctor --json
    """
    from supasync.adapters.inspection import inspect
    from supasync.commands import doctor as command
    from supasync.settings import load_settings
    from supasync.ui import render

    def run(_: Context) -> Answer:
        return command.run(inspect(load_settings(directory or Path.cwd())))

    return serve(run, render.checks, flags=(json, quiet, verbose), directory=directory)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the demo's server and project for you to play with.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop what an earlier --keep left, and remove it.")] = False,
    quiet: Quiet = False,
) -> int:
    """Show the main job on a throwaway server: status, diff, sync, verify, status.

    Needs the Supabase CLI and PostgreSQL programs, nothing else; touches nothing of yours.

    Examples:

      supasync demo

      supasync demo --keep
    """
    from supasync import demo as played

    screen = _screen(quiet=quiet)
    try:
        if stop:
            screen.show(played.stop())
            return 0
        return played.run(screen, Path.cwd(), keep=keep)
    except SupasyncError as error:
        return _failed(screen, error, machine=False)
    except KeyboardInterrupt:
        return Interrupted.exit_code


if __name__ == "__main__":
    main()
