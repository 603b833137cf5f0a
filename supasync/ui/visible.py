"""The one place that makes foreign characters harmless: on a terminal some of them act instead of being shown.

Whatever reaches a terminal or a pipe passes through here: names and texts of a database, files, tools and git.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rich.text

# Control characters but tab and line feed, DEL and C1 (U+0085 ends a line, U+009B begins a terminal's command); marks,
# overrides and isolates of direction, by which text reads as what it is not; the line ends U+2028 and U+2029; what
# takes no room, so that two names look alike (joiners excepted: scripts and emoji need them); and halves of pairs,
# which come of file names that are not UTF-8 and cannot be printed.
_ACTING = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164"
    "\\ud800-\\udfff\\ufeff\\uffa0\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)
_TWO_DIGITS, _FOUR_DIGITS = 0xFF, 0xFFFF


def visible(text: str) -> str:
    """Return `text` with every character that would act written out: `\\x1b`, `\\u202e`."""
    return _ACTING.sub(_written_out, text)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text: a name may hold other characters that count as line ends."""
    return text.rstrip("\n").split("\n") if text else []


def is_harmless(text: str) -> bool:
    """Tell whether a text is printed as it is."""
    return _ACTING.search(text) is None


def in_json(text: str) -> str:
    """Return a text of JSON that says the same without a character that would act."""
    # It has them in strings alone: what separates its tokens is space and line feed, as `json.dumps` writes it.
    return _ACTING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code > _FOUR_DIGITS:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code <= _TWO_DIGITS else f"\\u{code:04x}"


class Text(rich.text.Text):
    """rich's Text, made of visible characters: the only one that views use, so that widths are right, too."""

    def __init__(self, text: str = "", *others: Any, **named: Any) -> None:
        super().__init__(visible(text), *others, **named)

    def append(self, text: rich.text.Text | str, style: Any = None) -> rich.text.Text:
        """Add text, made visible, to the end."""
        return super().append(visible(text) if isinstance(text, str) else text, style)

    @classmethod
    def assemble(cls, *parts: Any, **named: Any) -> Text:
        """Put a text together from strings, (string, style) pairs and texts."""
        made = super().assemble(*parts, **named)
        assert isinstance(made, Text)  # it is made by `cls`
        return made
