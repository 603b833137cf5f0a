"""The files of this folder as texts: they are read strictly, and can go through one sync together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support.transitions import (
    FORCE,
    Group,
    MalformedTransitionError,
    all_transitions,
    grouped,
    read_folder,
    read_transition,
)

BODY = "-- before\ncreate table a_b (id int);\n-- rows\n-- after\ncreate table a_b (id int, x int);\n"


@pytest.mark.parametrize("group", grouped(all_transitions()), ids=lambda group: group.name)
def test_no_two_files_of_a_group_create_an_object_of_one_name(group: Group) -> None:
    found = Counter(name for member in group.members for name in member.names)
    assert [name for name, times in found.items() if times > 1] == []


def write(folder: Path, head: str, body: str = BODY, name: str = "case") -> Path:
    path = folder / f"{name}.sql"
    path.write_text(head + body, encoding="utf-8")
    return path


def test_file_without_a_head_is_alone_and_applied_without_flags(tmp_path: Path) -> None:
    found = read_transition(write(tmp_path, ""))
    assert (found.name, found.group, found.expect, found.flags, found.needed) == ("case", "case", "applied", (), ())
    assert (found.before, found.rows, found.since) == ("create table a_b (id int);\n", "\n", "")


@pytest.mark.parametrize(
    "head",
    [
        "-- flag: --force\n",
        "-- flags: --forced\n",
        "-- needs: --backfill\n",
        "-- expect: perhaps\n",
        "-- title: one\n-- title: another\n",
        "-- expect: refused\n",
        "-- expect: refused\n-- reason: check\n",
        "-- reason: check\n-- object: a_b\n",
        "-- files: many\n",
        "-- rare: no\n",
        "create table in_the_head (id int);\n",
    ],
)
def test_mistake_in_the_head_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(MalformedTransitionError):
        read_transition(write(tmp_path, head))


def test_sections_out_of_order_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedTransitionError):
        read_transition(write(tmp_path, "", "-- rows\n-- before\n-- after\n"))


def test_group_of_files_with_different_flags_is_refused(tmp_path: Path) -> None:
    forced, gentle = "-- group: both\n-- needs: --force\n", "-- group: both\n"
    members = [read_transition(write(tmp_path, head, name=f"m{len(head)}")) for head in (forced, gentle)]
    with pytest.raises(MalformedTransitionError):
        grouped(members)
    assert [group.flags for group in grouped(members, each=True)] == [(), (FORCE,)]


def test_line_is_told_to_be_of_the_file_whose_object_it_names_first(tmp_path: Path) -> None:
    other = "-- before\ncreate table public.other (id int, a_b int);\n-- rows\n-- after\n"
    members = (read_transition(write(tmp_path, "")), read_transition(write(tmp_path, "", other, "second")))
    group = Group("both", members)
    assert group.whose("drop column public.other.a_b: 3 values") == "second"
    assert group.whose("constraint a_b_pkey") == "case"
    assert group.whose("nobody's") == "?"


def test_folder_is_read_without_rows(tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / f"{name}.sql").write_text(f"-- {name}\n", encoding="utf-8")
    found = read_folder(tmp_path)
    assert (found.name, found.before, found.rows, found.after) == (tmp_path.name, "-- before\n", "", "-- after\n")
