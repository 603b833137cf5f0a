"""What the CLI's diff gets wrong on populated tables, put right; what must not be passed on, refused.

Each rule answers a measured shortcoming of the diff engine. Order that needs trying out (an object
used before it is made) is found by the rehearsal, not here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from supasync.core import sql
from supasync.core.attic import GUARD, LENT, LENT_MARK, SEAL_SQL, TABLES
from supasync.core.change import changes_of
from supasync.core.lexer import masked
from supasync.core.pause import Pause
from supasync.core.pinned import PIN_SQL, UNPIN_SQL
from supasync.core.spelling import stored
from supasync.errors import RefusedError

OWN_SCHEMA = "supasync"
_GRANT_KINDS = ("grant_stmt", "alter_default_privileges_stmt")
_KEEPER = "DO $supasync$ BEGIN\n  LOCK TABLE "  # what core/preserve.py locks before it keeps anything
_SETTINGS = ("variable_set_stmt", "constraints_set_stmt")
_CLUSTER_WIDE_KINDS = (
    "create_role_stmt",
    "drop_role_stmt",
    "alter_role_stmt",
    "grant_role_stmt",
    "alter_role_set_stmt",
)
# Kinds of changes whose name is a schema's.
_OF_A_SCHEMA = frozenset(
    {"schema", "default privileges", *(f"all {word}s in schema" for word in ("table", "sequence", "function"))}
)
# A column gets its default first, then (after a backfill) NOT NULL, and identity only when NOT NULL stands.
_COLUMN_RANKS = {"AT_ColumnDefault": 1, "AT_SetNotNull": 2, "AT_AddIdentity": 3}

# How a statement begins that works with an attic table only where there is one.
_ADD_VALUE = re.compile(r"\bADD\s+VALUE\b(?!\s+IF\b)", re.IGNORECASE)

Column = tuple[str, str, str]  # schema, table, column
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"
NO_PAUSES: Mapping[Column, Pause] = {}


def statements_of(script: str, *, with_grants: bool) -> tuple[str, ...]:
    """Split the diff's SQL and leave out what is not a change of the user's schema.

    That is session settings (migration files bring their own), supasync's own schema, whether a role is a
    superuser (in the shadow nobody of the target's is) and, where grants are not compared, every grant.
    """
    texts = (statement.text for statement in sql.split(script))
    return tuple(
        stored(text)
        for text in texts
        if not sql.is_session_setting(text)
        and not _touches_own_schema(text)
        and not _is_superuser_flag(text)
        and (with_grants or sql.node_kind(text) not in _GRANT_KINDS)
    )


def without_slips(statements: Sequence[str], before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """Leave out what the engine gets wrong of inherited columns, which are there without being the table's own.

    That is ADD COLUMN of a column that is there, and DROP COLUMN of one that is to stay. `before` and `after` are the
    columns of the states that the statements lie between, by their qualified names.
    """
    found = {"AT_AddColumn": set[str](), "AT_DropColumn": set[str]()}
    for text in statements:
        for subtype, name in _column_commands(text):
            found[subtype].add(name)

    def slips(text: str) -> bool:
        return any(
            name in before and name not in found["AT_DropColumn"]
            if subtype == "AT_AddColumn"
            else name in after and name not in found["AT_AddColumn"]
            for subtype, name in _column_commands(text)
        )

    return tuple(text for text in statements if not slips(text))


def _column_commands(text: str) -> Iterator[tuple[str, str]]:
    for schema, table, command in _commands(text):
        if command["subtype"] in ("AT_AddColumn", "AT_DropColumn"):
            name = command.get("name") or command["def"]["column_def"].get("colname", "")
            yield command["subtype"], f"{sql.qualified(schema, table)}.{sql.quote_ident(name)}"


def runnable(script: str) -> tuple[str, ...]:
    """Split a migration file's text into all its statements, settings included."""
    return tuple(statement.text for statement in sql.split(script))


def refuse_placeholders(statements: Sequence[str]) -> None:
    """Refuse SQL in which the CLI put a mark in the place of a secret option. Raises RefusedError."""
    for text in statements:
        if marks := sql.placeholders(text):
            raise RefusedError(
                "Cannot proceed: the change holds an option whose value is kept secret",
                reason=f"The Supabase CLI writes {', '.join(marks)} in its place:",
                details=(text.splitlines()[0],),
                hint="Make this one change by hand in the SQL editor (server, user mapping or subscription options), "
                "then run the command again.",
            )


def is_attic(text: str) -> bool:
    """Tell whether a statement of a migration only keeps something in the attic, or brings it back from there."""
    return (
        text in (SEAL_SQL, PIN_SQL, UNPIN_SQL)
        or text.startswith(_KEEPER)
        or _works_with_attic(text)
        or _lends(text)
        or _touches_own_schema(text)
    )


def _works_with_attic(text: str) -> bool:
    """Tell whether a statement reads an attic table; to name one in a comment or a string is not enough."""
    if TABLES not in text:
        return False
    if text.startswith(GUARD):
        return True
    return sql.node_kind(text) in ("insert_stmt", "update_stmt", "select_stmt") and TABLES in masked(text)


def _lends(text: str) -> bool:
    if not text.endswith(LENT_MARK):
        return False
    named = [name for _, name in _column_commands(text)]
    own = re.compile(rf"{LENT}_*")
    ours = (own.fullmatch(name.rpartition(".")[2]) for name in named)
    return bool(named) and all(ours) and len(named) == len([*_commands(text)])


def is_setting(text: str) -> bool:
    """Tell whether a statement is over with its transaction: nothing that a reader of a plan looks for."""
    return sql.node_kind(text) in _SETTINGS


def is_cluster_wide(text: str) -> bool:
    """Tell whether a statement acts on roles, which all databases of a server share."""
    return sql.node_kind(text) in _CLUSTER_WIDE_KINDS


def order_statements(
    statements: Sequence[str], backfills: Mapping[Column, str], pauses: Mapping[Column, Pause] = NO_PAUSES
) -> tuple[str, ...]:
    """Put default, backfill, NOT NULL and identity of each column into the order that works on rows.

    A backfill runs while the triggers of its column's pause are off.
    """
    ordered = list(statements)
    for column, texts in _column_steps(statements).items():
        wanted = sorted(texts, key=_rank)
        if column in backfills:
            place = next(
                (at for at, text in enumerate(wanted) if _rank(text) >= _COLUMN_RANKS["AT_SetNotNull"]), len(wanted)
            )
            # Constraint triggers that wait for the commit would block the ALTER TABLE that follows.
            pause = pauses.get(column, Pause())
            wanted[place:place] = [*pause.before, backfills[column], SETTLE, *pause.after]
        if wanted == texts:
            continue
        last = max(ordered.index(text) for text in texts)
        ordered[last + 1 : last + 1] = wanted
        for text in texts:
            ordered.remove(text)
    return tuple(ordered)


def _column_steps(statements: Sequence[str]) -> dict[Column, list[str]]:
    found: dict[Column, list[str]] = {}
    for text in statements:
        commands = list(_commands(text))
        if len(commands) == 1 and _rank(text):
            schema, table, command = commands[0]
            found.setdefault((schema, table, command["name"]), []).append(text)
    return found


def _rank(text: str) -> int:
    for _, _, command in _commands(text):
        if command["subtype"] == "AT_ColumnDefault" and "def" not in command:
            return 0  # DROP DEFAULT stays where it is: a change of type may need it out of the way
        return _COLUMN_RANKS.get(command["subtype"], 0)
    return 0


def _commands(text: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    kind, node = sql.tree(text)
    if kind != "alter_table_stmt":
        return
    relation = node["relation"]
    for item in node["cmds"]:
        yield relation.get("schemaname", "public"), relation["relname"], item["alter_table_cmd"]


def split_segments(statements: Sequence[str], *, always: bool = False) -> tuple[tuple[str, ...], ...]:
    """Split at the commit boundary that PostgreSQL demands between a new enum value and its first use.

    `always` splits also where no later statement is seen to use the value.
    """
    adding = [text for text in statements if _new_enum_value(text)]
    rest = [text for text in statements if not _new_enum_value(text)]
    labels = [sql.quote_literal(_new_enum_value(text)) for text in adding]
    used = any(label in text for label in labels for text in rest)
    if adding and rest and (used or always):
        return tuple(adding), tuple(rest)
    return (tuple(statements),) if statements else ()


def transactions(statements: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the statements of a way back as they must commit: new enum values first, harmless if nothing follows.

    What the attic gives back as text may become such a value without any statement naming it.
    """
    parts = split_segments(statements, always=True)
    if len(parts) < 2:
        return parts
    return tuple(map(_unless_there, parts[0])), *parts[1:]


def _unless_there(text: str) -> str:
    found = _ADD_VALUE.search(masked(text))
    return f"{text[: found.end()]} IF NOT EXISTS{text[found.end() :]}" if found else text


def _new_enum_value(text: str) -> str:
    kind, node = sql.tree(text)
    return str(node.get("new_val", "")) if kind == "alter_enum_stmt" and "old_val" not in node else ""


def _is_superuser_flag(text: str) -> bool:
    if "superuser" not in text.lower():  # parsing every statement of a large diff takes seconds
        return False
    kind, node = sql.tree(text)
    if kind != "alter_role_stmt":
        return False
    return {option["def_elem"]["defname"] for option in node.get("options", ())} == {"superuser"}


def _touches_own_schema(text: str) -> bool:
    if OWN_SCHEMA not in text:
        return False
    return all(
        (change.name if change.kind in _OF_A_SCHEMA else change.schema) == OWN_SCHEMA for change in changes_of(text)
    )
