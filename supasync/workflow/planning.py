"""Decide: from a difference to a proven plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from supasync.core.attic.data_loss import losses_of
from supasync.core.attic.disabled_triggers import FIRE_DEFERRED, pause_triggers
from supasync.core.attic.keep_selection import needed_back
from supasync.core.attic.model import Keep, Label
from supasync.core.attic.preserve import Transition, preserve
from supasync.core.catalog.state import State
from supasync.core.changes.change import changes_of, column_key
from supasync.core.changes.describe import describe, suggest_name
from supasync.core.engine.sequence_values import is_sequence_continuation
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.fills import BACKFILL, Fill, demanded_later, fills_in, is_filled, place_fills, refuse_unplaced
from supasync.core.plan.migration_file import (
    checksum_of,
    clean_name,
    migration_text,
    next_versions,
    rollback_text,
)
from supasync.core.plan.plan import Difference, Plan, Segment
from supasync.core.sql import runnable
from supasync.core.sql.keys import ColumnKey
from supasync.workflow import gates
from supasync.workflow.attic_plan import costs_of, from_attic, label_of_text, with_returning
from supasync.workflow.backfills import choose_backfills, given_backfills
from supasync.workflow.compare import Comparer, routines
from supasync.workflow.context import Context
from supasync.workflow.editing import edited, texts_of
from supasync.workflow.observe import Observation, stamp_of
from supasync.workflow.ports.target import Target
from supasync.workflow.rehearse import Confirmed, Proof, Rehearsal


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """What the person asked of a plan.

    `restore` brings back what the attic has of created objects (with `restore_of`,
    only what these migrations took away), `discard` keeps nothing there. `edit`: a person looks at the files before
    they are proven; `lenient`: they may be changed later. `fills` are the values given by `flag`, --fill of rollback or
    --backfill of sync.
    """

    name: str = ""
    reason: str = ""
    backfill: BackfillChoice = BackfillChoice.ASK
    restore: bool = False
    discard: bool = False
    edit: bool = False
    lenient: bool = False
    restore_of: Collection[str] = ()
    fills: tuple[Fill, ...] = ()
    flag: str = BACKFILL


def make_plan(
    context: Context,
    target: Target,
    seen: Observation,
    comparer: Comparer,
    difference: Difference,
    options: PlanOptions,
) -> Plan:
    """Rehearse the difference and return it as a plan. Raises RefusedError for what cannot be proven."""
    gates.refuse_unfit(difference)
    drift = comparer.drift()
    here, wanted = comparer.state_here(), comparer.state_wanted()
    restored = from_attic(target, here, wanted, options.restore_of) if options.restore else ()
    difference = with_returning(target, difference, losses_of(difference.up, here, wanted), restored, wanted)
    on_sync = options.flag == BACKFILL
    said = fills_in(seen.schema.text) if on_sync else ()
    given = given_backfills(difference, (*options.fills, *said), new_columns=on_sync)
    backfills = {**given, **choose_backfills(context, target, difference, options.backfill, given)}
    difference = replace(difference, up=demanded_later(difference.up, given.keys())) if on_sync else difference
    values = tuple(fill for fill in options.fills if not any(map(fill.is_for, backfills)))
    if not options.lenient:
        left = (found for found in difference.findings if column_key(found.probe.change) not in backfills)
        failing = (found for found in left if not is_filled(column_key(found.probe.change), values))
        gates.refuse_failing(failing, flag=options.flag)
    rehearsal = Rehearsal(context, seen, comparer)
    fills = {column: fill.sql for column, fill in backfills.items()}
    difference, proof = _proven(rehearsal, difference, fills, seen)
    name = clean_name(options.name or suggest_name(difference.changes, routines(seen.fingerprint)))
    after = comparer.state_of(proof.reached, proof.facts)
    kept = tuple(entry.version for entry in target.attic())
    segments = _segments(context, seen, proof, name, options, PlanBasis(here, after, fills, restored, values, kept))

    def prove_files(segments: tuple[Segment, ...]) -> tuple[tuple[Segment, ...], Confirmed]:
        with context.screen.step("Rehearsing the migration files"):
            ups, downs = [part.up_text for part in segments], [part.down_text for part in segments]
            return segments, rehearsal.confirm(ups, downs, attic=restored)

    if options.edit:
        segments, confirmed = edited(
            context,
            texts_of(segments),
            lambda texts: prove_files(_as_edited(context, segments, texts, here, after, restored)),
        )
    else:
        segments, confirmed = prove_files(segments)
    return Plan(
        name=name,
        reason=options.reason,
        difference=difference,
        segments=segments,
        backfills=tuple(backfills.values()),
        fingerprint_before=seen.stamp,
        fingerprint_after=stamp_of(confirmed.reached, seen.comparison),
        drift=drift,
        costs=costs_of([keep for part in segments for keep in part.keeps], difference, here),
        restored=restored,
        discards=options.discard and any(part.label == Label.SCHEMA_ONLY for part in segments),
        outside=confirmed.outside,
    )


def _proven(
    rehearsal: Rehearsal, difference: Difference, fills: Mapping[ColumnKey, str], seen: Observation
) -> tuple[Difference, Proof]:
    """Rehearse the difference with its backfills; return it with the statements that were proven, and the proof."""
    pauses = {column: pause_triggers(seen.fingerprint, column[0], column[1], difference.up) for column in fills}
    proof = rehearsal.prove(difference.up, difference.down, fills, pauses)
    resting = (text for pause in pauses.values() for text in (*pause.before, *pause.after))
    return _as_proven(difference, proof, {FIRE_DEFERRED, *fills.values(), *resting}, seen), proof


@dataclass(frozen=True)
class PlanBasis:
    """What the files of a plan are made on.

    The states around it, backfills by column, keeps that come back, values for columns that come back, and the
    versions of what the attic has: after a rollback nothing else may tell of them.
    """

    before: State
    after: State
    fills: Mapping[ColumnKey, str]
    restored: tuple[Keep, ...]
    values: tuple[Fill, ...]
    kept: tuple[str, ...]


def _as_proven(difference: Difference, proof: Proof, own: Collection[str], seen: Observation) -> Difference:
    """Return the difference with the statements that were proven, what the supplement added included.

    `own` are the statements of the backfills, which change rows and not the schema.
    """
    up = tuple(text for segment in proof.segments for text in segment.up)
    down = tuple(text for segment in reversed(proof.segments) for text in segment.down)
    changing = (text for text in up if text not in own and not is_sequence_continuation(text))
    changes = tuple(change for text in changing for change in changes_of(text))
    lines = describe(changes, present=routines(seen.fingerprint))
    return replace(difference, up=up, down=down, changes=changes, lines=lines, notes=(*difference.notes, *proof.notes))


def _segments(
    context: Context, seen: Observation, proof: Proof, name: str, options: PlanOptions, basis: PlanBasis
) -> tuple[Segment, ...]:
    project = context.project
    taken = [file.version for file in context.files.read_migrations(project.migrations_dir)]
    taken += [version for entry in seen.entries for version in entry.versions]
    versions = next_versions(context.now(), (*taken, *basis.kept), len(proof.segments))
    made, values = [], basis.values
    for number, (version, proven) in enumerate(zip(versions, proof.segments, strict=True), start=1):
        part = name if len(versions) == 1 else f"{name}_{number}_of_{len(versions)}"
        filled = tuple(column for column, text in basis.fills.items() if text in proven.up)
        step = Transition(proven.up, proven.down, basis.before, basis.after, filled)
        attic = basis.restored if number == len(versions) else ()
        kept = preserve(step, version, context.keep_codec, discard=options.discard, attic=attic)
        ups, values = place_fills(kept.up, values)
        up_text = migration_text(
            version,
            part,
            ups,
            reason=options.reason,
            lock_timeout=project.lock_timeout,
            statement_timeout=project.statement_timeout,
        )
        returns = f"{kept.label} ({kept.reason})" if kept.reason else str(kept.label)
        restores = [keep.words for keep in kept.keeps if needed_back(keep)]
        down_text = rollback_text(version, part, kept.down, checksum_of(up_text), returns=returns, restores=restores)
        made.append(
            Segment(version, part, proven.up, proven.down, up_text, down_text, kept.keeps, kept.label, kept.reason)
        )
    refuse_unplaced(values, options.flag)
    return tuple(made)


def _as_edited(
    context: Context,
    segments: tuple[Segment, ...],
    texts: Mapping[str, str],
    before: State,
    after: State,
    restored: Sequence[Keep],
) -> tuple[Segment, ...]:
    """Return the segments as a person has edited their files; what these say is what is proven and applied."""
    made = []
    for segment in segments:
        up_text, down_text = (texts[name] for name in texts_of((segment,)))
        if (up_text, down_text) != (segment.up_text, segment.down_text):
            label, why, keeps = label_of_text(up_text, before, after, context.keep_codec, restored)
            ups = runnable(up_text)
            segment = replace(
                segment, up=ups, up_text=up_text, down_text=down_text, keeps=keeps, label=label, label_reason=why
            )
        made.append(segment)
    return tuple(made)
