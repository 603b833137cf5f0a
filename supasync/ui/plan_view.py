"""How changes, hazards, findings and plans look: shared by `status`, `diff` and `sync`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from supasync.core.changes.change import Change, changes_of
from supasync.core.checks.preflight import Finding, blocking
from supasync.core.counting import plural
from supasync.core.plan.migration_file import join_statements
from supasync.core.plan.plan import Difference, Plan
from supasync.core.report import DiffReport
from supasync.ui.change_view import (
    SIGNS,
    change_items,
    code_items,
    cost_items,
    finding_lines,
    hazard_parts,
    hazards_to_tell,
    label_line,
    sql_text,
    whole,
)
from supasync.ui.hanging import Hanging
from supasync.ui.visible import Text, is_harmless


def diff(report: DiffReport) -> Iterator[RenderableType]:
    """The SQL of a difference, grouped by object."""
    found = report.difference
    if found.empty:
        yield Text.assemble(("✓ ", "green"), f"No differences: {report.target} is in sync.")
        return
    if report.reverse:
        yield Text("-- Reversed: from the schema file to the current state of Supabase.", style="dim")
        yield sql_text(join_statements(report.statements))
        return
    if found.lines:
        yield from _grouped(found, report.statements)
    if found.findings:
        yield Text("-- Affected rows:", style="bold")
        for item in finding_lines(found.findings):
            yield _comment(item.text)
    for text in found.unmanaged:
        yield _comment((f"needs a manual change: {text}", "yellow"))
    for note in found.notes:
        yield _comment((f"note: {note}", "dim"))


def _comment(*parts: Any) -> RenderableType:
    """A comment of SQL: names and values may have line ends, behind which a statement would stand."""
    return whole(Text("\n-- ").join(Text.assemble("-- ", *parts).split("\n")))


def plain(report: DiffReport) -> Iterator[RenderableType]:
    """The statements alone, as psql takes them."""
    if report.statements:
        yield join_statements(report.statements).rstrip("\n")


def altered(report: DiffReport) -> str:
    """Return a caution where the SQL that is shown is not the SQL that is meant, else nothing."""
    if all(map(is_harmless, report.statements)):
        return ""
    return (
        "The SQL is not runnable as it is printed: control characters and marks of direction in it are written out "
        "(\\x1b, \\u202e). `supasync diff --json` has it exactly."
    )


def _grouped(found: Difference, statements: Sequence[str]) -> Iterator[RenderableType]:
    owners: dict[Change, int] = {change: number for number, line in enumerate(found.lines) for change in line.changes}
    grouped: dict[int, list[str]] = {}
    for text in statements:
        number = next((owners[change] for change in changes_of(text) if change in owners), -1)
        grouped.setdefault(number, []).append(text)
    for number, texts in sorted(grouped.items()):
        if number >= 0:
            line = found.lines[number]
            sign, style = SIGNS[line.group]
            yield _comment((f"{sign} {line.text}", f"bold {style}"))
            yield from (_comment("  ", *hazard_parts(hazard)) for hazard in hazards_to_tell(line, found.hazards))
        yield sql_text(join_statements(texts))
        yield ""


def plan(plan: Plan) -> Iterator[RenderableType]:
    """What a sync will do, shown before it asks."""
    yield Text(f"Plan: {plan.name}", style="bold")
    yield ""
    yield from change_items(plan.difference)
    yield from _plan_remarks(plan)
    yield from code_items(plan.code)
    yield ""
    authored = any(segment.authored for segment in plan.segments)
    yield Text("Files to be applied, as they are:" if authored else "Files to be written:", style="bold")
    for segment in plan.segments:
        count = plural(len(segment.up), "statement")
        yield Hanging.of("  ", f"supabase/migrations/{segment.file_name} ({count})")
        if segment.down_text:
            yield Hanging.of("  ", f"supabase/rollbacks/{segment.file_name}")
    proven = "Rehearsed on a copy of the schema: the migration reaches the schema file, the rollback undoes it."
    yield Hanging.of(("✓ ", "green"), proven)


def _attic(plan: Plan) -> Iterator[RenderableType]:

    if plan.costs:
        yield ""
        yield Text("Kept in the attic, for a rollback:", style="bold")
        yield from cost_items(plan.costs)
    if plan.restored:
        yield ""
        yield Text("Restored from the attic:", style="bold")
        yield from (Hanging.of(("  + ", "green"), keep.words) for keep in plan.restored)
    if plan.discards:
        yield ""
        yield Text("Dropped data is not kept (--discard-data).", style="bold red")
    if plan.segments:
        worst = next(part for part in plan.segments if part.label == plan.label)
        yield ""
        yield label_line(plan.label, worst.label_reason)


def _unfilled(plan: Plan) -> list[Finding]:
    """Return what the files would fail on unless a person edits them; what a person wrote may see to it already."""
    filled = {(fill.table, fill.column) for fill in plan.backfills}
    found = () if any(part.authored for part in plan.segments) else filter(blocking, plan.difference.findings)
    changes = ((finding, finding.probe.change) for finding in found)
    return [finding for finding, change in changes if (f"{change.schema}.{change.table}", change.name) not in filled]


def _plan_remarks(plan: Plan) -> Iterator[RenderableType]:
    for fill in plan.backfills:
        yield Hanging.of("  backfill: ", (fill.sql, "cyan"), f" ({plural(fill.rows, 'row')})")
    losing = [] if plan.costs else [finding for finding in plan.difference.findings if not blocking(finding)]
    if affected := [*losing, *_unfilled(plan)]:
        yield ""
        yield Text("Affected rows:", style="bold")
        yield from finding_lines(affected)
    if plan.drift:
        yield ""
        yield Text("Changed by hand in Supabase since the last sync (the schema file decides):", style="bold yellow")
        yield from (Hanging.of("  - ", text) for text in plan.drift)
    if len(plan.segments) > 1:
        yield ""
        yield f"In {len(plan.segments)} migrations: a new enum value must be committed before it is used."
    if plan.difference.unmanaged:
        yield ""
        yield Text("Not part of this, and left as it is; it needs a manual change:", style="bold yellow")
        yield from (Hanging.of("  - ", text) for text in plan.difference.unmanaged)
    for note in plan.difference.notes:
        yield Hanging.of(("Note: ", "dim"), (note, "dim"))
    yield from _attic(plan)
