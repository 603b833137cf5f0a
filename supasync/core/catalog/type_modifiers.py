"""Modifiers of types that only the real extension understands: `geometry(Point,4326)`.

A stand-in's type takes a number for them, and prints the label that the number has in the database. So each modifier
becomes the number of its label before a statement runs in the shadow, and reads as it was from then on.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, cast

from supasync.core import sql
from supasync.core.sql.names import strings, walk

MODIFIERS = "supasync_modifiers"
"""The enum of a stand-in whose labels are those of its modifiers."""

# Numbers of labels are oids of pg_enum here: above those of a young server, below the greatest that bittypmodin takes.
FIRST, _COUNT = 1 << 26, (1 << 26) // 8
_SHAPES = ("Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
           "GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface",
           "PolyhedralSurface", "Triangle", "Tin")  # fmt: skip
_SPELLED = {f"{shape}{more}".lower(): f"{shape}{more.upper()}" for shape in _SHAPES for more in ("", "z", "m", "zm")}
_OF_TYPES = ("type_name", "arg_type", "return_type")  # where a syntax tree names a type
_PLAIN = re.compile(r"\((?!.*--)[\w ,.-]{1,60}\)", re.ASCII)  # it is printed as it is, wherever the type is named
_WORLD = "4326"  # PostGIS: what a geography has without a word; a geometry has 0


def with_modifiers(text: str, types: Collection[str]) -> tuple[str, dict[int, str]]:
    """Return a statement with numbers in the place of the modifiers of these types, and the labels of the numbers.

    One that has none is returned as it is.
    """
    if not types or not re.search(rf"(?:{'|'.join(map(re.escape, types))})\"?\s*\(", text, re.IGNORECASE):
        return text, {}
    kind, given = sql.tree(text)
    node: dict[str, Any] = copy.deepcopy(dict(given))
    labels: dict[int, str] = {}
    for found in chain.from_iterable(walk(node, key) for key in _OF_TYPES):
        name = strings(found.get("names", ()))[-1:]
        if name and name[0] in types and found.get("typmods"):
            label = label_of(name[0], [_text(modifier) for modifier in found["typmods"]])
            if not _PLAIN.fullmatch(label):
                continue
            number = FIRST + int.from_bytes(hashlib.sha256(label.encode()).digest()[:4], "big") % _COUNT
            labels[number] = label
            cast("dict[str, Any]", found)["typmods"] = [{"a_const": {"ival": {"ival": number}}}]
    return (sql.statement_sql(kind, node), labels) if labels else (text, {})


def label_of(type_name: str, modifiers: list[str]) -> str:
    """Return how a type prints its modifiers: `(Point,4326)`. PostGIS has spellings and defaults of its own."""
    words = [_SPELLED.get(word.lower(), word) for word in modifiers]
    if type_name == "geography" and len(words) == 1 and not words[0].isdigit():
        words.append(_WORLD)
    if type_name == "geometry" and words[1:] == ["0"]:
        words.pop()
    return f"({','.join(words)})"


def _text(modifier: Mapping[str, Any]) -> str:
    constant = modifier.get("a_const", {})
    for kind in ("ival", "sval", "fval"):
        if kind in constant:
            return str(constant[kind].get(kind, 0))
    return ".".join(strings(modifier.get("column_ref", {}).get("fields", ())))
