"""Names that the CLI cannot say: it turns each CR LF of a definition into a line feed, so another object is meant."""

from __future__ import annotations

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql.lexer import regions
from supasync.errors import InvalidSqlError, RefusedError, SourceSpot

CRLF = "\r\n"
_MOST_NAMES = 5
_REASON = "The Supabase CLI turns the two characters into a line feed, so it would be another name."


def refuse_names_with_crlf(target: Fingerprint) -> None:
    """Refuse a target in which a name holds CR LF, before the CLI is asked. Raises RefusedError."""
    named = [f"{row.kind} {row.identity}" for row in target.rows if CRLF in row.identity]
    if named:
        raise RefusedError(
            "Cannot proceed: names in Supabase contain a carriage return with a line feed",
            reason=_REASON,
            details=tuple(named[:_MOST_NAMES]),
            hint="Nothing was changed. Rename these in the SQL editor, then run the command again.",
        )


def refuse_text_with_crlf_in_names(text: str, file: str) -> None:
    """Refuse a schema file whose lines end in line feeds, but one within a name in CR LF. Raises InvalidSqlError."""
    for region in regions(text):
        if region.kind == "name" and CRLF in text[region.start : region.end]:
            before = text[: region.start]
            line, column = before.count("\n") + 1, region.start - (before.rfind("\n") + 1) + 1
            spot = SourceSpot(file, line, column, text.split("\n")[line - 1].rstrip("\r"))
            hint = "Rename the object, or save the file with one kind of line ends."
            raise InvalidSqlError(
                f"A name in {file} contains a carriage return with a line feed", reason=_REASON, spot=spot, hint=hint
            )
