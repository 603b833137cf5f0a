from __future__ import annotations

from supasync.core.catalog.facts import TargetFacts, with_schema
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow


def test_the_fingerprint_adds_constraints_and_partitions() -> None:
    rows = (
        ObjectRow("table", "public.m", "partitioned by RANGE (at)"),
        ObjectRow("table", "public.plain", ""),
        ObjectRow("partition", "public.m_rest", "of public.m DEFAULT"),
        ObjectRow("partition", "public.m_1", "of public.m FOR VALUES FROM (1) TO (2)"),
        ObjectRow("constraint", 'app."My ""T""".t_key', "UNIQUE (a)"),
    )
    found = with_schema(TargetFacts(), Fingerprint.of(rows), 17)
    assert found.partition_keys == {"public.m": "RANGE (at)"}
    assert found.default_partitions == {"public.m": "public.m_rest"}
    assert found.constraint_definitions == {("app", 'My "T"', "t_key"): "UNIQUE (a)"}
    assert found.server_major == 17
