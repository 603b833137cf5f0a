"""A keep as JSON and back, as the attic's inventory and the migrations hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from supasync.core.attic.model import Keep, KeepKind, KeptColumn, Key
from supasync.core.sql.names import is_type_name
from supasync.errors import SupasyncError


# Pydantic hands the configuration down to the core's dataclasses, which have none of their own.
@dataclass(frozen=True, kw_only=True, config=ConfigDict(strict=True, extra="forbid"))
class _Spec:
    """What the inventory's column `spec` holds: a keep without the two fields that have columns of their own."""

    columns: tuple[KeptColumn, ...]
    key: Key
    owner: tuple[str, str, str] | None
    again: bool
    whole: bool
    without: tuple[str, ...]
    schema: str
    name: str


_SPEC = TypeAdapter(_Spec)


class KeepCodec:
    """Writes and reads the JSON of keeps; what it does not know, it refuses."""

    def encode(self, keep: Keep) -> str:
        """Return the JSON of a keep, without its attic table and kind."""
        spec = _Spec(**{field: getattr(keep, field) for field in _Spec.__dataclass_fields__})
        return json.dumps(_SPEC.dump_python(spec, mode="json"), ensure_ascii=False)

    def decode(self, name: str, kind: str, spec: str | Mapping[str, Any]) -> Keep:
        """Return the keep of the attic table `name`. `spec` is JSON, as text or parsed.

        Raises SupasyncError for what `encode` does not write: another kind, unknown or missing fields, wrong types,
        and anything but a type's name where one belongs: it becomes a part of statements.
        """
        try:
            known = KeepKind(kind)
        except ValueError:
            raise _refused(name, f"unknown kind {kind}") from None
        try:
            found = _SPEC.validate_json(spec if isinstance(spec, str) else json.dumps(spec))
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            told = (".".join(map(str, ("spec", *item["loc"]))) + f": {item['msg']}" for item in problems)
            raise _refused(name, *told) from None
        columns = (*found.columns, *found.key.columns)
        texts = (text for column in columns for text in (column.type, column.new_type) if text)
        if other := next((text for text in texts if not is_type_name(text)), None):
            raise _refused(name, f"{other} is not the name of a type")
        return Keep(attic=name, kind=known, **vars(found))


def _refused(name: str, *problems: str) -> SupasyncError:
    return SupasyncError(
        f"Cannot read the attic's entry for {name}",
        details=problems,
        hint="It was written by a newer supasync, or edited by hand: update supasync, or restore the entry"
        " (INSERT INTO supasync.attic) from its migration file in git.",
    )
