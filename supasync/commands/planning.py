"""Decide: from a difference to a proven plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from supasync.commands import gates
from supasync.commands.compare import Comparer, routines
from supasync.commands.observe import Observation, stamp_of
from supasync.commands.ports import Context, Target
from supasync.commands.rehearse import Proof, Rehearsal
from supasync.core.change import changes_of
from supasync.core.describe import describe, suggest_name
from supasync.core.facts import column_key
from supasync.core.migration import checksum_of, clean_name, migration_text, next_versions, rollback_text
from supasync.core.numbering import is_numbering
from supasync.core.pause import pause_triggers
from supasync.core.plan import Backfill, Difference, Plan, Segment
from supasync.core.preflight import Finding, backfill_for, blocking
from supasync.core.repair import SETTLE, Column
from supasync.errors import RefusedError

ASK, DEFAULT, NONE = "ask", "default", "none"


@dataclass(frozen=True)
class Wishes:
    """What the person asked of a plan. `backfill` is ask, default or none."""

    name: str = ""
    reason: str = ""
    backfill: str = ASK


def make_plan(
    context: Context, target: Target, seen: Observation, comparer: Comparer, difference: Difference, wishes: Wishes
) -> Plan:
    """Rehearse the difference and return it as a plan. Raises RefusedError for what cannot be proven."""
    gates.refuse_unfit(difference)
    drift = comparer.drift()
    backfills = choose_backfills(context, target, difference, wishes.backfill)
    covered = {(fill.table, fill.column) for fill in backfills.values()}
    gates.refuse_failing(tuple(found for found in difference.findings if _place(found) not in covered))
    rehearsal = Rehearsal(context, seen, comparer)
    fills = {column: fill.sql for column, fill in backfills.items()}
    pauses = {column: pause_triggers(seen.fingerprint, column[0], column[1], difference.up) for column in fills}
    proof = rehearsal.prove(difference.up, difference.down, fills, pauses)
    own = {SETTLE, *fills.values(), *(text for pause in pauses.values() for text in (*pause.before, *pause.after))}
    difference = _as_proven(difference, proof, own, seen)
    name = clean_name(wishes.name or suggest_name(difference.changes))
    segments = _segments(context, seen, proof, name, wishes.reason)
    with context.screen.step("Proving the files themselves"):
        rehearsal.confirm([segment.up_text for segment in segments], [segment.down_text for segment in segments])
    return Plan(
        name=name,
        reason=wishes.reason,
        difference=difference,
        segments=segments,
        backfills=tuple(backfills.values()),
        fingerprint_before=seen.stamp,
        fingerprint_after=stamp_of(proof.reached, seen.comparison),
        drift=drift,
    )


def choose_backfills(context: Context, target: Target, difference: Difference, wish: str) -> Mapping[Column, Backfill]:
    """Offer to fill rows that a NOT NULL would fail on with the column's default; return what was agreed to."""
    chosen: dict[Column, Backfill] = {}
    facts = target.facts()
    for finding in difference.findings:
        update = backfill_for(finding, difference.changes, facts) if blocking(finding) else None
        if update is None:
            continue
        change = finding.probe.change
        if wish == ASK and context.screen.interactive:
            context.screen.note(gates.finding_words(finding))
            agreed = context.prompter.confirm(f"Fill them with the default? ({update})")
        else:
            agreed = wish == DEFAULT
        if not agreed:
            raise RefusedError(
                "Cannot proceed: the change would fail on rows that are there",
                details=(gates.finding_words(finding),),
                hint=f"Nothing was changed. With --backfill default, sync runs this first: {update}",
            )
        chosen[column_key(change)] = Backfill(update, f"{change.schema}.{change.table}", change.name, finding.count)
    return chosen


def _place(finding: Finding) -> tuple[str, str]:
    change = finding.probe.change
    return f"{change.schema}.{change.table}", change.name


def _as_proven(difference: Difference, proof: Proof, own: Collection[str], seen: Observation) -> Difference:
    """Return the difference with the statements that were proven, what the supplement added included.

    `own` are the statements of the backfills, which change rows and not the schema.
    """
    up = tuple(text for segment in proof.segments for text in segment.up)
    down = tuple(text for segment in reversed(proof.segments) for text in segment.down)
    changing = (text for text in up if text not in own and not is_numbering(text))
    changes = tuple(change for text in changing for change in changes_of(text))
    lines = describe(changes, present=routines(seen.fingerprint))
    return replace(difference, up=up, down=down, changes=changes, lines=lines, notes=(*difference.notes, *proof.notes))


def _segments(context: Context, seen: Observation, proof: Proof, name: str, reason: str) -> tuple[Segment, ...]:
    project = context.project
    taken = [file.version for file in context.files.read_migrations(project.migrations_dir)]
    taken += [version for entry in seen.entries for version in entry.versions]
    versions = next_versions(context.now(), taken, len(proof.segments))
    made = []
    for number, (version, proven) in enumerate(zip(versions, proof.segments, strict=True), start=1):
        part = name if len(versions) == 1 else f"{name}_{number}_of_{len(versions)}"
        up_text = migration_text(
            version,
            part,
            proven.up,
            reason=reason,
            lock_timeout=project.lock_timeout,
            statement_timeout=project.statement_timeout,
        )
        down_text = rollback_text(version, part, proven.down, checksum_of(up_text))
        made.append(Segment(version, part, proven.up, proven.down, up_text, down_text))
    return tuple(made)
