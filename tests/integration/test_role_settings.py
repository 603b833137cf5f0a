"""Settings of the platform's roles, from a schema file to the target and back."""

from __future__ import annotations

from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

TABLE = "create table t (id int primary key);\n"
SAID = """
alter role anon set statement_timeout = '5s';
alter role anon set search_path = a, "B c";
alter role authenticator reset idle_in_transaction_session_timeout;
alter role authenticator set app.jwt_secret = 'not for a file';
"""
# As hosted projects let `postgres` change these roles.
HOSTED = """
grant anon, authenticator to postgres with admin option;
alter role anon set statement_timeout = '3s';
alter role authenticator set idle_in_transaction_session_timeout = '9s';
alter role authenticator set lock_timeout = '1s';
"""
SETTINGS = """
select r.rolname::text, unnest(s.setconfig) from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
where r.rolname in ('anon', 'authenticator') and s.setdatabase = 0 order by 1, 2
"""


def test_they_are_compared_applied_and_taken_back(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(TABLE, own_server=True, afterwards=HOSTED)
    before = target.rows(SETTINGS)
    project = make_project(target, TABLE + SAID)
    found = project.json("status")
    assert found["different"] == [
        "ROLE anon SET search_path, SET statement_timeout",
        "ROLE authenticator RESET idle_in_transaction_session_timeout",
    ]
    assert "1 database-wide statement ignored" in str(found["notes"])
    project.invoke("sync", "--yes").ok()
    assert target.rows(SETTINGS) == [
        ("anon", 'search_path=a, "B c"'),
        ("anon", "statement_timeout=5s"),
        ("authenticator", "lock_timeout=1s"),
    ]
    assert project.json("status")["in_sync"] is True
    assert project.json("verify")["ok"] is True
    target.sql("alter role anon set statement_timeout = '7s'")
    assert project.json("status")["different"] == ["ROLE anon SET statement_timeout"]
    target.sql("alter role anon set statement_timeout = '5s'")
    assert not any("not for a file" in text for text in project.files().values())
    project.invoke("rollback", "--last", "1", "--yes").ok()
    assert target.rows(SETTINGS) == before
