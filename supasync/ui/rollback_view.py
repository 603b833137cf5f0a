"""How the attic and the plan of a rollback look: shared by `sync`, `rollback` and `attic`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import RenderableType

from supasync.core.attic.model import KeepKind, Label
from supasync.core.counting import plural
from supasync.core.plan.migration_file import join_statements
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.ui.change_view import change_items, code_items, cost_items, finding_lines, label_line, sql_text
from supasync.ui.hanging import Hanging
from supasync.ui.visible import Text, lines_of, visible
from supasync.ui.words import age

_SHORT: dict[str, str] = {Label.LOSSLESS: "lossless", Label.FROM_ATTIC: "from attic", Label.SCHEMA_ONLY: "schema only"}
_SHOWN_STATEMENTS = 40  # of a rollback; the rest is in --dry-run --json


def step_lines(steps: Sequence[RollbackStep], width: int) -> tuple[str, ...]:
    """One line for each step that can be undone, newest first: version, name, when, who, why, what comes back."""
    return tuple(_cut(visible(_step_words(step)), width) for step in steps)


def _cut(text: str, width: int) -> str:
    room = max(width - 4, 30)  # what the prompt puts before it
    return text if len(text) <= room else text[: room - 1] + "…"


def _step_words(step: RollbackStep) -> str:
    entry = step.entry
    if entry is None:
        return f"{step.version}  (a migration that supasync did not write)"
    when = age(entry.at, datetime.now(UTC)) if entry.at else ""
    who = entry.actor.name.partition(" <")[0] or entry.actor.os_user
    why = f" – {entry.reason}" if entry.reason else ""
    label = f"  [{_SHORT[step.label]}]" if step.label else ""
    return f"{step.version}  {step.name}{label}  {when}, {who}{why}"


def rollback_plan(plan: RollbackPlan) -> Iterator[RenderableType]:
    """What a rollback will do, shown before it asks."""
    yield Text(f"Undo {plural(len(plan.steps), 'step')}, newest first:", style="bold")
    for step in plan.steps:
        yield Hanging.of("  ↩ ", _step_words(step))
    yield ""
    yield Text("What changes in Supabase:", style="bold")
    yield from change_items(plan.difference)
    if not plan.difference.lines:
        yield "  nothing: the schema is in that state already"
    if plan.statements:
        yield ""
        yield Text("SQL:" if plan.route == "files" else "SQL, computed from the two schemas:", style="bold")
        shown = sql_text(join_statements(plan.statements[:_SHOWN_STATEMENTS]))
        shown.rstrip()
        yield shown
        if len(plan.statements) > _SHOWN_STATEMENTS:
            yield f"... and {plural(len(plan.statements) - _SHOWN_STATEMENTS, 'statement')} more (--dry-run --json)"
    yield from code_items([text for text in plan.code if text not in plan.statements[:_SHOWN_STATEMENTS]])
    yield from _data(plan)
    yield from _remarks(plan)


def _data(plan: RollbackPlan) -> Iterator[RenderableType]:
    if plan.returning:
        yield ""
        yield Text("Restored from the attic:", style="bold")
        for back in plan.returning:
            rows = "" if back.keep.kind is KeepKind.POSITION else f" ({plural(back.rows, 'row')})"
            yield Hanging.of(("  + ", "green"), f"{back.keep.words}{rows}")
    if plan.costs:
        yield ""
        yield Text("Moved to the attic (`supasync sync --restore` restores it):", style="bold")
        yield from cost_items(plan.costs)


def _remarks(plan: RollbackPlan) -> Iterator[RenderableType]:
    yield ""
    if plan.drift:
        yield Text("Changed by hand since the last sync, and also undone:", style="bold yellow")
        yield from (Hanging.of("  - ", text) for text in plan.drift)
        yield ""
    if plan.difference.findings and not plan.costs:
        yield Text("Affected rows:", style="bold")
        yield from finding_lines(plan.difference.findings)
        yield ""
    yield label_line(plan.label, plan.label_reason, which="This rollback")
    yield ""
    yield from _files(plan)
    for note in plan.notes:
        yield Hanging.of(("Note: ", "dim"), (note, "dim"))
    proven = "Rehearsed on a copy of the schema: it restores the earlier state."
    yield Hanging.of(("✓ ", "green"), proven)


def _files(plan: RollbackPlan) -> Iterator[RenderableType]:
    for title, names in (
        ("Files to be moved to supabase/rollbacks/reverted:", plan.moves),
        ("Files to be written:", plan.writes),
    ):
        if names:
            yield Text(title, style="bold")
            yield from (Hanging.of("  ", name) for name in names)
            yield ""
    if plan.schema_diff:
        edited = "; it was edited since the sync, and a copy is kept" if plan.schema_edited else ""
        yield Text(f"{plan.schema_name} is restored{edited}:", style="bold")
        yield from (Text(f"  {line}", style=_diff_style(line)) for line in lines_of(plan.schema_diff))
        yield ""
    elif plan.schema_text is None:
        words = "the ledger has no schema file of that state: restore it yourself, or the next sync repeats the change"
        yield Hanging.of(("warning: ", "yellow"), words)


def _diff_style(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "dim"
    return "green" if line.startswith("+") else "red" if line.startswith("-") else ""
