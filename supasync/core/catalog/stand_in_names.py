"""Names and texts of an extension's members, as the statements of a stand-in hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from supasync.core.sql import quote_ident, quote_literal

Description = Mapping[str, Any]
"""A member as `data/extension_members.sql` describes it."""

_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]{1,63}\Z")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_OWN_SCHEMA = "@extschema@"
# Functions of PostgreSQL's own in the place of compiled ones. The first takes no look at its arguments: it raises.
_RAISES, TEXT_IN, TEXT_OUT = "internal_in", "textin", "textout"
MODIFIER_IN, MODIFIER_OUT = "bittypmodin", "enum_out"  # the number itself; the label that has it for an oid


class NotWritable(Exception):
    """A member has a name that no statement is to hold."""


class Writer:
    """Writes names as they are found while the extension is made in `schema`, whatever it is called then."""

    def __init__(self, schema: str, relocatable: bool) -> None:
        self._schema = schema
        self._relocatable = relocatable
        self._special: dict[tuple[str, ...], tuple[str, str]] = {}
        self.modified: list[str] = []
        """The names of types that print modifiers in a way of their own."""

    def read(self, members: Iterable[tuple[str, Description]]) -> None:
        """Learn which routines read and write the values of types."""
        for kind, told in members:
            if kind == "base type":
                own = ("pg_catalog", "cstring"), tuple(told["name"])
                self._note(told["input"], told["input arguments"], TEXT_IN)
                self._note(told["output"], [own[1]], TEXT_OUT)
                self._note(told["modifier input"], [("pg_catalog", "cstring", "[]")], MODIFIER_IN)
                self._note(told["modifier output"], [("pg_catalog", "int4")], MODIFIER_OUT)
                self.modified += [str(told["name"][1])] if told["modifier output"] else []

    def _note(self, name: Any, arguments: Any, body: str) -> None:
        if name:
            self._special[_routine_key(name, arguments)] = ("internal", body)

    def special(self, told: Description) -> tuple[str, str] | None:
        """Return language and body of a routine that must not be a mere shell."""
        found = self._special.get(_routine_key(told["name"], told["arguments"]))
        return found or (("internal", _RAISES) if told["pseudo"] else None)

    def name(self, pair: Any, *, operator: bool = False) -> str:
        """Return a qualified name as SQL; that of an array's type is `element[]`, as its own may be another's."""
        schema, name, *array = pair
        if _CONTROL_CHARACTER.search(schema + name) or "@ext" in schema + name:
            raise NotWritable
        if operator and not _OPERATOR.match(name):
            raise NotWritable
        text = name if operator else quote_ident(name) + "".join(array)
        if schema != self._schema:
            return f"{quote_ident(schema)}.{text}"
        return text if self._relocatable else f"{_OWN_SCHEMA}.{text}"

    def names(self, pairs: Any) -> str:
        """Return names, separated by commas."""
        return ", ".join(map(self.name, pairs))

    def identifier(self, name: str) -> str:
        """Return a name that is not qualified."""
        if _CONTROL_CHARACTER.search(name) or "@ext" in name:
            raise NotWritable
        return quote_ident(name)

    def literal(self, text: str) -> str:
        """Return a text as SQL."""
        if _CONTROL_CHARACTER.search(text) or "@ext" in text:
            raise NotWritable
        return quote_literal(text)


def _routine_key(name: Any, arguments: Any) -> tuple[str, ...]:
    return (*name, *(part for argument in arguments for part in argument))
