"""What libpq would find by itself is known before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.adapters.stored_passwords import stored_passwords
from supasync.boundary import without_secrets
from supasync.commands import sync


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGSYSCONFDIR", str(tmp_path / "etc"))
    return tmp_path


def test_of_variables_password_files_and_services(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(filter(None, stored_passwords())) == []
    monkeypatch.setenv("PGPASSWORD", "of-the-variable")
    (home / ".pgpass").write_text("# a:b:c:d:comment\n*:*:*:*:of\\:the\\\\file\nh:1:d:u:second\n\nbroken\n")
    (home / ".pg_service.conf").write_text("[one]\nhost=h\npassword = of the service\nsslpassword=of-the-key\n")
    assert list(stored_passwords()) == [
        "of-the-variable", "of:the\\file", "second", "of the service", "of-the-key"
    ]  # fmt: skip
    monkeypatch.setenv("PGPASSFILE", str(home / "nowhere"))
    assert "second" not in stored_passwords()


def test_what_a_person_types_repeats_none_of_them(home: Path) -> None:
    (home / ".pgpass").write_text("*:*:*:*:Zx8KdP2mQw4R\n")
    request = without_secrets(sync.Request(message="because Zx8KdP2mQw4R changed", name="Zx8KdP2mQw4R"))
    assert request.message == "because ******** changed"
    assert request.name == "********"
