"""Results kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from supasync.adapters.cache import FileCache


def test_what_was_put_is_there_for_the_next_run(tmp_path: Path) -> None:
    FileCache(lambda: tmp_path / "new").put("a", {"größe": [1, None]})

    assert FileCache(lambda: tmp_path / "new").get("a") == {"größe": [1, None]}
    assert FileCache(lambda: tmp_path / "new").get("b") is None


def test_the_last_value_counts(tmp_path: Path) -> None:
    cache = FileCache(lambda: tmp_path)
    cache.put("a", 1)
    cache.put("a", 2)

    assert cache.get("a") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_another_program_goes_by_another_digest(tmp_path: Path) -> None:
    module = tmp_path / "core" / "sql.py"
    module.parent.mkdir()
    module.write_text("a = 1\n")
    seen = {FileCache(lambda: tmp_path, tmp_path).code}
    (tmp_path / "core" / "__pycache__").mkdir()
    (tmp_path / "core" / "__pycache__" / "sql.pyc").write_bytes(b"")
    assert FileCache(lambda: tmp_path, tmp_path).code in seen
    os.utime(module, (1, 1))
    seen.add(FileCache(lambda: tmp_path, tmp_path).code)
    module.write_text("a = 10\n")
    os.utime(module, (1, 1))
    seen.add(FileCache(lambda: tmp_path, tmp_path).code)
    assert len(seen) == 3


@pytest.mark.parametrize("damage", [b"", b'{"half', b"\xff\xfe"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    cache = FileCache(lambda: tmp_path)
    cache.put("a", 1)
    (tmp_path / "a.json").write_bytes(damage)

    assert cache.get("a") is None
    cache.put("a", 3)
    assert cache.get("a") == 3


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    cache = FileCache(lambda: tmp_path)
    for number in range(50):
        cache.put(str(number), number)
        os.utime(tmp_path / f"{number}.json", (number, number))

    cache.put("newest", True)

    assert cache.get("0") is None
    assert cache.get("1") == 1
    assert cache.get("newest") is True
    assert len(list(tmp_path.iterdir())) == 50


def test_a_file_that_another_command_drops_meanwhile_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "gone.json").symlink_to(tmp_path / "nothing")  # listed, and not there when it is looked at

    FileCache(lambda: tmp_path).put("a", 1)

    assert FileCache(lambda: tmp_path).get("a") == 1


def test_what_a_killed_command_left_half_written_goes_as_well(tmp_path: Path) -> None:
    (tmp_path / "tmp1234").write_text("half")
    os.utime(tmp_path / "tmp1234", (1, 1))
    cache = FileCache(lambda: tmp_path)
    for number in range(50):
        cache.put(str(number), number)

    assert not (tmp_path / "tmp1234").exists()


def test_others_may_not_look(tmp_path: Path) -> None:
    FileCache(lambda: tmp_path / "c").put("a", 1)

    assert (tmp_path / "c").stat().st_mode & 0o077 == 0
    assert (tmp_path / "c" / "a.json").stat().st_mode & 0o077 == 0
