"""The password of the target is nowhere but in `.env` and in the passfile of a running CLI."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from supasync import redact
from supasync.adapters.shadow.cluster import Cluster
from tests.support.canary import CANARY
from tests.support.project import MakeProject, Project, Result
from tests.support.targets import MakeTarget, TargetDatabase

# The password as it stands in URLs, passfiles (escaped), SQL and shells, and the part all of these share.
CORE = "C4nary-p"
SPELLINGS = tuple({CANARY, quote(CANARY, safe=""), CANARY.replace(":", "\\:"), CORE})
_BREATH = 0.03  # seconds between two looks; a call of the CLI takes twenty times as long
WRONG = "Wr0ng-c4nary-guess"


class Watcher:
    """Reads, all the time, command line and environment of every process that descends from this one."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.command_lines: set[str] = set()
        self.leaks: set[str] = set()
        self.looks = 0

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            for process in self._descendants():
                self._look_at(process)
            self.looks += 1
            self._stop.wait(_BREATH)

    @staticmethod
    def _descendants() -> Iterator[Path]:
        parents: dict[str, str] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            text = _read(stat)
            if ")" in text:
                parents[stat.parent.name] = text.rpartition(")")[2].split()[1]
        for number in parents:
            ancestor = parents.get(number)
            while ancestor not in (None, "0", str(os.getpid())):
                ancestor = parents.get(str(ancestor))
            if ancestor == str(os.getpid()):
                yield Path("/proc") / number

    def _look_at(self, process: Path) -> None:
        line = _read(process / "cmdline")
        seen = {what: _read(process / what) for what in ("cmdline", "environ")}
        if _read(process / "cmdline") != line:
            return  # it has become another program meanwhile; the next look is at that one
        line = line.replace("\0", " ")
        self.command_lines.add(line)
        for what, text in seen.items():
            if any(spelling in text for spelling in (*SPELLINGS, WRONG)):
                self.leaks.add(f"{what} of {line}")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""  # it has ended, or it is another user's


@contextmanager
def nothing_leaks(project: Project, results: list[Result]) -> Iterator[Watcher]:
    """Run the block under watch, then search what it printed and everything that it left on disk."""
    with Watcher() as watcher:
        yield watcher
    assert watcher.leaks == set()
    for result in results:
        for text in (result.out, result.err):
            assert not any(spelling in text for spelling in (*SPELLINGS, WRONG)), text
    own = project.path / ".env"
    assert _files_with_secrets(project.path, except_for=own) == []
    assert _files_with_secrets(project.cache) == []


