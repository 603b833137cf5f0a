"""The Supabase CLI: where it is found, how it is called, and how its answers are read."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from supasync.adapters.process import Completed, ToolTimeoutError
from supasync.adapters.supabase import CliError, CliInstall, PushError, SupabaseCli, find_cli
from supasync.core.endpoint import Endpoint
from supasync.errors import UsageError
from tests.support.canary import CANARY
from tests.support.project import CLI_2
from tests.support.targets import PROJECT

HERE = Endpoint("127.0.0.1", 5432, "clone", "postgres", "shadow:pw")
THERE = Endpoint("db.example.com", 5432, "postgres", "postgres", CANARY, "verify-full", {"sslrootcert": "/ca.pem"})


class Calls:
    """Stands in for `process.run`: notes what was asked, answers what it was told to."""

    def __init__(self, answer: Completed) -> None:
        self.answer = answer
        self.arguments: tuple[str, ...] = ()
        self.environment: Mapping[str, str] = {}
        self.timeout = 0.0
        self.passfile = ""
        self.mode = 0
        self.migrations: tuple[str, ...] = ()
        self.workdir = Path()

    def __call__(
        self, _: Path, *arguments: str, timeout: float, environment: Mapping[str, str], cwd: Path, **others: Any
    ) -> Completed:
        passfile = Path(environment["PGPASSFILE"])
        self.arguments, self.environment, self.timeout, self.workdir = arguments, environment, timeout, cwd
        self.passfile, self.mode = passfile.read_text(), stat.S_IMODE(passfile.stat().st_mode)
        self.migrations = tuple(path.name for path in (cwd / "supabase" / "migrations").glob("*"))
        return self.answer


def answered(answer: Any, code: int = 0) -> Completed:
    return Completed(code, json.dumps(answer) + "\n", "Connecting to remote database...\n")


def refused(**error: str) -> Completed:
    return answered({"_tag": "Error", "error": {"code": "X", "message": "", **error}}, 1)


@pytest.fixture
def calls(mocker: MockerFixture) -> Calls:
    made = Calls(answered({"diff": "", "migrations": []}))
    mocker.patch("supasync.adapters.supabase.run", made)
    return made


def cli(tmp_path: Path, version: tuple[int, int, int] = (3, 1, 0)) -> SupabaseCli:
    return SupabaseCli(CliInstall(Path("/opt/supabase"), version, "test"), tmp_path / "cli")


def test_diff_names_both_sides_without_passwords(calls: Calls, tmp_path: Path) -> None:
    calls.answer = answered({"diff": "create table t ();"})
    made = cli(tmp_path)

    assert made.diff(HERE, THERE) == "create table t ();"

    assert calls.arguments == (
        "db", "diff", "--from", HERE.url(), "--to", THERE.url(),
        "--output-format", "json", "--workdir", str(calls.workdir),
    )  # fmt: skip
    assert made.calls == 1


def test_passwords_travel_in_a_private_file_that_is_gone_afterwards(calls: Calls, tmp_path: Path) -> None:
    cli(tmp_path).diff(HERE, THERE)

    assert calls.passfile == f"{HERE.passfile_line()}\n{THERE.passfile_line()}\n"
    assert calls.mode == 0o600
    assert not calls.workdir.exists()
    everything = f"{calls.arguments} {dict(calls.environment)}"
    assert CANARY not in everything
    assert "shadow:pw" not in everything


def test_the_password_file_is_gone_after_a_failure_too(calls: Calls, tmp_path: Path) -> None:
    calls.answer = refused(message="no")

    with pytest.raises(CliError):
        cli(tmp_path).diff(HERE, THERE)

    assert not calls.workdir.exists()


@pytest.mark.parametrize(
    ("sides", "mode"),
    [((HERE, THERE), "verify-full"), ((THERE, HERE), "verify-full"), ((HERE, HERE), "disable")],
)
def test_the_child_may_not_fall_back_to_plaintext(
    calls: Calls, tmp_path: Path, sides: tuple[Endpoint, Endpoint], mode: str
) -> None:
    cli(tmp_path).diff(*sides)

    assert calls.environment["PGSSLMODE"] == mode


@pytest.mark.parametrize(
    "place",
    [Endpoint("::1", 5432, "postgres", "postgres"), Endpoint("db.example.com", 5432, "we ird", "postgres")],
)
def test_a_push_to_an_address_that_the_cli_would_spoil_has_no_session_name(
    calls: Calls, tmp_path: Path, place: Endpoint
) -> None:
    cli(tmp_path).push(place, tmp_path, timeout=5, session_name="supasync push x")

    assert "PGAPPNAME" not in calls.environment


def test_nothing_phones_home(calls: Calls, tmp_path: Path) -> None:
    cli(tmp_path).diff(HERE, THERE)

    assert calls.environment["SUPABASE_TELEMETRY_DISABLED"] == "1"
    assert calls.environment["SUPABASE_NO_UPDATE_NOTIFIER"] == "1"
    assert calls.environment["DO_NOT_TRACK"] == "1"


@pytest.mark.parametrize(
    ("version", "target"),
    [((3, 1, 0), (f"--remote={THERE.url()}",)), ((2, 122, 0), ("--db-url", THERE.url()))],
)
def test_push_and_repair_name_the_target_as_each_major_wants_it(
    calls: Calls, tmp_path: Path, version: tuple[int, int, int], target: tuple[str, ...]
) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / "20260101000000_a.sql").write_text("select 1")
    calls.answer = answered({"migrations": ["20260101000000_a.sql"]})
    made = cli(tmp_path, version)

    assert made.push(THERE, migrations, timeout=77, session_name="supasync push x") == ("20260101000000_a.sql",)
    assert calls.arguments[: 4 + len(target)] == ("db", "push", "--yes", "--skip-vault", *target)
    assert calls.migrations == ("20260101000000_a.sql",)
    assert calls.timeout == 77
    assert calls.environment["PGAPPNAME"] == "supasync push x"
    assert "--include-all" not in calls.arguments

    made.mark_reverted(THERE, ("20260101000000", "20260102000000"))
    expected = ("migration", "repair", "--status", "reverted", "20260101000000", "20260102000000", "--yes", *target)
    assert calls.arguments[: len(expected)] == expected


def test_an_error_keeps_the_clis_own_words(calls: Calls, tmp_path: Path) -> None:
    calls.answer = refused(code="PgDeltaEngineError", message=" cannot alter type ", suggestion="Drop it first. ")

    with pytest.raises(CliError) as caught:
        cli(tmp_path).diff(HERE, THERE)

    error = caught.value
    assert (error.message, error.reason, error.hint) == (
        "supabase db diff failed",
        "cannot alter type",
        "Drop it first.",
    )
    assert error.code == "PgDeltaEngineError"


def test_an_error_without_a_suggestion_has_no_hint(calls: Calls, tmp_path: Path) -> None:
    calls.answer = answered({"_tag": "Error", "error": {"code": "X", "message": "m", "suggestion": None}}, 1)

    with pytest.raises(CliError) as caught:
        cli(tmp_path).diff(HERE, THERE)

    assert caught.value.hint == ""


@pytest.mark.parametrize(
    ("message", "statement", "sqlstate"),
    [
        ("ERROR: column contains null values (SQLSTATE 23502)\nAt statement: 3\nalter table t", 3, "23502"),
        ("ERROR: lock timeout (SQLSTATE 55P03)\nAt statement: 0\nselect 'At statement: 7'", 0, "55P03"),
        ("failed to connect to postgres", -1, ""),
    ],
)
def test_a_failed_push_tells_statement_and_sqlstate(
    calls: Calls, tmp_path: Path, message: str, statement: int, sqlstate: str
) -> None:
    calls.answer = refused(message=message)

    with pytest.raises(PushError) as caught:
        cli(tmp_path).push(THERE, tmp_path, timeout=5, session_name="x")

    assert (caught.value.statement, caught.value.sqlstate, caught.value.reason) == (statement, sqlstate, message)


@pytest.mark.parametrize(
    ("stdout", "stderr", "reason"),
    [
        ("", "panic: nil\n\ngoroutine 1\nmain.go:1", "main.go:1"),
        ("{not json", "", "{not json"),
        ("[1, 2]", "noise", "noise"),
        ("", "", ""),
        ('{"diff": "drop table t"}', "Killed", "Killed"),
        ('{"_tag": "Error"}', "", '{"_tag": "Error"}'),
        ('{"_tag": "Error", "error": "text"}', "", '{"_tag": "Error", "error": "text"}'),
    ],
)
def test_what_is_no_answer_is_an_error_and_never_an_empty_diff(
    calls: Calls, tmp_path: Path, stdout: str, stderr: str, reason: str
) -> None:
    calls.answer = Completed(1, stdout, stderr)

    with pytest.raises(CliError) as caught:
        cli(tmp_path).diff(HERE, THERE)

    assert caught.value.message == "supabase db diff returned no result (exit code 1)"
    assert caught.value.reason.endswith(reason)


@pytest.mark.parametrize("answer", [{"unexpected": 1}, {"diff": None}, {"diff": ["x"]}])
def test_an_answer_without_sql_is_an_error(calls: Calls, tmp_path: Path, answer: dict[str, Any]) -> None:
    calls.answer = answered(answer)

    with pytest.raises(CliError) as caught:
        cli(tmp_path).diff(HERE, THERE)

    assert "returned no result" in caught.value.message


def test_an_answer_with_a_failing_exit_code_is_an_error(calls: Calls, tmp_path: Path) -> None:
    calls.answer = answered({"diff": ""}, 137)

    with pytest.raises(CliError) as caught:
        cli(tmp_path).diff(HERE, THERE)

    assert "exit code 137" in caught.value.message


@pytest.mark.parametrize("name", ["a\x85b", "a\u2028b", "a\u2029b", "a\x0bb", "a\x1cb"])
def test_names_that_python_takes_for_two_lines(calls: Calls, tmp_path: Path, name: str) -> None:
    calls.answer = Completed(0, json.dumps({"diff": f'drop table "{name}";'}, ensure_ascii=False) + "\n", "")

    assert cli(tmp_path).diff(HERE, THERE) == f'drop table "{name}";'


def test_notes_before_the_answer_do_not_disturb(calls: Calls, tmp_path: Path) -> None:
    calls.answer = Completed(0, 'A new version is out\n{"diff": "x"}\n\n', "")

    assert cli(tmp_path).diff(HERE, THERE) == "x"


@pytest.fixture
def slow(tmp_path: Path) -> SupabaseCli:
    program = tmp_path / "slow"
    program.write_text("#!/bin/sh\nsleep 1000 &\necho $$ $! > ../../pids\nwait\n")
    program.chmod(0o755)
    return SupabaseCli(CliInstall(program, (3, 1, 0), "test"), tmp_path / "cli")


def test_a_cli_that_hangs_is_killed_with_its_children(slow: SupabaseCli, tmp_path: Path) -> None:
    with pytest.raises(ToolTimeoutError) as caught:
        slow.push(THERE, tmp_path, timeout=1, session_name="x")

    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2
    for pid in pids:
        status = Path(f"/proc/{pid}/stat")
        # A child that nobody has collected yet may still be listed as a zombie: dead all the same.
        assert not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
    assert "db push" in caught.value.message
    assert CANARY not in caught.value.message


def program(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_the_setting_comes_first_then_node_modules_then_path(tmp_path: Path) -> None:
    project = tmp_path / "repo" / "app"
    project.mkdir(parents=True)
    setting = program(tmp_path / "s" / "supabase", "3.0.1")
    on_path = program(tmp_path / "bin" / "supabase", "2.122.4")

    found = find_cli(project, None, f"/nowhere:{on_path.parent}")
    assert (found.path, found.version, found.origin) == (on_path, (2, 122, 4), "PATH")

    upward = program(tmp_path / "repo" / "node_modules" / ".bin" / "supabase", "3.1.0")
    found = find_cli(project, None, str(on_path.parent))
    assert (found.path, found.version_text, found.origin) == (upward, "3.1.0", "node_modules")

    nearest = program(project / "node_modules" / ".bin" / "supabase", "3.1.2")
    assert find_cli(project, None, "").path == nearest

    found = find_cli(project, setting, str(on_path.parent))
    assert (found.path, found.origin) == (setting, "setting supabase_cli")


def test_what_is_passed_over_is_not_there_by_any_way(tmp_path: Path) -> None:
    theirs = program(tmp_path / "repo" / "node_modules" / ".bin" / "supabase", "3.1.0")
    own = program(tmp_path / "node_modules" / ".bin" / "supabase", "3.1.1")
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    passed_over = [tmp_path / "repo" / "node_modules"]

    assert find_cli(tmp_path / "repo", None, "", passed_over).path == own
    own.unlink()
    for path in (theirs.parent, tmp_path / "link" / "node_modules" / ".bin"):
        with pytest.raises(UsageError, match="not installed"):
            find_cli(tmp_path / "repo", None, str(path), passed_over)


def test_a_setting_that_names_nothing_is_not_passed_over(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin" / "supabase", "3.1.0")

    with pytest.raises(UsageError) as caught:
        find_cli(tmp_path, tmp_path / "absent", str(on_path.parent))

    assert str(tmp_path / "absent") in caught.value.message


def test_a_missing_cli_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_cli(tmp_path, None, "")

    assert caught.value.hint == "Run: npm install --save-dev supabase@^3.1.0"


def test_a_program_that_tells_no_version_is_refused(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin" / "supabase", "hello")

    with pytest.raises(UsageError) as caught:
        find_cli(tmp_path, None, str(on_path.parent))

    assert "does not report its version" in caught.value.message


def test_the_version_is_not_read_from_a_manifest_of_the_users_own(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin" / "supabase", "3.1.0")
    (tmp_path / "package.json").write_text('{"name": "my-shop", "version": "0.0.1"}')

    assert find_cli(tmp_path, None, str(on_path.parent)).version == (3, 1, 0)


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ((2, 121, 9), False),
        ((2, 122, 0), True),
        ((2, 200, 0), True),
        ((3, 0, 0), True),
        ((3, 99, 1), True),
        ((4, 0, 0), False),
    ],
)
def test_supported_versions(version: tuple[int, int, int], supported: bool) -> None:
    assert CliInstall(Path("/x"), version, "").supported is supported


@pytest.mark.parametrize(("setting", "major"), [(None, 3), (CLI_2, 2)])
def test_the_start_script_of_npm_leads_to_the_native_program(setting: Path | None, major: int) -> None:
    found = find_cli(PROJECT, setting, "")

    assert found.version[0] == major
    assert found.supported
    assert found.path.suffix == ""
    assert found.path.parts[-3].startswith("cli-")
