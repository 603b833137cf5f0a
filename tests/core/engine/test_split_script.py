"""What is done to the statements of the CLI's diff before they are rehearsed."""

from __future__ import annotations

import pytest

from supasync.core.attic.disabled_triggers import Pause
from supasync.core.engine.commit_boundaries import split_segments, transactions
from supasync.core.engine.inherited_columns import without_inherited
from supasync.core.engine.split_script import is_cluster_wide, refuse_placeholders, statements_of
from supasync.core.engine.statement_order import order_statements
from supasync.core.sql import runnable
from supasync.errors import RefusedError

DEFAULT = "ALTER TABLE public.leagues ALTER COLUMN status SET DEFAULT ''"
NOT_NULL = "ALTER TABLE public.leagues ALTER COLUMN status SET NOT NULL"
IDENTITY = "ALTER TABLE public.leagues ALTER COLUMN status ADD GENERATED ALWAYS AS IDENTITY"
DROP_DEFAULT = "ALTER TABLE public.leagues ALTER COLUMN status DROP DEFAULT"
DROP_NOT_NULL = "ALTER TABLE public.leagues ALTER COLUMN status DROP NOT NULL"
TO_INTEGER = "ALTER TABLE public.leagues ALTER COLUMN status TYPE integer USING status::integer"
OTHER_NOT_NULL = "ALTER TABLE public.teams ALTER COLUMN status SET NOT NULL"
FILL = "UPDATE public.leagues SET status = '' WHERE status IS NULL"
INDEX = "CREATE INDEX i ON public.leagues (status)"
VIEW = "CREATE VIEW public.v AS SELECT status FROM public.leagues"
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"
COLUMN = ("public", "leagues", "status")


@pytest.mark.parametrize(
    ("statements", "ordered"),
    [
        pytest.param((NOT_NULL, DEFAULT), (DEFAULT, NOT_NULL), id="default before NOT NULL"),
        pytest.param((DEFAULT, NOT_NULL), (DEFAULT, NOT_NULL), id="right already"),
        pytest.param((IDENTITY, NOT_NULL), (NOT_NULL, IDENTITY), id="NOT NULL before identity"),
        pytest.param((NOT_NULL, VIEW, DEFAULT, INDEX), (VIEW, DEFAULT, NOT_NULL, INDEX), id="others keep their place"),
        pytest.param((DROP_DEFAULT, TO_INTEGER, DEFAULT), (DROP_DEFAULT, TO_INTEGER, DEFAULT), id="dropping a default"),
        pytest.param((OTHER_NOT_NULL, DEFAULT), (OTHER_NOT_NULL, DEFAULT), id="columns of two tables"),
        pytest.param(
            (NOT_NULL.replace("public.", "a."), DEFAULT), (NOT_NULL.replace("public.", "a."), DEFAULT), id="two schemas"
        ),
        pytest.param((DROP_NOT_NULL, DROP_DEFAULT), (DROP_NOT_NULL, DROP_DEFAULT), id="loosening"),
        pytest.param((), (), id="nothing"),
    ],
)
def test_the_steps_of_a_column_get_the_order_that_works(statements: tuple[str, ...], ordered: tuple[str, ...]) -> None:
    assert order_statements(statements, {}) == ordered


@pytest.mark.parametrize(
    ("statements", "ordered"),
    [
        pytest.param((NOT_NULL, DEFAULT), (DEFAULT, FILL, SETTLE, NOT_NULL), id="default, backfill, NOT NULL"),
        pytest.param((NOT_NULL,), (FILL, SETTLE, NOT_NULL), id="before NOT NULL"),
        pytest.param((IDENTITY, NOT_NULL), (FILL, SETTLE, NOT_NULL, IDENTITY), id="before NOT NULL and identity"),
        pytest.param((INDEX, NOT_NULL, VIEW), (INDEX, FILL, SETTLE, NOT_NULL, VIEW), id="right where it is needed"),
        pytest.param((DEFAULT, INDEX), (DEFAULT, FILL, SETTLE, INDEX), id="after a default alone"),
        pytest.param((NOT_NULL, OTHER_NOT_NULL), (FILL, SETTLE, NOT_NULL, OTHER_NOT_NULL), id="only that column"),
    ],
)
def test_a_backfill_stands_between_default_and_not_null(statements: tuple[str, ...], ordered: tuple[str, ...]) -> None:
    assert order_statements(statements, {COLUMN: FILL}) == ordered


