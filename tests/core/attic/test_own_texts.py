"""A statement counts as the attic's only if it is written here again; that all that is written so is recognised, the
transitions of tests/transitions show.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.inventory import keeps_in
from supasync.core.attic.marker import is_attic, marked
from supasync.core.attic.own_texts import OwnTexts, restoring
from supasync.core.attic.preserve import Transition, preserve
from tests.core.attic.test_preserve import COLUMNS, PRIMARY, WITHOUT, state

CODEC = KeepCodec()
DROP_X, ADD_X = "ALTER TABLE public.t DROP COLUMN x", "ALTER TABLE public.t ADD COLUMN x text"
VERSION = "20260101000000"


@pytest.mark.parametrize("constraints", [[PRIMARY], []], ids=["with a key", "without a key"])
def test_what_is_written_is_recognised_and_nothing_like_it(constraints: list[str]) -> None:
    step = Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=constraints), state(WITHOUT))
    found = preserve(step, VERSION, CODEC)
    statements = [text for text in (*found.up, *found.down) if is_attic(text)]
    own = OwnTexts(keeps_in(found.up, CODEC), CODEC)
    assert len(statements) > 5
    assert [text for text in statements if not own.has(text)] == []
    assert not any(map(OwnTexts((), CODEC).has, (text for text in statements if "FROM public.t" in text)))


@pytest.mark.parametrize(
    "forged",
    [
        "with d as (delete from public.t returning 1) select set_config('a.b', 'c', true)",
        "UPDATE public.t AS here SET x = 'mine'\nFROM supasync.attic_20260101000000_1 AS kept\nWHERE here.id = kept.id",
        "UPDATE public.t AS here SET x = kept.x\nFROM supasync.attic_20260101000000_1 AS kept\nWHERE true",
        "INSERT INTO public.admins\nSELECT 1 FROM supasync.attic_20260101000000_1 AS kept",
        "SELECT public.wipe() FROM supasync.attic_20260101000000_1",
        "insert into supasync.attic_20260101000000_1 with d as (delete from t returning 1) select * from d",
        "CREATE TABLE supasync.attic_20260101000000_1 AS\nSELECT public.wipe() FROM public.t",
        "create function supasync.f() returns int language sql as 'select 1'",
        "ALTER TABLE public.t ADD COLUMN __supasync_row int default public.wipe()",
        "UPDATE public.t AS here SET x = kept.x::int\nFROM supasync.attic_20260101000000_1 AS kept\nWHERE true",
    ],
)
def test_a_mark_makes_nothing_the_attic_s(forged: str) -> None:
    step = Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=[PRIMARY]), state(WITHOUT))
    own = OwnTexts(keeps_in(preserve(step, VERSION, CODEC).up, CODEC), CODEC)
    assert [own.has(text) for text in marked((forged,))] == [False]


def test_two_keeps_of_one_attic_table_are_nobody_s() -> None:
    """What the one keeps would be put where the other is from."""
    step = Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=[PRIMARY]), state(WITHOUT))
    found = preserve(step, VERSION, CODEC)
    (keep,) = keeps_in(found.up, CODEC)
    twice = OwnTexts((keep, replace(keep, name="secret")), CODEC)
    assert not any(twice.has(text) for text in (*found.up, *found.down) if "FROM public.t" in text)


def test_what_comes_back_is_shown() -> None:
    step = Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=[PRIMARY]), state(WITHOUT))
    found = preserve(step, VERSION, CODEC)
    assert [text for text in found.up if is_attic(text) and restoring(text)] == []
    (back,) = [shown for text in found.down if is_attic(text) and (shown := restoring(text))]
    assert back.startswith("UPDATE public.t AS here SET x = kept.x")
