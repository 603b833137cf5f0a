"""The state a rehearsal must reach, and what may differ from it."""

from __future__ import annotations

import pytest

from supasync.core.catalog.expected_state import Gap, expected_state
from supasync.core.catalog.fingerprint import (
    Fingerprint,
    Grants,
    ObjectDifference,
    ObjectRow,
    compare,
)


def state(*rows: tuple[str, str, str]) -> Fingerprint:
    return Fingerprint.of(ObjectRow(*row) for row in rows)


TABLE = ("table", "public.t", "")
OWNER = ("owner", "table public.t", "postgres")
NEW = ("table", "public.new", "")
NEW_OWNER = ("owner", "table public.new", "postgres")
GONE_OWNER = ("owner", "table public.gone", "postgres")
DEFAULTS = ("default privilege", "postgres public tables to anon", "arwd")


def test_grants_that_are_compared_must_be_the_wanted_ones() -> None:
    seen = state(TABLE, OWNER, ("grant", "table public.t to anon", "SELECT"))
    wanted = state(TABLE, OWNER)

    assert expected_state(seen, wanted, seen, Grants.MANAGED) == wanted


def test_objects_that_stay_keep_the_privileges_they_have() -> None:
    grant = ("grant", "table public.t to anon", "SELECT")
    seen = state(TABLE, OWNER, grant, DEFAULTS)
    wanted = state(TABLE, OWNER, ("grant", "table public.t to anon", "ALL"), ("column", "public.t.a", "integer"))

    found = expected_state(seen, wanted, wanted, Grants.IGNORED)

    assert found == state(TABLE, OWNER, grant, DEFAULTS, ("column", "public.t.a", "integer"))


def test_a_replaced_view_that_lost_a_grant_is_noticed() -> None:
    grant = ("grant", "view public.v to report", "SELECT")
    owner = ("owner", "view public.v", "postgres")
    seen = state(("view", "public.v", "select 1"), owner, grant)
    wanted = state(("view", "public.v", "select 2"), owner)

    expected = expected_state(seen, wanted, wanted, Grants.IGNORED)

    assert compare(wanted, expected) == (ObjectDifference("grant", "view public.v to report", None, "SELECT"),)


def test_new_objects_have_what_default_privileges_gave_them() -> None:
    given = ("grant", "table public.new to anon", "ALL")
    seen = state(TABLE, OWNER, DEFAULTS)
    wanted = state(TABLE, OWNER, NEW, NEW_OWNER)
    reached = state(TABLE, OWNER, NEW, NEW_OWNER, given, DEFAULTS)

    found = expected_state(seen, wanted, reached, Grants.IGNORED)

    assert found == reached


def test_privileges_of_dropped_objects_are_not_expected() -> None:
    seen = state(TABLE, OWNER, ("table", "public.gone", ""), GONE_OWNER, ("grant", "table public.gone to anon", "ALL"))
    wanted = state(TABLE, OWNER)

    assert expected_state(seen, wanted, wanted, Grants.IGNORED) == wanted


def test_a_grant_that_the_change_adds_to_an_old_object_is_not_expected() -> None:
    seen = state(TABLE, OWNER)
    reached = state(TABLE, OWNER, ("grant", "table public.t to anon", "ALL"))

    expected = expected_state(seen, state(TABLE, OWNER), reached, Grants.IGNORED)

    assert compare(reached, expected) == (ObjectDifference("grant", "table public.t to anon", "ALL", None),)


STORAGE = "column storage"
COLUMN = "public.t.a"


