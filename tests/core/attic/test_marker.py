"""The mark of statements that keep and put back: what has it, and what only looks like it."""

from __future__ import annotations

import pytest

from supasync.core.attic.marker import is_attic, marked, touches_own_schema
from supasync.core.plan.migration_file import join_statements
from supasync.core.sql import runnable

KEEP = "CREATE TABLE supasync.attic_1 AS\nSELECT id, note FROM public.t"
BLOCK = "DO $supasync$ BEGIN\n  LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE;\nEND $supasync$"


@pytest.mark.parametrize("text", [KEEP, BLOCK, "UPDATE public.t SET a = '; /* x */'", "SELECT 1"])
def test_a_marked_statement_is_known_again_in_a_file(text: str) -> None:
    (own,) = marked([text])
    script = join_statements(["DROP TABLE public.t", own, "SELECT 2"])
    assert [is_attic(found) for found in runnable(script)] == [False, True, False]
    assert own.startswith(f"{text} /* supasync attic "), "the statement itself is unchanged"


@pytest.mark.parametrize(
    "text",
    [
        KEEP,
        KEEP + " /* supasync attic */",
        KEEP + " /* supasync attic 0123456789ab */",
        marked([KEEP])[0].replace("note", "name"),
        marked([BLOCK])[0].replace("END $s", "DELETE FROM public.t; END $s"),
        marked([KEEP])[0] + " WHERE false",
        "DROP TABLE public.t" + marked([KEEP])[0].removeprefix(KEEP),
        "DROP TABLE public.users /* copied to supasync.attic_1 */",
        "ALTER TABLE public.users DROP COLUMN __supasync_row",
    ],
)
def test_what_a_person_wrote_or_edited_is_theirs(text: str) -> None:
    assert not is_attic(text)


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
