"""What can be undone, and how far back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.attic.model import Keep, KeepKind, KeptColumn, Label
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord
from supasync.core.plan.rollback_plan import (
    BASE,
    Returning,
    RollbackStep,
    choose_steps,
    goal_of,
    kept_rows,
    rollback_steps,
    rows_to_come,
    without_new_values,
)
from supasync.errors import UsageError

S, OK, BAD, BACK = Event.STARTED, Event.SUCCEEDED, Event.FAILED, Event.ROLLED_BACK


def file(version: str, label: str = "lossless") -> FileRecord:
    return FileRecord(version, "n", "up", "down", "c", "d", label)


def sync(number: int, name: str, *versions: str, end: Event = OK, done: tuple[str, ...] | None = None) -> list[Entry]:
    files = tuple(file(version) for version in versions)
    return [
        Entry(name, S, name, versions=versions, files=files, id=number),
        Entry(name, end, name, versions=versions if done is None else done, id=number + 1),
    ]


def back(number: int, *versions: str) -> list[Entry]:
    return [
        Entry(f"back {number}", event, "revert", direction=Direction.DOWN, versions=versions, id=number + step)
        for step, event in enumerate((S, BACK, OK))
    ]


AGAIN = sync(1, "a", "1") + back(3, "1") + sync(6, "b", "1")


@pytest.mark.parametrize(
    ("entries", "applied", "steps"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([], ["1", "2"], [("2",), ("1",)], id="written by others"),
        pytest.param(sync(1, "a", "1"), ["1"], [("1", "a")], id="one sync"),
        pytest.param(sync(1, "a", "1", "2"), ["2", "1"], [("1", "2", "a")], id="one sync of two files"),
        pytest.param(sync(1, "a", "1") + sync(3, "b", "2"), ["1", "2"], [("2", "b"), ("1", "a")], id="newest first"),
        pytest.param(sync(1, "a", "9") + sync(3, "b", "10"), ["9", "10"], [("10", "b"), ("9", "a")], id="as numbers"),
        pytest.param(sync(1, "a", "1"), ["1", "2"], [("2",), ("1", "a")], id="one of others on top"),
        pytest.param(sync(1, "a", "1", "3"), ["1", "2", "3"], [("3", "a"), ("2",), ("1", "a")], id="between"),
        pytest.param(sync(1, "a", "1", "2", end=BAD, done=("1",)), ["1"], [("1", "a")], id="applied in part"),
        pytest.param(sync(1, "a", "1") + back(3, "1"), [], [], id="undone"),
        pytest.param(AGAIN, ["1"], [("1", "b")], id="done again"),
        pytest.param(AGAIN[::-1], ["1"], [("1", "b")], id="in any order"),
        pytest.param(sync(1, "a", "1") + back(3, "1"), ["1"], [("1",)], id="undone, yet in the history"),
        pytest.param(sync(1, "a", "1")[:1], ["1"], [("1",)], id="never ended"),
    ],
)  # fmt: skip
def test_what_can_be_undone(entries: list[Entry], applied: list[str], steps: list[tuple[str, ...]]) -> None:
    found = rollback_steps(entries, applied)
    assert [(*step.versions, *([step.name] if step.name else [])) for step in found] == steps
    assert [len(step.files) for step in found] == [len(step.versions) if step.entry else 0 for step in found]


@pytest.mark.parametrize(
    ("labels", "label"),
    [((), ""), (("lossless",), "lossless"), (("lossless", ""), ""), (("lossless", Label.SCHEMA_ONLY), "schema only")],
)
def test_the_label_of_a_step_is_its_worst_files(labels: tuple[str, ...], label: str) -> None:
    assert RollbackStep(("1",), "a", None, tuple(file("1", found) for found in labels)).label == label


STEPS = (RollbackStep(("4",), "c"), RollbackStep(("2", "3"), "b"), RollbackStep(("1",), "a"))


@pytest.mark.parametrize(
    ("version", "last", "count"),
    [("", 1, 1), ("", 3, 3), (BASE, 0, 3), ("3", 0, 1), ("1", 0, 2)],
)
def test_how_far_back(version: str, last: int, count: int) -> None:
    undone = choose_steps(STEPS, version, last)
    assert undone == STEPS[:count]
    assert goal_of(STEPS, undone) == (STEPS[count] if count < len(STEPS) else None)


@pytest.mark.parametrize(
    ("version", "last", "words"),
    [("", 4, "only 3"), ("4", 0, "at 4 already"), ("2", 0, "only part of b"), ("7", 0, "no version 7")],
)
def test_where_there_is_no_way_back(version: str, last: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        choose_steps(STEPS, version, last)


@pytest.mark.parametrize(("version", "last"), [(BASE, 0), ("", 1), ("1", 0)])
def test_nothing_to_undo(version: str, last: int) -> None:
    with pytest.raises(UsageError, match="nothing to roll back"):
        choose_steps((), version, last)


def test_a_part_is_undone_by_the_number_that_the_hint_tells() -> None:
    with pytest.raises(UsageError) as caught:
        choose_steps(STEPS, "2", 0)
    assert "--last 2" in (caught.value.hint or "")
    assert choose_steps(STEPS, "", 2)[-1].name == "b"


def test_only_what_the_inventory_knows_returns() -> None:
    keeps = [Keep("a", KeepKind.ROWS, "public", "t"), Keep("b", KeepKind.ROWS, "public", "u")]
    assert kept_rows(keeps, {"b": 3, "c": 4}) == (Returning(keeps[1], 3),)


ROWS, OLDER_ROWS = (Keep(name, KeepKind.ROWS, "public", "t") for name in ("attic_4_1", "attic_2_1"))
VALUES = Keep("attic_3_1", KeepKind.VALUES, "public", "t", (KeptColumn("a", "text"),))


@pytest.mark.parametrize(
    ("keeps", "found"),
    [
        pytest.param((ROWS, VALUES), ROWS, id="the table before its column"),
        pytest.param((ROWS, VALUES, OLDER_ROWS), ROWS, id="rows of an earlier time come later"),
        pytest.param((ROWS, OLDER_ROWS, VALUES), OLDER_ROWS, id="made again twice"),
        pytest.param((ROWS, replace(VALUES, columns=(KeptColumn("b", "text"),)), OLDER_ROWS), OLDER_ROWS, id="other"),
        pytest.param((replace(ROWS, again=True), VALUES), None, id="rows that go along"),
        pytest.param((replace(ROWS, schema="app"), VALUES), None, id="a table of that name"),
        pytest.param((VALUES, OLDER_ROWS), None, id="the column before the table"),
    ],
)
def test_where_the_rows_are_while_their_table_is_not_there(keeps: tuple[Keep, ...], found: Keep | None) -> None:
    assert rows_to_come(("public", "t"), keeps, "a") == found


ADD = "ALTER TYPE {} ADD VALUE {} AFTER 'a'"
FILL_BACK = "UPDATE public.t SET x = 'c'"


@pytest.mark.parametrize(
    ("statements", "row", "before"),
    [
        (("SELECT 1", ADD.format("public.e", "'c'")), ("public.e", "'a', 'c', 'b'"), "'a', 'b'"),
        ((ADD.format("public.e", "'c'"), ADD.format("public.e", "'d'")), ("public.e", "'c', 'a', 'd'"), "'a'"),
        ((ADD.format("public.e", "'c'"),), ("public.e", "'a'"), "'a'"),
        ((ADD.format("e", "'c'"),), ("public.e", "'a', 'c'"), "'a'"),
        ((ADD.format("public.e", "'c'"),), ("app.e", "'a', 'c'"), "'a', 'c'"),
        ((ADD.format("app.e", "'c'"), FILL_BACK), ("public.e", "'c'"), "'c'"),
        ((ADD.format('"A b".e', "'it''s, so'"),), ('"A b".e', "'it''s', 'it''s, so'"), "'it''s'"),
        ((ADD.format("public.e", "E'a\\\\b'"),), ("public.e", "E'a\\\\b', 'x'"), "'x'"),
        (("ALTER TYPE public.e RENAME VALUE 'a' TO 'c'",), ("public.e", "'c'"), "'c'"),
        ((), ("public.e", "'c'"), "'c'"),
    ],
)
def test_values_of_an_earlier_try_are_no_drift(statements: tuple[str, ...], row: tuple[str, str], before: str) -> None:
    seen = Fingerprint.of([ObjectRow("enum", *row), ObjectRow("domain", "public.e", "'c'")])
    statements = (*statements, FILL_BACK)
    assert without_new_values(seen, statements).of_kind("enum") == {row[0]: before}
    assert without_new_values(seen, statements).of_kind("domain") == {"public.e": "'c'"}
