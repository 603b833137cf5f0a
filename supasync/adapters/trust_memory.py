"""What the person trusts of a project: digests in a file outside of it, and how they are made of files."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import platformdirs

from supasync.adapters.files import real
from supasync.adapters.git import may_be_brought
from supasync.core.trust import Item, digest_of
from supasync.errors import SupasyncError

_FORMAT = 1


def memory_folder() -> Path:
    """Return the folder of all projects' memories, in the person's own state directory."""
    return Path(platformdirs.user_state_dir("supasync")) / "trust"


class FileTrustMemory:
    """The memory of one project. `root` is the repository's top: contents are followed within it, by links too."""

    def __init__(self, project_dir: Path, root: Path, folder: Path | None = None) -> None:
        self._project = str(real(project_dir))
        self._root = real(root)
        name = hashlib.sha256(os.fsencode(self._project)).hexdigest()[:32]
        self._path = (folder or memory_folder()) / f"{name}.json"

    def known(self) -> Mapping[str, str]:
        """Return what is trusted: digests by the names of items. A damaged file trusts nothing, nor one of theirs."""
        if self._is_the_repository_s():
            return {}
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            ours = told["format"] == _FORMAT and told["project"] == self._project
            return {str(name): str(digest) for name, digest in told["items"].items()} if ours else {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _is_the_repository_s(self) -> bool:
        """Tell whether the repository may have brought the memory: where it was checked out as a home directory."""
        return may_be_brought(self._root, real(self._path))

    def digest(self, item: Item) -> str:
        """Return the digest of an item as it is now."""
        return digest_of(item, [pair for path in item.paths for pair in self._contents(path, set(), real(path))])

    def remember(self, digests: Mapping[str, str]) -> None:
        """Trust these, and nothing that was trusted before. Raises SupasyncError."""
        text = json.dumps({"format": _FORMAT, "project": self._project, "items": dict(digests)}, indent=1)
        beside = self._path.with_name(f".{self._path.name}-{secrets.token_hex(8)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text)
                    stream.flush()
                    os.fsync(stream.fileno())
                beside.replace(self._path)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from None

    def forget(self) -> bool:
        """Trust nothing any more; tell whether anything was trusted. Raises SupasyncError."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._failed(error) from None
        return True

    def _failed(self, error: OSError) -> SupasyncError:
        return SupasyncError(
            f"Cannot write {self._path}",
            reason=str(error.strerror or error),
            hint="Check the folder's permissions, or set XDG_STATE_HOME to one that you can write.",
        )

    def _contents(self, path: Path, seen: set[Path], base: Path) -> Iterator[tuple[str, str]]:
        """Yield the names below `path` with digests of what they hold; a link counts by its end and what is there."""
        name, end = os.path.relpath(path, self._root), real(path)
        if end != path:
            yield name, f"-> {os.path.relpath(end, self._root)}"
        try:
            mode = end.stat().st_mode
            if stat.S_ISREG(mode):
                yield name, _file_digest(end)
            elif (
                stat.S_ISDIR(mode) and end not in seen and (end.is_relative_to(base) or end.is_relative_to(self._root))
            ):
                seen.add(end)
                for below in sorted(end.iterdir()):
                    yield from self._contents(below, seen, base)
        except OSError as error:
            yield name, f"unreadable: {error.errno}"


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "blake2b").hexdigest()  # twice as fast as SHA-256; servers are 100 MB
