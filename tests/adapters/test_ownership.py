"""Whose a file is, with the real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from supasync.adapters.ownership import NO_WORK_TREE, TRACKED, UNKNOWN, Ownership, repository_places


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "work" / "repo"
    (folder / "app").mkdir(parents=True)
    git(folder, "init", "--quiet")
    return folder


def touch(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return [folder / name for name in names]


def test_what_git_tracks_was_brought(repo: Path) -> None:
    env, tool, other = touch(repo, ".env", "node_modules/.bin/supabase", "node_modules/x")
    git(repo, "add", "--force", ".env", "node_modules/x")
    owner = Ownership(repo, [env, tool])
    assert owner.brought(env) == TRACKED
    assert owner.brought(tool) == ""
    assert Ownership(repo, [tool.parents[1]]).brought(tool.parents[1]) == TRACKED
    assert list(Ownership(repo, [other.parent]).tracked_in(other.parent)) == [other]


def test_a_link_in_the_place_of_a_folder_was_brought(repo: Path) -> None:
    (tool,) = touch(repo, "vendor/.bin/supabase")
    (repo / "node_modules").symlink_to("vendor")
    git(repo, "add", "node_modules")
    path = repo / "node_modules" / ".bin" / "supabase"
    assert Ownership(repo, [path]).brought(path) == TRACKED
    git(repo, "rm", "--cached", "--quiet", "node_modules")
    assert Ownership(repo, [path]).brought(path) == ""
    git(repo, "add", str(tool))
    assert Ownership(repo, [path]).brought(path) == TRACKED, "where the link leads"


def test_letter_case_is_no_way_around(repo: Path) -> None:
    touch(repo, ".ENV")
    git(repo, "add", ".ENV")
    assert Ownership(repo, [repo / ".env"]).brought(repo / ".env") == TRACKED


def test_an_archive_is_nobodys(repo: Path, tmp_path: Path) -> None:
    (env,) = touch(tmp_path / "archive", ".env")
    assert Ownership(env.parent, [env]).brought(env) == NO_WORK_TREE


def test_an_archive_in_a_repository_of_ones_own_is_nobodys(repo: Path) -> None:
    env, schema = touch(repo, "app/.env", "app/schema.sql")
    assert Ownership(repo / "app", [env]).brought(env) == NO_WORK_TREE
    git(repo, "add", str(schema))
    assert Ownership(repo / "app", [env]).brought(env) == ""


def test_a_fresh_repository_is_ones_own(repo: Path) -> None:
    (env,) = touch(repo, ".env")
    assert Ownership(repo, [env]).brought(env) == ""


def test_where_git_does_not_tell_nothing_is_ones_own(repo: Path) -> None:
    (env,) = touch(repo, ".env")
    (repo / ".git" / "HEAD").write_text("broken")
    assert Ownership(repo, [env]).brought(env) == UNKNOWN


def test_a_submodule_was_brought(repo: Path) -> None:
    inner = repo / "node_modules"
    inner.mkdir()
    (tool,) = touch(inner, ".bin/supabase")
    git(inner, "init", "--quiet")
    git(inner, "-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "--allow-empty", "-m", "x")
    git(repo, "add", "node_modules")
    assert Ownership(repo, [tool]).brought(tool) == TRACKED


def test_how_far_a_repository_reaches(repo: Path, tmp_path: Path) -> None:
    app = repo / "app"
    assert repository_places(app) == (app, repo)
    assert repository_places(repo) == (repo,)
    away = tmp_path / "downloads" / "archive" / "app"
    away.mkdir(parents=True)
    assert repository_places(away) == (away, away.parent, away.parents[1])
    assert repository_places(Path("/srv/app")) == (Path("/srv/app"), Path("/srv"))
    assert repository_places(Path("/")) == (Path("/"),)


@pytest.mark.parametrize("folder", ["Straße", "École", "ﬁles", "e\u0301"])
def test_letters_that_have_other_forms_hide_nothing(repo: Path, folder: str) -> None:
    """git is asked by the very name: it takes other cases of ASCII alone for the same."""
    env, config = touch(repo / folder, ".env", "supasync.toml")
    git(repo, "add", "--force", ".")
    assert Ownership(repo / folder, [env, config]).brought(env) == TRACKED
