"""Acting on a plan: the order of the steps, and what every failure leaves behind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from supasync.core.catalog.fingerprint import Grants
from supasync.core.plan.ledger import Event
from supasync.core.plan.plan import Difference, Plan, Segment
from supasync.errors import Interrupted, RefusedError, SupasyncError, VerificationError
from supasync.workflow.apply import Applied, apply
from supasync.workflow.compare import Comparer
from supasync.workflow.follow_up import follow_up
from supasync.workflow.observe import observe, stamp_of
from tests.support.fakes import MIGRATIONS, ROLLBACKS, SCHEMA, World, state, world

UP = "CREATE TABLE public.b (id int)"
BEFORE, AFTER = state("a"), state("a", "b")


def plan(*versions: str) -> Plan:
    """A plan that leads from BEFORE to AFTER in as many files."""
    parts = tuple(Segment(v, f"part{v}", (UP,), (), f"-- {v}\n{UP};\n", f"-- back {v}\nSELECT 1;\n") for v in versions)
    nothing = Difference((UP,), (), (), (), (), (), (), Grants.IGNORED, (), ())
    return Plan(
        "add_b", "why", nothing, parts, (), stamp_of(BEFORE, Grants.IGNORED), stamp_of(AFTER, Grants.IGNORED), ()
    )


def ready() -> World:
    """A world in which the push works."""
    made = world("a")
    made.cli.after = AFTER
    return made


def applied(made: World, planned: Plan, **more: str) -> Applied:
    made.shadow.schemas["-- now\n"] = AFTER
    seen = observe(made.context, made.target)
    with Comparer(made.context, made.target, seen) as comparer:
        return apply(made.context, made.target, planned, seen, comparer, **more)


def events(made: World) -> list[Event]:
    return [row.event for row in made.target.rows]


def test_files_push_proof_and_ledger() -> None:
    made = ready()
    done = applied(made, plan("1", "2"))
    assert done.files == (
        "supabase/migrations/1_part1.sql",
        "supabase/migrations/2_part2.sql",
        "supabase/rollbacks/1_part1.sql",
        "supabase/rollbacks/2_part2.sql",
    )
    folders = [path.parent for path in made.files.texts if path != SCHEMA]
    assert folders == [ROLLBACKS, ROLLBACKS, MIGRATIONS, MIGRATIONS], "no migration is ever without its twin"
    started, ended = made.target.rows
    assert (started.event, ended.event) == (Event.STARTED, Event.SUCCEEDED)
    assert started.sync_id == ended.sync_id
    assert (started.schema_file, started.reason, started.versions) == ("-- now\n", "why", ("1", "2"))
    assert [file.down for file in started.files] == ["-- back 1\nSELECT 1;\n", "-- back 2\nSELECT 1;\n"]
    assert ended.fingerprint_after == stamp_of(AFTER, Grants.IGNORED)
    assert not made.target.locked


def test_a_push_that_fails_leaves_nothing() -> None:
    made = ready()
    made.cli.fails.at("push", SupasyncError("supabase db push failed", reason="no space"))
    with pytest.raises(SupasyncError, match="push failed") as caught:
        applied(made, plan("1"))
    assert "Nothing was applied" in caught.value.reason
    assert events(made) == [Event.STARTED, Event.FAILED]
    assert set(made.files.texts) == {SCHEMA}


@pytest.mark.parametrize("error", [SupasyncError("cut"), KeyboardInterrupt()], ids=["error", "ctrl-c"])
def test_a_push_that_stops_half_way_keeps_what_stands(error: BaseException) -> None:
    made = ready()
    made.cli.applies = 1
    made.cli.fails.at("after push", error)
    with pytest.raises(SupasyncError) as caught:
        applied(made, plan("1", "2"))
    assert "Applied and recorded: 1. Not applied: 2." in caught.value.reason
    assert {path.parent for path in made.files.texts if path.name == "1_part1.sql"} == {MIGRATIONS, ROLLBACKS}
    assert not any(path.name == "2_part2.sql" for path in made.files.texts)


def test_a_push_that_says_nothing_of_what_it_left_out_is_a_failure() -> None:
    made = ready()
    made.cli.applies = 0
    with pytest.raises(SupasyncError, match="did not apply everything") as caught:
        applied(made, plan("1"))
    assert "Not in the history: 1" in caught.value.reason


def test_a_lost_answer_does_not_lose_the_sync() -> None:
    made = ready()
    made.cli.fails.at("after push", SupasyncError("cut by peer"))
    applied(made, plan("1"))
    assert events(made) == [Event.STARTED, Event.SUCCEEDED]
    assert "everything was applied: cut by peer" in made.screen.warned[0]


@pytest.mark.parametrize("moment", ["push", "after push"])
def test_ctrl_c_tells_what_stands(moment: str) -> None:
    made = ready()
    made.cli.fails.at(moment, KeyboardInterrupt())
    with pytest.raises(Interrupted) as caught:
        applied(made, plan("1"))
    assert ("Everything was applied." if moment == "after push" else "Nothing was applied") in caught.value.reason
    assert events(made)[-1] is (Event.SUCCEEDED if moment == "after push" else Event.FAILED)


def test_a_target_that_came_out_otherwise_is_told_by_its_objects() -> None:
    made = ready()
    made.cli.after = state("a", "b", "stray")
    made.cli.answer = "DROP TABLE public.stray;"
    with pytest.raises(VerificationError, match="differs from the rehearsed state") as caught:
        applied(made, plan("1"))
    assert caught.value.details == (
        "table public.stray: only in Supabase",
        "supabase db diff still reports: DROP TABLE public.stray",
    )
    assert "`supasync rollback`" in caught.value.hint
    row = made.target.rows[-1]
    assert (row.event, row.fingerprint_after) == (Event.SUCCEEDED, stamp_of(state("a", "b", "stray"), Grants.IGNORED))
    assert "stray" in row.error, "so that nothing is in sync until it is"


def test_the_ledgers_last_row_is_written_once_more() -> None:
    made = ready()
    made.target.fails.at("append", None, SupasyncError("cut"))
    applied(made, plan("1"))
    assert events(made) == [Event.STARTED, Event.SUCCEEDED]


def test_a_ledger_that_stays_closed_is_told() -> None:
    made = ready()
    made.target.fails.at("append", None, SupasyncError("cut", reason="read-only"), SupasyncError("still"))
    with pytest.raises(SupasyncError, match="applied and verified, but the ledger could not be written") as caught:
        applied(made, plan("1"))
    assert (caught.value.reason, events(made)) == ("read-only", [Event.STARTED])


def test_a_stale_plan_is_refused_before_anything_is_written() -> None:
    made = ready()
    seen = observe(made.context, made.target)
    for change in ("target", "history", "file"):
        made = ready()
        if change == "target":
            made.target.state = state("a", "x")
        elif change == "history":
            made.target.applied["0"] = ()
        else:
            made.files.texts[SCHEMA] = "-- edited\n"
        with pytest.raises(RefusedError, match="after the plan was made"):
            apply(made.context, made.target, plan("1"), seen, Comparer(made.context, made.target, seen))
        assert made.shadow.starts == 0
        assert made.target.rows == []
        assert not any(path.parent == MIGRATIONS for path in made.files.texts)


@pytest.mark.parametrize("written", [0, 1, 2])
def test_files_that_cannot_be_written_are_taken_back_wholly(written: int) -> None:
    made = ready()
    made.files.fails.at("write_new", *[None] * written, SupasyncError("Cannot write", reason="No space left on device"))
    with pytest.raises(SupasyncError, match="Cannot write") as caught:
        applied(made, plan("1", "2"))
    assert "Nothing was applied" in caught.value.reason
    assert set(made.files.texts) == {SCHEMA}
    assert events(made) == [Event.STARTED, Event.FAILED]


def test_somebody_elses_file_is_in_the_way_of_none() -> None:
    made = ready()
    made.files.texts[MIGRATIONS / "1_part1.sql"] = "-- somebody's\n"
    made.target.applied["1"] = ()
    with pytest.raises(AssertionError):
        applied(made, plan("1"))
    assert made.files.texts[MIGRATIONS / "1_part1.sql"] == "-- somebody's\n"


def test_what_follows_a_sync_only_warns() -> None:
    made = ready()

    class Broken:
        def generate(self) -> None:
            raise SupasyncError("sqlc generate failed", reason="query.sql:1")

    def run(command: str) -> None:
        raise SupasyncError(f"after_sync: {command} failed")

    context: Any = SimpleNamespace(
        sqlc=Broken,
        run_after_sync=run,
        screen=made.screen,
        project=SimpleNamespace(after_sync=("go build",)),
        trust=made.context.trust,
    )
    assert follow_up(context) == ("sqlc generate failed: query.sql:1", "after_sync: go build failed: ")


def test_without_a_ledger_nothing_is_begun() -> None:
    made = ready()
    made.target.fails.at("append", SupasyncError("The connection to the database was lost"))
    with pytest.raises(SupasyncError, match="was lost"):
        applied(made, plan("1"))
    assert (made.target.rows, made.target.applied, set(made.files.texts)) == ([], {}, {SCHEMA})
