"""Carrying a rollback out, and finishing one that was interrupted at any of its steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.attic.model import Label
from supasync.core.catalog.fingerprint import Fingerprint, Grants, ObjectRow
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Entry, Event, FileRecord
from supasync.core.plan.migration_file import checksum_of
from supasync.core.plan.plan import Difference
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.errors import Interrupted, RefusedError, SupasyncError
from supasync.workflow.observe import observe, stamp_of
from supasync.workflow.rollback.execute import REVERTED, finish, may_put_back, roll_back
from tests.support.fakes import MIGRATIONS, ROLLBACKS, SCHEMA, World, state, world

BEFORE, AFTER = state("a"), state("a", "b")
THEN, NOW_TEXT = "-- then\n", "-- now\n"
FILE = FileRecord("1", "add_b", "CREATE TABLE public.b (id int);\n", "DROP TABLE public.b;\n", "", "")
ASIDE = {f"{ROLLBACKS}/{REVERTED}/1_add_b.sql", f"{ROLLBACKS}/{REVERTED}/1_add_b.rollback.sql"}


def synced() -> World:
    """A world in which one sync brought table b."""
    made = world("a", "b", schema=NOW_TEXT)
    entry = Entry(
        "s", Event.STARTED, "add_b", versions=("1",), files=(FILE,), schema_file=NOW_TEXT,
        schema_checksum=checksum_of(NOW_TEXT), comparison=Grants.IGNORED,
    )  # fmt: skip
    made.target.append(entry)
    made.target.append(replace(entry, event=Event.SUCCEEDED, files=()))
    made.target.applied["1"] = (FILE.up,)
    made.files.texts[MIGRATIONS / FILE.file_name] = FILE.up
    made.files.texts[ROLLBACKS / FILE.file_name] = FILE.down

    def gone() -> None:
        made.target.state = BEFORE

    made.target.on_roll_back = gone
    return made


def planned(made: World, *scripts: str) -> RollbackPlan:
    nothing = Difference((), (), (), (), (), (), (), Grants.IGNORED, (), ())
    return RollbackPlan(
        steps=(RollbackStep(("1",), "add_b", made.target.rows[-1], (FILE,)),),
        route="files",
        scripts=scripts or ("DROP TABLE public.b",),
        difference=nothing,
        fingerprint_before=stamp_of(AFTER, Grants.IGNORED),
        fingerprint_after=stamp_of(BEFORE, Grants.IGNORED),
        comparison=Grants.IGNORED,
        label=Label.LOSSLESS,
        schema_name="schema.sql",
        schema_text=THEN,
    )


def carried_out(made: World, *scripts: str) -> None:
    seen = observe(made.context, made.target)
    roll_back(made.context, made.target, planned(made, *scripts), seen, "why", put_back=True)


def is_done(made: World) -> None:
    """Everything is as a rollback leaves it."""
    assert [row.event for row in made.target.rows[-3:]] == [Event.STARTED, Event.ROLLED_BACK, Event.SUCCEEDED]
    assert made.target.rows[-1].direction is Direction.DOWN
    assert made.target.applied == {}
    paths = {str(path) for path in made.files.texts}
    assert paths >= ASIDE
    assert not any(path.parent in (MIGRATIONS, ROLLBACKS) for path in made.files.texts)
    assert made.files.texts[SCHEMA] == THEN
    assert made.files.texts[ROLLBACKS / REVERTED / "1_schema.sql"] == NOW_TEXT
    assert not made.target.locked


def test_sql_ledger_history_files_schema_file() -> None:
    made = synced()
    carried_out(made)
    is_done(made)
    assert made.target.ran[-1] == "DROP TABLE public.b"
    assert made.target.ran[0] == "SET LOCAL lock_timeout = '10s'"
    assert made.target.rows[-1].reason == "why"


def test_new_enum_values_are_committed_ahead() -> None:
    made = synced()
    value = "ALTER TYPE public.mood ADD VALUE 'x'"
    made.target.fails.at("roll_back", SupasyncError("no"))
    with pytest.raises(SupasyncError) as caught:
        carried_out(made, value, "DROP TABLE public.b")
    assert made.target.ran == ["ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'x'"]
    assert "enum values may have been added, which is harmless" in caught.value.reason


def test_sql_that_fails_changes_nothing() -> None:
    made = synced()
    texts = dict(made.files.texts)
    made.target.fails.at("roll_back", SupasyncError("lock timeout"))
    with pytest.raises(SupasyncError, match="lock timeout") as caught:
        carried_out(made)
    assert "Nothing was changed" in caught.value.reason
    assert (made.target.rows[-1].event, made.files.texts) == (Event.FAILED, texts)
    assert made.target.applied == {"1": (FILE.up,)}


def test_an_answer_that_was_lost_behind_the_commit() -> None:
    made = synced()
    made.target.fails.at("after roll_back", SupasyncError("cut"))
    carried_out(made)
    is_done(made)
    assert "but the rollback was committed" in made.screen.warned[0]


def test_without_the_target_the_outcome_is_not_known() -> None:
    made = synced()
    made.target.fails.at("roll_back", SupasyncError("cut"))
    made.target.fails.at("reconnect", SupasyncError("gone", reason="no route"))
    with pytest.raises(SupasyncError) as caught:
        carried_out(made)
    assert "The outcome is not known yet. no route" in caught.value.reason
    assert "`supasync rollback`" in caught.value.hint
    assert made.target.rows[-1].event is Event.STARTED


# Which call of which step fails.
STEPS = [("mark_reverted", 1), ("move", 1), ("move", 2), ("replace", 1), ("replace", 2), ("append", 1)]


@pytest.mark.parametrize(("step", "number"), STEPS)
@pytest.mark.parametrize("error", [SupasyncError("no"), KeyboardInterrupt()], ids=["error", "ctrl-c"])
def test_interrupted_behind_the_commit_it_is_finished_by_the_next(step: str, number: int, error: BaseException) -> None:
    made = synced()
    if step == "append":  # the last row; those before it are written
        seen = observe(made.context, made.target)

        def gone() -> None:
            made.target.state = BEFORE
            made.target.fails.at("append", error)

        made.target.on_roll_back = gone
        with pytest.raises((SupasyncError, Interrupted)) as caught:
            roll_back(made.context, made.target, planned(made), seen, "why", put_back=True)
    else:
        (made.cli if step == "mark_reverted" else made.files).fails.at(step, *[None] * (number - 1), error)
        with pytest.raises((SupasyncError, Interrupted)) as caught:
            carried_out(made)
    if not isinstance(error, KeyboardInterrupt):
        assert "The database is rolled back" in caught.value.reason
        assert "`supasync rollback` finishes it." in caught.value.hint
    found = finish(made.context, made.target, yes=True)
    assert found is not None
    is_done(made)
    assert finish(made.context, made.target, yes=True) is None


def test_interrupted_before_the_commit_nothing_is_to_finish() -> None:
    made = synced()
    made.target.append(replace(made.target.rows[0], sync_id="r", direction=Direction.DOWN))
    assert finish(made.context, made.target, yes=True) is None
    assert made.target.rows[-1].event is Event.FAILED
    assert "interrupted before anything was changed" in made.target.rows[-1].error


def test_one_that_was_at_work_until_now_is_not_finished_twice() -> None:
    made = synced()
    started = replace(made.target.rows[0], sync_id="r", direction=Direction.DOWN)
    made.target.append(started)
    looks = iter([tuple(made.target.rows)])
    real = made.target.entries

    def entries() -> tuple[Entry, ...]:
        if (first := next(looks, None)) is not None:
            made.target.append(replace(started, event=Event.SUCCEEDED))
            return first
        return real()

    made.target.entries = entries  # type: ignore[method-assign]
    with pytest.raises(RefusedError, match="has only just ended"):
        finish(made.context, made.target, yes=True)


def test_a_stale_plan_is_refused() -> None:
    made = synced()
    seen = observe(made.context, made.target)
    plan = planned(made)
    made.target.state = state("a", "b", "c")
    with pytest.raises(RefusedError, match="after the plan was made"):
        roll_back(made.context, made.target, plan, seen, "", put_back=True)
    assert made.target.ran == []


def test_a_plan_that_compares_grants_is_not_stale_because_the_schema_file_of_today_has_none() -> None:
    made = synced()
    granted = ObjectRow("grant", "table public.a to anon", "SELECT")
    here, then = (Fingerprint.of((*catalog.rows, granted)) for catalog in (AFTER, BEFORE))
    made.target.state = here

    def gone() -> None:
        made.target.state = then

    made.target.on_roll_back = gone
    seen = observe(made.context, made.target)
    plan = replace(
        planned(made),
        comparison=Grants.MANAGED,
        fingerprint_before=stamp_of(here, Grants.MANAGED),
        fingerprint_after=stamp_of(then, Grants.MANAGED),
    )
    roll_back(made.context, made.target, plan, seen, "why", put_back=True)
    is_done(made)


def test_a_catalog_that_came_out_otherwise_is_told() -> None:
    made = synced()
    made.target.on_roll_back = lambda: None
    with pytest.raises(SupasyncError, match="differs from the rehearsed state"):
        carried_out(made)
    assert made.target.rows[-1].error == "the catalog differs from the earlier state"


def test_what_is_kept_is_never_overwritten() -> None:
    made = synced()
    folder = ROLLBACKS / REVERTED
    made.files.texts |= {folder / "1_add_b.sql": "-- an earlier one\n", folder / "1_schema.sql": "-- another\n"}
    carried_out(made)
    assert made.files.texts[folder / "1_add_b.sql"] == "-- an earlier one\n"
    assert made.files.texts[folder / "1_add_b_2.sql"] == FILE.up
    assert made.files.texts[folder / "1_schema_2.sql"] == NOW_TEXT


@pytest.mark.parametrize(
    ("text", "answers", "yes", "put_back"),
    [
        pytest.param(THEN, (), False, True, id="is so already"),
        pytest.param(NOW_TEXT, (), False, True, id="as the sync left it"),
        pytest.param("-- mine\n", (), True, True, id="edited, --yes"),
        pytest.param("-- mine\n", (True,), False, True, id="edited, agreed"),
        pytest.param("-- mine\n", (False,), False, False, id="edited, declined"),
        pytest.param("-- mine\n", (), False, False, id="edited, nobody to ask"),
    ],
)
def test_the_schema_file_is_put_back_unasked_only_where_nobody_edited_it(
    text: str, answers: tuple[bool, ...], yes: bool, put_back: bool
) -> None:
    made = world(schema=text, answers=answers)
    started = Entry(
        "r", Event.STARTED, "x", direction=Direction.DOWN, versions=("1",), schema_checksum=checksum_of(THEN)
    )
    before = Entry("s", Event.SUCCEEDED, "x", versions=("1",), schema_checksum=checksum_of(NOW_TEXT))
    assert may_put_back(made.context, (before, started), started, yes) is put_back
    assert len(made.screen.warned) == (not answers and not yes and text == "-- mine\n")
