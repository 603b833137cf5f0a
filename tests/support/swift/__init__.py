"""How calls of the CLI are made cheaper, for the pinned CLI of the tests: another one may not know these options.

Its runtime compiles what it runs ever better, and clears its memory: work that a call this small never earns
back. Half of it is saved.
"""

from __future__ import annotations

from pathlib import Path

# Of JavaScriptCore (WebKit's Source/JavaScriptCore/runtime/OptionsList.h), which Bun reads with this prefix.
OPTIONS = {"BUN_JSC_useDFGJIT": "0", "BUN_JSC_thresholdForJITAfterWarmUp": "5000", "BUN_JSC_useGC": "0"}
# On a child's PYTHONPATH, its sitecustomize.py does the same there.
SWIFT = Path(__file__).parent
