"""Where quotes, comments and COPY data lie in a text of SQL: what must not be mistaken for statements.

Needs no parser, so it also works on text that is not valid SQL (psql meta-commands, COPY data).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RegionKind = Literal["comment", "string", "name", "data", "meta"]
_LETTER = r"A-Za-z_\u0080-\U0010ffff"
# Between two parts of one string: white space with a line end in it, and comments that end with their line.
_GAP = r"[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\f\v\n\r]|--[^\n\r]*[\n\r])*"
_TOKEN = re.compile(
    rf"""
      (?P<line>--[^\n\r]*)
    | (?P<block>/\*)
    | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*'(?:{_GAP}'(?:[^'\\]|\\.|'')*')*)
    | (?P<string>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*")
    | (?P<dollar>\$(?:[{_LETTER}][{_LETTER}0-9]*)?\$)
    | (?P<word>[{_LETTER}][{_LETTER}0-9$]*)
    | (?P<end>;)
    | (?P<meta>\\[^\n]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"/\*|\*/")
# The parser's stack, of 8 MB, holds 20,000 links of a chain; more than 10,000 parentheses it refuses itself. Comments
# within comments take it a time that grows with the square of their depth: 10 ms for 1,000.
LONGEST_CHAIN, DEEPEST_COMMENT = 10_000, 1_000
_LINK_TEXT = (
    r"\boperator\s*\([^()]*\)|[-+*/<>=~!@#%^&|`?]+|::"
    r"|\b(?:union|except|intersect|join|not|case|collate|at|is|isnull|notnull|and|or|in|i?like|similar|between)\b"
)
_LINK = re.compile(_LINK_TEXT, re.IGNORECASE)
_LINK_OR_EDGE = re.compile(rf"{_LINK_TEXT}|[(),;\[\]]", re.IGNORECASE)
_COPY_IN = re.compile(r"COPY\s+[\w\s.]*(?:\([\w\s,]*\))?\s*FROM\s+STDIN\b", re.IGNORECASE)
_DATA_END = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True)
class Region:
    """A stretch `[start, end)` of characters that is not plain SQL words and punctuation."""

    kind: RegionKind
    start: int
    end: int


def regions(sql: str) -> Iterator[Region]:
    """Yield quoted strings (dollar quotes too), quoted names, comments, COPY data and psql meta-commands in order."""
    position = 0
    statement_start = 0
    while match := _TOKEN.search(sql, position):
        start, position = match.span()
        match match.lastgroup:
            case "line":
                yield Region("comment", start, position)
            case "block":
                position = _block_end(sql, position)
                yield Region("comment", start, position)
            case "escaped" | "string":
                yield Region("string", start, position)
            case "name":
                yield Region("name", start, position)
            case "dollar":
                closing = sql.find(match.group(), position)
                position = len(sql) if closing < 0 else closing + len(match.group())
                yield Region("string", start, position)
            case "meta":
                yield Region("meta", start, position)
                statement_start = position
            case "end":
                if _copies_in(sql[statement_start:start]):
                    data = _data_region(sql, position)
                    yield data
                    position = data.end
                statement_start = position
            case _:
                continue


def blank(text: str) -> str:
    """Return `text` with every character but line ends turned into a space: same length, same lines."""
    return re.sub(r"[^\n]", " ", text)


def masked(sql: str) -> str:
    """Return `sql`, same length, with everything that `regions` finds blanked: only words and punctuation stay."""
    return blank_regions(sql, regions(sql))


def blank_regions(sql: str, found: Iterator[Region]) -> str:
    """Return `sql`, same length, with the given regions blanked."""
    parts: list[str] = []
    position = 0
    for region in found:
        parts.append(sql[position : region.start])
        parts.append(blank(sql[region.start : region.end]))
        position = region.end
    parts.append(sql[position:])
    return "".join(parts)


def skip_lead(sql: str, position: int = 0) -> int:
    """Return the offset of the first character at or after `position` that is neither white space nor comment."""
    while position < len(sql):
        if sql[position].isspace():
            position += 1
        elif sql.startswith("--", position):
            line_end = sql.find("\n", position)
            position = len(sql) if line_end < 0 else line_end
        elif sql.startswith("/*", position):
            position = _block_end(sql, position + 2)
        else:
            break
    return position


def _copies_in(statement: str) -> bool:
    """Tell whether data follow a statement, whatever its names and comments say."""
    return "copy" in statement.lower() and _COPY_IN.match(masked(statement).lstrip()) is not None


def _block_end(sql: str, position: int) -> int:
    depth = 1
    while depth:
        edge = _BLOCK_EDGE.search(sql, position)
        if edge is None:
            return len(sql)
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return position


def _data_region(sql: str, position: int) -> Region:
    line_end = sql.find("\n", position)
    start = len(sql) if line_end < 0 else line_end + 1
    closing = _DATA_END.search(sql, start)
    return Region("data", start, closing.end() if closing else len(sql))


def too_deep(sql: str) -> int | None:
    """Return the offset of a statement or comment that is nested deeper than the parser goes; None without one."""
    if sql.count("/*") > DEEPEST_COMMENT:
        for region in regions(sql):
            if region.kind == "comment" and _depth_of_comment(sql[region.start : region.end]) > DEEPEST_COMMENT:
                return region.start
    # Each link takes a character, and something to link another.
    return _too_long_chain(sql) if len(sql) > 2 * LONGEST_CHAIN else None


def _depth_of_comment(text: str) -> int:
    depth = deepest = 0
    for edge in _BLOCK_EDGE.finditer(text):
        depth += 1 if edge[0] == "/*" else -1
        deepest = max(deepest, depth)
    return deepest


def _too_long_chain(sql: str) -> int | None:
    """Look for operators and the like that follow each other: the tree is as deep as their chain is long."""
    text = masked(sql)
    if sum(1 for _ in _LINK.finditer(text)) <= LONGEST_CHAIN:
        return None
    # How deep the tree is that ends here, and the deepest before the last comma: for each pair of parentheses around.
    start, depths, before = 0, [0], [0]
    for found in _LINK_OR_EDGE.finditer(text):
        match found[0]:
            case "(" | "[":
                depths.append(0)
                before.append(0)
            case ")" | "]" if len(depths) > 1:
                within = 1 + max(depths.pop(), before.pop())
                depths[-1] = max(depths[-1], within)
            case ")" | "]":
                depths, before = [0], [0]
            case ",":
                before[-1] = max(before[-1], depths[-1])
                depths[-1] = 0
            case ";":
                start, depths, before = found.end(), [0], [0]
            case _:
                depths[-1] += 1
        if depths[-1] > LONGEST_CHAIN:
            return skip_lead(sql, start)
    return None
