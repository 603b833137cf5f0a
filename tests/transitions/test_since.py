"""What happens between a forced sync and its rollback, and who may see what the attic keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
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
OTHER_ROWS = "insert into public.other values (1, 'x'), (2, null), (3, '');"

BILL = "create table public.bill (id int primary key, buyer text not null, total int not null);\n"
BILL_NO_BUYER = "create table public.bill (id int primary key, total int not null);\n"
BILL_ROWS = "insert into public.bill values (1, 'ann', 10), (2, '', 20), (3, 'cy', 30);"
TICKET = "create table public.ticket (id int primary key, holder text not null);\n"
TICKET_NO_HOLDER = "create table public.ticket (id int primary key);\n"
TICKET_ROWS = "insert into public.ticket values (1, 'ann'), (2, ''), (3, 'cy');"


def test_needed_values_that_nobody_kept_are_asked_for(begin: Begin) -> None:
    target, project = begin(BILL + TICKET, BILL_ROWS + TICKET_ROWS)
    sync(project, BILL_NO_BUYER + TICKET_NO_HOLDER)
    target.sql("insert into public.bill values (7, 70), (8, 80);")
    target.sql("insert into public.ticket values (7); delete from public.ticket where id in (3, 7);")
    before, kept = project.state(), attic(target)
    error = project.json(*ROLLBACK, code=REFUSED)["error"]
    words = "\n".join((error["message"], error["reason"], *error["details"], error["hint"]))
    assert "2 rows" in words
    assert '--fill "bill.buyer=' in words
    assert "ticket" not in words, "the new row of it is gone"
    assert project.state() == before
    assert attic(target) == kept
    roll_back(project, "--fill", "public.bill.buyer='nobody ' || total")
    found = target.rows("select id, buyer, total from public.bill order by id")
    assert found == [(1, "ann", 10), (2, "", 20), (3, "cy", 30), (7, "nobody 70", 70), (8, "nobody 80", 80)]
    assert target.rows("select id, holder from public.ticket order by id") == [(1, "ann"), (2, "")]


def test_a_computed_rollback_asks_for_values_too_and_pushes_them(begin: Begin) -> None:
    before = (
        "create table public.t (id int primary key, a text not null default 'x', b text not null, c text not null);\n"
    )
    target, project = begin(before, "insert into public.t values (1, 'a', 'b', 'c');")
    sync(project, "create table public.t (id int primary key, a text, b text);\n")
    target.sql("insert into public.t values (2, null, null);")
    state = project.state()
    forward = (*ROLLBACK, "--forward", "--fill", "t.b=id || '!'")
    hint = project.json(*forward, code=REFUSED)["error"]["hint"]
    assert sorted(hint.partition(": ")[2].split(" --fill ")) == ["\"t.a='...'\"", "--fill \"t.c='...'\""], "not for t.b"
    assert project.state() == state
    project.json(*forward, "--fill", "t.a='A'", "--fill", "t.c=id::text")
    assert target.rows("select * from public.t order by id") == [(1, "a", "b", "c"), (2, "A", "2!", "2")]
    assert project.json("status")["in_sync"] is True
    roll_back(project)
    assert target.rows("select * from public.t order by id") == [(1, "a", "b"), (2, None, None)]


def test_what_arrived_comes_back_when_asked_for_and_what_was_cut_comes_back_twice(begin: Begin) -> None:
    before = [(1, "Annabel"), (2, None), (3, "Cy")]
    target, project = begin(PERSON_NO_NOTE, "insert into public.person values (1, 'Annabel'), (2, null), (3, 'Cy');")
    sync(project, PERSON_SHORT + OTHER)
    assert len(attic(target)) == 1, "kept is what is lost, and nothing else"
    target.sql("update public.person set note = 'noted ' || id where id < 3;")
    target.sql("insert into public.person values (4, 'd', 'x');" + OTHER_ROWS)
    filled = read_dump(target)
    for again in ("--restore", ""):
        roll_back(project)
        assert target.rows("select to_regclass('public.other') is null") == [(True,)]
        assert target.rows("select id, name from public.person order by id") == [*before, (4, "d")]
        kept = attic(target)
        if again:
            sync(project, PERSON_SHORT + OTHER, again)
            assert read_dump(target) == filled
    sync(project, PERSON_SHORT + OTHER)
    assert target.rows("select count(*) from public.other") == [(0,)]
    assert set(kept) <= set(attic(target))


def test_what_a_sync_dropped_comes_back_with_the_table_and_with_both_rolled_back(begin: Begin) -> None:
    target, project = begin(PERSON + OTHER, PERSON_ROWS + OTHER_ROWS)
    target.sql("alter default privileges in schema public grant all on tables to anon, authenticated, service_role;")
    filled = read_dump(target)
    sync(project, PERSON_SHORT)
    expect_unseen_attic(target, project)
    sync(project, OTHER, "--restore")
    assert target.rows("select id, label from public.other order by id") == [(1, "x"), (2, None), (3, "")]
    project.json("rollback", "--last", "2", "--yes")
    assert read_dump(target) == filled
    assert project.migrations == ()


def expect_unseen_attic(target: TargetDatabase, project: Project) -> None:
    """Expect two tables in the attic that no API role can read, and that neither status nor diff tells of."""
    kept = attic(target)
    assert len(kept) == 2
    with target.session(superuser=True) as session:
        for role in API_ROLES:
            for table in kept:
                expect_closed(session, role, table)
    with target.session() as session:
        assert not [row for row in read_fingerprint(session).rows if "attic" in row.identity]
    found = project.json("status")
    assert (found["in_sync"], found["only_in_supabase"]) == (True, [])
    assert project.json("diff")["in_sync"] is True
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
