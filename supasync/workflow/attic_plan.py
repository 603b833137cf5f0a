"""Decide, part three: what a plan keeps in the attic, what comes back from it, and what that costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from supasync.core import sql
from supasync.core.attic.attic_sql import without_kept
from supasync.core.attic.data_loss import Losses, losses_of
from supasync.core.attic.inventory import keeps_in
from supasync.core.attic.keep_selection import label_of
from supasync.core.attic.model import ColumnOutcome, Keep, KeepCodec, KeepKind, Label, standing
from supasync.core.attic.own_texts import OwnTexts
from supasync.core.attic.preserve import is_required, restorable
from supasync.core.catalog.state import State
from supasync.core.changes.change import Change, column_key
from supasync.core.changes.effect import Verb
from supasync.core.changes.read_alter_table import commands, constraint_of
from supasync.core.checks.preflight import Finding
from supasync.core.checks.probe import Probe, column_sql, count_where, joined, sample_of
from supasync.core.engine.running_code import runs_code
from supasync.core.plan.plan import Cost, Difference
from supasync.core.sql import qualified, quote_ident, runnable, tree
from supasync.core.sql.names import relation, shown, strings, walk
from supasync.workflow.ports.target import TargetAttic, TargetCatalog


def from_attic(target: TargetAttic, before: State, after: State, versions: Collection[str]) -> tuple[Keep, ...]:
    """Return what the attic holds of the objects that come between two states, the newest of each.

    With `versions`, only what these migrations took away.
    """
    return restorable((entry.keep for entry in standing(target.attic(), versions)), before, after)


def with_returning(
    target: TargetCatalog, difference: Difference, losses: Losses, restored: Sequence[Keep], after: State
) -> Difference:
    """Return the difference with findings that know of values which go along, or come back from the attic.

    A new NOT NULL column would find rows without a value; here these are only the rows that nothing is kept of.
    """
    findings = []
    for finding in difference.findings:
        change = finding.probe.change
        probe = finding.probe
        if probe.kind == "nulls" and change.verb is Verb.CREATE and change.kind == "column":
            probe = _probe_of_returning(change, losses, restored, after) or probe
        elif probe.kind in ("orphans", "orphans-of-new-table"):
            probe = probe_of_partners(probe, losses, restored)
        if probe is finding.probe:
            findings.append(finding)
        elif (count := target.probe(probe.sql, own=probe.own, trial=probe.trial)[0]) > 0:
            findings.append(Finding(probe, count))
    return replace(difference, findings=tuple(findings))


def _probe_of_returning(change: Change, losses: Losses, restored: Sequence[Keep], after: State) -> Probe | None:
    table = (change.schema, change.table)
    lost = {column.name for column in losses.columns.get(table, ()) if column.fate is not ColumnOutcome.GONE}
    if change.name in lost:
        question = f"rows with NULL in {change.identity}"
        return count_where(change, "nulls", question, f"{column_sql(change.name)} IS NULL")
    for keep in restored:
        if keep.values and (keep.schema, keep.name) == table and keep.column(change.name):
            return lacking(keep, change) if is_required(after, column_key(change)) else None
    return None


def probe_of_partners(probe: Probe, losses: Losses, restored: Sequence[Keep]) -> Probe:
    """Return the probe for rows without a partner, where the partners go along with their table or come back."""
    constraint = constraint_of(commands(tree(probe.change.sql)[1])[0])
    other = relation(constraint.get("pktable", {}))
    other_key = (other.schema, other.name)
    back = next(
        (keep for keep in restored if keep.kind is KeepKind.ROWS and (keep.schema, keep.name) == other_key),
        None,
    )
    there = back.attic_table if back else qualified(*other_key) if losses.tables.get(other_key) else ""
    pairs = list(zip(strings(constraint.get("fk_attrs", ())), strings(constraint.get("pk_attrs", ())), strict=False))
    if not there or not pairs:
        return probe
    own = [column_sql(mine, "c") for mine, _ in pairs]
    same = " AND ".join(
        f"p.{quote_ident(theirs)}::text = {mine}::text" for mine, (_, theirs) in zip(own, pairs, strict=True)
    )
    present = " AND ".join(f"{mine} IS NOT NULL" for mine in own)
    table = qualified(probe.change.schema, probe.change.table)
    alone = f"{present} AND NOT EXISTS (SELECT FROM {there} AS p WHERE {same})"
    query = f"SELECT count(*), {sample_of(joined(own))} FROM {table} AS c WHERE {alone}"
    return Probe(probe.change, query, probe.question, "orphans-of-new-table" if back else "orphans")


def lacking(keep: Keep | None, change: Change, among: str = "") -> Probe:
    """Return the probe for rows that the attic holds no value of a restored column for: all rows without a keep.

    `among` names where the rows are while their table is not there.
    """
    question = f"rows of {change.table_identity} that have no value for {quote_ident(change.name)}"
    query = f"SELECT count(*), ''::text FROM {among or qualified(change.schema, change.table)} AS here"
    return Probe(change, f"{query} WHERE {without_kept(keep)}" if keep else query, question, "nulls")


def costs_of(keeps: Sequence[Keep], difference: Difference, state: State) -> tuple[Cost, ...]:
    """Return what keeping takes, from what the preflight counted and from the target's statistics."""
    return tuple(Cost(keep, *_size(keep, difference.findings, state)) for keep in keeps)


