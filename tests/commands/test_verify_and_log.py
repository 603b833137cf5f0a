"""`verify` finds what went wrong after a sync; `log` tells the story; drift is named and never run over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.project import MakeProject
from tests.support.scene import LONG, NO_NAME, Stage
from tests.support.targets import MakeTarget

SCENE = "the name went"

SCHEMA = "create table t (id int primary key, a int, b int);\ncreate table u (id int primary key);\n"
SQLC = """version: "2"
sql:
  - {engine: postgresql, schema: schema.sql, queries: queries.sql, gen: {go: {package: db, out: db}}}
"""


def failed(report: Mapping[str, Any]) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in report["checks"] if check["ok"] is False}


def test_verify_finds_it(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target()
    project = make_project(target, SCHEMA)
    (project.path / "sqlc.yaml").write_text(SQLC)
    (project.path / "queries.sql").write_text("-- name: All :many\nSELECT * FROM t;\n")
    project.invoke("sync", "--yes", "-m", "first").ok()
    verified = project.json("verify")
    assert (set(verified), verified["ok"]) == ({"ok", "checks"}, True)

    # One damage of each kind, all found by one look.
    target.sql(
        "insert into t values (1, 1, -1), (2, 1, 1); alter table t add constraint positive check (b > 0) not valid;"
        "create view by_hand as select id from u;"
    )
    with target.session() as session:
        session.script("create index ready on t (a)")
    with target.session(superuser=True) as session:
        session.script("update pg_index set indisvalid = false where indexrelid = 'ready'::regclass")
    (migration,) = project.migrations
    original = migration.read_text()
    migration.write_text(original + "\n-- looked harmless\n")
    (project.path / "queries.sql").write_text(
        "-- name: All :many\nSELECT * FROM t;\n-- name: U :many\nSELECT * FROM u;\n"
    )
    shown = project.invoke("verify").ended(3).out
    for words in (
        "view public.by_hand: only in Supabase",
        f"Edited after it was applied: {migration.name[:14]}",
        "invalid index ready",
        "constraint never validated",
        "positive",
        "db/queries.sql.go",
        "Run `sqlc generate`.",
    ):
        assert words in shown, words

    (project.path / "queries.sql").write_text("-- name: Gone :many\nSELECT * FROM nowhere;\n")
    found = failed(project.json("verify", code=3))
    assert set(found) == {
        "catalog equals schema.sql",
        "supabase db diff is empty",
        "migration files agree with history and ledger",
        "no invalid index, no unvalidated constraint",
        "generated Go code is current",
    }
    assert "by_hand" in found["supabase db diff is empty"]
    assert 'relation "nowhere" does not exist' in found["generated Go code is current"]


def test_log_tells_the_story(stage: Stage, make_target: MakeTarget, make_project: MakeProject) -> None:
    untouched = make_project(make_target(), NO_NAME)
    assert "The ledger is empty" in untouched.invoke("log").ok().out
    assert untouched.json("log") == {"entries": []}

    project = stage()
    first, second = (path.name[:14] for path in project.migrations)
    lines = project.run("log").ok().out.splitlines()
    assert lines[0].split() == ["ID", "Version", "When", "Event", "Undo", "Who", "Name", "Why"]
    assert [(LONG in line, "mail them" in line) for line in lines[1:3]] == [(True, False), (False, True)]
    assert {"drop_users_name", second} <= set(lines[1].split())
    newest, oldest = project.json("log")["entries"]
    assert (newest["reason"], oldest["reason"]) == (LONG, "mail them")
    assert newest["fingerprint_before"] == oldest["fingerprint_after"]
    assert (newest["event"], newest["versions"], newest["direction"]) == ("succeeded", [second], "up")
    assert project.json("log", "--limit", "1")["entries"] == [newest]

    for name in (second, str(newest["id"]), newest["sync_id"][:8]):
        shown = project.invoke("log", name).ok().out
        assert all(path.read_text().strip() in shown for path in (project.migrations[1], project.rollbacks[1]))
        assert f"Why:       {LONG}" in shown
    (full,) = project.json("log", second)["entries"]
    assert full["schema_file"] == NO_NAME
    assert [file["up"] for file in full["files"]] == [project.migrations[1].read_text()]
    assert project.json("log", first)["entries"][0]["reason"] == "mail them"
    assert "no entry 777" in project.invoke("log", "777").ended(2).err


def test_drift_is_named_and_not_run_over(stage: Stage) -> None:
    project = stage()
    target = project.target
    target.sql(
        "create index by_hand on users (email); create view also_by_hand as select 1 as x;"
        "alter table users alter email set default 'none';"
    )

    found = project.json("status")
    named = "\n".join(found["drift"])
    assert all(name in named for name in ("by_hand", "also_by_hand", "public.users.email"))
    assert set(found["only_in_supabase"]) == {"INDEX by_hand", "VIEW also_by_hand"}
    assert found["different"] == ["users.email DROP DEFAULT"]
    before = project.state()
    refused = project.invoke("sync", "--yes").ended(4)
    assert "Cannot proceed: would drop objects that the schema file does not define. Use --force flag" in refused.err
    assert "INDEX by_hand" in refused.err
    assert "VIEW also_by_hand" in refused.err
    assert project.state() == before

    by_hand = "create index by_hand on users (email);\ncreate view also_by_hand as select 1 as x;\n"
    project.write_schema(NO_NAME + by_hand)
    plan = project.invoke("sync", "--dry-run").ok().out
    assert "Changed by hand in Supabase since the last sync (the schema file decides):" in plan
    assert "users.email DROP DEFAULT" in plan
