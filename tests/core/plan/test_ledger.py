"""What the rows of the ledger say together."""

from __future__ import annotations

import pytest

from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import (
    Actor,
    Entry,
    Event,
    FileRecord,
    applied_files,
    last_success,
    rolled_back,
    unfinished,
)


def file(version: str) -> FileRecord:
    return FileRecord(version, "n", "up", "down", "c", "d")


def row(number: int, sync: str, event: Event, *versions: str) -> Entry:
    files = tuple(file(version) for version in versions) if event is Event.STARTED else ()
    return Entry(sync, event, "n", versions=versions, files=files, id=number)


S, OK, BAD, BACK = Event.STARTED, Event.SUCCEEDED, Event.FAILED, Event.ROLLED_BACK


@pytest.mark.parametrize(
    ("entries", "ids"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([row(1, "a", S, "1")], [1], id="begun"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", OK, "1")], [], id="succeeded"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", BAD)], [], id="failed"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", BACK, "1")], [1], id="rolled back, history to follow"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", BACK, "1"), row(3, "a", OK, "1")], [], id="rolled back"),
        pytest.param([row(1, "a", S, "1"), row(2, "b", S, "2"), row(3, "b", OK, "2")], [1], id="another one ended"),
        pytest.param([row(9, "b", S, "2"), row(4, "a", S, "1")], [4, 9], id="oldest first"),
    ],
)
def test_what_never_ended(entries: list[Entry], ids: list[int]) -> None:
    assert [entry.id for entry in unfinished(entries)] == ids


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        pytest.param([], None, id="empty"),
        pytest.param([row(1, "a", S, "1")], None, id="begun only"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", OK, "1")], 2, id="succeeded"),
        pytest.param([row(2, "a", OK, "1"), row(4, "b", BAD)], 2, id="a failure that changed nothing does not count"),
        pytest.param([row(2, "a", OK, "1"), row(4, "b", BAD, "2")], 4, id="one of which a part stands does"),
        pytest.param([row(5, "b", BACK, "1"), row(2, "a", OK, "1")], 5, id="rolled back, in any order"),
    ],
)
def test_which_row_says_what_state_the_target_is_in(entries: list[Entry], found: int | None) -> None:
    last = last_success(entries)
    assert (last.id if last else None) == found


@pytest.mark.parametrize(
    ("entries", "versions"),
    [
        pytest.param([row(1, "a", S, "1")], [], id="begun only"),
        pytest.param([row(1, "a", S, "1", "2"), row(2, "a", OK, "1", "2")], ["1", "2"], id="all"),
        pytest.param([row(1, "a", S, "1", "2"), row(2, "a", BAD, "1")], ["1"], id="a part"),
        pytest.param([row(1, "a", S, "1"), row(2, "a", BAD)], [], id="none"),
        pytest.param([row(1, "a", S, "1"), row(2, "b", OK, "1")], [], id="of another sync"),
    ],
)
def test_which_files_were_applied(entries: list[Entry], versions: list[str]) -> None:
    assert list(applied_files(entries)) == versions


@pytest.mark.parametrize(
    ("actor", "label"),
    [
        (Actor("Ada <ada@example.org>", "ada", "laptop"), "Ada <ada@example.org>@laptop"),
        (Actor("", "root", "ci"), "root@ci"),
    ],
)
def test_who_acted(actor: Actor, label: str) -> None:
    assert actor.label == label


def down(number: int, event: Event, *versions: str) -> Entry:
    return Entry(f"back {number}", event, "revert", direction=Direction.DOWN, versions=versions, id=number)


@pytest.mark.parametrize(
    ("entries", "undone"),
    [
        pytest.param([], {}, id="empty"),
        pytest.param([row(1, "a", OK, "1")], {}, id="applied"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1")], {"1": 2}, id="undone"),
        pytest.param([row(1, "a", OK, "1", "2"), down(2, BACK, "2")], {"2": 2}, id="undone in part"),
        pytest.param([row(1, "a", OK, "1"), down(2, S, "1"), down(3, BAD, "1")], {}, id="a rollback that failed"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), down(3, OK, "1")], {"1": 2}, id="and ended"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), row(3, "b", S, "1")], {"1": 2}, id="begun again"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), row(3, "b", OK, "1")], {}, id="applied again"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), row(3, "b", BAD, "1")], {}, id="again, in part"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), row(3, "b", BAD)], {"1": 2}, id="again, and failed"),
        pytest.param([row(3, "b", OK, "1"), down(2, BACK, "1"), row(1, "a", OK, "1")], {}, id="in any order"),
        pytest.param([row(1, "a", OK, "1"), down(2, BACK, "1"), row(3, "b", OK, "1"), down(4, BACK, "1")], {"1": 4},
                     id="undone twice"),
    ],
)  # fmt: skip
def test_what_is_undone(entries: list[Entry], undone: dict[str, int]) -> None:
    assert {version: entry.id for version, entry in rolled_back(entries).items()} == undone


@pytest.mark.parametrize(
    ("entries", "ids"),
    [
        pytest.param([down(1, S, "1")], [1], id="a rollback that never ended"),
        pytest.param([down(1, S, "1"), row(2, "a", OK, "1")], [1], id="another one's end"),
    ],
)
def test_rollbacks_that_never_ended(entries: list[Entry], ids: list[int]) -> None:
    assert [entry.id for entry in unfinished(entries)] == ids


def test_of_a_version_that_was_applied_twice_the_last_files_count() -> None:
    old, new = FileRecord("1", "old", "", "", "", ""), FileRecord("1", "new", "", "", "", "")
    entries = [
        Entry("a", S, "n", versions=("1",), files=(old,), id=1), row(2, "a", OK, "1"), down(3, BACK, "1"),
        Entry("b", S, "n", versions=("1",), files=(new,), id=4), row(5, "b", OK, "1"),
    ]  # fmt: skip
    assert applied_files(entries) == {"1": new}
    assert applied_files(entries[::-1]) == {"1": new}


def test_a_rollback_applies_no_files() -> None:
    begun = Entry("x", S, "n", direction=Direction.DOWN, versions=("1",), files=(file("1"),), id=1)
    assert applied_files([begun, Entry("x", OK, "n", direction=Direction.DOWN, versions=("1",), id=2)]) == {}
