"""No character of a foreign text acts on a terminal, whichever way it goes; all of them are in `--json`, exactly."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import questionary
from rich.panel import Panel

from supasync import cli
from supasync.boundary import Common, serve_report
from supasync.core.catalog.fingerprint import Grants
from supasync.core.plan.ledger import Actor, Entry, Event
from supasync.core.plan.plan import Difference
from supasync.core.report import Check, ChecksReport, DiffReport, LogReport
from supasync.errors import SourceSpot, SupasyncError
from supasync.ui import log_view, plan_view, prompts, render
from supasync.ui.console import Screen
from supasync.ui.hanging import Hanging
from supasync.ui.prompts import Prompter
from supasync.ui.tables import table
from supasync.ui.visible import Text, in_json, is_harmless, visible

ACTING = "".join(
    map(
        chr,
        (
            *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F,
            *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xDC80, 0xAD, 0x200B, 0xFEFF, 0x3164, 0xE0041,
        ),
    )
)  # fmt: skip
NAME = "a\rb\x1b[31mc\x85d\u202ee\u2028f\x07g"
SHOWN = r"a\x0db\x1b[31mc\x85d\u202ee\u2028f\x07g"


@pytest.mark.parametrize("letter", ACTING, ids=lambda letter: f"U+{ord(letter):04X}")
def test_what_acts_is_written_out(letter: str) -> None:
    shown = visible(f"<{letter}>")
    code = ord(letter)
    assert shown in (f"<\\x{code:02x}>", f"<\\u{code:04x}>", f"<\\U{code:08x}>")
    assert not is_harmless(letter)
    assert in_json(json.dumps(letter, ensure_ascii=False)).isascii()
    assert json.loads(in_json(json.dumps([letter], ensure_ascii=False))) == [letter]


@pytest.mark.parametrize(
    "text", ["", "a b\tc\nd", "größe 日本 🐘", "👩\u200d👩", "עברית", r"C:\x1b", "\u00a0", "می\u200cخواهم"]
)
def test_what_does_not_act_stays(text: str) -> None:
    assert visible(text) == text
    assert is_harmless(text)


SQL = f"select '{NAME}'"
NOTHING = Difference((), (), (), (), (), (), (), Grants.IGNORED, (), ())
REPORT = DiffReport(replace(NOTHING, up=(SQL,), unmanaged=(NAME,), notes=(NAME,)), (SQL,), reverse=True, target=NAME)


def entry(**told: Any) -> Entry:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Entry("a", Event.FAILED, NAME, actor=Actor(NAME, "ada", "h"), id=1, at=at, **told)


CHANNELS: dict[str, Callable[[Screen], None]] = {
    "string": lambda screen: screen.show(NAME),
    "text": lambda screen: screen.show(Text(NAME, style="red")),
    "parts": lambda screen: screen.show(Text.assemble("x ", (NAME, "bold"))),
    "hanging": lambda screen: screen.show(Hanging.of((NAME, "red"), NAME)),
    "heading": lambda screen: screen.show(table(("A", NAME), [("1", "2")])),
    "cell": lambda screen: screen.show(table(("A", "B"), [("1", NAME), (Text(NAME), "2")])),
    "note": lambda screen: screen.note(NAME),
    "warning": lambda screen: screen.warn(NAME),
    "done": lambda screen: screen.done(NAME),
    "error": lambda screen: screen.error(
        SupasyncError(NAME, reason=NAME, hint=NAME, details=(NAME,), spot=SourceSpot(NAME, 1, 3, NAME))
    ),
    "log": lambda screen: screen.show(*log_view.log(LogReport((entry(reason=NAME),), full=False))),
    "entry": lambda screen: screen.show(*log_view.log(LogReport((entry(error=NAME),), full=True))),
    "checks": lambda screen: screen.show(*render.checks(ChecksReport(NAME, (Check(NAME, False, NAME, NAME),)))),
    "tools": lambda screen: screen.show(*render.tools(ChecksReport(NAME, (Check(NAME, False, NAME, NAME),)))),
    "diff": lambda screen: screen.show(*plan_view.diff(REPORT)),
    "sql": lambda screen: screen.show(*plan_view.plain(REPORT)),
}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_no_channel_lets_one_through(channel: Callable[[Screen], None], capsys: pytest.CaptureFixture[str]) -> None:
    channel(Screen())
    written = "".join(capsys.readouterr())
    assert is_harmless(written), ascii(written)
    assert SHOWN in written


def test_what_no_view_made_visible_is_harmless_too(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().show(Panel(NAME))
    assert is_harmless("".join(capsys.readouterr()))


def test_colours_are_not_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    Screen().show(Text("x\x1b[0m", style="bold red"))
    shown = capsys.readouterr().out
    assert shown.startswith("\x1b[1;31m")
    assert r"x\x1b[0m" in shown


def test_json_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(machine=True).json({NAME: [ACTING]})
    written = capsys.readouterr().out
    assert is_harmless(written)
    assert json.loads(written) == {NAME: [ACTING]}


@pytest.mark.parametrize(("statement", "told"), [(f'drop table "{NAME}"', True), ('drop table "größe\t"', False)])
def test_a_diff_that_is_not_runnable_as_it_is_printed_says_so(
    statement: str, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    report = replace(REPORT, statements=(statement,))
    serve_report(Common(), lambda _: (report, 0), plan_view.plain, plan_view.altered)
    assert ("not runnable" in capsys.readouterr().err) is told


def test_questions_are_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def ask(*texts: object, **named: Any) -> str:
        asked.extend((*texts, *(choice.title for choice in named.get("choices", ()))))
        return "1"

    monkeypatch.setattr(prompts, "_ask", lambda answer: answer)
    for kind in ("confirm", "text", "select"):
        monkeypatch.setattr(questionary, kind, ask)
    prompter = Prompter()
    prompter.confirm(NAME)
    prompter.type_out(NAME, NAME)
    prompter.select(NAME, [NAME])
    assert len(asked) == 4
    assert all(is_harmless(str(text)) for text in asked)
    assert all(SHOWN in str(text) for text in asked)


def test_the_command_lines_own_errors_are_visible(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["supasync", "attic", NAME])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        cli.main()
    written = "".join(capsys.readouterr())
    assert is_harmless(written)
    assert r"\u202e" in written
