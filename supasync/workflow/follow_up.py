"""What depends on the schema is brought up to date after a change: sqlc, and the project's own commands."""

from __future__ import annotations

from supasync.errors import SupasyncError
from supasync.workflow.context import Context


def follow_up(context: Context) -> tuple[str, ...]:
    """Bring what depends on the schema up to date; return in words what failed."""
    warnings: list[str] = []
    sqlc = context.sqlc()
    if sqlc is not None:
        try:
            with context.screen.step("Running sqlc generate"):
                sqlc.generate()
            context.screen.done("sqlc generate")
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    for command in context.project.after_sync:
        try:
            with context.screen.step(f"Running {command}"):
                context.run_after_sync(command)
            context.screen.done(command)
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    return tuple(warnings)
