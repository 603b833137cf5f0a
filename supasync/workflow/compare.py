"""Decide, part one: what separates the target from the schema file, seen by both witnesses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from supasync.core.catalog.facts import TargetFacts, with_schema
from supasync.core.catalog.fingerprint import Fingerprint, Grants, compare, summarize
from supasync.core.catalog.outside import in_short
from supasync.core.catalog.reach import of_wrappers, wanted_otherwise
from supasync.core.catalog.state import State
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.changes.change import Change, changes_of
from supasync.core.changes.describe import describe
from supasync.core.changes.direction import Direction
from supasync.core.checks.hazard import HazardKind
from supasync.core.checks.hazard_rules import destructive_changes, hazards_of
from supasync.core.checks.preflight import Finding, blocking, probes_of
from supasync.core.endpoint import Endpoint
from supasync.core.engine.corrected import corrected
from supasync.core.engine.line_ends import refuse_names_with_crlf
from supasync.core.engine.statement_order import order_statements
from supasync.core.engine.supplement import overlooked, prelude
from supasync.core.plan.plan import Difference
from supasync.core.sql.keys import key_of
from supasync.core.trust import Use
from supasync.errors import SupasyncError
from supasync.workflow.clone import Copier
from supasync.workflow.context import Context, run_in_parallel
from supasync.workflow.diff_engine import diff_or_error, engine_diff, refusing
from supasync.workflow.observe import Observation
from supasync.workflow.ports.shadow import LoadedSchema, Shadow
from supasync.workflow.ports.target import Target, TargetCatalog

# Lines of what lies outside that say what was made, not how it is.
_MADE = ("relation ", "routine ", "type ")
_RAW_FIELDS = ("statements", "unmanaged", "notes")


@dataclass(frozen=True)
class RawDiff:
    """The statements of one direction, and what no statement covers. This is what the cache keeps."""

    statements: tuple[str, ...]
    unmanaged: tuple[str, ...]
    notes: tuple[str, ...]


class Comparer:
    """Compares one observation with the schema file, opening the shadow only when it must."""

    def __init__(self, context: Context, target: Target, seen: Observation) -> None:
        self._context = context
        self._target = target
        self._seen = seen
        self._stack = ExitStack()
        self._shadow: Shadow | None = None
        self._surroundings: Surroundings | None = None
        self._endpoint: Endpoint | None = None

    def __enter__(self) -> Comparer:
        self._context.trust.settle(Use.COMPARE)  # now: later, steps and threads are in the way of a question
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def seen(self) -> Observation:
        """What is compared."""
        return self._seen

    @property
    def surroundings(self) -> Surroundings:
        """What the shadow has in common with the target."""
        if self._surroundings is None:
            self._surroundings = self._target.surroundings()
        return self._surroundings

    @property
    def endpoint(self) -> Endpoint:
        """The target's address for the CLI."""
        if self._endpoint is None:
            self._endpoint = self._target.endpoint
        return self._endpoint

    @property
    def shadow(self) -> Shadow:
        """The shadow, started on first use and stopped with this object."""
        if self._shadow is None:
            with self._context.screen.step("Starting the shadow"):
                self._shadow = self._stack.enter_context(self._context.open_shadow(self.surroundings))
            self._shadow.pass_over(self._seen.fingerprint.foreign_names)
        return self._shadow

    def desired(self) -> LoadedSchema:
        """The schema file, loaded."""
        shadow = self.shadow
        with self._context.screen.step(f"Loading {self._seen.schema.name}"):
            return shadow.desired(self._seen.schema.text, self._seen.schema.name)

    def difference(self, *, with_down: bool) -> Difference:
        """Return the difference with its changes, hazards and findings on the target's rows.

        The rollback costs a call of the CLI, so it is computed only `with_down`.
        """
        refuse_names_with_crlf(self._seen.fingerprint)
        directions = tuple(Direction) if with_down else (Direction.UP,)
        kept = {direction: self._context.cache.get(self._key(direction)) for direction in directions}
        facts: TargetFacts | None = None
        if not all(kept.values()):
            # Before the threads below, which share the shadow; the target's session is the last one's alone.
            self.desired()
            _ = self.endpoint
            with self._context.screen.step("Comparing with supabase db diff"):
                missing = [direction for direction in directions if not kept[direction]]
                tasks = [partial(self._fresh, direction) for direction in missing]
                fresh, facts = run_in_parallel(lambda: run_in_parallel(*tasks), self._target.facts)
                kept.update(zip(missing, fresh, strict=True))
        raw = {direction: RawDiff(*(tuple(kept[direction][name]) for name in _RAW_FIELDS)) for direction in directions}
        down = raw[Direction.DOWN].statements if with_down else ()
        major = self.surroundings.major
        return assess(self._context, self._target, self._seen, raw[Direction.UP], down, major=major, facts=facts)

    def state_here(self) -> State:
        """The target as it is: its catalog, and what is known of its tables."""
        seen = self._seen.fingerprint
        return State(seen, with_schema(self._target.facts(), seen, self.surroundings.major))

    def state_of(self, fingerprint: Fingerprint, facts: TargetFacts) -> State:
        """A state of a shadow database."""
        return State(fingerprint, with_schema(facts, fingerprint, self.surroundings.major))

    def state_wanted(self) -> State:
        """The state of the schema file."""
        database = self.desired().database
        return self.state_of(self.shadow.fingerprint(database), self.shadow.facts(database))

    def drift(self) -> tuple[str, ...]:
        """Name what was changed in the target since the last sync, by anybody but supasync."""
        last = self._seen.last
        if not self._seen.drifted or last is None or not last.schema_file:
            return ()
        loaded = self.shadow.desired(last.schema_file, self._seen.schema.name)
        differences = compare(
            self.shadow.fingerprint(loaded.database),
            self._seen.fingerprint,
            owners=True,
            grants=self._seen.comparison == Grants.MANAGED,
        )
        return summarize(differences, before="the last sync", after="Supabase")

    def _key(self, direction: Direction) -> str:
        seen, project = self._seen, self._context.project
        parts = (
            direction,
            seen.fingerprint.digest(include_owners=True, include_grants=True),
            seen.fingerprint.foreign,
            seen.schema.checksum,
            seen.comparison,
            seen.role_statements,
            self.surroundings.digest(),
            project.baseline,
            self._context.cli().version,
            self._context.cache.code,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def clone(self) -> str:
        """The target's schema in the shadow, without rows. What cannot be copied is missing there."""
        copier = Copier(self._context, self.shadow, self._target, self.endpoint, self.surroundings)
        return copier.copy(self._seen.fingerprint)

    def _fresh(self, direction: Direction) -> dict[str, tuple[str, ...]]:
        loaded = self.shadow.desired(self._seen.schema.text, self._seen.schema.name)
        shadow, seen = self.shadow, self._seen.fingerprint
        desired = shadow.endpoint(loaded.database)
        source, goal = (self.endpoint, desired) if direction == Direction.UP else (desired, self.endpoint)
        what = "this change" if direction == Direction.UP else "the rollback"
        # The engine takes longest and nearly always starts from here: the catalog is read beside it.
        answer, wanted = run_in_parallel(
            partial(diff_or_error, partial(engine_diff, self._context, source, goal, what)),
            partial(shadow.fingerprint, loaded.database),
        )
        before, after = (seen, wanted) if direction == Direction.UP else (wanted, seen)
        first = prelude(before, after)
        if first:
            source = self._ahead(self.clone() if direction == Direction.UP else loaded.database, first)
            answer = engine_diff(self._context, source, goal, what)
        if isinstance(answer, SupasyncError):
            raise answer
        script, left = str(answer), overlooked(before, after)
        with_grants = self._seen.comparison == Grants.MANAGED
        engine = corrected(script, before, after, with_grants=with_grants)
        roles = self._seen.role_statements[0 if direction == Direction.UP else 1]
        statements = order_statements(tuple(dict.fromkeys((*first, *engine, *left.statements, *roles))), {})
        unmanaged = summarize(
            (item.difference for item in left.unmanaged)
            if statements
            else compare(before, after, owners=True, grants=with_grants),
            before="Supabase",
            after=self._seen.schema.name,
        )
        unmanaged = (*unmanaged, *_not_ours(seen, wanted)) if direction == Direction.UP else unmanaged
        notes = (*loaded.notes, *self._unseen(loaded.database), *_left_alone(seen, wanted))
        found = {"statements": statements, "unmanaged": unmanaged, "notes": notes}
        self._context.cache.put(self._key(direction), found)
        return found

    def _unseen(self, desired: str) -> Iterator[str]:
        """Name the schemas of the file that have a name of the platform's: nothing looks into them."""
        made = self.shadow.outside(desired).without(self.shadow.outside(self.shadow.baseline()))
        for name in sorted(made.objects):
            if name.startswith("schema "):
                yield f"{name} has a name of the platform's: nothing in it is compared or applied"
            elif name.startswith(_MADE):
                where = "a schema of the platform's or an extension's"
                yield f"{in_short(name)} lies in {where}: it is not compared or applied"

    def _ahead(self, template: str, statements: Sequence[str]) -> Endpoint:
        """Return a copy of a shadow database in which `statements` ran: what the engine must then start from."""
        database = self.shadow.scratch(template)
        with refusing("the change fails even on an empty copy of the schema"):
            self.shadow.run_in_any_order(database, statements)
        return self.shadow.endpoint(database)


def _not_ours(seen: Fingerprint, wanted: Fingerprint) -> Iterator[str]:
    """Name what the schema file says otherwise of objects that are not ours to change."""
    for found, owner in wanted_otherwise(seen, wanted):
        (words,) = summarize([found], before="Supabase", after="the schema file")
        if owner:
            yield f"{words}; it belongs to {owner}: let {owner} change it, or give it to the role in DATABASE_URL"
        else:
            yield f"{words}; it is of the extension wrappers, which supabase db diff leaves out: change it by hand"


def _left_alone(seen: Fingerprint, wanted: Fingerprint) -> Iterator[str]:
    """Name the objects of others that the schema file does not have."""
    extensions = of_wrappers(seen)
    for row in seen.foreign:
        key = key_of(row.identity)
        if row.kind == "owner" and key not in wanted.foreign_names:
            whose = "is of the extension wrappers" if key in extensions else f"belongs to {row.definition}"
            yield f"{row.identity} {whose} and is left as it is"


def assess(
    context: Context,
    target: TargetCatalog,
    seen: Observation,
    raw: RawDiff,
    down: tuple[str, ...],
    *,
    major: int,
    facts: TargetFacts | None = None,
) -> Difference:
    """Put statements into changes, hazards and findings. The preflight reads the target's rows, nothing else.

    `facts` are the target's where they were read just now.
    """
    facts = with_schema(facts or target.facts(), seen.fingerprint, major) if raw.statements else TargetFacts()
    changes = tuple(change for statement in raw.statements for change in changes_of(statement))
    with context.screen.step("Checking the affected rows"):
        looked = preflight(target, changes, facts)
    return Difference(
        up=raw.statements,
        down=down,
        changes=changes,
        destructive=tuple(change for change in destructive_changes(changes, facts) if change not in looked.harmless),
        lines=describe(changes, present=routines(seen.fingerprint), relations=facts.relations),
        hazards=tuple(
            hazard
            for hazard in hazards_of(changes, facts)
            if hazard.kind is not HazardKind.LOSES_DATA or hazard.change not in looked.harmless
        ),
        findings=looked.findings,
        comparison=seen.comparison,
        unmanaged=raw.unmanaged,
        notes=(*raw.notes, *looked.unknown),
    )


@dataclass(frozen=True)
class PreflightResult:
    """What the preflight saw: findings, notes on probes that could not be run, changes of type that cut no value."""

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    harmless: frozenset[Change]


def preflight(target: TargetCatalog, changes: Sequence[Change], facts: TargetFacts) -> PreflightResult:
    """Run the read-only probes.

    An expression of the user's may raise for some row: then nothing is known, and the push decides.
    """
    found: list[Finding] = []
    unknown: list[str] = []
    cuts: dict[Change, bool] = {}
    for probe in dict.fromkeys(probes_of(changes, facts)):
        if probe.refused:
            unknown.append(f"could not check for {probe.question}: {probe.refused}")
            continue
        if probe.trial and any(finding.probe.change == probe.change and blocking(finding) for finding in found):
            continue  # what does not fit is known, and counted
        try:
            count, sample = target.probe(probe.sql, own=probe.own, trial=probe.trial)
        except SupasyncError as error:
            if not getattr(error, "sqlstate", ""):
                raise
            unknown.append(f"could not check for {probe.question}: {error.message}")
            count, sample = -1, ""
        if count > 0:
            found.append(Finding(probe, count, sample))
        if probe.kind == "narrowing":
            cuts[probe.change] = cuts.get(probe.change, False) or count != 0
    return PreflightResult(tuple(found), tuple(unknown), frozenset(change for change, cut in cuts.items() if not cut))


def routines(fingerprint: Fingerprint) -> frozenset[str]:
    """Return the target's routines as `describe` names them: `f(integer)`, without the schema public."""
    kinds = ("function", "procedure", "aggregate")
    return frozenset(row.identity.removeprefix("public.") for row in fingerprint.rows if row.kind in kinds)
