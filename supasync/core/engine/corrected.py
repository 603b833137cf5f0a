"""The CLI's diff as everybody else sees it: every correction, in its order."""

from __future__ import annotations

from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.engine.function_dependents import with_function_dependents
from supasync.core.engine.inherited_columns import without_inherited
from supasync.core.engine.partition_indexes import with_renamed_indexes
from supasync.core.engine.split_script import is_about, statements_of
from supasync.core.engine.type_dependents import with_type_dependents
from supasync.core.engine.varchar_in import without_varchar_respelling


def corrected(script: str, before: Fingerprint, after: Fingerprint, *, with_grants: bool) -> tuple[str, ...]:
    """Return the statements of the SQL that the CLI made of two states, as PostgreSQL can run them.

    `before` and `after` are those states; without `with_grants` privileges are left out, and what is about objects
    that are not the role's to change in any case.
    """
    statements = statements_of(script, with_grants=with_grants)
    if foreign := before.foreign_names | after.foreign_names:
        statements = tuple(text for text in statements if not is_about(text, foreign))
    statements = without_inherited(statements, before.of_kind("column"), after.of_kind("column"))
    statements = with_renamed_indexes(statements, before, after)
    statements = without_varchar_respelling(statements, before, after)
    statements = with_function_dependents(statements, before, after)
    return with_type_dependents(statements, before, after)
