"""What the documents show is run: README commands, its configuration, the demo, the examples of every help text."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from supasync.cli import app
from supasync.settings import load_settings
from tests.support.project import MakeProject, Project
from tests.support.targets import PROJECT, MakeTarget

README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(command.name or "" for command in app.registered_commands if command.name) or sorted(
    str(command.callback.__name__) for command in app.registered_commands if command.callback
)


def shown_blocks(language: str) -> list[str]:
    """Return the README's blocks of a language that are marked as tested."""
    return re.findall(rf"<!-- tested -->\n```{language}\n(.*?)```", README, re.DOTALL)


def data(name: str) -> str:
    """Return a file of the demo."""
    return (resources.files("supasync") / "data" / "demo" / name).read_text(encoding="utf-8")


@pytest.fixture
def project(make_target: MakeTarget, make_project: MakeProject) -> Project:
    target = make_target(data("old_schema.sql"), seed_sql=data("seed.sql"))
    return make_project(target, data("schema.sql"))


@pytest.mark.slow
def test_readme_commands_bring_the_target_in_sync_and_the_data_back(project: Project) -> None:
    lines = [line.removeprefix("$ ") for block in shown_blocks("console") for line in block.splitlines() if line]
    assert [line.split()[1] for line in lines] == ["status", "diff", "sync", "verify", "log"]
    for line in lines:
        project.invoke(*shlex.split(line)[1:]).ok()
    assert project.json("status")["in_sync"] is True

    (block,) = re.findall(r"<!-- tested: rollback -->\n```console\n(.*?)```", README, re.DOTALL)
    kept = "select id, details::text from transactions order by id"
    before = project.target.rows(kept)
    assert len({details for _, details in before}) > 1
    for line in block.splitlines():
        program, *arguments = shlex.split(line.removeprefix("$ "))
        if program == "supasync":
            project.invoke(*arguments).ok()
        else:
            subprocess.run([program, *arguments], cwd=project.path, check=True)
    assert project.target.rows(kept) == before
    assert project.json("status")["in_sync"] is True


def test_readme_configuration_is_valid(tmp_path: Path) -> None:
    (block,) = shown_blocks("toml")
    (tmp_path / "supasync.toml").write_text(block, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.schema_file == tmp_path / "pkg/db/schema.sql"
    assert settings.after_sync == ("go build ./...",)
    shown = {*tomllib.loads(block), *re.findall(r"supabase_cli|postgres_dir|sqlc|cache_dir", block)}
    secret = {"project_dir", "database_url", "db_password", "schema_file"}
    assert shown - {"schema"} == set(type(settings).model_fields) - secret, (
        "the README shows every setting, and no other"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_teaches_by_example(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"`supasync {name}`" in README
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    assert app([name, "--help"], standalone_mode=False) == 0
    shown = capsys.readouterr().out
    assert f"supasync {name}" in shown.partition("Examples")[2]
    assert max(len(line) for line in shown.splitlines()) <= 80


@pytest.mark.slow
def test_demo_plays_keeps_and_stops(run_root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "SUPASYNC_CACHE_DIR": str(run_root / "cache"), "HOME": str(tmp_path)}

    def demo(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "supasync", "demo", *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    played = demo("--keep")
    assert (
        played.index("OUT OF SYNC")
        < played.index("Plan:")
        < played.index("All checks passed")
        < played.index("🟢 IN SYNC")
    )
    kept = Path(re.findall(r"cd (\S+)", played)[0])
    assert "password" not in played.replace("(password in .env)", "")
    status = subprocess.run(
        [sys.executable, "-m", "supasync", "status", "--exit-code"],
        cwd=kept,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert status.returncode == 0, status.stderr
    assert "stopped" in demo("--stop")
    assert not kept.exists()