def test_an_unqualified_table_is_one_of_public() -> None:
    found = order_statements((NOT_NULL.replace("public.", ""), DEFAULT), {})

    assert found == (DEFAULT, NOT_NULL.replace("public.", ""))


def test_a_statement_with_several_commands_is_left_whole() -> None:
    both = "ALTER TABLE public.leagues ALTER COLUMN status SET NOT NULL, ALTER COLUMN status SET DEFAULT ''"

    assert order_statements((both, DEFAULT), {}) == (both, DEFAULT)


def test_a_quoted_column_keeps_its_steps_together() -> None:
    default = 'ALTER TABLE "My Shop"."Orders" ALTER COLUMN "Größe" SET DEFAULT 1'
    not_null = 'ALTER TABLE "My Shop"."Orders" ALTER COLUMN "Größe" SET NOT NULL'
    fill = 'UPDATE "My Shop"."Orders" SET "Größe" = 1'

    found = order_statements((not_null, default), {("My Shop", "Orders", "Größe"): fill})

    assert found == (default, fill, SETTLE, not_null)


ADD_VALUE = "ALTER TYPE public.mood ADD VALUE 'so-so' AFTER 'sad'"
ADD_QUOTED = "ALTER TYPE public.mood ADD VALUE 'it''s'"
USE = "ALTER TABLE public.t ALTER COLUMN m SET DEFAULT 'so-so'::public.mood"
RENAME_VALUE = "ALTER TYPE public.mood RENAME VALUE 'so-so' TO 'fine'"


@pytest.mark.parametrize(
    ("statements", "segments"),
    [
        pytest.param((ADD_VALUE, USE), ((ADD_VALUE,), (USE,)), id="value and its use"),
        pytest.param((INDEX, ADD_VALUE, USE), ((ADD_VALUE,), (INDEX, USE)), id="the value comes first"),
        pytest.param((ADD_VALUE, INDEX), ((ADD_VALUE, INDEX),), id="a value nobody uses"),
        pytest.param((ADD_VALUE,), ((ADD_VALUE,),), id="a value alone"),
        pytest.param(
            (ADD_VALUE, ADD_QUOTED, USE), ((ADD_VALUE, ADD_QUOTED), (USE,)), id="two values, one of them in use"
        ),
        pytest.param(
            (ADD_QUOTED, "CREATE VIEW public.w AS SELECT 'it''s'::public.mood AS m"),
            ((ADD_QUOTED,), ("CREATE VIEW public.w AS SELECT 'it''s'::public.mood AS m",)),
            id="a value with a quote",
        ),
        pytest.param((RENAME_VALUE, USE), ((RENAME_VALUE, USE),), id="renaming commits with its use"),
        pytest.param((INDEX, VIEW), ((INDEX, VIEW),), id="no value"),
        pytest.param((), (), id="nothing"),
    ],
)
def test_a_new_enum_value_commits_before_its_use(
    statements: tuple[str, ...], segments: tuple[tuple[str, ...], ...]
) -> None:
    assert split_segments(statements) == segments


def test_always_splits_where_no_use_is_seen() -> None:
    assert split_segments((ADD_VALUE, INDEX), always=True) == ((ADD_VALUE,), (INDEX,))
    assert split_segments((INDEX, VIEW), always=True) == ((INDEX, VIEW),)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (password '__OPTION_PASSWORD__')", "__OPTION_PASSWORD__"),
        ("CREATE SUBSCRIPTION s CONNECTION '__CONN_PASSWORD__' PUBLICATION p", "__CONN_PASSWORD__"),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=x password=__CONN_PASSWORD__' PUBLICATION p", "__CONN_PASSWORD__"),
    ],
)
def test_a_placeholder_is_refused_by_name(text: str, mark: str) -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_placeholders((INDEX, text))

    assert mark in caught.value.reason
    assert caught.value.details == (text,)
    assert caught.value.exit_code == 4


