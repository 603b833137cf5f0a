"""Every question to the person (questionary). The safe answer is the default; ^C means no."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from supasync.errors import Interrupted

if TYPE_CHECKING:
    from questionary import Question


class Prompter:
    """Asks on stderr, so that stdout stays the result."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no; the default is no. Raises Interrupted on ^C."""
        import questionary

        return bool(_ask(questionary.confirm(question, default=False, auto_enter=False, output=_output())))

    def type_out(self, question: str, word: str) -> bool:
        """Ask for a word to be typed, so that nobody agrees by habit. Raises Interrupted on ^C."""
        import questionary

        answer = _ask(questionary.text(f"{question}\n  Type '{word}' to go on:", output=_output()))
        return str(answer).strip() == word

    def select(self, question: str, choices: Sequence[str]) -> int:
        """Ask for one of several with the arrow keys; return its position. Raises Interrupted on ^C."""
        import questionary

        shown = [questionary.Choice(text, value=position) for position, text in enumerate(choices)]
        return int(_ask(questionary.select(question, choices=shown, output=_output())))


def _output() -> Any:
    from prompt_toolkit.output import create_output

    return create_output(sys.stderr)


def _ask(question: Question) -> Any:
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Interrupted("Stopped at the question; nothing was changed") from None
