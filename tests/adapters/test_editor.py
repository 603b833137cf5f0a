"""The person's editor: what it makes of texts, and what is said when there is none or it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.adapters.editor import edit, keep
from supasync.errors import SupasyncError, UsageError

TEXTS = {"1_a.sql": "select 1;\n", "1_a.rollback.sql": "select 2;\n"}


def editor(tmp_path: Path, script: str) -> str:
    """Write an editor that runs a shell script on the files it is given."""
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_files_are_returned_as_the_editor_left_them(tmp_path: Path) -> None:
    changed = edit(TEXTS, {"EDITOR": editor(tmp_path, 'for file; do echo "-- mine" >> "$file"; done')})
    assert changed == {name: f"{text}-- mine\n" for name, text in TEXTS.items()}


def test_visual_comes_before_editor_and_may_have_arguments(tmp_path: Path) -> None:
    named = editor(tmp_path, 'word=$1; shift; for file; do echo "$word" > "$file"; done')
    assert edit({"a.sql": ""}, {"VISUAL": f"{named} --wait", "EDITOR": "no-such-editor"}) == {"a.sql": "--wait\n"}


def test_a_carriage_return_in_a_name_comes_back(tmp_path: Path) -> None:
    texts = {"a.sql": 'drop table "a\rb", "c\r\nd";\n'}
    assert edit(texts, {"EDITOR": editor(tmp_path, "true")}) == texts


def test_an_editor_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="Editor not found: no-such-editor") as caught:
        edit(TEXTS, {"EDITOR": "no-such-editor"})
    assert "EDITOR=nano" in caught.value.hint


def test_an_editor_that_fails_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SupasyncError, match="failed with exit code 3") as caught:
        edit(TEXTS, {"EDITOR": editor(tmp_path, "exit 3")})
    assert caught.value.hint == "Nothing was changed."


def test_what_is_kept_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = keep({"up.sql": "select 'ä'", "up.rollback.sql": ""})
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "up.sql": "select 'ä'",
        "up.rollback.sql": "",
    }
