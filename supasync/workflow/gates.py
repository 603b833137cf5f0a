"""Gate: what must not pass, or not without `--force`, and the words in which it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from supasync.core.attic.model import Label
from supasync.core.changes.change import Change
from supasync.core.changes.describe import Line
from supasync.core.changes.effect import Verb
from supasync.core.checks.preflight import Finding, blocking, remedy
from supasync.core.engine.split_script import refuse_placeholders
from supasync.core.plan.plan import Difference, Plan
from supasync.errors import RefusedError
from supasync.workflow.context import Context
from supasync.workflow.observe import Observation

FORCE_DATA = "Cannot proceed: would drop data. Use --force flag"
FORCE_OBJECTS = "Cannot proceed: would drop objects that the schema file does not define. Use --force flag"
_HINT = (
    "Nothing was changed. To keep these, put them back into the schema file; to drop them, add --force "
    "(the attic keeps their data, and `supasync rollback` restores it)."
)
_AUTHORS_HINT = (
    "Nothing was changed. A file is applied as it is: the attic keeps only what the file itself puts there. "
    "Delete the file to let sync write its own, which keeps the data; or add --force."
)


def refuse_unsettled_history(seen: Observation) -> None:
    """Refuse to go on while files and history disagree: the CLI would push, or miss, more than the plan."""
    if seen.history.missing:
        raise RefusedError(
            "Cannot proceed: Supabase has migrations that this checkout lacks",
            details=seen.history.missing,
            reason="Somebody synced before you; your schema file may lack their changes and would revert them:",
            hint="Run `git pull`. If the files are lost, `supabase migration fetch` restores them.",
        )
    if seen.rolled_back:
        raise RefusedError(
            "Cannot proceed: supabase/migrations contains migrations that were rolled back",
            details=tuple(f"{file.file_name}, by {entry.actor.label}" for file, entry in seen.rolled_back),
            reason="They would be pushed again:",
            hint="Run `git pull`; or `supasync rollback`, which moves them out of the way.",
        )
    newest = max(seen.applied, key=_in_order, default="")
    late = [file.file_name for file in seen.pending if _in_order(file.version) < _in_order(newest)]
    if late:
        raise RefusedError(
            "Cannot proceed: supabase/migrations contains a migration that is older than the latest one applied",
            details=tuple(late),
            reason=f"Supabase is at {newest}, and supabase db push only goes forward:",
            hint="Rename it (and its rollback file) to a newer version, such as now as YYYYMMDDHHMMSS, or delete it.",
        )


def _in_order(version: str) -> tuple[int, str]:
    return len(version), version


def refuse_unfit(difference: Difference) -> None:
    """Refuse what no flag makes right: secret placeholders and extensions dropped unasked."""
    refuse_placeholders(difference.up)
    refuse_placeholders(difference.down)
    dropped = [change for change in difference.changes if change.kind == "extension" and change.verb is Verb.DROP]
    if dropped:
        raise RefusedError(
            "Cannot proceed: would drop an extension",
            details=tuple(change.identity for change in dropped),
            hint="Add CREATE EXTENSION to the schema file, or drop the extension by hand.",
        )


def refuse_failing(findings: Iterable[Finding], *, advice: str = "", flag: str = "") -> None:
    """Refuse a change that would fail on existing rows.

    `advice` is a sentence on what helps; `flag` is the one that can give the rows a value.
    """
    failing = [finding for finding in findings if blocking(finding)]
    if failing:
        raise RefusedError(
            "Cannot proceed: the change would fail on existing rows",
            details=tuple(finding_words(finding) for finding in failing),
            hint=" ".join(filter(None, ("Nothing was changed.", advice, _fill_hint(failing, flag) if flag else ""))),
        )


def _fill_hint(failing: Sequence[Finding], flag: str) -> str:
    changes = [finding.probe.change for finding in failing if finding.probe.kind == "nulls"]
    options = [f"{flag} \"{change.identity}='...'\"" for change in changes if change.kind == "column"]
    return f"To give these rows a value: {' '.join(options)}" if options else ""


def finding_words(finding: Finding) -> str:
    """Put a finding into one line: of what change, how many, what, an example, what to do."""
    change = finding.probe.change
    named = change.name in finding.probe.question or change.kind not in ("constraint", "index", "domain constraint")
    of = "" if named else f"{change.identity}: "
    sample = f", for example {finding.sample}" if finding.sample else ""
    return f"{of}{finding.words}{sample}: {remedy(finding)}"


def refuse_destructive(
    difference: Difference, seen: Observation, drift: tuple[str, ...], *, authored: bool = False
) -> None:
    """Refuse, without `--force`, to lose data or to drop what somebody made in Supabase by hand.

    `authored`: by a person's files, which are applied as they are.
    """
    if difference.destructive:
        raise RefusedError(
            FORCE_DATA,
            details=tuple(loss_words(change, difference.findings) for change in difference.destructive),
            hint=_AUTHORS_HINT if authored else _HINT,
        )
    foreign = made_by_hand(difference, seen, drift)
    if foreign:
        raise RefusedError(
            FORCE_OBJECTS,
            details=tuple(line.text for line in foreign),
            reason="supasync did not create these; somebody did, by hand:",
            hint="Nothing was changed. To keep these, add them to the schema file; to drop them, add --force.",
        )


def refuse_unknown_code(code: Sequence[str]) -> None:
    """Refuse, without `--force`, to run code of a person's files: what it does on Supabase no rehearsal shows."""
    if code:
        raise RefusedError(
            "Cannot proceed: the files run code whose effect is not known. Use --force flag",
            reason="It may do on Supabase what it does not do on a copy, with all the rights of the connection:",
            details=tuple(code),
            hint="Nothing was changed. Read it. Put what is plain SQL outside of the code, or add --force.",
        )


