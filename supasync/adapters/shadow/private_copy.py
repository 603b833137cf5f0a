"""A private copy of PostgreSQL's programs, so that extensions can be added without touching the original.

The copy also serves where the original cannot: npm may have left the library links out, and the
account that runs the server may not reach a checkout below somebody's home.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from supasync.adapters import process
from supasync.adapters.shadow.home import make_directory
from supasync.adapters.shadow.install import PostgresInstall
from supasync.errors import SupasyncError

_LAYOUT = 2  # raise it when the way copies are made changes
_PROGRAMS = frozenset({"initdb", "pg_ctl", "postgres", "pg_config"})
_TRUSTED = re.compile(r"(?mi)^\s*trusted\b.*\n?")


@dataclass(frozen=True)
class _Layout:
    """The directories of an installation; `prefix` is what they share, and their relation must survive."""

    prefix: Path
    parts: tuple[Path, ...]
    share: Path


def private_copy(install: PostgresInstall, cache_dir: Path) -> Path:
    """Return the bin directory of a copy of `install` below `cache_dir`, made when it is not there yet.

    The copy has stubs for the platform's extensions that the installation lacks, and no extension that anybody but a
    superuser may make: its script runs with a superuser's rights (`superuser.py` says when). Where no copy can be
    made, the installation's own directory is returned.
    """
    layout = _layout(install.bin_dir)
    if layout is None:
        return install.bin_dir
    home = cache_dir / "postgres" / f"{install.version}-{_digest(layout, install)}"
    bin_dir = home / install.bin_dir.relative_to(layout.prefix)
    if bin_dir.is_dir():
        return bin_dir
    make_directory(home.parent, 0o755)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=home.parent))
    try:
        building.chmod(0o755)
        for part in layout.parts:
            only = _PROGRAMS if part == install.bin_dir else None  # /usr/bin has thousands of others
            _copy_tree(part, building / part.relative_to(layout.prefix), only)
        _complete_links(install.bin_dir.parent, building)
        _extend(building / layout.share.relative_to(layout.prefix) / "extension")
        _move(building, home)
    except OSError:
        return install.bin_dir
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return bin_dir


def programs_folders(bin_dir: Path, cache_dir: Path) -> tuple[Path, ...]:
    """Return the folders that hold the whole installation of `bin_dir`: libraries and extensions too."""
    copies = cache_dir / "postgres"
    if bin_dir.is_relative_to(copies):
        return (copies / bin_dir.relative_to(copies).parts[0],)
    layout = _layout(bin_dir)
    return layout.parts if layout else (bin_dir, bin_dir.parent / "lib", bin_dir.parent / "share" / "postgresql")


def extension_folder(bin_dir: Path, cache_dir: Path) -> Path | None:
    """Return the folder of extensions that belongs to a copy's programs; None where they are an installation's own."""
    copies = cache_dir / "postgres"
    if not bin_dir.is_relative_to(copies):
        return None
    home = copies / bin_dir.relative_to(copies).parts[0]
    return next((path.parent for path in home.rglob("plpgsql.control")), None)


def stub_names() -> frozenset[str]:
    """Return the names of the extensions for which supasync carries a stub."""
    return frozenset(name.removesuffix(".control") for name in _stubs() if name.endswith(".control"))


def _layout(bin_dir: Path) -> _Layout | None:
    native = bin_dir.parent
    if native.name == "native" and (native / "share" / "postgresql").is_dir():
        return _Layout(native, (bin_dir, native / "lib", native / "share"), native / "share" / "postgresql")
    pg_config = bin_dir / "pg_config"
    if not pg_config.is_file():
        return None
    try:
        answer = process.run(pg_config, "--sharedir", "--pkglibdir", timeout=10, exact=True)
    except SupasyncError:
        return None
    places = tuple(Path(line).resolve() for line in answer.stdout.splitlines())
    if len(places) != 2 or not all(place.is_dir() for place in places):
        return None
    prefix = Path(os.path.commonpath([bin_dir, *places]))
    return _Layout(prefix, (bin_dir, places[1], places[0]), places[0]) if prefix != Path("/") else None


def _digest(layout: _Layout, install: PostgresInstall) -> str:
    # Names and sizes identify a published build well enough, and reading 60 MB each time would be slow.
    digest = hashlib.sha256(f"{_LAYOUT} {install.version} {os.geteuid() == 0}".encode())
    for directory in (install.bin_dir, layout.share / "extension"):
        entries = sorted((entry.name, entry.stat().st_size) for entry in os.scandir(directory))
        digest.update(repr(entries).encode())
    for name, text in sorted(_stubs().items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:16]


def _stubs() -> dict[str, str]:
    folder = resources.files("supasync") / "data" / "stubs"
    return {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.is_file()}


def _copy_tree(source: Path, destination: Path, only: frozenset[str] | None = None) -> None:
    make_directory(destination, 0o755)
    for entry in os.scandir(source):
        if only is not None and entry.name not in only:
            continue
        path, copy = Path(entry.path), destination / entry.name
        if entry.is_symlink() and len(path.readlink().parts) == 1:
            copy.symlink_to(path.readlink())
        elif entry.is_dir():
            _copy_tree(path, copy)
        elif path.is_file():
            _copy_file(path.resolve(), copy)


def _copy_file(source: Path, copy: Path) -> None:
    mode = source.stat().st_mode
    # Control files get edited: a link would edit the original. A file closed to others would stay closed.
    if not source.name.endswith(".control") and mode & 0o004:
        try:
            os.link(source, copy)
        except OSError:
            shutil.copyfile(source, copy)
    else:
        shutil.copyfile(source, copy)
    if copy.stat().st_ino != source.stat().st_ino:
        copy.chmod(0o755 if mode & 0o100 else 0o644)


def _complete_links(native: Path, building: Path) -> None:
    listing = native / "pg-symlinks.json"
    if not listing.is_file():
        return
    for link in json.loads(listing.read_text(encoding="utf-8")):
        source, target = Path(link["source"]), building.joinpath(*Path(link["target"]).parts[1:])
        if ".." in target.parts or target.is_symlink() or target.exists() or not target.parent.is_dir():
            continue
        target.symlink_to(os.path.relpath(source, Path(link["target"]).parent))


def _extend(folder: Path) -> None:
    present = {path.stem for path in folder.glob("*.control")}
    for name, text in _stubs().items():
        if name.removesuffix(".control").split("--")[0] not in present:
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o644)
    for control in folder.glob("*.control"):
        control.write_text(_TRUSTED.sub("", control.read_text(encoding="utf-8")), encoding="utf-8")


def _move(building: Path, home: Path) -> None:
    try:
        building.rename(home)
    except OSError:
        # A run at the same time was first: its copy has the same content.
        if not home.is_dir():
            raise
