"""Decide, for migration files that are there already: what they do, and whether it is what the schema file says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from supasync.core.attic.inventory import keeps_in
from supasync.core.attic.model import Keep, Label, standing
from supasync.core.attic.own_texts import OwnTexts, restoring
from supasync.core.catalog.inheritance import parents_of
from supasync.core.catalog.outside import OutsideChange
from supasync.core.catalog.state import State
from supasync.core.changes.change import Change, column_key
from supasync.core.changes.describe import describe
from supasync.core.changes.effect import Verb
from supasync.core.checks.hazard import ACCESS_EXCLUSIVE, Hazard, HazardKind
from supasync.core.checks.preflight import Finding, blocking
from supasync.core.engine.running_code import code_in
from supasync.core.engine.written_anew import lost_by_retyping
from supasync.core.plan.migration_file import MigrationFile
from supasync.core.plan.plan import Difference, Plan, Segment
from supasync.core.sql import runnable
from supasync.core.sql.keys import ColumnKey
from supasync.core.sql.names import shown
from supasync.workflow.attic_plan import costs_of, is_blank, label_of_text
from supasync.workflow.compare import Comparer, RawDiff, assess
from supasync.workflow.context import Context
from supasync.workflow.editing import refuse_no_sql
from supasync.workflow.observe import Observation, stamp_of
from supasync.workflow.ports.target import Target
from supasync.workflow.rehearse import Confirmed, Rehearsal


def pending_difference(context: Context, target: Target, seen: Observation, comparer: Comparer) -> Difference:
    """Return what the migration files do that the target has not applied. Raises InvalidSqlError for what is no SQL."""
    refuse_no_sql({file.file_name: file.text for file in seen.pending})
    rollbacks = context.project.rollbacks_dir.name
    refuse_no_sql({f"{rollbacks}/{file.file_name}": _twin(context, file) or "" for file in seen.pending})
    ups = [text for file in seen.pending for text in runnable(file.text)]
    kept = (*keeps_in(ups, context.keep_codec), *_in_attic(target))
    own = OwnTexts(kept, context.keep_codec)
    # What comes back from the attic is shown as well: a file of somebody's says so, and what comes back is overwritten.
    up = tuple(shown for text in ups if (shown := restoring(text) if own.has(text) else text))
    raw = RawDiff(up, (), tuple(_twin_notes(context, seen.pending)))
    found = assess(context, target, seen, raw, (), major=comparer.surroundings.major)
    return replace(found, notes=(*found.notes, *_in_the_way(found.findings)))


def _in_the_way(findings: Iterable[Finding]) -> Iterator[str]:
    """Say which of today's rows a statement fails on, unless one before it sees to them."""
    for finding in filter(blocking, findings):
        sample = f", for example {finding.sample}" if finding.sample else ""
        yield f"today {finding.words}{sample}: if no statement before sees to that, the push fails and changes nothing"


def _in_attic(target: Target) -> tuple[Keep, ...]:
    return tuple(entry.keep for entry in standing(target.attic()))


def _twin_notes(context: Context, pending: Sequence[MigrationFile]) -> list[str]:
    twins = [file.file_name for file in pending if is_blank(_twin(context, file))]
    return [f"{name} has no rollback file: its rollback is computed when needed" for name in twins]


def _twin(context: Context, file: MigrationFile) -> str | None:
    return context.files.read_text(context.project.rollbacks_dir / file.file_name)


def pending_plan(
    context: Context, target: Target, seen: Observation, comparer: Comparer, difference: Difference, reason: str
) -> Plan:
    """Rehearse the files that are there already, as they are. Raises RefusedError for what they do not prove."""
    rehearsal = Rehearsal(context, seen, comparer)
    files = seen.pending
    twins = [_twin(context, file) for file in files]
    downs = [None if is_blank(text) else text for text in twins]
    with context.screen.step("Rehearsing the files"):
        found = rehearsal.confirm([file.text for file in files], downs, authored=[file.file_name for file in files])
    here, after = comparer.state_here(), comparer.state_of(found.reached, found.facts)
    known = _in_attic(target)
    difference = _judged(context, difference, found, here, known, [text for f in files for text in runnable(f.text)])
    unkept = _unkept(difference)
    segments: list[Segment] = []
    code: list[str] = []
    for file, twin in zip(files, twins, strict=True):
        label, why, keeps = label_of_text(file.text, here, after, context.keep_codec, known)
        ups, texts = runnable(file.text), OwnTexts((*keeps, *known), context.keep_codec)
        back = code_in(text for text in runnable(twin or "") if not texts.has(text))
        code += [*code_in(text for text in ups if not texts.has(text)), *back]
        doubt = unkept or _lost_by_rollback(found.back) or _runs(back)
        if doubt and label is not Label.SCHEMA_ONLY:
            label, why = Label.SCHEMA_ONLY, doubt
        segments.append(
            Segment(file.version, file.name, ups, (), file.text, twin or "", keeps, label, why, authored=True)
        )
    return Plan(
        name=files[0].name,
        reason=reason,
        difference=difference,
        segments=tuple(segments),
        backfills=(),
        fingerprint_before=seen.stamp,
        fingerprint_after=stamp_of(found.reached, seen.comparison),
        drift=comparer.drift(),
        costs=costs_of([keep for part in segments for keep in part.keeps], difference, here),
        outside=found.outside,
        code=tuple(code),
    )


