"""Tables as every view shows them: bold headings, no frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table as RichTable

from supasync.ui.visible import Text, visible

Cell = str | Text


@dataclass(frozen=True)
class Table:
    """A table whose lines end where their text ends; rich fills them up with spaces, which a pipe would keep."""

    filled: RichTable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render line by line."""
        for segments in console.render_lines(self.filled, options, pad=False):
            line = Text.assemble(*((segment.text, segment.style or "") for segment in segments), no_wrap=True)
            line.rstrip()
            yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Tell how narrow and how wide the table can be."""
        return Measurement.get(console, options, self.filled)


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Collection[str] = ()) -> Table:
    """Return a table; the columns named in `right` are numbers. Cells that do not fit go on in the next line."""
    made = RichTable(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(visible(heading), overflow="fold", justify="right" if heading in right else "left")
    for row in rows:
        made.add_row(*(safe(cell) for cell in row))
    return Table(made)


def safe(cell: Cell) -> Text:
    """Return a cell as it may be shown."""
    return cell if isinstance(cell, Text) else Text(cell)
