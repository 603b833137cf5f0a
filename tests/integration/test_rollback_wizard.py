"""`rollback` at a terminal of 80 columns: choose with the arrow keys, look, type the words, see the result."""

from __future__ import annotations

import re

import pytest

from tests.support.scene import NO_NAME, NOTES, WITH_EMAIL, Stage
from tests.support.terminal import COLUMNS, ESCAPES, terminal

SCENE = "notes came"
pytestmark = pytest.mark.slow

DOWN, UP, ENTER = "\x1b[B", "\x1b[A", "\r"
TYPE = "Type 'roll back'"
PUT_BACK = "Restore its earlier text"


def test_nothing_changes_before_the_words_are_typed(stage: Stage) -> None:
    project = stage()
    before = project.state()
    with terminal(project, "rollback") as screen:
        screen.until("add_users_email")
        menu = ESCAPES.sub("", screen.raw)
        assert menu.index("add_table_notes") < menu.index("drop_users_name") < menu.index("add_users_email")
        assert re.search(r"(just now|ago), Ada Test – na", menu)
        assert "[from attic]" in menu
        assert max(len(line) for line in screen.plain.splitlines()) <= COLUMNS
        screen.child.sendintr()
        assert screen.end() == 130
        assert "nothing was changed" in screen.plain
    assert project.state() == before
    project.write_schema(NO_NAME + NOTES + "-- mine\n")
    edited = project.state()
    with terminal(project, "rollback", "--last", "1") as screen:
        screen.until(TYPE)
        screen.child.send("roll back\r")
        screen.until(PUT_BACK)
        screen.child.sendintr()
        assert screen.end() == 130
    assert project.state() == edited


def test_the_whole_way(stage: Stage) -> None:
    project = stage()
    text = NO_NAME + NOTES + "-- mine\n"
    project.write_schema(text)
    with terminal(project, "rollback") as screen:
        screen.until("add_users_email")
        screen.child.send(DOWN + DOWN + UP + ENTER)
        plan = screen.until(TYPE)
        for words in (
            "Undo 2 steps, newest first:",
            "  - TABLE notes",
            "  + COLUMN users.name text",
            'DROP TABLE "public"."notes";',
            "values of users.name (20 rows)",
            "rows of notes (about 2 rows",
            "This rollback: lossless from the attic",
            "Files to be moved to supabase/rollbacks/reverted:",
            "schema.sql is restored; it was edited since the sync, and a copy is kept:",
            "  -create table public.notes",
        ):
            assert words in plan, words
        for noise in ("DO $", "SET LOCAL", "CODE BLOCK", "supasync.attic_", "\n\n\n\nRestored"):
            assert noise not in plan, noise
        screen.child.send("roll back\r")
        screen.until(PUT_BACK)
        screen.child.send("y\r")
        assert screen.end() == 0
        assert "✓ supabase migration repair --status reverted" in screen.plain
        assert "is back in the state before drop_users_name" in " ".join(screen.plain.split())
        assert [line for line in screen.plain.splitlines() if len(line) > COLUMNS] == []
    assert project.target.rows("select count(name), to_regclass('notes')::text from users") == [(20, None)]
    assert (project.path / "schema.sql").read_text() == WITH_EMAIL
    assert text in project.files().values()
    assert project.json("status")["in_sync"] is True


def test_a_schema_file_that_is_kept_as_it_is(stage: Stage) -> None:
    project = stage()
    text = NO_NAME + NOTES + "-- mine\n"
    project.write_schema(text)
    with terminal(project, "rollback", "--last", "1") as screen:
        screen.until(TYPE)
        screen.child.send("roll back\r")
        screen.until(PUT_BACK)
        screen.child.send("n\r")
        assert screen.end() == 0
    assert (project.path / "schema.sql").read_text() == text
    assert project.target.rows("select to_regclass('notes')::text") == [(None,)]
