"""supasync as a person at a terminal of 80 columns runs it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect

from tests.support.project import Project

ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()=>][0-9A-Za-z]?)")
COLUMNS = 80
PATIENCE = 120  # seconds until a question counts as never asked


class Terminal:
    """One run of supasync in a pseudo-terminal."""

    def __init__(self, child: pexpect.spawn) -> None:
        self.child = child
        self.raw = ""

    def until(self, pattern: str) -> str:
        """Read until the pattern; return everything read so far, without escapes."""
        self.child.expect(pattern)
        self.raw += str(self.child.before) + str(self.child.after)
        return self.plain

    def end(self) -> int:
        """Read to the end; return the exit code."""
        self.child.expect(pexpect.EOF)
        self.raw += str(self.child.before)
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -int(self.child.signalstatus)

    @property
    def plain(self) -> str:
        """What stands on the screen in the end, without escapes: a spinner's line is written over."""
        lines = ESCAPES.sub("", self.raw).replace("\r\n", "\n").split("\n")
        return "\n".join(line.rpartition("\r")[2] for line in lines)


@contextmanager
def terminal(project: Project, *arguments: str, module: str = "supasync", **env: str) -> Iterator[Terminal]:
    """Start supasync, or another module, as a person at an 80-column terminal would."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", module, *arguments],
        cwd=str(project.path),
        env=project.environment({"TERM": "xterm-256color", **env}),
        dimensions=(40, COLUMNS),
        encoding="utf-8",
        timeout=PATIENCE,
    )
    try:
        yield Terminal(child)
    finally:
        child.close(force=True)
