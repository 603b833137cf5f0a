"""How changes, hazards, findings and plans look: shared by `status`, `diff` and `sync`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from supasync.core.attic import Label
from supasync.core.change import Change, changes_of
from supasync.core.describe import Line
from supasync.core.hazard import Hazard, HazardKind
from supasync.core.migration import join_statements
from supasync.core.plan import Difference, Plan
from supasync.core.preflight import Finding, blocking, remedy
from supasync.core.report import DiffReport
from supasync.ui.hanging import Hanging
from supasync.ui.words import plural

_SEVERE = {HazardKind.LOSES_DATA, HazardKind.MAY_FAIL_ON_ROWS}
_SIGNS = {"missing": ("+", "green"), "only": ("-", "red"), "different": ("~", "yellow")}


def sql_text(sql: str) -> Text:
    """Return SQL highlighted as PostgreSQL's dialect; without a terminal the colours fall away."""
    from rich.syntax import Syntax

    return _whole(Syntax(sql, "postgresql", theme="ansi_dark", background_color="default").highlight(sql.rstrip("\n")))


def _whole(text: Text) -> Text:
    """Keep the lines whole: SQL is copied, and a terminal that breaks a line itself copies it unbroken."""
    text.no_wrap, text.overflow = True, "ignore"
    return text


def line_items(lines: Iterable[Line], hazards: Sequence[Hazard]) -> Iterator[Hanging]:
    """One item a line, marked when it loses data."""
    for line in lines:
        losing = any(_of(line, hazard) and hazard.kind is HazardKind.LOSES_DATA for hazard in hazards)
        yield Hanging.of("  - ", line.text, ("  (loses data)", "red") if losing else "")


def finding_lines(findings: Sequence[Finding]) -> Iterator[Hanging]:
    """One item a finding, with what to do."""
    for finding in findings:
        sample = f" (for example {finding.sample})" if finding.sample else ""
        style = "red" if blocking(finding) else "yellow"
        yield Hanging.of("  - ", (finding.words, style), sample)
        yield Hanging.of("    ", (remedy(finding), "dim"))


def diff(report: DiffReport) -> Iterator[RenderableType]:
    """The SQL of a difference, grouped by object."""
    found = report.difference
    if found.empty:
        yield Text.assemble(("✓ ", "green"), f"No differences: {report.target} is in sync.")
        return
    if report.reverse:
        yield Text("-- The way back: from the schema file to what Supabase has now.", style="dim")
        yield sql_text(join_statements(report.statements))
        return
    if found.lines:
        yield from _grouped(found, report.statements)
    if found.findings:
        yield Text("-- Rows that this concerns:", style="bold")
        for item in finding_lines(found.findings):
            yield _whole(Text.assemble("-- ", item.text))
    for text in found.unmanaged:
        yield _whole(Text(f"-- different, and not to be changed automatically: {text}", style="yellow"))
    for note in found.notes:
        yield _whole(Text(f"-- note: {note}", style="dim"))


def plain(report: DiffReport) -> Iterator[RenderableType]:
    """The statements alone, as psql takes them."""
    if report.statements:
        yield join_statements(report.statements).rstrip("\n")


def _grouped(found: Difference, statements: Sequence[str]) -> Iterator[RenderableType]:
    owners: dict[Change, int] = {change: number for number, line in enumerate(found.lines) for change in line.changes}
    grouped: dict[int, list[str]] = {}
    for text in statements:
        number = next((owners[change] for change in changes_of(text) if change in owners), -1)
        grouped.setdefault(number, []).append(text)
    for number, texts in sorted(grouped.items()):
        if number >= 0:
            line = found.lines[number]
            sign, style = _SIGNS[line.group]
            yield _whole(Text(f"-- {sign} {line.text}", style=f"bold {style}"))
            yield from (
                _whole(Text.assemble("--   ", *_hazard_parts(hazard))) for hazard in _hazards(line, found.hazards)
            )
        yield sql_text(join_statements(texts))
        yield ""


