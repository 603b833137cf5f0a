"""Two ways to copy the target's schema into the shadow, and which is the faster one."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from supasync.core import sql
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.changes.change import changes_of
from supasync.core.changes.effect import Verb
from supasync.core.engine.split_script import is_about
from supasync.core.sql.keys import key_of


class Way(StrEnum):
    """Who says what the target consists of: pg_dump, or the CLI's diff engine."""

    DUMP = "pg_dump"
    ENGINE = "supabase db diff"


# Seconds, and questions over the network, measured with pg_dump 18 and the CLI 3.1 (`just bench --copies`). pg_dump
# asks once for each of these objects, and some 100 times besides; the engine asks a number of times that hardly grows.
_DUMP_SECONDS, _DUMP_SECONDS_EACH, _DUMP_QUESTIONS = 0.05, 0.0003, 100
_ENGINE_SECONDS, _ENGINE_SECONDS_EACH, _ENGINE_QUESTIONS = 0.9, 0.003, 30
_ASKED_FOR = frozenset({
    "function", "procedure", "aggregate", "view", "materialized view", "enum", "domain", "composite type", "range type",
})  # fmt: skip
_RELATIONS = frozenset({"table", "foreign table", "view", "materialized view"})
# What all databases of a kind have, or only a superuser makes: it stays with whoever made it.
_GLOBAL = {
    "create_event_trig_stmt": ("event trigger", "trigname"),
    "create_publication_stmt": ("publication", "pubname"),
    "create_schema_stmt": ("schema", "schemaname"),
}
# Options of foreign data and subscriptions may be secrets: the engine puts marks in their place.
_NOT_COPIED = frozenset({
    "create_extension_stmt", "create_subscription_stmt", "create_user_mapping_stmt", "create_foreign_server_stmt",
    "create_fdw_stmt", "create_foreign_table_stmt",
})  # fmt: skip
_OF_EXTENSION = "OBJECT_EXTENSION"
_CANDIDATE = re.compile(  # parsing all statements of a large schema takes seconds
    r"\s*(?:create\s+(?:event|foreign|publication|schema|server|extension|subscription|user)"
    r"|comment\s+on\s+extension)\b",
    re.IGNORECASE,
)


def faster_way(goal: Fingerprint, round_trip: float) -> Way:
    """Return the way by which a target of this content is copied sooner; `round_trip` is in seconds.

    Of a table that inherits, the engine forgets which columns are its own, and no fingerprint tells.
    """
    number = Counter(row.kind for row in goal.rows)
    if number["inheritance"]:
        return Way.DUMP
    relations = sum(number[kind] for kind in _RELATIONS)
    questions = _DUMP_QUESTIONS + sum(number[kind] for kind in _ASKED_FOR)
    dump = _DUMP_SECONDS + relations * _DUMP_SECONDS_EACH + questions * round_trip
    engine = _ENGINE_SECONDS + relations * _ENGINE_SECONDS_EACH + _ENGINE_QUESTIONS * round_trip
    return Way.DUMP if dump <= engine else Way.ENGINE


def statements_of_dump(script: str, start: Fingerprint, goal: Fingerprint) -> tuple[str, ...]:
    """Return pg_dump's statements that make `goal` of a database at `start`, in their order.

    Left out are settings, what the shadow has from elsewhere (extensions and their comments), and what is no part
    of `goal`: event triggers and publications of the platform.
    """
    return tuple(
        statement.text
        for statement in sql.split(script)
        if not sql.is_session_setting(statement.text) and _is_copied(statement.text, start, goal)
    )


def _is_copied(text: str, start: Fingerprint, goal: Fingerprint) -> bool:
    if not _CANDIDATE.match(text):
        return True
    kind, node = sql.tree(text)
    if kind in _NOT_COPIED or (kind == "comment_stmt" and node.get("objtype") == _OF_EXTENSION):
        return False
    if kind not in _GLOBAL:
        return True
    what, key = _GLOBAL[kind]
    name = sql.quote_ident(str(node.get(key, "")))
    return name in goal.of_kind(what) and name not in start.of_kind(what)


def names_of(state: Fingerprint) -> frozenset[str]:
    """Return the keys of what has an owner: tables, functions, types and the like."""
    return frozenset(map(key_of, state.of_kind("owner")))


def takes_away(text: str, names: frozenset[str]) -> bool:
    """Tell whether a statement only drops what is there by name: the engine does not see what the platform owns."""
    return is_about(text, names) and all(change.verb is Verb.DROP and not change.table for change in changes_of(text))
