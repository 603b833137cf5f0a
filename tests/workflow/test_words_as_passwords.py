"""Every command's screen and JSON are the same whatever word is the password: nothing is masked on its way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from supasync import redact
from supasync.adapters.process import Completed
from supasync.adapters.supabase import _answer
from supasync.boundary import Common, serve_report
from supasync.commands import attic, diff, doctor, log, rollback, status, sync, verify
from supasync.core.attic.model import AtticEntry, Keep, KeepKind
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.changes.direction import Direction
from supasync.core.plan.choices import AtticAction
from supasync.core.report import Check
from supasync.ui import log_view, plan_view, render
from tests.support.fakes import MIGRATIONS, NOW, ROLLBACKS, SCHEMA, World, state, world
from tests.support.passwords import ODD, WORDS

COLUMNS = ", ".join(f"'{word}' AS \"{word}\"" for word in WORDS)
UP, DOWN = f"CREATE VIEW public.users AS SELECT true AS id, null AS name, {COLUMNS}", "DROP VIEW public.users"
BEFORE = state("a")
AFTER = Fingerprint.of((*BEFORE.rows, ObjectRow("view", "public.users", "")))
FILE = "20260101000000_add_users.sql"
MESSAGE = f"add users: {', '.join(WORDS)}"

# Of two runs that say the same: numbers of syncs, and times.
VARIES = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|"duration_ms": \d+|\d+\.\d+( s|,|\n)|\d+ \w+ ago|just now')


def prepared() -> World:
    """A world whose schema file wants a view that a migration of a person's brings, with something in the attic."""
    made = world("a")
    made.files.texts |= {MIGRATIONS / FILE: f"{UP};\n", ROLLBACKS / FILE: f"{DOWN};\n"}
    made.shadow.schemas = {made.files.texts[SCHEMA]: AFTER}
    made.shadow.effects = {UP: AFTER, DOWN: BEFORE}
    made.cli.after, made.cli.answer = AFTER, f"{UP};"
    keep = Keep("attic_users", KeepKind.ROWS, "public", "users")
    made.target.kept = [AtticEntry(keep, "1", Direction.UP, 12, 1, NOW, None)]
    return made


def said(capsys: pytest.CaptureFixture[str], *, machine: bool) -> Iterator[str]:
    """Run every command on one world, one after the other; yield what each of them prints."""
    made = prepared()
    checks = (Check("Configuration", False, MESSAGE, f"{MESSAGE}!"),)

    def played(run: Any, shown: Any, *request: Any, screen_of: World | None = made) -> str:
        def act(screen: Any) -> Any:
            return run(*((replace(made.context, screen=screen),) if screen_of else ()), *request)

        code = serve_report(Common(json=machine), act, shown, lambda _: "")
        written = capsys.readouterr()
        if machine:
            assert isinstance(json.loads(written.out), dict)
        text = f"{code}\n{written.out}\n{written.err}"
        return VARIES.sub("...", text)

    def failing(_: Any) -> Any:
        error = {"_tag": "Error", "error": {"message": MESSAGE, "suggestion": MESSAGE, "code": "X"}}
        return _answer(Completed(1, json.dumps(error), ""), "db diff")

    yield played(status.run, render.status, status.Request())
    for shown in (plan_view.diff, plan_view.plain):
        yield played(diff.run, shown, diff.Request())
    yield played(sync.run, render.sync, sync.Request(dry_run=True, message=MESSAGE))
    yield played(sync.run, render.sync, sync.Request(message=MESSAGE))  # refused: there is no terminal
    made.cli.answer = ""
    yield played(sync.run, render.sync, sync.Request(yes=True, message=MESSAGE))
    yield played(status.run, render.status, status.Request())
    yield played(log.run, log_view.log, log.Request())
    yield played(log.run, log_view.log, log.Request(entry="20260101000000"))
    yield played(verify.run, render.checks)
    yield played(attic.run, render.attic, attic.Request())
    yield played(attic.run, render.attic, attic.Request(action=AtticAction.SHOW, name="users"))
    yield played(doctor.run, render.tools, iter(checks), screen_of=None)
    made.cli.answer = f"{DOWN};"
    yield played(rollback.run, render.rollback, rollback.Request(last=1, dry_run=True))
    yield played(failing, render.status)


@pytest.mark.parametrize("machine", [False, True], ids=["screen", "json"])
def test_every_command_says_the_same_as_with_any_other_password(
    machine: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    for passwords in ((), WORDS, (*WORDS, *ODD)):
        monkeypatch.setattr(redact, "_secrets", set())
        for password in passwords:
            redact.register(password)
        texts.append(list(said(capsys, machine=machine)))
    expected, with_words, with_all = texts
    assert len(expected) == 15
    assert [text.split("\n", 1)[0] for text in expected] == list("000040000000101")
    assert with_words == expected
    assert with_all == expected
    assert redact.MASK not in "".join(expected)


def test_the_words_are_there_to_be_masked(capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(said(capsys, machine=False))
    assert [word for word in WORDS if word not in text] == []