def afresh(project: Project, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run a command in this process as if nothing had been run in it: no secret is known beforehand."""
    monkeypatch.setattr(redact, "_secrets", set())
    return project.invoke(*arguments)


def _files_with_secrets(root: Path, except_for: Path | None = None) -> list[Path]:
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not (Path(folder) / name).is_symlink()]
        for name in files:
            path = Path(folder) / name
            if path == except_for or path.is_symlink() or not path.is_file():
                continue
            content = path.read_bytes()
            if any(spelling.encode() in content for spelling in (*SPELLINGS, WRONG)):
                found.append(path)
    return found


SCHEMA = "create table t (id int primary key, a int);\n"
FUNCTION = "create function inverse(a int) returns int language sql immutable as 'select 1 / a';\n"


@pytest.mark.slow
def test_everyday_commands_keep_the_password(
    make_target: MakeTarget, make_project: MakeProject, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(make_target(FUNCTION), FUNCTION + SCHEMA, cache=own_cache)
    results: list[Result] = []
    with nothing_leaks(project, results) as watcher:
        for arguments in (
            ("doctor", "-v"), ("status", "-v"), ("diff", "-v"), ("sync", "-v", "--yes", "-m", "why"),
            ("status", "-v"), ("verify", "-v"), ("log", "-v"), ("log", "1", "-v"),
        ):  # fmt: skip
            # As a child it is itself among the watched.
            alone = arguments[0] in ("doctor", "sync")
            results.append(project.run(*arguments) if alone else afresh(project, monkeypatch, *arguments))
        project.target.sql("insert into t values (1, 0)")
        project.write_schema(FUNCTION + SCHEMA + "create index idx_t on t (inverse(a));\n")
        results.append(project.run("sync", "--yes", "-v").ended(1))
        for arguments in (
            ("status", "--json"), ("verify", "--json"), ("log", "--json"), ("doctor", "--json"),
            ("rollback", "--last", "1", "--dry-run", "--json"), ("rollback", "--last", "1", "--yes", "-v"),
            ("attic", "list", "-v"),
        ):  # fmt: skip
            results.append(afresh(project, monkeypatch, *arguments))
    assert [result.code for result in results] == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0]
    assert "division by zero" in results[8].err
    calls = [line for line in watcher.command_lines if " db diff " in line or " db push " in line]
    assert any(" db diff " in line for line in calls), "the CLI was seen at work"
    assert any(" db push " in line for line in calls)
    assert watcher.looks > 20
    for row in project.target.rows("select l::text from supasync.ledger l"):
        assert CORE not in row[0]
    for row in project.target.rows("select a::text from supasync.attic a"):
        assert CORE not in row[0]
    logged = project.target.rows("select statements::text from supabase_migrations.schema_migrations")
    assert CORE not in str(logged)


@pytest.mark.parametrize(
    ("failing", "code"),
    [
        (lambda target: {"DATABASE_URL": target.dsn.replace(quote(CANARY, safe=""), WRONG)}, 1),
        (lambda target: {"DATABASE_URL": target.dsn.replace(f":{target.server.port}/", ":1/")}, 1),
        (lambda target: {"DATABASE_URL": target.dsn.replace("127.0.0.1", "nowhere.invalid")}, 1),
        (lambda target: {"DATABASE_URL": target.dsn.replace("postgresql://", "mysql://")}, 2),
        (lambda target: {"DATABASE_URL": target.dsn.replace(f":{target.server.port}/", ":6543/")}, 4),
        (lambda target: {"DATABASE_URL": target.dsn + "&nonsense=1"}, 2),
        (
            lambda target: {"DATABASE_URL": f"host=127.0.0.1 port={target.server.port} user=nobody password='{WRONG}'"},
            1,
        ),
    ],
    ids=["wrong password", "closed port", "unknown host", "other scheme", "pooler", "unknown option", "keywords"],
)
def test_failures_keep_the_password(
    make_target: MakeTarget,
    make_project: MakeProject,
    own_cache: Path,
    failing: Callable[[TargetDatabase], Mapping[str, str]],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = make_target()
    project = make_project(target, SCHEMA, cache=own_cache)
    project.write_env(**failing(target))
    results: list[Result] = []
    with nothing_leaks(project, results):
        results.append(project.run("status", "-v").ended(code))
        for arguments in (("sync", "--yes", "-v"), ("status", "--json")):
            results.append(afresh(project, monkeypatch, *arguments).ended(code))
        results.append(afresh(project, monkeypatch, "doctor", "-v"))
    assert results[-1].code in (0, 1, 2, 3)


def test_from_the_environment_it_does_not_reach_children(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target()
    project = make_project(target, SCHEMA, toml='after_sync = ["env"]\n')
    project.write_env()
    given = {"DATABASE_URL": target.dsn, "PGPASSWORD": CANARY, "SUPABASE_DB_PASSWORD": CANARY}
    with Watcher() as watcher:
        result = project.run("sync", "--yes", "-v", env=given).ok()
    # supasync itself was given it; nothing that supasync started was.
    assert {leak for leak in watcher.leaks if "-m supasync sync" not in leak} == set()
    assert any(" db push " in line for line in watcher.command_lines)
    assert CORE not in result.out + result.err


def test_a_bug_is_logged_without_it(
    make_target: MakeTarget, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError(f"while talking to {project.target.dsn} as '{CANARY}'")

    target = make_target("create table t (id int primary key, a int)")
    project = make_project(target, SCHEMA + "create table more (id int);\n")
    monkeypatch.setattr(Cluster, "start", explode)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    failed = project.invoke("status", "-v")
    assert failed.code == 1
    assert "This is a bug." in failed.err
    named = re.search(r"are in\s+(\S+\.log)", failed.err)
    assert named is not None
    log = Path(named[1])
    text = log.read_text()
    assert "ZeroDivisionError" in text
    assert "Traceback" in text
    assert log.stat().st_mode & 0o077 == 0
    for shown in (failed.out, failed.err, text):
        assert not any(spelling in shown for spelling in SPELLINGS), shown
