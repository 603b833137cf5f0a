"""How the tests are made cheaper than what they test, in this process and in its children.

The CLI's runtime compiles what it runs ever better, and clears its memory: work that a call this small never earns
back. Half of it is saved, for the pinned CLI of the tests: another one may not know these options. And scratch
projects share the shadow's server, which of real ones each has its own: the run makes hundreds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

# Of JavaScriptCore (WebKit's Source/JavaScriptCore/runtime/OptionsList.h), which Bun reads with this prefix.
OPTIONS = {"BUN_JSC_useDFGJIT": "0", "BUN_JSC_thresholdForJITAfterWarmUp": "5000", "BUN_JSC_useGC": "0"}
# On a child's PYTHONPATH, its sitecustomize.py does the same there.
SWIFT = Path(__file__).parent


def one_domain(_: Path) -> str:
    """Stand in for `trust_domain`."""
    return "tests"


# By the module that is changed: what becomes of one of its names.
CHANGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "supasync.adapters.supabase": ("_QUIET", lambda quiet: {**quiet, **OPTIONS}),
    "supasync.adapters.shadow.databases": ("trust_domain", lambda _: one_domain),
}
