"""Sixty passwords through every place where foreign text enters, and those that no password file can hold."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from supasync import redact
from supasync.adapters import database_errors
from supasync.adapters.connection_url import parse_connection_string
from supasync.adapters.database_errors import connection_error
from supasync.adapters.postgres import dsn_of, parse_dsn
from supasync.adapters.process import Completed, plain_environment, run
from supasync.adapters.supabase import CliError, _answer
from supasync.adapters.target_address import resolve
from supasync.boundary import Common, guard
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError, UsageError
from tests.support.passwords import ODD, REFUSED, WORDS, spellings

NEUTRAL = "n3utral-Passw0rd!"
# What tools say without a password in it. Every word of WORDS stands in it, or in a name like it.
HARMLESS = "\n".join(f'relation "{word}" does not exist: {word}' for word in WORDS)


def told(error: SupasyncError) -> str:
    return "\n".join((error.message, error.reason, error.hint, *error.details))


def raised(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(SupasyncError) as caught:
        act(*given, **named)
    return told(caught.value)


def entries(password: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Yield what becomes of foreign texts that quote a password, and of harmless ones, at each entrance."""
    url = f"postgresql://postgres:{quote(password, safe='')}@h.example.com:5432/postgres"
    quoting = f"{HARMLESS}\ncannot use {url}\nPGPASSWORD='{password}'\n"
    yield told(connection_error(psycopg.OperationalError(quoting)))
    yield told(database_errors.statement_error(psycopg.OperationalError(quoting)))
    error = {"_tag": "Error", "error": {"message": quoting, "suggestion": quoting, "code": "X"}}
    yield raised(_answer, Completed(1, json.dumps(error) + "\n", ""), "db diff")
    yield raised(_answer, Completed(1, "", quoting), "db diff")
    (tmp_path / "said").write_text(quoting)
    done = run(Path("/bin/sh"), "-c", "cat said; cat said >&2; env", timeout=20, cwd=tmp_path)
    yield re.sub(r"(?m)^_=.*\n", "", done.stdout) + done.stderr

    def act(_: object) -> int:
        raise ZeroDivisionError(quoting)

    assert guard(Common(), act) == 1
    shown = "".join(capsys.readouterr())
    (log,) = tmp_path.glob("supasync-bug-*.log")
    yield shown.replace(str(log), "LOG") + log.read_text()
    log.unlink()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def entered(password: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Return all that comes in while `password` is the target's, as it is configured."""
    monkeypatch.setattr(redact, "_secrets", set())
    monkeypatch.setenv("PGPASSWORD", password)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://postgres:{quote(password, safe='')}@h/postgres")
    assert resolve(os.environ["DATABASE_URL"], folder, password).parameters["password"] == password
    return "\n-- next\n".join(entries(password, folder, capsys))


@pytest.mark.parametrize("password", ODD)
def test_an_odd_password_comes_in_nowhere(
    password: str, elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = entered(password, elsewhere, capsys, monkeypatch)
    assert not [spelling for spelling in spellings(password) if spelling in text]
    assert all(f'relation "{word}" does not exist: {word}' in text for word in WORDS)


def test_with_a_word_for_a_password_all_reads_as_with_any_other(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = entered(NEUTRAL, elsewhere, capsys, monkeypatch)
    assert redact.MASK in expected
    for word in WORDS:
        assert entered(word, elsewhere, capsys, monkeypatch) == expected, word


@pytest.mark.parametrize("password", [*WORDS, *ODD])
def test_every_password_gets_through(password: str) -> None:
    endpoint = Endpoint("h", 5432, "d", "u", password)
    assert parse_dsn(dsn_of(endpoint))["password"] == password
    assert parse_connection_string(f"postgresql://u:{quote(password, safe='')}@h/d", "X")["password"] == password
    line = endpoint.passfile_line()
    assert "\n" not in line
    fields = [field.replace("\0", "\\").replace("\1", ":") for field in _split(line)]
    assert fields == ["h", "5432", "d", "u", password]


def _split(line: str) -> list[str]:
    """Split a line as the CLI does."""
    return line.strip().replace("\\\\", "\0").replace("\\:", "\1").split(":")


SOURCES = {
    "in the URL": lambda password: {"DATABASE_URL": f"postgresql://u:{quote(password, safe='')}@h/d"},
    "by itself": lambda password: {"DATABASE_URL": "postgresql://u@h/d", "SUPABASE_DB_PASSWORD": password},
    "of libpq": lambda password: {"DATABASE_URL": "postgresql://u@h/d", "PGPASSWORD": password},
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("password", REFUSED)
def test_what_the_cli_cannot_be_given_is_refused_before_anything_starts(
    password: str, source: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: Mapping[str, str] = source(password)
    if "PGPASSWORD" in given:
        if "\0" in password:
            return  # no environment holds one
        monkeypatch.setenv("PGPASSWORD", password)
    url, alone = given["DATABASE_URL"], given.get("SUPABASE_DB_PASSWORD")
    with pytest.raises(UsageError) as caught:
        resolve(url, tmp_path, alone)
    assert REFUSED[password] in caught.value.reason
    assert "change the password in the dashboard" in caught.value.hint
    bare = password.strip()
    assert not bare or bare not in told(caught.value)


def test_the_password_file_refuses_what_came_another_way() -> None:
    with pytest.raises(UsageError, match="The password of u@h cannot be used"):
        Endpoint("h", 5432, "d", "u", "line\nfeed").passfile_line()


def test_a_cli_error_is_what_it_was() -> None:
    redact.register("users")
    with pytest.raises(CliError) as caught:
        _answer(Completed(1, '{"_tag": "Error", "error": {"message": "no users"}}', ""), "db diff")
    assert caught.value.reason == "no users"


def test_children_have_no_variable_that_holds_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PGPASSWORD", "PGPASSFILE", "SUPABASE_DB_PASSWORD", "SUPASYNC_SHADOW"):
        monkeypatch.setenv(name, NEUTRAL)
    assert NEUTRAL not in plain_environment().values()
    assert NEUTRAL not in run(Path("/bin/sh"), "-c", "cat /proc/$$/environ /proc/self/environ", timeout=20).stdout
