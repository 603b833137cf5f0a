"""The error boundary: runs one command, shows its report or its error, and returns the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supasync.errors import Interrupted, SupasyncError

if TYPE_CHECKING:
    from supasync.ui.console import Screen
    from supasync.workflow.context import Context

EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE: what a shell reports for a program whose reader left

Answer = tuple[Any, int]


@dataclass(frozen=True)
class Common:
    """The flags that all commands share."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    directory: Path | None = None
    schema: Path | None = None


def open_screen(common: Common) -> Screen:
    """Return the screen for a command; with `--json` it shows nothing but errors."""
    from supasync.ui.console import Screen

    machine = common.json
    return Screen(quiet=common.quiet or machine, verbose=common.verbose and not machine, machine=machine)


def serve(
    common: Common,
    run: Callable[[Context], Answer],
    render: Callable[[Any], Iterable[Any]],
    caution: Callable[[Any], str] = lambda _: "",
) -> int:
    """Run a command in the context of its project, and show what it answers.

    `caution` returns what must be said of the report as it is shown, empty for nothing.
    """

    return serve_report(common, lambda screen: run(_context(screen, common)), render, caution)


def serve_report(
    common: Common,
    run: Callable[[Screen], Answer],
    render: Callable[[Any], Iterable[Any]],
    caution: Callable[[Any], str] = lambda _: "",
) -> int:
    """Show what `run` answers: for a command that must work where a project's context cannot be built."""

    def act(screen: Screen) -> int:
        report, code = run(screen)
        if common.json:
            screen.json(report.as_json())
        else:
            screen.show(*render(report))
            if text := caution(report):
                screen.warn(text)
        return code

    return guard(common, act)


def without_secrets(request: Any) -> Any:
    """Return a request whose `message` and `name`, which a person types, have no secret: files and ledger repeat them.

    To be called when the settings are read, for only then it is known what is secret.
    """
    from supasync.adapters.stored_passwords import stored_passwords
    from supasync.redact import redact, register

    for password in stored_passwords():
        register(password)
    typed = {name: redact(value) for name in ("message", "name") if (value := getattr(request, name, None))}
    return replace(request, **typed)


def guard(common: Common, act: Callable[[Screen], int]) -> int:
    """Turn whatever `act` raises into words and an exit code."""
    screen = open_screen(common)
    try:
        return act(screen)
    except SupasyncError as error:
        return _failed(screen, error, common.json)
    except KeyboardInterrupt:
        hint = "`supasync status` shows the current state."
        return _failed(screen, Interrupted("Interrupted", hint=hint), common.json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except OSError as error:
        return _failed(screen, _of_a_file(error) if error.filename else _as_bug(error), common.json)
    except Exception as error:  # noqa: BLE001  (a bug must not show a traceback, which may hold secrets)
        return _failed(screen, _as_bug(error), common.json)


def _context(screen: Screen, common: Common) -> Context:
    from supasync.settings import load_settings
    from supasync.ui.prompts import Prompter
    from supasync.wiring import build

    return build(load_settings(common.directory or Path.cwd(), schema=common.schema), screen, Prompter())


def _failed(screen: Screen, error: SupasyncError, machine: bool) -> int:
    if machine:
        found: dict[str, Any] = {
            "message": error.message,
            "reason": error.reason,
            "details": list(error.details),
            "hint": error.hint,
        }
        if error.spot:
            found["spot"] = {"file": error.spot.file, "line": error.spot.line, "column": error.spot.column}
        screen.json({"error": found})
    screen.error(error)
    return error.exit_code


def _of_a_file(error: OSError) -> SupasyncError:
    from supasync.redact import redact

    return SupasyncError(
        f"Cannot use {redact(str(error.filename))}",
        reason=redact(error.strerror or str(error)),
        hint="Look what it is, or move it away; then run the command again.",
    )


def _as_bug(error: Exception) -> SupasyncError:
    from supasync.adapters.buglog import write_bug
    from supasync.redact import redact

    return SupasyncError(
        f"Unexpected error: {type(error).__name__}",
        reason=redact(str(error)).partition("\n")[0],
        hint=f"This is a bug. The details, without secrets, are in {write_bug(error)}",
    )
