"""How two states of a database differ, in words: catalogs by fingerprint, rows and sequences by dump."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from supasync.core.catalog.fingerprint import Fingerprint, compare, summarize
from tests.support.rows import Content, Dump, Position, Row

_SHOWN = 3  # rows of a difference


def differing(found: Fingerprint, wanted: Fingerprint, *, grants: bool) -> tuple[str, ...]:
    """Say in which objects two catalogs differ; privileges count only with `grants`."""
    return summarize(compare(found, wanted, owners=True, grants=grants), before="found", after="wanted")


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


def untouched(before: Fingerprint, after: Fingerprint, content: Content) -> Content:
    """Return the part of the rows that a change leaves alone: columns of the same definition before and after."""
    old, new = before.of_kind("column"), after.of_kind("column")
    types = {row.identity for row in before.rows if row.kind == "composite type"}
    # A value of a composite type shows its attributes.
    other = {
        name for name in types if before.of_kind("composite type")[name] != after.of_kind("composite type").get(name)
    }
    return content.narrowed(
        lambda column: (
            column in old and old[column] == new.get(column) and not any(name in old[column] for name in other)
        )
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
