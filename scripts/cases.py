"""Run schema transitions through the real commands and tell what became of their rows.

Each is a file DIR/<name>.sql as tests/transitions/README.md describes it (what its head expects is not looked at), or
a folder DIR/<name> with before.sql and perhaps seed.sql, which make the target, and after.sql, the schema file; what
a superuser does ahead of before.sql, after it, and ahead of after.sql is in *.pre.super.sql and *.super.sql. It
goes through sync (--force --backfill default), rollback (--last 1) and sync --restore. pg_dump judges the
rows. Exit code 1: something was lost without a word, or this script broke off.
Usage: scripts/cases DIR [--only GLOB] [--jobs 2] [--json] [--verbose]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatch
from multiprocessing import get_context
from pathlib import Path

from supasync.adapters.catalog import read_fingerprint
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql import mentions_grants
from supasync.errors import SupasyncError
from tests.support import targets
from tests.support.differences import differences, differing, untouched
from tests.support.project import Project
from tests.support.rows import Content, Dump, read_dump
from tests.support.targets import TargetDatabase, Targets
from tests.support.transitions import Transition, read_folder, read_transition

SYNC = ("sync", "--yes", "--force", "--backfill", "default")
RESTORE = (*SYNC, "--restore")
ROLLBACK = ("rollback", "--last", "1", "--yes")
_EXIT_REFUSED = 4
# Roles belong to a whole server.
_MAKES_ROLES = re.compile(r"\bcreate\s+(?:role|user|group)\s+(?!mapping\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What a command answered: exit code, its outcome, and all it said when it did not go through."""

    code: int
    outcome: str = ""
    message: str = ""
    words: str = ""

    @property
    def refused(self) -> bool:
        """Whether it stopped before anything was changed."""
        return self.code == _EXIT_REFUSED


@dataclass(frozen=True)
class Snapshot:
    """A target at one moment."""

    catalog: Fingerprint
    dump: Dump


@dataclass(frozen=True)
class Verdict:
    """What became of one case.

    `outcome`: applied, in sync, refused, failed, unloadable, or crashed. `lossless` and `restored` are None where the
    case did not come that far. `lost` and `unrestored` say in words what differs, `catalog` which objects do,
    `silent` what is neither as it was nor named by a refusal.
    """

    name: str
    outcome: str
    reason: str = ""
    rollback: str = ""
    lossless: bool | None = None
    lost: tuple[str, ...] = ()
    restored: bool | None = None
    unrestored: tuple[str, ...] = ()
    catalog: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def line(self) -> str:
        """The case in one line."""
        parts = [f"{self.outcome}: {self.reason}" if self.reason else self.outcome]
        if self.outcome == "applied":
            parts.append(_yes("lossless", self.lossless, self.lost, self.rollback))
            parts.append(_yes("restored", self.restored, self.unrestored, ""))
        parts += [f"CATALOG {len(self.catalog)} objects differ"] if self.catalog else []
        parts += [f"SILENT LOSS {_names(self.silent)}"] if self.silent else []
        return f"{self.name}: " + " | ".join(parts)

    @property
    def details(self) -> tuple[str, ...]:
        """All that is known beyond the line."""
        named = {"lost": self.lost, "not restored": self.unrestored, "catalog": self.catalog, "silent": self.silent}
        return tuple(f"{what}: {line}" for what, lines in named.items() for line in lines) + self.notes


