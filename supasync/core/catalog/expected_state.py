"""Which state a rehearsal must end in, when grants are left to the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from supasync.core.catalog.fingerprint import GRANT_KINDS, Fingerprint, Grants, ObjectDifference, ObjectRow, compare
from supasync.core.catalog.reach import objects_of
from supasync.core.sql.keys import key_of, object_key, split_owner

_VIEWS = ("view", "materialized view")


def expected_state(seen: Fingerprint, wanted: Fingerprint, reached: Fingerprint, comparison: Grants) -> Fingerprint:
    """Return the state that up must reach.

    Where grants are compared that is `wanted`. Where they are ignored, objects keep the privileges
    they have on the target (`seen`), and new objects what the target's default privileges gave them
    (`reached`): a view that is replaced must not lose somebody's GRANT.
    """
    if comparison == Grants.MANAGED:
        return wanted
    return Fingerprint.of(
        (
            *(row for row in wanted.rows if row.kind not in GRANT_KINDS),
            *(row for row in seen.rows if row.kind == "default privilege"),
            *(
                row
                for row in seen.rows
                if row.kind == "grant" and _is_on(row.identity, wanted) and not _is_owners(row.identity, wanted)
            ),
            *(row for row in reached.rows if row.kind == "grant" and not _is_on(row.identity, seen)),
        )
    )


def _is_owners(grant: str, state: Fingerprint) -> bool:
    """Tell whether a grant is to the owner of its object: who becomes one has no privileges besides those."""
    address, _word, grantee = grant.rpartition(" to ")
    return state.of_kind("owner").get(address) == grantee


def _is_on(grant: str, state: Fingerprint) -> bool:
    """Tell whether the object of a grant ("view public.v to anon") is there; a column of a view goes with the view."""
    owners = state.of_kind("owner")
    kind, _, name = grant.rpartition(" to ")[0].partition(" ")
    if kind != "column":
        return f"{kind} {name}" in owners
    relation = split_owner(name)[0]
    return name in state.of_kind("column") or any(f"{view} {relation}" in owners for view in _VIEWS)


def _lacks_whole(item: ObjectDifference) -> bool:
    return item.kind == "owner" and item.before is None


@dataclass(frozen=True)
class Gap:
    """What separates the target, as it was `seen`, from its copy in the shadow."""

    seen: Fingerprint
    differences: tuple[ObjectDifference, ...]

    @classmethod
    def between(cls, clone: Fingerprint, seen: Fingerprint) -> Gap:
        """Return the gap between a copy and the target."""
        return cls(seen, compare(clone, seen, owners=True, grants=True))

    def filled(self, reached: Fingerprint, expected: Fingerprint | None = None) -> Fingerprint:
        """Return what the state that a copy has `reached` is on the target.

        What the copy could not hold is there as it was, unless the change means it: where target and `expected` do not
        agree on it, or the copy has changed it.
        """
        keys = self._untouched(reached, expected)
        if not keys:
            return reached
        kept = (row for row in reached.rows if (row.kind, row.identity) not in keys)
        standing = (row for row in self.seen.rows if (row.kind, row.identity) in keys)
        return Fingerprint(Fingerprint.of((*kept, *standing)).rows, reached.foreign)

    def names(self, expected: Fingerprint) -> frozenset[str]:
        """Return the keys of the objects that a copy lacks and the change leaves alone."""
        lacking = (item for item in self.differences if item.before is None)
        return frozenset(
            key_of(item.identity) if item.kind == "owner" else object_key(item.kind, item.identity)
            for item in lacking
            if expected.by_key.get((item.kind, item.identity)) == item.after
        )

    def to_be_told(self) -> Iterator[ObjectDifference]:
        """Yield what a person is told of it: of an object that lacks as a whole, nothing of what is in it."""
        lacking = frozenset(key_of(item.identity) for item in self.differences if _lacks_whole(item))
        for item in self.differences:
            row = ObjectRow(item.kind, item.identity, item.after or item.before or "")
            within = not lacking.isdisjoint(objects_of(row)) and object_key(item.kind, item.identity) not in lacking
            if not within and not _lacks_whole(item):
                yield item

    def _untouched(self, reached: Fingerprint, expected: Fingerprint | None) -> set[tuple[str, str]]:
        return {
            (item.kind, item.identity)
            for item in self.differences
            if reached.by_key.get((item.kind, item.identity)) == item.before
            and (expected is None or expected.by_key.get((item.kind, item.identity)) == item.after)
        }
