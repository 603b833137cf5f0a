"""The ledger in a real target: append-only, out of sight for API roles and for every comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.adapters import ledger
from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.ledger import Ledger
from supasync.adapters.postgres import connect, dsn_of
from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Actor, Entry, Event, FileRecord
from supasync.core.plan.migration_file import push_marker
from supasync.errors import RefusedError, SupasyncError
from tests.support.canary import CANARY
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget, TargetDatabase

SCHEMA = "create table public.users (id int primary key);\n"
INSUFFICIENT_PRIVILEGE = "42501"


def a_file(version: str) -> FileRecord:
    return FileRecord(version, "n", f"up {version}", f"down {version}", f"sum {version}", f"down sum {version}")


def started(sync: int, *versions: str) -> Entry:
    return Entry(
        sync_id=f"00000000-0000-0000-0000-{sync:012d}",
        event=Event.STARTED,
        name="n",
        versions=versions,
        files=tuple(a_file(version) for version in versions),
        schema_file=SCHEMA,
        schema_checksum="s",
        fingerprint_before="1:a",
        fingerprint_after="1:b",
        comparison=Grants.IGNORED,
        actor=Actor("Ada <ada@example.org>", "ada", "laptop", "abc", git_dirty=True),
        reason="why",
        tools={"supasync": "0", "supabase": "3.1.0"},
    )


def ended(entry: Entry, event: Event, *versions: str) -> Entry:
    return Entry(sync_id=entry.sync_id, event=event, name=entry.name, versions=versions, duration_ms=7, error="e")


@pytest.fixture
def target(make_target: MakeTarget) -> TargetDatabase:
    made = make_target(SCHEMA)
    with made.session() as session:
        Ledger(session).create()
        Ledger(session).append(started(1, "1"))
    return made


def test_a_row_comes_back_as_it_was_written(target: TargetDatabase) -> None:
    with target.session() as session:
        (found,) = Ledger(session).entries()
    wanted = started(1, "1")
    for name in wanted.__dataclass_fields__:
        if name not in ("id", "at", "database_role"):
            assert getattr(found, name) == getattr(wanted, name), name
    assert (found.id, found.database_role, found.at is not None) == (1, "postgres", True)


def test_what_a_row_does_not_say_comes_back_as_nothing(target: TargetDatabase) -> None:
    with target.session() as session:
        session.rows(f"{INSERT} values (gen_random_uuid(), 'failed', 'down', 'bare', '{{}}')")
        found = Ledger(session).entries()[-1]
    told = Entry(
        found.sync_id,
        Event.FAILED,
        "bare",
        direction=Direction.DOWN,
        id=found.id,
        at=found.at,
        database_role="postgres",
    )
    assert found == told


INSERT = "insert into supasync.ledger (sync_id, event, direction, name, versions)"


@pytest.mark.parametrize(
    "statement",
    [
        "update supasync.ledger set reason = 'other'",
        "update supasync.ledger set reason = 'other' where false",
        "delete from supasync.ledger",
        "truncate supasync.ledger",
        INSERT.replace("(sync_id", "(id, sync_id") + " overriding system value values"
        " (1, gen_random_uuid(), 'failed', 'up', 'n', '{}') on conflict (id) do update set name = 'm'",
    ],
)
def test_rows_cannot_be_changed_by_their_owner(target: TargetDatabase, statement: str) -> None:
    with target.session() as session, pytest.raises(StatementError, match="append-only") as refused:
        session.rows(statement)
    assert refused.value.sqlstate == INSUFFICIENT_PRIVILEGE
    assert target.rows("select reason, name from supasync.ledger") == [("why", "n")]


def test_nor_in_a_session_that_replays_replicated_rows(target: TargetDatabase) -> None:
    with target.session(superuser=True) as session:
        session.rows("set session_replication_role = replica")
        with pytest.raises(StatementError, match="append-only"):
            session.rows("delete from supasync.ledger")


def test_another_event_than_the_four_is_refused(target: TargetDatabase) -> None:
    statement = f"{INSERT} values (gen_random_uuid(), 'x', 'up', 'n', '{{}}')"
    with target.session() as session, pytest.raises(StatementError, match="ledger_event_check"):
        session.rows(statement)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
@pytest.mark.parametrize(
    "statement",
    [
        "select * from supasync.ledger",
        "select * from supasync.schema_migrations",
        f"{INSERT} values (gen_random_uuid(), 'failed', 'up', 'n', '{{}}')",
        "select supasync.refuse_change()",
    ],
)
def test_api_roles_are_kept_out(target: TargetDatabase, role: str, statement: str) -> None:
    with target.session(superuser=True) as session:
        session.rows(f"set role {role}")
        with pytest.raises(StatementError, match="permission denied for schema supasync"):
            session.rows(statement)


def test_api_roles_stay_out_where_new_tables_are_exposed_to_them(make_target: MakeTarget) -> None:
    made = make_target("alter default privileges for role postgres grant all on tables to anon, authenticated")
    with made.session() as session:
        Ledger(session).create()
    granted = made.rows("select has_table_privilege('anon', 'supasync.ledger', 'select')")
    assert granted == [(False,)]
    assert made.rows("select has_schema_privilege('anon', 'supasync', 'usage')") == [(False,)]


def test_creating_it_again_keeps_everything(target: TargetDatabase) -> None:
    with target.session() as session:
        Ledger(session).create()
        assert len(Ledger(session).entries()) == 1


def test_a_plain_target_without_api_roles_has_a_ledger_too(make_target: MakeTarget) -> None:
    with make_target(platform=False).session() as session:
        Ledger(session).create()
        assert Ledger(session).entries() == ()


def test_the_view_of_applied_versions(target: TargetDatabase) -> None:
    """Succeeded, failed after the first of two, failed wholly, rolled back, and applied anew after that."""
    rows = [
        ended(started(1, "1"), Event.SUCCEEDED, "1"),
        started(2, "2", "3"),
        ended(started(2), Event.FAILED, "2"),
        started(3, "4"),
        ended(started(3), Event.FAILED),
        started(4, "5"),
        ended(started(4), Event.SUCCEEDED, "5"),
        ended(started(5), Event.ROLLED_BACK, "1", "5"),
        started(6, "5"),
        ended(started(6), Event.SUCCEEDED, "5"),
        started(7, "6"),
    ]
    with target.session() as session:
        for row in rows:
            Ledger(session).append(row)
    found = target.rows("select version, checksum, applied_at is not null from supasync.schema_migrations order by 1")
    assert found == [("2", "sum 2", True), ("5", "sum 5", True)]


def test_secrets_do_not_get_into_a_row(target: TargetDatabase) -> None:
    entry = Entry(started(2).sync_id, Event.FAILED, "n", reason=f"pw {CANARY}", error=f"at {target.dsn}")
    with target.session() as session:
        Ledger(session).append(entry)
    text = str(target.rows("select l::text from supasync.ledger l"))
    assert CANARY not in text
    assert "********" in text


def test_the_ledger_is_invisible_in_every_comparison(make_target: MakeTarget, make_project: MakeProject) -> None:
    made = make_target(SCHEMA)
    with made.session() as session:
        before = read_fingerprint(session)
        Ledger(session).create()
        assert read_fingerprint(session) == before
    project = make_project(made, SCHEMA)
    assert project.json("status")["in_sync"]
    assert project.invoke("diff", "--sql").ok().out.strip() == ""


def test_the_lock_names_its_holder(target: TargetDatabase) -> None:
    told: list[str] = []
    with target.session() as other, connect(dsn_of(target.endpoint), purpose="sync") as holder:
        ledger.take_lock(holder, wait=0, on_wait=told.append)
        with pytest.raises(RefusedError) as refused:
            ledger.take_lock(other, wait=0.3, on_wait=told.append)
        assert "The lock is held by supasync sync (role postgres" in refused.value.reason
        assert len(told) == 1
        assert told[0].startswith("supasync sync (role postgres")
    with target.session() as other:
        assert ledger.lock_holder(other) == ""


def test_a_lock_of_another_database_is_another_lock(make_target: MakeTarget, target: TargetDatabase) -> None:
    with target.session() as one, make_target().session() as two:
        ledger.take_lock(one, wait=0, on_wait=lambda _who: None)
        assert ledger.lock_holder(two) == ""
        ledger.take_lock(two, wait=0, on_wait=lambda _who: None)


def test_a_lost_session_that_holds_the_lock_is_ended_and_nobody_elses(target: TargetDatabase) -> None:
    with target.session() as lost, target.session() as bystander, target.session() as anew:
        ledger.take_lock(lost, wait=0, on_wait=lambda _who: None)
        ledger.end_holder(anew, bystander.backend)
        ledger.end_holder(anew, lost.backend)
        ledger.take_lock(anew, wait=10, on_wait=lambda _who: None)
        assert bystander.alive()
        assert not lost.alive()


def test_a_push_is_recognised_and_ended_by_its_name(target: TargetDatabase) -> None:
    marker = push_marker("7")
    with target.session() as push, target.session() as looking:
        assert not ledger.push_in_flight(looking, [marker])
        push.script(f"begin; set local application_name = '{marker}'; create table half ()")
        assert ledger.push_in_flight(looking, ["other", marker])
        assert not ledger.push_in_flight(push, [marker]), "a session is not its own push"
        ledger.end_push(looking, [marker])
        assert not push.alive()
    assert target.rows("select to_regclass('half') is null") == [(True,)]


def test_a_push_of_another_database_by_the_same_name_is_none_of_ours(
    target: TargetDatabase, make_target: MakeTarget
) -> None:
    marker = push_marker("7")
    with make_target().session() as theirs, target.session() as looking:
        theirs.script(f"begin; set local application_name = '{marker}'")
        assert not ledger.push_in_flight(looking, [marker])
        ledger.end_push(looking, [marker])
        assert theirs.alive()


@pytest.mark.parametrize(("version", "name"), [("1", "/../../a"), ("../1", "a"), ("/tmp/1", "a"), ("", "a")])
def test_a_row_that_names_a_file_of_another_place_is_refused(target: TargetDatabase, version: str, name: str) -> None:
    with target.session() as session:
        kept = Ledger(session)
        kept.create()
        kept.append(replace(started(1, "1"), files=(replace(a_file("1"), version=version, name=name),)))
        with pytest.raises(SupasyncError, match="is damaged"):
            kept.entries()
