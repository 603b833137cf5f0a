"""What all tests share: guards against the developer's environment, and real target servers."""

from __future__ import annotations

import os
import pkgutil
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from supasync import redact
from supasync.adapters.shadow.slots import stop_server
from supasync.depth import make_room
from tests.support import swift, targets
from tests.support.project import TRUSTED, MakeProject, Project
from tests.support.scene import Stage, staged
from tests.support.targets import LOGIN_VARIABLE, ROOT_VARIABLE, MakeTarget, TargetDatabase, Targets

# Folders whose tests start servers and the CLI; the others take milliseconds.
_SLOW_FOLDERS = ("commands", "integration", "transitions")
_STRIPPED_PREFIXES = ("PG", "SUPABASE_", "SUPASYNC_")
_lock = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that run what is marked as rare, too, and one transition at a time."""
    parser.addoption("--all-cases", action="store_true", help="run the rare cases and pairs of versions too")
    parser.addoption("--login-role", default="", help="let all projects connect as this member of postgres")
    parser.addoption("--each", action="store_true", help="run each transition of tests/transitions by itself")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's directory once; workers inherit its name from the controller."""
    make_room()
    if hasattr(config, "workerinput"):
        return
    root = targets.make_root()
    config.stash[_lock] = targets.hold_root(root)
    os.environ[ROOT_VARIABLE] = str(root)
    if login := config.getoption("--login-role"):
        os.environ[LOGIN_VARIABLE] = login


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the rare ones; share the slow ones out evenly, the longest first, with quick ones behind them.

    What a worker begins last must be short: the others wait for it.
    """
    count = int(getattr(config, "workerinput", {}).get("workercount", 1))
    tests = Path(__file__).parent
    if not config.getoption("--all-cases"):
        rare = [item for item in items if item.get_closest_marker("rare")]
        config.hook.pytest_deselected(items=rare)
        items[:] = [item for item in items if item not in rare]
    slow = [item for item in items if item.path.relative_to(tests).parts[0] in _SLOW_FOLDERS]
    slow.sort(key=lambda item: item.get_closest_marker("slow") is None)
    quick = [item for item in items if item.path.relative_to(tests).parts[0] not in _SLOW_FOLDERS]
    items[:] = [item for number in range(count) for kind in (slow, quick) for item in kind[number::count]]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop all servers of the run, after failures and interrupts too."""
    if _lock in config.stash:
        targets.clear_root(Path(os.environ.pop(ROOT_VARIABLE)))
        os.close(config.stash[_lock])


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away settings that the developer's shell may carry; trust what the tests themselves put into projects."""
    for name in tuple(os.environ):
        if name.startswith(_STRIPPED_PREFIXES) or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    for name, value in TRUSTED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def swift_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make in this process cheaper what its children have cheaper too."""
    for module, (name, change) in swift.CHANGES.items():
        monkeypatch.setattr(f"{module}.{name}", change(pkgutil.resolve_name(f"{module}:{name}")))


@pytest.fixture(autouse=True)
def own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget, after each test, the secrets that it made known: other tests' texts are not masked for them."""
    monkeypatch.setattr(redact, "_secrets", set(redact._secrets))


@pytest.fixture(autouse=True)
def no_processes_in_core(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests of pure code pure."""
    if "core" not in request.path.relative_to(Path(__file__).parent).parts:
        return

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tests/core must not start a process")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "system", refuse)


@pytest.fixture(scope="session")
def run_root() -> Path:
    """The run's directory, open to the account of the servers."""
    return Path(os.environ[ROOT_VARIABLE])


@pytest.fixture(scope="session")
def shadow_cache(run_root: Path) -> Path:
    """A cache directory for shadows that all tests of the run share."""
    return targets.shadow_cache(run_root)


@pytest.fixture
def own_cache(run_root: Path) -> Iterator[Path]:
    """A cache directory that no other test uses at the same time; its servers are stopped at the end."""
    cache = run_root / f"cache-{secrets.token_hex(4)}"
    cache.mkdir()
    cache.chmod(0o755)
    yield cache
    for data in cache.glob("clusters/*/data"):
        stop_server(data)
    shutil.rmtree(cache)


@pytest.fixture
def make_target(run_root: Path) -> Iterator[MakeTarget]:
    """Make target databases: `make_target(schema_sql, pg=17, platform=True, seed_sql=..., own_server=False)`."""
    given = Targets(run_root)
    yield given.make
    given.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, run_root: Path, tmp_path: Path) -> Iterator[Stage]:
    """Give copies of the scene that the test's module names as SCENE (tests/support/scene.py)."""
    with staged(run_root, tmp_path, request.module.SCENE) as copy:
        yield copy


@pytest.fixture
def make_project(tmp_path: Path, shadow_cache: Path) -> MakeProject:
    """Make scratch projects: `make_project(target, schema_sql="", cli="3"|"2", toml="")`."""
    made: list[Project] = []

    def make(
        target: TargetDatabase, schema_sql: str = "", cli: str = "3", toml: str = "", cache: Path | None = None
    ) -> Project:
        project = Project.begin(
            tmp_path / f"project{len(made) or ''}", target, cache or shadow_cache, cli=cli, toml=toml
        )
        if schema_sql:
            project.write_schema(schema_sql)
        made.append(project)
        return project

    return make
