"""Settings by which values print: fixed while values are kept or compared as text, so that the same value always has
the same text, whatever a database, a role or a developer's environment sets.

Only around the attic's own statements: what the change itself does (a date that becomes text, say) is done by the
settings that the target has.
"""

from __future__ import annotations

from collections.abc import Sequence

from supasync.core.attic.marker import marked
from supasync.core.attic.model import Keep, is_foreign

_FIXED = {
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
}
_NAMES = ", ".join(f"('{name}', '{value}')" for name, value in _FIXED.items())
FIX_OUTPUT_SQL = f"""SELECT pg_catalog.set_config('supasync.' || name, pg_catalog.current_setting(name), true),
  pg_catalog.set_config(name, value, true)
FROM (VALUES {_NAMES}) AS pinned (name, value)"""
RESTORE_OUTPUT_SQL = f"""SELECT pg_catalog.set_config(name, pg_catalog.current_setting('supasync.' || name), true)
FROM (VALUES {_NAMES}) AS pinned (name, value)"""


def fix_output(keep: Keep, texts: Sequence[str]) -> tuple[str, ...]:
    """Return statements that keep something or put it back, between those that fix how values print if that counts."""
    if not texts or not _compares_text(keep):
        return tuple(texts)
    return (*marked((FIX_OUTPUT_SQL,)), *texts, *marked((RESTORE_OUTPUT_SQL,)))


def _compares_text(keep: Keep) -> bool:
    keyless = keep.values and (keep.key.is_lent or not keep.key.columns)
    columns = (*keep.columns, *keep.key.columns)
    return keyless or any(is_foreign(column.type) or is_foreign(column.new_type) for column in columns)
