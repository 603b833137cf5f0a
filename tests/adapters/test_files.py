"""The project's files: reading what may be broken, writing whole or not at all."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from supasync.adapters.files import (
    is_within,
    read_migrations,
    read_schema_file,
    read_text,
    relative_name,
    replace,
    take_back,
    write_new,
)
from supasync.errors import InvalidSqlError, SourceSpot, SupasyncError, UsageError


def test_what_stands_in_a_folder_stands_there_by_any_way(tmp_path: Path) -> None:
    """A folder may be named by a link, and what is in it may be a link to somewhere else."""
    (tmp_path / "real" / "bin").mkdir(parents=True)
    (tmp_path / "real" / "bin" / "tool").symlink_to("/usr/bin/true")
    (tmp_path / "link").symlink_to("real")
    folders = [tmp_path / "real" / "bin"]
    assert is_within(tmp_path / "link" / "bin" / "tool", folders)
    assert is_within(tmp_path / "real" / "bin" / "tool", folders)
    assert not is_within(tmp_path / "real" / "tool", folders)


def test_a_schema_file_with_name_and_age(tmp_path: Path) -> None:
    path = tmp_path / "db" / "schema.sql"
    path.parent.mkdir()
    path.write_text("create table größe ();\n", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))

    found = read_schema_file(path, tmp_path)

    assert (found.name, found.text) == ("db/schema.sql", "create table größe ();\n")
    assert found.modified == datetime.fromtimestamp(1_700_000_000, UTC)


def test_line_ends_and_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"select 1;\nselect 2;\n")
    (tmp_path / "b.sql").write_bytes(b"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n")

    first, second = (read_schema_file(tmp_path / name, tmp_path) for name in ("a.sql", "b.sql"))

    assert (first.text, first.checksum) == (second.text, second.checksum)


def test_a_name_with_crlf_among_line_feeds_is_refused_and_all_else_is_a_line_end(tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_bytes(b'create table "a\rb" (c text default \'x\r\ny\');\r\n-- "p\r\nq"\n')
    assert read_schema_file(path, tmp_path).text == 'create table "a\rb" (c text default \'x\ny\');\n-- "p\nq"\n'

    path.write_bytes(b'create table t ();\ncreate table "a\r\nb" ();\n')
    with pytest.raises(InvalidSqlError) as caught:
        read_schema_file(path, tmp_path)
    assert caught.value.spot == SourceSpot("schema.sql", 2, 14, 'create table "a')


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(b'drop table "a\rb";\n', 'drop table "a\rb";\n', id="a carriage return in a name"),
        pytest.param(b"select 'a\r\nb';\n", "select 'a\r\nb';\n", id="both in a string"),
        pytest.param(b"select 1;\r\nselect 2;\r\n", "select 1;\nselect 2;\n", id="a checkout of git"),
    ],
)
def test_texts_of_migrations_are_exact(tmp_path: Path, written: bytes, read: str) -> None:
    (tmp_path / "1_a.sql").write_bytes(written)

    assert read_migrations(tmp_path)[0].text == read
    assert read_text(tmp_path / "1_a.sql") == read


def test_a_missing_schema_file_says_what_it_would_mean(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_schema_file(tmp_path / "schema.sql", tmp_path)

    assert caught.value.message == "There is no schema file at schema.sql"
    assert "dropping everything" in caught.value.reason


def test_a_schema_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_bytes(b"-- caf\xe9\n")

    with pytest.raises(UsageError) as caught:
        read_schema_file(tmp_path / "schema.sql", tmp_path)

    assert "offset 6" in caught.value.reason


def test_a_directory_is_no_schema_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot read"):
        read_schema_file(tmp_path, tmp_path)


def test_migrations_are_what_the_cli_takes_for_migrations(tmp_path: Path) -> None:
    for name in ("9_old.sql", "20260101000000_a.sql", "20250101000000_b.sql", "notes.md", "draft.sql", "2_x.sql.bak"):
        (tmp_path / name).write_text(f"-- {name}")
    (tmp_path / "20270101000000_dir.sql").mkdir()

    found = read_migrations(tmp_path)

    assert [file.file_name for file in found] == ["9_old.sql", "20250101000000_b.sql", "20260101000000_a.sql"]
    assert (found[2].version, found[2].name, found[2].text) == ("20260101000000", "a", "-- 20260101000000_a.sql")
    assert read_migrations(tmp_path / "absent") == ()


def test_a_migration_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_bytes(b"\xff")

    with pytest.raises(SupasyncError, match=r"1_a\.sql"):
        read_migrations(tmp_path)


def test_writing_makes_folders_and_a_readable_file(tmp_path: Path) -> None:
    path = tmp_path / "supabase" / "migrations" / "1_a.sql"

    write_new(path, "select 'größe';\n")

    assert path.read_bytes() == "select 'größe';\n".encode()
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    assert [item.name for item in path.parent.iterdir()] == ["1_a.sql"]


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_text("somebody's work")

    with pytest.raises(SupasyncError, match="Cannot write"):
        write_new(tmp_path / "1_a.sql", "mine")

    assert (tmp_path / "1_a.sql").read_text() == "somebody's work"
    assert [item.name for item in tmp_path.iterdir()] == ["1_a.sql"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(SupasyncError) as caught:
        write_new(tmp_path / "1_a.sql", "x")

    assert caught.value.reason == "No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_only_an_untouched_file_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "1_a.sql"
    path.write_text("as written")

    assert take_back(path, "something else") is False
    assert path.exists()
    assert take_back(path, "as written") is True
    assert not path.exists()
    assert take_back(path, "as written") is True


def test_names_for_the_screen(tmp_path: Path) -> None:
    assert relative_name(tmp_path / "a" / "b.sql", tmp_path) == "a/b.sql"
    assert relative_name(Path("/elsewhere/b.sql"), tmp_path) == "/elsewhere/b.sql"


def test_text_of_a_file_that_may_be_absent(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")

    assert (read_text(tmp_path / "a"), read_text(tmp_path / "b")) == ("x", None)


def test_what_is_written_goes_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    (tmp_path / ".supasync-schema.sql").symlink_to("mine")
    replace(tmp_path / "schema.sql", "theirs")
    assert (tmp_path / "schema.sql").read_text() == "theirs"
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_schema_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    with path.open("wb") as file:
        file.truncate(200 << 30)  # of holes
    with pytest.raises(UsageError, match="too large"):
        read_schema_file(path, tmp_path)
