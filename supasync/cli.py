"""The command line: argv to requests, and the only exit of the program."""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supasync import __version__, help_texts
from supasync.boundary import Common, guard, open_screen, serve, serve_report, without_secrets
from supasync.common_options import Quiet, with_common
from supasync.core.plan.choices import AtticAction, backfill_words
from supasync.depth import make_room
from supasync.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from supasync.core.report import ChecksReport
    from supasync.ui.console import Screen

app = typer.Typer(
    name="supasync",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=help_texts.ROOT,
)


def main() -> None:
    """Run the program and exit: the entry point of `supasync`."""
    make_room()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # of an encoding that lacks a character
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        from supasync.redact import redact

        # Empty when nothing was typed: then the help was shown. The prefix is of pydantic, by which typer reads values.
        if message := redact(error.format_message()).replace(": Value error, ", ": "):
            open_screen(Common()).error(UsageError(message, hint=_usage_hint(error)))
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


ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with code 3 if there are differences.")]


@app.command(help=help_texts.STATUS)
@with_common()
def status(common: Common, exit_code: ExitCode = False) -> int:
    """Run `status`."""
    from supasync.commands import status as command
    from supasync.ui import render

    request = command.Request(exit_code=exit_code)
    return serve(common, lambda context: command.run(context, request), render.status)


Sql = Annotated[bool, typer.Option("--sql", help="Print plain SQL, in the order in which to run it.")]
Reverse = Annotated[bool, typer.Option("--reverse", "-R", help="Reverse the diff: from the schema file to Supabase.")]


@app.command(help=help_texts.DIFF)
@with_common()
def diff(common: Common, sql: Sql = False, reverse: Reverse = False, exit_code: ExitCode = False) -> int:
    """Run `diff`."""
    from supasync.commands import diff as command
    from supasync.ui import plan_view

    request = command.Request(reverse=reverse, exit_code=exit_code)
    render = plan_view.plain if sql else plan_view.diff
    return serve(common, lambda context: command.run(context, request), render, plan_view.altered)


DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Plan and rehearse, then stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation. Never implies --force.")]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Allow dropping data and what the schema file lacks; run code that files of your own have."
    ),
]
Message = Annotated[
    str, typer.Option("--message", "-m", help="Reason for the change, for the migration file and the ledger.")
]
Restore = Annotated[
    bool,
    typer.Option("--restore", help="Restore data from the attic into tables and columns that this sync creates."),
]
Discard = Annotated[bool, typer.Option("--discard-data", help="Do not keep dropped data. This cannot be undone.")]
Edit = Annotated[bool, typer.Option("--edit", "-e", help="Open the files in $EDITOR before they are rehearsed.")]
NoApply = Annotated[bool, typer.Option("--no-apply", help="Write the files only; the next sync applies them.")]
OnFailure = Annotated[
    bool, typer.Option("--rollback-on-failure", help="Roll back immediately if the verification fails.")
]
Name = Annotated[str, typer.Option("--name", help="Name of the migration; by default derived from the changes.")]
Backfill = Annotated[
    list[str] | None,
    typer.Option(
        "--backfill",
        help="How to fill columns that become NOT NULL: table.column=expression, or with their default: ask, default, "
        "none.",
        metavar="HOW",
    ),
]


@app.command(help=help_texts.SYNC)
@with_common()
def sync(
    common: Common,
    dry_run: DryRun = False,
    yes: Yes = False,
    force: Force = False,
    message: Message = "",
    name: Name = "",
    backfill: Backfill = None,
    restore: Restore = False,
    discard_data: Discard = False,
    edit: Edit = False,
    no_apply: NoApply = False,
    rollback_on_failure: OnFailure = False,
) -> int:
    """Run `sync`."""
    from supasync.commands import sync as command
    from supasync.ui import render

    choice, fills = backfill_words(backfill or ())
    request = command.Request(
        dry_run=dry_run,
        yes=yes,
        force=force,
        message=message,
        name=name,
        backfill=choice,
        fills=fills,
        restore=restore,
        discard=discard_data,
        edit=edit,
        no_apply=no_apply,
        rollback_on_failure=rollback_on_failure,
    )
    return serve(common, lambda context: command.run(context, without_secrets(request)), render.sync)


