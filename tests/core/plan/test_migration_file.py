"""Names, versions and texts of migration and rollback files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from supasync.core import sql
from supasync.core.plan.migration_file import (
    checksum_of,
    clean_name,
    join_statements,
    migration_text,
    next_versions,
    parse_file_name,
    push_marker,
    push_session,
    rollback_text,
)

NOW = datetime(2026, 11, 22, 23, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("20261122183000_add_users.sql", ("20261122183000", "add_users")),
        ("1_x.sql", ("1", "x")),
        ("0001_.sql", ("0001", "")),
        ("20261122_a.down.sql", ("20261122", "a.down")),  # the CLI would apply it, so it counts
        ("20261122183000.sql", None),
        ("x_20261122183000.sql", None),
        ("20261122183000_a.sql.bak", None),
        (".supasync-20261122183000_a.sql", None),
        ("seed.sql", None),
    ],
)
def test_what_the_cli_takes_for_a_migration(name: str, parsed: tuple[str, str] | None) -> None:
    assert parse_file_name(name) == parsed


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("add_index_users", "add_index_users"),
        ("Add Discord-ID!", "add_discord_id"),
        ("../../etc/passwd", "etc_passwd"),
        ("x'; drop table users; --", "x_drop_table_users"),
        ("Größe", "gr_e"),
        ("日本語", "schema_change"),
        ("", "schema_change"),
        ("___", "schema_change"),
        ("a" * 100, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_any_words_make_a_file_name(words: str, name: str) -> None:
    assert clean_name(words) == name


@pytest.mark.parametrize(
    ("taken", "count", "versions"),
    [
        pytest.param([], 1, ["20261122235958"], id="now"),
        pytest.param([], 3, ["20261122235958", "20261122235959", "20261123000000"], id="over midnight"),
        pytest.param(["20200101000000"], 1, ["20261122235958"], id="long past"),
        pytest.param(["20261122235958"], 1, ["20261122235959"], id="in this very second"),
        pytest.param(["20301231235959"], 2, ["20310101000000", "20310101000001"], id="a clock that went ahead"),
        pytest.param(["0001", "20241301000000", "abc", ""], 1, ["20261122235958"], id="numbered by hand"),
        pytest.param(["20261122235959", "0002", "20261122235957"], 1, ["20261123000000"], id="in any order"),
    ],
)
def test_versions_come_after_all_others(taken: list[str], count: int, versions: list[str]) -> None:
    assert list(next_versions(NOW, taken, count)) == versions


@pytest.mark.parametrize(
    ("statements", "text"),
    [
        ((), "\n"),
        (("select 1",), "select 1;\n"),
        (("select 1", "select 2"), "select 1;\n\nselect 2;\n"),
        (("select 1 -- why",), "select 1 -- why\n;\n"),
        (("-- why\nselect 1",), "-- why\nselect 1;\n"),
        (("select '--'",), "select '--'\n;\n"),
    ],
)
def test_statements_are_joined_as_a_script(statements: tuple[str, ...], text: str) -> None:
    assert join_statements(statements) == text


def test_a_trailing_comment_does_not_swallow_the_semicolon() -> None:
    script = join_statements(("create table a () -- first", "create table b ()"))
    assert len(sql.split(script)) == 2


def text_of(reason: str = "") -> str:
    return migration_text("7", "n", ("create table a ()",), reason=reason, lock_timeout=5, statement_timeout=60)


def test_a_migration_carries_its_own_settings_because_push_resets_them() -> None:
    assert [found.text for found in sql.split(text_of())] == [
        "SET LOCAL application_name = 'supasync migration 7'",
        "SET LOCAL lock_timeout = '5s'",
        "SET LOCAL statement_timeout = '60s'",
        "SET LOCAL check_function_bodies = off",
        "create table a ()",
    ]


def test_a_reason_of_many_lines_stays_a_comment() -> None:
    text = text_of("because\ndrop table users;\r\n\x0bdelete from users")
    assert "-- Why: because\n-- drop table users;\n" in text
    assert sql.split(text)[-1].text == "create table a ()"
    assert len(sql.split(text)) == 5


def test_both_files_name_each_other() -> None:
    up = text_of()
    down = rollback_text("7", "n", ("drop table a",), checksum_of(up))
    assert "supabase/rollbacks/7_n.sql" in up
    assert "Undoes 7_n.sql" in down
    assert checksum_of(up) in down
    assert sql.split(down)[-1].text == "drop table a"


def test_session_names_fit_into_postgresql() -> None:
    # 63 bytes; a longer application_name is cut, and would not be found in pg_stat_activity.
    assert len(push_marker("20261122183000")) <= 63
    assert len(push_session("123e4567-e89b-12d3-a456-426614174000")) <= 63


def test_a_rollback_says_what_it_returns() -> None:
    text = rollback_text(
        "7", "n", ("select 1",), "c0ffee", returns="schema only (it deletes rows)", restores=("rows of t",)
    )
    assert "-- Returns: schema only (it deletes rows)\n-- Restores: rows of t\n" in text
    assert "-- Undoes checksum: c0ffee\n" in text
    assert "Returns" not in rollback_text("7", "n", (), "c0ffee")


def test_the_checksum_of_a_rollback_is_that_of_its_statements() -> None:
    text = rollback_text("7", "n", ("select 1",), "c0ffee")
    head, _, body = text.partition("\n\n")
    assert head.endswith(f"-- Checksum of what follows: {checksum_of(body)}")
    assert body == "SET LOCAL check_function_bodies = off;\n\nselect 1;\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_names_of_many_lines_stay_comments(line_end: str) -> None:
    trap = f"values of users.x{line_end}DROP TABLE users;"
    text = rollback_text("7", "n", ("select 1",), "c", returns=trap, restores=(trap,))
    assert [found.text for found in sql.split(text)] == ["SET LOCAL check_function_bodies = off", "select 1"]
