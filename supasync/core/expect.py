"""Which state a rehearsal must end in, when grants are left to the target."""

from __future__ import annotations

from collections.abc import Iterable

from supasync.core.fingerprint import GRANT_KINDS, Fingerprint, ObjectDifference, compare
from supasync.core.plan import GRANTS_MANAGED


def expected_state(seen: Fingerprint, wanted: Fingerprint, reached: Fingerprint, comparison: str) -> Fingerprint:
    """Return the state that up must reach.

    Where grants are compared that is `wanted`. Where they are ignored, objects keep the privileges
    they have on the target (`seen`), and new objects what the target's default privileges gave them
    (`reached`): a view that is replaced must not lose somebody's GRANT.
    """
    if comparison == GRANTS_MANAGED:
        return wanted
    known, present = set(seen.of_kind("owner")), set(wanted.of_kind("owner"))

    def address(identity: str) -> str:
        return identity.rpartition(" to ")[0]

    return Fingerprint.of(
        (
            *(row for row in wanted.rows if row.kind not in GRANT_KINDS),
            *(row for row in seen.rows if row.kind == "default privilege"),
            *(row for row in seen.rows if row.kind == "grant" and address(row.identity) in present),
            *(row for row in reached.rows if row.kind == "grant" and address(row.identity) not in known),
        )
    )


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
