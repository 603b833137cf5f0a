"""The screen: results to stdout, progress and notes to stderr, colour only on a terminal (rich).

All of it is visible: characters that would act on a terminal are written out (ui/visible.py). Nothing is redacted
here, where text leaves: that was done where it entered (redact.py).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

from supasync.core.plan.plan import Plan
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.core.trust import JudgedItem
from supasync.errors import SupasyncError
from supasync.ui import plan_view, rollback_view, trust_view
from supasync.ui.hanging import Hanging
from supasync.ui.visible import Text, in_json, is_harmless, lines_of, visible

_PIPE_WIDTH = 4096  # columns: a pipe has no width, and a cut line is of no use to grep


class Screen:
    """Where everything is shown. `quiet` leaves results and errors only; `verbose` names finished
    steps; `machine` keeps stdout free for one JSON object."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, machine: bool = False) -> None:
        self.machine = machine
        self.quiet = quiet
        self.verbose = verbose
        self._out = _console(sys.stdout, stderr=False)
        self._err = _console(sys.stderr, stderr=True)

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def out_is_terminal(self) -> bool:
        """Whether results go to a terminal rather than a pipe or file."""
        return self._out.is_terminal

    @property
    def width(self) -> int:
        """Columns of the terminal that results go to."""
        return self._out.width

    def show(self, *renderables: RenderableType) -> None:
        """Print results. Strings are printed as they are, without markup."""
        for renderable in renderables:
            told = Text(renderable) if isinstance(renderable, str) else renderable
            self._out.print(told, highlight=False, soft_wrap=isinstance(renderable, str))

    def show_plan(self, plan: Plan) -> None:
        """Print a plan before the question."""
        if not self.machine:
            self.show(*plan_view.plan(plan))

    def show_rollback_plan(self, plan: RollbackPlan) -> None:
        """Print the plan of a rollback before the question."""
        if not self.machine:
            self.show(*rollback_view.rollback_plan(plan))

    def show_trust(self, items: Sequence[JudgedItem]) -> None:
        """Print what a repository names before the question whether to trust it, to stderr as the question is."""
        for line in trust_view.question(items):
            self._err.print(line, highlight=False)

    def step_lines(self, steps: Sequence[RollbackStep]) -> tuple[str, ...]:
        """Put what a rollback can undo into lines to choose from."""
        return rollback_view.step_lines(steps, self._err.width)

    def json(self, value: object) -> None:
        """Write a value as one text of JSON to stdout, untouched by colours and widths, and exact."""
        self.raw(in_json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")

    def raw(self, text: str) -> None:
        """Write what is harmless already to stdout, untouched by colours and widths."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def note(self, text: str, *, mark: str = "note", style: str = "dim") -> None:
        """Print a remark to stderr."""
        if not self.quiet:
            self._err.print(Text.assemble((f"{mark}: " if mark else "", style or "bold"), text), highlight=False)

    def warn(self, text: str) -> None:
        """Print a remark that should not be missed."""
        self._err.print(Text.assemble(("warning: ", "yellow"), text), highlight=False)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show what is being done while it is done."""
        if self.quiet:
            yield
            return
        begun = time.monotonic()
        if self._err.is_terminal:
            with self._err.status(escape(visible(text)) + " ..."):
                yield
        else:
            yield
        if self.verbose:
            self._err.print(Text(f"{text} ({time.monotonic() - begun:.1f} s)", style="dim"), highlight=False)

    def done(self, text: str) -> None:
        """Say that a step of consequence is done."""
        if not self.quiet:
            self._err.print(Text.assemble(("✓ ", "green"), text), highlight=False)

    def error(self, error: SupasyncError) -> None:
        """Print an error: what happened, where, why, what to do."""
        console = self._err
        whole = not console.is_terminal  # a pipe gets whole lines, a terminal words that are not cut
        message = Text.assemble(("error: ", "bold red"), (error.message, "bold"))
        console.print(message, highlight=False, soft_wrap=whole)
        if error.spot:
            spot = error.spot
            gutter = f"{spot.line} | "
            where = f"  --> {spot.file}:{spot.line}" + (f":{spot.column}" if spot.column else "")
            console.print(Text(where, style="cyan"), highlight=False, soft_wrap=True)
            console.print(Text(f"  {gutter}{spot.text}"), highlight=False, soft_wrap=True)
            if spot.column:
                pad = "".join("\t" if letter == "\t" else " " for letter in visible(spot.text[: spot.column - 1]))
                console.print(Text("  " + " " * len(gutter) + pad + "^", style="red"), highlight=False, soft_wrap=True)
        lines = [("  ", line) for line in lines_of(error.reason)]
        for detail in error.details:
            lines += [("    " if at else "  - ", line) for at, line in enumerate(lines_of(detail))]
        for mark, text in lines:
            told = Text(mark + text) if whole else Hanging.of(mark, text)
            console.print(told, highlight=False, soft_wrap=whole)
        if error.hint:
            hint = error.hint
            told = Text.assemble(("hint: ", "cyan"), hint) if whole else Hanging.of(("hint: ", "cyan"), hint)
            console.print(told, highlight=False, soft_wrap=whole)


class _Console(Console):
    """Prints visible characters only, whatever it is given; leaves it to the error boundary what happens when the
    reader of a pipe has gone."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render what is printed, also what no view has made visible."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control or is_harmless(text) else Segment(visible(text), style)

    def on_broken_pipe(self) -> None:
        """Pass the error on; rich would exit with 1."""
        raise BrokenPipeError


def _console(stream: Any, *, stderr: bool) -> Console:
    width = None if stream.isatty() else _PIPE_WIDTH
    plain = "NO_COLOR" in os.environ
    return _Console(
        stderr=stderr,
        width=width,
        color_system=None if plain else "auto",  # no_color alone would leave bold and dim
        soft_wrap=not stream.isatty(),
        emoji=False,
        markup=False,
    )