def _size(keep: Keep, findings: Sequence[Finding], state: State) -> tuple[int | None, int | None]:
    if keep.kind is KeepKind.POSITION:
        return 1, None
    table = (keep.schema, keep.name)
    rows, size = state.facts.row_estimates.get(table), state.facts.table_bytes.get(table)
    counted = [found.count for found in findings if _counts(found, keep)]
    if counted:
        rows = max(counted)
    if keep.values and size is not None:
        kept = len(keep.columns) + max(len(keep.key.columns), 1)
        size = size * min(kept, len(state.columns(table))) // max(len(state.columns(table)), 1)
    return rows, size


def _counts(finding: Finding, keep: Keep) -> bool:
    change = finding.probe.change
    if keep.kind is KeepKind.ROWS:
        return finding.probe.kind == "rows" and (change.schema, change.name) == (keep.schema, keep.name)
    if (change.schema, change.table) != (keep.schema, keep.name):
        return False
    column = keep.column(change.name)
    return column is not None and finding.probe.kind == ("nulls" if column.fate is ColumnOutcome.FILLED else "values")


def label_of_text(
    up_text: str, before: State, after: State, codec: KeepCodec, known: Sequence[Keep] = ()
) -> tuple[Label, str, tuple[Keep, ...]]:
    """Return label, reason and keeps of a migration that a person wrote or edited; `known` are in the attic already."""
    statements = runnable(up_text)
    keeps = keeps_in(statements, codec)
    texts = OwnTexts((*keeps, *known), codec)
    own = tuple(text for text in statements if not texts.has(text))
    label, reason = label_of(losses_of(own, before, after), keeps)
    if label != Label.SCHEMA_ONLY and (doubt := doubt_of(own, keeps, before)):
        return Label.SCHEMA_ONLY, doubt, keeps
    return label, reason, keeps


def doubt_of(statements: Sequence[str], keeps: Sequence[Keep], before: State) -> str:
    """Say what a person's statements may do to rows that nobody keeps, "" for nothing of that kind."""
    filled = {
        (k.schema, k.name, c.name) for k in keeps if k.values for c in k.columns if c.fate is ColumnOutcome.FILLED
    }
    for text in statements:
        kind, node = sql.tree(text)
        if runs_code(text):
            return f"its effect on rows is unknown: {text.splitlines()[0][:60]}"
        if any(found.get("action") == "ONCONFLICT_UPDATE" for found in walk(node, "on_conflict_clause")):
            table = relation(node.get("relation", {}))
            return f"a statement of your own changes rows of {shown(table.schema, table.name)}"
        if kind in ("update_stmt", "merge_stmt"):
            table = relation(node["relation"])
            set_to = [target["res_target"]["name"] for target in node.get("target_list", ())]
            columns = {(table.schema, table.name, name) for name in set_to}
            known = {c for c in columns if c in before.facts.column_types and c not in filled}
            if kind == "merge_stmt" or known:
                return f"a statement of your own changes rows of {shown(table.schema, table.name)}"
    return ""


def is_blank(text: str | None) -> bool:
    """Tell whether a file holds no statement."""
    return text is None or not sql.split(text)
