"""`status`, `diff` and `verify` as commands: they look, tell what they see, and change nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.commands import diff, status, verify
from supasync.core.catalog.fingerprint import Fingerprint, Grants
from supasync.core.changes.direction import Direction
from supasync.core.plan.ledger import Actor, Entry, Event, FileRecord
from supasync.core.plan.migration_file import checksum_of
from supasync.core.report import HistoryNote
from supasync.errors import SupasyncError
from supasync.workflow.observe import history_notes, observe, stamp_of
from tests.support.fakes import MIGRATIONS, World, state, world

BEN = Actor("Ben", "ben", "desk")
FILE = FileRecord("1", "work", "-- up\n", "-- down\n", checksum_of("-- up\n"), "")


def synced(catalog: Fingerprint, *, schema: str = "-- now\n") -> World:
    """A world that a sync of Ben's left in a state; its file is here."""
    made = world("a", schema=schema)
    entry = Entry(
        "s", Event.STARTED, "work", versions=("1",), files=(FILE,), schema_file="-- now\n", actor=BEN,
        schema_checksum=checksum_of("-- now\n"), fingerprint_after=stamp_of(catalog, Grants.IGNORED),
        comparison=Grants.IGNORED,
    )  # fmt: skip
    made.target.append(entry)
    made.target.append(replace(entry, event=Event.SUCCEEDED, files=()))
    made.target.applied["1"] = (FILE.up,)
    made.files.texts[MIGRATIONS / FILE.file_name] = FILE.up
    made.shadow.schemas = {"-- now\n": catalog}
    return made


def notes(made: World) -> tuple[HistoryNote, ...]:
    return history_notes(observe(made.context, made.target))


def test_a_known_state_needs_neither_cli_nor_shadow() -> None:
    made = synced(state("a"))
    made.cli.fails.at("diff", AssertionError("nobody asks the CLI"))
    report, code = status.run(made.context, status.Request(exit_code=True))
    assert (report.in_sync, report.history, report.drift, code) == (True, (), (), 0)
    assert report.last is not None
    assert report.last.actor is BEN
    found, code = diff.run(made.context, diff.Request(exit_code=True))
    assert (found.statements, code, made.shadow.starts) == ((), 0, 0)


def test_what_was_changed_by_hand_is_named() -> None:
    made = synced(state("a"))
    made.target.state = state("a", "by_hand")
    made.cli.answer = "DROP TABLE public.by_hand;"
    report, code = status.run(made.context, status.Request(exit_code=True))
    assert (report.in_sync, code) == (False, 3)
    assert report.drift == ("table public.by_hand: only in Supabase",)
    assert [line.text for line in report.lines] == ["TABLE by_hand"]
    assert status.run(made.context, status.Request())[1] == 0
    # Equal is in sync, whoever made it so.
    equal = world("a")
    equal.shadow.schemas = {"-- now\n": state("a")}
    report, code = status.run(equal.context, status.Request(exit_code=True))
    assert (report.in_sync, code, equal.shadow.starts) == (True, 0, 1)
    # A schema file that changed is no drift.
    other = synced(state("a"), schema="-- next\n")
    other.shadow.schemas["-- next\n"] = state("a", "b")
    other.cli.answer = "CREATE TABLE public.b (id int);"
    report, _ = status.run(other.context, status.Request())
    assert (report.in_sync, report.drift) == (False, ())


def test_the_difference_goes_both_ways() -> None:
    made = world("a")
    made.shadow.schemas = {"-- now\n": state("a", "b")}
    made.cli.answer = "CREATE TABLE public.b (id int);"
    found, code = diff.run(made.context, diff.Request(exit_code=True))
    assert (found.statements, found.as_json()["direction"], code) == (("CREATE TABLE public.b (id int)",), "up", 3)
    made.cli.answer = "DROP TABLE public.b;"
    back, code = diff.run(made.context, diff.Request(reverse=True))
    assert (back.statements, back.as_json()["direction"], code) == (("DROP TABLE public.b",), "down", 0)
    assert back.difference.up == found.statements, "what was found once is not asked for again"


def test_an_interruption_is_told_by_all_that_look() -> None:
    for direction, words, remedy in (
        (Direction.DOWN, "rollback of work by Ben@desk was interrupted", "finds out how far it got and finishes it"),
        (Direction.UP, "sync work by Ben@desk was interrupted", "finds out what was applied and continues from there"),
    ):
        made = synced(state("a"))
        made.target.append(replace(made.target.rows[0], sync_id="t", direction=direction))
        (note,) = status.run(made.context, status.Request())[0].history
        assert (note.message, remedy in note.remedy) == (words, True)
        diff.run(made.context, diff.Request())
        assert made.screen.warned == [f"{note.message}. {note.remedy}"]
        checks, code = verify.run(made.context)
        assert (words in {check.detail for check in checks.checks}, code) == (True, 3)


