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

KINDS = _, _ALTER = ("create_fdw_stmt", "alter_fdw_stmt")
_TAKES = {"handler": "", "validator": "pg_catalog.text[], pg_catalog.oid"}
_OF_SUPERUSER = f"""
select n.nspname::pg_catalog.text, p.proname::pg_catalog.text from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
where p.oid operator(pg_catalog.=) %s::pg_catalog.oid
  and not {of_others("pg_proc", "p")}
"""
# What is not said stays; NO HANDLER is the empty text here. What a stub has instead of a handler is not compiled.
_IS_SAFE = """
with said as (
  select coalesce(pg_catalog.to_regprocedure(nullif(%(handler)s, ''))::pg_catalog.oid,
      case when %(handler)s::pg_catalog.text is null then old.fdwhandler end, 0) as handler,
    coalesce(pg_catalog.to_regprocedure(nullif(%(validator)s, ''))::pg_catalog.oid, 0) as validator
  from (select) one
  left join pg_catalog.pg_foreign_data_wrapper old on old.fdwname operator(pg_catalog.=) %(altered)s
)
select not exists (select from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid operator(pg_catalog.=) p.prolang
    where p.oid operator(pg_catalog.=) said.handler and l.lanname operator(pg_catalog.=) 'c')
  or %(altered)s::pg_catalog.text is null and exists (select from pg_catalog.pg_foreign_data_wrapper w
    join pg_catalog.pg_depend d on d.objid operator(pg_catalog.=) w.oid and d.deptype operator(pg_catalog.=) 'e'
      and d.classid operator(pg_catalog.=) 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
    where w.fdwhandler operator(pg_catalog.=) said.handler and w.fdwvalidator operator(pg_catalog.=) said.validator)
from said
"""
_UNDEFINED_FUNCTION, _NOT_ALLOWED = "42883", "42501"


class _OwnersSession(Protocol):
    def rows(self, query: str) -> list[tuple[Any, ...]]: ...


def with_safe_functions(admin: Session, session: _OwnersSession, kind: str, node: sql.Tree) -> sql.Tree:
    """Return the statement, of one of KINDS, with its functions named in full.

    `session` is the owner's, which finds them; `admin` a superuser's. Raises StatementError for a function that is not
    there, or is not a superuser's, and where nobody would look at what a handler is told.
    """
    options = [_qualified(admin, session, option["def_elem"]) for option in node.get("func_options", ())]
    if options:
        _refuse_loose(admin, str(node["fdwname"]) if kind == _ALTER else None, options)
    return {**node, "func_options": [{"def_elem": option} for option in options]}


def _refuse_loose(admin: Session, altered: str | None, options: Sequence[sql.Tree]) -> None:
    """Refuse a compiled handler but for a new wrapper, together with the validator that an extension has for it.

    The validator is who asks whether a role may read files or connect without a password: the handler asks nobody.
    `altered` names a wrapper that is there, whose servers and tables no validator may have seen.
    """
    said = {str(option["defname"]): _called(option) for option in options}
    handler, validator = said.get("handler"), said.get("validator")
    if not admin.value(_IS_SAFE, {"altered": altered, "handler": handler, "validator": validator}):
        raise StatementError(
            "a foreign data wrapper has its handler from the start, and with the validator that belongs to it",
            reason="The validator is who asks whether a role may read files, or connect without a password.",
            hint="Name both in CREATE FOREIGN DATA WRAPPER, as the extension's own wrapper has them.",
            sqlstate=_NOT_ALLOWED,
        )


def _called(option: sql.Tree) -> str:
    words = strings(option.get("arg", {}).get("list", {}).get("items", ()))
    return f"{'.'.join(map(sql.quote_ident, words))}({_TAKES[option['defname']]})" if words else ""


def _qualified(admin: Session, session: _OwnersSession, option: sql.Tree) -> sql.Tree:
    called = _called(option)
    if not called:
        return option  # NO HANDLER
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
