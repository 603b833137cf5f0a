"""Every transition through the real sync and back, with its rows; or refused, with nothing changed.

What comes back is judged by pg_dump. Each group of transitions is one schema, since a sync of ten costs
hardly more than a sync of one; `--each` runs every transition by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.inventory import keeps_in
from supasync.core.attic.marker import is_attic
from supasync.core.attic.own_texts import OwnTexts
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql import mentions_grants, runnable
from supasync.workflow.gates import FORCE_DATA, FORCE_OBJECTS
from tests.support.differences import differing, untouched
from tests.support.project import MakeProject, Project
from tests.support.rows import Dump, numbers_in_use, read_dump
from tests.support.targets import MakeTarget, TargetDatabase
from tests.support.transitions import (
    APPLIED,
    BACKFILL,
    FORCE,
    IN_SYNC,
    REFUSED,
    Group,
    Transition,
    all_transitions,
    grouped,
)

CODEC = KeepCodec()
SYNC = ("sync", "--yes")
ROLLBACK = ("rollback", "--last", "1", "--yes")
EXIT_REFUSED = 4
# What a refusal says for each `reason`.
REASONS = {
    "not null": ("NULL", "no value"),
    "check": ("violate",),
    "duplicate": ("more than once", "equal"),
    "foreign key": ("no match in",),
    "type": ("do not fit",),
    "enum": ("do not fit",),
    "overlap": ("conflict under",),
    "partition": ("partition",),
    "cast": ("cannot cast",),
    "order": ("end up different",),
}
# Which transitions a test gets.
CHOSEN: dict[str, Callable[[Transition], bool]] = {
    "test_there_and_back_by_hand": lambda it: it.expect == APPLIED and not it.flags,
    "test_there_and_back_and_there": lambda it: it.expect == APPLIED and bool(it.flags),
    "test_since": lambda it: bool(it.since),
    "test_in_sync": lambda it: it.expect == IN_SYNC,
    "test_refused": lambda it: it.expect == REFUSED,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test its groups; `test_since` gets its transitions as one, since they are few."""
    test, each = metafunc.definition.name, bool(metafunc.config.getoption("--each"))
    rare = bool(metafunc.config.getoption("--all-cases"))
    chosen = tuple(it for it in all_transitions() if CHOSEN[test](it) and (rare or not it.rare))
    groups = (Group("all", chosen),) if test == "test_since" and not each else grouped(chosen, each=each)
    metafunc.parametrize("group", groups, ids=[group.name for group in groups])


