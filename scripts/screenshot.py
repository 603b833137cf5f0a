"""Make the README's picture, docs/demo.svg, from a real run of `supasync demo`."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100  # columns
_CONTROL = re.compile(r"\x1b\[\??[0-9;]*[A-HJKSTfhl]")  # cursor and line control; colours end in m


def main() -> None:
    """Run the demo in colour and draw what it printed, the SQL of the diff cut short."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n", encoding="utf-8")
        environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "HOME": home}
        command = [sys.executable, "-m", "supasync", "demo"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in shortened(done.stdout.decode().split("\n")):
        console.print(Text.from_ansi(line))
    console.save_svg(str(ROOT / "docs" / "demo.svg"), title="scripts/demo", code_format=_format())


def _format() -> str:
    from rich._export_format import CONSOLE_SVG_FORMAT

    # Fonts of the reader's own machine: a picture in a repository fetches nothing.
    head, _, rest = CONSOLE_SVG_FORMAT.partition("@font-face")
    *_, tail = rest.rpartition("}}\n\n    .{unique_id}-matrix")
    return head + "    .{unique_id}-matrix" + tail


def shortened(lines: list[str]) -> list[str]:
    """Return the lines without what progress left behind, and with the view's SQL reduced to its beginning."""
    kept: list[str] = []
    depth = 0
    for line in lines:
        clean = _CONTROL.sub("", line).rsplit("\r", 1)[-1]
        plain = Text.from_ansi(clean).plain
        residue = clean != line and (not plain.strip() or plain.endswith("..."))
        depth = depth + 1 if plain.startswith("         ") else 0
        if not residue and depth <= 2:
            kept.append(clean)
    return kept


if __name__ == "__main__":
    main()
