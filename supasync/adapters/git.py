"""Who is at work, on which commit, and what belongs to the repository: asked of git and the operating system.

A repository may come from a stranger, and an unpacked archive even brings a `.git/config`. So git is called in a way
in which it runs no program that such a file names, and opens no connection.
"""

from __future__ import annotations

import getpass
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from supasync.adapters.process import Completed, find_on_path, run
from supasync.core.plan.ledger import Actor
from supasync.errors import SupasyncError
from supasync.redact import redact

_EARLIER = 5  # commits; each one's text is loaded into a shadow to see whether it is the one
_TIMEOUT = 10  # seconds; git answers in milliseconds unless the disk hangs
_HARMLESS = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit",
    "--no-pager", "--no-optional-locks",
)  # fmt: skip
_LINK, _PROGRAM, _SUBMODULE = "120000 ", "100755 ", "160000 "  # modes in the index
_UNREADABLE = "\ufffd"  # what stands for bytes that are not UTF-8
# A repository may lack objects and name the program, or the server, to fetch them: then they stay away.
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}


def work_tree_of(folder: Path) -> Path | None:
    """Return the top of the git work tree around `folder`, by the mark of one: no program runs."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def tracked_of(top: Path, names: Sequence[str]) -> frozenset[str] | None:
    """Return what git tracks of files and folders, by their paths below `top`; None when git does not tell.

    A folder stands for all that is in it. Letter case does not count: on some disks `.ENV` is `.env`.
    """
    # A disk of macOS takes more letters for the same than git does: there, all names are looked at.
    asked = () if sys.platform == "darwin" else tuple(f":(icase,literal){name}" for name in names)
    done = _asked(top, "ls-files", "-z", "--", *asked)
    if done is None or done.code != 0 or _UNREADABLE in done.stdout:
        return None  # a name that is not UTF-8 could be any
    return frozenset(done.stdout.split("\0")) - {""}


def may_be_brought(top: Path, path: Path) -> bool:
    """Tell whether a file or folder, or anything in it, may have come with the repository at `top`, or another one.

    One that `top` is a part of may have brought it, or a submodule. A folder of the person's in no work tree, or in
    one whose git does not know it, has not.
    """
    trees = [place for place in (path, *path.parents) if (place / ".git").exists()]
    if path.is_relative_to(top) and top not in trees:
        trees.append(top)
    for tree in trees:
        within = [place for place in (path, *trees) if place.is_relative_to(tree) and (place != tree or tree == path)]
        tracked = tracked_of(tree, [place.relative_to(tree).as_posix() for place in within])
        if tracked is None or tracked:
            return True
    return False


def special_of(top: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]] | None:
    """Return the symbolic links, and the programs, that git tracks; None when git does not tell all of them."""
    done = _asked(top, "ls-files", "-z", "--stage")
    if done is None or done.code != 0:
        return None
    lines = [line for line in done.stdout.split("\0") if line.startswith((_LINK, _PROGRAM, _SUBMODULE))]
    if any(_UNREADABLE in line for line in lines):
        return None
    links, programs, submodules = (
        tuple(top / line.partition("\t")[2] for line in lines if line.startswith(mode))
        for mode in (_LINK, _PROGRAM, _SUBMODULE)
    )
    for submodule in submodules:
        if not (submodule / ".git").exists():
            continue  # not checked out
        within = special_of(submodule)
        if within is None:
            return None
        links, programs = (*links, *within[0]), (*programs, *within[1])
    return links, programs


def read_actor(project_dir: Path) -> Actor:
    """Return who acts: the git identity where git knows one, always the OS user and the host."""
    top = work_tree_of(project_dir)

    def ask(*arguments: str) -> str:
        # Outside of a work tree: in a folder that nobody can have made a repository.
        done = _asked(top or Path("/"), *arguments)
        return redact(done.stdout.strip()) if done and done.code == 0 else ""

    name, email = ask("config", "user.name"), ask("config", "user.email")
    commit = ask("rev-parse", "HEAD") if top else ""
    return Actor(
        name=f"{name} <{email}>" if name and email else name or email,
        os_user=_os_user(),
        host=socket.gethostname(),
        git_commit=commit,
        git_dirty=bool(top and commit) and _is_dirty(top or project_dir),
    )


def earlier_texts(path: Path) -> Iterator[str]:
    """Yield the texts that a file had in the newest commits which changed it, the newest first; none without git."""
    top = work_tree_of(path.parent)
    if top is None:
        return
    name = path.relative_to(top).as_posix()
    # rev-list and cat-file: `log` and `show` may check signatures and convert texts, by programs of the configuration.
    done = _asked(top, "rev-list", f"--max-count={_EARLIER}", "HEAD", "--", f":(literal){name}")
    for commit in done.stdout.split() if done and done.code == 0 else ():
        shown = _asked(top, "cat-file", "blob", f"{commit}:{name}")
        if shown and shown.code == 0:
            yield shown.stdout.replace("\r\n", "\n")


def _is_dirty(top: Path) -> bool:
    """Tell whether tracked files differ from HEAD.

    To compare a file, `git status` cleans it by the filters that .gitattributes and the configuration name: each one
    is switched off. A file with a filter (LFS) then counts as changed once it is touched.
    """
    listed = _asked(top, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    if listed is None or listed.code > 1 or _UNREADABLE in listed.stdout:  # 1: there are none
        return True
    names = sorted(set(listed.stdout.split("\0")) - {""})
    if any("=" in name for name in names):
        return True  # such a name cannot be overridden on the command line; no honest filter has one
    off = (f"{name}={'false' if name.endswith('.required') else ''}" for name in names)
    options = tuple(word for setting in off for word in ("-c", setting))
    done = _asked(top, *options, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")
    return bool(done and done.code == 0 and done.stdout.strip())


def _asked(folder: Path, *arguments: str) -> Completed | None:
    """Run git in a folder, None where there is no git or it hangs.

    Its output is as it came: a name that looks like a secret must not make another one unseen.
    """
    git = find_on_path("git")
    if git is None or ":" in str(folder):
        return None  # of such a folder, the variable below cannot tell
    try:
        return run(
            git, *_HARMLESS, *arguments, timeout=_TIMEOUT, cwd=folder, exact=True,
            # An empty `.git` is none, and git would look for another one further up.
            environment={**_OFFLINE, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        )  # fmt: skip
    except SupasyncError:
        return None


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container's user id without an account
