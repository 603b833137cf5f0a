"""The target's schema in the shadow, without rows: copied by one way or the other, and judged by the fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

from supasync.core.catalog.fingerprint import PLATFORM_SCHEMAS, Fingerprint, compare
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.core.engine.copying import Way, faster_way, names_of, statements_of_dump, takes_away
from supasync.core.engine.line_ends import refuse_names_with_crlf
from supasync.core.engine.split_script import statements_of
from supasync.core.engine.supplement import ownership, prelude, supplement
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.context import Context
from supasync.workflow.diff_engine import engine_diff
from supasync.workflow.ports.shadow import Shadow
from supasync.workflow.ports.target import TargetCatalog


class _NotEqual(Exception):
    """This way alone does not give what the target has."""


class Copier:
    """Copies one target, as it was seen, into the shadow."""

    def __init__(
        self, context: Context, shadow: Shadow, target: TargetCatalog, endpoint: Endpoint, surroundings: Surroundings
    ) -> None:
        self._context = context
        self._shadow = shadow
        self._target = target
        self._endpoint = endpoint
        self._surroundings = surroundings

    def copy(self, goal: Fingerprint) -> str:
        """Return the database with the schema `goal`. What neither way brings is missing there."""
        refuse_names_with_crlf(goal)
        context = self._context
        parts = (goal.digest(), goal.foreign, self._surroundings.digest(), context.cli().version, context.cache.code)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()
        try:
            return self._shadow.named(key, partial(self._by_the_faster_way, goal))
        except _NotEqual:
            return self._shadow.named(key, partial(self._by_all_ways, goal))

    def _by_the_faster_way(self, goal: Fingerprint, database: str) -> None:
        if faster_way(goal, self._target.round_trip()) is Way.DUMP:
            self._by_all_ways(goal, database)
        elif not self.fill(goal, (Way.ENGINE,), database):
            raise _NotEqual

    def _by_all_ways(self, goal: Fingerprint, database: str) -> None:
        self.fill(goal, tuple(Way), database)

    def fill(self, goal: Fingerprint, ways: Sequence[Way], database: str) -> bool:
        """Fill a copy of the baseline by one way after the other, until it equals `goal`; return whether it does."""
        return any(self._filled(goal, way, database) for way in ways)

    def _filled(self, goal: Fingerprint, way: Way, database: str) -> bool:
        shadow = self._shadow
        start = shadow.fingerprint(database)
        if way is Way.DUMP:
            shadow.run_what_runs(database, statements_of_dump(self._dumped(), start, goal))
        else:
            shadow.run_what_runs(database, prelude(start, goal))
            there = names_of(goal)
            found = statements_of(self._missing(database), with_grants=True)
            shadow.run_what_runs(database, [text for text in found if not takes_away(text, there)])
        return self._completed(goal, database)

    def _missing(self, database: str) -> str:
        """Return the engine's SQL for what a database lacks; nothing where it finds none, as for circles of objects."""
        try:
            return engine_diff(self._context, self._shadow.endpoint(database), self._endpoint)
        except RefusedError:
            return ""

    def _dumped(self) -> str:
        """Return pg_dump's script; an empty one where it gives none: the engine locks no table, so it sees more."""
        pg_dump = self._context.pg_dump(self._surroundings.major)
        if pg_dump is None:
            return ""
        closed = self._target.closed_tables()
        try:
            return pg_dump.schema(self._endpoint, without_schemas=PLATFORM_SCHEMAS, without_tables=closed)
        except Interrupted:
            raise
        except SupasyncError as error:
            reason = error.reason.partition("\n")[0]
            self._context.screen.note(f"{error.message}: {reason}; the diff engine copies the schema instead")
            return ""

    def _completed(self, goal: Fingerprint, database: str) -> bool:
        """Add what neither pg_dump nor the engine brings, privileges and owners too; return whether all is there."""
        shadow = self._shadow
        rest = supplement(shadow.fingerprint(database), goal, owners=False)
        shadow.run_what_runs(database, rest.statements)
        # Who grants something must own it: an object is given away when its privileges are right.
        shadow.give_away(database, ownership(shadow.fingerprint(database), goal))
        return not compare(shadow.fingerprint(database), goal)
