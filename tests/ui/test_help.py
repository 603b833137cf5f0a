"""Help that fits a terminal of 80 columns."""

from __future__ import annotations

import inspect

import pytest

from supasync import help_texts

TEXTS = {name: text for name, text in vars(help_texts).items() if name.isupper() and isinstance(text, str)}
ROOM = 80 - 3  # columns: what the help leaves of 80 beside its margins


@pytest.mark.parametrize("name", TEXTS)
def test_examples_are_lines_that_do_not_wrap(name: str) -> None:
    examples = [line for line in inspect.cleandoc(TEXTS[name]).splitlines() if line.lstrip().startswith("supasync ")]

    assert examples
    assert [line for line in examples if len(line) > ROOM] == []
