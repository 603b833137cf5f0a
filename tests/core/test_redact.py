"""No spelling of a secret gets through, and ordinary words stay readable."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest

from supasync import redact
from supasync.redact import MASK

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
        "",
    ],
)
def test_text_without_a_secret_stays(text: str) -> None:
    assert redact.redact(text) == text


@pytest.mark.parametrize("word", ["postgres", "Password", "supabase", "public", "abc", "", None])
def test_everyday_and_short_words_are_not_masked_everywhere(word: str | None) -> None:
    redact.register(word)
    text = "role postgres, Password of supabase, schema public, abc"
    assert redact.redact(text) == text


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
