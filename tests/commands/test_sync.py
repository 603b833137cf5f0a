"""`sync` end to end, on the specification's own drift and on small ones."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.support.demo import NEW, OLD, SEED
from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget

SQLC = """version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: queries.sql
    gen:
      go: {package: db, out: db, sql_package: pgx/v5}
"""
QUERIES = "-- name: LeaguesOf :many\nSELECT id, name, status FROM leagues WHERE owner_id = $1;\n"


def league(make_target: MakeTarget, make_project: MakeProject) -> Project:
    return make_project(make_target(OLD, seed_sql=SEED), NEW)


def test_the_drift_of_the_specification(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = league(make_target, make_project)
    target = project.target
    (project.path / "sqlc.yaml").write_text(SQLC)
    (project.path / "queries.sql").write_text(QUERIES)
    project.git("add", ".")
    project.git("commit", "--quiet", "-m", "all of it")
    (project.path / "queries.sql").write_text(QUERIES + "-- not committed yet\n")
    before = project.state()

    _expect_drift(project)
    _expect_refusal(project)
    assert project.state() == before, "a refusal changes nothing anywhere"
    planned = project.invoke("sync", "--dry-run", "--backfill", "default").ok()
    assert "UPDATE public.leagues SET status = DEFAULT WHERE status IS NULL (7 rows)" in planned.out
    assert "Dry run: nothing was changed." in planned.out
    assert project.state() == before, "nor does a dry run"

    done = project.run(
        "sync", "--yes", "--backfill", "default", "-m", "leagues need a status", "--name", "League status!"
    )
    assert "Supabase Production is in sync" in done.ok().out
    assert target.rows("select count(*), count(status), count(*) filter (where status = '') from leagues") == [
        (24, 24, 7)
    ]
    assert target.rows(
        "select is_nullable, column_default from information_schema.columns"
        " where table_name = 'leagues' and column_name = 'status'"
    ) == [("NO", "''::text")]
    assert target.rows("select count(*) > 0 from career_stats") == [(True,)]
    assert target.rows("select count(*) from pg_indexes where indexname = 'idx_users_discord_id'") == [(1,)]

    up, down = _the_files(project, "league_status")
    assert up.index("SET DEFAULT ''") < up.index("UPDATE public.leagues") < up.index("SET NOT NULL")
    assert "-- Why: leagues need a status" in up
    assert "SET LOCAL lock_timeout" in up
    assert "DROP VIEW" in down
    assert "DROP INDEX" in down
    _check_ledger(project, up, down)
    assert "Status" in (project.path / "db" / "models.go").read_text(), "sqlc generate ran"

    assert project.json("status")["last_sync"]["name"] == "league_status"
    verified = project.json("verify")
    assert verified["ok"] is True
    assert [check["ok"] for check in verified["checks"]] == [True] * 5
    after = project.state()
    assert "Nothing to do" in project.invoke("sync", "--yes").ok().out
    assert project.state() == after

    target.sql(_without_settings(down))
    catalog = {row for row in project.state()["catalog"] if "supasync" not in row.identity}
    assert catalog == set(before["catalog"]), "the rollback file leads back"


def _expect_drift(project: Project) -> None:
    shown = project.json("status")
    assert shown["missing_in_supabase"] == [
        "VIEW career_stats (161 lines)",
        "INDEX idx_users_discord_id ON users(discord_id)",
    ]
    assert shown["different"] == ["leagues.status SET NOT NULL DEFAULT ''"]
    assert (shown["only_in_supabase"], shown["pending_changes"]) == ([], 3)
    assert [(found["rows"], found["question"]) for found in shown["findings"]] == [
        (7, "rows with NULL in leagues.status")
    ]


def _expect_refusal(project: Project) -> None:
    refused = project.invoke("sync", "--yes").ended(4)
    assert "error: Cannot proceed: the change would fail on existing rows" in refused.err
    assert "7 rows with NULL in leagues.status" in refused.err
    assert "--backfill default" in refused.err


def _the_files(project: Project, name: str) -> tuple[str, str]:
    (migration,), (rollback,) = project.migrations, project.rollbacks
    assert re.fullmatch(rf"\d{{14}}_{name}\.sql", migration.name)
    assert rollback.name == migration.name
    return migration.read_text(), rollback.read_text()


def _check_ledger(project: Project, up: str, down: str) -> None:
    version = project.migrations[0].name[:14]
    started, done = project.target.rows(
        "select event, name, direction, versions, files, schema_file, schema_checksum, actor, reason, tools,"
        " database_role, duration_ms, coalesce(error, ''), fingerprint_before, fingerprint_after, sync_id, git_dirty,"
        " git_commit"
        " from supasync.ledger order by id"
    )
    assert (started[0], done[0]) == ("started", "succeeded")
    assert (done[1], done[2], done[3]) == ("league_status", "up", [version])
    assert [(file["up"], file["down"]) for file in started[4]] == [(up, down)]
    assert started[4][0]["checksum"] == hashlib.sha256(up.encode()).hexdigest()
    assert (done[5], done[6]) == (NEW, hashlib.sha256(NEW.encode()).hexdigest())
    assert done[7].startswith("Ada Test")
    assert (done[8], done[10], done[12]) == ("leagues need a status", "postgres", "")
    assert set(done[9]) == {"supasync", "supabase", "sqlc"}
    assert done[11] > 0
    assert started[13] != done[14]
    assert started[15] == done[15]
    assert (done[16], done[17]) == (True, project.git("rev-parse", "HEAD").strip())
    history = project.target.rows("select version, name from supabase_migrations.schema_migrations")
    assert history == [(version, "league_status")]
    applied = project.target.rows("select version, checksum from supasync.schema_migrations")
    assert applied == [(version, started[4][0]["checksum"])]


def _without_settings(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("SET LOCAL"))


def test_a_new_enum_value_and_its_use_are_two_migrations_of_one_sync(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    """A column that a trigger names changes its type besides: its rollback is computed segment by segment."""
    schema = """
        create type mood as enum ({});
        create table t (id int primary key, m mood not null default '{}', n {});
        create function f() returns trigger language plpgsql as 'begin return new; end';
        create trigger tr before update of n on t for each row execute function f();
    """
    target = make_target(schema.format("'calm'", "calm", "int") + "insert into t values (1);")
    after = schema.format("'calm', 'glad'", "glad", "bigint")
    project = make_project(target, after)
    done = project.json("sync", "--yes", "--name", "glad")
    assert done["outcome"] == "applied"
    assert len(done["versions"]) == 2
    assert [path.name.partition("_")[2] for path in project.migrations] == ["glad_1_of_2.sql", "glad_2_of_2.sql"]
    assert [path.name for path in project.rollbacks] == [path.name for path in project.migrations]
    first, second = (path.read_text() for path in project.migrations)
    assert "ADD VALUE" in first
    assert "SET DEFAULT" not in first
    assert "SET DEFAULT" in second
    assert target.rows("select event, versions from supasync.ledger where event <> 'started'") == [
        ("succeeded", done["versions"])
    ]
    target.sql("insert into t values (2)")
    assert target.rows("select m::text from t order by id") == [("calm",), ("glad",)]


def test_what_the_diff_engine_gets_wrong_is_repaired(make_target: MakeTarget, make_project: MakeProject) -> None:
    before = "create table t (id int, kind text); insert into t values (1, 'a'), (2, 'b');"
    after = """
    create type rank as enum ('low', 'high');
    create table t (id int generated by default as identity, kind text, r rank not null default 'low');
    create sequence s minvalue 10 start 10;
    """
    target = make_target(before)
    project = make_project(target, after)
    assert project.json("sync", "--yes")["outcome"] == "applied"
    assert target.rows("select id, kind, r::text from t order by id") == [(1, "a", "low"), (2, "b", "low")]


def test_sync_survives_a_push_that_fails_in_sql(make_target: MakeTarget, make_project: MakeProject) -> None:
    # The rehearsal has no rows and the preflight cannot know what a function does with them.
    before = "create table t (id int primary key, a int); insert into t values (1, 0);"
    function = "create function inverse(a int) returns int language sql immutable as 'select 1 / a';\n"
    target = make_target(before + function)
    after = function + "create table t (id int primary key, a int);\ncreate index idx_inverse on t (inverse(a));\n"
    project = make_project(target, after)
    before_state = project.state()
    failed = project.invoke("sync", "--yes", "-m", "try").ended(1)
    assert "division by zero" in failed.err
    assert "CREATE INDEX" in failed.err, "the statement is named"
    assert "Nothing was applied; the target, the files and the history are as they were." in failed.err
    assert (project.migrations, project.rollbacks) == ((), ())
    after_state = project.state()
    own = ("supasync", "supabase_migrations")
    left = [row for row in after_state["catalog"] if row not in before_state["catalog"]]
    assert [row for row in left if not any(name in row.identity for name in own)] == []
    assert target.rows("select event, coalesce(error, '') <> '' from supasync.ledger order by id") == [
        ("started", False),
        ("failed", True),
    ]
    assert target.rows("select count(*) from supabase_migrations.schema_migrations") == [(0,)]
    told = project.json("log")["entries"][0]["error"]
    for part in ("division by zero", "CREATE INDEX", "Existing rows hold a value that the statement cannot process"):
        assert part in told
        assert part in " ".join(failed.err.split())

    target.sql("update t set a = 1")
    assert project.json("sync", "--yes")["outcome"] == "applied"


def test_after_sync_commands_run(make_target: MakeTarget, make_project: MakeProject) -> None:
    toml = 'after_sync = ["touch generated.txt", "false"]\n'
    project = make_project(make_target(), "create table t (id int primary key);", toml=toml)
    done = project.json("sync", "--yes", code=1)
    assert (project.path / "generated.txt").is_file()
    assert any("false failed with exit code 1" in text for text in done["warnings"])
    assert done["outcome"] == "applied"


def test_a_schema_in_another_place(make_target: MakeTarget, make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(make_target(), toml='schema = "pkg/db/schema.sql"\n')
    (project.path / "pkg" / "db").mkdir(parents=True)
    (project.path / "pkg" / "db" / "schema.sql").write_text("create table t (id int primary key);")
    found = project.json("status")
    assert found["schema_file"]["path"] == "pkg/db/schema.sql"
    assert found["missing_in_supabase"] == ["TABLE t (1 column)"]
    other = project.path / "other.sql"
    other.write_text("create table u (id int primary key);")
    assert project.json("status", "--schema", str(other))["missing_in_supabase"] == ["TABLE u (1 column)"]
