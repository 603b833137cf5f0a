"""`rollback` as a command: how far back, what is refused, what is asked, what is finished or tidied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from supasync.commands.rollback import Request, run
from supasync.core.attic.model import Label
from supasync.core.catalog.fingerprint import Fingerprint, Grants, ObjectRow
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Actor, Entry, Event, FileRecord
from supasync.core.plan.migration_file import checksum_of
from supasync.core.report import RollbackOutcome
from supasync.errors import RefusedError, SupasyncError, UsageError
from supasync.workflow.observe import history_notes, observe, stamp_of
from supasync.workflow.rollback.execute import REVERTED
from tests.support.fakes import MIGRATIONS, NOW, ROLLBACKS, SCHEMA, World, state, world


def views(*names: str) -> Fingerprint:
    """A catalog with a table and views of these names."""
    return Fingerprint.of((*state("a").rows, *(ObjectRow("view", f"public.{name}", "") for name in names)))


STATES = {"": views(), "1": views("b"), "2": views("b", "c")}
TEXTS = {"1": "-- one\n", "2": "-- two\n"}
DOWN = {"1": "DROP VIEW public.b", "2": "DROP VIEW public.c"}
DATA = "DROP TABLE public.a"


def synced(world: World, version: str, before: str, **more: Any) -> None:
    """Let a sync of one migration lead from a version's state to the next."""
    file = FileRecord(
        version,
        f"part{version}",
        f"-- {version}\n",
        f"{DOWN[version]};\n",
        checksum_of(f"-- {version}\n"),
        "",
        Label.LOSSLESS,
    )
    file = replace(file, **more)
    entry = Entry(
        f"sync-{version}", Event.STARTED, f"part{version}", versions=(version,), files=(file,),
        schema_file=TEXTS[version], schema_checksum=checksum_of(TEXTS[version]), comparison=Grants.IGNORED,
        fingerprint_before=stamp_of(STATES[before], Grants.IGNORED),
        fingerprint_after=stamp_of(STATES[version], Grants.IGNORED), actor=Actor("Ada", "ada", "desk"),
    )  # fmt: skip
    world.target.append(entry)
    world.target.append(replace(entry, event=Event.SUCCEEDED, files=()))
    world.target.applied[version] = (file.up,)
    world.files.texts |= {MIGRATIONS / file.file_name: file.up, ROLLBACKS / file.file_name: file.down}


def twice_synced(*answers: bool | int, schema: str = TEXTS["2"], interactive: bool = False, **more: Any) -> World:
    """A world in which two syncs brought b and c; `more` is said of the second one's file."""
    made = world(schema=schema, answers=answers, interactive=interactive)
    made.target.state = STATES["2"]
    synced(made, "1", "")
    synced(made, "2", "1", **more)
    made.shadow.schemas = {TEXTS[version]: STATES[version] for version in TEXTS}
    made.shadow.effects = {DOWN["1"]: STATES[""], DOWN["2"]: STATES["1"], DATA: STATES["1"]}

    def gone() -> None:
        for statement in made.target.ran:
            made.target.state = made.shadow.effects.get(statement, made.target.state)

    made.target.on_roll_back = gone
    return made


def picture(made: World) -> tuple[object, ...]:
    """Everything that a refusal must leave alone."""
    target = made.target
    return (tuple(target.rows), dict(target.applied), target.state, tuple(target.ran), dict(made.files.texts))


REFUSALS: list[tuple[dict[str, Any], type[SupasyncError], str]] = [
    ({"version": "20200101000000"}, UsageError, "It has: 2, 1."),
    ({"version": "2"}, UsageError, "To undo this one: supasync rollback --last 1"),
    ({"last": 3}, UsageError, "Cannot undo 3 syncs: there are only 2"),
    ({"version": "1", "last": 1}, UsageError, "VERSION or --last, not both"),
    ({"last": 1, "fills": ("nonsense",)}, UsageError, "For example: --fill"),
    ({"last": 1, "fills": ("b.name='x'",)}, UsageError, "makes no rows need a value in this column"),
    ({}, RefusedError, "supasync rollback --last 1 --yes`, or give the version"),
    ({"version": "1"}, RefusedError, "Look at `supasync rollback --dry-run`"),
]


@pytest.mark.parametrize(("asked", "kind", "words"), REFUSALS, ids=[str(asked) for asked, _, _ in REFUSALS])
def test_what_is_not_possible_is_told(asked: dict[str, Any], kind: type[SupasyncError], words: str) -> None:
    made = twice_synced()
    before = picture(made)
    request = Request(yes="last" in asked or asked.get("version") in ("2", "20200101000000"), **asked)
    with pytest.raises(kind) as caught:
        run(made.context, request)
    assert words in f"{caught.value.message}\n{caught.value.hint}"
    assert caught.value.hint
    assert picture(made) == before


def test_where_nothing_was_synced_nothing_is_rolled_back() -> None:
    made = world("a")
    with pytest.raises(UsageError, match="There is nothing to roll back"):
        run(made.context, Request(yes=True))
    assert made.shadow.starts == 0


