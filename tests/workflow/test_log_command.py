"""`log` as a command: what came of each sync, and one entry in full."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.commands.log import Request, run
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord
from supasync.errors import UsageError
from tests.support.fakes import World, world


def told() -> World:
    """A ledger of a sync, one that failed, a rollback, and a sync that is at work or was interrupted."""
    made = world()
    for sync_id, version, events in (
        ("aaaaaaaa-1", "10", (Event.STARTED, Event.SUCCEEDED)),
        ("bbbbbbbb-2", "20", (Event.STARTED, Event.FAILED)),
        ("cccccccc-3", "10", (Event.STARTED, Event.ROLLED_BACK, Event.SUCCEEDED)),
        ("dddddddd-4", "30", (Event.STARTED,)),
    ):
        file = FileRecord(version, "work", f"-- up {version}\n", f"-- down {version}\n", "", "", "lossless")
        direction = Direction.DOWN if sync_id.startswith("c") else Direction.UP
        begun = Entry(
            sync_id, Event.STARTED, f"work{version}", direction, (version,), (file,), "-- schema\n", reason=sync_id[0]
        )
        for event in events:
            bare = replace(begun, event=event, files=(), schema_file="")
            made.target.append(begun if event is Event.STARTED else bare)
    return made


def test_an_empty_ledger() -> None:
    report, code = run(world().context, Request())
    assert (report.as_json(), code) == ({"entries": []}, 0)


def test_the_list_has_the_end_of_each_newest_first_and_what_its_files_return() -> None:
    report, _ = run(told().context, Request())
    assert [(entry.sync_id[0], entry.event) for entry in report.entries] == [
        ("d", Event.STARTED), ("c", Event.SUCCEEDED), ("b", Event.FAILED), ("a", Event.SUCCEEDED),
    ]  # fmt: skip
    listed = report.as_json()["entries"]
    assert [entry["label"] for entry in listed] == ["lossless"] * 4
    assert "files" not in listed[0]
    short, _ = run(told().context, Request(limit=2))
    assert short.entries == report.entries[:2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("2", ("a", Event.SUCCEEDED)), ("20", ("b", Event.FAILED)), ("10", ("c", Event.SUCCEEDED)),
     ("aaaaaaaa", ("a", Event.SUCCEEDED)), ("dddddddd-4", ("d", Event.STARTED)), ("3", ("b", Event.STARTED))],
)  # fmt: skip
def test_one_entry_by_id_version_or_sync(wanted: str, found: tuple[str, Event]) -> None:
    report, _ = run(told().context, Request(entry=wanted))
    (entry,) = report.entries
    assert (entry.sync_id[0], entry.event) == found
    (full,) = report.as_json()["entries"]
    assert full["schema_file"] == "-- schema\n"
    assert [file["up"] for file in full["files"]] == [f"-- up {entry.versions[0]}\n"]


@pytest.mark.parametrize("wanted", ["777", "aaaaaaa", "work10"])
def test_an_entry_that_is_not_there(wanted: str) -> None:
    with pytest.raises(UsageError, match=f"no entry {wanted}") as caught:
        run(told().context, Request(entry=wanted))
    assert "supasync log" in caught.value.hint
