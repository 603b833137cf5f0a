"""Lines that wrap under their own text, not under the margin."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult

from supasync.ui.visible import Text

_NARROWEST = 20  # columns: below that an indent leaves no room for words


@dataclass(frozen=True)
class Hanging:
    """A mark ("  - ") and the text beside it, which continues below its own beginning."""

    mark: Text
    body: Text

    @classmethod
    def of(cls, mark: str | tuple[str, str], *parts: str | tuple[str, str]) -> Hanging:
        """Put mark and text together from strings and (string, style) pairs."""
        return cls(Text.assemble(mark), Text.assemble(*parts))

    @property
    def text(self) -> Text:
        """All of it in one line."""
        return Text.assemble(self.mark, self.body)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Wrap the text to the room that the mark leaves."""
        width = max(options.max_width - self.mark.cell_len, _NARROWEST)
        pad = Text(" " * self.mark.cell_len)
        for number, line in enumerate(self.body.wrap(console, width, overflow="fold")):
            line.rstrip()
            yield Text.assemble(self.mark if number == 0 else pad, line, no_wrap=True, overflow="ignore")
