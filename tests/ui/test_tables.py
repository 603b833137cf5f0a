"""Tables on terminals of every width, and in pipes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console, RenderableType

from supasync.core.attic.model import Label
from supasync.core.plan.ledger import Actor, Entry, Event, FileRecord
from supasync.core.report import Check, ChecksReport, LogReport
from supasync.ui import log_view, render

ME = Actor("Ada Lovelace <ada@example.org>", "ada", "engine")
FILE = FileRecord("20261124120000", "x", "up", "down", "1", "2", Label.FROM_ATTIC)
ADDED = Entry(
    "a",
    Event.SUCCEEDED,
    "add_column_leagues_status_and_12_more",
    versions=("20261124120000", "20261124120001"),
    files=(FILE,),
    actor=ME,
    reason="the status page needs to know which leagues are over",
    id=12,
    at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
)
FAILED = Entry("b", Event.FAILED, "drop_old", actor=ME, error="boom\nat line 1", id=7, at=ADDED.at)


def shown(what: Iterable[RenderableType], width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, color_system=None)
    for renderable in what:
        console.print(renderable)
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    return lines


def test_the_log_is_one_line_each_where_all_of_it_fits() -> None:
    first, added, failed = shown(log_view.log(LogReport((ADDED, FAILED), full=False)), 200)

    assert first.split() == ["ID", "Version", "When", "Event", "Undo", "Who", "Name", "Why"]
    assert added.split()[:7] == ["12", "20261124120001", "+1", "2026-11-24", "12:00Z", "succeeded", "attic"]
    assert added.endswith(f"Ada Lovelace  {ADDED.name}  {ADDED.reason}")
    assert failed.endswith("drop_old                               boom")


def test_the_log_on_80_columns_breaks_no_name() -> None:
    lines = shown(log_view.log(LogReport((ADDED, FAILED), full=False)), 80)

    assert lines == [
        "ID  Version            When               Event      Undo   Who",
        "12  20261124120001 +1  2026-11-24 12:00Z  succeeded  attic  Ada Lovelace",
        "    add_column_leagues_status_and_12_more: the status page needs to know which",
        "    leagues are over",
        "7                      2026-11-24 12:00Z  failed            Ada Lovelace",
        "    drop_old: boom",
    ]


def test_doctor_shows_what_was_found_with_the_remedy_below() -> None:
    checks = (
        Check("Python", True, "3.11.7"),
        Check("Supabase CLI", False, "not installed", "Run: npm install supabase"),
        Check("node_modules", None, "none"),
    )

    assert shown(render.tools(ChecksReport("Tools", checks)), 80) == [
        "Tools",
        "",
        "   What          Found",
        "✓  Python        3.11.7",
        "✗  Supabase CLI  not installed",
        "                 Run: npm install supabase",
        "-  node_modules  none",
        "",
        "1 check failed.",
    ]
