"""What a repository names to be executed or connected to, as a list to decide by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from supasync.core.counting import plural
from supasync.core.trust import JudgedItem, Standing, TrustOutcome, TrustReport
from supasync.ui.hanging import Hanging
from supasync.ui.visible import Text

_MARKS = {
    Standing.TRUSTED: ("", ""),
    Standing.CHANGED: (" [changed since you trusted it]", "yellow"),
    Standing.NEW: (" [new]", "yellow"),
}
_MEANING = "It runs with your rights, or sees schema or password of your target. Look at it before you trust it."


def question(items: Sequence[JudgedItem]) -> Iterator[RenderableType]:
    """What stands above the question whether to trust a repository."""
    yield Text("This repository names what supasync would run or connect to:", style="bold")
    yield from _items(items)
    yield Hanging.of("", _MEANING)


def report(answer: TrustReport) -> Iterator[RenderableType]:
    """The answer of `trust`; what was asked about was shown before."""
    if answer.outcome is TrustOutcome.REVOKED:
        yield Text.assemble(("✓ ", "green"), f"Nothing of {answer.project} is trusted any more.")
        return
    if not answer.items:
        yield f"{answer.project} names nothing that needs trust."
        return
    if answer.outcome is TrustOutcome.LISTED:
        yield Text(f"{answer.project} names what supasync would run or connect to:", style="bold")
        yield from _items(answer.items)
        yield ""
    if answer.this_run:
        yield "All of it is trusted as long as SUPASYNC_TRUST=1 is set."
    elif answer.trusted:
        yield Text.assemble(("✓ ", "green"), f"Trusted as it is now: {plural(len(answer.items), 'item')}")
        yield "Asked again when any of it changes; `supasync trust --revoke` takes it back."
    else:
        asked = sum(found.standing is not Standing.TRUSTED for found in answer.items)
        yield Text.assemble(("✗ ", "red"), f"Not trusted: {plural(asked, 'item')}")
        yield "Look at it, then: supasync trust"


def _items(items: Sequence[JudgedItem]) -> Iterator[RenderableType]:
    for found in items:
        yield Hanging.of("  - ", (found.item.words, ""), _MARKS[found.standing])
        yield Hanging.of("    ", (f"{found.item.effect}", "dim"))
