"""CREATE and ALTER FOREIGN DATA WRAPPER, which hosted projects let `postgres` do: with functions of extensions alone.

A superuser does it in the shadow, and PostgreSQL calls the validator at once: one of the file's would run with a
superuser's rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.extensions import of_others
from supasync.core import sql
from supasync.core.sql.names import strings

KINDS = ("create_fdw_stmt", "alter_fdw_stmt")
_TAKES = {"handler": "", "validator": "pg_catalog.text[], pg_catalog.oid"}
_OF_SUPERUSER = f"""
select n.nspname::pg_catalog.text, p.proname::pg_catalog.text from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
where p.oid operator(pg_catalog.=) %s::pg_catalog.oid
  and not {of_others("pg_proc", "p")}
"""
_UNDEFINED_FUNCTION, _NOT_ALLOWED = "42883", "42501"


class _OwnersSession(Protocol):
    def rows(self, query: str) -> list[tuple[Any, ...]]: ...


def with_safe_functions(admin: Session, session: _OwnersSession, node: sql.Tree) -> sql.Tree:
    """Return the statement with its functions named in full.

    `session` is the owner's, which finds them; `admin` a superuser's. Raises StatementError for a function that is not
    there, or is not a superuser's.
    """
    options = [_qualified(admin, session, option["def_elem"]) for option in node.get("func_options", ())]
    return {**node, "func_options": [{"def_elem": option} for option in options]}


def _qualified(admin: Session, session: _OwnersSession, option: sql.Tree) -> sql.Tree:
    words = strings(option.get("arg", {}).get("list", {}).get("items", ()))
    if not words:
        return option  # NO HANDLER
    called = f"{'.'.join(map(sql.quote_ident, words))}({_TAKES[option['defname']]})"
    ((oid,),) = session.rows(f"select pg_catalog.to_regprocedure({sql.quote_literal(called)})::pg_catalog.oid")
    if oid is None:
        raise StatementError(f"function {called} does not exist", sqlstate=_UNDEFINED_FUNCTION)
    found: Sequence[tuple[Any, ...]] = admin.rows(_OF_SUPERUSER, (oid,))
    if not found:
        raise StatementError(
            f"function {called} is not an extension's",
            reason="The shadow makes foreign data wrappers with functions of extensions alone.",
            sqlstate=_NOT_ALLOWED,
        )
    return {**option, "arg": {"list": {"items": [{"string": {"sval": word}} for word in found[0]]}}}
