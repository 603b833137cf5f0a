"""A server that does not answer: every wait for the shadow has an end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from supasync.adapters.database_errors import ConnectionFailedError, StatementError
from supasync.adapters.postgres import connect, dsn_of
from supasync.adapters.shadow import guest
from supasync.adapters.shadow.cluster import Cluster, open_cluster
from supasync.adapters.shadow.guest import GuestSession
from tests.support import targets


@pytest.fixture(scope="module")
def server(run_root: Path, shadow_cache: Path) -> Iterator[Cluster]:
    with open_cluster(targets.bin_dir(run_root, 17), shadow_cache, "silent") as cluster:
        yield cluster


def test_a_server_that_falls_silent_is_given_up(server: Cluster) -> None:
    with connect(dsn_of(server.endpoint("postgres")), purpose="test", limit=3) as session:
        assert session.value("select 1") == 1
        with pytest.raises(ConnectionFailedError, match="did not answer for 3 s"):
            session.rows("select pg_sleep(60)")
        assert session.broken


def test_a_commit_that_gets_no_answer_is_given_up(server: Cluster) -> None:
    waits = """
        create function pg_temp.waits() returns trigger language plpgsql as 'begin perform pg_sleep(60); end';
        create temp table t (id int);
        create constraint trigger t after insert on t deferrable initially deferred
          for each row execute function pg_temp.waits();
        """
    with connect(dsn_of(server.endpoint("postgres")), purpose="test", limit=3) as session:
        session.script(waits)
        with pytest.raises(ConnectionFailedError, match="did not answer"), session.transaction():
            session.rows("insert into t values (1)")


def test_a_guest_that_nothing_ends_is_cut_off(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_CANCEL_AFTER", "_END_AFTER", "_KILL_AFTER", "_CUT_AFTER"):
        monkeypatch.setattr(guest, name, 0.1)
    asked: list[int] = []

    def never_done(backend: int) -> None:
        asked.append(backend)
        threading.Event().wait()

    session = connect(dsn_of(server.endpoint("postgres")), purpose="test")
    with GuestSession(session, 1, never_done, never_done) as held:
        catching = "loop begin loop end loop; exception when query_canceled then continue; end; end loop;"
        with pytest.raises(StatementError, match="ran for 1 s"):
            held.script(f"do $$ begin {catching} end $$")
        assert asked == [session.backend, session.backend]
        assert held.broken
    with server.session() as admin:
        admin.rows("select pg_terminate_backend(%s)", (asked[0],))
