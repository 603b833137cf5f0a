"""Scenes that are built once and copied for each test: a target and its project after some syncs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.project import Project, Result
from tests.support.targets import Targets

USERS = "create table public.users (id int primary key, name text);\n"
WITH_EMAIL = "create table public.users (id int primary key, name text, email text);\n"
NO_NAME = "create table public.users (id int primary key, email text);\n"
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
def staged(root: Path, cache: Path, folder: Path, build: Callable[[Project], None], schema: str) -> Iterator[Stage]:
    """Build a scene on a target with `schema` and SEED, committed to git; give copies of it."""
    targets = Targets(root)
    try:
        first = Project(folder / "first", targets.make(schema, seed_sql=SEED), cache, toml="lock_timeout = 60\n")
        first.write_schema(schema)
        first.git("add", "--all")
        first.git("commit", "--quiet", "--message", "Before")
        build(first)
        made: list[Project] = []

        def copy() -> Project:
            made.append(first.copy(folder / f"copy{len(made)}", targets.copy(first.target)))
            return made[-1]

        yield copy
    finally:
        targets.close()


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
