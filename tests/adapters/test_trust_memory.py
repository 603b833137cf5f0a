"""The memory of what is trusted, and the digests of files that it compares."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from supasync.adapters.trust_memory import FileTrustMemory, memory_folder
from supasync.core.trust import Item, Use
from supasync.errors import SupasyncError


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo" / "tools" / "lib").mkdir(parents=True)
    (tmp_path / "repo" / "tools" / "run").write_text("1")
    (tmp_path / "repo" / "tools" / "lib" / "a").write_text("2")
    (tmp_path / "outside").write_text("3")
    return tmp_path / "repo"


@pytest.fixture
def memory(repo: Path, tmp_path: Path) -> FileTrustMemory:
    return FileTrustMemory(repo, repo, tmp_path / "state" / "trust")


def item(repo: Path) -> Item:
    return Item("supabase_cli", "tools", "supasync.toml", "is run", Use.COMPARE, (repo / "tools",))


def test_what_is_trusted_is_kept_for_this_user_alone(memory: FileTrustMemory, repo: Path, tmp_path: Path) -> None:
    assert memory.known() == {}
    memory.remember({"a": "1", "b": "2"})
    memory.remember({"a": "3"})
    assert FileTrustMemory(repo, repo, tmp_path / "state" / "trust").known() == {"a": "3"}
    assert FileTrustMemory(repo / "tools", repo, tmp_path / "state" / "trust").known() == {}
    (file,) = (tmp_path / "state" / "trust").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert memory.forget()
    assert not memory.forget()
    assert memory.known() == {}


def test_a_project_is_known_by_where_it_really_is(memory: FileTrustMemory, repo: Path, tmp_path: Path) -> None:
    memory.remember({"a": "1"})
    (tmp_path / "link").symlink_to(repo)
    assert FileTrustMemory(tmp_path / "link", repo, tmp_path / "state" / "trust").known() == {"a": "1"}


def test_a_folder_outside_of_the_repository_counts_with_what_is_in_it(memory: FileTrustMemory, tmp_path: Path) -> None:
    """Programs of a superproject, say, or packages above."""
    (tmp_path / "pg" / "bin").mkdir(parents=True)
    (tmp_path / "pg" / "bin" / "postgres").write_text("1")
    named = Item("postgres_dir", "../pg", "supasync.toml", "is run", Use.COMPARE, (tmp_path / "pg",))
    before = memory.digest(named)
    (tmp_path / "pg" / "bin" / "postgres").write_text("2")
    assert memory.digest(named) != before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1, "project": "/other", "items": {"a": "1"}}'])
def test_a_damaged_memory_trusts_nothing(memory: FileTrustMemory, tmp_path: Path, text: str) -> None:
    memory.remember({"a": "1"})
    (file,) = (tmp_path / "state" / "trust").iterdir()
    file.write_text(text)
    assert memory.known() == {}


def test_a_memory_that_cannot_be_written_is_an_error(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(SupasyncError, match="Cannot write"):
        FileTrustMemory(repo, repo, tmp_path / "state" / "trust").remember({})


def test_the_memory_stands_in_the_users_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert memory_folder() == Path("/somewhere/supasync/trust")


def edit(repo: Path) -> None:
    (repo / "tools" / "lib" / "a").write_text("3")


def add(repo: Path) -> None:
    (repo / "tools" / "new").touch()


def remove(repo: Path) -> None:
    (repo / "tools" / "lib" / "a").unlink()


def rename(repo: Path) -> None:
    (repo / "tools" / "lib" / "a").rename(repo / "tools" / "lib" / "b")


def link_elsewhere(repo: Path) -> None:
    (repo / "tools" / "link").unlink()
    (repo / "tools" / "link").symlink_to(repo / "other2")


def edit_behind_the_link(repo: Path) -> None:
    (repo / "other" / "x").write_text("changed")


def edit_outside(repo: Path) -> None:
    (repo.parent / "outside").write_text("changed")


def remove_all(repo: Path) -> None:
    (repo / "tools").rename(repo / "gone")


@pytest.mark.parametrize(
    "change", [edit, add, remove, rename, link_elsewhere, edit_behind_the_link, edit_outside, remove_all]
)
def test_every_change_of_a_file_is_seen(memory: FileTrustMemory, repo: Path, change: Callable[[Path], None]) -> None:
    for name in ("other", "other2"):
        (repo / name).mkdir()
        (repo / name / "x").write_text("same")
    (repo / "tools" / "link").symlink_to(repo / "other")
    (repo / "tools" / "out").symlink_to(repo.parent / "outside")
    before = memory.digest(item(repo))
    assert memory.digest(item(repo)) == before
    change(repo)
    assert memory.digest(item(repo)) != before


def test_links_in_circles_and_pipes_end(memory: FileTrustMemory, repo: Path) -> None:
    (repo / "tools" / "lib" / "up").symlink_to(repo / "tools")
    (repo / "tools" / "self").symlink_to(repo / "tools" / "self")
    (repo / "tools" / "all").symlink_to("/")
    os.mkfifo(repo / "tools" / "pipe")
    assert memory.digest(item(repo))


def test_a_memory_that_the_repository_brings_is_none(repo: Path) -> None:
    """Where a repository was checked out as a home directory."""
    subprocess.run(("git", "init", "--quiet"), cwd=repo, check=True)
    memory = FileTrustMemory(repo, repo, repo / "state")
    memory.remember({"a": "b"})
    assert memory.known() == {"a": "b"}
    subprocess.run(("git", "add", "--force", "state"), cwd=repo, check=True)
    assert memory.known() == {}
