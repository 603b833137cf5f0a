"""Values that a change of type takes in ways that its words do not tell: said, kept, or refused without --force."""

from __future__ import annotations

import pytest

from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget

SECRET = "create table secret (id int primary key, v {});\n"
CAST = (
    "create type e as enum ('one', 'two');\n"
    "create function tf(e) returns text language sql immutable as 'select ''gone''::text';\n"
    "create cast (e as text) with function tf(e) as assignment;\n"
)
MORE = "create table u ();\n"


def file_of(project: Project, text: str) -> None:
    path = project.path / "supabase" / "migrations" / "20260101000000_more.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + MORE, encoding="utf-8")


def test_a_cast_of_somebody_s_is_no_plain_change(make_target: MakeTarget, make_project: MakeProject) -> None:
    before, after = CAST + SECRET.format("e"), CAST + SECRET.format("text")
    project = make_project(make_target(before, seed_sql="insert into secret values (1, 'one')"), after)
    assert "would drop data" in project.invoke("sync", "--yes").ended(4).err
    done = project.json("sync", "--yes", "--force")
    assert (done["label"], done["keeps"] != []) == ("schema only", True)


def test_fields_of_an_interval_are_of_its_type(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(SECRET.format("interval"), seed_sql="insert into secret values (1, '1 day 1:30:15')")
    project = make_project(target, SECRET.format("interval hour"))
    assert "interval hour" in project.run("status").ok().out
    assert "would drop data" in project.invoke("sync", "--yes").ended(4).err
    project.invoke("sync", "--yes", "--force").ok()
    project.invoke("rollback", "--last", "1", "--yes").ok()
    assert target.rows("select v::text from secret") == [("1 day 01:30:15",)]


BACK = "alter table secret alter v type text;\n"
INTO_INT = "alter table secret alter v type integer using v::integer;\n"
SWAPPED = """
alter table other rename to x; alter table secret rename to other;
alter table other alter v type varchar(1) using v::varchar(1);
alter table other rename to secret; alter table x rename to other;
alter table secret alter v type text;
"""
FILES = {
    "by a type in between": INTO_INT + BACK,
    "by another table's name": SWAPPED,
    "by a type of the same name": 'alter table secret alter v type text using v::public.text;\n',
    "by a setting": "set extra_float_digits = -15; alter table secret alter v type text using f::text;\n",
    "by what search_path says":
        "set search_path = public, pg_catalog; alter table secret alter v type text using v::text;\n",
    "by a domain over nothing more": "alter table secret alter v type short; alter table secret alter v type text;\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_loses_no_values_without_force(make_target: MakeTarget, make_project: MakeProject, name: str) -> None:
    state = SECRET.format("text, f float8") + "create table other (id int, v varchar(1));\n"
    state += "create domain public.text as varchar(1);\ncreate domain short as varchar(1);\n"
    target = make_target(
        state.replace("v text,", "v pg_catalog.text,"), seed_sql="insert into secret values (1, '007')"
    )
    project = make_project(target, state.replace("v text,", "v pg_catalog.text,") + MORE)
    file_of(project, FILES[name].replace("type text", "type pg_catalog.text"))
    told = project.run("sync", "--dry-run").ok().out
    assert "Rollback: schema only" in told
    refused = project.invoke("sync", "--yes").ended(4).err
    assert "would drop data. Use --force flag" in refused
    assert "A file is applied as it is" in refused
    assert target.rows("select v::pg_catalog.text from secret") == [("007",)]


def test_an_honest_file_needs_no_force(make_target: MakeTarget, make_project: MakeProject) -> None:
    before = SECRET.format("varchar(3)") + "create table n (id int primary key, n int);\n"
    seed = "insert into secret values (1, '007'); insert into n values (1, 2)"
    after = SECRET.format("text").replace("v text", "w text") + "create table n (id int primary key, n bigint);\n"
    project = make_project(make_target(before, seed_sql=seed), after + MORE)
    file_of(
        project,
        "set lock_timeout = '5s'; alter table secret alter v type text; alter table n alter n type bigint;\n"
        "alter table secret rename column v to w;\n",
    )
    project.invoke("sync", "--yes").ok()
    assert project.target.rows("select w from secret") == [("007",)]


def test_an_identity_is_not_started_again_without_a_word(make_target: MakeTarget, make_project: MakeProject) -> None:
    table = "create table secret (id int generated always as identity primary key, v text);\n"
    project = make_project(make_target(table, seed_sql="insert into secret (v) values ('a')"), table + MORE)
    file_of(project, "alter table secret alter id restart with 1;\n")
    assert "--force" in project.invoke("sync", "--yes").ended(4).err


def test_names_of_indexes_mislead_nobody(make_target: MakeTarget, make_project: MakeProject) -> None:
    state = SECRET.format("{}") + 'create unique index "a ON  USING " on secret (id);\ncreate table t (v text);\n'
    state += 'create unique index "x ON public.secret USING btree (v)" on t (v);\n'
    target = make_target(state.format("varchar(2)"), seed_sql="insert into secret values (1, 'ab'), (2, 'ac')")
    project = make_project(target, state.format("varchar(1)"))
    assert "duplicates" not in project.run("status").ok().out
    project.invoke("sync", "--yes", "--force").ok()
    assert target.rows("select v from secret order by id") == [("a",), ("a",)]
