"""Who is at work, as git and the system know it."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from pathlib import Path

import pytest

from supasync.adapters.git import earlier_texts, may_be_brought, read_actor, tracked_of, work_tree_of


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


LIKE_SECRETS = ("+A_PASSWORD=x", 'it "password":"x"', "h.x:5432:d:u:pw", "postgresql://u:p@h")


@pytest.mark.parametrize("name", LIKE_SECRETS)
def test_names_that_look_like_secrets_hide_no_others(repository: Path, tmp_path: Path, name: str) -> None:
    folder = repository / name
    folder.mkdir(parents=True)
    (folder / "f").touch()
    (repository / ".env").touch()
    git(repository, "add", "--all")
    tracked = tracked_of(repository, [name, ".env"])
    assert tracked is not None
    assert {".env"} < tracked

    mark = tmp_path / "filtered"
    git(repository, "commit", "--quiet", "--message", "theirs")
    git(repository, "config", f"filter.{name}.clean", f"touch {mark}; cat")
    quoted = name.replace('"', '\\"')
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_text(f'.env filter={name}\n"{quoted}" filter={name}\n')
    (repository / ".env").write_text("A=1\n")
    assert read_actor(repository).git_dirty is True
    assert not mark.exists()


MARK = "ran"  # the file that a program of a stranger's configuration makes
HOSTILE = {
    "core.fsmonitor": "{run}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{run}",
    "core.sshCommand": "{run}",
    "core.alternateRefsCommand": "{run}",
    "core.editor": "{run}",
    "diff.external": "{run}",
    "diff.evil.textconv": "{run}",
    "diff.evil.command": "{run}",
    "filter.evil.clean": "{run}",
    "filter.evil.smudge": "{run}",
    "filter.evil.required": "true",
    "filter.Evil.process": "{run}",
    "gpg.program": "{run}",
    "log.showSignature": "true",
    "pager.config": "{run}",
    "pager.ls-files": "{run}",
    "pager.rev-list": "{run}",
    "pager.status": "{run}",
    "status.submoduleSummary": "true",
    "extensions.partialClone": "far",
    "remote.far.url": "ssh://example.org/x",
    "remote.far.promisor": "true",
    "remote.far.uploadpack": "{run}",
    "protocol.allow": "always",
}


def mine_the_field(repository: Path, trap: Path) -> None:
    """Commit twice, then let the configuration, the attributes and the hooks name a program that leaves a mark."""
    program = trap / "run"
    (trap / "hooks").mkdir(parents=True)
    for path in (program, *(trap / "hooks" / name for name in ("post-index-change", "pre-auto-gc", "post-checkout"))):
        path.write_text(f"#!/bin/sh\ntouch {trap / MARK}\ncat\n")
        path.chmod(0o755)
    for text in ("one", "two"):
        (repository / "schema.sql").write_text(f"-- {text}\n")
        (repository / "other.txt").write_text("1\n")
        (repository / ".gitattributes").write_text("schema.sql filter=evil diff=evil\nother.txt filter=Evil\n")
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "-m", text)
    git(repository, "config", "core.repositoryformatversion", "1")
    for name, value in HOSTILE.items():
        git(repository, "config", name, value.format(run=program, hooks=trap / "hooks"))
    # Changed, though neither size nor name tell: git must read them.
    (repository / "schema.sql").write_text("-- TWO\n")
    (repository / "other.txt").write_text("2\n")


@pytest.mark.parametrize("call", ["actor", "texts", "tracked"])
def test_nothing_that_a_strangers_configuration_names_is_run(repository: Path, tmp_path: Path, call: str) -> None:
    trap = tmp_path / "trap"
    mine_the_field(repository, trap)

    if call == "actor":
        assert read_actor(repository).git_dirty is True
    elif call == "texts":
        assert list(earlier_texts(repository / "schema.sql")) == ["-- two\n", "-- one\n"]
    else:
        assert tracked_of(repository, ["schema.sql", "absent"]) == frozenset({"schema.sql"})

    assert not (trap / MARK).exists()


def test_the_field_is_mined(repository: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    mine_the_field(repository, trap)

    subprocess.run(("git", "status", "--porcelain"), cwd=repository, capture_output=True, check=False)

    assert (trap / MARK).exists()


def test_objects_that_are_missing_are_not_fetched(repository: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    mine_the_field(repository, trap)
    blob = git(repository, "-c", "core.fsmonitor=false", "rev-parse", "HEAD:schema.sql")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    assert list(earlier_texts(repository / "schema.sql")) == ["-- one\n"]
    assert read_actor(repository).git_dirty is True
    assert not (trap / MARK).exists()


def test_a_filter_whose_name_cannot_be_switched_off_counts_as_a_change(repository: Path, tmp_path: Path) -> None:
    mine_the_field(repository, tmp_path / "trap")
    git(repository, "config", "filter.a=b.clean", str(tmp_path / "trap" / "run"))
    (repository / ".gitattributes").write_text("schema.sql filter=a=b\n")

    assert read_actor(repository).git_dirty is True
    assert not (tmp_path / "trap" / MARK).exists()


def test_a_folder_that_looks_like_a_bare_repository_is_none(repository: Path, tmp_path: Path) -> None:
    inner = repository / "inner"
    git(repository, "init", "--quiet", "--bare", str(inner))
    git(inner, "config", "user.name", "Mallory")
    (inner / "schema.sql").write_text("-- now\n")

    assert read_actor(inner).name == "Ada Lovelace <ada@example.org>"
    assert list(earlier_texts(inner / "schema.sql")) == []


def test_what_git_tracks(repository: Path) -> None:
    for name in (".ENV", "node_modules/a", "node_modules/b", "*"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).touch()
    git(repository, "add", "--", ".ENV", "node_modules/a", ":(literal)*")

    assert work_tree_of(repository / "node_modules") == repository
    assert tracked_of(repository, [".env", "node_modules"]) == frozenset({".ENV", "node_modules/a"})
    assert tracked_of(repository, ["node_modules/b"]) == frozenset()
    assert tracked_of(repository, ["*"]) == frozenset({"*"})


def test_where_git_does_not_tell_what_it_tracks(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert work_tree_of(repository.parent) is None
    (repository / ".git" / "HEAD").write_text("broken")
    assert tracked_of(repository, [".env"]) is None
    monkeypatch.setenv("PATH", str(repository))
    assert tracked_of(repository, [".env"]) is None


def test_an_empty_git_folder_is_no_repository(repository: Path) -> None:
    (repository / "theirs" / ".git").mkdir(parents=True)
    (repository / "theirs" / ".env").touch()
    git(repository, "add", "--all")
    assert tracked_of(repository / "theirs", [".env"]) is None


def test_names_that_are_not_utf8_could_be_any(repository: Path) -> None:
    (repository / os.fsdecode(b"\xff.env")).touch()
    git(repository, "add", "--all")
    assert tracked_of(repository, [os.fsdecode(b"\xff.env")]) is None


def test_a_filter_whose_name_is_not_utf8_is_not_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "filtered"
    (repository / "a").write_text("1")
    git(repository, "add", "a")
    git(repository, "commit", "--quiet", "-m", "one")
    with (repository / ".git" / "config").open("ab") as stream:
        stream.write(b'[filter "caf\xe9"]\n\tclean = touch ' + os.fsencode(mark) + b"; cat\n")
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_bytes(b"* filter=caf\xe9\n")
    (repository / "a").write_text("2")
    assert read_actor(repository).git_dirty is True
    assert not mark.exists()


def test_a_submodule_or_an_outer_repository_may_have_brought_a_folder(repository: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "--quiet")
    (inner / "cache").mkdir()
    (inner / "cache" / "initdb").write_text("x")
    git(inner, "add", ".")
    git(inner, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    (repository / "state").mkdir()
    (repository / "state" / "memory").write_text("x")
    git(repository, "add", "state")
    project = repository / "db"
    project.mkdir()
    assert may_be_brought(repository, repository / "sub" / "cache")
    assert may_be_brought(repository, repository / "sub" / "own")  # which the submodule may bring with its next commit
    assert may_be_brought(project, repository / "state" / "memory")
    assert may_be_brought(repository / "sub", repository / "state")
    assert not may_be_brought(repository, repository / "own")
    assert not may_be_brought(repository, project / "cache")
    assert not may_be_brought(project, tmp_path / "elsewhere")
