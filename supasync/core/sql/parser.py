"""Reading SQL text with PostgreSQL's own grammar (libpg_query); the one importer of the parser.

The parser is imported where it is used: a command that parses nothing must not pay for it.
Syntax trees leave this module as plain dictionaries, keyed as PostgreSQL names its parse nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from supasync.core.sql.lexer import Region, blank_regions, masked, regions, skip_lead, too_deep

Tree = dict[str, Any]
_NOISE = re.compile(r"\\(?:un)?restrict\b")
_PLACEHOLDER = re.compile(r"__(?:OPTION|CONN)_\w*?__")
_FIRST_WORD = re.compile(r"\(*\s*([A-Za-z]+)")
_DATA_WORDS = frozenset(
    {"insert", "update", "delete", "merge", "copy", "truncate", "select", "values", "table", "with"}
)
_SESSION_WORDS = frozenset({"set", "reset", "discard"})
_SET_CONFIG = re.compile(r"SELECT\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(", re.IGNORECASE)
TOO_DEEP = "nested too deeply"
_LEVELS = 1_000_000  # of a tree of ours; what is too deep was refused before
_GRANT = re.compile(
    r"(?:\A|;)\s*(?:(?:GRANT|REVOKE)\b[^;]*?\bON\b|ALTER\s+DEFAULT\s+PRIVILEGES\b)", re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement: its text without the closing semicolon, the line (from 1) and character offset it starts at."""

    text: str
    line: int
    offset: int


