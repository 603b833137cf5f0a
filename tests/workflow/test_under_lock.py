"""What sync and rollback do alike: they wait for the lock, and refuse a plan that the world has overtaken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, Grants, ObjectRow
from supasync.core.plan.ledger import Entry, Event
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.observe import Observation, observe
from supasync.workflow.under_lock import add_reason, as_error, locked, refuse_stale
from tests.support.fakes import SCHEMA, World, state, world


def looked(made: World, seen: Observation, comparison: Grants = Grants.IGNORED) -> Observation:
    """Look again, as one does under the lock."""
    stamp = replace(seen, comparison=comparison).stamp
    return refuse_stale(
        made.context, made.target, seen, stamp=stamp, comparison=comparison, file_checksum=seen.schema.checksum
    )


def test_whoever_holds_the_lock_is_named_while_one_waits() -> None:
    made = world()
    made.target.holder = "supasync sync by Ben@desk"
    with locked(made.context, made.target):
        assert made.target.locked
    assert made.screen.told == ["waiting for supasync sync by Ben@desk"]
    assert made.target.waited == made.context.project.lock_timeout == 10
    assert not made.target.locked


def test_a_lock_that_is_not_let_go_is_a_refusal_and_one_of_ours_is_let_go() -> None:
    made = world()
    made.target.fails.at("lock", RefusedError("Another supasync is changing this target"))
    with pytest.raises(RefusedError, match="Another supasync"), locked(made.context, made.target):
        raise AssertionError("it was not held")
    with pytest.raises(KeyError), locked(made.context, made.target):
        raise KeyError
    assert not made.target.locked


def test_what_is_as_it_was_passes() -> None:
    made = world("a")
    assert looked(made, observe(made.context, made.target)).fingerprint == state("a")


@pytest.mark.parametrize("change", ["catalog", "history", "an interrupted sync", "schema file"])
def test_what_changed_meanwhile_makes_a_plan_stale(change: str) -> None:
    made = world("a")
    seen = observe(made.context, made.target)
    if change == "catalog":
        made.target.state = state("a", "b")
    elif change == "history":
        made.target.applied["1"] = ()
    elif change == "schema file":
        made.files.texts[SCHEMA] += "-- more\n"
    else:
        made.target.append(Entry("s", Event.STARTED, "work"))
    words = "schema.sql was edited" if change == "schema file" else "Supabase was changed"
    with pytest.raises(RefusedError, match=f"{words} after the plan was made") as caught:
        looked(made, seen)
    assert "Run the command again" in caught.value.hint


def test_a_grant_makes_a_plan_stale_only_where_grants_are_managed() -> None:
    made = world("a")
    seen = observe(made.context, made.target)
    made.target.state = Fingerprint.of((*made.target.state.rows, ObjectRow("grant", "public.a to anon", "SELECT")))
    looked(made, seen)
    with pytest.raises(RefusedError):
        looked(made, seen, Grants.MANAGED)


def test_an_error_tells_one_thing_more() -> None:
    error = SupasyncError("no", reason="because", hint="try")
    add_reason(error, "and so")
    assert (error.reason, error.hint) == ("because\nand so", "try")
    add_reason(error, "", "try this")
    assert (error.reason, error.hint) == ("because\nand so", "try this")
    assert isinstance(as_error(KeyboardInterrupt()), Interrupted)
    assert as_error(error) is error
