"""Measure `supasync status` against one bare `supabase db diff`, in the same run on the same databases.

Prints medians in seconds, ratios to the bare diff, and how many times the CLI was called.
With --copies, instead: how long pg_dump and the diff engine take to say what a target consists of, near and far away.
Usage: scripts/bench [--tables 30,1000] [--runs 5] [--copies]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.lib.distance import Distance
from supasync.adapters.pg_dump import find_pg_dump
from supasync.adapters.postgres import connect, dsn_of
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.cluster import HOST, Cluster, open_cluster
from supasync.adapters.shadow.home import server_account
from supasync.adapters.shadow.install import find_install
from supasync.adapters.shadow.private_copy import private_copy
from supasync.adapters.supabase import SupabaseCli, find_cli
from supasync.core.catalog.fingerprint import PLATFORM_SCHEMAS
from supasync.core.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[1]
_FAR = 0.05  # seconds for a question and its answer
PASSWORD = "bench-" + "password"


@dataclass(frozen=True)
class Measured:
    """One thing measured: median seconds, and calls of the CLI in one run."""

    name: str
    seconds: float
    calls: int


def schema(tables: int, *, newer: bool) -> str:
    """Return a schema of `tables` tables with 8 columns, 2 indexes and a foreign key each; `newer` has five changes."""
    parts = []
    for number in range(tables):
        extra = ", nickname text" if newer and number % max(tables // 3, 1) == 0 else ""
        parent = f"bigint references public.t{number - 1}(id)" if number else "bigint"
        parts.append(
            f"create table public.t{number} (id bigint generated always as identity primary key, parent {parent},"
            f" name text not null, email text unique, amount numeric(12,2) default 0, tags text[],"
            f" created_at timestamptz not null default now(), payload jsonb{extra});\n"
            f"create index t{number}_parent on public.t{number}(parent);\n"
        )
    if newer:
        parts.append("create view public.newest as select id, name from public.t0;\n")
        parts.append("create index t0_name on public.t0(name);\n")
    return "".join(parts)


@contextmanager
def server(home: Path) -> Iterator[Cluster]:
    """Run a server that plays the target."""
    cluster = open_cluster(
        private_copy(find_install(ROOT, None, 17), home / "cache"), home / "target", "target", listens=True
    )
    try:
        with cluster.session() as admin:
            admin.rows("create database platform")
        with cluster.session("platform") as admin:
            admin.rows("set client_min_messages = error")
            admin.script((resources.files("supasync") / "data" / "baseline.sql").read_text(encoding="utf-8"))
            roles.set_password(admin, "postgres", PASSWORD)
        yield cluster
    finally:
        cluster.stop()


def database(cluster: Cluster, name: str, text: str) -> Endpoint:
    """Make a database with a schema loaded as `postgres`."""
    with cluster.session() as admin:
        admin.rows(f"create database {name} template platform owner postgres")
        admin.rows(f'alter database {name} set search_path to "$user", public, extensions')
    endpoint = Endpoint(HOST, cluster.port, name, "postgres", PASSWORD)
    with connect(dsn_of(endpoint), purpose="bench") as session:
        session.script(text)
        session.rows("analyze")
    return endpoint


class Bench:
    """One size of schema: a project, a target, and what is run against them."""

    def __init__(self, home: Path, cluster: Cluster, tables: int) -> None:
        self.project = home / f"project{tables}"
        self.project.mkdir()
        self.cache = home / "cache"
        self.calls = self.project / "calls"
        self.tables = tables
        self.target = database(cluster, f"old{tables}", schema(tables, newer=False))
        self.wanted = database(cluster, f"new{tables}", schema(tables, newer=True))
        self.cli = find_cli(ROOT, None, os.environ.get("PATH", ""))
        self._configure()

    def _configure(self) -> None:
        wrapper = self.project / "bin" / "supabase"
        wrapper.parent.mkdir()
        version = self.cli.version_text
        (self.project / "package.json").write_text(
            f'{{"name": "supabase-bench", "version": "{version}"}}', encoding="utf-8"
        )
        wrapper.write_text(f'#!/bin/sh\necho call >> "{self.calls}"\nexec "{self.cli.path}" "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
        (self.project / ".env").write_text(
            f"DATABASE_URL=postgresql://postgres:{PASSWORD}@127.0.0.1:{self.target.port}/{self.target.dbname}\n",
            encoding="utf-8",
        )
        (self.project / "supasync.toml").write_text(
            f'supabase_cli = "bin/supabase"\ncache_dir = "{self.cache}"\n', encoding="utf-8"
        )
        (self.project / "node_modules").symlink_to(ROOT / "node_modules")
        self.write_schema(newer=True)

    def write_schema(self, *, newer: bool, note: str = "") -> None:
        """Write the schema file; a `note` makes it one that was never seen."""
        text = schema(self.tables, newer=newer)
        (self.project / "schema.sql").write_text(f"{text}-- {note}\n", encoding="utf-8")

    def bare(self) -> None:
        """One `supabase db diff` between two loaded databases."""
        SupabaseCli(self.cli, self.project / "cli").diff(self.target, self.wanted)

    def supasync(self, *arguments: str) -> None:
        """One command of supasync, as a process of its own."""
        subprocess.run(
            [sys.executable, "-m", "supasync", *arguments],
            cwd=self.project,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def count(self) -> int:
        """Return the calls of the CLI since the last count."""
        calls = len(self.calls.read_text().splitlines()) if self.calls.exists() else 0
        self.calls.unlink(missing_ok=True)
        return calls

    def measure(self, runs: int) -> list[Measured]:
        """Run everything in turn, `runs` times, so that a busy machine is busy for all."""
        seen: dict[str, list[float]] = {}
        calls: dict[str, int] = {}

        def take(name: str, act: Callable[[], None]) -> None:
            self.count()
            begun = time.perf_counter()
            act()
            seen.setdefault(name, []).append(time.perf_counter() - begun)
            calls[name] = self.count() if name != "supabase db diff (bare)" else 1

        self.bare()
        for number in range(runs):
            take("supabase db diff (bare)", self.bare)
            self.write_schema(newer=True, note=f"run {number}")
            take("status, schema file never seen", lambda: self.supasync("status"))
            shutil.rmtree(self.cache / "diffs")
            take("status, schema file loaded before", lambda: self.supasync("status"))
            take("status again, nothing changed", lambda: self.supasync("status"))
        return [Measured(name, statistics.median(times), calls[name]) for name, times in seen.items()]

    def measure_synced(self, runs: int) -> list[Measured]:
        """Sync once, then measure the status that has nothing to do."""
        begun = time.perf_counter()
        self.count()
        self.supasync("sync", "--yes")
        synced = Measured("sync (whole)", time.perf_counter() - begun, self.count())
        times = []
        for _ in range(runs):
            begun = time.perf_counter()
            self.supasync("status")
            times.append(time.perf_counter() - begun)
        return [synced, Measured("status, in sync", statistics.median(times), self.count())]


def measure_copies(home: Path, cluster: Cluster, tables: int, functions: int, runs: int) -> list[Measured]:
    """Describe one target by both ways, here and at a distance, in turn."""
    more = "".join(f"create function f{n}() returns int language sql as 'select {n}';\n" for n in range(functions))
    target = database(cluster, f"copied{tables}_{functions}", schema(tables, newer=False) + more)
    empty = replace(target, dbname="platform")
    cli = SupabaseCli(find_cli(ROOT, None, os.environ.get("PATH", "")), home / "cli")
    dump = find_pg_dump(os.environ.get("PATH", ""), home / "cli", 17)
    assert dump is not None
    seen: dict[str, list[float]] = {}
    for _ in range(runs):
        for round_trip in (0.0, _FAR):
            with Distance(cluster.port, round_trip / 2) as between:
                there = replace(target, port=between.port) if round_trip else target
                where = f"{round_trip * 1000:.0f} ms away" if round_trip else "near"
                ways: dict[str, Callable[[], str]] = {
                    "supabase db diff": partial(cli.diff, empty, there),
                    "pg_dump": partial(dump.schema, there, without_schemas=PLATFORM_SCHEMAS, without_tables=()),
                }
                for name, act in ways.items():
                    begun = time.perf_counter()
                    act()
                    seen.setdefault(f"{name}, {where}", []).append(time.perf_counter() - begun)
    return [Measured(name, statistics.median(times), int("diff" in name)) for name, times in seen.items()]


def show(what: str, rows: list[Measured]) -> None:
    """Print one table of results."""
    table = Table(title=what)
    for heading in ("what", "median s", "ratio to bare diff", "CLI calls"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    bare = rows[0].seconds
    for row in rows:
        table.add_row(row.name, f"{row.seconds:.2f}", f"{row.seconds / bare:.2f}", str(row.calls))
    Console(width=100).print(table)


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tables", default="30,1000", help="sizes of schema, separated by commas")
    parser.add_argument("--copies", action="store_true", help="measure the two ways to copy a target")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; the median counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="supasync-bench-") as made:
        home = Path(made)
        home.chmod(0o755)
        os.environ.pop("DATABASE_URL", None)
        os.environ["SUPASYNC_TRUST"] = "1"  # the project that is measured was made here
        server_account()
        with server(home) as cluster:
            for tables in (int(number) for number in options.tables.split(",")):
                if options.copies:
                    for functions in (0, 100):
                        found = measure_copies(home, cluster, tables, functions, options.runs)
                        show(f"{tables:,} tables, {functions} functions", found)
                    continue
                bench = Bench(home, cluster, tables)
                show(f"{tables:,} tables", [*bench.measure(options.runs), *bench.measure_synced(options.runs)])


if __name__ == "__main__":
    main()
