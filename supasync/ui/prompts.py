"""Every question to the person (questionary). The safe answer is the default; ^C means no."""

from __future__ import annotations

import sys
from typing import Any

import questionary
from prompt_toolkit.output import create_output

from supasync.errors import Interrupted


class Prompter:
    """Asks on stderr, so that stdout stays the result."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no; the default is no. Raises Interrupted on ^C."""
        return bool(
            _ask(questionary.confirm(question, default=False, auto_enter=False, output=create_output(sys.stderr)))
        )

    def type_out(self, question: str, word: str) -> bool:
        """Ask for a word to be typed, so that nobody agrees by habit. Raises Interrupted on ^C."""
        answer = _ask(questionary.text(f"{question} Type '{word}' to go on:", output=create_output(sys.stderr)))
        return str(answer).strip() == word


def _ask(question: questionary.Question) -> Any:
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Interrupted("Stopped at the question; nothing was changed") from None