@pytest.mark.parametrize(
    ("asked", "answers", "undone"),
    [
        pytest.param({"last": 1, "yes": True}, (), "2", id="the last one"),
        pytest.param({"last": 2, "yes": True}, (), "21", id="the last two"),
        pytest.param({"version": "1", "yes": True}, (), "2", id="to a version"),
        pytest.param({"version": "base", "yes": True}, (), "21", id="to the base"),
        pytest.param({"yes": True}, (), "2", id="nothing said, nobody asked"),
        pytest.param({}, (0, True), "2", id="the newest selected"),
        pytest.param({}, (1, True), "21", id="the oldest selected"),
    ],
)
def test_how_far_back(asked: dict[str, Any], answers: tuple[bool | int, ...], undone: str) -> None:
    made = twice_synced(*answers)
    report, code = run(made.context, Request(message="why", **asked))
    assert (report.outcome, report.versions, code) == (RollbackOutcome.ROLLED_BACK, tuple(undone), 0)
    left = "1" if undone == "2" else ""
    assert made.target.state == STATES[left]
    assert list(made.target.applied) == list(left)
    assert {path.name for path in made.files.texts if path.parent == MIGRATIONS} == ({"1_part1.sql"} if left else set())
    assert made.files.texts[SCHEMA] == (TEXTS["1"] if left else TEXTS["2"]), "what nobody kept is not put back"
    assert (made.target.rows[-1].event, made.target.rows[-1].reason) == (Event.SUCCEEDED, "why")
    assert made.prompter.answers == []


def test_the_schema_file_of_the_base_is_found_in_git() -> None:
    made = twice_synced()
    made.shadow.schemas |= {"-- other\n": STATES["2"], "-- then\n": STATES[""]}
    context = replace(made.context, earlier_schemas=lambda: iter(("-- other\n", TEXTS["2"], "-- then\n")))
    run(context, Request(version="base", yes=True))
    assert made.files.texts[SCHEMA] == "-- then\n"


def test_a_dry_run_shows_all_of_it_and_changes_nothing() -> None:
    made = twice_synced()
    made.files.texts[ROLLBACKS / "2_part2.sql"] = "select 'edited';\n"
    before = picture(made)
    report, code = run(made.context, Request(dry_run=True))
    plan = report.plan
    assert plan is not None
    assert (report.outcome, plan.route, report.versions, code) == (RollbackOutcome.PLANNED, "files", ("2",), 0)
    assert plan.label == Label.LOSSLESS
    assert plan.statements == (DOWN["2"],)
    assert plan.moves == ("supabase/migrations/2_part2.sql", "supabase/rollbacks/2_part2.sql")
    assert plan.schema_diff.splitlines()[-2:] == ["--- two", "+-- one"]
    assert any("was edited since the sync; the text in the ledger is run" in note for note in plan.notes)
    assert made.screen.told == ["part2"]
    assert picture(made) == before


def test_without_the_words_nothing_is_done() -> None:
    made = twice_synced(False)
    before = picture(made)
    with pytest.raises(RefusedError, match="Declined; nothing was changed"):
        run(made.context, Request(last=1))
    assert made.prompter.asked == ["Roll Supabase (db.example.org/postgres) back? [roll back]"]
    assert picture(made) == before


@pytest.mark.parametrize("agreed", [True, False])
def test_an_edited_schema_file_is_asked_for(agreed: bool) -> None:
    made = twice_synced(True, agreed, schema="-- mine\n")
    run(made.context, Request(last=1))
    assert made.prompter.asked[1] == "schema.sql was edited since the sync. Restore its earlier text (a copy is kept)?"
    assert made.files.texts[SCHEMA] == (TEXTS["1"] if agreed else "-- mine\n")
    copies = [text for path, text in made.files.texts.items() if path.name == "2_schema.sql"]
    assert copies == (["-- mine\n"] if agreed else [])


def test_what_does_not_bring_all_data_back_takes_force() -> None:
    made = twice_synced(label=Label.SCHEMA_ONLY, label_reason="values of c.x are gone")
    before = picture(made)
    with pytest.raises(RefusedError, match="not all data would be restored") as caught:
        run(made.context, Request(last=1, yes=True))
    assert "schema only: values of c.x are gone" in caught.value.reason
    assert picture(made) == before
    planned, _ = run(made.context, Request(last=1, dry_run=True))
    assert planned.plan is not None
    assert (planned.plan.label, planned.plan.label_reason) == (Label.SCHEMA_ONLY, "values of c.x are gone")
    report, _ = run(made.context, Request(last=1, yes=True, force=True))
    assert report.outcome is RollbackOutcome.ROLLED_BACK


def test_what_drops_data_takes_force() -> None:
    made = twice_synced(down=f"{DATA};\n")
    before = picture(made)
    with pytest.raises(RefusedError, match=r"the rollback would drop data\. Use --force flag") as caught:
        run(made.context, Request(last=1, yes=True))
    assert caught.value.reason == "the file does not keep the rows of a"
    assert picture(made) == before
    report, _ = run(made.context, Request(last=1, yes=True, force=True))
    assert report.outcome is RollbackOutcome.ROLLED_BACK


