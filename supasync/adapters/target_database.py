"""The target as the commands see it: one session, and what is read from and written to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from supasync.adapters import catalog, ledger
from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.probe_guard import ProbeGuard
from supasync.adapters.shadow.read_surroundings import read_surroundings
from supasync.adapters.target_address import Address, connect_target, endpoint_of, refuse_lost_role
from supasync.core.attic.model import TABLES, AtticEntry
from supasync.core.attic.output_settings import FIX_OUTPUT_SQL
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import PLATFORM_SCHEMAS, Fingerprint
from supasync.core.catalog.outside import Outside
from supasync.core.catalog.reach import set_aside
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.core.plan.ledger import Entry

_RELOCK_WAIT = 10  # seconds for the server to end the session that was lost
_HEALTH = """
select 'invalid index', i.indexrelid::regclass::text from pg_index i
  join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where not i.indisvalid and n.nspname <> all (%(left_out)s) and c.relkind = 'i'
union all
select 'constraint never validated', c.conrelid::regclass::text || ' ' || quote_ident(c.conname) from pg_constraint c
  join pg_namespace n on n.oid = c.connamespace
  where not c.convalidated and c.conrelid <> 0 and n.nspname <> all (%(left_out)s)
order by 1, 2
"""
_CLOSED = """
select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_'
    and not pg_catalog.has_table_privilege(c.oid, 'select')