def _hazards(line: Line, hazards: Sequence[Hazard]) -> Sequence[Hazard]:
    """Return the line's hazards, each once; the remark on a brief lock only where no other tells of a lock."""
    own = [hazard for hazard in hazards if _of(line, hazard)]
    locked = any(hazard.lock and hazard.kind is not HazardKind.TAKES_LOCK for hazard in own)
    told = {hazard.message: hazard for hazard in own if not (locked and hazard.kind is HazardKind.TAKES_LOCK)}
    return tuple(told.values())


def _hazard_parts(hazard: Hazard) -> tuple[str | tuple[str, str], ...]:
    style = "red" if hazard.kind in _SEVERE else "yellow"
    extra = ", ".join(part for part in (hazard.lock and f"lock {hazard.lock}", hazard.detail) if part)
    return (hazard.kind.value, style), f": {hazard.message}", f" ({extra})" if extra else ""


def plan(plan: Plan) -> Iterator[RenderableType]:
    """What a sync will do, shown before it asks."""
    yield Text(f"Plan: {plan.name}", style="bold")
    yield ""
    yield from change_items(plan.difference)
    yield from _plan_remarks(plan)
    yield ""
    authored = any(segment.authored for segment in plan.segments)
    yield Text("Files to be applied, as they are:" if authored else "Files to be written:", style="bold")
    for segment in plan.segments:
        count = plural(len(segment.up), "statement")
        yield Hanging.of("  ", f"supabase/migrations/{segment.version}_{segment.name}.sql ({count})")
        if segment.down_text:
            yield Hanging.of("  ", f"supabase/rollbacks/{segment.version}_{segment.name}.sql")
    proven = "Rehearsed on a copy of the schema: up reaches the schema file, down leads back."
    yield Hanging.of(("✓ ", "green"), proven)


def change_items(found: Difference) -> Iterator[RenderableType]:
    """One item a line, its hazards below it."""
    for line in found.lines:
        sign, style = _SIGNS[line.group]
        yield Hanging.of((f"  {sign} ", style), line.text)
        yield from (Hanging.of("      ", *_hazard_parts(hazard)) for hazard in _hazards(line, found.hazards))


def label_line(label: str, reason: str = "", *, which: str = "A rollback") -> RenderableType:
    """What a rollback returns, in the colour that it deserves."""
    style = {Label.SCHEMA_ONLY: "red", Label.FROM_ATTIC: "yellow", Label.LOSSLESS: "green"}.get(Label(label), "")
    return Hanging.of(f"{which} returns: ", (label, style), f" ({reason})" if reason else "")


def _attic(plan: Plan) -> Iterator[RenderableType]:
    from supasync.ui.way_view import cost_items

    if plan.costs:
        yield ""
        yield Text("Kept in the attic, for a rollback:", style="bold")
        yield from cost_items(plan.costs)
    if plan.restored:
        yield ""
        yield Text("Comes back from the attic:", style="bold")
        yield from (Hanging.of(("  + ", "green"), keep.words) for keep in plan.restored)
    if plan.discards:
        yield ""
        yield Text("Nothing of what is dropped is kept (--discard-data).", style="bold red")
    if plan.segments:
        worst = next(part for part in plan.segments if part.label == plan.label)
        yield ""
        yield label_line(plan.label, worst.label_reason)


def _plan_remarks(plan: Plan) -> Iterator[RenderableType]:
    for fill in plan.backfills:
        yield Hanging.of("  backfill: ", (fill.sql, "cyan"), f" ({plural(fill.rows, 'row')})")
    losing = [finding for finding in plan.difference.findings if not blocking(finding)]
    if losing and not plan.costs:
        yield ""
        yield Text("Rows that this concerns:", style="bold")
        yield from finding_lines(losing)
    if plan.drift:
        yield ""
        yield Text("Changed by hand in Supabase since the last sync (the schema file decides):", style="bold yellow")
        yield from (Hanging.of("  - ", text) for text in plan.drift)
    if len(plan.segments) > 1:
        yield ""
        yield f"In {len(plan.segments)} migrations: a new enum value must be committed before it is used."
    for note in plan.difference.notes:
        yield Hanging.of(("Note: ", "dim"), (note, "dim"))
    yield from _attic(plan)


def _of(line: Line, hazard: Hazard) -> bool:
    return hazard.change in line.changes
