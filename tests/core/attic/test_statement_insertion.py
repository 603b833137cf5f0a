"""Where statements come to stand between those of a proven list."""

from __future__ import annotations

import pytest

from supasync.core.attic.statement_insertion import Weaver, split_added_column
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.catalog.state import State
from supasync.core.changes.change import changes_of

NONE = Fingerprint(())
T = ("public", "t")
TABLE = "CREATE TABLE public.t (id int)"
KEY = "ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY (id)"
OWN = "ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES public.u(id)"
THEIRS = "ALTER TABLE public.u ADD CONSTRAINT g FOREIGN KEY (t) REFERENCES public.t(id)"
TRIGGER = "CREATE TRIGGER x AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()"
RULE = "CREATE RULE r AS ON INSERT TO public.t DO INSTEAD NOTHING"
FORCE = "ALTER TABLE public.t FORCE ROW LEVEL SECURITY"
ROWS = "INSERT INTO public.t SELECT 1"
ATTACH = "ALTER TABLE public.t ATTACH PARTITION public.p DEFAULT"
OTHER = "CREATE TABLE public.z ()"


def filled(*statements: str, after: Fingerprint = NONE) -> tuple[str, ...]:
    weaver = Weaver(statements, after)
    weaver.fill_table(T, (ROWS,))
    return weaver.woven()


@pytest.mark.parametrize(
    ("statements", "woven"),
    [
        pytest.param((), (ROWS,), id="nothing"),
        pytest.param((OTHER, TABLE, OTHER), (OTHER, TABLE, ROWS, OTHER), id="right behind the table"),
        pytest.param((TABLE, TRIGGER, ATTACH), (TABLE, ATTACH, ROWS, TRIGGER), id="a trigger behind the rows"),
        pytest.param((TABLE, RULE, ATTACH), (TABLE, ATTACH, ROWS, RULE), id="a rule"),
        pytest.param((TABLE, FORCE, ATTACH), (TABLE, ATTACH, ROWS, FORCE), id="forced row security"),
        pytest.param((TABLE, OWN, THEIRS, ATTACH), (TABLE, ATTACH, ROWS, OWN, THEIRS), id="foreign keys both ways"),
        pytest.param((TABLE, KEY, ATTACH), (TABLE, KEY, ATTACH, ROWS), id="a key stays"),
        pytest.param(
            (TABLE, TRIGGER, "ALTER TABLE public.t DISABLE TRIGGER x", ATTACH),
            (TABLE, ATTACH, ROWS, TRIGGER, "ALTER TABLE public.t DISABLE TRIGGER x"),
            id="a trigger with its state",
        ),
        pytest.param(
            (TABLE, RULE, "ALTER TABLE public.t ENABLE ALWAYS RULE r", ATTACH),
            (TABLE, ATTACH, ROWS, RULE, "ALTER TABLE public.t ENABLE ALWAYS RULE r"),
            id="a rule with its state",
        ),
        pytest.param(
            (TABLE, f"{OWN} NOT VALID", "ALTER TABLE public.t VALIDATE CONSTRAINT f", ATTACH),
            (TABLE, ATTACH, ROWS, f"{OWN} NOT VALID", "ALTER TABLE public.t VALIDATE CONSTRAINT f"),
            id="a foreign key with its validation",
        ),
        pytest.param(
            (TABLE, TRIGGER.replace("public.t", "app.t"), ATTACH),
            (TABLE, TRIGGER.replace("public.t", "app.t"), ATTACH, ROWS),
            id="of another schema",
        ),
        pytest.param((TRIGGER, OTHER), (OTHER, ROWS, TRIGGER), id="nothing builds it"),
        pytest.param((OTHER, TRIGGER), (OTHER, ROWS, TRIGGER), id="nothing builds it, and the trigger is last"),
    ],
)
def test_where_a_table_takes_its_rows(statements: tuple[str, ...], woven: tuple[str, ...]) -> None:
    assert filled(*statements) == woven


def test_a_table_is_complete_when_the_partitions_of_its_partitions_are() -> None:
    after = Fingerprint.of(
        [
            ObjectRow("partition", 'app."mid part"', "of public.t FOR VALUES FROM (1) TO (2)"),
            ObjectRow("partition", "public.low", 'of app."mid part" DEFAULT'),
            ObjectRow("partition", "public.alien", "of app.t DEFAULT"),
        ]
    )
    low, alien = 'CREATE TABLE public.low PARTITION OF app."mid part" DEFAULT', "CREATE TABLE public.alien ()"
    trigger = TRIGGER.replace("public.t", "public.low")
    assert filled(TABLE, low, alien, after=after) == (TABLE, low, ROWS, alien)
    assert filled(TABLE, trigger, low, after=after) == (TABLE, low, ROWS, trigger)


def test_an_heir_is_complete_when_its_ancestors_columns_are() -> None:
    after = Fingerprint.of(
        [ObjectRow("inheritance", "public.t", 'public."a, b"'), ObjectRow("inheritance", 'public."a, b"', "public.top")]
    )
    column = "ALTER TABLE public.top ADD COLUMN c int"
    assert filled(TABLE, column, OTHER, after=after) == (TABLE, column, ROWS, OTHER)


def test_materialized_views_are_refreshed_after_rows_came() -> None:
    view = "CREATE MATERIALIZED VIEW public.m AS SELECT 1"
    empty = 'CREATE MATERIALIZED VIEW public."N" AS SELECT 1 WITH NO DATA'
    assert filled(TABLE, view, empty) == (TABLE, ROWS, view, empty, "REFRESH MATERIALIZED VIEW public.m")
    assert Weaver((view,), NONE).woven() == (view,)


