"""Tell whether a tag fits the version that the package has, and the changelog.

Usage: python scripts/lib/release.py v1.2.3
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def version_of(source: str) -> str:
    """Return the version that the text of supasync/__init__.py names, "" for none."""
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    return found[1] if found else ""


def problems(tag: str, version: str, changelog: str) -> Iterator[str]:
    """Yield, in words, what keeps `tag` from being the release of `version`."""
    if tag != f"v{version}":
        yield f"the tag is {tag}, but the version in supasync/__init__.py is {version or 'missing'}"
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no heading '## {version} (date)'"
    unreleased = re.search(r"^## Unreleased\n(.*?)^## ", changelog, re.MULTILINE | re.DOTALL)
    if unreleased is None:
        yield "CHANGELOG.md has no heading '## Unreleased' above that of the version"
    elif unreleased[1].strip():
        yield "CHANGELOG.md still has entries under Unreleased"


def main(arguments: list[str]) -> int:
    """Return 0 when the tag fits, 1 when it does not, 2 without a tag."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    version = version_of((ROOT / "supasync" / "__init__.py").read_text(encoding="utf-8"))
    found = tuple(problems(arguments[0], version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    for problem in found:
        print(f"release: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
