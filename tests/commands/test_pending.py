"""`sync --no-apply` and `--edit`: files that a person edits before they are rehearsed and applied as they are."""

from __future__ import annotations

import stat

from tests.support.project import MakeProject, Project
from tests.support.scene import NO_NAME, USERS, WITH_EMAIL, Stage
from tests.support.targets import MakeTarget

SCENE = "users, committed"
BACK = ("rollback", "--last", "1", "--yes")
FILL = "\nupdate public.users set email = name || '@example.org';\n"

KEPT = "create table kept (id int primary key);\n"


def editor(project: Project, script: str) -> dict[str, str]:
    """Make an editor that runs a shell script on the files; return the environment that names it."""
    path = project.path / ".home" / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"EDITOR": str(path)}


def test_files_are_written_then_applied_as_edited(stage: Stage) -> None:
    project = stage()
    project.write_schema(WITH_EMAIL)
    written = project.json("sync", "--no-apply")
    assert written["outcome"] == "written"
    assert len(written["files"]) == 2
    (up,) = project.migrations
    assert any(up.name in note["message"] for note in project.json("status")["history"])

    # What does not lead to the schema file is refused, and the files stay for another edit.
    good = up.read_text()
    up.write_text(good + "alter table public.users alter column name set not null;\n")
    files = project.files()
    assert "do not result in the schema file" in project.invoke("sync", "--yes").ended(4).err
    assert project.files() == files
    assert project.target.rows("select to_regclass('supasync.ledger')::text") == [(None,)]

    up.write_text(good + FILL)
    assert project.json("sync", "--yes")["outcome"] == "applied"
    assert project.target.rows("select count(*) from users where email = name || '@example.org'") == [(20,)]
    assert project.json("status")["in_sync"] is True
    project.json(*BACK)
    assert project.target.rows("select count(*) from users where name is not null") == [(20,)]
    assert project.json("status")["in_sync"] is True


def test_a_twin_that_is_missing(stage: Stage) -> None:
    project = stage()
    project.write_schema(WITH_EMAIL)
    up = project.path / "supabase" / "migrations" / "20260101000000_email.sql"
    up.parent.mkdir(parents=True)
    up.write_text("alter table public.users add column email text;\n")
    assert "has no rollback file" in project.invoke("sync", "--yes").ok().out
    done = project.json(*BACK)
    assert (done["route"], done["label"]) == ("computed", "lossless")
    assert project.json("status")["in_sync"] is True
    assert project.target.rows("select u::text from users u where id = 1") == [("(1,u1)",)]


def test_rows_that_are_in_the_way_of_a_file_are_told_beforehand(stage: Stage) -> None:
    project = stage()
    project.target.sql("update users set name = null where id < 4")
    project.write_schema(USERS.replace("name text", "name text not null"))
    up = project.path / "supabase" / "migrations" / "20260101000000_name.sql"
    up.parent.mkdir(parents=True)
    up.write_text("alter table public.users alter column name set not null;\n")
    told = " ".join(project.invoke("sync", "--dry-run").ok().out.split())
    assert "today 3 rows with NULL in users.name: if no statement before sees to that, the push fails" in told
    assert "Nothing was applied" in project.invoke("sync", "--yes").ended(1).err
    up.write_text("update public.users set name = '-' where name is null;\n" + up.read_text())
    project.invoke("sync", "--yes", "--force").ok()


def test_edit(stage: Stage) -> None:
    project = stage()
    project.write_schema(NO_NAME)
    # Somebody takes out what keeps the names.
    bare = (
        'for file; do case $file in *.rollback.sql) echo "alter table public.users drop column email;'
        ' alter table public.users add column name text;" > "$file";;'
        ' *) echo "alter table public.users drop column name; alter table public.users add column email text;"'
        ' > "$file";; esac; done'
    )
    done = project.invoke("sync", "--yes", "--force", "--edit", "--json", env=editor(project, bare)).ok()
    assert '"label": "schema only"' in done.out
    (up,) = project.migrations
    assert up.read_text().startswith("alter table public.users drop column name")
    refused = project.invoke(*BACK).ended(4)
    assert "Use --force flag" in refused.err
    assert project.json(*BACK, "--force")["label"] == "schema only"
    assert project.target.rows("select count(*), count(name) from users") == [(20, 0)]


def test_after_a_version_of_the_future_each_rollback_has_a_name_of_its_own_in_the_attic(stage: Stage) -> None:
    project = stage()
    folder = project.path / "supabase" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    for number, version in enumerate(("20991231000000", "20260101000000"), start=1):
        (folder / f"{version}_far.sql").write_text(
            f"create table far{number} (id int primary key);\n", encoding="utf-8"
        )
        project.write_schema(f"{USERS}create table far{number} (id int primary key);\n")
        project.run("sync", "--yes").ok()
        for left in project.rollbacks:
            left.unlink()
        project.target.sql(f"insert into far{number} values (1)")
        project.run("rollback", "--last", "1", "--yes", "--force").ok()
        assert len(project.target.rows("select name from supasync.attic")) == number


def test_an_index_of_ones_own_is_built_concurrently(stage: Stage) -> None:
    project = stage()
    index = "create index {} users_name on users (name);\n"
    path = project.path / "supabase" / "migrations" / "20991231000000_index.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(index.format("concurrently"), encoding="utf-8")
    project.write_schema(USERS + index.format(""))
    project.invoke("sync", "--yes").ok()
    assert project.json("status")["in_sync"] is True
    assert project.target.rows("select indisvalid from pg_index where indexrelid = 'users_name'::regclass") == [(True,)]
    assert path.read_text(encoding="utf-8") == index.format("concurrently")


def test_files_that_keep_rows_are_written_first_and_applied_later(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    """What they make of the attic is no schema of the platform's that hides, nor access given to somebody."""
    target = make_target("create table lost (id int primary key); insert into lost values (1);" + KEPT)
    project = make_project(target, KEPT)
    project.run("sync", "--yes", "--force", "--no-apply").ok()
    planned = project.run("sync", "--dry-run", "--force").ok()
    assert "which is not compared" not in planned.out
    assert "it adds " not in planned.out
    assert project.json("sync", "--yes", "--force")["outcome"] == "applied"
    project.run("rollback", "--last", "1", "--yes").ok()
    assert target.rows("select id from lost") == [(1,)]