def _judged(
    context: Context, difference: Difference, found: Confirmed, here: State, known: Sequence[Keep], ups: Sequence[str]
) -> Difference:
    """Add what the rehearsal has shown that no statement says: values that are lost, what no comparison sees."""
    keeps = keeps_in(ups, context.keep_codec)
    own = OwnTexts((*keeps, *known), context.keep_codec)
    theirs = [text for text in ups if not own.has(text)]
    children = parents_of(here.fingerprint).keys()
    changed = lost_by_retyping(found.outside, theirs, here.facts.column_types, children)
    kept = _kept(keeps)
    unkept = [key for key in changed if kept.isdisjoint({key, key[:2]})]
    difference = _with_losses(difference, found.outside.gone, unkept)
    findings = tuple(replace(one, kept=not kept.isdisjoint(_keys_of(one.probe.change))) for one in difference.findings)
    return replace(difference, findings=findings, notes=(*difference.notes, *found.unseen))


def _keys_of(change: Change) -> frozenset[tuple[str, ...]]:
    if change.kind == "column":
        return frozenset({column_key(change), (change.schema, change.table)})
    return frozenset({(change.schema, change.name)})


# What is lost without a statement that says so; the plan has a change for it all the same.
_BY_THE_WAY = "goes along with something else"
_RETYPED = "has other values by a change of type"


def _kept(keeps: Iterable[Keep]) -> frozenset[tuple[str, ...]]:
    """Return keys of the columns and tables that keeps hold."""
    columns = {(keep.schema, keep.name, column.name) for keep in keeps for column in keep.columns if keep.values}
    return frozenset({*columns, *((keep.schema, keep.name) for keep in keeps if not keep.values)})


def _with_losses(difference: Difference, gone: Iterable[ColumnKey], changed: Iterable[ColumnKey]) -> Difference:
    """Add the columns whose values are gone, or changed, after the files, where no change of theirs says so.

    CASCADE takes them, or a name that means another table by then: what is lost is seen in the rehearsal alone.
    """
    said = said_to_be_lost(difference.destructive)
    lost = tuple(
        Change(verb, "column", schema, column, table, words, "", True)
        for verb, words, keys in ((Verb.DROP, _BY_THE_WAY, gone), (Verb.ALTER, _RETYPED, changed))
        for schema, table, column in keys
        if said.isdisjoint({(schema, table, column), (schema, table), (schema,)})
    )
    if not lost:
        return difference
    hazards = (
        Hazard(HazardKind.LOSES_DATA, one, f"values of {one.identity} are lost: it {one.detail}", ACCESS_EXCLUSIVE)
        for one in lost
    )
    return replace(
        difference,
        changes=(*difference.changes, *lost),
        destructive=(*difference.destructive, *lost),
        lines=(*difference.lines, *describe(lost)),
        hazards=(*difference.hazards, *hazards),
    )


def said_to_be_lost(changes: Iterable[Change]) -> frozenset[tuple[str, ...]]:
    """Return keys of the columns, tables and schemas that changes drop."""
    said: set[tuple[str, ...]] = set()
    for change in changes:
        if change.kind == "column":
            said.add(column_key(change))
        else:
            said.add((change.name,) if change.kind == "schema" else (change.schema, change.name))
    return frozenset(said)


def _lost_by_rollback(back: OutsideChange) -> str:
    """Say which values the rollback files take away that the migrations leave alone, "" for none."""
    names = ", ".join(f"{shown(schema, table)}.{column}" for schema, table, column in back.gone)
    return f"its rollback file takes away the values of {names}" if names else ""


def _runs(code: Sequence[str]) -> str:
    return f"its rollback file runs code: {code[0].splitlines()[0][:60]}" if code else ""


def _unkept(difference: Difference) -> str:
    """Say what nobody keeps because no statement drops it, "" for nothing."""
    found = [change for change in difference.destructive if change.detail in (_BY_THE_WAY, _RETYPED)]
    return "; ".join(f"{change.identity} {change.detail}" for change in found)
