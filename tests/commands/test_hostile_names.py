"""Names and texts that hold line ends and other characters on which tools stumble: they sync, and roll back."""

from __future__ import annotations

from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

NAME = "a\rb\x85c\u2028d\x1b[31me\u202ef"
ACTING = "\r\x85\u2028\x1b\u202e"


def test_a_name_syncs_and_rolls_back(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target("create table kept (id int primary key)", seed_sql="insert into kept values (1)")
    table = f'create table "{NAME}" (id int primary key, "{NAME}" text default \'{NAME}\');\n'
    project = make_project(target)
    (project.path / "schema.sql").write_bytes(f"create table kept (id int primary key);\n{table}".encode())

    shown = project.invoke("diff", "--sql").ok()
    assert not any(letter in shown.out + shown.err for letter in ACTING)
    assert "The SQL is not runnable as it is printed" in shown.err
    assert any(f'"{NAME}"' in text for text in project.json("diff")["statements"]), "--json has it exactly"

    project.invoke("sync", "--yes").ok()
    assert target.rows("select relname from pg_class where relname like 'a%f' and relkind = 'r'") == [(NAME,)]
    target.sql(f'insert into "{NAME}" values (1, default)')
    assert project.json("status", "--exit-code")["in_sync"]

    project.write_schema("create table kept (id int primary key);\n")
    project.invoke("sync", "--yes", "--force").ok()
    assert project.json("verify")["ok"]
    project.invoke("rollback", "--last", "1", "--yes").ok()
    assert target.rows(f'select * from "{NAME}"') == [(1, NAME)]
    assert NAME in (project.path / "schema.sql").read_bytes().decode()


def test_a_name_with_crlf_is_refused_for_what_it_is(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target('create table kept (id int primary key); create table "a\r\nb" (id int)')
    project = make_project(target, "create table kept (id int primary key);\n")
    before = project.state()
    for arguments in (("status",), ("sync", "--yes", "--force")):
        refused = project.invoke(*arguments).ended(4)
        assert "contain a carriage return with a line feed" in refused.err
        assert 'table public."a\\x0d' in refused.err
    assert project.state() == before

    target.sql('drop table "a\r\nb"')
    (project.path / "schema.sql").write_bytes(
        b'create table kept (id int primary key);\ncreate table "a\r\nb" (id int);\n'
    )
    refused = project.invoke("sync", "--yes").ended(1)
    assert "A name in schema.sql contains a carriage return with a line feed" in refused.err
    assert "--> schema.sql:2:14" in refused.err


def test_a_checkout_with_crlf_is_the_same_file(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(), 'create table t (id int primary key,\n "a\nb" text);\n')
    project.invoke("sync", "--yes").ok()
    for path in (project.path / "schema.sql", *project.migrations, *project.rollbacks):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert project.json("status", "--exit-code")["in_sync"]
    assert project.json("verify")["ok"]
