"""The target's address: how connection strings are read, which TLS mode follows, what is refused."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from supasync.adapters.postgres import make_dsn
from supasync.adapters.target_address import is_local, resolve
from supasync.errors import RefusedError, SupasyncError, UsageError

HOST = "db.example.com"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def parameters(url: str, tmp_path: Path = Path("/nowhere"), password: str | None = None) -> dict[str, str]:
    return dict(resolve(url, tmp_path, password).parameters)


def refused(url: str) -> SupasyncError:
    with pytest.raises(SupasyncError) as caught:
        resolve(url, Path("/nowhere"), None)
    return caught.value


def said(error: SupasyncError) -> str:
    return "\n".join((error.message, error.reason, error.hint, *error.details))


PASSWORDS = (
    "p@ss/w:rd%", "@", "a@b@c", "/", "?", "#", "a?b=c", "a&b", "x#y", "[x]", "]", "a b", " a", "'", '"', "\\", "ä€😀",
    "100%", "%", "%zz", "a+b", "pw:5432", "p@host:1/x", "=", "$HOME", "x;y", "p,q",
)  # fmt: skip


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_raw_password_is_understood(password: str) -> None:
    found = parameters(f"postgresql://postgres.ref:{password}@{HOST}:5432/postgres?sslmode=verify-full")

    assert found["password"] == password
    assert (found["user"], found["host"], found["port"], found["dbname"]) == ("postgres.ref", HOST, "5432", "postgres")
    assert found["sslmode"] == "verify-full"


@pytest.mark.parametrize("password", [*PASSWORDS, "a%40b", "a@b/c?sslmode=disable"])
def test_an_encoded_password_is_understood(password: str) -> None:
    found = parameters(f"postgres://postgres:{quote(password, safe='')}@{HOST}/postgres")

    assert (found["password"], found["host"]) == (password, HOST)


def test_valid_escapes_in_a_raw_password_count_as_escapes() -> None:
    assert parameters(f"postgres://u:a%40b@{HOST}/db")["password"] == "a@b"
    assert parameters(f"postgres://u:a%40@b@{HOST}/db")["password"] == "a@@b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:pw@[::1]:5433/db", {"host": "::1", "port": "5433", "password": "pw"}),
        ("postgresql://u:p@w@[2001:db8::1]/db", {"host": "2001:db8::1", "password": "p@w"}),
        ("postgresql:///db?host=/tmp", {"host": "/tmp", "dbname": "db"}),
        ("postgresql://%2Ftmp/db", {"host": "/tmp", "dbname": "db"}),
        ("postgresql://u:p@ss@%2Fvar%2Frun/db", {"host": "/var/run", "password": "p@ss"}),
        ("postgresql://u:pw@/db?host=/tmp&port=6000", {"host": "/tmp", "port": "6000"}),
        ("postgresql://u@h1:1,h2:2/db", {"host": "h1,h2", "port": "1,2"}),
        (f"postgresql://u:pw@{HOST}/db?application_name=me@work", {"application_name": "me@work", "password": "pw"}),
        (
            f"postgresql://u:pw@{HOST}/db?options=-c%20search_path%3Da%2Cb%20-c%20x%3D1",
            {"options": "-c search_path=a,b -c x=1"},
        ),
        (f"postgresql://u:pw@{HOST}", {"host": HOST, "user": "u"}),
        (f"  postgresql://u:pw@{HOST}/db\n", {"dbname": "db"}),
        (f"host = {HOST} user=u password = 'a \\'b\\\\ c=d' dbname=d", {"password": "a 'b\\ c=d", "dbname": "d"}),
        (f"host={HOST} password=a\\ b port=5", {"password": "a b", "port": "5"}),
    ],
)
def test_forms_of_connection_strings(url: str, expected: dict[str, str]) -> None:
    found = parameters(url)

    assert {name: found.get(name) for name in expected} == expected


def test_what_integrations_add_to_the_url_is_dropped() -> None:
    found = parameters(f"postgres://u:pw@{HOST}:5432/db?sslmode=require&supa=base-pooler.x&pgbouncer=true")

    assert found == {
        "user": "u", "password": "pw", "host": HOST, "port": "5432", "dbname": "db", "sslmode": "require",
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:S3cret-pw@host:port/db",
        "postgresql://u:S3cret-pw",
        "postgresql://u:S3cret-pw/x",
        "postgresql://u:S3cret-pw@host/db?bogus=1",
        "postgresql://u:S3cret-pw@@@host:x:y",
        "postgresql://u:S3cret-pw%zz@ho st/db",
        "mysql://u:S3cret-pw@host/db",
        "https://abc.supabase.co/S3cret-pw",
        "host=h password=a S3cret-pw",
        "host=h password='a S3cret-pw",
        "host=h password=a S3cret-pw=b",
        "S3cret-pw",
        "postgresql://u:x@host:1/db?x=S3cret-pw",
        "postgresql://host/db?S3cret-pw",
        "postgresql://[::1:S3cret-pw/db",
        '"postgresql://u:x@h/db?S3cret-pw',
        '"host=h passw="S3cret-pw"="',
        "postgresql://u:S3cret -pw/db",
    ],
)
def test_a_string_that_cannot_be_read_is_not_repeated(url: str) -> None:
    error = refused(url)

    assert isinstance(error, UsageError)
    assert "DATABASE_URL is not a PostgreSQL URL" in error.message
    assert error.reason
    assert "postgresql://postgres.<ref>" in error.hint
    assert "S3cret" not in said(error)


@pytest.mark.parametrize("mode", [None, "disable", "allow", "prefer"])
@pytest.mark.parametrize("host", [HOST, "10.0.0.5", "[2001:db8::1]", "localhost.example.com", "127.0.0.1.nip.io"])
def test_weak_tls_is_raised_for_other_machines(host: str, mode: str | None) -> None:
    assert parameters(f"postgresql://u:pw@{host}/db" + (f"?sslmode={mode}" if mode else ""))["sslmode"] == "require"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
@pytest.mark.parametrize("host", [HOST, "127.0.0.1"])
def test_strong_tls_stays(host: str, mode: str) -> None:
    assert parameters(f"postgresql://u:pw@{host}/db?sslmode={mode}")["sslmode"] == mode


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "%2Ftmp", ""])
@pytest.mark.parametrize(("mode", "expected"), [(None, "prefer"), ("disable", "disable")])
def test_on_this_machine_the_url_decides(host: str, mode: str | None, expected: str) -> None:
    assert parameters(f"postgresql://u@{host}/db" + (f"?sslmode={mode}" if mode else ""))["sslmode"] == expected


def test_one_distant_host_of_several_decides() -> None:
    assert parameters(f"postgresql://u@localhost,{HOST}/db?sslmode=disable")["sslmode"] == "require"


def test_the_address_that_is_connected_to_decides_not_the_name() -> None:
    assert parameters("host=localhost hostaddr=10.0.0.5 sslmode=disable")["sslmode"] == "require"


def test_a_host_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", HOST)

    assert parameters("postgresql:///db")["sslmode"] == "require"
    assert parameters("postgresql://localhost/db")["host"] == "localhost"


def test_the_tls_mode_of_the_environment_is_not_weakened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / "ca.pem"))

    found = parameters(f"postgresql://u:pw@{HOST}/db")

    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", str(tmp_path / "ca.pem"))


def test_a_certificate_is_found_from_any_directory(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"postgresql://u:pw@{HOST}/db?sslmode=verify-full"

    assert parameters(f"{url}&sslrootcert=ca.pem")["sslrootcert"] == str(tmp_path / "ca.pem")
    assert parameters(f"{url}&sslrootcert=~/ca.pem")["sslrootcert"] == str(home / "ca.pem")
    assert parameters(f"{url}&sslrootcert=system")["sslrootcert"] == "system"
    assert "sslrootcert" not in parameters(url)
    (home / ".postgresql").mkdir(parents=True)
    (home / ".postgresql" / "root.crt").touch()
    assert parameters(url)["sslrootcert"] == str(home / ".postgresql" / "root.crt")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres.ref:S3cret-pw@aws-0.pooler.supabase.com:6543/postgres",
        "postgresql://postgres.ref:S3cret-pw@aws-0.pooler.supabase.com:6543/postgres?pgbouncer=true",
        "host=aws-0.pooler.supabase.com port=6543 user=postgres.ref password=S3cret-pw dbname=postgres",
    ],
)
def test_a_transaction_pooler_is_refused_with_the_url_of_the_session_mode(url: str) -> None:
    error = refused(url)

    assert isinstance(error, RefusedError)
    assert "postgresql://postgres.ref:********@aws-0.pooler.supabase.com:5432/postgres" in error.hint
    assert "S3cret" not in said(error)


def test_a_transaction_pooler_by_the_environments_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")

    assert isinstance(refused(f"postgresql://u:pw@{HOST}/db"), RefusedError)


def service_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    path = tmp_path / "pg_service.conf"
    path.write_text("[prod]\n" + "".join(f"{name}={value}\n" for name, value in options.items()))
    monkeypatch.setenv("PGSERVICEFILE", str(path))


def test_a_service_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_file(tmp_path, monkeypatch, host="10.255.255.1", port="5444", user="u", password="p@ss w", dbname="d")

    found = parameters("service=prod")

    expected = {"host": "10.255.255.1", "port": "5444", "user": "u", "password": "p@ss w", "sslmode": "require"}
    assert {name: found[name] for name in expected} == expected
    assert "service" not in found


def test_the_url_wins_over_its_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_file(tmp_path, monkeypatch, host="127.0.0.1", user="u", dbname="d", sslmode="disable")

    found = parameters("postgresql:///other?service=prod")

    assert (found["dbname"], found["user"], found["sslmode"]) == ("other", "u", "disable")


def test_a_service_with_a_transaction_pooler_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_file(tmp_path, monkeypatch, host="127.0.0.1", port="6543", user="u")

    assert isinstance(refused("service=prod"), RefusedError)


def test_an_unknown_service_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_file(tmp_path, monkeypatch, host="127.0.0.1")

    error = refused("service=absent")

    assert isinstance(error, UsageError)
    assert "absent" in error.reason


def link(tmp_path: Path, url: str) -> None:
    folder = tmp_path / "supabase" / ".temp"
    folder.mkdir(parents=True)
    (folder / "pooler-url").write_text(url + "\n")


@pytest.mark.parametrize("mark", ["", ":[YOUR-PASSWORD]", ":old"])
def test_a_linked_project_serves_in_session_mode(tmp_path: Path, mark: str) -> None:
    link(tmp_path, f"postgresql://postgres.ref{mark}@aws-0.pooler.supabase.com:6543/postgres")

    address = resolve(None, tmp_path, "p@ss/w:rd%")

    found = dict(address.parameters)
    assert (found["user"], found["port"], found["password"]) == ("postgres.ref", "5432", "p@ss/w:rd%")
    assert found["sslmode"] == "require"
    assert "pooler-url" in address.source


def test_a_linked_project_needs_its_password(tmp_path: Path) -> None:
    link(tmp_path, "postgresql://postgres.ref@aws-0.pooler.supabase.com:5432/postgres")

    with pytest.raises(UsageError) as caught:
        resolve(None, tmp_path, None)

    assert "SUPABASE_DB_PASSWORD" in caught.value.hint


def test_nothing_configured_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(None, tmp_path, None)

    assert "DATABASE_URL=" in caught.value.hint
    assert "supabase link" in caught.value.hint
    assert caught.value.exit_code == 2


def test_the_password_setting_fills_a_url_without_one() -> None:
    assert parameters(f"postgresql://u@{HOST}/db", password="apart")["password"] == "apart"
    assert parameters(f"postgresql://u:in-url@{HOST}/db", password="apart")["password"] == "in-url"
    assert "password" not in parameters(f"postgresql://u@{HOST}/db?passfile=/x", password="apart")


def test_the_dashboards_placeholder_is_noticed() -> None:
    url = f"postgresql://u:[YOUR-PASSWORD]@{HOST}/db"

    assert "placeholder" in refused(url).message
    assert parameters(url, password="apart")["password"] == "apart"


@pytest.mark.parametrize("password", PASSWORDS)
def test_parameters_survive_the_way_to_libpq(password: str) -> None:
    found = parameters(f"postgresql://u:{password}@{HOST}/db")

    assert parameters(make_dsn(found)) == found


def test_neither_repr_nor_str_shows_the_password() -> None:
    address = resolve(f"postgresql://u:S3cret-pw@{HOST}/db", Path("/nowhere"), None)

    assert "S3cret" not in f"{address!r} {address}"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("", True), ("/tmp", True), ("@abstract", True), ("localhost", True), ("127.0.0.1", True), ("::1", True),
        ("LOCALHOST", True), ("0.0.0.0", False), ("10.0.0.1", False), ("db", False), ("localhost.", False),
    ],
)  # fmt: skip
def test_is_local(host: str, expected: bool) -> None:
    assert is_local(host) is expected


@pytest.mark.parametrize("quote_", ['"', "'"])
def test_quotes_that_came_along_are_taken_off(quote_: str) -> None:
    found = resolve(f"{quote_}postgresql://u:c2VjcmV0=@127.0.0.1:5/db{quote_}", Path("/"), None)
    assert (found.parameters["password"], found.parameters["port"]) == ("c2VjcmV0=", "5")
