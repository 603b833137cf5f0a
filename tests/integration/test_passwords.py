"""Real servers and the real CLI with words and odd ones for a password: they work, and leave no trace."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg import sql

from supasync import redact
from tests.support.passwords import ODD, WORDS, spellings
from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget

USERS = "create table users (id int primary key, name text default 'null');\n"
LATER = USERS + "create index add on users (name);\n"
SLICES = 3
NEVER = "no-password-Qx9"
NEUTRAL = "n3utral-Passw0rd!"
ASCII, EMOJI, QUOTES, COLONS = (next(p for p in ODD if part in p) for part in ("./012", "🐘", '"quoted"', "::"))
LOOKS = (
    ("status",), ("status", "--json"), ("diff",), ("sync", "--dry-run"), ("sync", "--dry-run", "--json"),
    ("log", "--json"), ("log", "1"), ("verify", "--json"), ("doctor",), ("doctor", "--json"),
    ("attic", "list", "--json"), ("rollback", "--last", "1", "--dry-run", "--json"), ("rollback", "--last", "9"),
)  # fmt: skip


def change_password(project: Project, password: str) -> None:
    """Give role `postgres` of the target's server a password, and the project its URL."""
    server = project.target.server
    with server.admin() as session:
        session.rows(sql.SQL("alter role postgres password {}").format(sql.Literal(password)))
    place = f"127.0.0.1:{server.port}/{project.target.name}?sslmode=disable"
    project.write_env(DATABASE_URL=f"postgresql://postgres:{quote(password, safe='')}@{place}")


def said(project: Project, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(redact, "_secrets", set())
    result = project.invoke(*arguments)
    if "--json" in arguments:
        json.loads(result.out)
    text = f"{result.code}\n{result.out}\n{result.err}"
    return re.sub(r"\d+\.\d+( ms| s|,|\n)|\d+ \w+ ago|just now|[0-9a-f]{8}-[0-9a-f-]{27}|2\d{13}", "...", text)


@contextmanager
def leaks(password: str) -> Iterator[set[str]]:
    """Collect where a password stands in the arguments and environments of other processes while the block runs."""
    found: set[str] = set()
    ended = threading.Event()
    written = [spelling.encode() for spelling in spellings(password)]

    def watch() -> None:
        while not ended.wait(0.03):
            for name in ("cmdline", "environ"):
                for path in Path("/proc").glob(f"[0-9]*/{name}"):
                    try:
                        content = path.read_bytes()
                    except OSError:
                        continue
                    if any(spelling in content for spelling in written):
                        found.add(f"{path} {content[:80]!r}")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield found
    ended.set()
    thread.join()


def files_with(password: str, *roots: Path) -> list[Path]:
    written = [spelling.encode() for spelling in spellings(password)]
    walked = (Path(folder) / name for root in roots for folder, _, names in os.walk(root) for name in names)
    # PostgreSQL's own libraries list the printable characters, too.
    files = (path for path in walked if path.name != ".env" and path.suffix != ".so" and path.is_file())
    return [path for path in files if any(spelling in path.read_bytes() for spelling in written)]


@pytest.mark.slow
def test_odd_passwords_work_and_leave_no_trace(
    make_target: MakeTarget, make_project: MakeProject, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(make_target(own_server=True), USERS, cache=own_cache)
    texts = []
    for password, arguments in ((ASCII, ("sync", "--yes", "-m", "users")), (EMOJI, ("verify",)), (QUOTES, ("verify",)),
                                (COLONS, ("verify",))):  # fmt: skip
        change_password(project, password)
        with leaks(password) as found:
            text = said(project, monkeypatch, *arguments)
        assert text.startswith("0\n"), text
        assert found == set()
        texts.append((password, text))
    with project.target.session(superuser=True) as session:
        (ledger,) = session.rows("select string_agg(l::text, '') from supasync.ledger l")[0]
        (history,) = session.rows("select string_agg(m::text, '') from supabase_migrations.schema_migrations m")[0]
    for password, text in texts:
        assert not any(spelling in text + ledger + history for spelling in spellings(password))
        assert files_with(password, project.path, project.cache) == []

    project.write_env(DATABASE_URL=f"postgresql://postgres:wrong@127.0.0.1:{project.target.server.port}/users")
    assert 'password authentication failed for user "postgres"' in said(project, monkeypatch, "status")


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(SLICES))
def test_every_password(
    make_target: MakeTarget, make_project: MakeProject, own_cache: Path, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest, slice_: int,
) -> None:  # fmt: skip
    """Each of them with `status` and one more command, with --all-cases with every command: as with a neutral one."""
    project = make_project(make_target(own_server=True), USERS, cache=own_cache)
    change_password(project, NEUTRAL)
    said(project, monkeypatch, "sync", "--yes", "-m", "users")
    project.write_schema(LATER)
    expected = {arguments: said(project, monkeypatch, *arguments) for arguments in LOOKS}
    everything = bool(request.config.getoption("--all-cases"))
    passwords = [(at, password) for at, password in enumerate((*WORDS, *ODD)) if at % SLICES == slice_]
    for at, password in passwords:
        change_password(project, password)
        looks = LOOKS if everything else (LOOKS[0], LOOKS[1 + at // SLICES % (len(LOOKS) - 1)])
        odd = password in ODD  # words stand in processes and files anyway
        with leaks(password if odd else NEVER) as found:
            told = {arguments: said(project, monkeypatch, *arguments) for arguments in looks}
        assert told == {arguments: expected[arguments] for arguments in looks}, password
        assert found == set(), password
        if odd:
            assert files_with(password, project.path, project.cache) == []
    with project.target.session(superuser=True) as session:
        (ledger,) = session.rows("select string_agg(l::text, '') from supasync.ledger l")[0]
    assert redact.MASK not in str(expected)
    assert "INDEX add ON users" in expected["status",]
    assert not any(
        spelling in ledger for _, password in passwords if password in ODD for spelling in spellings(password)
    )
