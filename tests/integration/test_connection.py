"""Connections to real servers: TLS with a private authority, sockets, passwords, and everything that goes wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg import sql

from supasync.adapters.database_errors import ConnectionFailedError
from supasync.adapters.postgres import Session, dsn_of
from supasync.adapters.supabase import CliError, SupabaseCli, find_cli
from supasync.adapters.target_address import Address, connect_target, endpoint_of, resolve
from supasync.core.endpoint import Endpoint
from supasync.errors import UsageError
from tests.support.canary import CANARY
from tests.support.own_server import OwnServer, own_server
from tests.support.project import CLI_2, MakeProject
from tests.support.targets import PROJECT, MakeTarget

ENCODED = quote(CANARY, safe="")
# What a password may hold besides letters: separators of URLs, password files, shells and SQL.
AWKWARD = "pä ss:\\w'\"#?[]%@/&=+;$`"


@pytest.fixture(scope="module")
def secure(run_root: Path) -> Iterator[OwnServer]:
    """A server that takes TCP connections with TLS only; its certificate is for localhost and 127.0.0.1."""
    with own_server(run_root, tls_only=True) as server:
        yield server


@pytest.fixture(scope="module")
def plain(run_root: Path) -> Iterator[OwnServer]:
    """A server without TLS."""
    with own_server(run_root, tls=False) as server:
        yield server


def cli_of(major: str, tmp_path: Path) -> SupabaseCli:
    setting = CLI_2 if major == "2" else None
    return SupabaseCli(find_cli(PROJECT, setting, ""), tmp_path / f"cli-{major}")


@pytest.fixture(params=["3", "2"])
def cli(request: pytest.FixtureRequest, tmp_path: Path) -> SupabaseCli:
    """The CLI in both supported majors."""
    return cli_of(request.param, tmp_path)


@pytest.fixture
def both_clis(tmp_path: Path) -> tuple[SupabaseCli, SupabaseCli]:
    """The CLI in both supported majors, for a test that starts a server of its own."""
    return cli_of("3", tmp_path), cli_of("2", tmp_path)


def address(url: str) -> Address:
    return resolve(url, Path("/nowhere"), None)


def url(server: OwnServer, query: str, host: str = "127.0.0.1") -> str:
    return f"postgresql://postgres:{ENCODED}@{host}:{server.port}/postgres?{query}"


def open_session(target: Address) -> Session:
    return connect_target(target, purpose="test")


def opened(target: Address) -> Endpoint:
    """Connect; return the address that the CLI would be given."""
    with open_session(target) as session:
        return endpoint_of(session, target)


def pushes(cli: SupabaseCli, endpoint: Endpoint, tmp_path: Path) -> None:
    """Go to the server with the CLI, in the two ways in which supasync does: diff and push."""
    assert cli.diff(endpoint, endpoint) == ""
    migrations = tmp_path / "migrations"
    migrations.mkdir(exist_ok=True)
    assert cli.push(endpoint, migrations, timeout=120, session_name="supasync test") == ()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_verify_full_with_a_private_authority_holds_for_psycopg_and_cli(
    secure: OwnServer, cli: SupabaseCli, tmp_path: Path, host: str
) -> None:
    target = address(url(secure, f"sslmode=verify-full&sslrootcert={secure.ca}", host))

    with open_session(target) as session:
        endpoint = endpoint_of(session, target)
        assert session.uses_tls

    assert (endpoint.host, endpoint.sslmode, endpoint.extra["sslrootcert"]) == (host, "verify-full", str(secure.ca))
    pushes(cli, endpoint, tmp_path)


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require"])
def test_a_strange_authority_is_refused_by_psycopg(secure: OwnServer, mode: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        open_session(address(url(secure, f"sslmode={mode}&sslrootcert={secure.stranger}")))

    assert caught.value.message == "Cannot connect to Supabase. Check DATABASE_URL"
    assert "certificate verify failed" in caught.value.reason
    assert "sslrootcert" in caught.value.hint


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require"])
def test_a_strange_authority_is_refused_by_the_cli(secure: OwnServer, cli: SupabaseCli, mode: str) -> None:
    endpoint = secure.endpoint(sslmode=mode, sslrootcert=str(secure.stranger))

    with pytest.raises(CliError) as caught:
        cli.diff(endpoint, endpoint)

    assert "tls error" in caught.value.reason


def test_a_certificate_for_another_name_is_refused_by_both(
    run_root: Path, both_clis: tuple[SupabaseCli, SupabaseCli]
) -> None:
    with own_server(run_root, names=("db.example.com",)) as server:
        with pytest.raises(ConnectionFailedError) as caught:
            open_session(address(url(server, f"sslmode=verify-full&sslrootcert={server.ca}")))
        assert "certificate" in caught.value.hint

        endpoint = server.endpoint(sslmode="verify-full", sslrootcert=str(server.ca))
        for cli in both_clis:
            with pytest.raises(CliError, match="supabase db diff failed") as refused:
                cli.diff(endpoint, endpoint)
            assert "altnames" in refused.value.reason


@pytest.mark.parametrize("mode", ["require", "verify-full"])
def test_nobody_falls_back_to_plaintext(plain: OwnServer, cli: SupabaseCli, tmp_path: Path, mode: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        open_session(address(url(plain, f"sslmode={mode}&sslrootcert={plain.ca}")))
    assert "server does not support SSL" in caught.value.reason
    assert "does not support TLS" in caught.value.hint

    endpoint = plain.endpoint(sslmode=mode, sslrootcert=str(plain.ca))
    with pytest.raises(CliError) as diff:
        cli.diff(endpoint, endpoint)
    assert "does not support SSL" in diff.value.reason
    with pytest.raises(CliError) as push:
        cli.push(endpoint, tmp_path, timeout=60, session_name="supasync test")
    assert "does not support SSL" in push.value.reason


def test_loopback_without_tls_works_and_tells_the_cli_so(plain: OwnServer, cli: SupabaseCli, tmp_path: Path) -> None:
    target = address(url(plain, ""))

    with open_session(target) as session:
        endpoint = endpoint_of(session, target)

    assert endpoint.sslmode == "disable"
    pushes(cli, endpoint, tmp_path)


def test_loopback_with_tls_uses_it(secure: OwnServer, cli: SupabaseCli, tmp_path: Path) -> None:
    target = address(url(secure, ""))

    with open_session(target) as session:
        endpoint = endpoint_of(session, target)

    assert endpoint.sslmode == "require"
    pushes(cli, endpoint, tmp_path)


@pytest.mark.parametrize("form", ["postgresql:///postgres?host={}&port={}", "postgresql://{}:{}/postgres"])
@pytest.mark.parametrize("kind", ["secure", "plain"])
def test_through_a_socket_the_cli_goes_by_loopback(kind: str, form: str, request: pytest.FixtureRequest) -> None:
    server: OwnServer = request.getfixturevalue(kind)
    text = form.format(quote(str(server.sockets), safe=""), server.port)
    target = resolve(text.replace("//", "//postgres@", 1), Path("/nowhere"), CANARY)

    with open_session(target) as session:
        assert session.info.host == str(server.sockets)
        endpoint = endpoint_of(session, target)

    assert (endpoint.host, endpoint.sslmode) == ("127.0.0.1", "require" if kind == "secure" else "disable")
    # The very address with which the CLI is shown to get there, by the two tests of loopback above.
    assert endpoint == opened(address(url(server, "")))


def test_a_server_behind_a_socket_alone_is_no_target(run_root: Path) -> None:
    with own_server(run_root, listen="") as server:
        target = resolve(f"host={server.sockets} port={server.port} user=postgres dbname=postgres", Path("/"), CANARY)
        with open_session(target) as session, pytest.raises(UsageError) as caught:
            endpoint_of(session, target)

    assert "local socket only" in caught.value.message
    assert "listen on localhost" in caught.value.hint


def test_ipv6(run_root: Path, both_clis: tuple[SupabaseCli, SupabaseCli], tmp_path: Path) -> None:
    with own_server(run_root, tls=False, listen="::1") as server:
        target = address(url(server, "sslmode=disable", "[::1]"))
        with open_session(target) as session:
            endpoint = endpoint_of(session, target)
        assert endpoint.host == "::1"
        for cli in both_clis:
            pushes(cli, endpoint, tmp_path)

        socket_target = resolve(
            f"host={server.sockets} port={server.port} user=postgres dbname=postgres", Path("/"), CANARY
        )
        with open_session(socket_target) as session:
            assert endpoint_of(session, socket_target).host == "::1"


def test_options_reach_psycopg_and_the_cli(plain: OwnServer, cli: SupabaseCli, tmp_path: Path) -> None:
    target = address(url(plain, "options=-c%20work_mem%3D5MB"))

    with open_session(target) as session:
        assert session.value("show work_mem") == "5MB"
        endpoint = endpoint_of(session, target)

    assert endpoint.extra == {"options": "-c work_mem=5MB"}
    pushes(cli, endpoint, tmp_path)


@contextmanager
def role(server: OwnServer, name: str, password: str) -> Iterator[None]:
    with open_session(Address({**_parameters(server.admin)}, "test")) as admin:
        identifier = sql.Identifier(name)
        admin.rows(sql.SQL("create role {} login createrole password {}").format(identifier, sql.Literal(password)))
        try:
            yield
        finally:
            admin.rows(sql.SQL("drop role {}").format(identifier))


def _parameters(endpoint: Endpoint) -> dict[str, str]:
    return dict(resolve(dsn_of(endpoint), Path("/"), None).parameters)


def test_an_awkward_password_opens_both_doors(plain: OwnServer, cli: SupabaseCli, tmp_path: Path) -> None:
    name = "we:ird@role"
    encoded = quote(name, safe="")
    raw = f"postgresql://{encoded}:{AWKWARD}@127.0.0.1:{plain.port}/postgres"
    others = (
        f"postgresql://{encoded}:{quote(AWKWARD, safe='')}@127.0.0.1:{plain.port}/postgres",
        dsn_of(replace(plain.endpoint(sslmode="prefer"), user=name, password=AWKWARD)),
    )
    with role(plain, name, AWKWARD):
        endpoint = opened(address(raw))
        assert (endpoint.user, endpoint.password) == (name, AWKWARD)
        # However it is spelt: the CLI is given one and the same.
        assert [opened(address(other)) for other in others] == [endpoint, endpoint]
        pushes(cli, endpoint, tmp_path)


def test_a_database_with_an_awkward_name(plain: OwnServer, cli: SupabaseCli, tmp_path: Path) -> None:
    name = "we ird/d?b#ü"
    with open_session(Address(_parameters(plain.admin), "test")) as admin:
        admin.rows(sql.SQL("create database {} owner postgres").format(sql.Identifier(name)))
        try:
            target = address(f"postgresql://postgres:{ENCODED}@127.0.0.1:{plain.port}/{quote(name, safe='')}")
            with open_session(target) as session:
                endpoint = endpoint_of(session, target)
            pushes(cli, endpoint, tmp_path)
        finally:
            admin.rows(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_a_password_from_the_environment_reaches_the_cli(plain: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = opened(address(url(plain, "")))
    monkeypatch.setenv("PGPASSWORD", CANARY)
    endpoint = opened(address(f"postgresql://postgres@127.0.0.1:{plain.port}/postgres"))

    assert endpoint.password == CANARY
    # The address with which test_loopback_without_tls_works_and_tells_the_cli_so has the CLI get there.
    assert endpoint == wanted


def test_a_composite_type_in_use_is_refused_in_the_clis_own_words(make_target: MakeTarget, cli: SupabaseCli) -> None:
    before = make_target("create type public.point as (x int); create table public.t (p public.point);")
    after = make_target("create type public.point as (x bigint); create table public.t (p public.point);")

    with pytest.raises(CliError) as caught:
        cli.diff(before.endpoint, after.endpoint)

    assert caught.value.message == "supabase db diff failed"
    assert "point" in caught.value.reason
    assert caught.value.code


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that is bound, so that nobody else gets it, and on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


@contextmanager
def mute_port() -> Iterator[int]:
    """A port on which connections are taken and never answered."""
    with socket.socket() as listening, ExitStack() as taken:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def take() -> None:
            while True:
                try:
                    taken.enter_context(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


CANNOT = "Cannot connect to Supabase. Check DATABASE_URL"


def failure(text: str) -> ConnectionFailedError:
    with pytest.raises(ConnectionFailedError) as caught:
        open_session(address(text))
    assert CANARY not in f"{caught.value.message} {caught.value.reason} {caught.value.hint}"
    return caught.value


def test_nobody_listens() -> None:
    with closed_port() as port:
        error = failure(f"postgresql://postgres:{ENCODED}@127.0.0.1:{port}/postgres")

    assert error.message == CANNOT
    assert "Connection refused" in error.reason
    assert "Nothing is listening there" in error.hint


def test_a_wrong_password(plain: OwnServer) -> None:
    error = failure(f"postgresql://postgres:wrong-{ENCODED}@127.0.0.1:{plain.port}/postgres")

    assert error.message == CANNOT
    assert "password authentication failed" in error.reason
    assert "The password is wrong" in error.hint


def test_no_password_at_all(plain: OwnServer) -> None:
    error = failure(f"postgresql://postgres@127.0.0.1:{plain.port}/postgres")

    assert error.message == CANNOT
    assert "no password supplied" in error.reason
    assert "PGPASSWORD" in error.hint


def test_an_unknown_database(plain: OwnServer) -> None:
    error = failure(f"postgresql://postgres:{ENCODED}@127.0.0.1:{plain.port}/absent")

    assert error.message == CANNOT
    assert 'database "absent" does not exist' in error.reason
    assert "database and role name" in error.hint


def test_an_unknown_host() -> None:
    error = failure(f"postgresql://postgres:{ENCODED}@absent.invalid:5432/postgres")

    assert error.message == CANNOT
    assert "does not resolve" in error.hint


def test_a_server_that_never_answers() -> None:
    with mute_port() as port:
        error = failure(f"postgresql://postgres:{ENCODED}@127.0.0.1:{port}/postgres?connect_timeout=2")

    assert error.message == "Supabase connection timeout. Retry in a few minutes"
    assert "timeout" in error.reason


@pytest.mark.parametrize(
    ("password", "message"),
    [("wrong", CANNOT), (None, "No target: DATABASE_URL is not set")],
)
def test_the_command_says_it_in_the_specifications_words(
    make_target: MakeTarget, make_project: MakeProject, password: str | None, message: str
) -> None:
    target = make_target()
    project = make_project(target, "create table public.t (a int);")
    project.write_env(**({"DATABASE_URL": target.dsn.replace(ENCODED, password)} if password else {}))

    found = project.run("status").ended(1 if password else 2)

    assert f"error: {message}" in found.err
    assert "hint:" in found.err
    assert found.out == ""
