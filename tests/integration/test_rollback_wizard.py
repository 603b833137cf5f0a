"""`rollback` at a terminal of 80 columns: choose with the arrow keys, look, type the words, see the result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.project import Project
from tests.support.scene import NO_NAME, USERS, WITH_EMAIL, Stage, staged, sync
from tests.support.terminal import COLUMNS, Terminal, terminal

pytestmark = pytest.mark.slow

UP, DOWN, ENTER = "\x1b[A", "\x1b[B", "\r"
HOW_FAR = "How far back"
TYPE = "Type 'roll back'"
NOTES = "create table public.notes (id int primary key, body text);\n"


def build(project: Project) -> None:
    sync(project, WITH_EMAIL, "--message", "mail them")
    sync(project, NO_NAME, "--message", "names are private, and this is a long story that fits in no line")
    sync(project, NO_NAME + NOTES)
    project.target.sql("insert into notes values (1, 'a'), (2, 'b')")


@pytest.fixture(scope="module")
def stage(run_root: object, shadow_cache: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(run_root, shadow_cache, tmp_path_factory.mktemp("wizard"), build, USERS) as copy:
        yield copy


def test_look(stage: Stage) -> None:
    project = stage()
    with terminal(project, "rollback") as screen:
        print(screen.until(HOW_FAR))
        screen.child.send(DOWN)
        screen.child.send(ENTER)
        screen.until(TYPE)
        screen.child.send("roll back\r")
        code = screen.end()
        print(screen.plain)
        print(code)
    assert 0
