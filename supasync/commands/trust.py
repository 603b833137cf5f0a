"""`trust`: what does this repository name to be executed or connected to, and may it?"""

from __future__ import annotations

from dataclasses import dataclass

from supasync.core.report import EXIT_DONE
from supasync.core.trust import TrustOutcome, TrustReport
from supasync.errors import RefusedError
from supasync.workflow.context import Context
from supasync.workflow.trust import QUESTION


@dataclass(frozen=True, kw_only=True)
class Request:
    """The flags of `trust`. `listing` only shows."""

    yes: bool = False
    listing: bool = False
    revoke: bool = False


def run(context: Context, request: Request) -> tuple[TrustReport, int]:
    """Show, ask, remember. Raises RefusedError when declined, or when nobody is there to ask."""
    trust = context.trust
    if request.revoke:
        trust.revoke()
        return _report(context, TrustOutcome.REVOKED), EXIT_DONE
    if request.listing:
        return _report(context, TrustOutcome.LISTED), EXIT_DONE
    if not trust.review():
        return _report(context, TrustOutcome.NOTHING), EXIT_DONE
    if not trust.trusts_all():
        context.screen.show_trust(trust.review())
        if not request.yes:
            _confirm(context)
        trust.accept()
    return _report(context, TrustOutcome.TRUSTED), EXIT_DONE


def _confirm(context: Context) -> None:
    if not context.screen.interactive:
        raise RefusedError(
            "Cannot ask for confirmation: there is no terminal",
            hint="Look at `supasync trust --list`, then run it with --yes. Nothing was trusted.",
        )
    if not context.prompter.confirm(QUESTION):
        raise RefusedError("Declined; nothing was trusted")


def _report(context: Context, outcome: TrustOutcome) -> TrustReport:
    trust = context.trust
    return TrustReport(outcome, str(context.project.project_dir), trust.review(), trust.everything)
