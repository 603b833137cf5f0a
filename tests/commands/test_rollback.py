"""`rollback`: how far back, by which way, and what becomes of rows, history, files and schema file."""

from __future__ import annotations

from supasync.adapters.supabase import SupabaseCli, find_cli
from tests.support.project import MakeProject, Project
from tests.support.scene import NO_NAME, USERS, WITH_EMAIL, Stage, sync
from tests.support.targets import MakeTarget

SCENE = "the name went"
BACK = ("rollback", "--last", "1", "--yes")
HAND = "20991231235959"


def versions(project: Project) -> list[str]:
    rows = project.target.rows("select version from supabase_migrations.schema_migrations order by 1")
    return [version for (version,) in rows]


def schema(project: Project) -> str:
    return (project.path / "schema.sql").read_text()


def names(project: Project) -> int:
    ((count,),) = project.target.rows("select count(name) from users where name = 'u' || id")
    return int(count)


def push_by_hand(project: Project, statements: str) -> None:
    """Write a migration as a person does, and push it with the bare CLI."""
    path = project.path / "supabase" / "migrations" / f"{HAND}_by_hand.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(statements)
    cli = SupabaseCli(find_cli(project.path, None, ""), project.cache / "cli")
    cli.push(project.target.endpoint, path.parent, timeout=120, session_name="hand")


def test_a_dry_run_tells_all_of_it(stage: Stage) -> None:
    project = stage()
    before = project.state()
    first, newest = versions(project)
    refused = project.json("rollback", "20200101000000", code=2)["error"]
    assert f"It has: {newest}, {first}." in refused["hint"]
    planned = project.json("rollback", first, "--dry-run")
    assert (planned["outcome"], planned["route"], planned["versions"]) == ("planned", "files", [newest])
    assert planned["label"] == "lossless from the attic"
    assert planned["returns"] == [{"what": "values of users.name", "rows": 20}]
    assert planned["statements"] == ['ALTER TABLE "public"."users"\n  ADD COLUMN "name" text']
    assert len(planned["moves"]) == 2
    assert planned["schema_diff"].splitlines()[-1] == f"+{WITH_EMAIL.rstrip()}"
    assert "Dry run: nothing was changed." in project.invoke("rollback", "--dry-run").ok().out
    assert project.state() == before


def test_back_to_a_version_forth_again_and_to_the_base(stage: Stage) -> None:
    project = stage()
    settings = project.path / "supasync.toml"
    settings.write_text(settings.read_text() + 'after_sync = ["git tag --force followed"]\n')
    first, newest = versions(project)
    reverted = project.path / "supabase" / "rollbacks" / "reverted"
    reverted.mkdir()
    (reverted / f"{newest}_schema.sql").write_text("kept\n")
    # What is run is what the ledger keeps; that the file says otherwise is told.
    project.rollbacks[1].write_text("select 'edited';\n")
    done = project.invoke("rollback", first, "--yes", "--message", "too early").ok()
    assert "was edited since the sync" in done.out
    assert (versions(project), schema(project), names(project)) == ([first], WITH_EMAIL, 20)
    assert (reverted / f"{newest}_schema.sql").read_text() == "kept\n"
    assert (reverted / f"{newest}_schema_2.sql").read_text() == NO_NAME
    assert project.git("tag") == "followed\n"
    assert "too early" in project.invoke("log").ok().out
    assert project.json("status")["in_sync"] is True

    sync(project, NO_NAME)
    assert "There is nothing" not in project.invoke("rollback", "base", "--yes").ok().err
    assert (versions(project), schema(project), names(project)) == ([], USERS, 20)
    assert project.migrations == project.rollbacks == ()
    assert project.json("verify")["ok"] is True
    empty = project.state()
    assert "There is nothing to roll back" in project.invoke(*BACK).ended(2).err
    assert project.state() == empty


def test_forward(stage: Stage) -> None:
    project = stage()
    project.target.sql("alter table users add column name text")
    assert "There is nothing to push" in project.invoke(*BACK, "--forward", "--force").ended(2).err
    project.target.sql("alter table users drop column name")
    before = versions(project)
    done = project.json(*BACK, "--forward", "--message", "others have it")
    assert done["outcome"] == "rolled-forward"
    assert [name.rpartition("_revert_")[2] for name in done["writes"]] == ["drop_users_name.sql"] * 2
    assert done["moves"] == []
    assert versions(project)[:2] == before
    assert len(versions(project)) == len(project.migrations) == len(project.rollbacks) == 3
    assert (schema(project), names(project)) == (WITH_EMAIL, 20)
    assert project.json("status")["in_sync"] is True
    # The way back from there is the way forth.
    project.json(*BACK)
    assert (versions(project), schema(project)) == (before, NO_NAME)


def test_a_migration_that_supasync_did_not_write(stage: Stage) -> None:
    project = stage()
    push_by_hand(project, "create table public.by_hand (id int primary key);\n")
    before = project.state()
    planned = project.json("rollback", "--last", "1", "--dry-run")
    assert (planned["route"], planned["label"], planned["versions"]) == ("computed", "schema only", [HAND])
    assert f"it is unknown what {HAND} removed" in planned["label_reason"]
    assert planned["drift"] == []
    assert project.state() == before
    done = project.json(*BACK, "--force")
    assert done["files"] == [f"supabase/rollbacks/reverted/{HAND}_by_hand.sql"]
    assert project.target.rows("select to_regclass('by_hand')::text") == [(None,)]
    assert HAND not in versions(project)
    assert schema(project) == NO_NAME
    assert project.json("status")["in_sync"] is True


def test_what_was_changed_by_hand_goes_to_the_attic(stage: Stage) -> None:
    project = stage()
    project.target.sql("create table public.by_hand (id int primary key); insert into by_hand values (7)")
    done = project.json(*BACK, "--force")
    assert "table public.by_hand: only in Supabase" in done["drift"]
    assert all("public.by_hand" in text for text in done["drift"])
    assert (done["route"], done["label"]) == ("computed", "lossless from the attic")
    assert [kept["what"] for kept in done["keeps"]] == ["rows of by_hand"]
    assert names(project) == 20
    assert project.json("status")["in_sync"] is True


def test_the_schema_file_is_found_in_git_whatever_else_is_there(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    """An enum's value and its use, in two migrations, are one step; git holds a commit that is no SQL."""
    old = "create type public.mood as enum ('sad');\ncreate table public.t (id int primary key, m public.mood);\n"
    new = old.replace("'sad'", "'sad', 'glad'").replace("m public.mood", "m public.mood default 'glad'")
    project = make_project(make_target(old), old)
    for text in (old, "this is no SQL;\n", new):
        project.write_schema(text)
        project.git("add", "--all")
        project.git("commit", "--quiet", "--message", "Next")
    sync(project, new)
    project.target.sql("insert into t values (1), (2)")
    part, whole = versions(project)
    assert f"Go back to {whole}, or undo all of it with --last 1." in project.invoke("rollback", part).ended(2).err
    refused = project.invoke(*BACK).ended(4)
    assert "2 values of t.m that do not fit public.mood, for example glad" in refused.err
    project.target.sql("update t set m = 'sad'")
    done = project.json(*BACK)
    assert done["versions"] == [whole, part]
    assert project.migrations == ()
    assert schema(project) == old
    assert project.target.rows("select count(*) from t") == [(2,)]
    assert project.json("status")["in_sync"] is True
