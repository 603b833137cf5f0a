"""Python runs this at its start: it hands the options to supasync's adapter when that is imported, and not before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class _Finder(PathFinder):
    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "supasync.adapters.supabase":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        loader: Any = spec and spec.loader
        load = loader.exec_module

        def load_swiftly(module: Any) -> None:
            from tests.support.swift import OPTIONS

            load(module)
            module._QUIET.update(OPTIONS)

        loader.exec_module = load_swiftly
        return spec


sys.meta_path.insert(0, _Finder())
