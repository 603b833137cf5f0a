"""`sync --edit`: what a person wrote is read, offered for another edit, and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from supasync.adapters.editor import keep
from supasync.errors import Interrupted, InvalidSqlError, RefusedError, SupasyncError
from supasync.workflow.editing import edited, refuse_no_sql


class Desk:
    """A person who writes one text after the other, and answers yes as often as told."""

    def __init__(self, *texts: str, yes: int, interactive: bool = True) -> None:
        self.texts = list(texts)
        self.seen: list[str] = []
        self.kept: list[str] = []
        self.warned: list[str] = []
        answers = iter([True] * yes)
        screen = SimpleNamespace(interactive=interactive, warn=self.warned.append, note=lambda _text: None)
        prompter = SimpleNamespace(confirm=lambda _question: next(answers, False))
        self.context: Any = SimpleNamespace(
            edit=self.edit, keep_edited=self.keep_edited, screen=screen, prompter=prompter
        )

    def edit(self, texts: Mapping[str, str]) -> dict[str, str]:
        self.seen.append(texts["up.sql"])
        if not self.texts:
            raise SupasyncError("vi failed with exit code 1")
        return {"up.sql": self.texts.pop(0)}

    def keep_edited(self, texts: Mapping[str, str]) -> str:
        self.kept.append(texts["up.sql"])
        return "a folder"

    def prove(self, texts: Mapping[str, str]) -> str:
        if "2" not in texts["up.sql"]:
            raise RefusedError("Cannot proceed: it leads elsewhere")
        return texts["up.sql"]


def test_it_is_edited_until_it_is_proven() -> None:
    desk = Desk("no SQL", "select 1", "select 2", yes=9)
    assert edited(desk.context, {"up.sql": "select 0"}, desk.prove) == "select 2"
    assert desk.seen == ["select 0", "no SQL", "select 1"]
    assert [warning.partition(" at ")[0] for warning in desk.warned] == [
        "Invalid SQL in up.sql",
        "Cannot proceed: it leads elsewhere",
    ]
    assert desk.kept == []


@pytest.mark.parametrize(
    ("desk", "kept", "error"),
    [
        pytest.param(Desk("select 1", yes=0), "select 1", RefusedError, id="gives up"),
        pytest.param(Desk("select 1", "no SQL", yes=1), "no SQL", InvalidSqlError, id="gives up later"),
        pytest.param(Desk("select 1", yes=1), "select 1", SupasyncError, id="the editor fails the second time"),
        pytest.param(Desk("select 1", "select 2", yes=9, interactive=False), "select 1", RefusedError, id="nobody"),
    ],
)
def test_what_is_given_up_is_kept(desk: Desk, kept: str, error: type[SupasyncError]) -> None:
    with pytest.raises(error):
        edited(desk.context, {"up.sql": "select 0"}, desk.prove)
    assert desk.kept == [kept]


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), Interrupted("interrupted")])
def test_what_is_interrupted_is_kept(raised: BaseException) -> None:
    desk = Desk("select 1", yes=0)

    def prove(_texts: Any) -> None:
        raise raised

    with pytest.raises(type(raised)):
        edited(desk.context, {"up.sql": "select 0"}, prove)
    assert desk.kept == ["select 1"]


def test_the_place_of_no_sql_is_told() -> None:
    with pytest.raises(InvalidSqlError, match=r"Invalid SQL in b\.sql at line 2") as caught:
        refuse_no_sql({"a.sql": "", "b.sql": "select 1;\nselct 2;"})
    assert caught.value.spot is not None
    assert (caught.value.spot.file, caught.value.spot.line, caught.value.spot.text) == ("b.sql", 2, "selct 2;")


def test_what_is_kept_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = keep({"up.sql": "select 'ä'", "up.rollback.sql": ""})
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "up.sql": "select 'ä'",
        "up.rollback.sql": "",
    }
