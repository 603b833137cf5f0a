"""The target copied into the shadow, by pg_dump and by the diff engine: the fingerprint judges both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, compare, summarize
from supasync.core.engine.copying import Way
from supasync.errors import RefusedError
from supasync.settings import load_settings
from supasync.wiring import build
from supasync.workflow.clone import Copier
from supasync.workflow.ports.shadow import Shadow
from tests.support.fakes import FakePrompter, FakeScreen
from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget
from tests.support.transitions import Group, all_transitions, grouped

# Where one way alone does not lead to the target's schema, and why.
UNEQUAL = {
    (Way.ENGINE, "copied"): "names of the indexes and keys of partitions",
}
PARTITIONS = {
    "a name of its own": """
        create table g (id int, v int) partition by range (id);
        create table g_a partition of g for values from (0) to (9);
        create index named_by_hand on g_a (v); create index g_v on g (v);
        """,
    "two on the same columns": """
        create table g (id int, v text) partition by range (id);
        create table g_a partition of g for values from (0) to (9);
        create index z_first on g (v) where v is not null; create index a_second on g (v);
        """,
    "a check that is not valid": """
        create table g (id int, v int) partition by range (id);
        create table g_a partition of g for values from (0) to (9);
        alter table g add constraint g_check check (v > 0) not valid;
        """,
    "a partition renamed": """
        create table g (id int primary key, v int) partition by range (id);
        create table g_a partition of g for values from (0) to (9); alter table g_a rename to g_old;
        """,
}


@contextmanager
def copied(project: Project, ways: tuple[Way, ...]) -> Iterator[tuple[Fingerprint, Fingerprint, Shadow, str]]:
    """Give the target's fingerprint and that of its copy, the shadow and the copy's name."""
    context = build(load_settings(project.path), FakeScreen(), FakePrompter())
    with context.open_target("copy") as target:
        surroundings, goal = target.surroundings(), target.fingerprint()
        with context.open_shadow(surroundings) as shadow:
            shadow.pass_over(goal.foreign_names)
            copier = Copier(context, shadow, target, target.endpoint, surroundings)

            def fill(name: str) -> None:
                copier.fill(goal, ways, name)

            database = shadow.named(f"test {ways} {project.path}", fill)
            yield goal, shadow.fingerprint(database), shadow, database


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The projects of these tests name the checkout's tools."""
    monkeypatch.setenv("SUPASYNC_TRUST", "1")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Copy the later states of all transitions, with --all-cases the earlier ones as well."""
    if "state" in metafunc.fixturenames:
        states = ("before", "after") if metafunc.config.getoption("--all-cases") else ("after",)
        given = [(group, state) for group in grouped(all_transitions()) for state in states]
        metafunc.parametrize(("group", "state"), given, ids=[f"{group.name}-{state}" for group, state in given])


@pytest.mark.parametrize("way", Way, ids=["dump", "engine"])
def test_both_ways_lead_to_the_same(
    way: Way, group: Group, state: str, make_target: MakeTarget, make_project: MakeProject
) -> None:
    target = make_target(group.joined(state), own_server="create role" in group.joined(state))
    with copied(make_project(target, "select 1;"), (way,)) as (goal, made, _, _):
        differing = summarize(compare(made, goal), before="the copy", after="the target")
    assert bool(differing) is ((way, group.name) in UNEQUAL), differing


@pytest.mark.parametrize("name", PARTITIONS)
def test_partitions_are_copied_with_their_names(name: str, make_target: MakeTarget, make_project: MakeProject) -> None:
    with copied(make_project(make_target(PARTITIONS[name]), "select 1;"), tuple(Way)) as (goal, made, _, _):
        assert summarize(compare(made, goal)) == ()


def test_what_the_role_may_not_read_is_left_to_the_engine(make_target: MakeTarget, make_project: MakeProject) -> None:
    """pg_dump locks what it reads, and would end with an error."""
    target = make_target("create table mine (id int);", platform=False)
    with target.session(superuser=True) as session:
        session.script("create table theirs (id int); revoke all on theirs from postgres;")
    with copied(make_project(target, "select 1;"), (Way.DUMP,)) as (_, made, _, _):
        assert set(made.of_kind("table")) == {"public.mine"}


def test_owners_are_given_their_objects_but_no_superuser_is(make_target: MakeTarget, make_project: MakeProject) -> None:
    """What a superuser owns would run with a superuser's rights."""
    made_here = """
        create role keeper nologin; grant keeper to postgres;
        create table t (id int); create view v as select id from t; create type e as enum ('a');
        create function f() returns int language sql security definer as 'select 1';
        create function g() returns int language sql security definer as 'select 1';
        grant create, usage on schema public to keeper;
        alter table t owner to keeper; alter view v owner to keeper; alter function f() owner to keeper;
        alter type e owner to keeper;
        """
    target = make_target(made_here, own_server=True)
    with target.session(superuser=True) as session:
        session.script("alter function g() owner to supabase_admin")
    with copied(make_project(target, "select 1;"), tuple(Way)) as (goal, made, shadow, database):
        assert summarize(compare(made, goal)) == ()
        assert made.of_kind("owner")["function public.f()"] == "keeper"
        assert goal.foreign_names == {"public.g()"}
        assert Fingerprint(made.foreign).of_kind("owner") == {"function public.g()": "postgres"}
        with pytest.raises(ValueError, match="not about an owner"):
            shadow.give_away(database, ["drop table t"])


def test_what_the_engine_finds_no_order_for_is_copied_by_pg_dump(
    make_target: MakeTarget, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> str:
        raise RefusedError("Cannot proceed: supabase db diff cannot express this change")

    monkeypatch.setattr("supasync.workflow.clone.engine_diff", refuses)
    project = make_project(make_target("create table t (id int);"), "select 1;")
    with copied(project, (Way.ENGINE,)) as (goal, made, _, _):
        assert [found.identity for found in compare(made, goal) if found.kind == "table"] == ["public.t"]
    with copied(project, (Way.ENGINE, Way.DUMP)) as (goal, made, _, _):
        assert compare(made, goal) == ()


def test_a_target_without_pg_dump_is_copied_all_the_same(
    make_target: MakeTarget, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supasync.adapters.pg_dump.find_spec", lambda _name: None)
    monkeypatch.setattr("supasync.adapters.pg_dump.find_on_path", lambda *_: None)
    with copied(make_project(make_target("create table t (id int);"), "select 1;"), tuple(Way)) as (goal, made, _, _):
        assert compare(made, goal) == ()
