"""The few statements that hosted projects let `postgres` run and PostgreSQL reserves for superusers."""

from __future__ import annotations

import re
from typing import Any

from psycopg import sql as composed

from supasync.adapters.postgres import Session
from supasync.core import sql

_CANDIDATE = re.compile(r"\s*create\s+(?:event\s+trigger|publication)\b", re.IGNORECASE)
_ENABLED_EVENT_TRIGGERS = "select evtname, evtenabled::text from pg_catalog.pg_event_trigger where evtenabled <> 'D'"


def needs_superuser(text: str) -> bool:
    """Tell whether a statement makes an event trigger, or a publication for all tables or for schemas."""
    if not _CANDIDATE.match(text):
        return False
    kind, node = sql.tree(text)
    return kind == "create_event_trig_stmt" or is_wide_publication(node)


def is_wide_publication(node: sql.Tree) -> bool:
    """Tell whether CREATE PUBLICATION is for all tables or for schemas."""
    objects: list[dict[str, Any]] = node.get("pubobjects", [])
    schemas = any("SCHEMA" in str(entry.get("publication_obj_spec", {}).get("pubobjtype", "")) for entry in objects)
    return bool(node.get("for_all_tables")) or schemas


def run_as_superuser(admin: Session, owner: str, search_path: str, text: str) -> None:
    """Run a statement that `needs_superuser`; its object is to belong to `owner` all the same.

    So the role is a superuser for this one statement, in a transaction that nobody else sees the middle of. The two
    kinds run no code of the file: event triggers, the only code that could fire, are off meanwhile. COPY, DO,
    functions and anything else never come here.
    """
    role = composed.Identifier(owner)
    with admin.transaction():
        triggers = admin.rows(_ENABLED_EVENT_TRIGGERS)
        for name, _ in triggers:
            admin.rows(composed.SQL("alter event trigger {} disable").format(composed.Identifier(name)))
        admin.rows(composed.SQL("alter role {} superuser").format(role))
        admin.rows("select set_config('search_path', %s, true)", (search_path,))
        admin.rows(composed.SQL("set local role {}").format(role))
        admin.script(text)
        admin.rows("set local role none")
        admin.rows(composed.SQL("alter role {} nosuperuser").format(role))
        modes = {"O": "enable", "R": "enable replica", "A": "enable always"}
        for name, mode in triggers:
            how = composed.SQL(modes[mode])
            admin.rows(composed.SQL("alter event trigger {} {}").format(composed.Identifier(name), how))