def test_a_placeholder_shows_only_the_first_line() -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_placeholders(("CREATE USER MAPPING FOR u SERVER s\nOPTIONS (password '__OPTION_PASSWORD__')",))

    assert caught.value.details == ("CREATE USER MAPPING FOR u SERVER s",)


def test_names_that_look_a_little_like_placeholders_pass() -> None:
    refuse_placeholders(("CREATE TABLE __option (x int)", "CREATE TABLE option__x__ (y int)"))


SCRIPT = """
SET check_function_bodies = off;
SET LOCAL lock_timeout = '1s';
SELECT pg_catalog.set_config('search_path', '', false);
RESET ALL;
CREATE TABLE public.t (a int);

GRANT SELECT ON public.t TO anon;
REVOKE ALL ON public.t FROM anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon;
DROP TABLE supasync.ledger;
DROP SCHEMA supasync;
CREATE SCHEMA supasync;
CREATE TABLE public.supasync (note text DEFAULT 'supasync.ledger');
GRANT anon TO app;
"""
KEPT = (
    "CREATE TABLE public.t (a int)",
    "CREATE TABLE public.supasync (note text DEFAULT 'supasync.ledger')",
    "GRANT anon TO app",
)


def test_settings_own_schema_and_grants_are_left_out() -> None:
    assert statements_of(SCRIPT, with_grants=False) == KEPT


def test_grants_stay_where_they_are_compared() -> None:
    grants = (
        "GRANT SELECT ON public.t TO anon",
        "REVOKE ALL ON public.t FROM anon",
        "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon",
    )

    assert statements_of(SCRIPT, with_grants=True) == (KEPT[0], *grants, *KEPT[1:])


@pytest.mark.parametrize(
    "text",
    [
        "GRANT USAGE ON SCHEMA supasync TO anon",
        "REVOKE ALL ON SCHEMA supasync FROM anon",
        "GRANT SELECT ON supasync.ledger TO anon",
        "REVOKE ALL ON ALL TABLES IN SCHEMA supasync FROM anon",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA supasync GRANT ALL ON TABLES TO anon",
        "COMMENT ON SCHEMA supasync IS 'x'",
        "COMMENT ON TABLE supasync.ledger IS 'x'",
        "CREATE INDEX i ON supasync.ledger (id)",
        "CREATE OR REPLACE FUNCTION supasync.refuse() RETURNS trigger LANGUAGE sql AS 'select 1'",
        "DROP TRIGGER ledger_append_only ON supasync.ledger",
        "ALTER TABLE supasync.ledger ENABLE ROW LEVEL SECURITY",
        "DROP VIEW supasync.schema_migrations",
        'DROP TABLE "supasync"."ledger"',
        "ALTER TABLE supasync.ledger DROP COLUMN id",
        "ALTER SCHEMA supasync OWNER TO postgres",
    ],
)
def test_nothing_of_the_own_schema_is_a_change(text: str) -> None:
    assert statements_of(text + ";", with_grants=True) == ()


def test_a_file_keeps_all_its_statements() -> None:
    assert runnable("SET lock_timeout = '1s';\n\nCREATE TABLE t (a text DEFAULT ';');\nGRANT SELECT ON t TO anon") == (
        "SET lock_timeout = '1s'",
        "CREATE TABLE t (a text DEFAULT ';')",
        "GRANT SELECT ON t TO anon",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE ROLE app", True),
        ("DROP ROLE app", True),
        ("ALTER ROLE app NOLOGIN", True),
        ("ALTER ROLE app SET search_path = public", True),
        ("GRANT anon TO app", True),
        ("GRANT SELECT ON public.t TO app", False),
        ("CREATE TABLE public.t (a int)", False),
    ],
)
def test_statements_about_roles_concern_the_whole_server(text: str, expected: bool) -> None:
    assert is_cluster_wide(text) is expected


