"""How changes, hazards, findings and kept data look, wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import rich.text
from rich.console import RenderableType

from supasync.core.attic.model import KeepKind, Label
from supasync.core.catalog.facts import bytes_words
from supasync.core.changes.describe import Line
from supasync.core.checks.hazard import Hazard, HazardKind
from supasync.core.checks.preflight import Finding, blocking, remedy
from supasync.core.counting import plural
from supasync.core.plan.migration_file import join_statements
from supasync.core.plan.plan import Cost, Difference
from supasync.ui.hanging import Hanging
from supasync.ui.visible import Text, visible


def cost_items(costs: Sequence[Cost]) -> Iterator[Hanging]:
    """One item for each thing that is kept, with what that takes."""
    for cost in costs:
        yield Hanging.of("  → ", cost.keep.words, _size(cost))


def _size(cost: Cost) -> str:
    if cost.keep.kind is KeepKind.POSITION:
        return ""
    words = [f"about {plural(cost.rows, 'row')}"] if cost.rows is not None else []
    if cost.bytes is not None:
        words.append(bytes_words(cost.bytes))
        words.append(seconds_words(cost.bytes))
    return f" ({', '.join(words)})" if words else ""


def seconds_words(size: int) -> str:
    """Return how long keeping so many bytes takes, roughly.

    CREATE TABLE AS wrote 37 to 136 MB a second (tables of 18 and 182 MB, two busy cores); hosted disks are slower.
    """
    seconds = size / 30e6
    return "under a second" if seconds < 1 else f"about {seconds:.0f} s"


_SEVERE = {HazardKind.LOSES_DATA, HazardKind.MAY_FAIL_ON_ROWS}
SIGNS = {"missing": ("+", "green"), "only": ("-", "red"), "different": ("~", "yellow")}


def code_items(code: Sequence[str]) -> Iterator[RenderableType]:
    """The code that files run, in full: nobody can say what it does but who reads it."""
    if code:
        yield ""
        yield Text("Code whose effect on Supabase is not known; read it:", style="bold yellow")
        shown = sql_text(join_statements(code))
        shown.rstrip()
        yield shown


def sql_text(sql: str) -> rich.text.Text:
    """Return SQL highlighted as PostgreSQL's dialect; without a terminal the colours fall away."""
    from rich.syntax import Syntax

    shown = visible(sql)  # the highlighter takes a carriage return for a line end
    syntax = Syntax(shown, "postgresql", theme="ansi_dark", background_color="default")
    return whole(syntax.highlight(shown.rstrip("\n")))


def whole(text: rich.text.Text) -> rich.text.Text:
    """Keep the lines whole: SQL is copied, and a terminal that breaks a line itself copies it unbroken."""
    text.no_wrap, text.overflow = True, "ignore"
    return text


def line_items(lines: Iterable[Line], hazards: Sequence[Hazard]) -> Iterator[Hanging]:
    """One item a line, marked when it loses data."""
    for line in lines:
        losing = any(belongs_to(line, hazard) and hazard.kind is HazardKind.LOSES_DATA for hazard in hazards)
        yield Hanging.of("  - ", line.text, ("  (loses data)", "red") if losing else "")


def finding_lines(findings: Sequence[Finding]) -> Iterator[Hanging]:
    """One item a finding, with what to do."""
    for finding in findings:
        sample = f" (for example {finding.sample})" if finding.sample else ""
        style = "red" if blocking(finding) else "yellow"
        yield Hanging.of("  - ", (finding.words, style), sample)
        yield Hanging.of("    ", (remedy(finding), "dim"))


def hazards_to_tell(line: Line, hazards: Sequence[Hazard]) -> Sequence[Hazard]:
    """Return the line's hazards, each once; the remark on a brief lock only where no other tells of a lock."""
    own = [hazard for hazard in hazards if belongs_to(line, hazard)]
    locked = any(hazard.lock and hazard.kind is not HazardKind.TAKES_LOCK for hazard in own)
    told = {hazard.message: hazard for hazard in own if not (locked and hazard.kind is HazardKind.TAKES_LOCK)}
    return tuple(told.values())


def hazard_parts(hazard: Hazard) -> tuple[str | tuple[str, str], ...]:
    style = "red" if hazard.kind in _SEVERE else "yellow"
    extra = ", ".join(part for part in (hazard.lock and f"lock {hazard.lock}", hazard.detail) if part)
    return (hazard.kind.value, style), f": {hazard.message}", f" ({extra})" if extra else ""


def change_items(found: Difference) -> Iterator[RenderableType]:
    """One item a line, its hazards below it."""
    for line in found.lines:
        sign, style = SIGNS[line.group]
        yield Hanging.of((f"  {sign} ", style), line.text)
        yield from (Hanging.of("      ", *hazard_parts(hazard)) for hazard in hazards_to_tell(line, found.hazards))


def label_line(label: str, reason: str = "", *, which: str = "Rollback") -> RenderableType:
    """What a rollback returns, in the colour that it deserves."""
    style = {Label.SCHEMA_ONLY: "red", Label.FROM_ATTIC: "yellow", Label.LOSSLESS: "green"}.get(Label(label), "")
    return Hanging.of(f"{which}: ", (label, style), f" ({reason})" if reason else "")


def belongs_to(line: Line, hazard: Hazard) -> bool:
    return hazard.change in line.changes
