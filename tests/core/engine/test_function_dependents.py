"""Computed columns and defaults of domains step aside while a function gets another signature."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.engine.function_dependents import with_function_dependents

DROP = 'DROP FUNCTION "public"."f"(integer)'
MAKE = "CREATE OR REPLACE FUNCTION public.f (x bigint) RETURNS integer LANGUAGE sql AS 'select 1'"
OFF = "ALTER TABLE public.t DROP COLUMN g"
OTHER = "CREATE TABLE public.z ()"


def seen(*rows: tuple[str, str, str]) -> Fingerprint:
    return Fingerprint.of(ObjectRow(*row) for row in rows)


def computed(expression: str) -> tuple[str, str, str]:
    return "column", "public.t.g", f"integer generated always as ({expression}) stored"


def domain(text: str) -> tuple[str, str, str]:
    return "domain", "public.d", text


def test_a_computed_column_comes_back_after_the_function() -> None:
    before, after = seen(computed("public.f(a)")), seen(computed("public.f((a)::bigint)"))
    on = "ALTER TABLE public.t ADD COLUMN g integer GENERATED ALWAYS AS (public.f((a)::bigint)) stored"
    assert with_function_dependents((OTHER, DROP, MAKE, OTHER), before, after) == (OTHER, OFF, DROP, MAKE, on, OTHER)


@pytest.mark.parametrize("expression", ["public.ff(a)", "other.f(a)", "(a || 'public.f'::text)", "abs(a)"])
def test_one_that_calls_others_stays(expression: str) -> None:
    state = seen(computed(expression))
    assert with_function_dependents((DROP, MAKE), state, state) == (DROP, MAKE)


def test_nothing_steps_aside_for_a_function_that_is_only_made_anew_or_for_what_goes_itself() -> None:
    state = seen(computed("public.f(a)"))
    assert with_function_dependents((MAKE,), state, state) == (MAKE,)
    assert with_function_dependents((OFF, DROP), state, state) == (OFF, DROP)
    assert with_function_dependents((DROP, MAKE), state, seen()) == (DROP, MAKE)


def test_the_default_of_a_domain_is_bound_again() -> None:
    before = seen(domain("integer not null default public.f(1) constraint c CHECK ((VALUE > 0))"))
    after = seen(domain("integer not null default public.f((1)::bigint) constraint c CHECK ((VALUE > 0))"))
    assert with_function_dependents((DROP, MAKE), before, after) == (
        "ALTER DOMAIN public.d DROP DEFAULT",
        DROP,
        MAKE,
        "ALTER DOMAIN public.d SET DEFAULT public.f((1)::bigint)",
    )


@pytest.mark.parametrize(
    "text",
    ["integer default 1", "integer constraint c CHECK (public.f(VALUE) > 0)", "text default 'x default y'::text"],
)
def test_a_domain_without_such_a_default_is_left_alone(text: str) -> None:
    state = seen(domain(text))
    assert with_function_dependents((DROP, MAKE), state, state) == (DROP, MAKE)
