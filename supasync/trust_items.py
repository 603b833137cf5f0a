"""What a project's repository names to be executed or connected to, gathered from its settings and files."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from supasync.adapters.connection_url import parse_connection_string
from supasync.adapters.files import real
from supasync.adapters.git import work_tree_of
from supasync.adapters.ownership import TRACKED, UNKNOWN, Ownership, brought_from_above, repository_places
from supasync.adapters.shadow.confinement import confinement
from supasync.adapters.sqlc import find_config
from supasync.adapters.supabase import native_binary
from supasync.core.sqlc_config import is_plain
from supasync.core.trust import (
    AFTER_SYNC,
    ELSEWHERE,
    ENVIRONMENT_FILE,
    LINK,
    SQLC_CONFIG,
    UNCONFINED,
    Item,
    Use,
)
from supasync.errors import UsageError
from supasync.settings import BUILT_IN_BASELINES, CONFIG_FILE, ENV_FILE, Origin, Settings

_WORD = re.compile(r"""[^\s"'`,:{}\[\]]+""")


@dataclass(frozen=True)
class _Setting:
    """What supasync would do with the value of a setting, and when; a `replaceable` program is found elsewhere too."""

    effect: str
    use: Use
    replaceable: bool = False


_SETTINGS = {
    "supabase_cli": _Setting("run as the Supabase CLI, with the password of the target", Use.COMPARE, True),
    "postgres_dir": _Setting("its programs are run as the shadow server", Use.COMPARE, True),
    "baseline": _Setting("its SQL is run by the superuser of the shadow", Use.COMPARE),
    "cache_dir": _Setting("server programs that were prepared in it are run", Use.COMPARE),
    "shadow": _Setting("the schema of the target is sent to this server, and PGPASSWORD if it asks", Use.COMPARE),
    "sqlc": _Setting("run as sqlc after a change, and by verify", Use.FOLLOW_UP, True),
    AFTER_SYNC: _Setting("run after each sync and rollback", Use.FOLLOW_UP),
}
_ADDRESSES = ("database_url", "shadow")
_PLACE = ("service", "host", "hostaddr", "port", "dbname")
# With one of these, a tracked .env decides what is run or connected to.
_DECISIVE = ("database_url", "db_password", *_SETTINGS)


@dataclass(frozen=True)
class Packages:
    """Packages of npm below node_modules: by what they are known, and patterns of all that belongs to them.

    `within` are patterns of what may be a link in them, in workspaces say, to what git tracks elsewhere.
    """

    label: str
    contents: tuple[str, ...]
    effect: str
    within: tuple[str, ...] = ()


CLI_PACKAGES = Packages(
    ".bin/supabase", (".bin/supabase", "supabase", "@supabase"), _SETTINGS["supabase_cli"].effect
)  # fmt: skip
POSTGRES_PACKAGES = Packages(
    "@embedded-postgres",
    ("@embedded-postgres*",),
    _SETTINGS["postgres_dir"].effect,
    tuple(f"@embedded-postgres*/*{below}" for below in ("", "/native", "/native/*", "/native/bin/*")),
)
_PACKAGES = (CLI_PACKAGES, POSTGRES_PACKAGES)


