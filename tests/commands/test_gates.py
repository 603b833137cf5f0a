"""What `sync` refuses, and that a refusal leaves everything as it was."""

from __future__ import annotations

from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

KEPT = "create table kept (id int primary key);\n"


def test_destruction_takes_force(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(
        "create table lost (id int primary key, note text); create table wide (id int primary key, a text, b text);"
        "create table empty (id int);"
        "insert into lost select n, 'x' from generate_series(1, 1234) n;"
        "insert into wide values (1, 'x', 'y'), (2, 'x', null);"
    )
    project = make_project(target, "create table wide (id int primary key, a text);\n")
    before = project.state()
    refused = project.invoke("sync", "--yes", "--quiet").ended(4)
    assert refused.err.startswith("error: Cannot proceed: would drop data. Use --force flag\n")
    assert "drop table lost: 1,234 rows of lost that would be lost" in refused.err
    assert "drop column wide.b: 1 value of wide.b that would be lost" in refused.err
    assert "drop table empty: currently no rows" in refused.err
    refused = project.run("sync", "--force", input="y\ny\n").ended(4)
    assert "there is no terminal" in refused.err, "--force does not imply --yes"
    assert project.state() == before

    assert project.json("sync", "--force", "--yes")["outcome"] == "applied"
    assert target.rows("select to_regclass('lost')::text, to_regclass('empty')::text") == [(None, None)]
    assert target.rows("select id, a from wide order by id") == [(1, "x"), (2, "x")]


def test_an_extension_is_never_dropped(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target("create extension citext; create table t (id int primary key, a citext);")
    project = make_project(target, "create table t (id int primary key, a text);\n")
    assert project.json("sync", "--yes", "--force")["outcome"] == "applied"
    assert target.rows("select extname from pg_extension where extname = 'citext'") == [("citext",)]
    assert not any("EXTENSION" in text for text in project.files().values())


def test_secret_placeholders_are_refused(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(own_server=True)
    with target.session(superuser=True) as session:
        session.script("create extension postgres_fdw; grant usage on foreign data wrapper postgres_fdw to postgres;")
    target.sql(
        "create server far foreign data wrapper postgres_fdw options (host 'one', dbname 'x');"
        "create user mapping for postgres server far options (user 'somebody', password 'hush-hush');"
    )
    # The way back would have to make the user mapping again, and the CLI does not tell its options.
    project = make_project(target, "create extension postgres_fdw;\ncreate table t (id int primary key);\n")
    before = project.state()
    refused = project.invoke("sync", "--yes", "--force").ended(4)
    assert "an option with a secret value" in refused.err
    assert "__OPTION_" in refused.err
    assert "hush-hush" not in refused.err
    assert project.state() == before


def test_bad_flags(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(), KEPT)
    for arguments in (("sync", "--last", "maybe"), ("status", "--nonsense"), ("unheard-of",)):
        wrong = project.run(*arguments).ended(2)
        assert wrong.err.startswith("error: ")
        assert "--help" in wrong.err
    word = project.run("sync", "--backfill", "maybe").ended(2)
    assert "--backfill maybe is not table.column=expression" in word.err
