"""`rollback`: how far back, by which way, and what becomes of rows, history, files and schema file."""

from __future__ import annotations

from pathlib import Path

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


def test_what_is_not_possible_is_told(stage: Stage) -> None:
    project = stage()
    before = project.state()
    first, newest = versions(project)
    for arguments, code, words in (
        (("20200101000000", "--yes"), 2, f"It has: {newest}, {first}."),
        ((newest, "--yes"), 2, "To undo this one: supasync rollback --last 1"),
        (("--last", "3", "--yes"), 2, "Cannot undo 3 syncs: there are only 2"),
        ((first, "--last", "1"), 2, "VERSION or --last, not both"),
        (("--last", "1", "--fill", "nonsense"), 2, "For example: --fill"),
        (("--last", "1", "--yes", "--fill", "users.name='x'"), 2, "does not make this column NOT NULL"),
        ((), 4, "`supasync rollback --last 1 --yes`, or give the version"),
        ((first,), 4, "Look at `supasync rollback --dry-run`"),
    ):
        refused = project.invoke("rollback", *arguments).ended(code)
        assert words in refused.err, arguments
        assert "hint: " in refused.err, arguments
        assert "error" in project.json("rollback", *arguments, code=code), arguments
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
    push = project.path / "supabase" / "migrations" / f"{HAND}_later.sql"
    push.write_text("select 1;\n")
    refused = project.invoke(*BACK, "--forward").ended(4)
    assert f"{HAND}_later.sql" in refused.err
    push.unlink()
    project.target.sql("alter table users add column name text")
    assert "There is nothing to push" in project.invoke(*BACK, "--forward", "--force").ended(2).err
    project.target.sql("alter table users drop column name")
    before = versions(project)
    planned = project.json("rollback", "--last", "1", "--forward", "--dry-run")
    assert [name.rpartition("_revert_")[2] for name in planned["writes"]] == ["drop_users_name.sql"] * 2
    assert planned["moves"] == []
    done = project.json(*BACK, "--forward", "--message", "others have it")
    assert done["outcome"] == "rolled-forward"
    assert versions(project)[:2] == before
    assert len(versions(project)) == len(project.migrations) == len(project.rollbacks) == 3
    assert (schema(project), names(project)) == (WITH_EMAIL, 20)
    assert project.json("status")["in_sync"] is True
    # The new migration can be rolled back like any other.
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
    assert "not all data would be restored" in project.invoke(*BACK).ended(4).err
    assert project.state() == before
    done = project.json(*BACK, "--force")
    assert done["files"] == [f"supabase/rollbacks/reverted/{HAND}_by_hand.sql"]
    assert project.target.rows("select to_regclass('by_hand')::text") == [(None,)]
    assert HAND not in versions(project)
    assert schema(project) == NO_NAME
    assert project.json("status")["in_sync"] is True


def test_what_was_changed_by_hand_is_not_undone_silently(stage: Stage) -> None:
    project = stage()
    project.target.sql("create table public.by_hand (id int primary key); insert into by_hand values (7)")
    before = project.state()
    refused = project.invoke(*BACK).ended(4)
    assert "changed by hand since the last sync" in refused.err
    assert "by_hand" in refused.err
    shown = project.invoke("rollback", "--last", "1", "--dry-run").ok().out
    assert "Changed by hand since the last sync, and also undone:" in shown
    assert "computed from the two schemas" in shown
    assert project.state() == before
    done = project.json(*BACK, "--force")
    assert (done["route"], done["label"]) == ("computed", "lossless from the attic")
    assert [kept["what"] for kept in done["keeps"]] == ["rows of by_hand"]
    assert names(project) == 20
    assert project.json("status")["in_sync"] is True


def test_files_that_a_colleague_has_rolled_back(stage: Stage, tmp_path: Path) -> None:
    project = stage()
    colleague = project.copy(tmp_path / "colleague", project.target)
    colleague.git("config", "user.name", "Grace Test")
    colleague.json(*BACK)
    note = project.json("status")["history"][0]["message"]
    assert "drop_users_name.sql was rolled back by Grace Test" in note
    refused = project.invoke("sync", "--yes", "--force").ended(4)
    assert "drop_users_name.sql, by Grace Test" in refused.err
    tidied = project.json("rollback")
    assert tidied["outcome"] == "tidied"
    assert len(project.migrations) == len(project.rollbacks) == 1
    assert schema(project) == WITH_EMAIL
    assert project.json("status")["in_sync"] is True
    assert project.json("status")["history"] == []


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
