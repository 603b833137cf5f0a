"""`supasync demo`: a server that plays Supabase, an older schema with rows, and the way to the newer one.

Every command shown is the real one, run as a child process the way a person types it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from supasync.adapters import process
from supasync.adapters.postgres import Session, connect, dsn_of
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.cluster import Cluster, open_cluster
from supasync.adapters.shadow.home import cache_directory
from supasync.adapters.shadow.install import find_install
from supasync.adapters.shadow.private_copy import private_copy
from supasync.adapters.shadow.slots import stop_server
from supasync.adapters.supabase import find_cli
from supasync.adapters.trust_memory import FileTrustMemory
from supasync.errors import SupasyncError
from supasync.trust_items import CLI_PACKAGES, POSTGRES_PACKAGES
from supasync.trusted_settings import tools_around
from supasync.ui.console import Screen
from supasync.ui.prompts import Prompter

MAJOR = 17  # what new Supabase projects run
_DATABASE = "fantasy_league"
_SHOWN = 48  # lines of the diff; its view alone has 161
_TIMEOUT = 300  # seconds for one command; each takes a few, a machine under load much longer
_STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("status",), "Does Supabase match schema.sql?"),
    (("diff",), "What exactly differs?"),
    (("sync", "--yes", "--backfill", "default", "-m", "career stats for the profile page"), "Apply it."),
    (("verify",), "Is everything in order?"),
    (("status",), "And now?"),
)


def run(screen: Screen, start: Path, *, keep: bool) -> int:
    """Play the demo; return the exit code of the first command that failed, or 0.

    `start` is where the CLI and PostgreSQL are looked for, upward. Raises UsageError when one is missing.
    """
    begun = time.monotonic()
    with ExitStack() as stack:
        with screen.step("Starting a server that stands in for Supabase"):
            around = tools_around(start.resolve(), screen, Prompter())
            cli = find_cli(start, None, os.environ.get("PATH", ""), around.passed_over(CLI_PACKAGES))
            install = find_install(start, None, MAJOR, around.passed_over(POSTGRES_PACKAGES))
            home = cache_directory(_cache_setting()) / "demo"
            stop_kept(home)
            project = _make_project(home)
            cluster = open_cluster(private_copy(install, home.parent), home, "supabase", listens=True)
            if not keep:
                stack.callback(_remove, project)
                stack.callback(cluster.stop)
            url = _fill(cluster)
        _configure(project, url, cli.path, install.bin_dir, home.parent)
        _trust(project)
        code = _play(screen, project)
        if keep:
            cluster.leave()
    screen.show("", f"The demo took {time.monotonic() - begun:.0f} s.", *_what_next(project, cluster.port, keep=keep))
    return code


def stop() -> str:
    """Stop what `demo --keep` left; say so in words."""
    stop_kept(cache_directory(_cache_setting()) / "demo")
    return "The demo's server was stopped and its project removed."


def stop_kept(home: Path) -> None:
    """Stop servers that an earlier `demo --keep` left, and remove their projects."""
    for data in home.glob("clusters/*/data"):
        stop_server(data)
    for project in home.glob("project-*"):
        _remove(project)


def _remove(project: Path) -> None:
    shutil.rmtree(project, ignore_errors=True)
    FileTrustMemory(project, project).forget()


def _cache_setting() -> Path | None:
    named = os.environ.get("SUPASYNC_CACHE_DIR")
    return Path(named) if named else None


def _data(name: str) -> str:
    return (resources.files("supasync") / "data" / name).read_text(encoding="utf-8")


def _make_project(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    project = Path(tempfile.mkdtemp(prefix="project-", dir=home))
    (project / "schema.sql").write_text(_data("demo/schema.sql"), encoding="utf-8")
    return project


def _fill(cluster: Cluster) -> str:
    """Put the platform, the older schema and its rows into the server; return the target's URL."""
    with cluster.session() as admin:
        admin.rows(f"drop database if exists {_DATABASE} with (force)")
        admin.rows(f"create database {_DATABASE}")
    with cluster.session(_DATABASE) as admin:
        admin.rows("set client_min_messages = error")
        admin.script(_data("baseline.sql"))
        password = secrets.token_urlsafe(24)
        roles.set_password(admin, "postgres", password)
    endpoint = cluster.endpoint(_DATABASE, "postgres")
    with connect(dsn_of(endpoint), purpose="demo", server="the demo's server") as session:
        _load_rows(session)
    return f"postgresql://postgres:{quote(password, safe='')}@127.0.0.1:{cluster.port}/{_DATABASE}?sslmode=disable"


