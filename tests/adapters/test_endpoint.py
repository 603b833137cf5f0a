"""Endpoints: what the CLI gets on its command line and in its password file, and what psycopg gets."""

from __future__ import annotations

import pytest

from supasync.adapters.postgres import dsn_of, parse_dsn
from supasync.core.endpoint import Endpoint
from tests.support.canary import CANARY


def test_the_url_says_everything_but_the_password() -> None:
    endpoint = Endpoint(
        "db.example.com", 5432, "postgres", "postgres.ref", CANARY, "verify-full", {"sslrootcert": "/a b/ca.pem"}
    )

    assert endpoint.url() == (
        "postgresql://postgres.ref@db.example.com:5432/postgres?sslmode=verify-full&sslrootcert=%2Fa%20b%2Fca.pem"
    )
    assert CANARY not in repr(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint("::1", 5433, "db", "u"),
        Endpoint("h", 1, "we ird/d?b#", "us:er@x"),
        Endpoint("h", 1, "größe", "é", sslmode="require", extra={"options": "-c search_path=a,b -c x='y z'"}),
    ],
)
def test_the_url_reads_back(endpoint: Endpoint) -> None:
    found = parse_dsn(endpoint.url())

    assert (found["host"], found["port"], found["dbname"]) == (endpoint.host, str(endpoint.port), endpoint.dbname)
    assert (found["user"], found["sslmode"]) == (endpoint.user, endpoint.sslmode)
    assert found.get("options") == endpoint.extra.get("options")


def test_definitions_of_a_target_that_spells_otherwise_are_read_as_the_shadow_spells_them() -> None:
    other = Endpoint("h", 1, "d", "u", extra={"options": "-c role=x"}, spells_plainly=False)
    options = parse_dsn(other.url_to_compare())["options"]
    assert options == "-c role=x -c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC"
    # A push goes by the target's own settings.
    assert parse_dsn(other.url())["options"] == "-c role=x"
    plain = Endpoint("h", 1, "d", "u")
    assert plain.url_to_compare() == plain.url()


@pytest.mark.parametrize("password", [CANARY, "it's", "back\\slash", " ", "a b=c", ""])
def test_the_dsn_brings_the_password(password: str) -> None:
    assert parse_dsn(dsn_of(Endpoint("h", 1, "d", "u", password))).get("password", "") == password


@pytest.mark.parametrize(
    ("endpoint", "line"),
    [
        (Endpoint("h", 5432, "d", "u", "plain"), "h:5432:d:u:plain"),
        (Endpoint("::1", 5432, "d", "u", "a:b"), r"\:\:1:5432:d:u:a\:b"),
        (Endpoint("h", 1, "d", "u:v", "back\\slash:"), r"h:1:d:u\:v:back\\slash\:"),
    ],
)
def test_the_line_of_the_password_file_is_escaped(endpoint: Endpoint, line: str) -> None:
    assert endpoint.passfile_line() == line


def test_a_url_has_no_parameter_that_may_be_secret() -> None:
    extra = {"sslpassword": "S3cret", "service": "S3cret", "passfile": "/S3cret", "sslcert": "c.pem", "krbsrvname": "k"}
    url = Endpoint("h", 1, "d", "u", "S3cret", extra=extra).url()
    assert "S3cret" not in url
    assert url.endswith("?sslmode=disable&sslcert=c.pem")