def column_state(kind: str, *domains: tuple[str, str]) -> State:
    rows = [ObjectRow("domain", name, base) for name, base in domains]
    return State(Fingerprint.of(rows), TargetFacts(column_types={(*T, "x"): kind}))


ADD = "ALTER TABLE public.t ADD COLUMN x int"
FILL = "UPDATE public.t SET x = 1"


@pytest.mark.parametrize(
    ("statements", "woven"),
    [
        pytest.param((ADD, OTHER), (ADD, FILL, OTHER), id="added"),
        pytest.param((TRIGGER, ADD), (ADD, FILL, TRIGGER), id="before what reacts"),
        pytest.param(
            ("ALTER TABLE public.t ALTER COLUMN x TYPE text", OTHER),
            ("ALTER TABLE public.t ALTER COLUMN x TYPE text", FILL, OTHER),
            id="converted",
        ),
        pytest.param(
            ("ALTER TABLE public.t ALTER COLUMN x DROP NOT NULL", OTHER),
            ("ALTER TABLE public.t ALTER COLUMN x DROP NOT NULL", FILL, OTHER),
            id="made nullable",
        ),
        pytest.param(
            (ADD.replace("public", "app"), OTHER), (ADD.replace("public", "app"), OTHER, FILL), id="elsewhere"
        ),
        pytest.param((TABLE, TRIGGER), (TABLE, FILL, TRIGGER), id="with its table"),
        pytest.param((OTHER, TRIGGER), (OTHER, FILL, TRIGGER), id="not at all"),
    ],
)
def test_where_a_column_takes_its_values(statements: tuple[str, ...], woven: tuple[str, ...]) -> None:
    weaver = Weaver(statements, NONE)
    weaver.fill_columns(T, {"x"}, (FILL,), column_state("integer"))
    assert weaver.woven() == woven


def test_not_null_comes_behind_the_values() -> None:
    weaver = Weaver((f"{ADD} NOT NULL",), NONE)
    weaver.fill_columns(T, {"x"}, (FILL,), column_state("integer"))
    assert weaver.woven() == (ADD, FILL, "ALTER TABLE public.t ALTER COLUMN x SET NOT NULL")


@pytest.mark.parametrize(
    ("definition", "bare", "later"),
    [
        ("int", "int", []),
        ("int DEFAULT 5", "int DEFAULT 5", []),
        ("int NOT NULL", "int", ["SET NOT NULL"]),
        ("int DEFAULT 5 NOT NULL", "int DEFAULT 5", ["SET NOT NULL"]),
        ("int NOT NULL GENERATED ALWAYS AS IDENTITY", "int", ["UPDATE", "SET NOT NULL", "ADD GENERATED ALWAYS"]),
        ("int DEFAULT nextval('public.s'::regclass)", "int", ["UPDATE", "SET DEFAULT nextval"]),
        ("int NOT NULL DEFAULT nextval('public.s')", "int", ["UPDATE", "SET NOT NULL", "SET DEFAULT nextval"]),
    ],
)
def test_what_an_added_column_demands_comes_later(definition: str, bare: str, later: list[str]) -> None:
    text = f'ALTER TABLE "My Shop"."a.b" ADD COLUMN "say ""x""" {definition}'
    first, rest = split_added_column(text, changes_of(text)[0])
    assert first == f'ALTER TABLE "My Shop"."a.b" ADD COLUMN "say ""x""" {bare}'
    assert len(rest) == len(later)
    for words, found in zip(later, rest, strict=True):
        assert words in found
        assert '"My Shop"."a.b"' in found
        assert '"say ""x"""' in found


def test_the_rules_of_a_domain_come_later() -> None:
    text = 'ALTER TABLE public.t ADD COLUMN x public."D d" NOT NULL'
    first, rest = split_added_column(text, changes_of(text)[0], "character varying(3)")
    assert first == "ALTER TABLE public.t ADD COLUMN x varchar(3)"
    assert [found.removeprefix("ALTER TABLE public.t ALTER COLUMN x ") for found in rest] == [
        'TYPE public."D d" /* rules back */',
        "SET NOT NULL",
    ]


def test_a_statement_that_does_more_is_left_whole() -> None:
    text = "ALTER TABLE public.t ADD COLUMN x int NOT NULL, ADD COLUMN y int"
    assert split_added_column(text, changes_of(text)[0]) == (text, ())


SET = "ALTER TABLE public.t ALTER COLUMN x SET NOT NULL"


def test_a_value_comes_right_before_it_is_demanded() -> None:
    weaver = Weaver((ADD, SET, SET.replace(" x ", " y ")), NONE)
    assert [change.name for change in weaver.demanding()] == ["x", "y"]
    assert weaver.before_not_null(T, "x", FILL)
    assert not weaver.before_not_null(("app", "t"), "x", FILL)
    assert weaver.woven() == (ADD, FILL, SET, SET.replace(" x ", " y "))


def test_a_demand_that_comes_first() -> None:
    weaver = Weaver((SET,), NONE)
    assert weaver.before_not_null(T, "x", FILL)
    assert weaver.woven() == (FILL, SET)


def test_first_and_last() -> None:
    weaver = Weaver((OTHER,), NONE)
    weaver.last(("c", "", "d"))
    weaver.first(("a",))
    weaver.first(("b",))
    assert weaver.woven() == ("a", "b", OTHER, "c", "d")
