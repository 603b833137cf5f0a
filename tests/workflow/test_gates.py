"""What is refused, in which words, and what passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.core.attic.model import Label
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Grants
from supasync.core.changes.change import changes_of
from supasync.core.changes.describe import describe
from supasync.core.checks.hazard_rules import destructive_changes
from supasync.core.checks.preflight import Finding, probes_of
from supasync.core.plan.choices import BackfillChoice
from supasync.core.plan.fills import read_fill
from supasync.core.plan.history import HistoryComparison
from supasync.core.plan.ledger import Actor, Entry, Event
from supasync.core.plan.migration_file import MigrationFile
from supasync.core.plan.plan import Difference, Plan, Segment
from supasync.errors import RefusedError
from supasync.workflow import gates
from supasync.workflow.backfills import choose_backfills, given_backfills
from supasync.workflow.observe import Observation, observe
from tests.support.fakes import world

FACTS = TargetFacts(column_types={("public", "t", "a"): "text", ("public", "t", "b"): "text"})


def difference(*statements: str, counts: tuple[int, ...] = ()) -> Difference:
    """The difference that statements make, with what the preflight would count."""
    changes = tuple(change for text in statements for change in changes_of(text))
    probes = probes_of(changes, FACTS)
    findings = tuple(Finding(probe, count, "x") for probe, count in zip(probes, counts, strict=False) if count)
    destructive = destructive_changes(changes, FACTS)
    return Difference(statements, (), changes, destructive, describe(changes), (), findings, Grants.IGNORED, (), ())


def seen(**history: tuple[object, ...]) -> Observation:
    """An observation of an empty world, with a history that does not agree with the files."""
    made = world()
    found = observe(made.context, made.target)
    return replace(found, history=HistoryComparison(**{"pending": (), "missing": (), "edited": (), **history}))  # type: ignore[arg-type]


def refused(caught: pytest.ExceptionInfo[RefusedError]) -> str:
    error = caught.value
    return "\n".join((error.message, error.reason, *error.details, error.hint))


def test_what_loses_data_takes_force_and_is_counted() -> None:
    found = difference("DROP TABLE public.t", "ALTER TABLE public.u DROP COLUMN a", counts=(1234,))
    with pytest.raises(RefusedError) as caught:
        gates.refuse_destructive(found, seen(), ())
    told = refused(caught)
    assert told.startswith("Cannot proceed: would drop data. Use --force flag\n")
    assert "drop table t: 1,234 rows of t that would be lost" in told
    assert "drop column u.a: currently no rows" in told
    assert "`supasync rollback` restores it" in told


def test_objects_made_by_hand_take_force() -> None:
    found = difference("DROP VIEW public.v", "CREATE INDEX i ON public.t (a)")
    with pytest.raises(RefusedError) as caught:
        gates.refuse_destructive(found, seen(), ())
    assert "would drop objects that the schema file does not define" in caught.value.message
    assert caught.value.details == ("VIEW v",)


def test_what_a_sync_made_is_dropped_unless_it_drifted() -> None:
    found = difference("DROP VIEW public.v")
    ours = replace(seen(), entries=(Entry("1", Event.SUCCEEDED, "made", id=1),))
    gates.refuse_destructive(found, ours, ())
    with pytest.raises(RefusedError):
        gates.refuse_destructive(found, ours, ("view v: only in Supabase",))


@pytest.mark.parametrize("statement", ["CREATE TABLE public.n (id int)", "CREATE OR REPLACE VIEW public.v AS SELECT 1"])
def test_what_only_adds_passes(statement: str) -> None:
    gates.refuse_destructive(difference(statement), seen(), ())
    gates.refuse_unfit(difference(statement))


def test_an_extension_is_never_dropped_and_a_secret_never_passed_on() -> None:
    with pytest.raises(RefusedError, match="would drop an extension") as caught:
        gates.refuse_unfit(difference("DROP EXTENSION hstore"))
    assert caught.value.details == ("hstore",)
    server = "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (password '__OPTION_PASSWORD__')"
    with pytest.raises(RefusedError, match="secret value"):
        gates.refuse_unfit(difference(server))


def test_rows_that_a_change_would_fail_on() -> None:
    found = difference("ALTER TABLE public.t ALTER COLUMN a SET NOT NULL", counts=(7,))
    gates.refuse_failing(())
    with pytest.raises(RefusedError) as caught:
        gates.refuse_failing(found.findings, flag="--fill")
    told = refused(caught)
    assert "the change would fail on existing rows" in told
    assert "7 rows with NULL in t.a, for example x: give these rows a value with the change" in told
    assert "--fill \"t.a='...'\"" in told
    with pytest.raises(RefusedError) as caught:
        gates.refuse_failing(found.findings)
    assert "--fill" not in refused(caught)


FILE = MigrationFile("20260101000000", "a", "20260101000000_a.sql", "SELECT 1;")


def test_history_that_does_not_agree_with_the_files() -> None:
    gates.refuse_unsettled_history(seen())
    gates.refuse_unsettled_history(replace(seen(pending=(FILE,)), applied=("20250101000000",)))
    with pytest.raises(RefusedError, match="this checkout lacks") as caught:
        gates.refuse_unsettled_history(seen(missing=("20250101000000",)))
    assert "git pull" in caught.value.hint
    with pytest.raises(RefusedError, match="older than the latest one applied") as caught:
        gates.refuse_unsettled_history(replace(seen(pending=(FILE,)), applied=("20270101000000",)))
    assert caught.value.details == (FILE.file_name,)
    undone = Entry("1", Event.ROLLED_BACK, "a", versions=(FILE.version,), id=2, actor=Actor("Ada", "ada", "host"))
    with pytest.raises(RefusedError, match="were rolled back") as caught:
        gates.refuse_unsettled_history(replace(seen(pending=(FILE,)), entries=(undone,)))
    assert caught.value.details == (f"{FILE.file_name}, by Ada@host",)


@pytest.mark.parametrize(
    ("discard", "yes", "force", "passes"),
    [(False, True, False, True), (True, False, False, True), (True, True, True, True), (True, True, False, False)],
)
def test_data_is_not_thrown_away_unasked(discard: bool, yes: bool, force: bool, passes: bool) -> None:
    if passes:
        gates.refuse_careless_discard(discard=discard, yes=yes, force=force)
    else:
        with pytest.raises(RefusedError, match="--discard-data does not keep"):
            gates.refuse_careless_discard(discard=discard, yes=yes, force=force)


def plan(*statements: str, label: Label = Label.FROM_ATTIC, discards: bool = False) -> Plan:
    part = Segment("1", "a", statements, (), "", "", label=label)
    return Plan("a", "", difference(*statements), (part,), (), "", "", (), discards=discards)


DROP = "DROP TABLE public.t"


@pytest.mark.parametrize(
    ("planned", "question"),
    [
        (plan("CREATE TABLE public.n (id int)"), "Apply?"),
        (plan(DROP), "Apply? Dropped data is kept in the attic. [drop data]"),
        (plan(DROP, label=Label.SCHEMA_ONLY), "Apply? This loses data. [drop data]"),
        (plan(DROP, discards=True), "Apply? Dropped data is not kept. [discard data]"),
    ],
)
def test_the_question_fits_the_danger(planned: Plan, question: str) -> None:
    agreed = world(answers=[True])
    gates.confirm(agreed.context, planned, yes=False, what="Apply?")
    assert agreed.prompter.asked == [question]
    with pytest.raises(RefusedError, match="Declined; nothing was changed"):
        gates.confirm(world(answers=[False]).context, planned, yes=False, what="Apply?")


def test_yes_asks_nothing_and_without_a_terminal_nothing_can_be_asked() -> None:
    gates.confirm(world(interactive=True).context, plan(DROP), yes=True, what="Apply?")
    with pytest.raises(RefusedError, match="there is no terminal") as caught:
        gates.confirm(world().context, plan(DROP), yes=False, what="Apply?")
    assert "--yes" in caught.value.hint


NULLS = difference(
    "ALTER TABLE public.t ALTER COLUMN a SET DEFAULT ''",
    "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE public.t ALTER COLUMN b SET DEFAULT ''",
    "ALTER TABLE public.t ALTER COLUMN b SET NOT NULL",
    "ALTER TABLE public.u ALTER COLUMN c SET NOT NULL",
    counts=(7, 1, 2),
)
FILL_A, FILL_B = (f"UPDATE public.t SET {name} = DEFAULT WHERE {name} IS NULL" for name in "ab")


def test_without_a_terminal_all_that_a_backfill_would_fill_is_named_at_once() -> None:
    made = world(interactive=False)
    with pytest.raises(RefusedError) as caught:
        choose_backfills(made.context, made.target, NULLS, BackfillChoice.ASK)
    told = [line.partition(",")[0] for line in caught.value.details]
    assert told == ["7 rows with NULL in t.a", "1 row with NULL in t.b", "2 rows with NULL in u.c"]
    assert caught.value.hint.endswith(f"With --backfill default, sync runs this first: {FILL_A}; {FILL_B}")
    assert made.prompter.asked == []


def test_backfills_are_asked_for_one_by_one_until_one_is_declined() -> None:
    made = world(answers=(True, False))
    with pytest.raises(RefusedError) as caught:
        choose_backfills(made.context, made.target, NULLS, BackfillChoice.ASK)
    assert made.prompter.asked == [f"Fill them with the default? ({fill})" for fill in (FILL_A, FILL_B)]
    told = refused(caught)
    assert "t.a" not in told, "what is to be filled does not fail"
    assert "1 row with NULL in t.b" in told
    assert "2 rows with NULL in u.c" in told


def test_no_backfill_is_neither_asked_for_nor_advised() -> None:
    made = world(interactive=True)
    assert choose_backfills(made.context, made.target, NULLS, BackfillChoice.NONE) == {}
    assert made.prompter.asked == []


def test_values_that_are_given_fill_columns_with_nulls() -> None:
    fills = tuple(map(read_fill, ("t.a='x'", "public.u.c=1", "t.d=1")))
    found = given_backfills(NULLS, fills)
    assert list(found) == [("public", "t", "a"), ("public", "u", "c")]
    assert [fill.sql for fill in found.values()] == [
        "UPDATE public.t SET a = ('x') WHERE a IS NULL", "UPDATE public.u SET c = (1) WHERE c IS NULL"]  # fmt: skip
    assert [fill.rows for fill in found.values()] == [7, 2]


@pytest.mark.parametrize("choice", [BackfillChoice.ASK, BackfillChoice.DEFAULT])
def test_what_is_agreed_to_is_filled(choice: BackfillChoice) -> None:
    made = world(answers=(True, True) if choice is BackfillChoice.ASK else ())
    chosen = choose_backfills(made.context, made.target, NULLS, choice)
    assert [fill.sql for fill in chosen.values()] == [FILL_A, FILL_B]
    assert [fill.rows for fill in chosen.values()] == [7, 1]
