"""What a change of type does to the values of its column."""

from __future__ import annotations

from collections.abc import Sequence

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.type_conversion import Conversion, conversion
from supasync.core.changes.change import Change, column_key, new_type
from supasync.core.changes.effect import Verb


def conversion_of(change: Change, changes: Sequence[Change], facts: TargetFacts) -> Conversion:
    """Return what an ALTER COLUMN ... TYPE does to the values; the worst when the present type is not known."""
    old = facts.column_types.get(column_key(change))
    new = new_type(change)
    if old is None:
        return Conversion(lossy=True, may_fail=True)
    made_here = any(
        other.verb is Verb.CREATE and other.kind == "enum" and new.removesuffix("[]").endswith(other.name)
        for other in changes
    )
    if made_here:
        return Conversion(may_fail=True)
    return conversion(old, new)
