"""What the repository says of itself is so: nothing broken by a merge, no citation of what is not there."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts.lib.release import problems, version_of
from scripts.lib.texts import ROOT, conflict_lines, repository_files, text_of
from supasync import __version__

FILES = repository_files()
DOCUMENTS = tuple(path for path in FILES if path.suffix == ".md")
# These tell a contributor where to look, with paths in backticks.
GUIDES = ("CONTEXT.md", "CONTRIBUTING.md", "docs/architecture.md")
# Most paths in them start below the package, as its modules name each other.
BASES = (ROOT, ROOT / "supasync")
ROOMS = {path.relative_to(base).parts[0] for base in BASES for path in FILES if path.parent.is_relative_to(base)}

_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
_CITED = re.compile(r"(?<![\w./@-])[\w.-]+(?:/[\w.-]+)+\.(?:md|py|sql|toml|txt|svg)\b")
_FOREIGN_DOCUMENT = re.compile(r"\b(?:design|specification)(?: document)?,? (?:section|chapter|§) ?\d", re.IGNORECASE)
_RECIPE = re.compile(r"^([a-z][a-z-]*)[^:\n]*:(?!=)", re.MULTILINE)
_NOT_A_SLUG = re.compile(r"[^\w\- ]")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def places() -> frozenset[Path]:
    """Return every file of the repository, and every folder that holds one."""
    return frozenset({*FILES, *(folder for path in FILES for folder in path.parents)})


def is_there(cited: str, place: Path = ROOT) -> bool:
    """Tell whether a path or pattern is one of the repository, the package or a folder around `place`.

    A name without a folder stands for any file of that name.
    """
    if "/" not in cited:
        return any(path.name == cited for path in FILES)
    around = (folder for folder in place.parents if folder.is_relative_to(ROOT))
    found = (
        match for base in (*BASES, *around) for name in (cited, f"{cited}.py") for match in base.glob(name.rstrip("/"))
    )
    return any(match in places() for match in found)


def looks_like_a_path(text: str) -> bool:
    """Tell whether a word in backticks means a file of ours: it starts in a room of ours, or names a module."""
    if not _PATH.fullmatch(text):
        return False
    first, slash, _ = text.partition("/")
    return (bool(slash) and first in ROOMS) or text.endswith(".py")


def anchors(markdown: str) -> set[str]:
    """Return the anchors that the forge makes of a document's headings."""
    headings = re.findall(r"^#+ +(.+?) *#*$", _FENCE.sub("", markdown), re.MULTILINE)
    return {_NOT_A_SLUG.sub("", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(markdown: str, place: Path) -> list[str]:
    """Return the links of a document at `place` that lead to no file of the repository, or to no heading."""
    dead = []
    for link in _LINK.findall(_SPAN.sub("", _FENCE.sub("", markdown))):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z][a-z+.-]*:", name):
            continue
        path = (place.parent / name).resolve() if name else place
        known = path in places() or path == place
        if not known or (anchor and anchor not in anchors(markdown if path == place else text_of(path) or "")):
            dead.append(link)
    return dead


def missing_paths(markdown: str) -> list[str]:
    """Return the paths and `just` recipes in backticks that are not there."""
    words = [span.split() for span in _SPAN.findall(_FENCE.sub("", markdown))]
    paths = [first for first, *_ in words if looks_like_a_path(first) and not is_there(first)]
    tasks = _RECIPE.findall((ROOT / "justfile").read_text(encoding="utf-8"))
    return paths + [" ".join(found) for found in words if found[0] == "just" and found[1] not in tasks]


def remarks(path: Path, text: str) -> Iterator[str]:
    """Yield the comments and docstrings of a program text."""
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        yield from (token.string for token in tokens if token.type == tokenize.COMMENT)
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        yield from (ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
    elif path.suffix == ".sql":
        yield from re.findall(r"(?:^|\s)(--\s.*)$", text, re.MULTILINE)
    elif path.suffix in ("", ".toml", ".yml", ".yaml"):
        yield from re.findall(r"(?:^|\s)(#\s.*)$", text, re.MULTILINE)


def foreign_citations(path: Path, text: str) -> list[str]:
    """Return what comments and docstrings cite and the repository lacks: files of its own rooms."""
    cited = [found for remark in remarks(path, text) for found in _CITED.findall(remark)]
    return [name for name in cited if looks_like_a_path(name) and not is_there(name, path)]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 300
    assert {"README.md", "CONTEXT.md", "CONTRIBUTING.md", "docs/rollback.md"} <= set(map(named, DOCUMENTS))
    assert {"supasync", "tests", "core", "workflow"} <= ROOMS


def test_no_file_holds_a_conflict_marker() -> None:
    found = [f"{named(path)}:{line}" for path in FILES for line in conflict_lines(text_of(path) or "")]
    assert found == []


def test_conflict_markers_are_recognised() -> None:
    ours, base, middle, theirs = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)
    merged = f"a\n{ours} HEAD\nb\n{base} parent\nc\n{middle}\nd\n{theirs} branch\ne\n"
    assert conflict_lines(merged) == (2, 4, 6, 8)
    assert conflict_lines(f"{ours}\n{theirs}\n") == (1, 2)
    assert conflict_lines(f"Title\n{middle}==\n a {ours} b\n{'<' * 8}\n{middle} x\n") == ()


def test_without_git_the_files_on_disk_are_the_repository(tmp_path: Path) -> None:
    wanted = ("README.md", "docs/a.md", ".github/workflows/test.yml", ".editorconfig")
    for name in (*wanted, "node_modules/x/README.md", ".venv/lib/x.py", "supasync.egg-info/PKG-INFO", ".env"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text\n", encoding="utf-8")
    assert {path.relative_to(tmp_path).as_posix() for path in repository_files(tmp_path)} == set(wanted)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_of_documents_lead_somewhere(document: Path) -> None:
    assert dead_links(document.read_text(encoding="utf-8"), document) == []


@pytest.mark.parametrize("name", GUIDES)
def test_paths_that_guides_name_are_there(name: str) -> None:
    assert missing_paths((ROOT / name).read_text(encoding="utf-8")) == []


def test_comments_and_docstrings_cite_files_that_are_there() -> None:
    texts = ((path, text_of(path)) for path in FILES)
    found = [f"{named(path)}: {cited}" for path, text in texts if text for cited in foreign_citations(path, text)]
    assert found == []


def test_nothing_cites_a_document_that_a_stranger_does_not_have() -> None:
    found = [named(path) for path in FILES if _FOREIGN_DOCUMENT.search(text_of(path) or "")]
    assert found == []


def test_the_changelog_knows_the_version() -> None:
    version = version_of((ROOT / "supasync" / "__init__.py").read_text(encoding="utf-8"))
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert version == __version__
    assert headings[:2] == ["Unreleased", version]


def test_a_tag_must_fit_version_and_changelog() -> None:
    changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.3 (2027-01-31)\n\n- new\n"
    assert list(problems("v1.2.3", "1.2.3", changelog)) == []
    assert [*problems("v1.2.4", "1.2.3", changelog)] == [
        "the tag is v1.2.4, but the version in supasync/__init__.py is 1.2.3"
    ]
    assert [*problems("v1.2.4", "1.2.4", changelog)] == ["CHANGELOG.md has no heading '## 1.2.4 (date)'"]
    entries = changelog.replace("Unreleased\n", "Unreleased\n\n- forgotten\n")
    assert [*problems("v1.2.3", "1.2.3", entries)] == ["CHANGELOG.md still has entries under Unreleased"]
    assert len([*problems("v1.2.3", "1.2.3", "# Changelog\n\n## 1.2.3 (2027-01-31)\n")]) == 1


def test_dead_citations_are_found() -> None:
    text = """# A title, with `code`
[one](CHANGELOG.md) [two](docs/rollback.md#limits) [three](#a-title-with-code) [four](https://example.org/x)
[five](docs/nowhere.md) [six](docs/rollback.md#nowhere) [seven](#nowhere) `[eight](nowhere.md)`
```
[nine](nowhere.md)
```
"""
    assert dead_links(text, ROOT / "README.md") == ["docs/nowhere.md", "docs/rollback.md#nowhere", "#nowhere"]
    guide = "`core/report` `ui/*.py` `scripts/test PATH` `supasync.toml` `just lint` `data/none.sql` `no.py` `just ask`"
    assert missing_paths(guide) == ["data/none.sql", "no.py", "just ask"]
    program = '"""See core/none.py and core/report.py."""\nx = "core/other.py"  # as in docs/none.md\n'
    assert foreign_citations(Path("x.py"), program) == ["docs/none.md", "core/none.py"]
    assert foreign_citations(Path("x.sql"), "select 1; -- as in data/none.sql\n") == ["data/none.sql"]
    assert foreign_citations(Path("x"), "run it # as tests/none.py does\n") == ["tests/none.py"]
    assert _FOREIGN_DOCUMENT.search(f"the exit code of design {'section'} 8")
    assert not _FOREIGN_DOCUMENT.search("designed; see the section on exit codes")
