"""Tables of SQL texts and what reading them gives."""

from __future__ import annotations

import pytest

from supasync.core.sql import (
    SqlSyntaxError,
    find_meta_command,
    is_data_statement,
    is_session_setting,
    mentions_grants,
    node_kind,
    placeholders,
    qualified,
    quote_ident,
    quote_literal,
    split,
)

BODY = "create function f() returns text language sql as $x$ select 'ö;' -- ; $$\n$x$"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        ("-- only a comment ;\n", []),
        ("select 1; select 2", [("select 1", 1), ("select 2", 1)]),
        ("-- ä\n\n /* ö /* nested; */ */ select 'é;' ;\nselect 2 ;", [("select 'é;'", 3), ("select 2", 4)]),
        (f"{BODY};\n\ntable t;", [(BODY, 1), ("table t", 4)]),
        ("select 'ü';\nselect 'ü', 'ü';\nselect 3", [("select 'ü'", 1), ("select 'ü', 'ü'", 2), ("select 3", 3)]),
        ("COPY t FROM stdin;\n1\tit's; $$ \\N\n\\.\nselect 2;", [("COPY t FROM stdin", 1), ("select 2", 4)]),
        ("\\restrict abc'\nselect 1;\n\\unrestrict abc'\n", [("select 1", 2)]),
    ],
)
def test_split_keeps_text_and_line(sql: str, expected: list[tuple[str, int]]) -> None:
    found = split(sql)
    assert [(statement.text, statement.line) for statement in found] == expected
    assert all(sql[s.offset :].startswith(s.text.split("\n")[0]) for s in found)


@pytest.mark.parametrize(
    ("sql", "line", "column", "text"),
    [
        ("select 1;\n select 'éé',\n fro m x y z;", 3, 8, " fro m x y z;"),
        ("-- äöü\ncreate tabel t();", 2, 8, "create tabel t();"),
        ("select (1\n\n", 1, 10, "select (1"),
        ("select 1;\r\nselect ,;\r\n", 2, 8, "select ,;"),
        ("select 1\0;", 1, 9, "select 1\0;"),
    ],
)
def test_a_syntax_error_points_at_the_character(sql: str, line: int, column: int, text: str) -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        split(sql)
    assert (caught.value.line, caught.value.column, caught.value.line_text) == (line, column, text)


def test_an_open_string_is_quoted_in_one_line() -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        split("SELECT 1;\nSELECT $$ a;\nSELECT 2;\n")
    assert caught.value.message == 'unterminated dollar-quoted string at or near "$$ a; ..."'


def test_noise_is_blanked_without_moving_anything() -> None:
    sql = "\\restrict k3y\nSELECT 1;\nCOPY t (a) FROM stdin;\n'x\n\\.\nSELECT 2;\n"
    assert [(found.text, found.line, found.offset) for found in split(sql)] == [
        ("SELECT 1", 2, 14), ("COPY t (a) FROM stdin", 3, 24), ("SELECT 2", 6, 53)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1;\n\\connect app\n", (2, "\\connect app")),
        ("\\restrict a\n\\set x 1", (2, "\\set x 1")),
        ("select 1 \\gexec", (1, "\\gexec")),
        ("select '\n\\connect', E'\\'\n\\x', $$\n\\y$$, \"\n\\z\" -- \\a\n/* \\b */", None),
        ("COPY t FROM stdin;\n\\N\n\\.\n", None),
    ],
)
def test_psql_commands_are_found(sql: str, expected: tuple[int, str] | None) -> None:
    found = find_meta_command(sql)
    assert (found and (found.line, found.text)) == expected


@pytest.mark.parametrize(
    ("text", "data", "session"),
    [
        ("INSERT INTO t VALUES (1)", True, False),
        ("-- x\nWITH a AS (SELECT 1) DELETE FROM t", True, False),
        ("SELECT pg_catalog.setval('s', 1)", True, False),
        ("SELECT pg_catalog.set_config('search_path', '', false)", False, True),
        ("SET statement_timeout = 0", False, True),
        ("RESET ALL", False, True),
        ("SELECT 1 INTO t", False, False),
        ("CREATE TABLE t AS SELECT 1", False, False),
        ("TRUNCATE t", True, False),
        ("COPY t FROM stdin", True, False),
        ("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", True, False),
    ],
)
def test_rows_schema_and_session_are_told_apart(text: str, data: bool, session: bool) -> None:
    assert (is_data_statement(text), is_session_setting(text)) == (data, session)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create table t(); grant select on t to anon;", True),
        ("revoke all on function f() from public", True),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon", True),
        ("grant reader to writer;", False),
        ("-- grant select on t to anon\ncreate table t();", False),
        ("create function f() returns void language plpgsql as $$begin grant select on t to a; end$$", False),
        ("comment on table t is '; grant select on t to x';", False),
    ],
)
def test_grants_are_noticed(sql: str, expected: bool) -> None:
    assert mentions_grants(sql) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("teams", "teams"), ("order", '"order"'), ("Odd Name", '"Odd Name"'), ('a"b', '"a""b"'), ("1a", '"1a"'),
        ("größe", '"größe"'), ("user", '"user"'), ("", '""'), ("x\n", '"x\n"'),
    ],
)  # fmt: skip
def test_names_are_quoted_where_needed(name: str, expected: str) -> None:
    assert quote_ident(name) == expected


def test_small_helpers() -> None:
    assert qualified("app", "order") == 'app."order"'
    assert qualified("", "t") == "t"
    assert quote_literal("it's") == "'it''s'"
    assert quote_literal("a\\b") == "E'a\\\\b'"
    assert node_kind("insert into t values (1)") == "insert_stmt"
    assert placeholders("x '__OPTION_PASSWORD__' '__CONN_S__' '__OPTION_PASSWORD__'") == (
        "__OPTION_PASSWORD__", "__CONN_S__",
    )  # fmt: skip
