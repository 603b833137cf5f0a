"""A database at one moment, as the checks and the attic look at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import ColumnKey, TableKey

# How the fingerprint goes on behind a domain's type.
_DOMAIN_RULES = re.compile(r" (?:collate|not null|default|constraint) ")


@dataclass(frozen=True)
class State:
    """A database at one moment: its catalog, and what is known of its columns (constraints included)."""

    fingerprint: Fingerprint
    facts: TargetFacts

    def columns(self, table: TableKey) -> dict[str, str]:
        """Return the columns of a table with their types, in order."""
        found = self.facts.column_types.items()
        return {name: kind for (schema, relation, name), kind in found if (schema, relation) == table}

    def has_table(self, table: TableKey) -> bool:
        """Tell whether a table (no view of that name) is there."""
        return qualified(*table) in self.fingerprint.of_kind("table")

    def is_generated(self, column: ColumnKey) -> bool:
        """Tell whether a column is computed from others."""
        return column in self.facts.generated_columns

    def base_type(self, column: ColumnKey) -> str:
        """Return the type below a column's domain (and the domains below that), "" for a column of another type."""
        kind = self.facts.column_types.get(column, "")
        base = self._below_domains(kind)
        return base if base != kind else ""

    def plain_type(self, column: ColumnKey) -> str:
        """Return the built-in type that holds a column's values: below its domain, and text for an enum's labels."""
        kind = self.facts.column_types.get(column, "")
        array = "[]" if kind.endswith("[]") else ""
        name = self._below_domains(kind.removesuffix("[]"))
        return ("text" if name in self.fingerprint.of_kind("enum") else name) + array

    def _below_domains(self, kind: str) -> str:
        domains = self.fingerprint.of_kind("domain")
        while kind in domains:
            kind = _DOMAIN_RULES.split(domains[kind] + " ")[0].strip()
        return kind

    def definition(self, column: ColumnKey) -> str:
        """Return a column's definition as the fingerprint has it, "" when it is not there."""
        name = f"{qualified(column[0], column[1])}.{quote_ident(column[2])}"
        return self.fingerprint.of_kind("column").get(name, "")
