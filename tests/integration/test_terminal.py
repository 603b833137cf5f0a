"""What a person sees at a terminal of 80 columns, what a pipe gets, and what ^C does at a question."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.support.demo import NEW, OLD, SEED
from tests.support.project import MakeProject, Project
from tests.support.targets import PROJECT, MakeTarget
from tests.support.terminal import COLUMNS, ESCAPES, PATIENCE, terminal


@pytest.fixture
def small(make_target: MakeTarget, make_project: MakeProject) -> Project:
    """A target that lacks one table."""
    return make_project(make_target(), "create table t (id int primary key);\n")


def test_the_question_has_no_as_its_default(small: Project) -> None:
    before = small.state()
    with terminal(small, "sync") as screen:
        shown = screen.until(r"\(y/N\)")
        assert "Apply this to Supabase Production (127.0.0.1" in shown.replace("\n", "")
        screen.child.send("\r")
        assert screen.end() == 4
        assert "Declined; nothing was changed" in screen.plain
    assert small.state() == before


def test_losing_data_takes_typed_words(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target("create table gone (id int); insert into gone values (1); create table t (id int);")
    project = make_project(target, "create table t (id int);\n")
    before = project.state()
    with terminal(project, "sync", "--force") as screen:
        screen.until("Type 'drop data'")
        screen.child.sendintr()
        assert screen.end() == 130
        assert "nothing was changed" in screen.plain
    assert project.state() == before
    with terminal(project, "sync", "--force") as screen:
        screen.until("Type 'drop data'")
        screen.child.send("drop data\r")
        assert screen.end() == 0
    assert target.rows("select to_regclass('gone')::text") == [(None,)]


def test_a_long_question_is_not_cut_off() -> None:
    question = "what is taken away stays in the attic, " * 5
    program = f"from supasync.ui.prompts import Prompter; Prompter().type_out({question!r}, 'yes')"
    child = pexpect.spawn(
        sys.executable, ["-c", program], cwd=str(PROJECT), dimensions=(24, COLUMNS), encoding="utf-8", timeout=PATIENCE
    )
    child.expect("to continue:")
    shown = ESCAPES.sub("", str(child.before))
    child.close(force=True)
    assert " ".join(shown.split()).count(question.split(",")[0]) == 5


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [("y", False), ("yes", False), ("drop", False), ("", False), ("drop data!", False), ("drop data", True)],
)
def test_only_the_very_words_agree(typed: str, agreed: bool) -> None:
    program = "from supasync.ui.prompts import Prompter; print('said:', Prompter().type_out('Sure?', 'drop data'))"
    assert answered(program, "Type 'drop data' to continue:", typed + "\r") == str(agreed)


@pytest.mark.parametrize(("typed", "said"), [("\r", "False"), ("n\r", "False"), ("y\r", "True"), ("\x03", "stopped")])
def test_only_a_yes_confirms(typed: str, said: str) -> None:
    program = (
        "from supasync.errors import Interrupted\nfrom supasync.ui.prompts import Prompter\n"
        "try:\n    print('said:', Prompter().confirm('Sure?'))\n"
        "except Interrupted:\n    print('said: stopped')"
    )
    assert answered(program, r"\(y/N\)", typed) == said


def answered(program: str, question: str, typed: str) -> str:
    """Type an answer to the question of a Python program; return what it then says."""
    child = pexpect.spawn(sys.executable, ["-c", program], cwd=str(PROJECT), encoding="utf-8", timeout=PATIENCE)
    child.expect(question)
    child.send(typed)
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before).rpartition("said: ")[2].strip()


def test_the_backfill_is_asked_for(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(OLD, seed_sql=SEED), NEW)
    with terminal(project, "sync") as screen:
        # A question of two lines is drawn twice, and only its last line is sure to be captured whole.
        assert "status IS NULL)" in screen.until(r"\(y/N\)")
        screen.child.send("y\r")
        screen.until(r"Apply this to")
        screen.until(r"\(y/N\)")
        screen.child.send("y\r")
        assert screen.end() == 0
        assert "Supabase Production is in sync" in screen.plain
    assert project.target.rows("select count(*) from leagues where status = ''") == [(7,)]


def test_lines_fit_into_80_columns(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target(OLD, seed_sql=SEED), NEW)
    for arguments in (("status",), ("sync", "--dry-run", "--backfill", "default"), ("verify",), ("log",), ("doctor",)):
        with terminal(project, *arguments) as screen:
            screen.end()
            assert "\x1b[" in screen.raw or arguments == ("log",), "a terminal gets colours"
            long = [line for line in screen.plain.splitlines() if len(line) > COLUMNS]
            assert long == [], arguments
            if arguments[0] == "sync":
                # A wrap breaks between words, and goes on below the text, not below its mark.
                assert {"blocks-writes:", "leagues.status", "idx_users_discord_id", "(lock"} <= set(
                    screen.plain.split()
                )
                assert re.search(r"\n      may-fail-on-rows: fails if .*\n {6}\S", screen.plain)
                told = re.findall(r"\n {6}([a-z-]+: [^(]*)", screen.plain)
                assert len(told) == len(set(told)), "no hazard is told twice"


def test_no_color_and_pipes(small: Project) -> None:
    # A plan under a spinner, and a table of marks; test_lines_fit_into_80_columns sees both in colour.
    for arguments in (("sync", "--dry-run"), ("doctor",)):
        with terminal(small, *arguments, NO_COLOR="1") as screen:
            screen.end()
            assert re.search(r"\x1b\[[0-9;]*m", screen.raw) is None, arguments
    for arguments in (("status",), ("diff",), ("sync", "--dry-run"), ("doctor",), ("log",)):
        run = small.run if arguments[0] == "sync" else small.invoke
        piped = run(*arguments, env={"TERM": "xterm-256color"})
        assert "\x1b" not in piped.out + piped.err, arguments
        assert piped.out, arguments
        assert "..." not in piped.err, "no spinner outside of a terminal"
        assert "\r" not in piped.out + piped.err
        assert [line for line in piped.out.splitlines() if line != line.rstrip()] == [], arguments


def test_json_is_exactly_one_object(small: Project) -> None:
    # In a process of its own, where it is also seen what a child prints. All that tests ask for with
    # Project.json is held to the same.
    runs = [(("status", "--json", "--verbose"), 0), (("sync", "--json"), 4), (("log", "nothing", "--json"), 2)]
    for arguments, code in runs:
        found = json.loads(small.run(*arguments).ended(code).out)
        assert isinstance(found, dict), arguments
        assert ("error" in found) == (code != 0), arguments
    assert small.json("sync", "--dry-run")["outcome"] == "planned"


def test_help_and_completion(small: Project) -> None:
    shown = small.run("--help").ok().out
    for command in ("status", "diff", "sync", "verify", "log", "doctor", "demo"):
        assert command in shown
    # One as a child; test_documentation.py has the help of every command.
    helped = small.run("sync", "--help").ok().out
    assert "supasync sync" in helped
    assert max(len(line) for line in helped.splitlines()) <= 100
    for shell in ("bash", "zsh", "fish"):
        # Else typer goes by the shell that happens to run the tests, and knows no plain sh.
        named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
        completion = as_installed(small, "--show-completion", shell, **named)
        assert "_SUPASYNC_COMPLETE" in completion
    offered = as_installed(small, _SUPASYNC_COMPLETE="complete_bash", COMP_WORDS="supasync st", COMP_CWORD="1")
    assert offered.split() == ["status"]


def as_installed(project: Project, *arguments: str, **env: str) -> str:
    """Run the installed command, as a shell does for its completion; return what it printed."""
    program = Path(sys.executable).with_name("supasync")
    done = subprocess.run(
        [program, *arguments],
        env=project.environment(env),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.stdout


def test_a_reader_that_leaves_ends_it_quietly(small: Project) -> None:
    process = small.start("status")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE) == 141
    assert errors == ""
