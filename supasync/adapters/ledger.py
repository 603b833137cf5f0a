"""The ledger, the CLI's history and the advisory lock in the target."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import Any

from psycopg import sql

from supasync.adapters.keep_codec import KeepCodec
from supasync.adapters.postgres import Session
from supasync.core.attic.inventory import INVENTORY_SQL
from supasync.core.attic.model import AtticEntry
from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Actor, Entry, Event, FileRecord
from supasync.core.plan.migration_file import parse_file_name
from supasync.errors import RefusedError, SupasyncError
from supasync.redact import redact

# The two halves of one advisory lock: "supa" and "sync" in ASCII, so that it can be recognised in pg_locks.
LOCK_KEYS = (0x73757061, 0x73796E63)

_POLL = 0.2  # seconds
_LOCKS = (
    "from pg_locks l left join pg_stat_activity a using (pid)"
    " where l.locktype = 'advisory' and l.granted and l.classid = %s::bigint::oid and l.objid = %s::bigint::oid"
    " and l.database = (select oid from pg_database where datname = current_database())"
)

_ENTRIES = """
select id, at, sync_id::text as sync_id, event, direction, name, versions, files, database_role,
  coalesce(schema_file, '') as schema_file, coalesce(schema_checksum, '') as schema_checksum,
  coalesce(fingerprint_before, '') as fingerprint_before, coalesce(fingerprint_after, '') as fingerprint_after,
  comparison, coalesce(actor, '') as actor, coalesce(os_user, '') as os_user,
  coalesce(host, '') as host, coalesce(git_commit, '') as git_commit, coalesce(git_dirty, false) as git_dirty,
  coalesce(reason, '') as reason, coalesce(tools, '{}') as tools, coalesce(duration_ms, 0) as duration_ms,
  coalesce(error, '') as error
from supasync.ledger order by id
"""


def _is_there(session: Session, table: str) -> bool:
    """Tell whether a table of supasync's, or of the CLI's, is there. Raises RefusedError where it is another's."""
    ((there, trusted),) = session.rows(_standing(), {"schema": table.partition(".")[0], "table": table})
    if not trusted:
        raise RefusedError(
            f"Cannot proceed: {table} in Supabase is not what supasync or the CLI has made",
            reason="It is no table, it or its schema belongs to a role that need not have your rights, or it has a "
            "rule, trigger or default of somebody's: what it contains could run with your rights.",
            hint="Find out who made it, and remove it or give it to the role that owns the database.",
        )
    return bool(there)


@cache
def _standing() -> str:
    return (resources.files("supasync") / "data" / "standing.sql").read_text(encoding="utf-8")


class Ledger:
    """The append-only table `supasync.ledger`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def exists(self) -> bool:
        """Tell whether this target was ever synced."""
        return _is_there(self._session, "supasync.ledger")

    def create(self) -> None:
        """Create the ledger and the attic's inventory, or bring their definition up to date."""
        _is_there(self._session, "supasync.ledger")
        _is_there(self._session, "supasync.attic")
        self._session.script("; ".join(("set client_min_messages = warning", *INVENTORY_SQL)))
        self._session.script((resources.files("supasync") / "data" / "ledger.sql").read_text())

    def entries(self) -> tuple[Entry, ...]:
        """Return all rows, oldest first; none when there is no ledger."""
        if not self.exists():
            return ()
        return tuple(_entry(row) for row in self._session.rows_by_name(_ENTRIES))

    def append(self, entry: Entry) -> None:
        """Write one row. Texts that are not SQL are redacted on the way."""
        values: dict[str, Any] = {
            "sync_id": entry.sync_id,
            "event": entry.event.value,
            "direction": entry.direction.value,
            "name": entry.name,
            "versions": list(entry.versions),
            "files": json.dumps([asdict(file) for file in entry.files]),
            "schema_file": entry.schema_file or None,
            "schema_checksum": entry.schema_checksum or None,
            "fingerprint_before": entry.fingerprint_before or None,
            "fingerprint_after": entry.fingerprint_after or None,
            "comparison": entry.comparison.value if entry.comparison else None,
            "actor": redact(entry.actor.name),
            "os_user": entry.actor.os_user,
            "host": entry.actor.host,
            "git_commit": entry.actor.git_commit or None,
            "git_dirty": entry.actor.git_dirty,
            "reason": redact(entry.reason) or None,
            "tools": json.dumps(dict(entry.tools)),
            "duration_ms": entry.duration_ms,
            "error": redact(entry.error) or None,
        }
        _is_there(self._session, "supasync.ledger")
        columns = ", ".join(values)
        places = ", ".join(f"%({name})s" for name in values)
        self._session.rows(f"insert into supasync.ledger ({columns}) values ({places})", values)


