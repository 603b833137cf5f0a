"""Whose a file of a project is: the person's own, or brought by the repository."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from supasync.adapters.files import real
from supasync.adapters.git import special_of, tracked_of, work_tree_of

TRACKED = "tracked by git"
NO_WORK_TREE = "in no git work tree"
UNKNOWN = "git does not tell whose it is"
_MOST_LOOKED_AT = 50_000  # names, in an archive
OF_OTHERS = "others can write it"


def repository_places(project_dir: Path) -> tuple[Path, ...]:
    """Return the folders of the repository from the project upward.

    Without a work tree nobody knows where an archive begins: then all below the home directory, or below the root.
    """
    top = work_tree_of(project_dir)
    places = (project_dir, *project_dir.parents)
    if top is not None:
        return places[: places.index(top) + 1]
    ends = (number for number, place in enumerate(places) if number and place in (Path.home(), Path("/")))
    return places[: next(ends, 1)]


def brought_from_above(folder: Path, paths: Iterable[Path]) -> str:
    """Tell in words why files of a folder above the repository are not the person's own; empty when they are.

    The repository may be a part of a bigger one, or stand where others of the machine can write.
    """
    found = tuple(paths)
    if work_tree_of(folder) is not None:
        return Ownership(folder, found).brought(*found)
    around = {place for path in found for place in (path, *path.parents) if place.is_relative_to(folder)}
    return "" if all(map(_is_own, around)) else OF_OTHERS


def _is_own(path: Path) -> bool:
    try:
        about = path.stat()
    except OSError:
        return False  # a link to nowhere, or out of reach
    # In a folder like /tmp (sticky), only the owner of a file may replace it: there the file counts.
    replaceable = about.st_mode & stat.S_IWOTH and not about.st_mode & stat.S_ISVTX
    return not replaceable and about.st_uid in (0, os.geteuid())


class Ownership:
    """Tells of files whether git tracks them; asks git once, and only when there is something to ask about.

    `asked` are those to tell of, folders standing for what is in them.
    """

    def __init__(self, project_dir: Path, asked: Iterable[Path]) -> None:
        self._project = project_dir
        self._top = work_tree_of(project_dir)
        self._asked = tuple(asked)

    @property
    def bound(self) -> Path:
        """The folder outside of which nothing is the repository's."""
        return self._top or self._project

    def brought(self, *paths: Path) -> str:
        """Tell in words why these files are not the person's own; empty when they are. All must have been asked for."""
        if self._top is None:
            return NO_WORK_TREE
        if self._tracked is None:
            return UNKNOWN
        if self._project != self._top and not self._is_tracked(self._project):
            return NO_WORK_TREE  # somebody unpacked an archive in a repository of their own
        return TRACKED if any(map(self._is_tracked, paths)) or any(map(self._is_tracked_elsewhere, paths)) else ""

    def _is_tracked_elsewhere(self, path: Path) -> bool:
        """Tell whether a path leads into another work tree, a submodule say, where git tracks it."""
        end = real(path)
        top = work_tree_of(end.parent)
        if top is None or top == real(self._top or self._project):
            return False
        return Ownership(top, [end]).brought(end) != ""

    @cached_property
    def special(self) -> tuple[tuple[Path, ...], tuple[Path, ...]] | None:
        """The links, and the programs, that the repository brings; without a work tree, those of the project.

        None when not all are known.
        """
        if self._top is not None:
            return special_of(self._top)
        walked = (Path(folder) / name for folder, names, files in os.walk(self._project) for name in (*names, *files))
        found = tuple(islice(walked, _MOST_LOOKED_AT))
        if len(found) == _MOST_LOOKED_AT:
            return None
        links = tuple(path for path in found if path.is_symlink())
        return links, tuple(path for path in found if path.is_file() and os.access(path, os.X_OK))

    def tracked_in(self, folder: Path) -> Iterator[Path]:
        """Yield the files in a folder that git tracks. It must have been asked for."""
        for found in sorted(self._tracked or ()):
            if any(_folded(found).startswith(f"{_folded(name)}/") for name in self._names(folder)):
                yield (self._top or self._project) / found

    def _is_tracked(self, path: Path) -> bool:
        """Tell whether git tracks a file, something in a folder, or a link on the way to it."""
        return any(
            f"{name}/".startswith(f"{found}/") or found.startswith(f"{name}/")
            for name in map(_folded, self._names(path))
            for found in map(_folded, self._tracked or ())
        )

    @cached_property
    def _tracked(self) -> frozenset[str] | None:
        names = {name for path in (self._project, *self._asked) for name in self._names(path)}
        if self._top is None or not names:
            return frozenset()
        return tracked_of(self._top, sorted(names))

    def _names(self, path: Path) -> Iterator[str]:
        """Yield what git may know a path by, below the top: itself, where it leads, a link or submodule above it."""
        top = self._top or self._project
        above = (place for place in path.parents if place.is_symlink() or (place / ".git").exists())
        for place in (path, real(path), *above):
            if place.is_relative_to(top) and place != top:
                yield place.relative_to(top).as_posix()


def _folded(name: str) -> str:
    """Return a name so that all are equal that a disk may take for the same."""
    return unicodedata.normalize("NFKC", name).casefold()
