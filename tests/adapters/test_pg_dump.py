"""pg_dump: which one is taken, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.adapters import pg_dump
from supasync.adapters.pg_dump import PgDump, find_pg_dump
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError
from tests.support.targets import MakeTarget

SECRET = "a-Secret-of-9-Words"

WHERE = Endpoint("127.0.0.1", 1, "db", "postgres", SECRET)


def program(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "pg_dump"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_package_s_is_taken_and_a_newer_one_from_path(tmp_path: Path) -> None:
    packaged = find_pg_dump("", tmp_path, 17)
    assert packaged is not None
    assert packaged.major == 18
    older = program(tmp_path / "a", "echo 'pg_dump (PostgreSQL) 16.2'")
    assert find_pg_dump(str(older.parent), tmp_path, 17) == packaged
    newer = program(tmp_path / "b", "echo 'pg_dump (PostgreSQL) 19.0'")
    assert find_pg_dump(str(newer.parent), tmp_path, 19) == PgDump(newer, 19, tmp_path)


def test_none_is_taken_that_is_older_than_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_pg_dump("", tmp_path, 19) is None
    monkeypatch.setattr(pg_dump, "find_spec", lambda _name: None)
    strange = program(tmp_path / "a", "echo of another kind")
    assert find_pg_dump(str(strange.parent), tmp_path, 17) is None
    assert find_pg_dump("", tmp_path, 17) is None


def test_the_password_is_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Not among the arguments, not in the environment; and the file is gone afterwards."""
    told = tmp_path / "told"
    found = program(tmp_path / "a", f'(echo "$@"; env; stat -c %a "$PGPASSFILE"; cat "$PGPASSFILE") > {told}')
    PgDump(found, 18, tmp_path / "calls").schema(WHERE, without_schemas=['a"b'], without_tables=['x."y z"'])
    text = told.read_text()
    assert text.count(SECRET) == 1
    assert f"127.0.0.1:1:db:postgres:{SECRET}" in text
    assert "\n600\n" in text
    assert '--exclude-schema="a""b" --exclude-table=x."y z" --dbname=postgresql://postgres@127.0.0.1:1/db?' in text
    assert list((tmp_path / "calls").iterdir()) == []


def test_what_it_says_of_a_failure(tmp_path: Path) -> None:
    found = find_pg_dump("", tmp_path, 17)
    assert found is not None
    with pytest.raises(SupasyncError, match="pg_dump failed") as caught:
        found.schema(WHERE, without_schemas=(), without_tables=())
    assert "onnection" in caught.value.reason
    assert SECRET not in caught.value.reason


def test_a_schema_is_described_without_what_is_left_out(make_target: MakeTarget, tmp_path: Path) -> None:
    target = make_target('create schema "Odd ""one"; create table "Odd ""one".t (id int); create table u (id int);')
    found = find_pg_dump("", tmp_path, 17)
    assert found is not None
    script = found.schema(target.endpoint, without_schemas=['Odd "one', "auth"], without_tables=())
    assert "CREATE TABLE public.u" in script
    assert "Odd" not in script
    assert "OWNER TO" not in script
    left = found.schema(target.endpoint, without_schemas=(), without_tables=['"Odd ""one".t'])
    assert 'CREATE TABLE "Odd ""one".t' not in left