class SqlSyntaxError(Exception):
    """The text is not PostgreSQL's SQL. `line` and `column` count from 1, in characters; `line_text` is that line."""

    def __init__(self, message: str, line: int, column: int, line_text: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column
        self.line_text = line_text


@dataclass(frozen=True)
class MetaCommand:
    """A psql command such as `\\connect`, and its line (from 1)."""

    line: int
    text: str


def _noise(sql: str) -> Iterator[Region]:
    """Yield what psql takes for itself: `\\restrict` lines, and the data of COPY ... FROM stdin."""
    for region in regions(sql):
        if region.kind == "data" or (region.kind == "meta" and _NOISE.match(sql, region.start)):
            yield region


def find_meta_command(sql: str) -> MetaCommand | None:
    """Return the first psql command of `sql` other than `\\restrict`, which only psql could carry out."""
    for region in regions(sql):
        if region.kind == "meta" and not _NOISE.match(sql, region.start):
            return MetaCommand(sql.count("\n", 0, region.start) + 1, sql[region.start : region.end].strip())
    return None


def split(sql: str) -> tuple[Statement, ...]:
    """Return the statements of `sql` in order.

    Where it is no SQL as it is, what psql takes for itself is left out: it must stand between statements, the data of
    COPY behind theirs. The lexer that finds it is not PostgreSQL's, which may take the text for a part of another.
    Raises `SqlSyntaxError`.
    """
    if "\0" in sql:
        raise _syntax_error("invalid character: NUL", sql, sql.index("\0"))
    try:
        return _statements(sql)
    except SqlSyntaxError:
        removed = tuple(_noise(sql))
        if not removed:
            raise
        found = _statements(blank_regions(sql, iter(removed)))
        if not all(_is_between(region, found) for region in removed):
            raise
        return found


def _is_between(region: Region, statements: Sequence[Statement]) -> bool:
    before = [statement for statement in statements if statement.offset < region.start]
    if before and before[-1].offset + len(before[-1].text) > region.start:
        return False
    return region.kind != "data" or bool(before and _copies_from_stdin(before[-1].text))


def _copies_from_stdin(text: str) -> bool:
    kind, node = tree(text)
    return kind == "copy_stmt" and bool(node.get("is_from")) and not node.get("filename") and not node.get("is_program")


def _statements(text: str) -> tuple[Statement, ...]:
    found: list[Statement] = []
    spans = ((raw.stmt_location, raw.stmt_len) for raw in _parsed(text).stmts)
    line, counted = 1, 0
    for start, end in _character_spans(text, spans):
        first = skip_lead(text, start)
        line += text.count("\n", counted, first)
        counted = first
        found.append(Statement(text[first:end].rstrip(), line, first))
    return tuple(found)


def _parsed(text: str) -> Any:
    """Return the parser's answer. Raises `SqlSyntaxError`, also for what is nested too deeply for the parser.

    That is looked at beforehand: its C code overflows its stack, or takes minutes for comments within comments.
    """
    import postgast
    from google.protobuf.message import DecodeError

    _lift_limit_of_depth()
    at = too_deep(text)
    if at is not None:
        raise _syntax_error(TOO_DEEP, text, at)
    try:
        return postgast.parse(text)
    except postgast.PgQueryError as error:
        message = TOO_DEEP if error.message.startswith("memory exhausted") else error.message
        raise _syntax_error(message, text, max(error.cursorpos - 1, 0)) from None
    except DecodeError:
        raise _syntax_error(TOO_DEEP, text, 0) from None


@cache
def _lift_limit_of_depth() -> None:
    """Let protobuf decode trees deeper than 100 levels: a chain of 50 operators has as many."""
    try:
        from google._upb._message import SetAllowOversizeProtos  # type: ignore[import-untyped]
    except ImportError:
        return  # protobuf in pure Python knows no such limit
    SetAllowOversizeProtos(True)


def _character_spans(text: str, spans: Any) -> list[tuple[int, int]]:
    """Turn the parser's byte positions (start, length; length 0 means to the end) into character positions."""
    if text.isascii():
        return [(start, start + length if length else len(text)) for start, length in spans]
    encoded = text.encode()
    result: list[tuple[int, int]] = []
    byte, character = 0, 0
    for start, length in spans:
        first = character + len(encoded[byte:start].decode())
        end = start + length if length else len(encoded)
        last = first + len(encoded[start:end].decode())
        result.append((first, last))
        byte, character = end, last
    return result


def _syntax_error(message: str, text: str, offset: int) -> SqlSyntaxError:
    # An error "at end of input" belongs behind the last thing written, not on the empty line after it.
    offset = min(offset, len(text.rstrip()))
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_text = text[line_start : len(text) if line_end < 0 else line_end].rstrip("\r")
    # `at or near "..."` quotes an open string to the end of the file; its first line is enough.
    first, more, _ = message.partition("\n")
    message = f'{first.rstrip()} ..."' if more else message
    return SqlSyntaxError(message, text.count("\n", 0, offset) + 1, offset - line_start + 1, line_text)


_PLACES = ("location", "list_start", "list_end")


@lru_cache(maxsize=4096)
def tree(text: str) -> tuple[str, Tree]:
    """Return the kind (`insert_stmt`) and the syntax tree of the first statement of `text`; never change the tree.

    Raises `SqlSyntaxError`; an empty text has kind "".
    """
    from google.protobuf.json_format import MessageToDict

    parsed = _parsed(text)
    if not parsed.stmts:
        return "", {}
    try:
        node: Tree = MessageToDict(parsed.stmts[0].stmt, preserving_proto_field_name=True)
    except RecursionError:
        raise _syntax_error(TOO_DEEP, text, 0) from None
    kind = next(iter(node), "")
    return kind, node.get(kind, {})


def node_kind(text: str) -> str:
    """Return the parser's name for the first statement of `text`, such as `insert_stmt`. Raises `SqlSyntaxError`."""
    return tree(text)[0]


def statement_sql(kind: str, node: Mapping[str, Any]) -> str:
    """Return the SQL of a statement's syntax tree, in the parser's own spelling.

    Raises `SqlSyntaxError` where that is no text of the same meaning: libpg_query leaves out the quotes of some names.
    """
    import postgast
    from google.protobuf.json_format import ParseDict

    told = {"stmts": [{"stmt": {kind: dict(node)}}]}
    parsed = ParseDict(told, postgast.pg_query_pb2.ParseResult(), max_recursion_depth=_LEVELS)
    text = str(postgast.deparse(parsed))
    again = _parsed(text).stmts
    if len(again) != 1 or _bare(tree(text)) != _bare((kind, node)):
        raise _syntax_error("a name that cannot be written again", text, 0)
    return text


def _bare(node: Any) -> Any:
    """Return a syntax tree without the places in the text, and without what says nothing."""
    if isinstance(node, Mapping):
        return {key: bare for key, part in node.items() if not key.endswith(_PLACES) and (bare := _bare(part))}
    return [_bare(part) for part in node] if isinstance(node, list | tuple) else node


def expression_sql(node: Mapping[str, Any]) -> str:
    """Return the SQL of an expression's syntax tree."""
    target = {"res_target": {"val": dict(node)}}
    select = {"target_list": [target], "limit_option": "LIMIT_OPTION_DEFAULT", "op": "SETOP_NONE"}
    return statement_sql("select_stmt", select).removeprefix("SELECT ")


def first_word(text: str) -> str:
    """Return the first keyword of a statement in lower case, past comments and opening parentheses."""
    match = _FIRST_WORD.match(text, skip_lead(text))
    return match.group(1).lower() if match else ""


def is_session_setting(text: str) -> bool:
    """Tell whether the statement only sets up the session: SET, RESET, `SELECT set_config(...)` as pg_dump writes."""
    return first_word(text) in _SESSION_WORDS or _SET_CONFIG.match(text, skip_lead(text)) is not None


def is_data_statement(text: str) -> bool:
    """Tell whether the statement is about rows, not schema: INSERT, COPY, SELECT setval(...), TRUNCATE and their kin.

    `SELECT ... INTO` makes a table and so is schema. Raises `SqlSyntaxError` for a SELECT that does not parse.
    """
    word = first_word(text)
    if word not in _DATA_WORDS or is_session_setting(text):
        return False
    return not (word in {"select", "with"} and "into_clause" in tree(text)[1])


def mentions_grants(sql: str) -> bool:
    """Tell whether a schema file says who may do what: GRANT or REVOKE ON objects, or ALTER DEFAULT PRIVILEGES."""
    return _GRANT.search(masked(sql)) is not None


def placeholders(text: str) -> tuple[str, ...]:
    """Return the `__OPTION_X__` marks that the diff engine puts in place of secrets, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def runnable(script: str) -> tuple[str, ...]:
    """Split a migration file's text into all its statements, settings included."""
    return tuple(statement.text for statement in split(script))
