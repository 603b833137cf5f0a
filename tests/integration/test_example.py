"""The example is a Go module that its tools accept as it is committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "go-app"
TOOLS = Path(sys.executable).parent


def run(*arguments: str) -> str:
    """Run a tool in the example with what scripts/setup fetched for it; return what it printed."""
    environment = {
        **os.environ,
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "GOMODCACHE": str(TOOLS.parent / "go-modules"),
        "CGO_ENABLED": "0",
        # Nothing of it is run for long: what optimising and tidying up cost never comes back.
        "GOGC": "off",
        "GOFLAGS": "-mod=readonly -modcacherw '-gcflags=all=-N -l' '-ldflags=-s -w'",
        "GOPROXY": "off",
    }
    program = shutil.which(arguments[0], path=environment["PATH"])
    assert program is not None, f"{arguments[0]} is missing; scripts/setup installs it"
    done = subprocess.run(
        [program, *arguments[1:]],
        cwd=EXAMPLE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_generated_code_is_current() -> None:
    assert run("sqlc", "diff") == ""


@pytest.mark.slow
def test_go_and_mage_accept_the_module() -> None:
    # One test, as each step reuses what the one before it compiled.
    run("go", "build", "-o", os.devnull, "./...")
    run("go", "vet", "-tags", "mage", "./...")
    listed = run("go", "run", "github.com/magefile/mage", "-l")
    tasks = [line.split()[0] for line in listed.partition("Targets:")[2].splitlines() if line.strip()]
    assert tasks == ["db:diff", "db:rollback", "db:status", "db:sync", "db:verify"]


def test_just_offers_the_five_tasks() -> None:
    assert run("just", "--summary").split() == ["db-diff", "db-rollback", "db-status", "db-sync", "db-verify"]
    assert run("just", "--dry-run", "db-rollback") == ""
