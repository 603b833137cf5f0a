"""The core of it with the other PostgreSQL and the other CLI."""

from __future__ import annotations

import pytest

from tests.support.demo import NEW, OLD, SEED
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget


@pytest.mark.parametrize(("pg", "cli"), [(15, "3"), (17, "2"), pytest.param(15, "2", marks=pytest.mark.rare)])
def test_status_diff_sync_verify(make_target: MakeTarget, make_project: MakeProject, pg: int, cli: str) -> None:
    target = make_target(OLD, pg=pg, seed_sql=SEED)
    project = make_project(target, NEW, cli=cli)
    found = project.json("status", "--exit-code", code=3)
    assert found["missing_in_supabase"] == [
        "VIEW career_stats (161 lines)",
        "INDEX idx_users_discord_id ON users(discord_id)",
    ]
    assert found["different"] == ["leagues.status SET NOT NULL DEFAULT ''"]
    assert "CREATE INDEX idx_users_discord_id" in project.invoke("diff", "--sql").ok().out
    project.invoke("sync", "--yes").ended(4)
    done = project.json("sync", "--yes", "--backfill", "default")
    assert (done["outcome"], done["warnings"]) == ("applied", [])
    assert target.rows("select count(*) from leagues where status = ''") == [(7,)]
    tools = project.json("log")["entries"][0]["tools"]
    assert tools["supabase"].startswith("2.122." if cli == "2" else "3.")
    assert project.json("verify")["ok"] is True
    project.write_schema(NEW + "create table broken (id int references nowhere);\n")
    assert "Invalid SQL in schema.sql at line" in project.invoke("status").err
