"""The person at the terminal: what is shown while a command runs, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from supasync.core.plan.plan import Plan
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.core.trust import JudgedItem


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

    def show_plan(self, plan: Plan) -> None:
        """Show a plan before the question."""

    def step_lines(self, steps: Sequence[RollbackStep]) -> Sequence[str]:
        """Put what a rollback can undo into lines to choose from."""

    def show_rollback_plan(self, plan: RollbackPlan) -> None:
        """Show the plan of a rollback before the question."""

    def show_trust(self, items: Sequence[JudgedItem]) -> None:
        """Show what a repository names before the question whether to trust it."""


class Prompter(Protocol):
    """Questions to the person."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no, no being the default."""

    def type_out(self, question: str, word: str) -> bool:
        """Ask for a word to be typed."""

    def select(self, question: str, choices: Sequence[str]) -> int:
        """Ask for one of several; return its position."""
