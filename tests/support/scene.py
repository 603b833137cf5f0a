"""Scenes that are built once in a run and copied for each test: a target and its project after some syncs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.project import Project, Result
from tests.support.targets import DEFAULT_MAJOR, TargetDatabase, Targets, locked, running_server, shadow_cache

USERS = "create table public.users (id int primary key, name text);\n"
WITH_EMAIL = "create table public.users (id int primary key, name text, email text);\n"
NO_NAME = "create table public.users (id int primary key, email text);\n"
NOTES = "create table public.notes (id int primary key, body text);\n"
LONG = "names are private, and this is a story so long that it fits in no line of eighty"
SEED = "insert into public.users select n, 'u' || n from generate_series(1, 20) n;"

WAIT = 120.0  # seconds after which an event that does not come fails the test
# Runs supasync, and kills it at the n-th call of a function, before or after it.
_KILLER = """
import os, signal, sys
from pkgutil import resolve_name

owner, name, number, when = sys.argv[1:5]
holder, calls = resolve_name(owner), []
real = getattr(holder, name)

def step(*given, **named):
    calls.append(name)
    last = len(calls) == int(number)
    if last and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = real(*given, **named)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

setattr(holder, name, step)
sys.argv = ["supasync", *sys.argv[5:]]
from supasync.cli import main
main()
"""

Stage = Callable[[], Project]


@contextmanager
def staged(root: Path, folder: Path, name: str) -> Iterator[Stage]:
    """Give copies of a scene, made in `folder`."""
    targets = Targets(root)
    made: list[Project] = []

    def copy() -> Project:
        first = _scene(root, name)
        made.append(first.copy(folder / f"copy{len(made)}", targets.copy(first.target)))
        return made[-1]

    try:
        yield copy
    finally:
        targets.close()


def _scene(root: Path, name: str) -> Project:
    """Return a scene, built by whichever worker comes first."""
    home = root / "scenes"
    home.mkdir(exist_ok=True)
    note = home / f"{name}.json"
    with locked(home / f"{name}.lock"):
        if not note.is_file():
            note.write_text(json.dumps({"database": _build(root, home, name).target.name}), encoding="utf-8")
        database = json.loads(note.read_text(encoding="utf-8"))["database"]
    target = TargetDatabase(running_server(root, f"platform-{DEFAULT_MAJOR}", DEFAULT_MAJOR, platform=True), database)
    return Project(home / name, target, shadow_cache(root))


def _build(root: Path, home: Path, name: str) -> Project:
    before, step = _SCENES[name]
    if before:
        first = _scene(root, before)
        project = first.copy(home / name, Targets(root).copy(first.target))
    else:
        target = Targets(root).make(USERS, seed_sql=SEED)
        project = Project.begin(home / name, target, shadow_cache(root), toml="lock_timeout = 60\n")
    step(project)
    return project


def _begin(project: Project) -> None:
    project.write_schema(USERS)
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "Before")


def _add_notes(project: Project) -> None:
    sync(project, NO_NAME + NOTES)
    project.target.sql("insert into notes values (1, 'a'), (2, 'b')")


# The scene that each is built upon, and what is done to a copy of it.
_SCENES: dict[str, tuple[str, Callable[[Project], None]]] = {
    "users, committed": ("", _begin),
    "an email came": ("users, committed", lambda project: sync(project, WITH_EMAIL, "--message", "mail them")),
    "the name went": ("an email came", lambda project: sync(project, NO_NAME, "--message", LONG)),
    "notes came": ("the name went", _add_notes),
}


def sync(project: Project, schema: str, *more: str) -> None:
    """Write the schema file and bring the target to it, whatever that drops."""
    project.write_schema(schema)
    project.invoke("sync", "--yes", "--force", *more).ok()


def killed(project: Project, owner: str, name: str, number: int, when: str, *arguments: str) -> Result:
    """Run supasync until it is killed at the n-th call of a function; `when` is before or after."""
    done = subprocess.run(
        (sys.executable, "-c", _KILLER, owner, name, str(number), when, *arguments),
        cwd=project.path,
        env=project.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def until(there: Callable[[], Any], child: subprocess.Popen[str] | None = None) -> Any:
    """Return the first true answer; fail with what `child` said when it ends before."""
    deadline = time.monotonic() + WAIT
    while not (found := there()):
        if child is not None and child.poll() is not None:
            raise AssertionError(f"it ended with {child.returncode} before: {child.communicate()}")
        if time.monotonic() > deadline:
            if child is not None:
                child.terminate()
            raise AssertionError(f"the moment did not come: {child and child.communicate()}")
        time.sleep(0.02)
    return found
