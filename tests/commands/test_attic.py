"""`attic`: what it lists and shows, who may purge, and what a rollback says when something is gone for good."""

from __future__ import annotations

from tests.support.scene import WITH_EMAIL, Stage

SCENE = "the name went"
BACK = ("rollback", "--last", "1", "--yes")


def test_look(stage: Stage) -> None:
    project = stage()
    (entry,) = project.json("attic", "list")["entries"]
    assert (entry["what"], entry["rows"], entry["purged_at"]) == ("values of users.name", 20, None)
    assert entry["name"] in project.invoke("attic").ok().out
    shown = project.json("attic", "show", entry["name"], "--limit", "3")
    assert shown["columns"] == ["id", "name"]
    assert len(shown["rows"]) == 3
    assert "17 rows more (--limit)" in project.invoke("attic", "show", entry["name"], "--limit", "3").ok().out
    for arguments in (("show", "nothing"), ("purge", "nothing", "--yes"), ("purge", "--older-than", "soon", "--yes")):
        assert "hint:" in project.invoke("attic", *arguments).ended(2).err, arguments
    before = project.state()
    assert "there is no terminal" in project.invoke("attic", "purge").ended(4).err
    assert project.json("attic", "purge", "--older-than", "30d", "--yes")["purged"] == []
    assert project.state() == before


def test_what_was_purged_does_not_come_back(stage: Stage) -> None:
    project = stage()
    (entry,) = project.json("attic")["entries"]
    assert [gone["name"] for gone in project.json("attic", "purge", entry["name"], "--yes")["purged"]] == [
        entry["name"]
    ]
    assert project.json("attic")["entries"][0]["purged_at"]
    assert "was purged" in project.invoke("attic", "show", entry["name"]).ended(2).err
    assert "was purged" in project.invoke("attic", "purge", entry["name"], "--yes").ended(2).err
    before = project.state()
    planned = project.json("rollback", "--last", "1", "--dry-run")
    assert planned["label"] == "schema only"
    assert "values of users.name" in planned["label_reason"]
    assert planned["returns"] == []
    refused = project.invoke(*BACK).ended(4)
    assert "not all data would be restored. Use --force flag" in refused.err
    assert "values of users.name" in refused.err
    assert project.state() == before
    assert project.json(*BACK, "--force")["label"] == "schema only"
    assert project.target.rows("select count(*), count(name) from users") == [(20, 0)]
    assert (project.path / "schema.sql").read_text() == WITH_EMAIL
    assert project.json("status")["in_sync"] is True
