"""The shadow as the commands use it: run scripts in its databases and look at the result."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from supasync.adapters.catalog import read_facts, read_fingerprint, read_outside
from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.databases import LoadedDatabase, ShadowDatabases
from supasync.adapters.shadow.extensions import ADDS_MEMBER, NOT_COMPARED, adds_member
from supasync.adapters.shadow.guest import GuestSession
from supasync.adapters.shadow.index_options import IndexOptions
from supasync.adapters.shadow.superuser import needs_superuser
from supasync.core import sql
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.outside import Outside
from supasync.core.catalog.reach import apart
from supasync.core.endpoint import Endpoint
from supasync.core.plan.role_settings import is_role_setting
from supasync.core.sql.concurrently import without_concurrently

# SQLSTATEs (PostgreSQL docs, appendix A) that another order of the statements may cure.
_ORDER = frozenset(
    {
        "42P01",  # undefined table
        "42703",  # undefined column
        "42704",  # undefined object
        "42883",  # undefined function
        "3F000",  # schema does not exist
        "2BP01",  # other objects still depend on it
        "55000",  # object not in the state that the statement needs
        "42P16",  # invalid table definition: a partition before its parent is ready
        "42830",  # a foreign key before the unique constraint that it refers to
        "42P17",  # invalid object definition
    }
)
_PRESENT = "42701"  # duplicate column: a child of an inheritance has got it from its parent already
# Statements that share a savepoint. PostgreSQL keeps 64 savepoints of a transaction at hand; with more, it gets slow.
_CHUNK = 500
_OF_ROLES = re.compile(r"\b(?:role|user|group)\b", re.IGNORECASE)

_Read = TypeVar("_Read")


class ShadowRunner:
    """An open shadow. Use it as a context manager.

    What was read of a database is not read again until statements run there: nobody else works in these databases.
    """

    def __init__(self, shadow: ShadowDatabases) -> None:
        self._shadow = shadow
        self._fingerprints: dict[str, Fingerprint] = {}
        self._facts: dict[str, TargetFacts] = {}
        self._loaded: set[str] = set()
        self._foreign: frozenset[str] = frozenset()
        self._reading = threading.Lock()

    def __enter__(self) -> ShadowRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self._shadow.close()

    def baseline(self) -> str:
        """Return the name of the database with the platform's objects and nothing of the user's."""
        return self._shadow.baseline()

    def desired(self, schema_text: str, file_name: str) -> LoadedDatabase:
        """Load a schema file, or find it loaded before."""
        loaded = self._shadow.desired(schema_text, file_name)
        if loaded.database not in self._loaded:
            self._loaded.add(loaded.database)
            self._forget_all()  # loading may have brought roles, or taken some away
            self._fingerprints[loaded.database] = loaded.content
        return loaded

    def scratch(self, template: str) -> str:
        """Copy a database; return the copy's name."""
        return self._shadow.scratch(template)

    def named(self, digest: str, build: Callable[[str], None]) -> str:
        """Return the database known by `digest`; `build` fills a copy of the baseline when it is new."""
        built: list[str] = []

        def building(database: str) -> Fingerprint | None:
            build(database)
            built.append(database)
            return self._fingerprints.pop(database, None)

        name, content = self._shadow.named(digest, building)
        for database in built:  # it goes by its lasting name from now on
            _rename(self._facts, database, name)
        self._fingerprints[name] = content
        return name

    def drop(self, database: str) -> None:
        """Drop a database."""
        self._forget(database)
        self._shadow.drop(database)

    def endpoint(self, database: str) -> Endpoint:
        """The address of a database for the CLI."""
        return self._shadow.endpoint(database)

    def fingerprint(self, database: str) -> Fingerprint:
        """Read a database's fingerprint."""
        return apart(self._once(self._fingerprints, database, read_fingerprint), self._foreign)

    def pass_over(self, names: frozenset[str]) -> None:
        """Count objects of these names, as SQL has them, as foreign in all fingerprints."""
        self._foreign = names

    def facts(self, database: str) -> TargetFacts:
        """Read what is known of a database's columns."""
        return self._once(self._facts, database, read_facts)

    def outside(self, database: str) -> Outside:
        """Read what no fingerprint has, and which passwords were set."""
        with self._shadow.session(database) as session:
            found = read_outside(session)
        return replace(found, access=found.access | self._shadow.passwords(database))

    def _once(self, kept: dict[str, _Read], database: str, read: Callable[[Session], _Read]) -> _Read:
        with self._reading:
            if database not in kept:
                with self._shadow.session(database) as session:
                    kept[database] = read(session)
            return kept[database]

    def _forget(self, database: str, statements: Sequence[str] = ()) -> None:
        if any(map(_OF_ROLES.search, statements)):  # roles belong to all databases of the server
            self._forget_all()
        self._fingerprints.pop(database, None)
        self._facts.pop(database, None)

    def _forget_all(self) -> None:
        self._fingerprints.clear()
        self._facts.clear()

    def run(self, database: str, statements: Sequence[str]) -> None:
        """Run statements as the schema's owner, in one transaction. Raises StatementError.

        A statement that only a superuser may run ends the transaction and is followed by another one.
        """
        self._forget(database, statements)
        for reserved, group in groupby(statements, key=needs_superuser):
            if reserved:
                self._as_superuser(database, tuple(group))
                continue
            with self._shadow.guest(database) as session, session.transaction():
                _quiet(session)
                options = IndexOptions(session, self._shadow.with_modifiers(database, statements))
                for text in group:
                    if adds_member(text):
                        raise _told(StatementError(ADDS_MEMBER, reason=NOT_COMPARED, sqlstate="0A000"), text)
                    try:
                        options.script(_harmless(options.instead.get(text, text)))
                    except StatementError as error:
                        raise _told(error, text) from None
            self._shadow.set_index_options(database, options.found)
        self._shadow.refuse_foreign_members(database)

    def run_in_any_order(self, database: str, statements: Sequence[str]) -> tuple[str, ...]:
        """Run statements in one transaction; one that fails for want of another waits for it.

        What only a superuser may run comes after it, and what waits for that comes last. Returns the order that
        worked. Raises the StatementError of the first that never runs.
        """
        if not statements:
            return ()
        self._forget(database, statements)
        reserved = tuple(filter(needs_superuser, statements))
        done, left = self._run_what_runs(
            database, [text for text in statements if text not in reserved], bool(reserved)
        )
        if reserved:
            self._as_superuser(database, reserved)
            done = (*done, *reserved, *self._run_what_runs(database, left)[0])
        return done

    def run_what_runs(self, database: str, statements: Sequence[str]) -> None:
        """Run statements like `run_in_any_order`, but leave out those that never run."""
        if statements:
            self._forget(database, statements)
            reserved = tuple(filter(needs_superuser, statements))
            others = [text for text in statements if text not in reserved and not adds_member(text)]
            left = self._run_what_runs(database, others, patient=True, tolerant=True)[1]
            for text in reserved:
                with suppress(StatementError):
                    self._shadow.run_reserved(database, text)
            if reserved and left:
                self._run_what_runs(database, left, patient=True, tolerant=True)
            self._shadow.refuse_foreign_members(database)

    def give_away(self, database: str, statements: Sequence[str]) -> None:
        """Run ALTER ... OWNER TO, for owners whom the schema's owner cannot make one; leave out superusers."""
        if statements:
            self._forget(database, statements)
            self._shadow.give_away(database, statements)

    def _run_what_runs(
        self, database: str, statements: Sequence[str], patient: bool = False, tolerant: bool = False
    ) -> tuple[tuple[str, ...], list[str]]:
        """Return what ran, in that order, and what did not: the `patient` let it wait, others raise its error.

        The `tolerant` let anything wait, not only what may miss something.
        """
        with self._shadow.guest(database) as session, session.transaction():
            _quiet(session)
            options = IndexOptions(session, self._shadow.with_modifiers(database, statements))
            done: list[str] = []
            waiting = list(statements)
            while waiting:
                later: list[str] = []
                first: tuple[StatementError, str] | None = None
                for text, error in _outcomes(session, options, waiting, tolerant):
                    if error is not None and error.sqlstate == _PRESENT:
                        continue
                    if error is None:
                        done.append(text)
                    else:
                        first = first or (error, text)
                        later.append(text)
                if first and len(later) == len(waiting):
                    if patient:
                        break
                    raise _told(*first)
                waiting = later
        self._shadow.set_index_options(database, options.found)
        return tuple(done), waiting

    def _as_superuser(self, database: str, statements: Sequence[str]) -> None:
        for text in statements:
            try:
                self._shadow.run_reserved(database, text)
            except StatementError as error:
                raise _told(error, text) from None


