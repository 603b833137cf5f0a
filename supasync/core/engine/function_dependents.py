"""Takes away for a moment what stands in the way of a function's new signature: computed columns, defaults of domains.

The engine drops such a function and makes it again, and does not see these two of what depends on it. A default that
reads the same in both states may still be bound to the function that goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.engine.aside import COMPUTED, Aside, Places, computed_column, dropped_by, insert, readers_of, uses
from supasync.core.sql import qualified
from supasync.core.sql.keys import ColumnKey

_ROUTINES = ("function", "procedure", "aggregate")
_DEFAULT, _RULE = " default ", " constraint "


def with_function_dependents(statements: Sequence[str], before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return the statements with what lets them drop a function; those that drop none as they are."""
    places = _places(statements)
    if not places:
        return tuple(statements)
    gone = dropped_by(statements)
    computed = tuple(aside for aside in _computed(before, after, places) if aside.off not in gone)
    asides = (*readers_of(before, after, computed, gone), *computed, *_defaults(before, after, places))
    return insert(statements, asides, places, gone)


def _places(statements: Sequence[str]) -> Places:
    """Return where functions of a name that is dropped are dropped and made."""
    found: Places = {}
    dropped = set()
    for at, text in enumerate(statements):
        for change in changes_of(text) if "FUNCTION" in text else ():
            if change.kind in _ROUTINES:
                key = (change.schema, "", change.name.partition("(")[0])
                found.setdefault(key, []).append(at)
                dropped |= {key} if change.verb is Verb.DROP else set()
    return {key: spots for key, spots in found.items() if key in dropped}


def _computed(before: Fingerprint, after: Fingerprint, places: Places) -> Iterator[Aside]:
    wanted = after.of_kind("column")
    for identity, definition in before.of_kind("column").items():
        if COMPUTED in definition and COMPUTED in wanted.get(identity, ""):
            called = _called(definition.partition(COMPUTED)[2], places)
            if called:
                yield computed_column(identity, wanted[identity], called)


def _defaults(before: Fingerprint, after: Fingerprint, places: Places) -> Iterator[Aside]:
    """Yield the defaults of domains."""
    wanted = after.of_kind("domain")
    for name, definition in before.of_kind("domain").items():
        called = _called(_default_of(definition), places)
        then = _default_of(wanted.get(name, ""))
        if called and then:
            yield Aside(f"ALTER DOMAIN {name} DROP DEFAULT", f"ALTER DOMAIN {name} SET DEFAULT {then}", called)


def _default_of(domain: str) -> str:
    """Return the default in a domain's definition of the fingerprint: `integer not null default f() constraint ...`."""
    return domain.partition(_DEFAULT)[2].partition(_RULE)[0] if _DEFAULT in domain.partition(_RULE)[0] else ""


def _called(expression: str, places: Places) -> frozenset[ColumnKey]:
    return frozenset(key for key in places if uses(expression, f"{qualified(key[0], key[2])}"))