VersionName = Annotated[
    str, typer.Argument(help="The state to go back to: a version in `supasync log`, or base.", metavar="[VERSION]")
]
Last = Annotated[int, typer.Option("--last", help="Number of syncs to undo, newest first.", min=0, metavar="N")]
Forward = Annotated[bool, typer.Option("--forward", help="Push the inverse as a new migration, and keep the history.")]
Fills = Annotated[
    list[str] | None,
    typer.Option("--fill", help="A value for rows that lack one: table.column=expression.", metavar="FILL"),
]
BackForce = Annotated[
    bool, typer.Option("--force", help="Allow undoing changes made by hand, and losing data that nothing keeps.")
]


@app.command(help=help_texts.ROLLBACK)
@with_common()
def rollback(
    common: Common,
    version: VersionName = "",
    last: Last = 0,
    dry_run: DryRun = False,
    yes: Yes = False,
    force: BackForce = False,
    forward: Forward = False,
    fill: Fills = None,
    message: Message = "",
) -> int:
    """Run `rollback`."""
    from supasync.commands import rollback as command
    from supasync.ui import render

    request = command.Request(
        version=version,
        last=last,
        dry_run=dry_run,
        yes=yes,
        force=force,
        forward=forward,
        fills=tuple(fill or ()),
        message=message,
    )
    return serve(common, lambda context: command.run(context, without_secrets(request)), render.rollback)


Action = Annotated[AtticAction, typer.Argument(help="list, show NAME, or purge [NAME].")]
AtticName = Annotated[str, typer.Argument(help="An attic table, as shown by `attic list`.")]
OlderThan = Annotated[
    str, typer.Option("--older-than", help="Purge only what is older than this, such as 30d.", metavar="AGE")
]
Rows = Annotated[int, typer.Option("--limit", "-n", help="Number of rows to show.", min=1)]


@app.command(help=help_texts.ATTIC)
@with_common(schema=False)
def attic(
    common: Common,
    action: Action = AtticAction.LIST,
    name: AtticName = "",
    older_than: OlderThan = "",
    limit: Rows = 20,
    yes: Yes = False,
) -> int:
    """Run `attic`."""
    from supasync.commands import attic as command
    from supasync.ui import render

    if action is AtticAction.SHOW and not name:
        raise typer.BadParameter("missing; use: supasync attic show NAME", param_hint="NAME")
    request = command.Request(action=action, name=name, older_than=older_than, limit=limit, yes=yes)
    return serve(common, lambda context: command.run(context, request), render.attic)


@app.command(help=help_texts.VERIFY)
@with_common()
def verify(common: Common) -> int:
    """Run `verify`."""
    from supasync.commands import verify as command
    from supasync.ui import render

    return serve(common, command.run, render.checks)


EntryName = Annotated[str, typer.Argument(help="Show one entry in full, with its SQL: an id or a version.")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="Number of entries to show.", min=1)]


@app.command(help=help_texts.LOG)
@with_common(schema=False)
def log(common: Common, entry: EntryName = "", limit: Limit = 20) -> int:
    """Run `log`."""
    from supasync.commands import log as command
    from supasync.ui import log_view

    request = command.Request(entry=entry, limit=limit)
    return serve(common, lambda context: command.run(context, request), log_view.log)


@app.command(help=help_texts.DOCTOR)
@with_common(schema=False)
def doctor(common: Common) -> int:
    """Run `doctor`."""
    from supasync.commands import doctor as command
    from supasync.ui import render
    from supasync.ui.prompts import Prompter
    from supasync.wiring import inspect

    def look(screen: Screen) -> tuple[ChecksReport, int]:
        return command.run(inspect(common.directory or Path.cwd(), screen, Prompter()))

    return serve_report(common, look, render.tools)


TrustYes = Annotated[bool, typer.Option("--yes", "-y", help="Trust it without a question, for scripts.")]
Listing = Annotated[bool, typer.Option("--list", help="Show what the repository names and what of it is trusted.")]
Revoke = Annotated[bool, typer.Option("--revoke", help="Trust nothing of this repository any more.")]


@app.command(help=help_texts.TRUST)
@with_common(schema=False)
def trust(common: Common, yes: TrustYes = False, listing: Listing = False, revoke: Revoke = False) -> int:
    """Run `trust`."""
    from supasync.commands import trust as command
    from supasync.ui import trust_view

    request = command.Request(yes=yes, listing=listing, revoke=revoke)
    return serve(common, lambda context: command.run(context, request), trust_view.report)


Keep = Annotated[bool, typer.Option("--keep", help="Keep the demo's server and project, to try things out.")]
Stop = Annotated[bool, typer.Option("--stop", help="Stop and remove what an earlier --keep left.")]


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
