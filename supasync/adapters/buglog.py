"""Where the traceback of a bug goes: a redacted file, never the screen."""

from __future__ import annotations

import os
import tempfile
import traceback

from supasync import __version__
from supasync.redact import redact


def write_bug(error: Exception) -> str:
    """Write the traceback, without secrets, to a new file that only its owner can read; return its path."""
    handle, path = tempfile.mkstemp(prefix="supasync-bug-", suffix=".log")
    text = "".join(traceback.format_exception(error))
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(redact(f"supasync {__version__}\n{text}"))
    return path
