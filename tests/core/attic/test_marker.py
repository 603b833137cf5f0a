"""The mark of statements that keep and put back: what has it, and what only looks like it."""

from __future__ import annotations

import pytest

from supasync.core.attic.blocks import SEAL_SQL, if_there, lock_sql
from supasync.core.attic.marker import is_attic, marked, touches_own_schema
from supasync.core.attic.output_settings import FIX_OUTPUT_SQL, RESTORE_OUTPUT_SQL
from supasync.core.plan.migration_file import join_statements
from supasync.core.sql import runnable

ATTIC = "supasync.attic_20261124_1"
KEEP = f"CREATE TABLE {ATTIC} AS\nSELECT id, note FROM public.t"
BACK = f"UPDATE public.t AS here SET x = kept.x\nFROM {ATTIC} AS kept WHERE here.id = kept.id"
BLOCK = lock_sql(["public.t", '"My Shop"."a.b"'])


@pytest.mark.parametrize(
    "text",
    [
        KEEP,
        BLOCK,
        BACK,
        f"COMMENT ON TABLE {ATTIC} IS 'x; /* y */'",
        f"INSERT INTO public.t (id) OVERRIDING SYSTEM VALUE\nSELECT kept.id FROM {ATTIC} AS kept",
        f"UPDATE {ATTIC} AS kept SET x = 1",
        f"ALTER TABLE {ATTIC} REPLICA IDENTITY FULL",
        f"SELECT pg_catalog.setval('s'::regclass, last_value) FROM {ATTIC} AS kept",
        if_there(ATTIC, BACK),
        if_there(ATTIC, f"SELECT pg_catalog.setval('s'::regclass, last_value) FROM {ATTIC} AS kept"),
        "INSERT INTO supasync.attic (name) SELECT 'x'",
        "CREATE SCHEMA IF NOT EXISTS supasync",
        "ALTER TABLE public.t ADD COLUMN __supasync_row uuid DEFAULT pg_catalog.gen_random_uuid()",
        'ALTER TABLE "My Shop"."a.b" DROP COLUMN __supasync_row__',
        SEAL_SQL,
        FIX_OUTPUT_SQL,
        RESTORE_OUTPUT_SQL,
    ],
)
def test_a_marked_statement_is_known_again_in_a_file(text: str) -> None:
    (own,) = marked([text])
    script = join_statements(["DROP TABLE public.t", own, "SELECT 2"])
    assert [is_attic(found) for found in runnable(script)] == [False, True, False]
    assert own.startswith(f"{text} /* supasync attic "), "the statement itself is unchanged"
    assert not is_attic(text)


@pytest.mark.parametrize(
    "text",
    [
        KEEP + " /* supasync attic */",
        KEEP + " /* supasync attic 0123456789ab */",
        marked([KEEP])[0].replace("note", "name"),
        marked([BLOCK])[0].replace("END $s", "DELETE FROM public.t; END $s"),
        marked([KEEP])[0] + " WHERE false",
        "DROP TABLE public.t" + marked([KEEP])[0].removeprefix(KEEP),
    ],
)
def test_what_a_person_edited_is_theirs(text: str) -> None:
    assert not is_attic(text)


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE public.users",
        f"DROP TABLE {ATTIC}",
        "DELETE FROM supasync.attic",
        f"DROP TABLE public.users /* copied to {ATTIC} */",
        f"DROP TABLE public.users, {ATTIC}",
        f"DELETE FROM public.users USING {ATTIC} AS kept WHERE kept.id = users.id",
        f"COMMENT ON TABLE public.users IS 'was in {ATTIC}'",
        f"ALTER TABLE public.users ALTER COLUMN note SET DEFAULT '{ATTIC}'",
        f"INSERT INTO public.notes VALUES ('{ATTIC}')",
        f'UPDATE public.notes SET "{ATTIC}" = 1',
        f"DO $$ BEGIN DELETE FROM public.users; /* {ATTIC} */ END $$",
        "DO $supasync$ BEGIN\n  DELETE FROM public.users;\nEND $supasync$",
        "DO $supasync$ BEGIN\n  LOCK TABLE public.t; DELETE FROM public.t;\nEND $supasync$",
        if_there(ATTIC, "DELETE FROM public.users"),
        if_there(ATTIC, f"{BACK};\nDELETE FROM public.users"),
        if_there(ATTIC, f"{BACK}; this is no SQL"),
        "SELECT wipe()",
        f"{FIX_OUTPUT_SQL}, public.users",
        f"{FIX_OUTPUT_SQL}, LATERAL (SELECT wipe()) AS w",
        "ALTER TABLE public.users DROP COLUMN __supasync_row, DROP COLUMN email",
        "ALTER TABLE public.users DROP COLUMN __supasync_row_of_mine",
        "ALTER TABLE public.users DROP COLUMN email, ALTER COLUMN __supasync_row SET NOT NULL",
    ],
)
def test_a_mark_alone_hides_nothing(text: str) -> None:
    """Anybody can compute one: what loses data is seen as such, however it is marked."""
    assert not is_attic(marked([text])[0])


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("CREATE SCHEMA IF NOT EXISTS supasync", True),
        ("COMMENT ON TABLE supasync.attic_1 IS 'x'", True),
        ("DROP TABLE public.users, supasync.attic_1", False),
        ("COMMENT ON TABLE public.users IS 'was in supasync.attic_1'", False),
        ("INSERT INTO public.notes VALUES ('supasync')", False),
        ("DROP TABLE public.users", False),
    ],
)
def test_what_is_about_supasyncs_own_schema(text: str, own: bool) -> None:
    assert touches_own_schema(text) is own
