"""A schema file made ready for loading: which statements run, how, and which are left out and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from supasync.core import sql
from supasync.core.counting import plural
from supasync.core.plan.role_settings import is_role_setting, is_secret
from supasync.core.sql.concurrently import without_concurrently
from supasync.errors import InvalidSqlError, SourceSpot, UsageError
from supasync.redact import redact

_TRANSACTION_WORDS = frozenset({"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"})
# They work on rows or on files of the server: nothing a schema consists of.
_UPKEEP_WORDS = frozenset({"vacuum", "analyze", "analyse", "refresh", "reindex", "cluster", "checkpoint", "explain"})
_DATABASE = re.compile(r"(?:create|alter|drop)\s+database\b|comment\s+on\s+database\b|alter\s+system\b", re.IGNORECASE)
_WITHIN = re.compile(r"\A\w+\s*(?:/\*|--)")
# What no shadow can hold: it needs another server, a provider's library, or a folder of the machine.
_UNMANAGED = {
    "sec_label_stmt": "SECURITY LABEL",
    "create_subscription_stmt": "CREATE SUBSCRIPTION",
    "alter_subscription_stmt": "ALTER SUBSCRIPTION",
    "drop_subscription_stmt": "DROP SUBSCRIPTION",
    "create_table_space_stmt": "CREATE TABLESPACE",
    "alter_table_space_options_stmt": "ALTER TABLESPACE",
    "drop_table_space_stmt": "DROP TABLESPACE",
    "load_stmt": "LOAD",
}
_IS_UNMANAGED = re.compile(
    r"(?:create|alter|drop|comment\s+on)\s+(?:subscription|tablespace)\b|security\s+label\b|load\b", re.IGNORECASE
)
_OF_DATABASES = frozenset({"createdb_stmt", "dropdb_stmt", "alter_database_stmt", "alter_database_set_stmt"})
# Limits of the session are ours to set, and the encoding is what the driver speaks.
_OUR_SETTINGS = re.compile(
    r"(?:set|reset)\s+(?:session\s+|local\s+)?"
    r"(?:statement_timeout|lock_timeout|transaction_timeout|idle_\w+_timeout|client_encoding|names)\b",
    re.IGNORECASE,
)
_EVENT_TRIGGER = re.compile(r"create\s+event\s+trigger\b", re.IGNORECASE)
_WRAPPER = re.compile(r"(?:create|alter)\s+foreign\s+data\s+wrapper\b", re.IGNORECASE)
_PUBLICATION = re.compile(r"create\s+publication\b", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:create|alter)\s+extension\b", re.IGNORECASE)
_OF_WRAPPERS = frozenset({"create_fdw_stmt", "alter_fdw_stmt"})  # not ... OWNER TO, RENAME
_OF_EXTENSIONS = frozenset({"create_extension_stmt", "alter_extension_stmt"})  # the latter is ... UPDATE alone
_SCHEMA = re.compile(r"create\s+schema\b", re.IGNORECASE)
# They run code of the file, which may end its session or never end: alone, its line is known.
_APART = re.compile(r"create\s+(?:role|user|group)\b|comment\s+on\s+extension\b|(?:do|call)\b", re.IGNORECASE)
_DEFAULTS = re.compile(r"alter\s+default\s+privileges\b", re.IGNORECASE)


class Manner(Enum):
    """How a statement is run."""

    PLAIN = "plain"
    SETTING = "setting"
    APART = "apart"
    SCHEMA = "schema"
    EXTENSION = "extension"
    PUBLICATION = "publication"
    EVENT_TRIGGER = "event trigger"
    WRAPPER = "foreign data wrapper"


@dataclass(frozen=True)
class ScriptStep:
    """A statement and the manner in which it runs."""

    statement: sql.Statement
    manner: Manner


@dataclass
class Script:
    """What is left of a schema file to run, and the lines (from 1) of what is not."""

    text: str
    file_name: str
    steps: list[ScriptStep] = field(default_factory=list)
    data_lines: list[int] = field(default_factory=list)
    upkeep_lines: list[int] = field(default_factory=list)
    database_lines: list[int] = field(default_factory=list)
    unmanaged: list[tuple[int, str]] = field(default_factory=list)  # line and kind

    def notes(self) -> Iterator[str]:
        """Yield what the person should know about the statements left out."""
        kinds = (("data", self.data_lines), ("maintenance", self.upkeep_lines), ("database-wide", self.database_lines))
        for words, lines in kinds:
            if lines:
                where = f"first at line {lines[0]}" if len(lines) > 1 else f"at line {lines[0]}"
                yield f"{self.file_name}: {plural(len(lines), f'{words} statement')} ignored, {where}"
        for line, words in self.unmanaged:
            yield f"{self.file_name}: {words} at line {line} is not managed: neither compared nor applied"

    def spot(self, offset: int, column_known: bool = True) -> SourceSpot:
        """Return the place of a character offset in the file."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line_text = self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")
        column = offset - start + 1 if column_known else 0
        return SourceSpot(self.file_name, self.text.count("\n", 0, offset) + 1, column, line_text)


