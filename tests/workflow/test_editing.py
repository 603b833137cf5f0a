"""`sync --edit`: what a person wrote is read, offered for another edit, and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from supasync.errors import Interrupted, InvalidSqlError, RefusedError, SupasyncError
from supasync.workflow.editing import Texts, edited, refuse_no_sql
from tests.support.fakes import world


class Desk:
    """A person who writes one text after the other, and answers yes as often as told."""

    def __init__(self, *texts: str, yes: int, interactive: bool = True) -> None:
        self.texts = list(texts)
        self.seen: list[str] = []
        self.kept: list[str] = []
        made = world(answers=[*[True] * yes, False], interactive=interactive)
        made.screen.interactive = interactive
        self.warned, self.told = made.screen.warned, made.screen.told
        self.context = replace(made.context, edit=self.edit, keep_edited=self.keep_edited)

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
    assert (desk.kept, desk.told) == ([], [])


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
    assert (desk.kept, desk.told) == ([kept], ["your edits are saved in a folder"])


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), Interrupted("interrupted")])
def test_what_is_interrupted_is_kept(raised: BaseException) -> None:
    desk = Desk("select 1", yes=0)

    def prove(_texts: Texts) -> None:
        raise raised

    with pytest.raises(type(raised)):
        edited(desk.context, {"up.sql": "select 0"}, prove)
    assert desk.kept == ["select 1"]


def test_the_place_of_no_sql_is_told() -> None:
    with pytest.raises(InvalidSqlError, match=r"Invalid SQL in b\.sql at line 2") as caught:
        refuse_no_sql({"a.sql": "", "b.sql": "select 1;\nselct 2;"})
    assert caught.value.spot is not None
    assert (caught.value.spot.file, caught.value.spot.line, caught.value.spot.text) == ("b.sql", 2, "selct 2;")
