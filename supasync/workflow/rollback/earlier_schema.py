"""What the schema file said in the state that a rollback reaches: from the ledger, or from git."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from supasync.core.catalog.fingerprint import Grants
from supasync.core.plan.ledger import Event
from supasync.core.plan.migration_file import checksum_of
from supasync.core.plan.rollback_plan import (
    RollbackPlan,
    RollbackStep,
    goal_of,
)
from supasync.core.plan.schema_file import SchemaFile
from supasync.errors import InvalidSqlError, UsageError
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.observe import Observation, stamp_of
from supasync.workflow.ports.target import Target


def goal_schema(seen: Observation, steps: Sequence[RollbackStep], chosen: Sequence[RollbackStep]) -> SchemaFile | None:
    """Return the schema file of the state that the rollback reaches, None where the ledger keeps none."""
    goal = goal_of(steps, chosen)
    if goal is not None and goal.entry is not None and goal.entry.event is Event.SUCCEEDED:
        started = next((e for e in seen.entries if e.sync_id == goal.entry.sync_id and e.schema_file), None)
        if started is not None:
            return replace(seen.schema, text=started.schema_file, checksum=checksum_of(started.schema_file))
    return None


def with_schema_file(plan: RollbackPlan, seen: Observation, text: str | None) -> RollbackPlan:
    """Return the plan with what becomes of the schema file."""
    latest = plan.steps[0].entry
    begun = next((e for e in seen.entries if latest and e.sync_id == latest.sync_id and e.schema_checksum), None)
    edited = begun is None or begun.schema_checksum != seen.schema.checksum
    if text is None or text == seen.schema.text:
        return replace(plan, schema_name=seen.schema.name, schema_text=text)
    lines = difflib.unified_diff(
        # Not `splitlines`: it breaks names that hold U+2028 and the like.
        seen.schema.text.removesuffix("\n").split("\n"),
        text.removesuffix("\n").split("\n"),
        seen.schema.name,
        f"{seen.schema.name} (then)",
        lineterm="",
        n=1,
    )
    return replace(
        plan, schema_name=seen.schema.name, schema_text=text, schema_diff="\n".join(lines), schema_edited=edited
    )


def goal_in_git(
    context: Context, target: Target, seen: Observation, chosen: Sequence[RollbackStep]
) -> SchemaFile | None:
    """Return the version of the schema file in git that makes the state which the oldest of the steps found."""
    oldest = chosen[-1].entry
    begun = next((e for e in seen.entries if oldest and e.sync_id == oldest.sync_id and e.fingerprint_before), None)
    if begun is None:
        return None
    with Comparer(context, target, seen) as comparer:
        then = replace(seen, comparison=begun.comparison or Grants.IGNORED)
        text = proposed_text(context, comparer, begun.fingerprint_before, then)
    return None if text is None else replace(seen.schema, text=text, checksum=checksum_of(text))


def proposed_text(context: Context, comparer: Comparer, reached: str, seen: Observation) -> str | None:
    """Return the version of the schema file in git that makes the state `reached`, None for none."""
    for text in context.earlier_schemas():
        if text == seen.schema.text:
            continue
        try:
            loaded = comparer.shadow.desired(text, seen.schema.name)
        except (InvalidSqlError, UsageError):
            continue  # an earlier version that does not load is none that was ever synced
        if stamp_of(comparer.shadow.fingerprint(loaded.database), seen.comparison) == reached:
            return text
    return None
