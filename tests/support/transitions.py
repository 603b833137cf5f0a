"""The transitions of tests/transitions: read, put into groups, and told apart again in a failure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support.differences import differences
from tests.support.rows import Dump

TRANSITIONS = Path(__file__).resolve().parents[1] / "transitions"
APPLIED, IN_SYNC, REFUSED = EXPECTED = ("applied", "in-sync", "refused")
FLAGS = FORCE, BACKFILL = ("--force", "--backfill default")
_SOME_FLAGS = rf"{FORCE}|{BACKFILL}|{FORCE} {BACKFILL}"
_KEYS = {
    "title": ".+",
    "group": "[a-z-]+",
    "expect": "|".join(EXPECTED),
    "flags": _SOME_FLAGS,
    "needs": _SOME_FLAGS,
    "files": "[2-9]",
    "reason": "[a-z ]+",
    "object": ".+",
    "rare": "yes",
    "note": ".+",
}
_SECTIONS = ("before", "rows", "after", "since")
_SECTION = re.compile(r"^-- (before|rows|after|since)$", re.MULTILINE)
_KEY = re.compile(r"-- ([a-z]+): (.+)")
_WORD = re.compile(r'"(?:[^"]|"")+"|\w+')
_NAME = r'(?:"(?:[^"]|"")+"|\w+)'
_CREATED = re.compile(
    r"\bcreate (?:or replace |unique |unlogged |materialized )*"
    r"(?:table|view|index|type|domain|sequence|schema|function|aggregate|statistics|policy|trigger|rule|collation) "
    rf"((?:{_NAME}\.)*(?!on\b){_NAME})",
    re.IGNORECASE,
)
# A schema file must define something, and some transitions leave nothing.
_ANCHOR = "create table public.anchor_kept (id int primary key, label text);\n"


class MalformedTransitionError(ValueError):
    """A file is not written as tests/transitions/README.md says."""


@dataclass(frozen=True)
class Transition:
    """Two states of a schema, the rows of the first, and what a sync should make of it.

    `since` is done to the rows between sync and rollback. It means the same in both states: done to the first, it
    gives what the rollback must give. A sync gets the `flags` and what is `needed`, without which it must refuse.
    `ahead` and `afterwards` are what a superuser does before and after `before`, `ahead_of_after` before `after`.
    """

    name: str
    before: str
    rows: str
    after: str
    since: str = ""
    group: str = ""
    expect: str = APPLIED
    flags: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    files: int = 1
    reason: str = ""
    object: str = ""
    rare: bool = False
    ahead: str = ""
    afterwards: str = ""
    ahead_of_after: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the objects that it creates, with their schema unless that is `public`."""
        return frozenset(name.removeprefix("public.") for name in _CREATED.findall(self.before + self.after))

    @cached_property
    def words(self) -> frozenset[str]:
        """The same names, each without its schema."""
        return frozenset(_WORD.findall(name)[-1] for name in self.names)


@dataclass(frozen=True)
class Group:
    """Transitions that go through one sync together: all with the same flags, all expected to end alike."""

    name: str
    members: tuple[Transition, ...]

    def __post_init__(self) -> None:
        if len({(member.flags, member.needed, member.expect) for member in self.members}) != 1:
            raise MalformedTransitionError(f"the files of group {self.name} differ in what they expect or in flags")

    @property
    def flags(self) -> tuple[str, ...]:
        """All flags of its sync."""
        return (*self.members[0].flags, *self.needed)

    @property
    def needed(self) -> tuple[str, ...]:
        """The flags without which its sync must be refused."""
        return self.members[0].needed

    @property
    def files(self) -> int:
        """How many migration files its sync must write."""
        return max(member.files for member in self.members)

    @property
    def names(self) -> frozenset[str]:
        """The names of its members."""
        return frozenset(member.name for member in self.members)

    def joined(self, section: str) -> str:
        """Return one section of all members as one script."""
        lead = [_ANCHOR] if section in ("before", "after") else []
        return "\n".join([*lead, *(getattr(member, section) for member in self.members)])

    def whose(self, text: str) -> str:
        """Return the member whose object a text names first, or an object that is called after one; else `?`."""
        owners = {word: member.name for member in self.members for word in member.words}
        words = _WORD.findall(text)
        exact = (owners[word] for word in words if word in owners)
        after = (owner for word in words for name, owner in owners.items() if word.startswith(f"{name}_"))
        return next(exact, None) or next(after, "?")

    def named(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Put before each line of which member it is."""
        return tuple(sorted(f"{self.whose(line)}: {line}" for line in lines))

    def lost(self, found: Dump, wanted: Dump, *, further: bool = False) -> tuple[str, ...]:
        """Say in which tables, sequences and views two dumps differ. Sequences may be `further` than wanted."""
        return self.named(f"{name}: {words}" for name, words in differences(found, wanted, further=further))


def read_transition(path: Path) -> Transition:
    """Read one file. Raises MalformedTransitionError."""
    head, *parts = _SECTION.split(path.read_text(encoding="utf-8"))
    sections = {name: part.strip() + "\n" for name, part in zip(parts[::2], parts[1::2], strict=True)}
    if tuple(sections) not in (_SECTIONS, _SECTIONS[:3]):
        raise MalformedTransitionError(f"{path.name} has sections {', '.join(sections)}")
    keys: dict[str, str] = {}
    for line in head.splitlines():
        found = _KEY.fullmatch(line)
        if not found or found[1] in keys or not re.fullmatch(_KEYS.get(found[1], ""), found[2]):
            raise MalformedTransitionError(f"{path.name} has {line!r} in its head")
        keys[found[1]] = found[2]
    expect = keys.get("expect", APPLIED)
    if {"reason", "object"} & keys.keys() != ({"reason", "object"} if expect == REFUSED else set()):
        raise MalformedTransitionError(f"{path.name}: a refusal, and nothing else, has a reason and an object")
    return Transition(
        path.stem,
        before=sections["before"],
        rows=sections["rows"],
        after=sections["after"],
        since=sections.get("since", ""),
        group=keys.get("group", path.stem),
        expect=expect,
        flags=_flags(keys.get("flags", "")),
        needed=_flags(keys.get("needs", "")),
        files=int(keys.get("files", 1)),
        reason=keys.get("reason", ""),
        object=keys.get("object", ""),
        rare="rare" in keys,
    )


def read_folder(path: Path) -> Transition:
    """Read a folder that holds the sections as files: before.sql, perhaps seed.sql (the rows), after.sql.

    What a superuser does is in before.pre.super.sql, before.super.sql and after.pre.super.sql.
    """
    before, rows, after, ahead, afterwards, ahead_of_after = (
        file.read_text(encoding="utf-8") if (file := path / f"{name}.sql").is_file() else ""
        for name in ("before", "seed", "after", "before.pre.super", "before.super", "after.pre.super")
    )
    return Transition(
        path.name, before, rows, after, group=path.name,
        ahead=ahead, afterwards=afterwards, ahead_of_after=ahead_of_after,
    )  # fmt: skip


def all_transitions() -> tuple[Transition, ...]:
    """Read all of them, sorted by name."""
    return tuple(read_transition(path) for path in sorted(TRANSITIONS.glob("*.sql")))


def grouped(transitions: Sequence[Transition], *, each: bool = False) -> tuple[Group, ...]:
    """Put them into their groups, or `each` into one of its own."""
    found: dict[str, list[Transition]] = {}
    for member in transitions:
        found.setdefault(member.name if each else member.group, []).append(member)
    return tuple(Group(name, tuple(members)) for name, members in sorted(found.items()))


def _flags(text: str) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flag in text)
