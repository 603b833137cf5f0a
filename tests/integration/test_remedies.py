"""What a refusal advises, followed to the letter."""

from __future__ import annotations

from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget

MOODS = """
create type mood as enum ({});
create table person (id int primary key, m mood not null default '{}');
create index person_ok on person (id) where m = '{}';
"""
OTHER = "create table other (id int primary key);\n"
OLD, BOTH, NEW = (
    MOODS.format("'sad', 'ok'", "ok", "ok"),
    MOODS.format("'sad', 'ok', 'fine'", "fine", "fine"),
    MOODS.format("'sad', 'fine'", "fine", "fine"),
)


def refused(make_target: MakeTarget, make_project: MakeProject) -> Project:
    target = make_target(OLD, seed_sql="insert into person values (1, 'ok'), (2, 'sad')")
    project = make_project(target, OLD + OTHER)
    project.invoke("sync", "--yes").ok()  # the ledger knows the state from now on
    project.write_schema(NEW + OTHER)
    told = " ".join(project.invoke("sync", "--yes", "--force").ended(4).err.split())
    assert "keep their value in the type for now" in told
    assert "ALTER TYPE ... RENAME VALUE" in told
    return project


def test_a_value_of_an_enum_goes_in_two_steps(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = refused(make_target, make_project)
    project.write_schema(BOTH + OTHER)
    project.invoke("sync", "--yes").ok()
    project.target.sql("update person set m = 'fine' where m = 'ok'")
    project.write_schema(NEW + OTHER)
    project.invoke("sync", "--yes", "--force").ok()
    assert project.target.rows("select id, m::text from person order by 1") == [(1, "fine"), (2, "sad")]


def test_a_value_of_an_enum_is_renamed_by_a_migration_of_ones_own(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    project = refused(make_target, make_project)
    folder = project.path / "supabase" / "migrations"
    renames = "alter type mood rename value 'ok' to 'fine';\n"
    (folder / "20991231000000_rename.sql").write_text(renames, encoding="utf-8")
    back = "alter type mood rename value 'fine' to 'ok';\n"
    (project.path / "supabase" / "rollbacks" / "20991231000000_rename.sql").write_text(back, encoding="utf-8")
    project.invoke("sync", "--yes").ok()
    assert project.target.rows("select id, m::text from person order by 1") == [(1, "fine"), (2, "sad")]
    assert project.json("status")["in_sync"] is True
    project.invoke("rollback", "--last", "1", "--yes", "--force").ok()
    assert project.target.rows("select id, m::text from person order by 1") == [(1, "ok"), (2, "sad")]
