"""Grants: silent where the schema file says nothing about them, exact where it does, and never lost."""

from __future__ import annotations

import pytest

from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

SCHEMA = "create table t (id int primary key);\ncreate view v as select id from t;\n"
CLOSED = """
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
"""


@pytest.mark.parametrize("before", ["", CLOSED], ids=["exposing", "closed"])
def test_a_schema_file_without_grants_is_in_sync(
    make_target: MakeTarget, make_project: MakeProject, before: str
) -> None:
    target = make_target(before + SCHEMA)
    project = make_project(target, SCHEMA)
    exposed = target.rows("select has_table_privilege('anon', 't', 'select')")
    assert exposed == [(before == "",)]
    assert "IN SYNC" in project.invoke("status", "--exit-code").ok().out
    assert project.json("diff")["statements"] == []

    project.write_schema(SCHEMA + "create table more (id int primary key);\n")
    assert project.json("diff")["changes"] == ["TABLE more (1 column)"]
    project.invoke("sync", "--yes").ok()
    assert target.rows("select has_table_privilege('anon', 'more', 'select')") == exposed
    assert not any(word in project.migrations[0].read_text() for word in ("GRANT", "REVOKE"))


def test_hand_made_grants_survive_the_replacement_of_a_view(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(
        SCHEMA
        + "revoke all on v from anon, authenticated; grant select on v to pg_monitor; grant select (id) on v to anon;"
    )
    project = make_project(target, SCHEMA.replace("select id from t", "select 'x' as label, id from t"))
    query = """
        select coalesce(r.rolname, 'public'), a.privilege_type from pg_class c cross join aclexplode(c.relacl) a
        left join pg_roles r on r.oid = a.grantee where c.relname = 'v' and a.grantee <> c.relowner
        union all
        select r.rolname, a.attname || ' ' || x.privilege_type from pg_attribute a cross join aclexplode(a.attacl) x
        join pg_roles r on r.oid = x.grantee where a.attrelid = 'v'::regclass
        order by 1, 2
    """
    granted = target.rows(query)
    assert ("pg_monitor", "SELECT") in granted
    assert ("anon", "id SELECT") in granted
    assert project.json("sync", "--yes")["outcome"] == "applied"
    assert target.rows(query) == granted
    assert target.rows("select label from v") == []


def test_grants_in_the_schema_file_are_managed(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(SCHEMA)
    project = make_project(target, SCHEMA + "revoke all on t from anon;\n")
    project.invoke("sync", "--yes").ok()
    assert target.rows("select has_table_privilege('anon', 't', 'select')") == [(False,)]
    target.sql("grant select on t to anon")
    found = project.json("status")
    assert found["in_sync"] is False
    assert any("anon" in text for text in found["drift"])
