"""The command line: argv to requests, and the only exit of the program."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supasync import __version__, help_texts
from supasync.boundary import Common, guard, open_screen, serve, serve_report
from supasync.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from supasync.ui.console import Screen

app = typer.Typer(
    name="supasync",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=help_texts.ROOT,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Results and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name every step and how long it took.")]
Directory = Annotated[
    Path | None, typer.Option("--directory", "-C", help="Work as if started there.", file_okay=False, exists=True)
]
Schema = Annotated[Path | None, typer.Option("--schema", help="The schema file, instead of the one in supasync.toml.")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 3 when there are differences.")]


def main() -> None:
    """Run the program and exit: the entry point of `supasync`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        if error.format_message():  # empty when nothing was typed: then the help was shown
            open_screen(Common()).error(UsageError(error.format_message(), hint=_usage_hint(error)))
        code = UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = Interrupted.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _usage_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path if context else 'supasync'} --help"


def _interrupt(_number: int, _frame: object) -> None:
    from supasync.adapters.process import interrupt

    interrupt()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"supasync {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
]


@app.callback()
def root(version: Version = False) -> None:
    """Take options that belong to no command."""


@app.command(help=help_texts.STATUS)
def status(
    exit_code: ExitCode = False,
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run `status`."""
    from supasync.commands import status as command
    from supasync.ui import render

    request = command.Request(exit_code=exit_code)
    common = Common(json, quiet, verbose, directory, schema)
    return serve(common, lambda context: command.run(context, request), render.status)


Sql = Annotated[bool, typer.Option("--sql", help="Plain SQL in the order in which it applies.")]
Reverse = Annotated[bool, typer.Option("--reverse", "-R", help="The way back: from the schema file to Supabase.")]


@app.command(help=help_texts.DIFF)
def diff(
    sql: Sql = False,
    reverse: Reverse = False,
    exit_code: ExitCode = False,
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run `diff`."""
    from supasync.commands import diff as command
    from supasync.ui import plan_view

    request = command.Request(reverse=reverse, exit_code=exit_code)
    common = Common(json, quiet, verbose, directory, schema)
    return serve(common, lambda context: command.run(context, request), plan_view.plain if sql else plan_view.diff)


DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Plan and rehearse, then stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Never implies --force.")]
Force = Annotated[bool, typer.Option("--force", help="Permit to drop data, and what only Supabase has.")]
Message = Annotated[str, typer.Option("--message", "-m", help="Why; kept in the file and in the ledger.")]
Name = Annotated[str, typer.Option("--name", help="Name of the migration, instead of one made from the changes.")]
Backfill = Annotated[
    str,
    typer.Option("--backfill", help="For NULLs where NOT NULL is to be: ask, default (fill), none.", metavar="HOW"),
]


@app.command(help=help_texts.SYNC)
def sync(
    dry_run: DryRun = False,
    yes: Yes = False,
    force: Force = False,
    message: Message = "",
    name: Name = "",
    backfill: Backfill = "ask",
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run `sync`."""
    from supasync.commands import sync as command
    from supasync.commands.planning import ASK, DEFAULT, NONE
    from supasync.ui import render

    if backfill not in (ASK, DEFAULT, NONE):
        raise typer.BadParameter(f"'{backfill}' is not one of {ASK}, {DEFAULT}, {NONE}", param_hint="'--backfill'")
    request = command.Request(dry_run, yes, force, message, name, backfill)
    common = Common(json, quiet, verbose, directory, schema)
    return serve(common, lambda context: command.run(context, request), render.sync)


@app.command(help=help_texts.VERIFY)
def verify(
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run `verify`."""
    from supasync.commands import verify as command
    from supasync.ui import render

    return serve(Common(json, quiet, verbose, directory, schema), command.run, render.checks)


EntryName = Annotated[str, typer.Argument(help="An entry in full, with its SQL: its id or version.")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="How many entries.", min=1)]


@app.command(help=help_texts.LOG)
def log(
    entry: EntryName = "",
    limit: Limit = 20,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run `log`."""
    from supasync.commands import log as command
    from supasync.ui import render

    request = command.Request(entry, limit)
    common = Common(json, quiet, verbose, directory)
    return serve(common, lambda context: command.run(context, request), render.log)


@app.command(help=help_texts.DOCTOR)
def doctor(directory: Directory = None, json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> int:
    """Run `doctor`."""
    from supasync.commands import doctor as command
    from supasync.ui import render
    from supasync.wiring import inspect

    common = Common(json, quiet, verbose, directory)
    return serve_report(common, lambda _: command.run(inspect(directory or Path.cwd())), render.checks)


Keep = Annotated[bool, typer.Option("--keep", help="Leave the demo's server and project for you to play with.")]
Stop = Annotated[bool, typer.Option("--stop", help="Stop what an earlier --keep left, and remove it.")]


@app.command(help=help_texts.DEMO)
def demo(keep: Keep = False, stop: Stop = False, quiet: Quiet = False) -> int:
    """Run `demo`."""
    from supasync import demo as played

    def act(screen: Screen) -> int:
        if stop:
            screen.show(played.stop())
            return 0
        return played.run(screen, Path.cwd(), keep=keep)

    return guard(Common(quiet=quiet), act)


if __name__ == "__main__":
    main()