def test_files_that_lead_elsewhere_are_not_run() -> None:
    made = twice_synced()
    made.shadow.effects[DOWN["2"]] = views("b", "stray")
    before = picture(made)
    with pytest.raises(RefusedError, match="do not restore the state before the sync") as caught:
        run(made.context, Request(last=1, yes=True, force=True))
    assert caught.value.details == ("view public.stray: only in the copy",)
    assert picture(made) == before


def test_what_was_made_by_hand_takes_force() -> None:
    made = twice_synced()
    made.target.state = views("b", "c", "by_hand")
    before = picture(made)
    with pytest.raises(RefusedError, match="changed by hand since the last sync") as caught:
        run(made.context, Request(last=1, yes=True))
    assert caught.value.details == ("view public.by_hand: only in Supabase",)
    assert picture(made) == before


def test_an_unknown_state_is_not_guessed() -> None:
    made = world("a", "b")
    made.target.applied["1"] = ("CREATE TABLE public.b ()",)
    made.shadow.schemas = {"": state(), "CREATE TABLE public.b ();\n": state("b")}
    with pytest.raises(RefusedError, match="the earlier state is unknown"):
        run(made.context, Request(last=1, yes=True))


def test_a_push_forward_would_take_unapplied_files_along() -> None:
    made = twice_synced()
    made.files.texts[MIGRATIONS / "9_later.sql"] = "select 1;\n"
    before = picture(made)
    with pytest.raises(RefusedError, match="unapplied migration files would be pushed too") as caught:
        run(made.context, Request(last=1, yes=True, forward=True))
    assert caught.value.details == ("9_later.sql",)
    assert picture(made) == before


def interrupted(made: World, event: Event = Event.STARTED) -> None:
    """Let a rollback of the second sync be interrupted: before its commit, or behind it."""
    started = replace(made.target.rows[2], sync_id="back", direction=Direction.DOWN, actor=Actor("Ben", "ben", "desk"),
                      schema_file=TEXTS["1"], schema_checksum=checksum_of(TEXTS["1"]),
                      fingerprint_after=stamp_of(STATES["1"], Grants.IGNORED))  # fmt: skip
    made.target.append(started)
    if event is not Event.STARTED:
        made.target.append(replace(started, event=event, files=()))
        made.target.state = STATES["1"]


def test_a_dry_run_does_not_look_past_an_interruption() -> None:
    made = twice_synced()
    interrupted(made)
    with pytest.raises(RefusedError, match="an earlier sync or rollback was interrupted") as caught:
        run(made.context, Request(last=1, dry_run=True))
    assert caught.value.details == ("part2 by Ben@desk",)
    assert "`supasync rollback` without --dry-run" in caught.value.hint


@pytest.mark.parametrize("schema", [TEXTS["2"], "-- mine\n"])
def test_what_was_interrupted_is_finished_and_nothing_else_begun(schema: str) -> None:
    made = twice_synced(schema=schema)
    interrupted(made, Event.ROLLED_BACK)
    report, code = run(made.context, Request())
    assert (report.outcome, report.versions, report.plan, code) == (RollbackOutcome.FINISHED, ("2",), None, 0)
    assert list(made.target.applied) == ["1"]
    assert made.files.texts[SCHEMA] == (TEXTS["1"] if schema == TEXTS["2"] else schema)
    words = "schema.sql was edited in the meantime and left as it is; `supasync diff` shows what differs"
    assert made.screen.warned == ([] if schema == TEXTS["2"] else [words])
    assert history_notes(observe(made.context, made.target)) == ()
    assert "the rollback of part2 was interrupted; finishing it" in made.screen.told


@pytest.mark.parametrize("schema", [TEXTS["2"], "-- mine\n"])
def test_files_that_a_colleague_has_rolled_back_are_tidied(schema: str) -> None:
    made = twice_synced(schema=schema)
    interrupted(made, Event.ROLLED_BACK)
    made.target.append(replace(made.target.rows[-1], event=Event.SUCCEEDED, at=NOW))
    del made.target.applied["2"]
    report, code = run(made.context, Request())
    assert (report.outcome, report.versions, code) == (RollbackOutcome.TIDIED, ("2",), 0)
    assert {path.name for path in made.files.texts if path.parent in (MIGRATIONS, ROLLBACKS)} == {"1_part1.sql"}
    assert ROLLBACKS / REVERTED / "2_part2.rollback.sql" in made.files.texts
    assert made.files.texts[SCHEMA] == (TEXTS["1"] if schema == TEXTS["2"] else schema)
    assert len(made.screen.warned) == (schema != TEXTS["2"])
    seen = observe(made.context, made.target)
    assert (seen.known_in_sync, history_notes(seen)) == (schema == TEXTS["2"], ())
