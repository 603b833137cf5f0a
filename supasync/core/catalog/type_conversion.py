"""What changing a column's type does to the values in it.

Sources: PostgreSQL docs, "ALTER TABLE" (notes on rewriting), "Numeric Types", "Character Types", "Date/Time Types".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from supasync.core.sql.keys import TableKey, parse_table, unquoted
from supasync.core.sql.type_names import CATALOG_TYPES

_MODIFIERS = re.compile(r"\(([^()]*)\)")
CHARACTERS = frozenset({"text", "character varying", "character", "citext", "name"})
_INTEGERS = {"smallint": 2, "integer": 4, "bigint": 8}
_FLOATS = {"real": 4, "double precision": 8}
# Of a text they leave out what they do not hold: a time of day, a zone, further digits, keys that occur twice.
_READ_IN_PART = frozenset({
    "date", "time without time zone", "time with time zone", "timestamp without time zone", "timestamp with time zone",
    "interval", "real", "double precision", "money", "jsonb", "tsvector", "point",
})  # fmt: skip
_TIMES = frozenset({"timestamp without time zone", "timestamp with time zone"})
_BUILT_IN = (
    CHARACTERS
    | _TIMES
    | frozenset(_INTEGERS)
    | frozenset(_FLOATS)
    | {
        "numeric", "boolean", "date", "uuid", "json", "jsonb", "bytea", "interval", "inet", "cidr", "money", "xml",
        "time without time zone", "time with time zone", "oid", "bit", "bit varying", "tsvector", "point",
    }
)  # fmt: skip


@dataclass(frozen=True)
class TypeName:
    """A type taken apart: `numeric(10,2)[]` is base numeric, modifiers (10, 2), array."""

    base: str
    modifiers: tuple[int, ...]
    is_array: bool

    @property
    def is_built_in(self) -> bool:
        """Whether the type comes with PostgreSQL (or is citext), so that its conversions are known."""
        return self.base in _BUILT_IN


@dataclass(frozen=True)
class Conversion:
    """`lossy`: values silently change. `may_fail`: some values have no counterpart. `rewrites`: the table's file."""

    lossy: bool = False
    may_fail: bool = False
    rewrites: bool = True


_FREE = Conversion(rewrites=False)
_EXACT = Conversion()
_LOSSY = Conversion(lossy=True)
_FALLIBLE = Conversion(may_fail=True)
_BOTH = Conversion(lossy=True, may_fail=True)


def key_of_type(text: str) -> TableKey:
    """Return schema and name of a type as SQL has it; one without a schema may be PostgreSQL's own."""
    name = text.removesuffix("[]")
    if "." in name:
        return parse_table(name)
    base = read_type(text).base
    return ("pg_catalog" if base in CATALOG_TYPES or base.startswith("interval") else "public", unquoted(name))


def has_cast(casts: Iterable[str], old: Collection[TableKey], new: Collection[TableKey]) -> bool:
    """Tell whether somebody's cast stands between types, either way; casts are named "(public.e AS text)"."""
    for name in casts:
        source, _, target = name.strip("()").partition(" AS ")
        pair = {key_of_type(source), key_of_type(target)}
        if not pair.isdisjoint(old) and not pair.isdisjoint(new):
            return True
    return False


def read_type(text: str) -> TypeName:
    """Take apart a type as `format_type` prints it; `public.` in front is dropped, but for PostgreSQL's own names."""
    is_array = text.endswith("[]")
    whole = text.removesuffix("[]")
    body = whole.removeprefix("public.").removeprefix("extensions.")
    if body != whole and _MODIFIERS.sub("", body).strip('"') in _BUILT_IN - {"citext"}:
        body = whole  # somebody's type of that name
    match = _MODIFIERS.search(body)
    modifiers: tuple[int, ...] = ()
    if match:
        numbers = [part.strip() for part in match.group(1).split(",")]
        modifiers = tuple(int(part) for part in numbers if part.lstrip("-").isdigit())
        body = body[: match.start()] + body[match.end() :]
    return TypeName(body.strip(), modifiers, is_array)


def conversion(old_text: str, new_text: str) -> Conversion:
    """Return what casting values of one type to another does; the worst is assumed of what is not known."""
    old, new = read_type(old_text), read_type(new_text)
    if old == new:
        return _FREE
    if old.is_array != new.is_array:
        # An array printed as text keeps its values; anything else is not a cast that PostgreSQL knows.
        return _EXACT if old.is_array and new.base in CHARACTERS and not new.modifiers else _BOTH
    if new.base in CHARACTERS:
        return _to_characters(old, new)
    if old.base in CHARACTERS:
        read_whole = new.is_built_in and not new.modifiers and new.base not in _READ_IN_PART
        return _FALLIBLE if read_whole else _BOTH
    if not (old.is_built_in and new.is_built_in):
        return _BOTH
    if old.base == new.base:
        return _same_base(old, new)
    return _numbers(old, new) or _moments(old, new) or _others(old.base, new.base)


