"""Options of indexes that only the real access method knows: `USING hnsw (...) WITH (m = 16)`.

Behind the methods of stand-ins is GiST, which refuses them. Such an index is made without its options; a superuser
then writes them where PostgreSQL keeps them, and from then on they are read, compared and copied like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from supasync.adapters.shadow.guest import GuestSession
from supasync.adapters.shadow.superuser import OF_STAND_INS
from supasync.core import sql
from supasync.core.sql.names import strings

_INDEXES = f"""
select c.oid::pg_catalog.int8, coalesce(c.reloptions, '{{}}'), i.indrelid::pg_catalog.regclass::pg_catalog.text,
       c.oid::pg_catalog.regclass::pg_catalog.text
from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid operator(pg_catalog.=) c.oid
where c.relam in ({OF_STAND_INS})
"""
_DEFINITION = "select pg_catalog.pg_get_indexdef(%s::pg_catalog.oid)"
_CANDIDATE = re.compile(r"create\b.*\busing\b.*\bwith\b|alter\s+index\b|alter\s+table\b.*\btype\b", re.I | re.S)
_RELATION = "select pg_catalog.to_regclass(%s)::pg_catalog.text"
_SET, _RESET, _CHANGE_TYPE = "AT_SetRelOptions", "AT_ResetRelOptions", "AT_AlterColumnType"


class IndexOptions:
    """Runs statements in one session of the shadow, and notes the options that a superuser is to write."""

    def __init__(self, session: GuestSession, instead: Mapping[str, str] = MappingProxyType({})) -> None:
        """`instead` is run in the place of statements (type_modifiers.py)."""
        self._session = session
        self.instead = instead
        self.found: dict[int, Sequence[str]] = {}
        """Options as PostgreSQL keeps them (`m=16`), by the oid of the index."""

    def script(self, text: str) -> None:
        """Run one statement. Raises StatementError."""
        if not _CANDIDATE.match(text.lstrip()) or not self._session.value(f"select exists ({OF_STAND_INS})"):
            self._session.script(text)
            return
        kind, node = sql.tree(text)
        if kind == "index_stmt" and node.get("options") and self._is_of_stand_in(str(node.get("access_method", ""))):
            self._create(node)
        elif kind == "alter_table_stmt":
            self._alter(text, node)
        else:
            self._session.script(text)

    def _is_of_stand_in(self, method: str) -> bool:
        query = f"select exists (select from pg_catalog.pg_am where amname = %s and oid in ({OF_STAND_INS}))"
        return bool(self._session.value(query, (method,)))

    def _create(self, node: sql.Tree) -> None:
        before = {row[0] for row in self._session.rows(_INDEXES)}
        bare = {key: value for key, value in node.items() if key != "options"}
        self._session.script(sql.statement_sql("index_stmt", bare))
        options = [f"{name}={value}" for name, value in _options(node["options"])]
        for oid, *_ in self._session.rows(_INDEXES):
            if oid not in before:  # on a partitioned table there is one for each partition
                self.found[oid] = options

    def _alter(self, text: str, node: sql.Tree) -> None:
        commands = [command["alter_table_cmd"] for command in node.get("cmds", [])]
        about = self._session.rows(
            _RELATION, (sql.qualified(node["relation"].get("schemaname", ""), node["relation"]["relname"]),)
        )[0][0]
        present = [row for row in self._session.rows(_INDEXES) if about in (row[2], row[3])]
        kinds = {command.get("subtype") for command in commands}
        if present and kinds <= {_SET, _RESET}:
            oid, kept, *_ = present[0]
            changed = dict(entry.split("=", 1) for entry in self.found.get(oid, kept))
            for command in commands:
                for name, value in _options(command["def"]["list"]["items"]):
                    changed.pop(name, None)
                    if command["subtype"] == _SET:
                        changed[name] = value
            self.found[oid] = [f"{name}={value}" for name, value in changed.items()]
        elif _CHANGE_TYPE in kinds and any(self.found.get(oid, kept) for oid, kept, *_ in present):
            self._with_indexes_aside(text, [row for row in present if self.found.get(row[0], row[1])])
        else:
            self._session.script(text)

    def _with_indexes_aside(self, text: str, indexes: Sequence[tuple[int, Sequence[str], str, str]]) -> None:
        """Run a statement that makes PostgreSQL write the indexes anew, options and all."""
        again = []
        for oid, kept, _, name in indexes:
            node = sql.tree(str(self._session.value(_DEFINITION, (oid,))))[1]
            again.append((node, self.found.pop(oid, kept)))
            self._session.script(f"drop index {name}")
        self._session.script(text)
        for node, options in again:
            before = {row[0] for row in self._session.rows(_INDEXES)}
            self._session.script(sql.statement_sql("index_stmt", {**node, "options": []}))
            self.found.update({row[0]: options for row in self._session.rows(_INDEXES) if row[0] not in before})


def _options(entries: Sequence[Mapping[str, sql.Tree]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        option = entry["def_elem"]
        argument = option.get("arg", {})
        value = next((str(_value(node)) for node in argument.values()), "true")
        yield str(option["defname"]), value


def _value(node: sql.Tree) -> object:
    for key in ("ival", "fval", "sval", "boolval"):
        if key in node:
            return str(node[key]).lower() if key == "boolval" else node[key]
    if "names" in node:  # a word that is not reserved is read as the name of a type
        return ".".join(strings(node["names"]))
    return "0"  # the parser leaves a zero out
