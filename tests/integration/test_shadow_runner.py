"""The runner of a shadow: the order in which statements run, and what is read of its databases only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow import runner as runner_module
from supasync.adapters.shadow.databases import ShadowConfig, ShadowDatabases, open_shadow
from supasync.adapters.shadow.runner import ShadowRunner
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from tests.support.targets import PROJECT


def shadow_in(cache: Path) -> ShadowDatabases:
    return open_shadow(ShadowConfig(PROJECT, cache), Surroundings(17, platform=True))


def tables(runner: ShadowRunner, database: str) -> set[str]:
    return set(runner.fingerprint(database).of_kind("table"))


def test_statements_run_in_an_order_that_works(shadow_cache: Path) -> None:
    parent = "create table parent (id int primary key)"
    child = "create table child (note text) inherits (parent)"
    view = "create view newest as select id from late"
    statements = [
        view,
        parent,
        child,
        "ALTER TABLE parent ADD COLUMN x int",
        "ALTER TABLE child ADD COLUMN x int",  # has come with the parent's
        "create schema apart -- a comment at the end takes no statement in\n-- nor two",
        "create role postgres",
        "create table late (id int)",
    ]
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        database = runner.scratch(shadow.baseline())
        ran = runner.run_in_any_order(database, statements)
        assert ran == (parent, child, statements[3], *statements[5:], view)
        assert "public.late" in tables(runner, database)
        again = runner.scratch(shadow.baseline())
        assert runner.run_in_any_order(again, ran) == ran
        assert runner.fingerprint(again) == runner.fingerprint(database)


def test_what_is_reserved_for_superusers_runs_and_belongs_to_the_owner(shadow_cache: Path) -> None:
    statements = (
        "create event trigger watch on ddl_command_end execute function public.watching()",
        "create publication everything for all tables",
        "comment on event trigger watch is 'new tables'",
        "create function public.watching() returns event_trigger language plpgsql as 'begin end'",
    )
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        database, again = (runner.scratch(shadow.baseline()) for _ in range(2))
        ran = runner.run_in_any_order(database, statements)
        assert ran == (statements[3], *statements[:3])
        runner.run(again, ran)
        assert runner.fingerprint(again) == runner.fingerprint(database)
        assert runner.fingerprint(database).of_kind("owner")["event trigger watch"] == "postgres"
        with shadow.session(database) as session:
            assert session.value("select usesuper from pg_catalog.pg_user where usename = current_user") is False


def test_a_statement_that_never_runs_is_named_and_nothing_stays(shadow_cache: Path) -> None:
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        database = runner.scratch(shadow.baseline())
        for bad, state in (("create view v as select * from nowhere", "42P01"), ("select 1 / 0", "22012")):
            with pytest.raises(StatementError) as caught:
                runner.run_in_any_order(database, ["create table here (id int)", bad])
            assert (caught.value.sqlstate, bad in caught.value.reason) == (state, True)
            assert tables(runner, database) == set()


def test_a_database_is_read_again_only_when_something_ran_there(
    shadow_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []

    def read(session: Session) -> Fingerprint:
        reads.append(session.info.dbname)
        return read_fingerprint(session)

    monkeypatch.setattr(runner_module, "read_fingerprint", read)
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        first, other = (runner.scratch(shadow.baseline()) for _ in range(2))
        seen = runner.fingerprint(first)
        assert runner.run_in_any_order(first, ()) == ()
        assert runner.fingerprint(first) is seen
        assert runner.fingerprint(other) == seen
        runner.run(first, ["create table here (id int)"])
        assert tables(runner, first) == {"public.here"}
        runner.run_in_any_order(first, ["drop table here"])
        assert runner.fingerprint(first) == seen
        assert reads == [first, other, first, first]
        runner.run(first, ["drop role if exists app_gone"])  # roles belong to all databases
        runner.fingerprint(other)
        assert reads[-1] == other


def test_a_database_that_was_built_keeps_what_was_read_of_it(shadow_cache: Path) -> None:
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        seen: list[Fingerprint] = []

        def build(database: str) -> None:
            runner.run(database, ["create table here (id int)"])
            seen.append(runner.fingerprint(database))

        name = runner.named("read while it was built", build)
        assert runner.fingerprint(name) is seen[0]
        assert runner.named("read while it was built", build) == name
        runner.drop(name)
        runner.named("read while it was built", build)
        assert runner.fingerprint(name) is seen[1]


@pytest.mark.parametrize("copy", ["copy (select 1) to stdout", "copy rows from stdin", "select 1; copy rows to stdout"])
def test_a_copy_of_rows_is_refused_by_its_name(shadow_cache: Path, copy: str) -> None:
    with shadow_in(shadow_cache) as shadow:
        runner = ShadowRunner(shadow)
        database = runner.scratch(shadow.baseline())
        runner.run(database, ["create table rows (id int)"])
        with pytest.raises(StatementError, match="COPY cannot be used here"):
            runner.run(database, [copy])
        assert tables(runner, database) == {"public.rows"}
