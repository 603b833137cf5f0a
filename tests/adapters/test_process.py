"""Child processes: their environment, output, time limit and end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from supasync.adapters.process import ToolMissingError, ToolTimeoutError, find_on_path, plain_environment, run
from supasync.redact import register

SHELL = Path("/bin/sh")


def script(text: str, timeout: float = 60, **others: object) -> tuple[int, str, str]:
    done = run(SHELL, "-c", text, timeout=timeout, **others)  # type: ignore[arg-type]
    return done.code, done.stdout, done.stderr


def test_code_and_both_outputs() -> None:
    assert script("echo out; echo err >&2; exit 3") == (3, "out\n", "err\n")


def test_a_signal_is_a_negative_code() -> None:
    assert script("kill -TERM $$")[0] == -signal.SIGTERM


def test_input_and_directory(tmp_path: Path) -> None:
    assert script("cat; pwd", text_in="größe;", cwd=tmp_path)[1] == f"größe;{tmp_path}\n"


def test_nothing_is_started_by_being_imported() -> None:
    """A child of the import would get the whole environment, with the password that may be in it."""
    code = (
        "import sys; sys.addaudithook(lambda event, _: sys.exit(event) if event == 'subprocess.Popen' else None);"
        "import supasync.adapters.process"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_environment_of_the_parent_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATABASE_URL",
        "PGPASSWORD",
        "SUPABASE_DB_PASSWORD",
        "SUPABASE_ACCESS_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(name, "S3cret-of-the-parent")
    monkeypatch.setenv("LANG", "C.UTF-8")

    printed = script("env", environment={"PGPASSFILE": "/x"})[1]

    assert "S3cret-of-the-parent" not in printed
    assert "PGPASSFILE=/x" in printed
    assert "LANG=C.UTF-8" in printed
    assert "DATABASE_URL" not in plain_environment()


def test_output_is_redacted_unless_it_is_to_be_parsed() -> None:
    register("t0p-s3cret-word")

    assert "t0p-s3cret-word" not in "".join(map(str, script("echo t0p-s3cret-word; echo t0p-s3cret-word >&2")))
    _code, out, err = script("echo t0p-s3cret-word; echo t0p-s3cret-word >&2", exact=True)
    assert out == "t0p-s3cret-word\n"
    assert "t0p-s3cret-word" not in err


def test_output_that_is_not_utf8_is_no_failure() -> None:
    assert script(r"printf '\377x'")[1] == "\N{REPLACEMENT CHARACTER}x"


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError) as caught:
        run(tmp_path / "absent", "--secret", timeout=5)

    assert str(tmp_path / "absent") in caught.value.message
    assert "--secret" not in f"{caught.value.message} {caught.value.reason}"


def test_a_program_that_may_not_be_run(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")

    with pytest.raises(ToolMissingError):
        run(tmp_path / "data", timeout=5)


def test_too_long_a_run_ends_with_all_of_its_group(tmp_path: Path) -> None:
    with pytest.raises(ToolTimeoutError) as caught:
        script(f"sleep 1000 & echo $$ $! > {tmp_path}/pids; wait", timeout=1)

    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2
    _until(lambda: not any(_runs(pid) for pid in pids))
    assert "within 1 s" in caught.value.message


def _until(holds: Callable[[], bool]) -> None:
    """Wait for what the kernel does on its own time; fail when it never comes."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "still running"
        time.sleep(0.01)


def _runs(pid: str) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_child_leads_a_group_of_its_own() -> None:
    pid, group = script("cut -d' ' -f1,5 /proc/$$/stat")[1].split()

    assert pid == group


def test_a_tool_starts_in_no_project_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = (Path(sys.executable), "-I", "-c", "import os; print(os.getcwd())")
    assert run(*here, timeout=60).stdout.strip() == "/"
    assert run(*here, timeout=60, cwd=tmp_path).stdout.strip() == str(tmp_path.resolve())


def test_relative_entries_of_path_are_nobody_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "brought"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin:./bin::bin")
    assert find_on_path("brought") is None
    assert find_on_path("brought", f"bin:{program.parent}") == program
    assert find_on_path(str(program)) == program
    assert plain_environment()["PATH"] == "/usr/bin:/bin"