def prepare(text: str, file_name: str) -> Script:
    """Read a schema file.

    Raises InvalidSqlError for what is not SQL, UsageError for a file without anything to load.
    """
    text = text.removeprefix("\ufeff")
    meta = sql.find_meta_command(text)
    if meta is not None:
        column = text.split("\n")[meta.line - 1].find(meta.text.split("\n")[0]) + 1
        raise invalid(
            SourceSpot(file_name, meta.line, max(column, 0), text.split("\n")[meta.line - 1].rstrip("\r")),
            f"{meta.text.split()[0]} is a psql command, not SQL.",
            "Remove it; replace an included file with its SQL.",
        )
    try:
        statements = sql.split(text)
    except sql.SqlSyntaxError as error:
        raise invalid(SourceSpot(file_name, error.line, error.column, error.line_text), error.message) from None
    script = Script(text, file_name)
    for statement in statements:
        _sort_in(script, statement)
    if not any(step.manner is not Manner.SETTING for step in script.steps):
        raise empty_file(file_name)
    return script


def empty_file(file_name: str) -> UsageError:
    """Return the error for a schema file that defines nothing."""
    return UsageError(
        f"{file_name} defines nothing",
        reason="An empty schema file would mean dropping everything in Supabase.",
        hint="To start from the current schema, write it with `supabase db dump` or pg_dump --schema-only.",
    )


def invalid(spot: SourceSpot, reason: str, hint: str = "", what: str = "Invalid SQL") -> InvalidSqlError:
    """Return the error for a place of a schema file, whose line may be one of an address with its password."""
    spot = replace(spot, text=redact(spot.text))
    return InvalidSqlError(f"{what} in {spot.file} at line {spot.line}", reason=reason, hint=hint, spot=spot)


def sets_default_privileges(script: Script) -> bool:
    """Return whether the file says itself what new objects get."""
    return any(_DEFAULTS.match(step.statement.text) for step in script.steps)


def _sort_in(script: Script, statement: sql.Statement) -> None:
    word = sql.first_word(statement.text)
    if word in _TRANSACTION_WORDS or _OUR_SETTINGS.match(statement.text):
        return
    if is_role_setting(statement.text):  # compared by its words
        script.database_lines += [statement.line] if is_secret(statement.text) else []
        return
    if sql.is_session_setting(statement.text):
        script.steps.append(ScriptStep(statement, Manner.SETTING))
    elif sql.is_data_statement(statement.text):
        script.data_lines.append(statement.line)
    elif word in _UPKEEP_WORDS:
        script.upkeep_lines.append(statement.line)
    elif _is_about_databases(statement.text):
        script.database_lines.append(statement.line)
    elif words := _unmanaged(statement.text):
        script.unmanaged.append((statement.line, words))
    else:
        # Nobody else uses the shadow, and there it could not share a transaction.
        alone = replace(statement, text=without_concurrently(statement.text))
        script.steps.append(ScriptStep(alone, _manner(statement.text)))


def _is_about_databases(text: str) -> bool:
    if _DATABASE.match(text):
        return True
    # Comments between the words hide them from a pattern; the parser's answer takes longer.
    return bool(_WITHIN.search(text)) and sql.node_kind(text) in _OF_DATABASES


def _unmanaged(text: str) -> str:
    """Return the words of a statement that no shadow can hold, nothing for any other."""
    if found := _IS_UNMANAGED.match(text):
        return " ".join(found[0].upper().split())
    return _UNMANAGED.get(sql.node_kind(text), "") if _WITHIN.search(text) else ""


def _manner(text: str) -> Manner:
    if _EVENT_TRIGGER.match(text):
        return Manner.EVENT_TRIGGER
    if _WRAPPER.match(text) and sql.node_kind(text) in _OF_WRAPPERS:
        return Manner.WRAPPER
    if _PUBLICATION.match(text):
        return Manner.PUBLICATION
    if _EXTENSION.match(text) and sql.node_kind(text) in _OF_EXTENSIONS:
        return Manner.EXTENSION
    if _SCHEMA.match(text):
        return Manner.SCHEMA
    return Manner.APART if _APART.match(text) else Manner.PLAIN
