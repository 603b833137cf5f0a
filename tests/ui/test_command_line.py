"""The command line alone: which flag becomes which field of a request, and what all commands share."""

from __future__ import annotations

import importlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

from supasync import cli
from supasync.boundary import Common
from supasync.core.plan.choices import AtticAction, BackfillChoice
from supasync.redact import MASK, register

SHARED = ("directory", "json", "quiet", "verbose")
WITH_SCHEMA = ("status", "diff", "sync", "rollback", "verify")
ALL = (*WITH_SCHEMA, "attic", "log", "doctor")


def options_of(command: str) -> list[str]:
    """Name the parameters of a command in the order of its help."""
    group: Any = typer.main.get_command(cli.app)
    return [parameter.name for parameter in group.commands[command].params]


@pytest.mark.parametrize("command", ALL)
def test_common_options_end_the_list(command: str) -> None:
    wanted = ["schema", *SHARED] if command in WITH_SCHEMA else [*SHARED]
    names = options_of(command)
    assert names[len(names) - len(wanted) :] == wanted
    assert not {"schema", *SHARED}.intersection(names[: len(names) - len(wanted)])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what commands would be run with, in pairs of `Common` and request; nothing is run."""
    found: list[Any] = []
    for name in ("status", "diff", "sync", "rollback", "attic", "log", "verify"):
        module = importlib.import_module(f"supasync.commands.{name}")
        monkeypatch.setattr(module, "run", lambda _context, request=None: request)

    def serve(common: Common, run: Any, *_: Any) -> int:
        found.extend((common, run(None)))
        return 0

    monkeypatch.setattr(cli, "serve", serve)
    return found


def type_in(*arguments: str) -> None:
    assert cli.app(list(arguments), standalone_mode=False) == 0


@pytest.mark.parametrize("command", [name for name in ALL if name != "doctor"])
def test_common_options_are_handed_on(command: str, asked: list[Any], tmp_path: Path) -> None:
    schema = ("--schema", "x.sql") if command in WITH_SCHEMA else ()
    type_in(command, "--json", "-q", "-v", "-C", str(tmp_path), *schema)
    assert asked[0] == Common(
        json=True, quiet=True, verbose=True, directory=tmp_path, schema=Path("x.sql") if schema else None
    )


@pytest.mark.parametrize("command", ["sync", "rollback"])
def test_a_reason_that_quotes_the_password_is_handed_on_without_it(command: str, asked: list[Any]) -> None:
    register("0ld-p@ssword")
    type_in(command, "-m", "users: was 0ld-p@ssword, now postgresql://u:n3w@h/db")
    assert asked[1].message == f"users: was {MASK}, now postgresql://u:{MASK}@h/db"


@pytest.mark.parametrize("flag", ["--json", "--quiet", "--verbose"])
def test_one_flag_sets_one_field(flag: str, asked: list[Any]) -> None:
    type_in("verify", flag)
    given: Any = {flag.removeprefix("--"): True}
    assert asked[0] == Common(**given)


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (("status", "--exit-code"), "exit_code", True),
        (("diff", "--reverse"), "reverse", True),
        (("diff", "--exit-code"), "exit_code", True),
        (("sync", "--dry-run"), "dry_run", True),
        (("sync", "--yes"), "yes", True),
        (("sync", "--force"), "force", True),
        (("sync", "--message", "why"), "message", "why"),
        (("sync", "--name", "n"), "name", "n"),
        (("sync", "--backfill", "default"), "backfill", BackfillChoice.DEFAULT),
        (("sync", "--backfill", "none"), "backfill", BackfillChoice.NONE),
        (("sync", "--restore"), "restore", True),
        (("sync", "--discard-data"), "discard", True),
        (("sync", "--edit"), "edit", True),
        (("sync", "--no-apply"), "no_apply", True),
        (("sync", "--rollback-on-failure"), "rollback_on_failure", True),
        (("rollback", "20261124120000"), "version", "20261124120000"),
        (("rollback", "--last", "2"), "last", 2),
        (("rollback", "--dry-run"), "dry_run", True),
        (("rollback", "--yes"), "yes", True),
        (("rollback", "--force"), "force", True),
        (("rollback", "--forward"), "forward", True),
        (("rollback", "--fill", "t.a=1", "--fill", "t.b=2"), "fills", ("t.a=1", "t.b=2")),
        (("rollback", "--message", "why"), "message", "why"),
        (("attic", "show", "attic_1_1"), "name", "attic_1_1"),
        (("attic", "purge"), "action", AtticAction.PURGE),
        (("attic", "--older-than", "30d"), "older_than", "30d"),
        (("attic", "--limit", "3"), "limit", 3),
        (("attic", "--yes"), "yes", True),
        (("log", "7"), "entry", "7"),
        (("log", "--limit", "3"), "limit", 3),
    ],
)
def test_a_flag_sets_its_field_and_no_other(
    arguments: tuple[str, ...], field: str, value: object, asked: list[Any]
) -> None:
    type_in(*arguments)
    common, request = asked
    plain = type(request)()
    changed = {item.name: getattr(request, item.name) for item in fields(request)}
    expected = {item.name: getattr(plain, item.name) for item in fields(plain)} | {field: value}
    if arguments[:2] == ("attic", "show"):
        expected["action"] = AtticAction.SHOW
    assert common == Common()
    assert changed == expected


@pytest.mark.parametrize(
    "arguments", [("sync", "--last", "1"), ("attic", "burn"), ("attic", "show"), ("log", "--schema", "x.sql")]
)
def test_what_is_not_offered_is_refused(arguments: tuple[str, ...], asked: list[Any]) -> None:
    with pytest.raises(typer.TyperException):
        cli.app(list(arguments), standalone_mode=False)
    assert asked == []
