from __future__ import annotations

import pytest

from supasync.core.catalog.facts import TargetFacts
from supasync.core.changes.change import changes_of
from supasync.core.checks.preflight import probes_of


def facts(key: str) -> TargetFacts:
    return TargetFacts(partition_keys={"public.m": key}, default_partitions={"public.m": "public.m_rest"})


def queries(key: str, statement: str) -> list[str]:
    return [probe.sql for probe in probes_of(changes_of(statement), facts(key))]


@pytest.mark.parametrize(
    ("key", "bound", "condition"),
    [
        (
            "RANGE (at)",
            "FROM ('2025-01-01') TO ('2026-01-01')",
            (
                "(at) IS NOT NULL AND ((at) > '2025-01-01' OR ((at) = '2025-01-01' AND true))"
                " AND ((at) < '2026-01-01' OR ((at) = '2026-01-01' AND false))"
            ),
        ),
        (
            "RANGE (a, lower(b))",
            "FROM (MINVALUE, MINVALUE) TO (5, 'x')",
            (
                "(a) IS NOT NULL AND (lower(b)) IS NOT NULL AND true"
                " AND ((a) < 5 OR ((a) = 5 AND ((lower(b)) < 'x' OR ((lower(b)) = 'x' AND false))))"
            ),
        ),
        ("LIST (kind)", "IN ('a', NULL)", "(kind) = 'a' OR (kind) IS NULL"),
    ],
)
def test_rows_of_the_default_partition_that_belong_into_a_new_one(key: str, bound: str, condition: str) -> None:
    (query,) = queries(key, f"CREATE TABLE public.m_new PARTITION OF public.m FOR VALUES {bound}")
    assert query.endswith(f"FROM public.m_rest WHERE {condition}")


def test_a_table_that_is_attached_must_keep_its_bounds() -> None:
    rest, own = queries("LIST (kind)", "ALTER TABLE public.m ATTACH PARTITION public.p FOR VALUES IN ('a')")
    assert rest.endswith("FROM public.m_rest WHERE (kind) = 'a'")
    assert own.endswith("FROM public.p WHERE ((kind) = 'a') IS NOT TRUE")


@pytest.mark.parametrize(
    ("key", "statement"),
    [
        ("HASH (id)", "CREATE TABLE public.m_1 PARTITION OF public.m FOR VALUES WITH (MODULUS 4, REMAINDER 1)"),
        ("RANGE (at)", "CREATE TABLE public.m_2 PARTITION OF public.m DEFAULT"),
        ("RANGE (at)", "CREATE TABLE public.plain (id int)"),
    ],
)
def test_nothing_to_ask(key: str, statement: str) -> None:
    assert queries(key, statement) == []
