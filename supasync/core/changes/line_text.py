"""The words of one line of `status`, from the changes that make it up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from supasync.core.changes.change import Change
from supasync.core.changes.effect import Verb
from supasync.core.sql import expression_sql, quote_ident, quote_literal, tree
from supasync.core.sql.names import strings

_CAST_LITERAL = re.compile(r"(DEFAULT '(?:[^']|'')*')::[^()']+(?:\([\d,]+\))?[\w \[\]]*\Z")
_WITH_LINES = frozenset({"view", "materialized view", "function", "procedure"})
_ON_TABLE = frozenset({"policy", "trigger", "rule"})
_GRANTS_SPELLED_OUT = 2


def text_of(changes: Sequence[Change], *, changed: bool) -> str:
    """Return the words for the changes of one object; `changed` where it exists before and after."""
    main = _main(changes)
    if main.verb is Verb.COMMENT:
        return f"COMMENT ON {main.kind.upper()} {main.identity}"
    if main.kind == "column":
        return _column(changes)
    if main.kind == "enum value":
        return _values(changes)
    if main.kind in ("other", "data"):
        return f"{main.detail} {main.identity}".strip() if main.kind == "data" else main.name
    both = {Verb.CREATE, Verb.DROP} <= {change.verb for change in changes}
    notes = [note for note in (_again(main, both, changed), _size(main, changes)) if note]
    words = _words(main, changes)
    return f"{words} ({', '.join(notes)})" if notes else words


def _main(changes: Sequence[Change]) -> Change:
    """Return the change that names the line: what is created, else what is dropped, else the first."""
    whole = [c for c in changes if c.kind in ("table", "foreign table") and c.verb in (Verb.CREATE, Verb.DROP)]
    own = whole or [c for c in changes if c.kind not in ("column", "constraint", "row security")] or list(changes)
    rank = {Verb.CREATE: 0, Verb.DROP: 1, Verb.ALTER: 2, Verb.OTHER: 2}
    return min(own, key=lambda change: rank.get(change.verb, 3))


def _again(main: Change, both: bool, changed: bool) -> str:
    if main.kind in ("table", "sequence", "schema") and both:
        return "dropped and recreated"
    return "changed" if both or (changed and main.verb is Verb.CREATE) else ""


def _size(main: Change, changes: Sequence[Change]) -> str:
    if main.verb is not Verb.CREATE:
        return ""
    if main.kind in ("table", "foreign table"):
        # A column that needs a later function is added after its table.
        later = sum(c.kind == "column" and c.verb is Verb.CREATE for c in changes)
        first, separator, rest = main.detail.partition(" ")
        return f"{int(first) + later} columns" if later and first.isdigit() else first + separator + rest
    if main.kind == "enum":
        return ", ".join(strings(tree(main.sql)[1].get("vals", ())))
    lines = len(main.sql.strip().splitlines())
    return f"{lines} line{'' if lines == 1 else 's'}" if main.kind in _WITH_LINES else ""


def _words(main: Change, changes: Sequence[Change]) -> str:
    kind = main.kind.upper()
    altered = ", ".join(dict.fromkeys(c.detail for c in changes if c.verb is Verb.ALTER and c.detail))
    if main.kind == "index":
        return _index(main) + (f" {altered}" if altered else "")
    if main.kind in _ON_TABLE:
        words = f"{kind} {quote_ident(main.name)} ON {main.table_identity}"
        return f"{words} {altered}" if main.verb is Verb.ALTER and altered else words
    if main.kind == "constraint":
        return " ".join(filter(None, ["CONSTRAINT", main.identity if main.name else main.table_identity, main.detail]))
    if main.kind == "row security":
        return f"{main.identity} {altered}"
    if main.kind == "user mapping":
        return f"USER MAPPING FOR {main.name} SERVER {main.table}"
    if main.kind in ("enum", "composite type", "range type"):
        return f"TYPE {main.identity}"
    if main.kind == "domain constraint":
        return " ".join(filter(None, ["DOMAIN", main.identity, main.detail]))
    detail = altered if main.verb is Verb.ALTER else ""
    return " ".join(filter(None, [kind, main.identity, detail]))


def _index(main: Change) -> str:
    if main.verb is not Verb.CREATE:
        return f"INDEX {main.identity}"
    node = tree(main.sql)[1]
    elements = [entry["index_elem"] for entry in node.get("index_params", ())]
    keys = ", ".join(_index_key(element) for element in elements)
    method = str(node.get("access_method", "btree"))
    using = "" if method == "btree" else f" USING {method} "
    unique = "UNIQUE " if node.get("unique") else ""
    where = f" WHERE {expression_sql(node['where_clause'])}" if "where_clause" in node else ""
    return f"{unique}INDEX {quote_ident(main.name)} ON {main.table_identity}{using}({keys}){where}"


def _index_key(element: dict[str, object]) -> str:
    expression = element.get("expr")
    words = expression_sql(expression) if isinstance(expression, dict) else quote_ident(str(element.get("name", "")))
    return words + (" DESC" if element.get("ordering") == "SORTBY_DESC" else "")


def _values(changes: Sequence[Change]) -> str:
    first = changes[0]
    added = [quote_literal(c.name) for c in changes if c.verb is Verb.CREATE]
    words = [f"ADD VALUE {', '.join(added)}"] if added else []
    words += [f"RENAME VALUE {quote_literal(c.name)} {c.detail[7:]}" for c in changes if c.verb is Verb.ALTER]
    owner = first.table if first.schema == "public" else f"{first.schema}.{first.table}"
    return f"TYPE {owner} {', '.join(words)}"


def _column(changes: Sequence[Change]) -> str:
    made = [c for c in changes if c.verb is Verb.CREATE]
    dropped = [c for c in changes if c.verb is Verb.DROP]
    identity = changes[0].identity
    if made:
        words = f"COLUMN {identity} {_plain_default(made[-1].detail)}"
        return f"{words} (dropped and re-added)" if dropped else words
    if dropped:
        return f"COLUMN {identity}"
    return f"{identity} {_alterations([c.detail for c in changes if c.verb is Verb.ALTER])}"


def _alterations(details: list[str]) -> str:
    """Merge what happens to a column: the last word on its default counts, and with a new type only a new default.

    The diff engine drops the default before every change of type, whether there is one or not.
    """
    types = [detail for detail in details if detail.startswith("TYPE ")]
    defaults = [detail for detail in details if detail.startswith(("SET DEFAULT ", "DROP DEFAULT"))][-1:]
    if types and defaults == ["DROP DEFAULT"]:
        defaults = []
    nulls = [detail for detail in details if detail in ("SET NOT NULL", "DROP NOT NULL")][-1:]
    rest = [d for d in details if d not in nulls and not d.startswith(("TYPE ", "SET DEFAULT ", "DROP DEFAULT"))]
    defaults = [_plain_default(detail) for detail in defaults]
    if nulls == ["SET NOT NULL"] and defaults and defaults[0].startswith("SET "):
        nulls, defaults = ["SET NOT NULL " + defaults[0].removeprefix("SET ")], []
    return ", ".join([*types, *nulls, *defaults, *rest])


def _plain_default(detail: str) -> str:
    return _CAST_LITERAL.sub(r"\1", detail)


def grant_text(changes: Sequence[Change]) -> str:
    """Return the words for all grants and revokes on one object."""
    texts = list(dict.fromkeys(_grant(change) for change in changes))
    if len(texts) <= _GRANTS_SPELLED_OUT:
        return "; ".join(texts)
    first = changes[0]
    where = f"{first.kind.upper()} {first.identity}".strip()
    return f"GRANTS ON {where} ({len(texts)} changes)"


def _grant(change: Change) -> str:
    verb = change.verb.value.upper()
    if change.kind == "default privileges":
        where = f" IN SCHEMA {change.name}" if change.name else ""
        return f"DEFAULT PRIVILEGES{where}: {verb} {change.detail.partition(': ')[2] or change.detail}"
    if change.kind == "role":
        return f"{verb} {quote_ident(change.name)} {change.detail}"
    for separator in (" TO ", " FROM "):
        privileges, found, roles = change.detail.partition(separator)
        if found:
            kind = "" if change.kind == "table" else f"{change.kind.upper()} "
            return f"{verb} {privileges} ON {kind}{change.identity}{found}{roles}"
    return f"{verb} {change.detail}"