def test_whether_a_role_is_a_superuser_is_no_change_of_the_schema() -> None:
    script = 'ALTER ROLE "boss" WITH NOSUPERUSER;\nALTER ROLE "boss" WITH NOSUPERUSER CREATEDB;\n'
    assert statements_of(script, with_grants=True) == ('ALTER ROLE "boss" WITH NOSUPERUSER CREATEDB',)


def test_the_comment_of_an_extension_is_its_own() -> None:
    script = "COMMENT ON EXTENSION \"vector\" IS 'stub';\nCOMMENT ON TABLE t IS 'x';"
    assert statements_of(script, with_grants=True) == ("COMMENT ON TABLE t IS 'x'",)


def test_triggers_are_off_while_a_backfill_runs() -> None:
    pause = Pause(("ALTER TABLE t DISABLE TRIGGER x",), ("ALTER TABLE t ENABLE TRIGGER x",))
    found = order_statements((NOT_NULL, DEFAULT), {COLUMN: FILL}, {COLUMN: pause})
    assert found == (DEFAULT, *pause.before, FILL, SETTLE, *pause.after, NOT_NULL)


BEFORE = ["public.t.id", "public.t.x", 'app."My T"."a.b"']


@pytest.mark.parametrize(
    ("statements", "after", "left"),
    [
        pytest.param(("ALTER TABLE public.t DROP COLUMN x",), ["public.t.id"], True, id="dropped"),
        pytest.param(("ALTER TABLE public.t DROP COLUMN x",), BEFORE, False, id="only inherited from now on"),
        pytest.param(
            ("ALTER TABLE public.t DROP COLUMN x", "ALTER TABLE public.t ADD COLUMN x int"),
            BEFORE,
            True,
            id="dropped and added",
        ),
        pytest.param(("ALTER TABLE public.t ADD COLUMN x int",), BEFORE, False, id="there already"),
        pytest.param(("ALTER TABLE public.t ADD COLUMN y int",), BEFORE, True, id="added"),
        pytest.param(('ALTER TABLE app."My T" DROP COLUMN "a.b"',), BEFORE, False, id="quoted"),
        pytest.param(("ALTER TABLE app.t DROP COLUMN x",), BEFORE, True, id="of another schema"),
        pytest.param(("ALTER TABLE public.t ALTER COLUMN x SET NOT NULL",), BEFORE, True, id="anything else"),
    ],
)
def test_slips_over_inherited_columns_are_left_out(statements: tuple[str, ...], after: list[str], left: bool) -> None:
    assert without_inherited(statements, BEFORE, after) == (statements if left else ())


@pytest.mark.parametrize(
    ("statements", "parts"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((INDEX, VIEW), ((INDEX, VIEW),), id="no value"),
        pytest.param((ADD_VALUE,), ((ADD_VALUE,),), id="a value alone"),
        pytest.param(
            (INDEX, ADD_VALUE),
            ((ADD_VALUE.replace("VALUE", "VALUE IF NOT EXISTS"),), (INDEX,)),
            id="the value first, harmless when run again",
        ),
        pytest.param(
            ("ALTER TYPE public.mood add  value if not exists 'x'", INDEX),
            (("ALTER TYPE public.mood add  value if not exists 'x'",), (INDEX,)),
            id="harmless already",
        ),
        pytest.param(
            ("ALTER TYPE public.\"ADD VALUE s\" ADD VALUE 'add value x'", INDEX),
            (("ALTER TYPE public.\"ADD VALUE s\" ADD VALUE IF NOT EXISTS 'add value x'",), (INDEX,)),
            id="a type named like the words",
        ),
        pytest.param(
            ("/* ADD VALUE */ ALTER TYPE public.mood ADD /* a */ VALUE 'x'", INDEX),
            (("/* ADD VALUE */ ALTER TYPE public.mood ADD /* a */ VALUE IF NOT EXISTS 'x'",), (INDEX,)),
            id="comments",
        ),
    ],
)
def test_transactions_of_a_way_back(statements: tuple[str, ...], parts: tuple[tuple[str, ...], ...]) -> None:
    assert transactions(statements) == parts
