"""`varchar IN (...)`: one condition that PostgreSQL spells in two ways.

It prints the condition as `= ANY ((ARRAY['a'::character varying])::text[])`. Reading that, it takes the cast into the
array: `ARRAY[('a'::character varying)::text]`, which it prints differently ever after. So the diff engine, which
compares what is printed and migrates with it, sees a difference that its own statements make, again and again.
Without any cast the array is read as the condition was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import Change, changes_of
from supasync.core.changes.effect import Verb
from supasync.core.sql import qualified, quote_ident

_LITERAL = r"'(?:[^']|'')*'::character varying"
_CAST = rf"\({_LITERAL}\)::text"
_OPERATOR = r"(?:= ANY|<> ALL) \("
# As PostgreSQL first prints it, with or without the parentheses that its pretty form leaves out.
_FIRST = re.compile(rf"({_OPERATOR})\(?(ARRAY\[{_LITERAL}(?:, {_LITERAL})*\])\)?::text\[\]\)")
_AGAIN = re.compile(rf"({_OPERATOR}ARRAY\[)({_CAST}(?:, {_CAST})*)(\]\))")
_ONE = re.compile(rf"\(({_LITERAL})\)::text")
_PLAIN = re.compile(rf"{_OPERATOR}ARRAY\[{_LITERAL}")
# Their bodies are the person's own text.
_ROUTINE = re.compile(r"\s*(?:create\s+(?:or\s+replace\s+)?(?:function|procedure)|do)\b", re.IGNORECASE)
_TELLTALE = "'::character varying"
_OF_TABLE = ("constraint", "policy", "trigger", "column")
_VIEWS = ("view", "materialized view")
_ON_OBJECTS = (Verb.COMMENT, Verb.GRANT, Verb.REVOKE, Verb.ALTER)


def stored(statement: str) -> str:
    """Return a statement that the engine printed so that PostgreSQL reads its conditions as they were."""
    if _TELLTALE not in statement or _ROUTINE.match(statement):
        return statement
    return _FIRST.sub(r"\1\2)", statement)


def canonical(definition: str) -> str:
    """Return the same text for both spellings of a condition."""
    if _TELLTALE not in definition:
        return definition
    return _FIRST.sub(r"\1\2)", _AGAIN.sub(_without_casts, definition))


def _without_casts(found: re.Match[str]) -> str:
    return found[1] + _ONE.sub(r"\1", found[2]) + found[3]


def without_respelling(statements: Sequence[str], before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Leave out what the engine makes anew only because the two states spell a condition differently.

    Views that stand on such a view go with it. Where anything else might be why the engine makes an object anew, it is
    left to do so.
    """
    if not any(_TELLTALE in text for text in statements):
        return tuple(statements)
    changes = {text: changes_of(text) for text in statements}
    every = [change for found in changes.values() for change in found]
    made = {_key(change) for change in every if change.verb is Verb.CREATE}
    anew = {
        _key(change): definition
        for change in every
        if change.verb is Verb.DROP and _key(change) in made and (definition := _unchanged(change, before, after))
    }
    if not any(_PLAIN.search(definition) for definition in anew.values()):
        return tuple(statements)
    relations = {name for kind, name in anew if kind in _VIEWS}
    rest = tuple(
        text
        for text, found in changes.items()
        if not all(_key(change) in anew or _belongs(change, relations, before, after) for change in found)
    )
    others = (change for text in rest for change in changes[text])
    return tuple(statements) if any(_is_reason(change, anew.values()) for change in others) else rest


def _key(change: Change) -> tuple[str, str]:
    if change.kind in _OF_TABLE:
        return change.kind, f"{qualified(change.schema, change.table)}.{quote_ident(change.name)}"
    return change.kind, qualified(change.schema, change.name)


def _unchanged(change: Change, before: Fingerprint, after: Fingerprint) -> str:
    """Return the definition that an object has in both states; empty where it has not."""
    kind, identity = _key(change)
    definition = before.of_kind(kind).get(identity, "")
    return definition if definition == after.of_kind(kind).get(identity) else ""


def _belongs(change: Change, relations: Collection[str], before: Fingerprint, after: Fingerprint) -> bool:
    """Tell whether a change puts back what went with a view: a comment, a privilege, an index, a trigger."""
    if change.verb is Verb.CREATE:
        return (
            change.table != ""
            and qualified(change.schema, change.table) in relations
            and bool(_unchanged(change, before, after))
        )
    return change.verb in _ON_OBJECTS and qualified(change.schema, change.table or change.name) in relations


def _is_reason(change: Change, definitions: Iterable[str]) -> bool:
    """Tell whether a change may be why the engine makes objects of these definitions anew: it takes what they name."""
    if change.verb is not Verb.DROP and not (change.kind == "column" and change.detail.startswith("TYPE ")):
        return False
    name = re.compile(rf"\b{re.escape(change.name.partition('(')[0])}\b")
    return any(map(name.search, definitions))
