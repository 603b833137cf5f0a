"""Destructive transitions with rows: through a forced sync, back by rollback, and through sync again.

What comes back is judged by pg_dump. Each group of transitions is one schema, since a sync of ten costs
hardly more than a sync of one; `--each` runs every transition by itself.
"""

from __future__ import annotations

from typing import Any

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.sql import mentions_grants
from tests.support.cases import differing
from tests.support.matrix import Group, all_transitions, grouped
from tests.support.project import MakeProject, Project
from tests.support.rows import read_dump
from tests.support.targets import MakeTarget, TargetDatabase

SYNC = ("sync", "--yes", "--force", "--backfill", "default")
ROLLBACK = ("rollback", "--last", "1", "--yes")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests their groups: `test_since` the transitions that say what comes in between, as one."""
    each = bool(metafunc.config.getoption("--each"))
    groups = grouped(all_transitions(), each=each)
    if metafunc.definition.name == "test_since":
        chosen = tuple(member for member in all_transitions() if member.since)
        groups = grouped(chosen, each=True) if each else (Group("all", chosen),)
    metafunc.parametrize("group", groups, ids=[group.name for group in groups])


def test_there_and_back_and_there(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    catalog, rows = fingerprint(target), read_dump(target)
    sync(project)
    expect_catalog(group, target, fingerprint(make_target(group.joined("after"))))
    synced = read_dump(target)

    roll_back(project)
    expect_catalog(group, target, catalog, grants=True)
    assert group.lost(read_dump(target), rows) == ()
    assert schema_file(project) == group.joined("before")
    assert project.migrations == ()

    project.write_schema(group.joined("after"))
    sync(project, "--restore")
    expect_catalog(group, target, fingerprint(make_target(group.joined("after"))))
    assert group.lost(read_dump(target), synced, further=True) == ()


def test_since(group: Group, make_target: MakeTarget, make_project: MakeProject) -> None:
    target, project = begin(group, make_target, make_project)
    catalog = fingerprint(target)
    sync(project)
    target.sql(group.joined("since"))
    roll_back(project)
    wanted = make_target(group.joined("before"), seed_sql=group.joined("rows"))
    wanted.sql(group.joined("since"))
    expect_catalog(group, target, catalog, grants=True)
    assert group.lost(read_dump(target), read_dump(wanted), further=True) == ()


def begin(group: Group, make_target: MakeTarget, make_project: MakeProject) -> tuple[TargetDatabase, Project]:
    """Make a target in the first state, with rows, and a project whose schema file went on to the second."""
    target = make_target(group.joined("before"), seed_sql=group.joined("rows"))
    project = make_project(target, group.joined("before"))
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "Before")
    project.write_schema(group.joined("after"))
    return target, project


def sync(project: Project, *more: str) -> dict[str, Any]:
    done = project.json(*SYNC, *more)
    assert done["outcome"] == "applied"
    return done


def roll_back(project: Project) -> None:
    project.json(*ROLLBACK)


def fingerprint(target: TargetDatabase) -> Fingerprint:
    with target.session() as session:
        return read_fingerprint(session)


def expect_catalog(group: Group, target: TargetDatabase, wanted: Fingerprint, *, grants: bool | None = None) -> None:
    compared = mentions_grants(group.joined("after")) if grants is None else grants
    assert group.named(differing(fingerprint(target), wanted, grants=compared)) == ()


def schema_file(project: Project) -> str:
    return (project.path / "schema.sql").read_text(encoding="utf-8")
