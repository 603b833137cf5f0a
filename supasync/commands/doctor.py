"""`doctor`: what is installed, and does the connection work?"""

from __future__ import annotations

from collections.abc import Iterable

from supasync.core.report import EXIT_DONE, EXIT_FAILED, Check, ChecksReport


def run(checks: Iterable[Check]) -> tuple[ChecksReport, int]:
    """Gather the checks into a report."""
    report = ChecksReport("Tools and connection", tuple(checks))
    return report, EXIT_DONE if report.ok else EXIT_FAILED
