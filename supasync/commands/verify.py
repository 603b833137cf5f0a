"""`verify`: is everything that supasync promises still so? Looks at all of it, changes nothing."""

from __future__ import annotations

from supasync.core.catalog.fingerprint import Fingerprint, Grants, compare, summarize
from supasync.core.engine.corrected import corrected
from supasync.core.report import EXIT_DIFFERENCES, EXIT_DONE, Check, ChecksReport
from supasync.core.trust import SQLC_CONFIG
from supasync.errors import SupasyncError
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.observe import Observation, history_notes, observe
from supasync.workflow.ports.target import Target, TargetCatalog
from supasync.workflow.trust import HINT


def run(context: Context) -> tuple[ChecksReport, int]:
    """Ask both witnesses, compare files with history and ledger, look for invalid objects and stale Go code."""
    with context.open_target("verify") as target:
        seen = observe(context, target)
        witnesses, wanted = _witnesses(context, target, seen)
        checks = (*witnesses, *_history(seen), *_health(target, wanted), *_sqlc(context))
    report = ChecksReport("Verification", checks)
    return report, EXIT_DONE if report.ok else EXIT_DIFFERENCES


def _witnesses(context: Context, target: Target, seen: Observation) -> tuple[tuple[Check, ...], Fingerprint]:
    """Return what the two witnesses say, and the state of the schema file."""
    managed = seen.comparison == Grants.MANAGED
    with Comparer(context, target, seen) as comparer:
        desired = comparer.desired()
        wanted = comparer.shadow.fingerprint(desired.database)
        with context.screen.step("Comparing with supabase db diff"):
            script = context.cli().diff(target.endpoint, comparer.shadow.endpoint(desired.database))
    statements = corrected(script, seen.fingerprint, wanted, with_grants=managed)
    differing = summarize(
        compare(seen.fingerprint, wanted, owners=True, grants=managed), before="Supabase", after=seen.schema.name
    )
    name = seen.schema.name
    checks = (
        _check(f"catalog equals {name}", differing, "See `supasync diff`; `supasync sync` applies the schema file."),
        _check(
            "supabase db diff is empty",
            tuple(" ".join(text.split())[:100] for text in statements),
            "See `supasync diff`; `supasync sync` applies the schema file.",
        ),
    )
    return checks, wanted


def _history(seen: Observation) -> tuple[Check, ...]:
    notes = history_notes(seen)
    if not notes:
        return (Check("migration files agree with history and ledger", True, ""),)
    return tuple(
        Check("migration files agree with history and ledger", False, note.message, note.remedy) for note in notes
    )


def _health(target: TargetCatalog, wanted: Fingerprint) -> tuple[Check, ...]:
    found = [(what, name) for what, name in target.health() if not _is_declared(name, wanted)]
    if not found:
        return (Check("no invalid index, no unvalidated constraint", True, ""),)
    remedies = {
        "invalid index": "Run REINDEX INDEX CONCURRENTLY, or drop it and run sync again.",
        "constraint never validated": "Run ALTER TABLE ... VALIDATE CONSTRAINT once the rows satisfy it.",
    }
    return tuple(
        Check("no invalid index, no unvalidated constraint", False, f"{what} {name}", remedies[what])
        for what, name in found
    )


def _is_declared(name: str, wanted: Fingerprint) -> bool:
    """Tell whether the schema file itself says that a constraint, "table name", is NOT VALID."""
    table, _, constraint = name.rpartition(" ")
    found = (wanted.of_kind("constraint").get(f"{schema}{table}.{constraint}", "") for schema in ("", "public."))
    return any(definition.endswith(" NOT VALID") for definition in found)


def _sqlc(context: Context) -> tuple[Check, ...]:
    sqlc = context.sqlc()
    if sqlc is None:
        return (Check("generated Go code is current", None, "no sqlc configuration in this project"),)
    if not context.trust.allows(SQLC_CONFIG):
        why = "not looked at: the configuration of sqlc names plugins or databases that are not trusted"
        return (Check("generated Go code is current", False, why, HINT),)
    try:
        with context.screen.step("Running sqlc diff"):
            stale = sqlc.stale()
    except SupasyncError as error:
        return (Check("generated Go code is current", False, f"{error.message}: {error.reason}", "Fix the queries."),)
    files = tuple(line.removeprefix("+++ b/") for line in stale.splitlines() if line.startswith("+++ b/"))
    problems = files or ((stale.splitlines()[0],) if stale else ())
    return (_check("generated Go code is current", problems, "Run `sqlc generate`."),)


def _check(name: str, problems: tuple[str, ...], remedy: str) -> Check:
    return Check(name, not problems, "\n".join(problems), remedy if problems else "")