class RepositoryItems:
    """Gathers the items of a project. Nothing is looked at before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._project = settings.project_dir
        self._places = repository_places(self._project)
        self.root = self._places[-1]

    def gather(self) -> tuple[Item, ...]:
        """Return all that the repository names."""
        named = (*self._environment(), *self._link(), *self._named(), *self._node_modules(), *self._sqlc())
        return (*named, *self._elsewhere(), *self._unconfined())

    def packages(self, kind: Packages) -> dict[str, Path]:
        """Return the node_modules folders that have such packages, from the project upward, by the names of items."""
        folders = (place / "node_modules" for place in (self._project, *self._project.parents))
        return {self._relative(folder / kind.label): folder for folder in folders if any(folder.glob(kind.contents[0]))}

    def _environment(self) -> Iterator[Item]:
        decisive = [name for name in _DECISIVE if self._settings.origin_of(name) is Origin.DOTENV]
        path = self._project / ENV_FILE
        if decisive and (why := self._owner.brought(path)):
            effect = "decides what supasync connects to and runs"
            said = ", ".join(f"{name} {self._shown(name)}".strip() for name in decisive)
            files = (file for name in decisive for file in self._files_of(name, self._value(name)))
            yield Item(ENVIRONMENT_FILE, said, why, effect, Use.CONNECT, (path, *files))

    def _shown(self, name: str) -> str:
        """Return what a setting of a `.env` says, in quotes; of an address, the host alone."""
        said = "" if name == "db_password" else self._value(name)
        if name in _ADDRESSES:
            url = getattr(self._settings, name)
            said = _place_of(url.get_secret_value()) if url else ""
        return json.dumps(said) if said else ""

    def _link(self) -> Iterator[Item]:
        path = self._project / LINK
        if self._settings.database_url is None and path.is_file() and (why := self._owner.brought(path)):
            effect = "supasync connects to it, with the password of the target"
            yield Item(LINK, "", why, effect, Use.CONNECT, (path,))

    def _unconfined(self) -> Iterator[Item]:
        by = confinement()
        if self._settings.shadow_url is None and not by.holds:
            effect = f"it is loaded into a shadow that is {by.describe()}"
            yield Item(UNCONFINED, "", self._relative(self._settings.schema_file), effect, Use.COMPARE)

    def _named(self) -> Iterator[Item]:
        for name, about in _SETTINGS.items():
            if self._settings.origin_of(name) is Origin.CONFIG and (value := self._value(name)):
                paths = self._files_of(name, value)
                yield Item(name, value, CONFIG_FILE, about.effect, about.use, paths, about.replaceable)

    def _value(self, name: str) -> str:
        """Return what a setting says; empty where it only chooses what supasync brings along."""
        value = getattr(self._settings, name)
        if name == "shadow":
            return self._settings.shadow_url or ""
        if name == AFTER_SYNC:
            return json.dumps(value, ensure_ascii=False)  # where one command ends is a part of what is trusted
        if name == "baseline" and value in BUILT_IN_BASELINES:
            return ""
        return self._relative(value) if isinstance(value, Path) else str(value)

    def _files_of(self, name: str, value: str) -> tuple[Path, ...]:
        """Return the files and folders of the repository whose contents belong to a setting."""
        if name in ("shadow", "database_url", "db_password") or not value:
            return ()
        if name == "cache_dir":
            # It changes with every run; only what git tracks in it was put there by somebody else.
            return tuple(self._owner.tracked_in(self._project / value))
        words = _words(self._settings.after_sync) if name == AFTER_SYNC else (value,)
        # As a reader takes it, and as the kernel does: `..` after a link means two places.
        found = (
            path for word in words if word and "\0" not in word
            for path in (Path(os.path.normpath(self._project / word)), real(self._project / word))
        )  # fmt: skip
        named = (other for path in found for other in (path, *_company(name, path)) if self._is_inside(other))
        return tuple(dict.fromkeys(named))

    def _is_inside(self, path: Path) -> bool:
        """Tell whether a path is of the repository, and not a folder in which the project itself stands."""
        try:
            end = real(path)
            exists = end.exists()
        except (OSError, ValueError):
            return False  # too long, or with a NUL: no file has such a name
        around = self._project.is_relative_to(end)
        if exists and work_tree_of(end.parent) is not None and not (end.is_dir() and around):
            return True  # of this repository, or of another one around it or beside it
        return exists and end.is_relative_to(self.root) and not around

    def _node_modules(self) -> Iterator[Item]:
        for kind in _PACKAGES:
            for name, folder in self.packages(kind).items():
                paths = tuple(_contents_of(kind, folder))
                judged = (*paths, *_within(kind, folder))
                inside = folder.parent in self._places
                why = self._owner.brought(*judged) if inside else brought_from_above(folder.parent, judged)
                back = [end for end in map(real, judged) if end.is_relative_to(self.root)]  # as npm links a workspace
                if why := why or (self._owner.brought(*back) if back else ""):
                    yield Item(name, "", why, kind.effect, Use.COMPARE, paths, replaceable=True)

    def _elsewhere(self) -> Iterator[Item]:
        """Files that are read as the project's, but are the person's own: by a link, or by a setting."""
        found = [f"{self._relative(path)} -> {self._relative(real(path))}" for path in self._project_files()
                 if self._is_the_persons(path)]  # fmt: skip
        if found:
            effect = "they are read as files of this project, and errors show their lines"
            yield Item(ELSEWHERE, ", ".join(found), "links and settings", effect, Use.COMPARE)

    def _is_the_persons(self, path: Path) -> bool:
        end, end_of_repository = real(path), self._owner.bound
        if not end.is_relative_to(real(end_of_repository)):
            return not path.is_relative_to(end_of_repository) or bool(self._owner.brought(path))
        by_link = end != path and self._owner.brought(path)
        named = path == self._settings.schema_file and self._settings.origin_of("schema_file") is not Origin.DEFAULT
        by = ENV_FILE if self._settings.origin_of("schema_file") is Origin.DOTENV else CONFIG_FILE
        odd = named and (path.suffix != ".sql" or self._owner.brought(self._project / by))  # `.env`, a dump
        return bool(by_link or odd) and end.exists() and self._owner.brought(end) != TRACKED

    def _project_files(self) -> Iterator[Path]:
        """Yield the schema file, unless the person has chosen it, and links that stand for or among the migrations."""
        if self._settings.origin_of("schema_file") not in (Origin.FLAG, Origin.ENVIRONMENT):
            yield self._settings.schema_file
        rollbacks = self._settings.rollbacks_dir
        for folder in (self._settings.migrations_dir, rollbacks, rollbacks / "reverted"):
            yield folder
            yield from (path for path in sorted(folder.glob("*")) if path.is_symlink())

    def _sqlc(self) -> Iterator[Item]:
        config = find_config(self._project)
        try:
            raw = config.read_bytes() if config else b""
        except OSError:
            return  # sqlc cannot read it either
        if not config:
            return
        text = raw.decode(errors="replace")
        reaches_out, beyond = not is_plain(raw, as_json=config.suffix == ".json"), self._beyond(config, text)
        if reaches_out or beyond or self._settings.after_sync:
            # However the configuration spells the name of a plugin, it is one of the programs.
            words = (word.removeprefix("//") for word in _WORD.findall(text) if not word.endswith(".sql"))
            named = (Path(os.path.normpath(config.parent / word)) for word in words)
            brought = self._owner.special[1] if reaches_out and self._owner.special else ()
            programs = dict.fromkeys((*named, *brought))
            effect = "sqlc may run plugins, connect to databases and write files as it says"
            if not reaches_out and not beyond:
                effect = "the code that sqlc makes by it is there when the commands of after_sync run"
            elif not reaches_out:
                effect = f"sqlc may read and write what is not this repository's: {beyond}"
            within = (path for path in programs if self._is_inside(path) and real(path).is_file())
            paths = (config, *within, *self._leading_out())
            yield Item(SQLC_CONFIG, "", config.name, effect, Use.FOLLOW_UP, paths)

    def _beyond(self, config: Path, text: str) -> str:
        """Return the first word of a configuration that is a path out of the repository, by `..` or by a link."""
        end = real(self._owner.bound)
        if not real(config).is_relative_to(end):
            return f"{config.name} -> {real(config)}"
        for word in dict.fromkeys(_WORD.findall(text)):
            places = (real(config.parent / word), Path(os.path.normpath(real(config.parent) / word)))
            if not all(place.is_relative_to(end) for place in places):
                return str(word)
        if self._owner.special is None:
            return UNKNOWN
        return next((f"{self._relative(path)} -> {real(path)}" for path in self._leading_out()), "")

    def _leading_out(self) -> Iterator[Path]:
        """Yield the links through which sqlc, whatever they are called, could reach what is not the repository's."""
        links, end = self._owner.special[0] if self._owner.special else (), real(self._owner.bound)
        inside = [real(path) for path in links if real(path).is_relative_to(end)]
        others = Ownership(self._project, inside)
        for path in links:
            if real(path) not in inside or others.brought(real(path)) != TRACKED:
                yield path

    @cached_property
    def _owner(self) -> Ownership:
        asked = [self._project / name for name in (ENV_FILE, LINK, CONFIG_FILE)]
        for kind in _PACKAGES:
            for folder in self.packages(kind).values():
                asked += (*_contents_of(kind, folder), *_within(kind, folder))
        if self._settings.cache_dir:
            asked.append(self._settings.cache_dir)
        asked += self._project_files()
        return Ownership(self._project, asked)

    def _relative(self, path: Path) -> str:
        inside = path.is_relative_to(self.root) and self.root != Path("/")
        return os.path.relpath(path, self._project) if inside else str(path)


