"""Settings of the platform's roles: read from a schema file, compared with the target's, taken back."""

from __future__ import annotations

import pytest

from supasync.core.plan.role_settings import is_role_setting, is_secret, role_statements, settings_said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alter role anon set statement_timeout = '5s'", {("anon", "statement_timeout"): "5s"}),
        ("ALTER USER Authenticator SET Work_Mem TO 64", {("authenticator", "work_mem"): "64"}),
        ("alter role anon set pgrst.db_schemas = 'public, api'", {("anon", "pgrst.db_schemas"): "public, api"}),
        ("alter role anon set search_path to a, \"B c\", 'x'", {("anon", "search_path"): 'a, "B c", x'}),
        ("alter role anon set work_mem = -1.5", {("anon", "work_mem"): "-1.5"}),
        ("alter role anon set work_mem = 0", {("anon", "work_mem"): "0"}),
        ("alter role anon set jit = true", {("anon", "jit"): "true"}),
        ("alter role anon set jit = off", {("anon", "jit"): "off"}),
        ("alter role anon reset jit", {("anon", "jit"): None}),
        ("alter role anon set jit to default", {("anon", "jit"): None}),
        ("alter role anon set jit = on; alter role anon set jit = off", {("anon", "jit"): "off"}),
        ("alter role app set jit = off; create table t ()", {}),
        ("alter role anon in database postgres set jit = off", {}),
        ("alter role all set jit = off", {}),
        ("alter role anon reset all", {}),
        ("alter role anon nologin", {}),
        ("alter role authenticator set pgrst.jwt_secret = 'x'", {}),
    ],
)
def test_a_schema_file_says_them(text: str, said: dict[tuple[str, str], str | None]) -> None:
    assert settings_said(text) == said


def test_which_statements_are_read_and_not_run() -> None:
    assert is_role_setting("alter role anon set jit = off")
    assert is_role_setting("/* a */ alter role app set jit = off") is False
    assert is_secret("alter role authenticator set app.jwt_secret = 'x'")
    assert not is_secret("alter role anon set jit = off")


def test_what_differs_is_set_and_taken_back() -> None:
    said = {("anon", "jit"): "off", ("anon", "work_mem"): "64MB", ("my role", "search_path"): 'a, "B c"'}
    present = {("anon", "jit"): "off", ("anon", "work_mem"): "1MB", ("anon", "other"): "it's"}
    assert role_statements(said, {}, present) == (
        ("ALTER ROLE anon SET work_mem TO '64MB'", "ALTER ROLE \"my role\" SET search_path TO 'a', 'B c'"),
        ('ALTER ROLE "my role" RESET search_path', "ALTER ROLE anon SET work_mem TO '1MB'"),
    )


def test_what_is_not_said_any_more_is_reset_and_what_never_was_stays() -> None:
    before = {("anon", "jit"): "off", ("anon", "pgrst.x"): "1"}
    present = {("anon", "jit"): "off", ("anon", "work_mem"): "1MB"}
    assert role_statements({}, before, present) == (
        ("ALTER ROLE anon RESET jit",),
        ("ALTER ROLE anon SET jit TO 'off'",),
    )
