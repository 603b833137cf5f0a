"""How values print is fixed where rows are recognised, or values kept, by their text."""

from __future__ import annotations

import pytest

from supasync.core.attic.marker import marked
from supasync.core.attic.model import LENT, Keep, KeepKind, KeptColumn, Key
from supasync.core.attic.model import ColumnOutcome as Outcome
from supasync.core.attic.output_settings import FIX_OUTPUT_SQL, RESTORE_OUTPUT_SQL, fix_output

ID, DAY = KeptColumn("id", "integer"), KeptColumn("day", "date")
PAIR = KeptColumn("pair", "public.pair")


def values(column: KeptColumn, key: Key) -> Keep:
    return Keep("attic_1_1", KeepKind.VALUES, "public", "t", (column,), key)


@pytest.mark.parametrize(
    ("keep", "fixed"),
    [
        pytest.param(values(DAY, Key((ID,))), False, id="by a key"),
        pytest.param(values(DAY, Key(rest=("a",))), True, id="by all columns"),
        pytest.param(values(DAY, Key()), True, id="by nothing"),
        pytest.param(values(DAY, Key((KeptColumn(LENT, "uuid"),), lent=LENT)), True, id="by a lent key"),
        pytest.param(values(DAY, Key((PAIR,))), True, id="by a key of a type of one's own"),
        pytest.param(values(PAIR, Key((ID,))), True, id="kept as text"),
        pytest.param(
            values(KeptColumn("x", "date", Outcome.CHANGED, "public.d"), Key((ID,))), True, id="became a text"
        ),
        pytest.param(Keep("attic_1_1", KeepKind.ROWS, "public", "t", (ID, DAY)), False, id="rows"),
        pytest.param(Keep("attic_1_1", KeepKind.ROWS, "public", "t", (ID, PAIR)), True, id="rows with texts"),
        pytest.param(Keep("attic_1_1", KeepKind.POSITION, "public", "s"), False, id="a position"),
    ],
)
def test_where_texts_count(keep: Keep, fixed: bool) -> None:
    around = (*marked([FIX_OUTPUT_SQL]), "a", "b", *marked([RESTORE_OUTPUT_SQL]))
    assert fix_output(keep, ("a", "b")) == (around if fixed else ("a", "b"))
    assert fix_output(keep, ()) == ()
