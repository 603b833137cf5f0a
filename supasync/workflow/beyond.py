"""What statements do beyond what fingerprints tell: said beforehand as the rehearsal shows it, and found afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from supasync.core.catalog.outside import Outside, OutsideChange, in_short
from supasync.core.engine.split_script import is_about_access
from supasync.core.plan.beyond_rehearsal import beyond_rehearsal
from supasync.errors import RefusedError, VerificationError
from supasync.workflow.context import Context
from supasync.workflow.ports.target import TargetCatalog

NOT_COMPARED = "Whether more has changed than the rehearsal showed (roles, rights, platform schemas) is not known."
# Tables of the attic, which a plan names by what they keep.
_ATTIC = re.compile(r"it adds relation supasync\.attic(?:_\d{14,}_\d+)? of [^ ]+$")


def words_of_hidden(change: OutsideChange, texts: Iterable[str], what: str) -> tuple[str, ...]:
    """Say what files of a person's do that no fingerprint tells; `what` they are is for errors.

    Raises RefusedError for a schema that has a name of the platform's, and for access that no statement is about.
    """
    access, objects = change.of_access().words(), change.of_objects().words()
    if access and not any(map(is_about_access, texts)):
        raise RefusedError(
            f"Cannot proceed: the {what} changes roles or settings, and no statement of it says so",
            details=access,
            hint="Nothing was changed. Put it outside of blocks of code, where a reader of the plan sees it.",
        )
    if schemas := tuple(sorted(name for name in change.added.objects if name.startswith("schema "))):
        raise RefusedError(
            f"Cannot proceed: the {what} makes a schema with a name of the platform's",
            reason="Nothing in such a schema is compared, so nobody would see what is in it.",
            details=tuple(map(in_short, schemas)),
            hint="Nothing was changed. Give the schema another name.",
        )
    told = [f"{words}, which is not compared" for words in objects if not _ATTIC.match(words)]
    return tuple(f"the {what}: {words}" for words in (*access, *told))


def unforeseen(
    context: Context, target: TargetCatalog, before: Outside, foreseen: OutsideChange, statements: Sequence[str]
) -> tuple[str, ...]:
    """Say what statements have changed since `before` that the rehearsal had not shown.

    Extensions bring along what their stand-ins in the shadow do not, and others are at work too: of what may well be
    theirs this only warns.
    """
    found = beyond_rehearsal(OutsideChange.between(before, target.outside()), foreseen, statements)
    for words in found.possible:
        context.screen.warn(f"{words}; the rehearsal did not show it: an extension, or somebody else, may have done it")
    return found.certain


def unforeseen_error(deed: str, found: tuple[str, ...]) -> VerificationError:
    """Return the error for what has changed beside the schema, and no rehearsal has shown."""
    return VerificationError(
        f"{deed}, but more has changed than the rehearsal showed",
        reason="Statements did on Supabase what they did not do on a copy, or somebody else was at work meanwhile.",
        details=found,
        hint="Read the files, and take back by hand what should not be: no rollback does.",
    )
