"""Who is at work, as git and the system know it."""

from __future__ import annotations

import getpass
import socket
import subprocess
from pathlib import Path

import pytest

from supasync.adapters.git import read_actor


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "Ada Lovelace")
    git(folder, "config", "user.email", "ada@example.org")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_the_identity_of_git_with_user_and_host(repository: Path) -> None:
    actor = read_actor(repository)

    assert actor.name == "Ada Lovelace <ada@example.org>"
    assert (actor.os_user, actor.host) == (getpass.getuser(), socket.gethostname())
    assert (actor.git_commit, actor.git_dirty) == ("", False)


def test_commit_and_whether_tracked_files_changed(repository: Path) -> None:
    (repository / "a").write_text("1")
    git(repository, "add", "a")
    git(repository, "commit", "--quiet", "-m", "first")
    commit = git(repository, "rev-parse", "HEAD")

    assert (read_actor(repository).git_commit, read_actor(repository).git_dirty) == (commit, False)
    (repository / "untracked").touch()
    assert read_actor(repository).git_dirty is False
    (repository / "a").write_text("2")
    assert read_actor(repository).git_dirty is True


@pytest.mark.parametrize(("missing", "name"), [("user.email", "Ada Lovelace"), ("user.name", "ada@example.org")])
def test_half_an_identity_is_better_than_none(repository: Path, missing: str, name: str) -> None:
    git(repository, "config", "--unset", missing)

    assert read_actor(repository).name == name


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    actor = read_actor(tmp_path)

    assert (actor.name, actor.git_commit, actor.git_dirty) == ("", "", False)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    actor = read_actor(tmp_path)

    assert (actor.name, actor.git_commit, actor.host) == ("", "", socket.gethostname())


def test_without_an_account(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise OSError("no username set in the environment")

    monkeypatch.setattr(getpass, "getuser", none)

    assert read_actor(repository).os_user == "unknown"
