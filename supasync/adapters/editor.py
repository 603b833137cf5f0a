"""The person's own editor, on copies of files that are not written yet."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from supasync.adapters.files import exact_text
from supasync.adapters.process import find_on_path, run_visibly
from supasync.errors import SupasyncError, UsageError
from supasync.redact import redact

_DEFAULT = "vi"
_TIMEOUT = 86400  # seconds; a person may take the day


def edit(texts: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Open the texts, by file name, in $VISUAL or $EDITOR; return what they say when the editor ends.

    Raises UsageError when there is no editor, SupasyncError when it fails.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR") or _DEFAULT
    words = shlex.split(named)
    program = find_on_path(words[0]) if words else None
    if program is None:
        raise UsageError(
            f"Editor not found: {redact(named)}", hint="Set EDITOR, for example: EDITOR=nano supasync sync --edit"
        )
    with tempfile.TemporaryDirectory(prefix="supasync-edit-") as folder:
        paths = {name: Path(folder) / name for name in texts}
        for name, path in paths.items():
            path.write_bytes(texts[name].encode())
        code = run_visibly(program, *words[1:], *map(str, paths.values()), timeout=_TIMEOUT)
        if code != 0:
            raise SupasyncError(f"{redact(named)} failed with exit code {code}", hint="Nothing was changed.")
        return {name: exact_text(path) for name, path in paths.items()}


def keep(texts: Mapping[str, str]) -> Path:
    """Write edited texts, by file name, into a new folder that stays; return the folder."""
    folder = Path(tempfile.mkdtemp(prefix="supasync-edited-"))
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return folder
