"""The demo's fantasy league: the specification's own drift, on a target with rows."""

from __future__ import annotations

from importlib import resources

_FILES = resources.files("supasync") / "data" / "demo"
OLD = (_FILES / "old_schema.sql").read_text(encoding="utf-8")
NEW = (_FILES / "schema.sql").read_text(encoding="utf-8")
SEED = (_FILES / "seed.sql").read_text(encoding="utf-8")