def _rename(kept: dict[str, _Read], old: str, new: str) -> None:
    kept.pop(new, None)
    if old in kept:
        kept[new] = kept.pop(old)


def _quiet(session: GuestSession) -> None:
    session.script("set local check_function_bodies = off; set local client_min_messages = error")
    session.limit_on_server("local")


def _outcomes(
    session: GuestSession, options: IndexOptions, texts: Sequence[str], tolerant: bool
) -> Iterator[tuple[str, StatementError | None]]:
    """Run the statements in their order; those of a chunk together, and one by one only where that fails."""
    for at in range(0, len(texts), _CHUNK):
        chunk = texts[at : at + _CHUNK]
        if len(chunk) > 1 and _run_together(session, options, chunk):
            yield from ((text, None) for text in chunk)
        else:
            yield from ((text, _try(session, options, text, tolerant)) for text in chunk)


def _run_together(session: GuestSession, options: IndexOptions, texts: Sequence[str]) -> bool:
    try:
        with session.transaction():
            # The semicolon on a line of its own: a statement may end in a comment.
            said = (_harmless(options.instead.get(text, text)) for text in texts)
            session.script("\n;\n".join(said), len(texts))
    except StatementError:
        return False
    return True


def _try(session: GuestSession, options: IndexOptions, text: str, tolerant: bool) -> StatementError | None:
    try:
        with session.transaction():
            options.script(_harmless(options.instead.get(text, text)))
    except StatementError as error:
        if not tolerant and error.sqlstate not in _ORDER and not (error.sqlstate == _PRESENT and _adds_column(text)):
            raise _told(error, text) from None
        return error
    return None


def _adds_column(text: str) -> bool:
    return " ADD COLUMN " in " ".join(text.split())


def _told(error: StatementError, text: str) -> StatementError:
    """Let an error say which statement it is about."""
    error.reason = f"{error.reason}\nin: {text}".strip()
    return error


def _harmless(text: str) -> str:
    """Return the statement as it may run beside other databases of the same server: roles belong to all of them."""
    text = without_concurrently(text)
    if not _OF_ROLES.search(text):
        return text  # the parser's answer is not needed for that
    kind = sql.node_kind(text)
    if kind == "create_role_stmt":
        quoted = sql.quote_literal(text)
        return f"do $supasync$ begin execute {quoted}; exception when duplicate_object then null; end $supasync$"
    return "select 1" if kind == "drop_role_stmt" or is_role_setting(text) else text
