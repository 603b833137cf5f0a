"""Removing what a server has left, while one of its processes may still be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from supasync.adapters.shadow.home import remove_left_aside, remove_tree


def fill(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("x")


def test_it_removes_all_and_follows_no_link(tmp_path: Path) -> None:
    fill(tmp_path / "mine" / "below", "precious")
    tree = tmp_path / "tree"
    fill(tree / "a" / "b", "1", "2")
    (tree / "link").symlink_to(tmp_path / "mine")
    (tree / "a" / "b").chmod(0)
    (tree / "a").chmod(0o500)
    os.mkfifo(tree / "pipe")
    remove_tree(tree)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "below" / "precious").exists()

    (tmp_path / "link").symlink_to(tmp_path / "mine")
    remove_tree(tmp_path / "link")
    remove_tree(tmp_path / "absent")
    assert (tmp_path / "mine" / "below" / "precious").exists()


def test_a_link_that_comes_in_between_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "mine"
    fill(victim / "Documents", "precious")
    victim.chmod(0o755)
    tree = tmp_path / "tree"
    fill(tree / "a" / "Documents", "1", "2")
    unlink = os.unlink
    swapped: list[Path] = []

    def swapping(path: str, **named: int) -> None:
        unlink(path, **named)
        if not swapped:
            (here,) = tmp_path.glob(".tree-*/a")
            swapped.append(here)
            fill(here / "Documents", "new")  # so that the folder cannot be removed
            here.rename(here.with_name("a2"))
            here.symlink_to(victim)

    monkeypatch.setattr(os, "unlink", swapping)
    remove_tree(tree)
    assert swapped
    assert (victim / "Documents" / "precious").exists()
    assert victim.stat().st_mode & 0o777 == 0o755
    assert not tree.exists()


def test_no_depth_is_too_great(tmp_path: Path) -> None:
    tree = here = tmp_path / "tree"
    tree.mkdir()
    descriptor = os.open(here, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    remove_tree(tree)
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_aside_is_removed_later(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".old-1.gone", ".young-2.gone", "kept"))
    for path in (old, young, other):
        (path / "data").mkdir(parents=True)
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    remove_left_aside(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".young-2.gone", "kept"]