@pytest.mark.parametrize(
    ("target", "clone", "reached", "expected", "left"),
    [
        pytest.param("external", "plain", "plain", "external", (), id="could not be copied and is left alone"),
        pytest.param(
            "external", "plain", "plain", "main",
            (ObjectDifference(STORAGE, COLUMN, "plain", "main"),), id="could not be copied, and the change means it",
        ),
        pytest.param(
            "plain", "plain", "external", "plain",
            (ObjectDifference(STORAGE, COLUMN, "external", "plain"),), id="copied, and the change broke it",
        ),
        pytest.param("plain", "plain", "main", "main", (), id="copied and reached"),
    ],
)  # fmt: skip
def test_only_what_the_shadow_could_not_copy_is_passed_over(
    target: str, clone: str, reached: str, expected: str, left: tuple[ObjectDifference, ...]
) -> None:
    gap = Gap.between(state((STORAGE, COLUMN, clone)), state((STORAGE, COLUMN, target)))
    wished = state((STORAGE, COLUMN, expected))

    assert compare(gap.filled(state((STORAGE, COLUMN, reached)), wished), wished) == left


def test_owners_and_grants_count_in_what_is_left() -> None:
    reached = state(TABLE, ("owner", "table public.t", "other"))

    assert compare(reached, state(TABLE, OWNER)) == (ObjectDifference("owner", "table public.t", "other", "postgres"),)


TRIGGER = ("event trigger", "et", "on ddl_command_end")
INDEX, UNIQUE = ("index", "public.i", "create index"), ("index", "public.i", "create unique index")


@pytest.mark.parametrize(
    ("reached", "expected", "on_target"),
    [
        pytest.param((TABLE,), (TABLE, TRIGGER, INDEX), (TABLE, TRIGGER, INDEX), id="left alone"),
        pytest.param((TABLE, NEW), (TABLE, NEW, TRIGGER, INDEX), (TABLE, NEW, TRIGGER, INDEX), id="beside a change"),
        pytest.param((), (), (), id="gone with its table"),
        pytest.param((TABLE, UNIQUE), (TABLE, TRIGGER, UNIQUE), (TABLE, TRIGGER, UNIQUE), id="made anew"),
        pytest.param((TABLE, UNIQUE), (TABLE, TRIGGER, INDEX), (TABLE, TRIGGER, UNIQUE), id="wrongly changed"),
    ],
)
def test_what_the_copy_lacks_is_on_the_target_after_the_change(
    reached: tuple[tuple[str, str, str], ...],
    expected: tuple[tuple[str, str, str], ...],
    on_target: tuple[tuple[str, str, str], ...],
) -> None:
    gap = Gap.between(state(TABLE), state(TABLE, TRIGGER, INDEX))
    assert gap.filled(state(*reached), state(*expected)) == state(*on_target)


def test_of_an_object_that_lacks_as_a_whole_its_parts_are_not_told() -> None:
    lost = (
        ("owner", "foreign table stripe.customers", "postgres"), ("foreign table", "stripe.customers", "server stripe"),
        ("column", "stripe.customers.id", "text"), ("comment", "foreign table stripe.customers", "x"),
        ("owner", "server stripe", "postgres"), ("server", "stripe", "wrapper w"), INDEX,
    )  # fmt: skip
    gap = Gap.between(state(TABLE), state(TABLE, *lost))
    told = [(item.kind, item.identity) for item in gap.to_be_told()]
    assert told == [("foreign table", "stripe.customers"), ("index", "public.i"), ("server", "stripe")]


def test_rows_of_one_key_stay_apart() -> None:
    both = (("cast", "a as b", "one"), ("cast", "a as b", "two"))
    gap = Gap.between(state(TABLE), state(TABLE, *both))
    assert gap.filled(state(TABLE, NEW)).digest() == state(TABLE, NEW, *both).digest()


def test_the_engine_s_word_on_what_a_copy_lacks_is_known_by_its_names() -> None:
    lost = (("owner", "server stripe", "postgres"), ("server", "stripe", "wrapper w"), INDEX)
    gap = Gap.between(state(TABLE), state(TABLE, *lost))
    assert gap.names(state(TABLE, *lost)) == {"server stripe", "public.i"}
    assert gap.names(state(TABLE, *lost[:2])) == {"server stripe"}
