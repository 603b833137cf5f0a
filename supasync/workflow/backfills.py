"""Decide what gives rows a value before a column becomes NOT NULL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from supasync.core.changes.change import column_key
from supasync.core.changes.effect import Verb
from supasync.core.checks.preflight import Finding, backfill_for, blocking
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.fills import Fill
from supasync.core.plan.plan import Backfill, Difference
from supasync.core.sql.keys import ColumnKey
from supasync.workflow import gates
from supasync.workflow.context import Context
from supasync.workflow.ports.target import TargetCatalog


def choose_backfills(
    context: Context,
    target: TargetCatalog,
    difference: Difference,
    wish: BackfillChoice,
    given: Collection[ColumnKey] = (),
) -> Mapping[ColumnKey, Backfill]:
    """Offer to fill rows that a NOT NULL would fail on with the column's default; return what was agreed to.

    Columns of `given` have a value already.

    Raises RefusedError that names every change which existing rows would fail, when one is not to be filled.
    """
    chosen: dict[ColumnKey, Backfill] = {}
    declined: list[str] = []
    if wish is BackfillChoice.NONE:
        return chosen
    facts = target.facts()
    asks = wish is BackfillChoice.ASK and context.screen.interactive
    for finding in filter(blocking, difference.findings):
        if column_key(finding.probe.change) in given:
            continue
        update = backfill_for(finding, difference.changes, facts)
        if update is None:
            continue
        if asks:
            context.screen.note(gates.finding_words(finding))
            agreed = context.prompter.confirm(f"Fill them with the default? ({update})")
        else:
            agreed = wish is BackfillChoice.DEFAULT
        if agreed:
            chosen[column_key(finding.probe.change)] = _backfill(finding, update)
            continue
        declined.append(update)
        if asks:
            break
    if declined:
        failing = (found for found in difference.findings if column_key(found.probe.change) not in chosen)
        gates.refuse_failing(failing, advice=f"With --backfill default, sync runs this first: {'; '.join(declined)}")
    return chosen


def given_backfills(
    difference: Difference, fills: Sequence[Fill], *, new_columns: bool = False
) -> Mapping[ColumnKey, Backfill]:
    """Return the values given to existing columns that become NOT NULL, and to `new_columns` that are from the start.

    Columns that come back by a rollback are filled later.
    """
    found: dict[ColumnKey, Backfill] = {}
    for finding in difference.findings:
        key = column_key(finding.probe.change)
        fill = next((fill for fill in fills if fill.is_for(key)), None)
        change = finding.probe.change
        new = new_columns and change.verb is Verb.CREATE and change.kind == "column"
        if fill and finding.probe.kind == "nulls" and (new or change.detail == "SET NOT NULL"):
            found[key] = _backfill(finding, fill.update(key))
    return found


def _backfill(finding: Finding, update: str) -> Backfill:
    change = finding.probe.change
    return Backfill(update, f"{change.schema}.{change.table}", change.name, finding.count)
