"""Which configurations of sqlc need no trust: those that make Go code, and say it in plain words.

sqlc's other generators write files of any name and content; plugins are run, databases connected to. YAML has many
spellings for one word, so only the simplest of its lines are read here, and any other counts as all of that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_SCALAR = r"""(?:"[^"\\]*"|'[^']*'|[\w./@+-](?:[\w./@+ -]*[\w./@+-])?)"""
_LINE = re.compile(
    rf" *(?:- +)*(?:(?P<key>[A-Za-z_][\w.]*):)?"
    rf"(?: *(?P<value>{_SCALAR})| *\[(?P<list> *(?:{_SCALAR}(?: *, *{_SCALAR})*)? *)\])?(?: *\r?| +#.*)"
)
_BLANK = re.compile(r"\s*(?:#.*)?")
_EACH = re.compile(_SCALAR)
_UNFIT = frozenset({"json", "kotlin", "python", "plugin", "plugins", "codegen", "database", "servers", "filename"})
_FILE_NAME = re.compile(r"[\w-]+\.go")
# Nothing hidden (`.env`, `.git`), and never the folder itself, where files of the person's lie.
_PATH = re.compile(r"(?:\.{1,2}/+)*[\w@+-][\w.@+-]*(?:/+(?:\.\.|[\w@+-][\w.@+-]*))*/*")
_PATHS = frozenset({"", "out", "path", "schema", "queries"})


def is_plain(configuration: bytes, *, as_json: bool) -> bool:
    """Tell whether a configuration can do nothing but have Go code made of SQL, in files with the names of Go code."""
    try:
        text = configuration.decode()
        pairs = list(_pairs_of_json(json.loads(text)) if as_json else _pairs_of_yaml(text))
    except (ValueError, RecursionError):
        return False
    return all(map(_fits, pairs))


def _fits(pair: tuple[str, str]) -> bool:
    key, value = pair
    name = key.lower()
    if name in _UNFIT:
        return False
    if name.startswith("output_"):
        return not value or _FILE_NAME.fullmatch(value) is not None
    return name not in _PATHS or not value or (_PATH.fullmatch(value) is not None and not value.endswith(".."))


def _pairs_of_yaml(text: str) -> Iterator[tuple[str, str]]:
    """Yield keys with their values; an entry of a list has the key "". Raises ValueError for what is not plain."""
    if not text.isprintable() and not text.translate({10: None, 13: None}).isprintable():
        raise ValueError("control characters")
    for line in text.split("\n"):
        if _BLANK.fullmatch(line):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError("not a plain line")
        key, value, entries = (found[name] or "" for name in ("key", "value", "list"))
        yield key, _unquoted(value)
        yield from ((key, _unquoted(entry)) for entry in _EACH.findall(entries))


def _unquoted(value: str) -> str:
    text = value.strip()
    return text[1:-1] if text[:1] in ("'", '"') else text


def _pairs_of_json(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield str(name), ""
            yield from _pairs_of_json(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _pairs_of_json(value, key)
    else:
        yield key, str(node)
