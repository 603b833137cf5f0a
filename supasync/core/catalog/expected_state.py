"""Which state a rehearsal must end in, when grants are left to the target."""

from __future__ import annotations

from collections.abc import Iterable

from supasync.core.catalog.fingerprint import GRANT_KINDS, Fingerprint, Grants, ObjectDifference, compare
from supasync.core.sql.keys import split_owner

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


def beyond(
    gap: Iterable[ObjectDifference], reached: Fingerprint, expected: Fingerprint
) -> tuple[ObjectDifference, ...]:
    """Return what differs between two states, but for objects that the shadow could not copy to begin with.

    `gap` is what separates target and clone. An object in it is passed over only where the change
    leaves it alone: where target and expected state agree on it.
    """
    spared = {(item.kind, item.identity): item.after for item in gap}
    return tuple(
        item
        for item in compare(reached, expected, owners=True, grants=True)
        if (item.kind, item.identity) not in spared or spared[item.kind, item.identity] != item.after
    )
