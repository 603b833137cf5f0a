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


ROWS = """
create table owner (id int primary key);
create table a (id int primary key, {a});
create table b (id int primary key, {b});
create table c (id int primary key, {c});
create table d (id int primary key, {d});
create table e (id int primary key, {e});
create table f (id int primary key, {f});
"""
LOOSE = ROWS.format(a="v int", b="v int", c="v int", d="v int", e="v text", f="v int4range")
STRICT = ROWS.format(
    a="v int not null", b="v int unique", c="v int check (v > 0)", d="v int references owner", e="v int",
    f="v int4range, exclude using gist (v with &&)",
)  # fmt: skip
IN_THE_WAY = """
insert into a values (1, null); insert into b values (1, 7), (2, 7); insert into c values (1, -1);
insert into d values (1, 5); insert into e values (1, 'seven'); insert into f values (1, '[1,5)'), (2, '[3,9)');
"""


def test_rows_in_the_way_are_mended_as_it_says(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(LOOSE, seed_sql=IN_THE_WAY), STRICT)
    before = project.state()
    told = " ".join(project.invoke("sync", "--yes").ended(4).err.split())
    for remedy, done in (
        ("row with NULL in a.v: give these rows a value with the change, or UPDATE them first", "update a set v = 1"),
        ("merge or delete the duplicates", "delete from b where id = 2"),
        ("fix these rows first", "update c set v = 1"),
        ("delete these rows, or add the rows they refer to", "insert into owner values (5)"),
        ("fix these values first", "update e set v = '7'"),
        ("fix or delete the conflicting rows", "delete from f where id = 2"),
    ):
        assert remedy in told
        project.target.sql(done)
    assert project.state()["catalog"] == before["catalog"]
    project.invoke("sync", "--yes").ok()
    assert project.json("status")["in_sync"] is True


def test_a_drop_is_taken_back_or_forced(make_target: MakeTarget, make_project: MakeProject) -> None:
    more = "create table more (id int primary key);\n"
    made_by_hand = "create function f() returns int language sql return 1;\n"
    project = make_project(make_target(OTHER + made_by_hand + more), OTHER + made_by_hand)
    told = " ".join(project.invoke("sync", "--yes").ended(4).err.split())
    assert "put them back into the schema file; to drop them, add --force" in told
    project.write_schema(OTHER + more)
    told = " ".join(project.invoke("sync", "--yes").ended(4).err.split())
    assert "add them to the schema file; to drop them, add --force" in told
    project.write_schema(OTHER + made_by_hand + more)
    assert "Nothing to do" in project.invoke("sync", "--yes").ok().out
    project.write_schema(OTHER)
    project.invoke("sync", "--yes", "--force").ok()
    assert project.json("status")["in_sync"] is True


def test_files_and_history_that_do_not_agree(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(OTHER), f"{OTHER}create table one (id int primary key);\n")
    project.invoke("sync", "--yes").ok()
    (first,) = project.migrations
    older = first.with_name("20200101000000_two.sql")
    older.write_text("create table two (id int primary key);\n", encoding="utf-8")
    project.write_schema(f"{OTHER}create table one (id int primary key);\ncreate table two (id int primary key);\n")
    assert "Rename it (and its rollback file) to a newer version" in project.invoke("sync", "--yes").ended(4).err
    newer = older.rename(first.with_name("20991231000000_two.sql"))
    told = project.invoke("rollback", "--last", "1", "--yes", "--forward", "--force").ended(4).err
    assert "`supasync sync` applies them" in told
    project.invoke("sync", "--yes").ok()
    text = newer.read_text(encoding="utf-8")
    project.invoke("rollback", "--last", "1", "--yes", "--force").ok()
    newer.write_text(text, encoding="utf-8")  # a colleague's checkout has it still
    assert "`supasync rollback`, which moves them out of the way" in project.invoke("sync", "--yes").ended(4).err
    project.invoke("rollback", "--last", "1", "--yes", "--force")
    assert not newer.exists()


def test_what_a_file_hides_is_put_where_it_is_seen(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(OTHER, own_server=True), f"{OTHER}create table two (id int primary key);\n")
    file = project.path / "supabase" / "migrations" / "20260101000000_two.sql"
    file.parent.mkdir(parents=True)
    role = "create role reports nologin;"
    file.write_text(f"create table two (id int primary key); do $$ begin {role} end $$;\n", encoding="utf-8")
    assert "Put it outside of blocks of code" in project.invoke("sync", "--yes").ended(4).err
    file.write_text(f"create table two (id int primary key); {role}\n", encoding="utf-8")
    project.invoke("sync", "--yes").ok()
