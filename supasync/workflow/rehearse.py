"""Decide, part two: run the plan on a clone, up and down, until both are proven or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, takewhile

from supasync.core.attic.attic_sql import empty_sql
from supasync.core.attic.disabled_triggers import Pause
from supasync.core.attic.inventory import INVENTORY_SQL
from supasync.core.attic.model import Keep
from supasync.core.catalog.expected_state import Gap, expected_state
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint, Grants, compare, summarize
from supasync.core.catalog.outside import OutsideChange
from supasync.core.engine.commit_boundaries import split_segments, transactions
from supasync.core.engine.corrected import corrected
from supasync.core.engine.sequence_values import continue_sequences
from supasync.core.engine.split_script import is_about, is_cluster_wide
from supasync.core.engine.statement_order import order_statements
from supasync.core.engine.supplement import supplement
from supasync.core.sql import runnable
from supasync.core.sql.keys import ColumnKey
from supasync.errors import RefusedError, SupasyncError
from supasync.workflow.beyond import words_of_hidden
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context, run_in_parallel
from supasync.workflow.diff_engine import engine_diff, refusing
from supasync.workflow.observe import Observation
from supasync.workflow.ports.shadow import Shadow

# The engine's second diff, after its first has run, mends nearly all of the 5 % that do not converge at once.
_ROUNDS = 3
_UNSAFE_NEW_ENUM_VALUE = "55P04"
_MISSED = "The migration does not reach the state of the schema file"
_MISSED_BY_AUTHOR = "Supabase/migrations contains unapplied migrations that do not result in the schema file"
_HINT = "Nothing was changed. Split the change, or write this part as a migration of your own."
_AUTHORS_HINT = "Nothing was changed. Fix {}, or delete it: sync writes its own from the schema file."
_FAILS = "the change fails even on an empty copy of the schema"
_FAILS_BACK = "the rollback fails even on an empty copy of the schema"


@dataclass(frozen=True)
class ProvenSegment:
    """Statements that commit together, in an order that was run, and those that undo them."""

    up: tuple[str, ...]
    down: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """What the rehearsal established: `reached` is the state after up, as it will be on the target.

    `facts` are those of the copy in that state; rows and sizes in them mean nothing.
    """

    segments: tuple[ProvenSegment, ...]
    reached: Fingerprint
    facts: TargetFacts
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Confirmed:
    """What the files of a plan lead to: the state that up reaches, what no fingerprint tells of it, and words for that.

    `back` is the same of the rollback files: what they change beyond what is there before both.
    """

    reached: Fingerprint
    facts: TargetFacts
    outside: OutsideChange
    back: OutsideChange
    unseen: tuple[str, ...] = ()


class Rehearsal:
    """One plan on the clone of one observation."""

    def __init__(self, context: Context, seen: Observation, comparer: Comparer) -> None:
        self._context = context
        self._seen = seen
        self._comparer = comparer
        self._shadow: Shadow = comparer.shadow
        self._desired = comparer.desired().database
        self._wanted = self._shadow.fingerprint(self._desired)
        with context.screen.step("Copying the target's schema into the shadow"):
            self._clone = comparer.clone()
        self._spare = ""
        self._gap = Gap.between(self._shadow.fingerprint(self._clone), seen.fingerprint)

    def prove(
        self,
        up: Sequence[str],
        down: Sequence[str],
        backfills: Mapping[ColumnKey, str],
        pauses: Mapping[ColumnKey, Pause],
    ) -> Proof:
        """Find an order that works, both ways. Raises RefusedError naming what does not come out right."""
        ordered = order_statements(up, backfills, pauses)
        with (
            self._context.screen.step("Rehearsing the change"),
            refusing(_FAILS),
        ):
            try:
                ups, states = self._forth(split_segments(ordered))
            except SupasyncError as error:
                if getattr(error, "sqlstate", "") != _UNSAFE_NEW_ENUM_VALUE:
                    raise
                ups, states = self._forth(split_segments(ordered, always=True))
        reached, facts = self._reached(states[-1]), self._shadow.facts(states[-1])
        with (
            self._context.screen.step("Rehearsing the rollback"),
            refusing(_FAILS_BACK),
        ):
            downs = self._back(states, down)
        notes = tuple(
            f"{line}: could not be copied into the shadow; the change does not touch it"
            for line in summarize(self._gap.to_be_told(), before="the shadow", after="Supabase")
        )
        segments = tuple(ProvenSegment(up, down) for up, down in zip(ups, downs, strict=True))
        return Proof(segments, reached, facts, notes)

    def confirm(
        self,
        ups: Sequence[str],
        downs: Sequence[str | None],
        *,
        authored: Sequence[str] = (),
        attic: Sequence[Keep] = (),
    ) -> Confirmed:
        """Run the very texts of the files on a fresh clone: up must reach the desired state, down the target's.

        None among `downs` stands for a rollback that is computed when it is needed: nothing below it can be run now.
        `authored` names files that a person wrote, `attic` what they bring back.
        """
        database, self._spare = self._spare or self._shadow.scratch(self._clone), ""
        if attic:
            self._shadow.run(database, [*INVENTORY_SQL, *map(empty_sql, attic)])
        before = self._shadow.outside(database)
        with refusing("the migration file fails on a copy"):
            for text in ups:
                self._shadow.run(database, runnable(text))
        reached, facts = self._reached(database), self._shadow.facts(database)
        there = self._shadow.outside(database)
        outside = OutsideChange.between(before, there)
        unseen = (*words_of_hidden(outside, ups, "migration"), *self._foreign(database)) if authored else ()
        missed, hint = (_MISSED_BY_AUTHOR, _AUTHORS_HINT.format(", ".join(authored))) if authored else (_MISSED, _HINT)
        self._require(self._expected(reached), reached, missed, hint)
        with refusing("the rollback file fails on a copy"):
            for down in takewhile(bool, reversed(downs)):
                for part in transactions(runnable(str(down))):
                    self._shadow.run(database, part)
        back = OutsideChange.of_rollback(before, there, self._shadow.outside(database))
        if authored:
            unseen += words_of_hidden(back, filter(None, downs), "rollback file")
        if None not in downs:
            state = self._gap.filled(self._shadow.fingerprint(database), self._seen.fingerprint)
            self._require(self._seen.fingerprint, state, "The rollback file does not restore the original state")
        self._shadow.drop(database)
        return Confirmed(reached, facts, outside, back, unseen)

    def _foreign(self, database: str) -> Iterator[str]:
        there, here = (Fingerprint(self._shadow.fingerprint(name).foreign) for name in (self._clone, database))
        for one in compare(there, here):
            yield f"it changes {one.kind} {one.identity}, which is not compared"

    def _forth(self, segments: Sequence[Sequence[str]]) -> tuple[list[tuple[str, ...]], list[str]]:
        """Run the segments; return them in the order that worked, and databases of the states around them."""
        states = [self._clone]
        done: list[tuple[str, ...]] = []
        for statements in segments:
            database = self._shadow.scratch(states[-1])
            done.append(self._shadow.run_in_any_order(database, statements))
            states.append(database)
        if not done:
            states.append(self._shadow.scratch(self._clone))
            done.append(())
        last = states[-1]
        done[-1] += self._converge(last, self._expected, lambda: self._second_witness(last))
        done[-1] += self._shadow.run_in_any_order(last, continue_sequences(done[-1]))
        return done, states

    def _back(self, states: Sequence[str], single: Sequence[str]) -> list[tuple[str, ...]]:
        """Undo the segments, the last one first; each in the database of its state, which is not needed again."""
        downs: list[tuple[str, ...]] = []
        for before, after in reversed(tuple(pairwise(states))):
            wanted = self._seen.fingerprint if before == self._clone else self._shadow.fingerprint(before)
            statements = tuple(single) if len(states) == 2 else self._engine(after, before, grants=False)
            down: tuple[str, ...] = ()
            for part in transactions(order_statements(statements, {})):
                down += self._shadow.run_in_any_order(after, part)
            down += self._converge(
                after,
                lambda _reached, wanted=wanted: wanted,  # type: ignore[misc]
                lambda after=after, before=before: self._engine(after, before, grants=True),  # type: ignore[misc]
                second_witness=False,
            )
            down += self._shadow.run_in_any_order(after, continue_sequences(down))
            downs.append(down)
        return downs[::-1]

    def _converge(
        self,
        database: str,
        expected: Callable[[Fingerprint], Fingerprint],
        engine: Callable[[], tuple[str, ...]],
        *,
        second_witness: bool = True,
    ) -> tuple[str, ...]:
        """Add what the engine left undone until the witnesses are content. Raises RefusedError when they never are."""
        added: tuple[str, ...] = ()
        left: tuple[str, ...] = ()
        for attempt in range(_ROUNDS):
            wished, reached = self._wished(database, expected)
            if missing := supplement(reached, wished).statements:
                added += self._shadow.run_in_any_order(database, missing)
                wished, reached = self._wished(database, expected)
            if not second_witness and not compare(reached, wished):
                return added
            lacking = self._gap.names(wished)
            left = tuple(text for text in engine() if not (is_cluster_wide(text) or is_about(text, lacking)))
            if not left:
                self._require(wished, reached, "The change does not reach the expected state")
                return added
            if attempt < _ROUNDS - 1:
                added += self._shadow.run_in_any_order(database, left)
        raise RefusedError(
            "Cannot proceed: the diff does not converge",
            reason="After running it on a copy, supabase db diff still reports:",
            details=left[:10],
            hint="Split the change: apply part of it first. Nothing was changed.",
        )

    def _second_witness(self, database: str) -> tuple[str, ...]:
        """Ask the engine what is left to do, and meanwhile make the copy that `confirm` will want."""
        ask = partial(self._engine, database, self._desired, grants=self._managed)
        if self._spare:
            return ask()
        left, self._spare = run_in_parallel(ask, partial(self._shadow.scratch, self._clone))
        return left

    def _engine(self, source: str, desired: str, *, grants: bool) -> tuple[str, ...]:
        script = engine_diff(self._context, self._shadow.endpoint(source), self._shadow.endpoint(desired))
        before, after = self._shadow.fingerprint(source), self._shadow.fingerprint(desired)
        return corrected(script, before, after, with_grants=grants)

    @property
    def _managed(self) -> bool:
        return self._seen.comparison == Grants.MANAGED

    def _expected(self, reached: Fingerprint) -> Fingerprint:
        return expected_state(self._seen.fingerprint, self._wanted, reached, self._seen.comparison)

    def _wished(self, database: str, expected: Callable[[Fingerprint], Fingerprint]) -> tuple[Fingerprint, Fingerprint]:
        """Return the state that is expected, and that of the database as it would be on the target."""
        reached = self._shadow.fingerprint(database)
        wished = expected(reached)
        return wished, self._gap.filled(reached, wished)

    def _reached(self, database: str) -> Fingerprint:
        """Return the state of a database after up, as it would be on the target."""
        return self._wished(database, self._expected)[1]

    def _require(self, expected: Fingerprint, reached: Fingerprint, message: str, hint: str = "") -> None:
        differing = compare(reached, expected)
        if differing:
            raise RefusedError(
                f"Cannot proceed: {message[0].lower()}{message[1:]}",
                reason="On a copy of the target's schema, these objects end up different:",
                details=summarize(differing, before="the copy", after="the expected state"),
                hint=hint or _HINT,
            )
