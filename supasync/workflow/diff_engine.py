"""What the CLI's diff engine answers, and what PostgreSQL refuses in the shadow, as commands see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from supasync.core.endpoint import Endpoint
from supasync.core.engine.dependency_cycle import cycle_members
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.context import Context

_SMALLER = "Nothing was changed. Make the change in smaller steps, or write this part as a migration of your own."
_HINTS = {
    "42846": "Nothing was changed. Values of the old type cannot be converted to the new one: add a column beside the "
    "old one, fill it, and drop the old one in a later sync.",
}
# How the CLI begins its answer when it met both databases, but not a way between them.
_ENGINE_REFUSES = "Database diff failed:"


def engine_diff(context: Context, source: Endpoint, goal: Endpoint, what: str = "this change") -> str:
    """Return the CLI's SQL from `source` to `goal`; `what` names it. Raises RefusedError when its engine has none."""
    try:
        return context.cli().diff(source, goal)
    except SupasyncError as error:
        if not error.reason.startswith(_ENGINE_REFUSES):
            raise
        reason = error.reason.removeprefix(_ENGINE_REFUSES).strip()
        circle = cycle_members(reason)
        raise RefusedError(
            f"Cannot proceed: supabase db diff cannot express {what}",
            reason="It finds no order for objects that depend on each other:" if circle else reason,
            details=circle,
            hint="Nothing was changed. Make the change in smaller steps, or this part by hand in the SQL editor.",
        ) from None


def diff_or_error(ask: Callable[[], str]) -> str | SupasyncError:
    """Return the engine's answer, a refusal too: it counts only where nothing must run before."""
    try:
        return ask()
    except Interrupted:
        raise
    except SupasyncError as error:
        return error


@contextmanager
def refusing(message: str) -> Iterator[None]:
    """Turn PostgreSQL's refusal of a statement in the shadow into a refusal of the whole plan."""
    try:
        yield
    except SupasyncError as error:
        if not getattr(error, "sqlstate", ""):
            raise
        raise RefusedError(
            f"Cannot proceed: {message}",
            reason=f"PostgreSQL says: {error.message}",
            details=tuple(error.reason.split("\n")) if error.reason else (),
            hint=_HINTS.get(str(getattr(error, "sqlstate", "")), _SMALLER),
        ) from error
