"""Every question to the person (questionary), in visible characters. The safe answer is the default; ^C means no."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from supasync.errors import Interrupted
from supasync.ui.visible import visible

if TYPE_CHECKING:
    from questionary import Question


_MARK = "? "  # what questionary puts before a question


class Prompter:
    """Asks on stderr, so that stdout stays the result."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no; the default is no. Raises Interrupted on ^C."""
        import questionary

        return bool(_ask(questionary.confirm(visible(question), default=False, auto_enter=False, output=_output())))

    def type_out(self, question: str, word: str) -> bool:
        """Ask for a word to be typed, so that nobody agrees by habit. Raises Interrupted on ^C."""
        import questionary

        output = _output()
        shown = f"{_wrapped(question, output)}\n  Type '{visible(word)}' to continue:"
        answer = _ask(questionary.text(shown, output=output))
        return str(answer).strip() == word

    def select(self, question: str, choices: Sequence[str]) -> int:
        """Ask for one of several with the arrow keys; return its position. Raises Interrupted on ^C."""
        import questionary

        shown = [questionary.Choice(visible(text), value=position) for position, text in enumerate(choices)]
        output = _output()
        return int(_ask(questionary.select(_wrapped(question, output), choices=shown, output=output)))


def _forget_what_was_typed_ahead() -> None:
    """An answer counts only when the question could be read."""
    import termios

    try:
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except (OSError, ValueError, termios.error):
        return  # no terminal, so nothing was typed


def _output() -> Any:
    from prompt_toolkit.output import create_output

    return create_output(sys.stderr)


def _wrapped(question: str, output: Any) -> str:
    # The line above the one that is typed on is cut off where the terminal ends.
    width = output.get_size().columns - len(_MARK) - 1
    return textwrap.fill(visible(question), width, subsequent_indent=" " * len(_MARK))


def _ask(question: Question) -> Any:
    _forget_what_was_typed_ahead()
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Interrupted("Cancelled; nothing was changed") from None