def test_there_and_back_by_hand(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    catalog, rows, numbers = fingerprint(target), read_dump(target), numbers_in_use(target)
    for flag in group.needed:
        expect_needed(group, flag, target, project)
    sync(project, group)
    expect_synced(group, target, project, make_target)
    expect_untouched_rows(group, target, catalog, rows)
    assert numbers_in_use(target) <= numbers

    run_rollback_files(target, project)
    expect_back(group, target, catalog, rows)
    assert numbers_in_use(target) <= numbers


def test_there_and_back_and_there(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    catalog, rows = fingerprint(target), read_dump(target)
    sync(project, group)
    wanted = expect_synced(group, target, project, make_target)
    synced = read_dump(target)

    project.json(*ROLLBACK)
    expect_back(group, target, catalog, rows)
    assert schema_file(project) == group.joined("before")
    assert project.migrations == ()

    project.write_schema(group.joined("after"))
    sync(project, group, "--restore")
    expect_catalog(group, target, wanted)
    assert group.lost(read_dump(target), synced, further=True) == ()


def test_since(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    catalog, numbers = fingerprint(target), numbers_in_use(target)
    sync(project, group)
    target.sql(group.joined("since"))
    project.json(*ROLLBACK)
    wanted = make_target(group.joined("before"), seed_sql=group.joined("rows"))
    wanted.sql(group.joined("since"))
    expect_catalog(group, target, catalog, grants=True)
    assert group.lost(read_dump(target), read_dump(wanted), further=True) == ()
    assert numbers_in_use(target) <= numbers


def test_in_sync(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    before, rows = project.state(), read_dump(target)
    assert project.json(*SYNC, *words(group.flags), "--backfill", "none")["outcome"] == "in-sync"
    assert (project.state(), read_dump(target)) == (before, rows)


def test_refused(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    error = refused(group, target, project, group.flags)
    if len(group.members) == 1:
        assert told(group.members[0], "\n".join(said(error))), error
        return
    lines = error["details"]
    about = {member.name: [line for line in lines if told(member, line)] for member in group.members}
    assert {name: len(found) for name, found in about.items()} == dict.fromkeys(group.names, 1), error
    assert sorted(line for found in about.values() for line in found) == sorted(lines)


def begin(group: Group, make_target: MakeTarget, make_project: MakeProject) -> tuple[TargetDatabase, Project]:
    """Make a target in the first state, with rows, and a project whose schema file went on to the second."""
    target = make_target(group.joined("before"), seed_sql=group.joined("rows"))
    project = make_project(target, group.joined("before"))
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "Before")
    project.write_schema(group.joined("after"))
    return target, project


def words(flags: tuple[str, ...]) -> tuple[str, ...]:
    """Return flags as arguments: `--backfill none` where nothing is to be filled."""
    return tuple(" ".join(flags if BACKFILL in flags else (*flags, "--backfill none")).split())


def sync(project: Project, group: Group, *more: str) -> None:
    assert project.json(*SYNC, *words(group.flags), *more)["outcome"] == "applied"
    expect_recognised(project)


def expect_recognised(project: Project) -> None:
    """Expect each marked statement of all files to be one that is written again, letter for letter."""
    folder = project.path / "supabase"
    files = (*folder.glob("migrations/*.sql"), *folder.glob("rollbacks/**/*.sql"))
    statements = [text for path in files for text in runnable(path.read_text(encoding="utf-8"))]
    own = OwnTexts(keeps_in(statements, CODEC), CODEC)
    assert [text for text in statements if is_attic(text) and not own.has(text)] == []


def refused(group: Group, target: TargetDatabase, project: Project, flags: tuple[str, ...]) -> dict[str, Any]:
    """Sync, expect a refusal that changed nothing, return what it says."""
    before, rows = project.state(), read_dump(target)
    error = project.json(*SYNC, *words(flags), code=EXIT_REFUSED)["error"]
    assert (project.state(), group.lost(read_dump(target), rows)) == (before, ())
    assert isinstance(error, dict)
    return error


def said(error: dict[str, Any]) -> tuple[str, ...]:
    """Return all that a refusal says."""
    return (error["message"], error.get("reason") or "", *error.get("details", ()), error.get("hint") or "")


def told(member: Transition, text: str) -> bool:
    """Whether a text names what a transition is refused for, and why."""
    return member.object in text and any(part in text for part in REASONS[member.reason])


def expect_needed(group: Group, flag: str, target: TargetDatabase, project: Project) -> None:
    """Sync without a flag, and expect a refusal in which each member stands."""
    error = refused(group, target, project, tuple(other for other in group.flags if other != flag))
    assert (error["message"] in (FORCE_DATA, FORCE_OBJECTS)) == (flag == FORCE)
    assert {group.whose(line) for line in error["details"]} == group.names, error


def expect_catalog(group: Group, target: TargetDatabase, wanted: Fingerprint, *, grants: bool | None = None) -> None:
    compared = mentions_grants(group.joined("after")) if grants is None else grants
    assert group.named(differing(fingerprint(target), wanted, grants=compared)) == ()


def expect_synced(group: Group, target: TargetDatabase, project: Project, make_target: MakeTarget) -> Fingerprint:
    """Expect the catalog of a database that is made from the schema file, and the records of one sync."""
    wanted = fingerprint(make_target(group.joined("after")))
    expect_catalog(group, target, wanted)
    names = [path.name for path in project.migrations]
    assert len(names) == group.files
    assert [path.name for path in project.rollbacks] == names
    history = target.rows("select version from supabase_migrations.schema_migrations order by version")
    assert history == [(name.partition("_")[0],) for name in names]
    assert target.rows("select event from supasync.ledger order by id") == [("started",), ("succeeded",)]
    return wanted


def expect_untouched_rows(group: Group, target: TargetDatabase, catalog: Fingerprint, rows: Dump) -> None:
    """Expect the columns that are defined as before to hold what they held."""
    now = fingerprint(target)
    found, wanted = (untouched(catalog, now, dump.content) for dump in (read_dump(target), rows))
    assert group.lost(Dump(found, {}, frozenset()), Dump(wanted, {}, frozenset())) == ()


def expect_back(group: Group, target: TargetDatabase, catalog: Fingerprint, rows: Dump) -> None:
    expect_catalog(group, target, catalog, grants=True)
    assert group.lost(read_dump(target), rows) == ()


def run_rollback_files(target: TargetDatabase, project: Project) -> None:
    """Run the rollback files as somebody without supasync would: newest first, each in one transaction."""
    for path in reversed(project.rollbacks):
        with target.session() as session, session.transaction():
            session.script(path.read_text(encoding="utf-8"))


def fingerprint(target: TargetDatabase) -> Fingerprint:
    with target.session() as session:
        return read_fingerprint(session)


def schema_file(project: Project) -> str:
    return (project.path / "schema.sql").read_text(encoding="utf-8")