class Walk:
    """One case on its way through the commands."""

    def __init__(self, case: Transition, target: TargetDatabase, project: Project) -> None:
        self.case = case
        self.target = target
        self.project = project

    def run(self) -> Verdict:
        """Go as far as the commands let it."""
        before = self.look()
        done = self.call(SYNC)
        after = self.look()
        if done.code or done.outcome != "applied":
            outcome = "refused" if done.refused else "failed" if done.code else "in sync"
            changed = tuple(_told(after.dump, before.dump))
            moved = differing(after.catalog, before.catalog, grants=True) if outcome != "in sync" else ()
            return Verdict(self.case.name, outcome, done.message, catalog=moved, silent=changed)
        verdict = Verdict(self.case.name, "applied", notes=kept_aside(before, after))
        try:
            verdict = replace(verdict, catalog=self.off_target(after))
        except SupasyncError as error:
            unchecked = f"the catalog was not compared: the schema file alone makes no target ({error.message})"
            verdict = replace(verdict, notes=(*verdict.notes, unchecked))
        verdict = self.back(verdict, before)
        return verdict if verdict.rollback else self.again(verdict, after)

    def back(self, verdict: Verdict, before: Snapshot) -> Verdict:
        """Roll back, and compare with what was there before the sync."""
        there = self.look()
        done = self.call(ROLLBACK)
        back = self.look()
        lost = tuple(_told(back.dump, before.dump))
        if done.code:
            moved = (*_told(back.dump, there.dump), *differing(back.catalog, there.catalog, grants=True))
            silent = tuple(line for line in lost if not _names_it(done.words, line)) if done.refused else lost
            words = f"rollback {'refused' if done.refused else 'failed'}: {done.message}"
            return replace(verdict, rollback=words, lossless=False, lost=lost, silent=(*silent, *moved))
        moved = tuple(f"after rollback: {line}" for line in differing(back.catalog, before.catalog, grants=True))
        return replace(verdict, lossless=not lost, lost=lost, silent=lost, catalog=(*verdict.catalog, *moved))

    def again(self, verdict: Verdict, after: Snapshot) -> Verdict:
        """Sync once more, and compare with what the first sync made."""
        self.project.write_schema(self.case.after)
        done = self.call(RESTORE)
        again = self.look()
        if done.code or done.outcome != "applied":
            words = f"sync --restore: {done.message or done.outcome}"
            return replace(verdict, restored=False, unrestored=(words,))
        differs = tuple(_told(again.dump, after.dump, further=True))
        moved = tuple(f"after sync --restore: {line}" for line in differing(again.catalog, after.catalog, grants=True))
        silent = (*verdict.silent, *(line for line in differs if line not in verdict.silent))
        return replace(
            verdict, restored=not differs, unrestored=differs, silent=silent, catalog=(*verdict.catalog, *moved)
        )

    def off_target(self, after: Snapshot) -> tuple[str, ...]:
        """Return where the synced target differs from one made of the schema file."""
        given = Targets(Path(os.environ[targets.ROOT_VARIABLE]))
        try:
            wanted = given.make(
                self.case.after, own_server=makes_roles(self.case), ahead=self.case.ahead_of_after or self.case.ahead
            )
            with wanted.session() as session:
                return differing(after.catalog, read_fingerprint(session), grants=mentions_grants(self.case.after))
        finally:
            given.close()

    def call(self, arguments: Sequence[str]) -> Answer:
        """Run a command."""
        done = self.project.run(*arguments, "--json")
        try:
            found = json.loads(done.out)
        except ValueError:
            lines = [line for line in done.err.splitlines() if "error" in line.lower()] or ["printed no JSON"]
            return Answer(done.code or 1, message=lines[0], words=done.err)
        error = found.get("error")
        if not error:
            return Answer(done.code, str(found.get("outcome", "")).replace("-", " "), _warned(found), done.out)
        reasons = (error.get("reason"), *error.get("details", ()))
        said = [str(error.get("message")), *(str(reason) for reason in reasons if reason)]
        return Answer(done.code, message=": ".join(said[:2]), words="\n".join(said))

    def look(self) -> Snapshot:
        """Read catalog and rows."""
        with self.target.session() as session:
            return Snapshot(read_fingerprint(session), read_dump(self.target))


def walk(path: Path) -> Verdict:
    """Run one case on a target of its own; the run's directory is in the environment."""
    begun = time.monotonic()
    root = Path(os.environ[targets.ROOT_VARIABLE])
    case = read_folder(path) if path.is_dir() else read_transition(path)
    given = Targets(root)
    try:
        try:
            target = given.make(
                case.before,
                seed_sql=case.rows,
                own_server=makes_roles(case),
                ahead=case.ahead,
                afterwards=case.afterwards,
            )
        except SupasyncError as error:
            return Verdict(case.name, "unloadable", error.message)
        project = Project.begin(root / "projects" / case.name, target, targets.shadow_cache(root))
        project.write_schema(case.before)
        project.git("add", "--all")
        project.git("commit", "--quiet", "--message", "Before")
        project.write_schema(case.after)
        return replace(Walk(case, target, project).run(), seconds=round(time.monotonic() - begun, 1))
    finally:
        given.close()


def name_of(path: Path) -> str:
    """Return the name of a case: of its folder, or of its file without the ending."""
    return path.name if path.is_dir() else path.stem


