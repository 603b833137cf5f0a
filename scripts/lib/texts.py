"""Look for what a merge or a hurried hand leaves in a text: conflict markers, and slips of spelling (codespell).

Usage: python scripts/lib/texts.py [FILE ...]      without arguments, every file of the repository
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The two sides, diff3's common ancestor, and the line between them, which may end in nothing else.
_MARKER = re.compile(r"^(?:<{7}|\|{7}|>{7})(?=\s|$)|^={7}$")
# What tools make in a checkout, where there is no git to tell it from the rest.
_MADE = frozenset({"node_modules", "__pycache__", "build", "dist", "htmlcov"})


def repository_files(root: Path = ROOT) -> tuple[Path, ...]:
    """Return the files that belong to the repository, sorted: what git tracks.

    Where there is no git, as in an unpacked source distribution, every file counts but what tools make there.
    """
    if (root / ".git").exists() and shutil.which("git"):
        done = subprocess.run(("git", "ls-files", "-z"), cwd=root, capture_output=True, text=True, check=True)
        paths = [root / name for name in done.stdout.split("\0") if name]
        # A file may be deleted, but not yet for git.
        return tuple(sorted(path for path in paths if path.is_file()))
    return tuple(sorted(_files_below(root)))


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink() or path.name in _MADE or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            # Caches and environments have a dot; so has .github, which is ours.
            if not path.name.startswith(".") or path.name == ".github":
                yield from _files_below(path)
        elif path.name not in (".env", ".coverage"):
            yield path


def text_of(path: Path) -> str | None:
    """Return a file's text, None for a file that is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def conflict_lines(text: str) -> tuple[int, ...]:
    """Return the numbers, from 1, of the lines that are conflict markers."""
    return tuple(number for number, line in enumerate(text.splitlines(), 1) if _MARKER.match(line))


def check(paths: Sequence[Path]) -> bool:
    """Say what is wrong in the files, and return whether nothing is."""
    names = [os.path.relpath(path, ROOT) for path in paths]
    conflicts = [f"{name}:{line}" for name in names for line in conflict_lines(text_of(ROOT / name) or "")]
    for place in conflicts:
        print(f"{place}: conflict marker", file=sys.stderr)
    spelling = subprocess.run((sys.executable, "-m", "codespell_lib", *names), cwd=ROOT, check=False)
    return not conflicts and spelling.returncode == 0


if __name__ == "__main__":
    given = [Path(name).absolute() for name in sys.argv[1:]]
    sys.exit(0 if check(given or repository_files()) else 1)
