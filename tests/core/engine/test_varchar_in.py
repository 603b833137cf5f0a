"""Both spellings of `varchar IN (...)` count as one, and statements do not turn one into the other."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.engine.split_script import statements_of
from supasync.core.engine.varchar_in import canonical, stored, without_varchar_respelling

FIRST = "((s)::text = ANY ((ARRAY['a'::character varying, 'b''c, d'::character varying])::text[]))"
AGAIN = "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b''c, d'::character varying)::text]))"
PLAIN = "((s)::text = ANY (ARRAY['a'::character varying, 'b''c, d'::character varying]))"
PRETTY = "s::text <> ALL (ARRAY['a'::character varying]::text[])"


@pytest.mark.parametrize("text", [FIRST, AGAIN, PLAIN])
def test_all_spellings_are_one(text: str) -> None:
    assert canonical(f"CHECK ({text} AND {text})") == f"CHECK ({PLAIN} AND {PLAIN})"


@pytest.mark.parametrize(
    "text",
    [
        "(ARRAY['a'::character varying])::text[]",  # a value of its own: without the cast it had another type
        "(s = ANY ((ARRAY['a'::character varying, o])::text[]))",
        "(c = ANY ((ARRAY['10.0.0.0/8'::cidr])::inet[]))",
        "((s)::text ~~ ANY ((ARRAY['a'::character varying])::text[]))",
    ],
)
def test_other_casts_stay(text: str) -> None:
    assert canonical(text) == stored(text) == text


def test_statements_are_read_as_what_they_were_printed_from() -> None:
    add = "ALTER TABLE public.t ADD CONSTRAINT c CHECK ({})"
    assert statements_of(f"{add.format(FIRST)};\n\n{add.format(AGAIN)};", with_grants=True) == (
        add.format(PLAIN),
        add.format(AGAIN),  # PostgreSQL prints that as it reads it
    )
    assert stored(PRETTY) == "s::text <> ALL (ARRAY['a'::character varying])"


@pytest.mark.parametrize("head", ["CREATE OR REPLACE FUNCTION f() RETURNS int", "create procedure p()", "DO"])
def test_bodies_stay_as_somebody_wrote_them(head: str) -> None:
    text = f"{head} AS $$ SELECT {FIRST} $$"
    assert stored(text) == text


def seen(*rows: tuple[str, str, str]) -> Fingerprint:
    return Fingerprint.of(ObjectRow(*row) for row in rows)


CHECK = ("constraint", "public.t.c", f"CHECK ({PLAIN})")
VIEW = ("view", "public.v", f" SELECT s\n   FROM public.t\n  WHERE {PLAIN};")
OVER = ("materialized view", "public.w", " SELECT s\n   FROM public.v;")
INDEX = ("index", "public.i", "CREATE INDEX i ON public.w USING btree (s)")
STATE = seen(CHECK, VIEW, OVER, INDEX, ("view", "public.z", " SELECT n;"))
CHECK_ANEW = (
    'ALTER TABLE "public"."t" DROP CONSTRAINT "c"',
    f'ALTER TABLE "public"."t" ADD CONSTRAINT "c" CHECK ({AGAIN})',
)
VIEWS_ANEW = (
    'DROP MATERIALIZED VIEW "public"."w"',
    'DROP VIEW "public"."v"',
    f'CREATE VIEW "public"."v" AS  SELECT s\n   FROM public.t\n  WHERE {AGAIN}',
    'CREATE MATERIALIZED VIEW "public"."w" AS  SELECT s\n   FROM public.v',
    "CREATE INDEX i ON public.w USING btree (s)",
    'COMMENT ON MATERIALIZED VIEW "public"."w" IS \'x\'',
)
ADD = "ALTER TABLE public.t ADD COLUMN n integer"


@pytest.mark.parametrize("anew", [CHECK_ANEW, VIEWS_ANEW, (*CHECK_ANEW, *VIEWS_ANEW)])
def test_what_is_made_anew_for_its_spelling_alone_stays(anew: tuple[str, ...]) -> None:
    assert without_varchar_respelling(anew, STATE, STATE) == ()
    assert without_varchar_respelling((*anew, ADD), STATE, STATE) == (ADD,)
    gone = "ALTER TABLE public.t DROP COLUMN other"
    assert without_varchar_respelling((gone, *anew), STATE, STATE) == (gone,)


@pytest.mark.parametrize(
    "reason",
    ["ALTER TABLE public.t ALTER COLUMN s TYPE varchar(9)", "DROP FUNCTION public.s(integer)", "DROP TABLE public.t"],
)
def test_what_something_else_may_ask_for_is_made_anew(reason: str) -> None:
    statements = (reason, *VIEWS_ANEW)
    assert without_varchar_respelling(statements, STATE, STATE) == statements


def test_what_differs_in_truth_or_has_no_such_condition_is_made_anew() -> None:
    other = seen(("constraint", "public.t.c", "CHECK ((s)::text = 'a'::text)"), VIEW, OVER)
    assert without_varchar_respelling(CHECK_ANEW, other, STATE) == CHECK_ANEW
    plain = ('DROP VIEW "public"."z"', "CREATE VIEW public.z AS SELECT n -- 'a'::character varying")
    assert without_varchar_respelling(plain, STATE, STATE) == plain
    assert without_varchar_respelling((CHECK_ANEW[0],), STATE, STATE) == (CHECK_ANEW[0],)