def makes_roles(case: Transition) -> bool:
    """Whether the case needs a server of its own."""
    texts = (case.before, case.after, case.ahead, case.afterwards)
    return any(map(_MAKES_ROLES.search, texts)) or any("alter role" in text.lower() for text in texts)


def kept_aside(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Return which rows and values the sync took away although table and column are as before."""
    old, new = (untouched(before.catalog, after.catalog, content.dump.content) for content in (before, after))
    return tuple(f"gone by the sync, though its definition stays: {line}" for line in _content_told(new, old))


def _content_told(found: Content, wanted: Content) -> Iterator[str]:
    return _told(Dump(found, {}, frozenset()), Dump(wanted, {}, frozenset()))


def _told(found: Dump, wanted: Dump, *, further: bool = False) -> Iterator[str]:
    return (f"{name} {words}" for name, words in differences(found, wanted, further=further))


def _warned(found: dict[str, object]) -> str:
    warnings = found.get("warnings")
    return "; ".join(str(line) for line in warnings) if isinstance(warnings, list) else ""


def _names_it(words: str, line: str) -> bool:
    name = _name(line)
    return name in words or name.partition(".")[2] in words


def _name(line: str) -> str:
    found = re.match(r'(?:"(?:[^"]|"")*"|[^\s"])+', line)
    return found[0] if found else line


def _names(lines: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(_name(line) for line in lines))


def _yes(what: str, answer: bool | None, lines: Sequence[str], reason: str) -> str:
    if answer is None:
        return f"{what}: not tried"
    return f"{what}: yes" if answer else f"{what}: no ({reason or _names(lines)})"


def run(paths: Sequence[Path], jobs: int) -> Iterator[Verdict]:
    """Run the cases, several at a time, on servers that are stopped at the end."""
    root = targets.make_root()
    lock = targets.hold_root(root)
    os.environ[targets.ROOT_VARIABLE] = str(root)
    try:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            waiting = {pool.submit(walk, path): name_of(path) for path in paths}
            try:
                for future in as_completed(waiting):
                    yield _verdict(future, waiting[future])
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        targets.clear_root(root)
        os.close(lock)


def _verdict(future: Future[Verdict], name: str) -> Verdict:
    error = future.exception()
    return Verdict(name, "crashed", f"{type(error).__name__}: {error}") if error else future.result()


def sums(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Count how it went."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    return {
        "cases": len(verdicts),
        **{name: outcomes[name] for name in ("applied", "in sync", "refused", "failed", "unloadable", "crashed")},
        "lossless": sum(verdict.lossless is True for verdict in verdicts),
        "not lossless": sum(verdict.lossless is False for verdict in verdicts),
        "restored": sum(verdict.restored is True for verdict in verdicts),
        "not restored": sum(verdict.restored is False for verdict in verdicts),
        "catalog differs": sum(bool(verdict.catalog) for verdict in verdicts),
        "silent losses": sum(bool(verdict.silent) for verdict in verdicts),
    }


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(prog="scripts/cases", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, help="folder of transitions")
    parser.add_argument("--only", default="*", metavar="GLOB", help="only the cases of this name")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="cases at a time (default: 1)")
    parser.add_argument("--json", action="store_true", help="print one object when all are done")
    parser.add_argument("--verbose", action="store_true", help="print the differences below each line")
    request = parser.parse_args()
    found = [*request.directory.glob("*.sql"), *(path.parent for path in request.directory.glob("*/after.sql"))]
    paths = sorted(path for path in found if fnmatch(name_of(path), request.only))
    if not paths:
        parser.error(f"no {request.only}.sql and no {request.only}/after.sql in {request.directory}")
    verdicts = []
    for verdict in run(paths, max(request.jobs, 1)):
        verdicts.append(verdict)
        if not request.json:
            print(verdict.line, *(f"    {line}" for line in verdict.details if request.verbose), sep="\n", flush=True)
    verdicts.sort(key=lambda verdict: verdict.name)
    total = sums(verdicts)
    if request.json:
        print(json.dumps({"cases": [asdict(verdict) for verdict in verdicts], "sums": total}, indent=2))
    else:
        print("\n" + ", ".join(f"{name} {count}" for name, count in total.items()))
    return 1 if total["silent losses"] or total["crashed"] else 0


if __name__ == "__main__":
    sys.exit(main())
