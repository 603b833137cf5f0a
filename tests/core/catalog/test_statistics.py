"""The columns of a statistics object, in one order."""

from __future__ import annotations

import pytest

from supasync.core.catalog.statistics import in_order


@pytest.mark.parametrize(
    ("definition", "ordered"),
    [
        ("CREATE STATISTICS public.st ON c, b FROM public.t", "CREATE STATISTICS public.st ON b, c FROM public.t"),
        (
            "CREATE STATISTICS public.st (ndistinct) ON b, a, lower(n) FROM public.t",
            "CREATE STATISTICS public.st (ndistinct) ON a, b, (lower(n)) FROM public.t",
        ),
        ("CREATE STATISTICS s ON (a + b), c FROM t", "CREATE STATISTICS s ON (a + b), c FROM t"),
        ("no statement", "no statement"),
    ],
)
def test_order(definition: str, ordered: str) -> None:
    assert in_order(definition) == ordered
    assert in_order(ordered) == ordered
