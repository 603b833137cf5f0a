"""Files that a person writes: read with errors in their words, edited, and never lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from supasync.core import sql
from supasync.core.plan.plan import Plan, Segment
from supasync.errors import InvalidSqlError, SourceSpot, SupasyncError, VerificationError
from supasync.workflow.context import Context

Proven = TypeVar("Proven")
Texts = Mapping[str, str]


def refuse_no_sql(texts: Texts) -> None:
    """Raise InvalidSqlError for the first of the files, by name, that PostgreSQL cannot read."""
    for name, text in texts.items():
        try:
            sql.split(text)
        except sql.SqlSyntaxError as error:
            raise InvalidSqlError(
                f"Invalid SQL in {name} at line {error.line}",
                reason=error.message,
                spot=SourceSpot(name, error.line, error.column, error.line_text),
                hint="Nothing was changed.",
            ) from None


def edited(context: Context, texts: Texts, prove: Callable[[Texts], Proven]) -> Proven:
    """Let a person edit the files until they are proven, or the person gives up; return what `prove` makes of them.

    Raises what `prove` raised last; what was written is kept then.
    """
    written = [context.edit(texts)]
    with _kept(context, written):
        while True:
            try:
                refuse_no_sql(written[-1])
                return prove(written[-1])
            except SupasyncError as error:
                if not context.screen.interactive:
                    raise
                context.screen.warn("\n".join(part for part in (error.message, error.reason, *error.details) if part))
                if not context.prompter.confirm("Edit the files again?"):
                    raise
            written.append(context.edit(written[-1]))


@contextmanager
def kept_unless_applied(context: Context, plan: Plan) -> Iterator[None]:
    """Keep the edited files of a plan when the block ends without having applied it."""
    with _kept(context, [texts_of(plan.segments)]):
        yield


def texts_of(segments: tuple[Segment, ...]) -> dict[str, str]:
    """Return the texts of segments by the names under which a person edits them."""
    found = {}
    for segment in segments:
        found[segment.file_name] = segment.up_text
        found[segment.file_name.removesuffix(".sql") + ".rollback.sql"] = segment.down_text
    return found


@contextmanager
def _kept(context: Context, written: Sequence[Texts]) -> Iterator[None]:
    """Keep the last of what was written when the block fails without having applied it."""
    try:
        yield
    except VerificationError:
        raise  # it was applied, and the files are in their place
    except (SupasyncError, KeyboardInterrupt):
        place = context.keep_edited(written[-1])
        context.screen.note(f"your edits are saved in {place}")
        raise
