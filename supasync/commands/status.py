"""`status`: does the target agree with the schema file, and if not, in what?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from supasync.core.report import EXIT_DIFFERENCES, EXIT_DONE, StatusReport
from supasync.workflow.context import Context
from supasync.workflow.observe import history_notes, observe


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `status`."""

    exit_code: bool = False


def run(context: Context, request: Request) -> tuple[StatusReport, int]:
    """Look, compare, report; nothing is changed anywhere."""
    with context.open_target("status") as target:
        seen = observe(context, target)
        report = StatusReport(
            schema_file=seen.schema.name,
            modified=seen.schema.modified,
            target=context.project.target_name,
            address=target.label,
            in_sync=True,
            history=history_notes(seen),
            last=seen.last,
        )
        if seen.known_in_sync:
            return report, EXIT_DONE
        from supasync.workflow.compare import Comparer

        with Comparer(context, target, seen) as comparer:
            found = comparer.difference(with_down=False)
            drift = comparer.drift()
    report = replace(
        report,
        in_sync=found.empty,
        lines=found.lines,
        findings=found.findings,
        hazards=found.hazards,
        unmanaged=found.unmanaged,
        drift=drift,
        notes=found.notes,
    )
    return report, EXIT_DIFFERENCES if request.exit_code and not report.in_sync else EXIT_DONE