def _to_characters(old: TypeName, new: TypeName) -> Conversion:
    limit = new.modifiers[0] if new.modifiers else None
    if new.base == "character" and limit is None:
        limit = 1
    if new.base == "name":
        limit = 63 // 4  # it has 63 bytes, a character up to four
    if old.base not in CHARACTERS:
        return _EXACT if limit is None else _LOSSY
    if old.base == "name":
        return _EXACT if limit is None or limit >= 63 else _LOSSY
    if old.base == "character" or new.base in ("character", "name"):
        # Padding comes and goes, but what stands before it is kept as long as it fits.
        fits = limit is None or (bool(old.modifiers) and old.modifiers[0] <= limit)
        return _EXACT if fits else _LOSSY
    if limit is None:
        return _FREE
    fits = bool(old.modifiers) and old.modifiers[0] <= limit
    return _FREE if fits else _LOSSY


def _same_base(old: TypeName, new: TypeName) -> Conversion:
    if old.base == "numeric":
        return _numeric(old, new)
    if not new.modifiers:
        return _FREE
    grows = bool(old.modifiers) and old.modifiers[0] <= new.modifiers[0]
    if old.base in _TIMES or old.base.startswith("time ") or old.base == "interval":
        grows = grows or new.modifiers[0] == 6
    return _FREE if grows and old.base != "bit" else _LOSSY


def _numeric(old: TypeName, new: TypeName) -> Conversion:
    if not new.modifiers:
        return _FREE
    precision, scale = (*new.modifiers, 0)[:2]
    if not old.modifiers:
        return _BOTH
    old_precision, old_scale = (*old.modifiers, 0)[:2]
    may_fail = precision - scale < old_precision - old_scale
    lossy = scale < old_scale
    return Conversion(lossy, may_fail, rewrites=scale != old_scale or may_fail)


def _numbers(old: TypeName, new: TypeName) -> Conversion | None:
    if old.base in _INTEGERS and new.base in _INTEGERS:
        return _EXACT if _INTEGERS[new.base] > _INTEGERS[old.base] else _FALLIBLE
    if old.base in _INTEGERS and new.base == "numeric":
        digits = {2: 5, 4: 10, 8: 19}[_INTEGERS[old.base]]
        precision, scale = (*new.modifiers, 0)[:2] if new.modifiers else (1000, 0)
        if scale < 0:
            return _LOSSY  # rounds to tens, hundreds
        return _EXACT if precision - scale >= digits else _FALLIBLE
    if old.base in _INTEGERS and new.base in _FLOATS:
        return _EXACT if _FLOATS[new.base] > _INTEGERS[old.base] else _LOSSY
    if old.base in _FLOATS and new.base in _FLOATS:
        return _EXACT if _FLOATS[new.base] > _FLOATS[old.base] else _BOTH
    fractions = {*_FLOATS, "numeric", "money"}
    if old.base in fractions and new.base in (fractions | set(_INTEGERS)):
        return _BOTH
    return None


def _moments(old: TypeName, new: TypeName) -> Conversion | None:
    if old.base == "date" and new.base in _TIMES:
        return _EXACT
    if old.base in _TIMES and new.base in _TIMES:
        return _LOSSY if new.modifiers and new.modifiers[0] < 6 else _EXACT
    if old.base in _TIMES and (new.base == "date" or new.base.startswith("time ")):
        return _LOSSY
    return None


def _others(old: str, new: str) -> Conversion:
    known = {
        ("json", "jsonb"): _LOSSY,
        ("jsonb", "json"): _EXACT,
        ("integer", "boolean"): _LOSSY,
        ("boolean", "integer"): _EXACT,
        ("cidr", "inet"): _FREE,
        ("inet", "cidr"): _LOSSY,
        ("time without time zone", "interval"): _EXACT,
        ("time without time zone", "time with time zone"): _EXACT,
        ("integer", "oid"): _FREE,
    }
    return known.get((old, new), _BOTH)


def returns_exactly(old_text: str, new_text: str) -> bool:
    """Tell whether every value that can be cast to the new type comes back as it was, whatever the session's settings.

    Not so for what loses, for text that is read as something else ('007' to 7), for times whose zone is the
    session's, and for a type of which nothing is known. Domains and enums are known to who has the catalog.
    """
    old, new = read_type(old_text), read_type(new_text)
    if old == new:
        return True
    if conversion(old_text, new_text).lossy or old.is_array != new.is_array or not new.is_built_in:
        return False
    if old.base in CHARACTERS:
        return new.base in CHARACTERS - {"character"}
    if old.base == "time without time zone" and new.base == "interval":
        return False  # 24:00 comes back as 00:00
    zoned = {"timestamp with time zone", "time with time zone"}
    return old.base == new.base or zoned.isdisjoint({old.base, new.base}) or new.base in CHARACTERS
