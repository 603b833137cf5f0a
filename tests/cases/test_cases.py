"""Every transition of this folder through the real sync, and back by its rollback files."""

from __future__ import annotations

import pytest

from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.ledger import Event
from supasync.errors import RefusedError
from supasync.workflow.gates import FORCE_DATA, FORCE_OBJECTS
from tests.support.cases import (
    Case,
    State,
    all_cases,
    differing,
    fingerprint_of,
    grants_count,
    roll_back,
    run_sync,
    state_of,
    untouched,
    words_of,
)
from tests.support.project import MakeProject, Project
from tests.support.targets import DEFAULT_MAJOR, MakeTarget, TargetDatabase

PG = DEFAULT_MAJOR
# What a refusal says for each `reason` of case.toml.
REASONS = {
    "not null": ("NULL", "no value"),
    "check": ("break",),
    "duplicate": ("more than once", "equal"),
    "foreign key": ("no row in",),
    "type": ("do not fit",),
    "enum": ("do not fit",),
    "overlap": ("exclude one another",),
    "partition": ("partition",),
    "cast": ("cannot cast",),
    "order": ("come out different",),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the test its cases: the telling ones, or with --all-cases every one."""
    everything = bool(metafunc.config.getoption("--all-cases"))
    chosen = [case for case in all_cases() if PG in case.expected["pg"] and (everything or not case.rare)]
    metafunc.parametrize("case", chosen, ids=[case.name for case in chosen])


def test_case(case: Case, make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(case.before, pg=PG, seed_sql=case.seed)
    project = make_project(target, case.after)
    before = state_of(target)
    if not case.applied:
        expect_refused(case, project, target, before)
        return
    if case.force:
        error = refused(project, target, before, force=False, backfill=filling(case))
        assert error.message in (FORCE_DATA, FORCE_OBJECTS)
        assert error.details
    if case.backfill:
        refused(project, target, before, force=case.force, backfill=BackfillChoice.NONE)
    report, code = run_sync(project, force=case.force, backfill=filling(case))
    assert code == 0, report.warnings
    after = state_of(target)
    if case.segments == 0:
        assert (after, project.files()) == (before, {})
        return
    wanted = fingerprint_of(make_target(case.after, pg=PG))
    assert differing(after.fingerprint, wanted, grants=grants_count(case)) == ()
    expect_recorded(case, project, after)
    expect_rows_kept(before, after)
    roll_back(project, target)
    back = state_of(target)
    assert differing(back.fingerprint, before.fingerprint, grants=True) == ()
    assert back.numbers_in_use <= before.numbers_in_use
    if case.lossless:
        assert back.content == before.content


def filling(case: Case) -> BackfillChoice:
    return BackfillChoice.DEFAULT if case.backfill else BackfillChoice.NONE


def expect_refused(case: Case, project: Project, target: TargetDatabase, before: State) -> None:
    error = refused(project, target, before, force=case.force, backfill=filling(case))
    words = words_of(error)
    assert case.expected["object"] in words
    assert any(part in words for part in REASONS[case.expected["reason"]]), words


def refused(
    project: Project, target: TargetDatabase, before: State, *, force: bool, backfill: BackfillChoice
) -> RefusedError:
    """Sync, expect a refusal that changed nothing, return it."""
    with pytest.raises(RefusedError) as caught:
        run_sync(project, force=force, backfill=backfill)
    assert caught.value.exit_code == 4
    assert state_of(target) == before
    assert project.files() == {}
    return caught.value


def expect_recorded(case: Case, project: Project, after: State) -> None:
    names = [path.name for path in project.migrations]
    assert len(names) == case.segments
    assert [path.name for path in project.rollbacks] == names
    assert after.history == tuple(name.partition("_")[0] for name in names)
    assert after.events == (Event.STARTED, Event.SUCCEEDED)


def expect_rows_kept(before: State, after: State) -> None:
    old, new = before.fingerprint, after.fingerprint
    assert untouched(old, new, after.content) == untouched(old, new, before.content)
    assert after.numbers_in_use <= before.numbers_in_use
