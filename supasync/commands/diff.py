"""`diff`: the SQL between target and schema file."""

from __future__ import annotations

from dataclasses import dataclass

from supasync.core.plan.plan import Difference
from supasync.core.report import EXIT_DIFFERENCES, EXIT_DONE, DiffReport
from supasync.workflow.compare import Comparer
from supasync.workflow.context import Context
from supasync.workflow.observe import interruption, observe


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `diff`."""

    reverse: bool = False
    exit_code: bool = False


def run(context: Context, request: Request) -> tuple[DiffReport, int]:
    """Look and compare; nothing is changed anywhere."""
    with context.open_target("diff") as target:
        seen = observe(context, target)
        for entry in seen.interrupted:
            context.screen.warn(f"{interruption(entry).message}. {interruption(entry).remedy}")
        if seen.known_in_sync:
            found = Difference((), (), (), (), (), (), (), seen.comparison, (), ())
        else:
            with Comparer(context, target, seen) as comparer:
                found = comparer.difference(with_down=request.reverse)
    statements = found.down if request.reverse else found.up
    report = DiffReport(found, statements, request.reverse, context.project.target_name)
    return report, EXIT_DIFFERENCES if request.exit_code and not found.empty else EXIT_DONE
