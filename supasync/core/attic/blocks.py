"""Blocks of PL/pgSQL around the attic's statements, written here and read back here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from supasync.core.sql import SqlSyntaxError, node_kind, quote_literal, runnable

# The names are in text, so that they may be roles that this server does not have.
SEAL_SQL = """DO $supasync$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      EXECUTE pg_catalog.format('REVOKE ALL ON ALL TABLES IN SCHEMA supasync FROM %I', role_name);
    END IF;
  END LOOP;
END $supasync$"""
_LOCK = re.compile(r"DO \$supasync\$ BEGIN\n  (?P<inner>.*);\nEND \$supasync\$", re.DOTALL)
_IF_THERE = re.compile(
    r"DO \$supasync\$ #variable_conflict use_column\nBEGIN\n"
    r"IF pg_catalog\.to_regclass\('(?:[^'\\\n]|'')*'\) IS NOT NULL THEN\n"
    r"(?P<inner>.*);\nEND IF;\nEND \$supasync\$",
    re.DOTALL,
)


def lock_sql(tables: Iterable[str]) -> str:
    """Return what locks tables until the transaction ends; in a block, because the CLI sends no BEGIN of its own."""
    locks = f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"
    return f"DO $supasync$ BEGIN\n  {locks};\nEND $supasync$"


def if_there(table: str, text: str) -> str:
    """Return a statement that runs only where a table, named as SQL names it, is there."""
    statement = f"PERFORM {text.removeprefix('SELECT ')}" if text.startswith("SELECT ") else text
    # The user's columns may be called as PL/pgSQL calls a variable of its own.
    head = "DO $supasync$ #variable_conflict use_column\nBEGIN\n"
    there = f"IF pg_catalog.to_regclass({quote_literal(table)}) IS NOT NULL"
    return f"{head}{there} THEN\n{statement};\nEND IF;\nEND $supasync$"


def only_locks(text: str) -> bool:
    """Tell whether a statement is a block of `lock_sql`, with nothing else in it."""
    found = _LOCK.fullmatch(text)
    return found is not None and _single(found["inner"]) == "lock_stmt"


def guarded(text: str) -> str:
    """Return the one statement inside of a block of `if_there`, "" for any other text."""
    found = _IF_THERE.fullmatch(text)
    if found is None:
        return ""
    inner = found["inner"]
    statement = f"SELECT {inner.removeprefix('PERFORM ')}" if inner.startswith("PERFORM ") else inner
    return statement if _single(statement) else ""


def _single(text: str) -> str:
    """Return the kind of the only statement of a text, "" for none, several, and what is no SQL."""
    try:
        return node_kind(text) if len(runnable(text)) == 1 else ""
    except SqlSyntaxError:
        return ""