def _file(told: Mapping[str, Any], row: int) -> FileRecord:
    """Read one file of a row: its name becomes a path of the project, and must not be one of another place."""
    file = FileRecord(**told)
    if parse_file_name(file.file_name) != (file.version, file.name):
        raise SupasyncError(
            f"Row {row} of supasync.ledger is damaged",
            reason=f"It names a migration file {file.file_name}, which is no name of one.",
            hint="Find out who wrote that row. Nothing was changed.",
        )
    return file


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        sync_id=row["sync_id"],
        event=Event(row["event"]),
        name=row["name"],
        direction=Direction(row["direction"]),
        versions=tuple(row["versions"]),
        files=tuple(_file(file, row["id"]) for file in row["files"]),
        schema_file=row["schema_file"],
        schema_checksum=row["schema_checksum"],
        fingerprint_before=row["fingerprint_before"],
        fingerprint_after=row["fingerprint_after"],
        comparison=Grants(row["comparison"]) if row["comparison"] else None,
        actor=Actor(
            name=row["actor"],
            os_user=row["os_user"],
            host=row["host"],
            git_commit=row["git_commit"],
            git_dirty=row["git_dirty"],
        ),
        reason=row["reason"],
        tools=row["tools"],
        duration_ms=row["duration_ms"],
        error=row["error"],
        id=row["id"],
        at=row["at"],
        database_role=row["database_role"],
    )


_ATTIC = """
select a.name, a.kind, a.spec, a.version, a.direction, a.rows, a.kept_at,
  coalesce(a.purged_at, case when c.oid is null then a.kept_at end) as purged_at,
  coalesce(pg_total_relation_size(c.oid), 0) as bytes
from supasync.attic a left join pg_class c on c.relname = a.name and c.relnamespace = 'supasync'::regnamespace
order by a.kept_at, a.name
"""


def read_attic(session: Session) -> tuple[AtticEntry, ...]:
    """Return the attic's inventory, oldest first; none where nothing was ever kept."""
    if not _is_there(session, "supasync.attic"):
        return ()
    codec = KeepCodec()
    return tuple(
        AtticEntry(
            keep=codec.decode(row["name"], row["kind"], row["spec"]),
            version=row["version"],
            direction=Direction(row["direction"]),
            rows=row["rows"],
            bytes=row["bytes"],
            kept_at=row["kept_at"],
            purged_at=row["purged_at"],
        )
        for row in session.rows_by_name(_ATTIC)
    )


_KEPT_COLUMNS = """
select attname from pg_attribute
where attrelid = to_regclass('supasync.' || quote_ident(%s)) and attnum > 0 and not attisdropped and attname !~ '^__'
order by attnum
"""


def read_attic_rows(
    session: Session, name: str, limit: int
) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """Return the columns of an attic table, supasync's own left out, and `limit` of its rows as text."""
    columns = tuple(column for (column,) in session.rows(_KEPT_COLUMNS, (name,)))
    listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
    query = sql.SQL("select {} from supasync.{} limit {}").format(listed, sql.Identifier(name), sql.Literal(limit))
    return columns, tuple(session.rows(query))


def purge_attic(session: Session, names: Sequence[str]) -> None:
    """Drop attic tables and note it in the inventory, all together or none."""
    with session.transaction():
        for name in names:
            session.rows(sql.SQL("drop table if exists supasync.{}").format(sql.Identifier(name)))
        session.rows("update supasync.attic set purged_at = now() where name = any(%s)", (list(names),))


def read_history(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the CLI's history: version to the statements it recorded. Empty where nothing was ever pushed."""
    if not _is_there(session, "supabase_migrations.schema_migrations"):
        return {}
    rows = session.rows(
        "select version, coalesce(statements, '{}') from supabase_migrations.schema_migrations order by version"
    )
    return {version: tuple(statements) for version, statements in rows}


# Versions are times in seconds: another database of the server may know a push by the same name.
_PUSHES = (
    "from pg_stat_activity where application_name = any(%s) and pid <> pg_backend_pid()"
    " and datname = current_database()"
)


def push_in_flight(session: Session, markers: Sequence[str]) -> bool:
    """Tell whether another session goes by one of the markers (its application_name) right now."""
    return bool(session.value(f"select exists (select {_PUSHES})", (list(markers),)))


def end_push(session: Session, markers: Sequence[str]) -> None:
    """End the sessions of a push whose CLI is gone; what they had not committed is undone."""
    session.rows(f"select pg_terminate_backend(pid) {_PUSHES} and usename = current_user", (list(markers),))


def end_holder(session: Session, pid: int) -> None:
    """End a lost session of ours, by its backend's process id, if the server still lets it hold the lock."""
    query = f"select pg_terminate_backend(l.pid) {_LOCKS} and l.pid = %s"
    session.rows(query, (*LOCK_KEYS, pid))


def take_lock(session: Session, *, wait: float, on_wait: Callable[[str], None]) -> None:
    """Take the lock of this target. `wait` is in seconds; `on_wait` hears once who holds it.

    Raises RefusedError naming the holder when it is not released in time.
    """
    deadline = time.monotonic() + wait
    told = False
    while not session.value("select pg_try_advisory_lock(%s, %s)", LOCK_KEYS):
        holder = lock_holder(session)
        if time.monotonic() >= deadline:
            raise RefusedError(
                "Another supasync is changing this target",
                reason=f"The lock is held by {holder}.",
                hint="Wait for it to finish, then run the command again.",
            )
        if not told:
            on_wait(holder)
            told = True
        time.sleep(_POLL)


def lock_holder(session: Session) -> str:
    """Name whoever holds the lock, in words; empty when it is free."""
    rows = session.rows(
        f"select a.application_name, a.usename, date_trunc('second', now() - a.backend_start)::text {_LOCKS}",
        LOCK_KEYS,
    )
    if not rows:
        return ""
    name, user, age = rows[0]
    return f"{name or 'a session'} (role {user or 'unknown'}, connected for {age or 'an unknown time'})"
