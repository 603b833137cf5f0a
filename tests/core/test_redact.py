"""No spelling of a secret gets through, and ordinary words stay readable."""

from __future__ import annotations

import json
import time
from urllib.parse import quote, quote_plus

import pytest

from supasync import redact
from supasync.redact import MASK, Reach, reach_of
from tests.support.passwords import ODD, WORDS, spellings

SECRET = "p@ss w:rd%/é\\x+1"


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no secret behind for other tests."""
    monkeypatch.setattr(redact, "_secrets", set())


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(SECRET, id="raw"),
        pytest.param(quote(SECRET, safe=""), id="in a URL"),
        pytest.param(quote(SECRET), id="in a URL, slashes kept"),
        pytest.param(quote_plus(SECRET), id="in a form"),
        pytest.param(quote(SECRET, safe="").lower(), id="in a URL, lower case escapes"),
        pytest.param(SECRET.replace("\\", "\\\\").replace(":", "\\:"), id="in a password file"),
        pytest.param(SECRET.replace("\\", "\\\\").replace("'", "\\'"), id="in a DSN"),
        pytest.param(json.dumps(SECRET)[1:-1], id="in JSON"),
        pytest.param(json.dumps(SECRET, ensure_ascii=False)[1:-1], id="in JSON, as UTF-8"),
        pytest.param(repr(SECRET)[1:-1], id="in a traceback"),
    ],
)
def test_every_spelling_of_a_secret_is_masked(spelling: str) -> None:
    redact.register(SECRET)
    assert redact.redact(f"before {spelling} after") == f"before {MASK} after"


def test_a_secret_registered_encoded_is_masked_raw() -> None:
    redact.register("p%40ss%2Fword")
    assert redact.redact("it was p@ss/word") == f"it was {MASK}"


def test_a_secret_within_another_leaves_no_rest() -> None:
    redact.register("correct-horse")
    redact.register("correct-horse-battery")
    assert redact.redact("correct-horse-battery") == MASK


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgresql://u:hunter2@h:5432/db", f"postgresql://u:{MASK}@h:5432/db"),
        ("postgres://u:a@b@h/db", f"postgres://u:{MASK}@h/db"),
        ("postgres://u:p/q?@h/db", f"postgres://u:{MASK}@h/db"),
        ("see https://u:tok@h and https://h/x", f"see https://u:{MASK}@h and https://h/x"),
        ("postgresql://u:postgres@h/db", f"postgresql://u:{MASK}@h/db"),
        ("host=h password=hunter2 user=u", f"host=h password={MASK} user=u"),
        ("password = 'a b' user=u", f"password = {MASK} user=u"),
        (r"password='a\'b c' user=u", f"password={MASK} user=u"),
        ("h?sslpassword=x&user=u", f"h?sslpassword={MASK}&user=u"),
        ("HOST=h PASSWORD=x", f"HOST=h PASSWORD={MASK}"),
        ("postgres://h/db?user=u&password=x", f"postgres://h/db?user=u&password={MASK}"),
    ],
)
def test_passwords_in_urls_and_dsns_need_no_registration(text: str, clean: str) -> None:
    assert redact.redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u@h:5432/db",
        "http://localhost:54321/x",
        'password authentication failed for user "postgres"',
        "ALTER TABLE public.users ADD COLUMN password text",
        "SELECT true FROM users WHERE password = crypt($1, password)",
        "10:15 ada@example.org",
        'query.sql:12:5: relation "x" does not exist',
        "2600:1234:abcd:ef01:5432:face",
        "2026-11-28T10:20:30.5+00:00 12:30:45",
        'null value in column "password" of relation "users"',
        "insert into t values ('password', 'x')",
        "file:///x/y.js:12:5",
        "",
    ],
)
def test_text_without_a_secret_stays(text: str) -> None:
    assert redact.redact(text) == text


TEXT = (
    "relation public.users does not exist; column id of table users2 (Password, null, true) at localhost:5432 "
    "127.0.0.1, key (name)=(12345678), add the migration, select in-sync: applied schema_migrations --force größe "
    "create table public.users statements createdAt utf-8 2026 scram-sha-256 SECRET admin error hint status sync "
    "version drop postgres supabase ----- schema"
)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_masked_only_where_it_is_a_credential(word: str) -> None:
    assert word in TEXT, "the text shows nothing otherwise"
    redact.register(word)
    assert reach_of(word) is Reach.CREDENTIAL
    assert redact.redact(TEXT) == TEXT
    for credential in CREDENTIALS:
        assert redact.redact(credential.format(word)) == credential.format(MASK)


# Shapes in which a password is quoted, also one of which nothing else is known.
CREDENTIALS = (
    "connect to postgresql://postgres:{}@db.example.com:5432/postgres failed",
    "PGPASSWORD={}",
    'the password is "{}"',
    "the password was {}",
    "password: {}",
    "Passwd={}",
    "line 1 of db.example.com:5432:postgres:postgres:{}",
)


@pytest.mark.parametrize("password", ODD)
def test_an_odd_password_is_masked_in_every_spelling(password: str) -> None:
    redact.register(password)
    assert reach_of(password) is Reach.ANYWHERE
    for spelling in spellings(password):
        assert redact.redact(f"it was '{spelling}', they say") == f"it was '{MASK}', they say"


@pytest.mark.parametrize(
    ("secret", "reach"),
    [
        ("abc", Reach.CREDENTIAL),
        ("internationalization", Reach.CREDENTIAL),
        ("internationalizations", Reach.ANYWHERE),
        ("createdAt", Reach.CREDENTIAL),
        ("kQzWvXbnRt", Reach.TOKEN),
        ("utf8", Reach.CREDENTIAL),
        ("admin123", Reach.TOKEN),
        ("Zx8KdP2m", Reach.TOKEN),
        ("Zx8KdP2mQw4", Reach.TOKEN),
        ("Zx8KdP2mQw4R", Reach.ANYWHERE),
        ("p@ss", Reach.ANYWHERE),
        ("12:30:45.123456", Reach.CREDENTIAL),
        ("1" * 19, Reach.CREDENTIAL),
        ("1" * 20, Reach.ANYWHERE),
        ("=" * 40, Reach.CREDENTIAL),
        ("!=)(", Reach.ANYWHERE),
        ("read only please", Reach.ANYWHERE),
    ],
)
def test_what_a_secret_looks_like_decides_where_it_is_masked(secret: str, reach: Reach) -> None:
    assert reach_of(secret) is reach


def test_a_token_is_masked_as_a_whole() -> None:
    redact.register("admin123")
    assert redact.redact("admin123, 'admin123' admin1234 xadmin123") == f"{MASK}, '{MASK}' admin1234 xadmin123"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"password": "x\\"y", "user": "u"}', f'{{"password": {MASK}, "user": "u"}}'),
        ("{'db_password': 'x'}", f"{{'db_password': {MASK}}}"),
        ("SUPABASE_DB_PASSWORD='a b' x", f"SUPABASE_DB_PASSWORD={MASK} x"),
        ("CREATE ROLE x LOGIN PASSWORD 'it''s'", f"CREATE ROLE x LOGIN PASSWORD {MASK}"),
        (r"\:\:1:5432:postgres:postgres:a b:c", rf"\:\:1:5432:postgres:postgres:{MASK}"),
        ('invalid percent-encoded token: "%zz"', f"invalid percent-encoded token: {MASK}"),
        ('missing "=" after "hunter" in connection info string', f'missing "=" after {MASK} in connection info string'),
        (
            'invalid integer value "ss" for connection option "port"',
            f'invalid integer value {MASK} for connection option "port"',
        ),
        (
            'could not translate host name "ss@db.example.com" to address',
            f'could not translate host name "{MASK}@db.example.com" to address',
        ),
        ("getaddrinfo ENOTFOUND p@ss@h", f"getaddrinfo ENOTFOUND {MASK}@h"),
        (
            "hostname resolving error (lookup w@h: no such host)",
            f"hostname resolving error (lookup {MASK}@h: no such host)",
        ),
    ],
)
def test_messages_that_quote_a_password_need_no_registration(text: str, clean: str) -> None:
    assert redact.redact(text) == clean


def test_the_password_of_a_connection_string_is_known_with_it() -> None:
    redact.register("postgresql://u:w0rd-of-a-url@h/db")
    redact.register("host=h password='w0rd of a dsn'")
    assert redact.redact("w0rd-of-a-url, w0rd of a dsn") == f"{MASK}, {MASK}"


def test_the_time_does_not_grow_with_the_square_of_a_text() -> None:
    pieces = (
        "a",
        "a.",
        "A_",
        ":1",
        "a:1:",
        "'",
        "lookup ",
        "x://",
        "a://b:",
        "@a://b:",
        "password='",
        "in URI (a ",
        " a.:1:b:c:",
        '"password":"',
    )
    started = time.perf_counter()
    for piece in pieces:
        redact.redact(piece * 4000)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        pytest.param("a%20b", "a table has a b column", id="short"),
        pytest.param("p%6Fstgres", "role postgres", id="everyday"),
        pytest.param("%00%00", "ends\x00\x00 here", id="control characters"),
    ],
)
def test_a_spelling_that_is_everyday_text_is_not_masked(encoded: str, text: str) -> None:
    redact.register(encoded)
    assert redact.redact(text) == text
    assert redact.redact(f"it was {encoded}") == f"it was {MASK}"
