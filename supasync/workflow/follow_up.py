"""What depends on the schema is brought up to date after a change: sqlc, and the project's own commands."""

from __future__ import annotations

from supasync.core.trust import AFTER_SYNC, SQLC_CONFIG, printable
from supasync.errors import SupasyncError
from supasync.workflow.context import Context
from supasync.workflow.trust import HINT


def follow_up(context: Context) -> tuple[str, ...]:
    """Bring what depends on the schema up to date; return in words what failed, or is not trusted."""
    warnings: list[str] = []
    sqlc = context.sqlc()
    if sqlc is not None and not context.trust.allows(SQLC_CONFIG):
        warnings.append(f"sqlc generate was not run: its configuration names what is not trusted. {HINT}")
    elif sqlc is not None:
        try:
            with context.screen.step("Running sqlc generate"):
                sqlc.generate()
            context.screen.done("sqlc generate")
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    commands = context.project.after_sync
    if commands and not context.trust.allows(AFTER_SYNC):
        warnings.append(f"Not run, as this repository is not trusted: {printable('; '.join(commands))}. {HINT}")
        commands = ()
    for command in commands:
        try:
            with context.screen.step(f"Running {command}"):
                context.run_after_sync(command)
            context.screen.done(command)
        except SupasyncError as error:
            warnings.append(f"{error.message}: {error.reason}")
    return tuple(warnings)