order by 1
"""
_OUT_OF_REACH = """
select r.oid::pg_catalog.regrole::pg_catalog.text from pg_catalog.pg_roles r
where not pg_catalog.pg_has_role(r.oid, 'usage')
"""
_ROLE_SETTINGS = """
select r.rolname::pg_catalog.text, pg_catalog.unnest(s.setconfig) from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles r on r.oid = s.setrole
where s.setdatabase = 0
"""
_NOT_RUN, _DATA_EXCEPTION = "0A000", "22"  # the second is a class of codes
# Seconds for one probe with an expression of somebody's, and for all of them: the database is at work.
_PROBE_TIMEOUT, _PROBES_TIMEOUT = 15, 60


class TargetDatabase:
    """An open target. Use it as a context manager."""

    def __init__(self, address: Address, purpose: str) -> None:
        self._address = address
        self._purpose = purpose
        self._session = connect_target(address, purpose=purpose)
        self._locked = False
        self._acts_alike = False
        self._probing = 0.0
        self._answers: dict[str, tuple[int, str]] = {}
        self._guard = ProbeGuard(self._session)
        self._only_read(True)

    def __enter__(self) -> TargetDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def session(self) -> Session:
        """The session itself, for what only `doctor` asks."""
        return self._session

    @property
    def label(self) -> str:
        """Host and database, for the screen."""
        info = self._session.info
        return f"{info.host}:{info.port}/{info.dbname}"

    @property
    def endpoint(self) -> Endpoint:
        """The address for the CLI."""
        if not self._acts_alike:
            refuse_lost_role(self._session, self._address)
            self._acts_alike = True
        return endpoint_of(self._session, self._address)

    def reconnect(self) -> None:
        """Open the session anew if it broke, and take the lock again if it held it.

        Raises ConnectionFailedError, and RefusedError when somebody else has the lock by now.
        """
        if self._session.alive():
            return
        lost = self._session.backend
        self._session.close()
        self._session = connect_target(self._address, purpose=self._purpose)
        self._guard = ProbeGuard(self._session)
        self._only_read(not self._locked)
        if self._locked:
            ledger.end_holder(self._session, lost)
            ledger.take_lock(self._session, wait=_RELOCK_WAIT, on_wait=lambda _who: None)

    def _only_read(self, only: bool) -> None:
        """Let the server refuse whatever writes, or permit it: while the lock is held."""
        self._session.rows(f"set default_transaction_read_only = {'on' if only else 'off'}")

    def fingerprint(self) -> Fingerprint:
        """Read the fingerprint; what belongs to roles whose rights this one does not have is foreign in it."""
        out_of_reach = [str(row[0]) for row in self._session.rows(_OUT_OF_REACH)]
        return set_aside(catalog.read_fingerprint(self._session), out_of_reach)

    def outside(self) -> Outside:
        """Read what no fingerprint has: who may what, and what lies in schemas that nothing compares."""
        return catalog.read_outside(self._session)

    def facts(self) -> TargetFacts:
        """Read what hazards and the preflight need to know of the tables."""
        return catalog.read_facts(self._session)

    def round_trip(self) -> float:
        """Measure how long a question takes to be answered, in seconds: the shortest of three."""
        found = []
        for _ in range(3):
            start = time.perf_counter()
            self._session.value("select 1")
            found.append(time.perf_counter() - start)
        return min(found)

    def closed_tables(self) -> tuple[str, ...]:
        """Name the tables that the session's role may not read, and so not lock, as SQL names them."""
        return tuple(str(row[0]) for row in self._session.rows(_CLOSED))

    def surroundings(self) -> Surroundings:
        """Read what the shadow must have in common."""
        return read_surroundings(self._session)

    def role_settings(self) -> dict[tuple[str, str], str]:
        """Read the settings of roles in all databases, by role and name."""
        rows = ((str(role), *str(entry).partition("=")) for role, entry in self._session.rows(_ROLE_SETTINGS))
        return {(role, name.lower()): value for role, name, _, value in rows}

    def history(self) -> dict[str, tuple[str, ...]]:
        """Read the CLI's history: version to statements."""
        return ledger.read_history(self._session)

    def entries(self) -> tuple[Entry, ...]:
        """Read the ledger, oldest first."""
        return ledger.Ledger(self._session).entries()

    def prepare_ledger(self) -> None:
        """Create the ledger where it is missing."""
        ledger.Ledger(self._session).create()

    def append(self, entry: Entry) -> None:
        """Write a row of the ledger."""
        ledger.Ledger(self._session).append(entry)

    def attic(self) -> tuple[AtticEntry, ...]:
        """Read the inventory of the attic; `purged_at` is set where the attic table is gone."""
        return ledger.read_attic(self._session)

    def roll_back(self, statements: Sequence[str], done: Entry, *, ahead: Sequence[str]) -> None:
        """Run statements and write the ledger's row in one transaction: all of it is done, or nothing.

        Statements `ahead` commit before; they must be harmless when nothing follows.
        Raises StatementError whose `reason` tells the statement, ConnectionFailedError.
        """
        for text in ahead:
            self._run(text)
        with self._session.transaction():
            # What `connect` set for reading must not change what the statements do: the CLI's session has none of it.
            self._session.rows("set local datestyle to default")
            for text in statements:
                self._run(text)
            ledger.Ledger(self._session).append(done)

    def _run(self, text: str) -> None:
        try:
            self._session.script(text)
        except StatementError as error:
            error.reason = f"{error.reason}\nin: {text}".strip()
            raise

    def attic_rows(self, name: str, limit: int) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        """Read some rows of an attic table: its columns, and the values as text."""
        return ledger.read_attic_rows(self._session, name, limit)

    def purge_attic(self, names: Sequence[str]) -> None:
        """Drop attic tables, and note that they are gone."""
        self._only_read(False)
        ledger.purge_attic(self._session, names)

    def probe(self, sql: str, *, own: bool = False, trial: bool = False) -> tuple[int, str]:
        """Run a read-only probe. Returns the count and a sample of what was found.

        Raises StatementError, also for one that might do more than to answer (`pg_notify`, `http_get`): expressions of
        a schema file are a stranger's. In an `own` one no word is anybody's but supasync's. A `trial` that meets a
        value which cannot be converted has found one, and the sample is what the server says of it.
        """
        if sql in self._answers:
            return self._answers[sql]
        left = min(_PROBE_TIMEOUT, _PROBES_TIMEOUT - self._probing)
        if left <= 0:
            raise StatementError(f"rows were looked at for {_PROBES_TIMEOUT} s already", sqlstate=_NOT_RUN)
        begun = time.monotonic()
        try:
            self._answers[sql] = self._probe(sql, left, own)
        except StatementError as error:
            if not (trial and error.sqlstate.startswith(_DATA_EXCEPTION)):
                raise
            self._answers[sql] = 1, error.message
        finally:
            self._probing += time.monotonic() - begun
        return self._answers[sql]

    def _probe(self, sql: str, seconds: float, own: bool) -> tuple[int, str]:
        if objection := self._guard.objection(sql, own=own):
            raise StatementError(objection, sqlstate=_NOT_RUN)
        with self._session.transaction():
            self._session.rows("set transaction read only")
            # A policy would be run, and counts be those of the rows that it shows.
            self._session.rows("set local row_security = off")
            self._session.rows(f"set local statement_timeout = {max(int(seconds * 1000), 1)}")
            if TABLES in sql:  # rows are recognised by texts that were written under these settings
                self._session.rows(FIX_OUTPUT_SQL)
            count, sample = self._session.one(sql)[0]
        return int(count or 0), str(sample or "")

    def health(self) -> tuple[tuple[str, str], ...]:
        """Name invalid indexes and constraints that were never validated, as (what, name)."""
        rows = self._session.rows(_HEALTH, {"left_out": list(PLATFORM_SCHEMAS)})
        return tuple((what, name) for what, name in rows)

    def push_in_flight(self, markers: Sequence[str]) -> bool:
        """Tell whether a session that goes by one of these names is running."""
        return ledger.push_in_flight(self._session, markers)

    def end_push(self, markers: Sequence[str]) -> None:
        """End the sessions of a push whose CLI is gone."""
        ledger.end_push(self._session, markers)

    @contextmanager
    def lock(self, *, wait: float, on_wait: Callable[[str], None]) -> Iterator[None]:
        """Hold the target's advisory lock; `wait` is in seconds. Raises RefusedError naming who has it."""
        ledger.take_lock(self._session, wait=wait, on_wait=on_wait)
        self._locked = True
        self._only_read(False)
        try:
            yield
        finally:
            self._locked = False
            self._session.unlock(ledger.LOCK_KEYS)