def _load_rows(session: Session) -> None:
    session.script(_data("demo/old_schema.sql"))
    session.script(_data("demo/seed.sql"))
    session.rows("analyze")


def _configure(project: Path, url: str, cli: Path, postgres: Path, cache: Path) -> None:
    environment = project / ".env"
    environment.touch(mode=0o600)
    environment.write_text(f"DATABASE_URL='{url}'\n", encoding="utf-8")
    settings = {"supabase_cli": cli, "postgres_dir": postgres, "cache_dir": cache, "target_name": "Supabase Production"}
    lines = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    (project / "supasync.toml").write_text(lines, encoding="utf-8")


def _trust(project: Path) -> None:
    """Trust what the project names: it was written here. As a child, since settings of our environment hide it."""
    done = process.run(
        Path(sys.executable), "-m", "supasync", "trust", "--yes", timeout=_TIMEOUT, environment=_look(), cwd=project
    )
    if done.code != 0:
        raise SupasyncError("The demo's project cannot be trusted", reason=done.stderr.strip())


def _look() -> dict[str, str]:
    """Return what commands of the demo see of our environment beside what every child sees."""
    passed_on = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "XDG_STATE_HOME")
    return {name: os.environ[name] for name in passed_on if name in os.environ}


def _play(screen: Screen, project: Path) -> int:
    for arguments, question in _STEPS:
        typed = " ".join(f'"{word}"' if " " in word else word for word in arguments)
        screen.show("", f"# {question}", f"$ supasync {typed}")
        code = _run_command(screen, project, arguments)
        if code != 0:
            return code
    return 0


def _run_command(screen: Screen, project: Path, arguments: tuple[str, ...]) -> int:
    words = ("-m", "supasync", *arguments)
    look = _look()
    if arguments != ("diff",):
        return process.run_visibly(Path(sys.executable), *words, timeout=_TIMEOUT, environment=look, cwd=project)
    colours = {"FORCE_COLOR": "1", "COLUMNS": str(screen.width), **look} if screen.out_is_terminal else look
    done = process.run(Path(sys.executable), *words, timeout=_TIMEOUT, environment=colours, cwd=project)
    lines = done.stdout.splitlines()
    hidden = len(lines) - _SHOWN
    screen.raw("\n".join(lines if hidden <= 0 else [*lines[:_SHOWN], f"... and {hidden} more lines"]) + "\n")
    return done.code


def _what_next(project: Path, port: int, *, keep: bool) -> Iterator[str]:
    if not keep:
        yield "The demo's server and project were removed. To try it yourself: supasync demo --keep"
        return
    yield ""
    yield f"The server keeps running at postgresql://postgres@127.0.0.1:{port}/{_DATABASE} (password in .env)."
    yield "Try next:"
    yield f"  cd {project}"
    yield "  supasync log                  # who changed what, when and why"
    yield "  echo 'CREATE INDEX idx_teams_user ON teams(user_id);' >> schema.sql"
    yield "  supasync sync                 # plan, rehearse, ask, push, verify"
    yield "  sed -i '/details/d' schema.sql && supasync sync --force   # drop a column with its data"
    yield "  supasync rollback             # change your mind: the column is back, with every value"
    yield "  supasync demo --stop          # stop the server and remove everything"
