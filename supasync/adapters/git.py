"""Who is at work, and on which commit: asked of git and the operating system."""

from __future__ import annotations

import getpass
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from supasync.adapters.process import run
from supasync.core.plan.ledger import Actor

_EARLIER = 5  # commits; each one's text is loaded into a shadow to see whether it is the one
_TIMEOUT = 10  # seconds; git answers in milliseconds unless the disk hangs


def read_actor(project_dir: Path) -> Actor:
    """Return who acts: the git identity where git knows one, always the OS user and the host."""
    git = shutil.which("git")
    if git is None:
        return Actor("", _os_user(), socket.gethostname())

    def ask(*arguments: str) -> str:
        done = run(Path(git), *arguments, timeout=_TIMEOUT, cwd=project_dir)
        return done.stdout.strip() if done.code == 0 else ""

    name, email = ask("config", "user.name"), ask("config", "user.email")
    identity = f"{name} <{email}>" if name and email else name or email
    commit = ask("rev-parse", "HEAD")
    return Actor(
        name=identity,
        os_user=_os_user(),
        host=socket.gethostname(),
        git_commit=commit,
        git_dirty=bool(commit and ask("status", "--porcelain", "--untracked-files=no")),
    )


def earlier_texts(path: Path) -> Iterator[str]:
    """Yield the texts that a file had in the newest commits which changed it, the newest first; none without git."""
    git = shutil.which("git")
    if git is None:
        return
    folder = path.parent
    log = ("log", f"--max-count={_EARLIER}", "--format=%H", "--", path.name)
    done = run(Path(git), *log, timeout=_TIMEOUT, cwd=folder)
    for commit in done.stdout.split() if done.code == 0 else ():
        shown = run(Path(git), "show", f"{commit}:./{path.name}", timeout=_TIMEOUT, cwd=folder, exact=True)
        if shown.code == 0:
            yield shown.stdout.replace("\r\n", "\n")


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container's user id without an account