def loss_words(change: Change, findings: tuple[Finding, ...]) -> str:
    """Say what a destructive change takes away, with the number of rows or values."""
    counts = [finding for finding in findings if finding.probe.change == change and not blocking(finding)]
    what = f"{change.verb.value} {change.kind} {change.identity}"
    detail = f" ({change.detail})" if change.detail and change.verb is Verb.ALTER else ""
    if not counts:
        return f"{what}{detail}" + ("" if change.verb is Verb.ALTER else ": currently no rows")
    return f"{what}{detail}: {', '.join(finding.words for finding in counts)}"


def made_by_hand(difference: Difference, seen: Observation, drift: tuple[str, ...]) -> tuple[Line, ...]:
    """Return what the plan drops although no sync of ours made it."""
    only = tuple(line for line in difference.lines if line.group == "only")
    if seen.last is None:
        return only
    by_hand = " ".join(drift)
    return tuple(line for line in only if any(change.identity in by_hand for change in line.changes))


def refuse_careless_discard(*, discard: bool, yes: bool, force: bool) -> None:
    """Refuse to throw data away without a typed word, unless --yes and --force both say so."""
    if discard and yes and not force:
        raise RefusedError(
            "Cannot proceed: --discard-data does not keep dropped data",
            hint="To skip the question, use --force as well as --yes. Nothing was changed.",
        )


def confirm(context: Context, plan: Plan, *, yes: bool, what: str) -> None:
    """Ask whether to go on. Raises RefusedError when declined, or when nobody is there to ask."""
    if yes:
        return
    refuse_without_terminal(context, "sync")
    if plan.discards:
        agreed = context.prompter.type_out(f"{what} Dropped data is not kept.", "discard data")
    elif plan.difference.destructive:
        kept = "" if plan.label == Label.SCHEMA_ONLY else " Dropped data is kept in the attic."
        agreed = context.prompter.type_out(f"{what}{kept or ' This loses data.'}", "drop data")
    else:
        agreed = context.prompter.confirm(what)
    if not agreed:
        raise RefusedError("Declined; nothing was changed")


def refuse_without_terminal(context: Context, command: str) -> None:
    """Refuse to go on where a question would find nobody."""
    if not context.screen.interactive:
        raise RefusedError(
            "Cannot ask for confirmation: there is no terminal",
            hint=f"Look at `supasync {command} --dry-run`, then run it with --yes. Nothing was changed.",
        )
