"""`attic` as a command: the list, one entry, and who may purge what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from supasync.commands.attic import Request, read_age, run
from supasync.core.attic.model import AtticEntry, Keep, KeepKind
from supasync.core.changes.direction import Direction
from supasync.core.plan.choices import AtticAction
from supasync.errors import RefusedError, SupasyncError, UsageError
from tests.support.fakes import NOW, World, world


def kept(name: str, days: int, *, purged: bool = False) -> AtticEntry:
    """Rows of a table that went so many days ago."""
    keep = Keep(f"attic_{name}", KeepKind.ROWS, "public", name)
    return AtticEntry(keep, "1", Direction.UP, 1234, 1, NOW - timedelta(days=days), NOW if purged else None)


def stocked(*answers: bool) -> World:
    """A world whose attic holds an old table, a purged one and a new one."""
    made = world(answers=answers)
    made.target.kept = [kept("old", 40), kept("gone", 35, purged=True), kept("new", 1)]
    return made


def left(made: World) -> set[str]:
    return {entry.keep.attic for entry in made.target.kept if not entry.purged_at}


def test_the_list_is_newest_first_and_tells_what_is_gone() -> None:
    report, code = run(stocked().context, Request())
    assert [entry.keep.name for entry in report.entries] == ["new", "gone", "old"]
    assert code == 0
    assert [entry["purged_at"] is None for entry in report.as_json()["entries"]] == [True, False, True]


@pytest.mark.parametrize("name", ["old", "attic_old"])
def test_one_entry_is_shown_with_rows(name: str) -> None:
    report, _ = run(stocked().context, Request(action=AtticAction.SHOW, name=name, limit=3))
    assert [entry.keep.name for entry in report.entries] == ["old"]
    assert (report.columns, report.rows) == (("id",), (("1",),))


@pytest.mark.parametrize("action", [AtticAction.SHOW, AtticAction.PURGE])
@pytest.mark.parametrize(("name", "words"), [("nothing", "has no nothing"), ("gone", "attic_gone was purged")])
def test_what_is_not_there_is_told(action: AtticAction, name: str, words: str) -> None:
    made = stocked()
    with pytest.raises(UsageError, match=words) as caught:
        run(made.context, Request(action=action, name=name, yes=True))
    assert "attic list" in caught.value.hint
    assert left(made) == {"attic_old", "attic_new"}


@pytest.mark.parametrize(
    ("asked", "stays"),
    [
        (Request(name="new"), {"attic_old"}),
        (Request(older_than="30d"), {"attic_new"}),
        (Request(older_than="6 weeks"), {"attic_old", "attic_new"}),
        (Request(older_than="25 h", name="new"), {"attic_old", "attic_new"}),
        (Request(older_than="23H", name="new"), {"attic_old"}),
        (Request(), set()),
    ],
)
def test_purge(asked: Request, stays: set[str]) -> None:
    made = stocked()
    report, code = run(made.context, replace(asked, action=AtticAction.PURGE, yes=True))
    assert left(made) == stays
    assert {entry.keep.attic for entry in report.entries} == {"attic_old", "attic_new"} - stays
    assert ("purged" in report.as_json(), code) == (True, 0)


def test_purge_asks_for_a_word() -> None:
    agreed = stocked(True)
    run(agreed.context, Request(action=AtticAction.PURGE))
    assert left(agreed) == set()
    assert agreed.prompter.asked == [
        "Drop 2 attic tables permanently? Rollbacks will then restore the schema without this data. [purge]"
    ]
    assert agreed.screen.told == ["attic_new: rows of new, 1,234 rows", "attic_old: rows of old, 1,234 rows"]
    declined, alone = stocked(False), stocked()
    with pytest.raises(RefusedError, match="Declined; nothing was changed"):
        run(declined.context, Request(action=AtticAction.PURGE))
    with pytest.raises(RefusedError, match="there is no terminal"):
        run(alone.context, Request(action=AtticAction.PURGE))
    assert left(declined) == left(alone) == {"attic_old", "attic_new"}


def test_nothing_to_purge_is_nothing_to_ask() -> None:
    made = stocked()
    report, _ = run(made.context, Request(action=AtticAction.PURGE, older_than="99w"))
    assert report.entries == ()


@pytest.mark.parametrize("text", ["soon", "30", "d", "-1d", "3 months"])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(SupasyncError, match="is not a valid age") as caught:
        read_age(text)
    assert "For example 30d" in caught.value.hint
