"""What a repository names to be executed or connected to, and whether the person trusts it as it is now.

Trust is in contents: an item has a digest over what is named and over the files it stands for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

# Names of items, by which the parts that need them ask.
ENVIRONMENT_FILE = ".env"
LINK = "supabase/.temp/pooler-url"
SQLC_CONFIG = "sqlc configuration"
UNCONFINED = "schema file"
AFTER_SYNC = "after_sync"
ELSEWHERE = "files from elsewhere"

_PLAIN = re.compile(r"[\w@%+=:,./~?&*-]+")
_INVISIBLE = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a pattern that Unicode calls printable
_FORMAT = 2  # raise it when digests of earlier versions must not count any more


class Use(StrEnum):
    """When an item is needed: to reach the target, to compare and rehearse, after a change."""

    CONNECT = "connect"
    COMPARE = "compare"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True)
class Item:
    """One thing that a repository names.

    `name` is unique in a repository; `value` is what it says and `where` the place; `effect` says what supasync would
    do with it. `paths` are the files and folders whose contents belong to it. `replaceable`: without it, supasync
    looks for such a program elsewhere.
    """

    name: str
    value: str
    where: str
    effect: str
    use: Use
    paths: tuple[Path, ...] = ()
    replaceable: bool = False

    @property
    def words(self) -> str:
        """What is named and where, fit for a screen."""
        said = f"{self.name} = {_told_apart(self.name, self.value)}" if self.value else self.name
        return f"{printable(said)} ({self.where})"


class Standing(StrEnum):
    """How an item compares with what was trusted."""

    TRUSTED = "trusted"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True)
class JudgedItem:
    """An item and how it stands."""

    item: Item
    standing: Standing


class TrustOutcome(StrEnum):
    """What `supasync trust` did."""

    NOTHING = "nothing"  # to trust
    LISTED = "listed"
    TRUSTED = "trusted"
    REVOKED = "revoked"


@dataclass(frozen=True)
class TrustReport:
    """The answer of `trust`. `this_run` tells that a variable trusts everything for this run."""

    outcome: TrustOutcome
    project: str
    items: tuple[JudgedItem, ...]
    this_run: bool = False

    @property
    def trusted(self) -> bool:
        """Whether nothing is left to ask about."""
        return self.this_run or all(judged.standing is Standing.TRUSTED for judged in self.items)

    def as_json(self) -> dict[str, Any]:
        """The documented object of `trust --json`."""
        return {
            "outcome": self.outcome,
            "project": self.project,
            "trusted": self.trusted,
            "items": [
                {
                    "name": judged.item.name,
                    "value": judged.item.value,
                    "where": judged.item.where,
                    "effect": judged.item.effect,
                    "standing": judged.standing,
                }
                for judged in self.items
            ],
        }


def digest_of(item: Item, contents: Sequence[tuple[str, str]]) -> str:
    """Return the digest of an item with the files it stands for: pairs of a name and the content's digest."""
    parts = (_FORMAT, item.name, item.value, sorted(contents))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def standing_of(digest: str, remembered: str | None) -> Standing:
    """Compare an item's digest with the one that was trusted, None for none."""
    if remembered is None:
        return Standing.NEW
    return Standing.TRUSTED if digest == remembered else Standing.CHANGED


def judged(items: Sequence[Item], digests: Mapping[str, str], remembered: Mapping[str, str]) -> tuple[JudgedItem, ...]:
    """Say of each item how it stands; both mappings are of digests by the items' names."""
    return tuple(JudgedItem(item, standing_of(digests[item.name], remembered.get(item.name))) for item in items)


def printable(text: str) -> str:
    """Return a stranger's text so that a terminal shows all of it: what would steer the screen is spelled out."""
    return "".join(sign if _is_seen(sign) else sign.encode("unicode_escape").decode() for sign in text)


def _is_seen(sign: str) -> bool:
    return sign.isprintable() and sign not in _INVISIBLE


def _told_apart(name: str, value: str) -> str:
    """Put a value in quotes if it could read as more than a value: as the words of the list around it."""
    if name in (AFTER_SYNC, ENVIRONMENT_FILE) or _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace('"', '\\"') + '"'
