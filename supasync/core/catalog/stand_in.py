"""Stand-ins: what an extension of the target consists of, without its code.

The shadow's server lacks most extensions. What a schema says of one (types, functions, operators, access methods) is
known from the target's catalog; statements written from that make an extension that looks alike and does nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from supasync.core.catalog.stand_in_members import PASSES, Write
from supasync.core.catalog.stand_in_names import Description, NotWritable, Writer
from supasync.core.catalog.type_modifiers import MODIFIERS

_NAME = re.compile(r"[A-Za-z0-9_](?:-?[A-Za-z0-9_])*\Z")  # it becomes the name of a file


@dataclass(frozen=True)
class StandIn:
    """An extension of the target without its code.

    `statements` make its members, in an order that may have to be found; `requires` has the names of other extensions,
    each with its schema on the target, or "" where it is not there; `fixed` is the schema in which it lies whatever is
    asked for, if there is one; `modified` are the names of types that print modifiers in a way of their own. What is
    not yet made has no statements.
    """

    name: str
    schema: str
    relocatable: bool
    requires: Mapping[str, str]
    statements: tuple[str, ...] = ()
    fixed: str = ""
    modified: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version under which the shadow knows it: one of the content."""
        parts = (self.name, self.relocatable, sorted(self.requires.items()), self.statements, self.fixed)
        return "standin." + hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def is_usable_name(name: str) -> bool:
    """Tell whether an extension of this name can be made from files."""
    return bool(_NAME.match(name))


def stand_in(
    name: str, schema: str, relocatable: bool, requires: Mapping[str, str], members: Iterable[tuple[str, Description]]
) -> StandIn:
    """Write the stand-in for an extension from pairs of kind and description of its members.

    Members of a kind that is not known, or with names that could be read otherwise, are left out.
    """
    writer = Writer(schema, relocatable)
    found = list(members)
    writer.read(found)
    statements = [text for kind, write in PASSES for text in _written(writer, write, kind, found)]
    if writer.modified:
        statements.append(f"create type {writer.name((schema, MODIFIERS))} as enum ()")
    return StandIn(
        name, schema, relocatable, requires, tuple(dict.fromkeys(statements)), modified=tuple(writer.modified)
    )


def _written(
    writer: Writer,
    write: Write,
    kind: str,
    members: Iterable[tuple[str, Description]],
) -> Iterator[str]:
    for found, description in members:
        if found == kind:
            try:
                yield from tuple(write(writer, description))
            except NotWritable:
                continue
