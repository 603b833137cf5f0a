"""Python runs this at its start: it changes what the tests change when that is imported, and not before."""

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
        if not fullname.startswith("supasync.adapters."):
            return None
        from tests.support.swift import CHANGES

        if fullname not in CHANGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        loader: Any = spec and spec.loader
        load = loader.exec_module

        def load_swiftly(module: Any) -> None:
            load(module)
            name, change = CHANGES[fullname]
            setattr(module, name, change(getattr(module, name)))

        loader.exec_module = load_swiftly
        return spec


sys.meta_path.insert(0, _Finder())