def test_what_files_history_and_ledger_do_not_agree_on() -> None:
    made = synced(state("a"))
    assert notes(made) == ()
    path = MIGRATIONS / FILE.file_name
    made.files.texts[MIGRATIONS / "20270101000000_later.sql"] = "select 1;\n"
    assert [note.message for note in notes(made)] == [
        "1 migration file not applied to Supabase: 20270101000000_later.sql"
    ]
    del made.files.texts[MIGRATIONS / "20270101000000_later.sql"]
    made.files.texts[path] = "-- edited\n"
    (note,) = notes(made)
    assert note.message == "Edited after it was applied: 1"
    del made.files.texts[path]
    (note,) = notes(made)
    assert note.message == "Supabase has applied 1 migration that this checkout lacks: 1"
    assert "`git pull`" in note.remedy


def test_files_that_a_colleague_rolled_back_are_told() -> None:
    made = synced(state("a"))
    back = replace(made.target.rows[0], sync_id="t", direction=Direction.DOWN, actor=Actor("Grace", "g", "sofa"))
    for event in (Event.STARTED, Event.ROLLED_BACK, Event.SUCCEEDED):
        made.target.append(replace(back, event=event))
    del made.target.applied["1"]
    (note,) = notes(made)
    assert note.message == "1_work.sql was rolled back by Grace@sofa, but is still in supabase/migrations"
    assert "`supasync rollback` moves the file" in note.remedy


class Sqlc:
    """An sqlc that finds generated code stale, or queries wrong."""

    def __init__(self, stale: str, error: str = "") -> None:
        self._stale, self._error = stale, error

    def generate(self) -> None:
        """Nobody asks for it here."""
        raise AssertionError

    def stale(self) -> str:
        """The diff, or the error."""
        if self._error:
            raise SupasyncError("sqlc diff failed", reason=self._error)
        return self._stale

    def version(self) -> str:
        """A version."""
        return "1.31.1"


def test_verify_is_content() -> None:
    made = synced(state("a"))
    report, code = verify.run(made.context)
    assert [check.ok for check in report.checks] == [True, True, True, True, None]
    assert (report.ok, code) == (True, 0)
    report, code = verify.run(replace(made.context, sqlc=lambda: Sqlc("")))
    assert [check.ok for check in report.checks] == [True] * 5


def test_verify_finds_one_damage_of_each_kind() -> None:
    made = synced(state("a"))
    made.target.state = state("a", "by_hand")
    made.cli.answer = "DROP TABLE\n  public.by_hand;"
    made.files.texts[MIGRATIONS / FILE.file_name] += "-- looked harmless\n"
    made.target.invalid = (("invalid index", "ready"), ("constraint never validated", "a positive"))
    stale = "--- a/db/queries.sql.go\n+++ b/db/queries.sql.go\n+x\n"
    report, code = verify.run(replace(made.context, sqlc=lambda: Sqlc(stale)))
    assert (report.ok, code) == (False, 3)
    assert [(check.name, check.detail) for check in report.checks] == [
        ("catalog equals schema.sql", "table public.by_hand: only in Supabase"),
        ("supabase db diff is empty", "DROP TABLE public.by_hand"),
        ("migration files agree with history and ledger", "Edited after it was applied: 1"),
        ("no invalid index, no unvalidated constraint", "invalid index ready"),
        ("no invalid index, no unvalidated constraint", "constraint never validated a positive"),
        ("generated Go code is current", "db/queries.sql.go"),
    ]
    remedies = [check.remedy for check in report.checks]
    assert remedies[3].startswith("Run REINDEX INDEX CONCURRENTLY")
    assert "VALIDATE CONSTRAINT" in remedies[4]
    assert remedies[5] == "Run `sqlc generate`."


def test_queries_that_fit_no_schema_are_told() -> None:
    made = synced(state("a"))
    report, _ = verify.run(replace(made.context, sqlc=lambda: Sqlc("", 'relation "nowhere" does not exist')))
    assert report.checks[-1].detail == 'sqlc diff failed: relation "nowhere" does not exist'


@pytest.mark.parametrize(
    ("schema", "setting", "comparison"),
    [
        ("-- now\n", "auto", Grants.IGNORED),
        ("grant select on a to anon;\n", "auto", Grants.MANAGED),
        ("-- now\n", "managed", Grants.MANAGED),
        ("grant select on a to anon;\n", "ignored", Grants.IGNORED),
    ],
)
def test_grants_count_where_the_schema_file_has_some_or_the_setting_says_so(
    schema: str, setting: str, comparison: Grants
) -> None:
    made = world(schema=schema)
    context = replace(made.context, project=replace(made.context.project, grants=setting))
    assert observe(context, made.target).comparison is comparison
