"""What happens between a forced sync and its rollback, and who may see what the attic keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.postgres import Session, StatementError
from tests.support.project import MakeProject, Project
from tests.support.rows import read_dump
from tests.support.targets import MakeTarget, TargetDatabase

SYNC = ("sync", "--yes", "--force")
ROLLBACK = ("rollback", "--last", "1", "--yes")
REFUSED = 4
ATTIC = r"""
select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'supasync' and c.relkind = 'r' and c.relname ~ '^attic_\d+_' order by 1
"""
API_ROLES = ("anon", "authenticated", "service_role")

Begin = Callable[..., tuple[TargetDatabase, Project]]


@pytest.fixture
def begin(make_target: MakeTarget, make_project: MakeProject) -> Begin:
    """Make a target of a schema with rows, and a project with that schema file: `begin(schema, rows)`."""

    def make(before: str, rows: str = "") -> tuple[TargetDatabase, Project]:
        target = make_target(before, seed_sql=rows)
        project = make_project(target, before)
        project.git("add", "--all")
        project.git("commit", "--quiet", "--message", "Before")
        return target, project

    return make


def sync(project: Project, schema: str, *more: str) -> dict[str, Any]:
    project.write_schema(schema)
    done = project.json(*SYNC, *more)
    assert done["outcome"] == "applied"
    return done


def roll_back(project: Project, *more: str) -> None:
    project.json(*ROLLBACK, *more)


def attic(target: TargetDatabase) -> tuple[str, ...]:
    with target.session(superuser=True) as session:
        return tuple(str(name) for (name,) in session.rows(ATTIC))


PERSON = "create table public.person (id int primary key, name varchar(50), note text);\n"
PERSON_SHORT = "create table public.person (id int primary key, name varchar(3), note text);\n"
PERSON_NO_NOTE = "create table public.person (id int primary key, name varchar(50));\n"
PERSON_ROWS = (
    "insert into public.person values (1, 'Annabel', 'a'), (2, 'Benjamin', null), (3, null, 'c'), (4, 'Di', 'd');"
)
OTHER = "create table public.other (id int primary key, label text);\n"


BILL = "create table public.bill (id int primary key, buyer text not null, total int not null);\n"
BILL_NO_BUYER = "create table public.bill (id int primary key, total int not null);\n"
BILL_ROWS = "insert into public.bill values (1, 'ann', 10), (2, '', 20), (3, 'cy', 30);"


def test_needed_value_that_nobody_kept_is_asked_for(begin: Begin) -> None:
    target, project = begin(BILL, BILL_ROWS)
    sync(project, BILL_NO_BUYER)
    target.sql("insert into public.bill values (7, 70), (8, 80);")
    before, kept = project.state(), attic(target)
    error = project.json(*ROLLBACK, code=REFUSED)["error"]
    words = "\n".join((error["message"], error["reason"], *error["details"], error["hint"]))
    assert "bill" in words
    assert "buyer" in words
    assert "2" in words
    assert "--fill" in words
    assert project.state() == before
    assert attic(target) == kept
    roll_back(project, "--fill", "public.bill.buyer='nobody ' || total")
    found = target.rows("select id, buyer, total from public.bill order by id")
    assert found == [(1, "ann", 10), (2, "", 20), (3, "cy", 30), (7, "nobody 70", 70), (8, "nobody 80", 80)]


def test_needed_value_is_there_when_the_new_rows_went_again(begin: Begin) -> None:
    target, project = begin(BILL, BILL_ROWS)
    sync(project, BILL_NO_BUYER)
    target.sql("insert into public.bill values (7, 70); delete from public.bill where id in (3, 7);")
    roll_back(project)
    assert target.rows("select id, buyer from public.bill order by id") == [(1, "ann"), (2, "")]


def test_rows_and_values_that_arrived_come_back(begin: Begin) -> None:
    target, project = begin(PERSON_NO_NOTE, "insert into public.person values (1, 'a'), (2, null), (3, 'c');")
    sync(project, PERSON + OTHER)
    assert attic(target) == (), "a sync that loses nothing keeps nothing"
    target.sql("update public.person set note = 'noted ' || id where id < 3;")
    target.sql("insert into public.person values (4, 'd', 'x');")
    target.sql("insert into public.other values (1, 'x'), (2, null), (3, '');")
    filled = read_dump(target)
    roll_back(project)
    assert target.rows("select to_regclass('public.other') is null") == [(True,)]
    assert target.rows("select id, name from public.person order by id") == [(1, "a"), (2, None), (3, "c"), (4, "d")]
    sync(project, PERSON + OTHER, "--restore")
    assert read_dump(target) == filled


def test_rows_of_a_table_that_arrived_stay_in_the_attic_unless_asked_for(begin: Begin) -> None:
    target, project = begin(PERSON, PERSON_ROWS)
    sync(project, PERSON + OTHER)
    target.sql("insert into public.other values (1, 'x'), (2, null);")
    roll_back(project)
    kept = attic(target)
    assert kept
    sync(project, PERSON + OTHER)
    assert target.rows("select count(*) from public.other") == [(0,)]
    assert set(kept) <= set(attic(target))


def test_what_an_earlier_sync_dropped_comes_back_with_the_table(begin: Begin) -> None:
    target, project = begin(PERSON + OTHER, PERSON_ROWS + "insert into public.other values (1, 'x'), (2, null);")
    filled = read_dump(target)
    sync(project, PERSON)
    sync(project, PERSON + OTHER, "--restore")
    assert read_dump(target) == filled


def test_two_syncs_are_undone_at_once(begin: Begin) -> None:
    target, project = begin(BILL + OTHER, BILL_ROWS)
    filled = read_dump(target)
    sync(project, BILL_NO_BUYER + OTHER)
    sync(project, OTHER)
    project.json("rollback", "--last", "2", "--yes")
    assert read_dump(target) == filled
    assert project.migrations == ()


def test_sync_of_a_rolled_back_state_loses_nothing_the_second_time(begin: Begin) -> None:
    target, project = begin(PERSON, PERSON_ROWS)
    filled = read_dump(target)
    for _ in range(2):
        sync(project, PERSON_SHORT)
        roll_back(project)
        assert read_dump(target) == filled


def test_attic_is_seen_by_no_api_role_and_not_by_status_and_diff(begin: Begin) -> None:
    target, project = begin(PERSON + OTHER, PERSON_ROWS + "insert into public.other values (1, 'x');")
    target.sql("alter default privileges in schema public grant all on tables to anon, authenticated, service_role;")
    sync(project, PERSON_SHORT)
    kept = attic(target)
    assert len(kept) == 2
    with target.session(superuser=True) as session:
        for role in API_ROLES:
            for table in kept:
                expect_closed(session, role, table)
    for command in ("status", "diff"):
        found = project.json(command)
        assert found["in_sync"] is True
        assert "attic" not in str(found.get("statements", "")) + str(found.get("only_in_supabase", ""))
    with target.session() as session:
        assert not [row for row in read_fingerprint(session).rows if "attic" in row.identity]
    project.write_schema(PERSON_SHORT + "create view public.names as select name from public.person;\n")
    assert project.json("status")["pending_changes"] == 1
    assert "attic" not in str(project.json("diff")["statements"])


def expect_closed(session: Session, role: str, table: str) -> None:
    assert session.value(f"select has_any_column_privilege('{role}', '{table}', 'select')") is False
    session.rows(f"set role {role}")
    with pytest.raises(StatementError, match="permission denied"):
        session.rows(f"select * from {table}")
    session.rows("reset role")


def test_discarded_data_is_nowhere(begin: Begin) -> None:
    target, project = begin(PERSON + OTHER, PERSON_ROWS + "insert into public.other values (1, 'x');")
    with target.session() as session:
        catalog = read_fingerprint(session).rows
    sync(project, PERSON_SHORT, "--discard-data")
    assert attic(target) == ()
    refused = project.json(*ROLLBACK, code=REFUSED)["error"]
    assert refused["message"] == "Cannot proceed: not all data would be restored. Use --force flag"
    assert "nothing was kept because of --discard-data" in refused["reason"]
    roll_back(project, "--force")
    with target.session() as session:
        assert read_fingerprint(session).rows == catalog
    assert target.rows("select count(*) from public.other") == [(0,)]
    assert target.rows("select name from public.person order by id") == [("Ann",), ("Ben",), (None,), ("Di",)]