def _place_of(url: str) -> str:
    """Return where a connection string leads, in libpq's reading of it."""
    try:
        parameters = parse_connection_string(url, ENV_FILE)
    except UsageError:
        return ""
    return " ".join(f"{name}={parameters[name]}" for name in _PLACE if name in parameters)


def _contents_of(kind: Packages, folder: Path) -> Iterator[Path]:
    """Yield what belongs to such packages in a node_modules folder, and the program that is run in the end."""
    for pattern in kind.contents:
        yield from sorted(folder.glob(pattern))
    if kind is CLI_PACKAGES:
        start = real(folder / kind.label)
        program = native_binary(start)
        yield from (program, start.parents[1]) if program != start else ()


def _within(kind: Packages, folder: Path) -> Iterator[Path]:
    return (path for pattern in kind.within for path in sorted(folder.glob(pattern)))


def _company(name: str, path: Path) -> tuple[Path, ...]:
    """Return what a program that a setting names is run with, where its links lead."""
    end = real(path)
    if name == "supabase_cli" and end.suffix == ".js":
        return end.parents[1], native_binary(end)
    return (end.parent,) if name == "postgres_dir" and end.name == "bin" else ()


def _words(commands: Sequence[str]) -> Iterator[str]:
    for command in commands:
        with suppress(ValueError):  # what cannot be split cannot be run either
            yield from shlex.split(command)
