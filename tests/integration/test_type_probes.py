"""What the preflight says of changes of type, on a real server, beside what the change then does to the values."""

from __future__ import annotations

import pytest

from supasync.adapters.database_errors import StatementError
from supasync.core.catalog.facts import TargetFacts
from supasync.core.changes.change import changes_of
from supasync.core.checks.column_conversion import conversion_of
from supasync.core.checks.preflight import probes_of
from supasync.core.checks.probe import Probe
from supasync.core.sql import quote_literal
from tests.support.targets import MakeTarget, TargetDatabase

KEPT, CUT, REFUSED = "kept", "cut", "refused"
CASES = [
    ("text", "date", {"2020-01-01": KEPT, "infinity": KEPT, "2020-01-01 00:00": KEPT, "2020-01-01 13:45": CUT}),
    ("text", "timestamp", {"2020-01-01 10:00": KEPT, "2020-06-01 10:00+02": CUT, "2020-01-01 10:00:00.1234567": CUT}),
    ("text", "timestamptz", {"2020-01-01 10:00+02": KEPT, "2020-01-01 10:00:00.123456": KEPT,
                             "2020-01-01 10:00:00.1234567Z": CUT, "x": REFUSED}),
    ("text", "timestamptz(0)", {"2020-01-01 10:00:00Z": KEPT, "2020-01-01 10:00:00.345Z": CUT}),
    ("text", "tsvector", {"a b": CUT}),  # no question
    ("polygon", "box", {"((0,0),(1,5),(7,2))": CUT}),
    ("text", "time", {"10:00": KEPT, "10:11:12+02": CUT, "2020-01-01 10:00": CUT, "10:00:00.1234567": CUT,
                      "24:01": REFUSED}),
    ("text", "real", {"1.5": KEPT, "0": KEPT, "-0.1": KEPT, "1.23456789012": CUT, "1e-40": CUT, "NaN": KEPT}),
    ("text", "double precision", {"0.1": KEPT, "1.2345678901234567890123": CUT, "x": REFUSED}),
    ("text", "numeric(10,2)", {"1.25": KEPT, "1e2": KEPT, ".12345": CUT, "1.2345e0": CUT, "1.234": CUT, "x": REFUSED}),
    ("text", "numeric", {"1.23456789012345678901234567890": KEPT}),
    ("double precision", "real", {"0.5": KEPT, "0": KEPT, "NaN": KEPT, "0.1": CUT, "1.2345678e-40": CUT,
                                  "1e-50": REFUSED, "1e40": REFUSED}),
    ("text", '"char"', {"h": CUT, "hello": CUT}),  # no question: nothing is known
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "values"), CASES)
def test_no_value_is_cut_or_refused_without_a_word(
    make_target: MakeTarget, old: str, new: str, values: dict[str, str]
) -> None:
    target = make_target(f"create table t (v {old});")
    facts = TargetFacts({("public", "t", "v"): old}, server_major=17)
    changes = changes_of(f"ALTER TABLE t ALTER v TYPE {new} USING v::{new}")
    probes = probes_of(changes, facts)
    is_lossy = conversion_of(changes[0], changes, facts).lossy
    for value, fate in values.items():
        target.sql(f"truncate t; insert into t values ({quote_literal(value)});")
        found = [probe.kind for probe in probes if _found(target, probe)]
        cut = "narrowing" in found or (is_lossy and "narrowing" not in {probe.kind for probe in probes})
        told = REFUSED if "cast" in found else CUT if cut else KEPT
        assert told == fate, f"{value!r}: {found}"
        assert _converts(target, new) == (fate != REFUSED), value


def _found(target: TargetDatabase, probe: Probe) -> bool:
    try:
        return bool(target.rows(probe.sql)[0][0])
    except StatementError:
        assert probe.trial
        return True


def _converts(target: TargetDatabase, new: str) -> bool:
    try:
        target.rows(f"select count(v::{new}) from t")
    except StatementError:
        return False
    return True
