"""The transitions of tests/attic: read, put into groups, and told apart again in a failure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support.rows import Dump, Position, Row

TRANSITIONS = Path(__file__).resolve().parents[1] / "attic" / "transitions"
_SECTIONS = ("before", "rows", "after", "since")
_HEAD = re.compile(r"^-- (before|rows|after|since)$", re.MULTILINE)
_GROUP = re.compile(r"\A-- group: ([a-z]+)\n")
_WORD = re.compile(r'"(?:[^"]|"")+"|\w+')
_SHOWN = 3  # rows of a difference
# A schema file must define something, and some transitions leave nothing.
_ANCHOR = "create table public.anchor_kept (id int primary key, label text);\n"


@dataclass(frozen=True)
class Transition:
    """Two states of a schema, the rows of the first, and what is done to the rows between sync and rollback.

    `since` means the same in both states: done to the first, it gives what the rollback must give.
    """

    name: str
    group: str
    before: str
    rows: str
    after: str
    since: str = ""

    @cached_property
    def words(self) -> frozenset[str]:
        """All names it could be about."""
        return frozenset(_WORD.findall(self.before)) | frozenset(_WORD.findall(self.after))


@dataclass(frozen=True)
class Group:
    """Transitions that go through one sync together."""

    name: str
    members: tuple[Transition, ...]

    def joined(self, section: str) -> str:
        """Return one section of all members as one script."""
        lead = [_ANCHOR] if section in ("before", "after") else []
        return "\n".join([*lead, *(getattr(member, section) for member in self.members)])

    def whose(self, text: str) -> str:
        """Return which member a text is about: the one that alone has a word of it, or of which a word begins so."""
        words = set(_WORD.findall(text))
        for exact in (True, False):
            for member in self.members:
                others = (other.words for other in self.members if other != member)
                own = {word for word in member.words.difference(*others) if "_" in word or " " in word}
                if own & words if exact else any(word.startswith(f"{name}_") for word in words for name in own):
                    return member.name
        return "?"

    def named(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Put before each line of which member it is."""
        return tuple(sorted(f"{self.whose(line)}: {line}" for line in lines))

    def lost(self, found: Dump, wanted: Dump, *, further: bool = False) -> tuple[str, ...]:
        """Say in which tables, sequences and views two dumps differ. Sequences may be `further` than wanted."""
        return self.named(f"{name}: {words}" for name, words in differences(found, wanted, further=further))


def differences(found: Dump, wanted: Dump, *, further: bool = False) -> Iterator[tuple[str, str]]:
    """Yield names with how two dumps differ in them; sequences (ascending ones) may be `further` than wanted."""
    for table in sorted(found.content.tables.keys() | wanted.content.tables.keys()):
        now, then = (Counter(dump.content.tables.get(table, ())) for dump in (found, wanted))
        if now != then:
            missing, extra = then - now, now - then
            yield table, f"{_rows('missing', missing)}{_rows('not wanted', extra)}".rstrip()
    for name in sorted(found.positions.keys() | wanted.positions.keys()):
        stands, stood = found.positions.get(name), wanted.positions.get(name)
        if stands != stood and not (further and stands and stood and stands >= stood):
            yield name, f"sequence at {_shown(stands)}, wanted {_shown(stood)}"
    for view in sorted(found.filled ^ wanted.filled):
        yield view, f"materialized view is {'' if view in found.filled else 'not '}filled"


def read_transition(path: Path) -> Transition:
    """Read one file: `-- group: x`, then sections that begin with a line `-- before`, `-- rows`, ..."""
    text = path.read_text(encoding="utf-8")
    group = _GROUP.match(text)
    assert group, f"{path.name} does not begin with its group"
    _, *parts = _HEAD.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    assert tuple(sections) in (_SECTIONS, _SECTIONS[:3]), f"{path.name} has sections {', '.join(sections)}"
    return Transition(path.stem, group[1], **{name: part.strip() + "\n" for name, part in sections.items()})


def all_transitions() -> tuple[Transition, ...]:
    """Read all of them, sorted by name."""
    return tuple(read_transition(path) for path in sorted(TRANSITIONS.glob("*.sql")))


def grouped(transitions: Sequence[Transition], *, each: bool = False) -> tuple[Group, ...]:
    """Put them into their groups, or `each` into one of its own."""
    names = sorted({member.name if each else member.group for member in transitions})
    return tuple(
        Group(name, tuple(member for member in transitions if (member.name if each else member.group) == name))
        for name in names
    )


def _rows(what: str, rows: Counter[Row]) -> str:
    if not rows:
        return ""
    shown = [
        "(" + ", ".join(f"{column} {value[:40]}" for column, value in row) + ")" + (f" x{count}" if count > 1 else "")
        for row, count in rows.most_common(_SHOWN)
    ]
    return f"{rows.total()} {what}, such as {'; '.join(shown)}. "


def _shown(position: Position | None) -> str:
    return "no place" if position is None else f"{position[0]}{'' if position[1] else ' (not handed out)'}"
