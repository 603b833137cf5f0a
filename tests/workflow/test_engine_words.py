"""Refusals of the diff engine and of the shadow, in words that say what to do."""

from __future__ import annotations

import pytest

from supasync.adapters.database_errors import StatementError
from supasync.adapters.supabase import CliError
from supasync.errors import RefusedError
from supasync.workflow.diff_engine import engine_diff, refusing
from tests.support.fakes import SOMEWHERE, world


def test_a_circle_is_told_by_its_objects() -> None:
    told = "Database diff failed: dependency cycle among 2 actions, a rule/emission bug:\n  DROP VIEW a\n  DROP TABLE b"

    made = world()
    made.cli.fails.at("diff", CliError("supabase db diff failed", reason=told))
    with pytest.raises(RefusedError) as caught:
        engine_diff(made.context, SOMEWHERE, SOMEWHERE)
    assert "emission" not in caught.value.reason
    assert caught.value.details == ("view a", "table b")


def test_a_type_without_a_cast_calls_for_another_column() -> None:
    cause = StatementError("cannot cast type bigint to uuid", sqlstate="42846")
    with pytest.raises(RefusedError) as caught, refusing("the change fails"):
        raise cause
    assert "add a column" in caught.value.hint
