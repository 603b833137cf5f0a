"""What one statement does to one object: the vocabulary that the statement readers share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What happens to an object; `SET` concerns only the session, `OTHER` is anything not understood."""

    CREATE = "create"
    ALTER = "alter"
    DROP = "drop"
    GRANT = "grant"
    REVOKE = "revoke"
    COMMENT = "comment"
    SET = "set"
    OTHER = "other"


@dataclass(frozen=True)
class Effect:
    """One effect of a statement; `table` is set for what lives in a table and then `schema` is the table's."""

    verb: Verb
    kind: str
    schema: str
    name: str
    table: str = ""
    detail: str = ""
    destructive: bool = False
