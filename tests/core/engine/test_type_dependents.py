"""Computed columns and foreign keys step aside while a type changes."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.engine.type_dependents import unhook
from supasync.core.sql import split


def seen(*rows: tuple[str, str, str]) -> Fingerprint:
    return Fingerprint.of(ObjectRow(*row) for row in rows)


def computed(expression: str, kind: str = "integer", column: str = "public.t.g") -> tuple[str, str, str]:
    return "column", column, f"{kind} generated always as ({expression}) stored"


A = "ALTER TABLE public.t ALTER COLUMN a TYPE bigint USING a::bigint"
OFF = "ALTER TABLE public.t DROP COLUMN g"
ON = "ALTER TABLE public.t ADD COLUMN g integer GENERATED ALWAYS AS ({}) stored"
OTHER = "CREATE TABLE public.z ()"


@pytest.mark.parametrize(
    "expression", ["(a + 1)", "a", "abs(a)", "(ab + a)", "COALESCE(x, (a)::bigint)", '("a b" || a)']
)
def test_a_column_computed_from_it_steps_aside(expression: str) -> None:
    state = seen(computed(expression))
    assert unhook((OTHER, A, OTHER), state, state) == (OTHER, OFF, A, ON.format(expression), OTHER)


@pytest.mark.parametrize(
    "expression",
    ["(ab + 1)", "(a_b + ba)", '("a" || "A")', '"a b"', "lower(xa)", "1", '"my a b"', "(x || ' a '::text)"],
)
def test_a_column_computed_from_others_stays(expression: str) -> None:
    state = seen(computed(expression))
    assert unhook((A,), state, state) == (A,)


def test_required_and_virtual_ones_come_back_as_they_were() -> None:
    state = seen(("column", "public.t.g", "integer not null generated always as ((a + 1)) virtual"))
    made = "ALTER TABLE public.t ADD COLUMN g integer GENERATED ALWAYS AS ((a + 1)) virtual NOT NULL"
    assert unhook((A,), state, state) == (OFF, A, made)
    assert len(split(made)) == 1


def test_it_comes_back_as_it_is_wanted() -> None:
    found = unhook((A,), seen(computed("(a + 1)")), seen(computed("(a + 2)", "bigint")))
    assert found == (OFF, A, ON.format("(a + 2)").replace("integer", "bigint"))


def test_names_that_need_quotes() -> None:
    alter = 'ALTER TABLE "My Shop"."a.b" ALTER COLUMN "c.d ""x""" TYPE bigint'
    state = seen(computed('("c.d ""x""" * 2)', column='"My Shop"."a.b"."g h"'))
    assert unhook((alter,), state, state) == (
        'ALTER TABLE "My Shop"."a.b" DROP COLUMN "g h"',
        alter,
        'ALTER TABLE "My Shop"."a.b" ADD COLUMN "g h" integer GENERATED ALWAYS AS (("c.d ""x""" * 2)) stored',
    )


@pytest.mark.parametrize("column", ["app.t.g", 'public."t.a".g', "public.tt.g"])
def test_columns_of_other_tables_stay(column: str) -> None:
    state = seen(computed("(a + 1)", column=column))
    assert unhook((A,), state, state) == (A,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((computed("(a + 1)"),), (("column", "public.t.g", "integer"),), id="computed no longer"),
        pytest.param((("column", "public.t.g", "integer"),), (computed("(a + 1)"),), id="computed from now on"),
        pytest.param((computed("(a + 1)"),), (), id="gone"),
        pytest.param((), (computed("(a + 1)"),), id="new"),
    ],
)
def test_what_is_not_computed_on_both_sides_is_the_diffs_affair(
    before: tuple[tuple[str, str, str], ...], after: tuple[tuple[str, str, str], ...]
) -> None:
    assert unhook((A,), seen(*before), seen(*after)) == (A,)


def test_what_the_diff_drops_itself_is_left_to_it() -> None:
    state = seen(computed("(a + 1)"))
    statements = ('ALTER TABLE "public"."t" DROP COLUMN "g"', A, ON.format("(a + 1)"))
    assert unhook(statements, state, state) == statements


def test_it_is_away_from_the_first_change_to_the_last() -> None:
    state = seen(computed("(a + b)"))
    b = A.replace(" a ", " b ")
    assert unhook((A, OTHER, b), state, state) == (OFF, A, OTHER, b, ON.format("(a + b)"))
    twice = A.replace("bigint", "text")
    assert unhook((twice, OTHER, A), state, state) == (OFF, twice, OTHER, A, ON.format("(a + b)"))


V = ("view", "public.v", " SELECT t.x,\n    t.g\n   FROM public.t;")
W = ("materialized view", "public.w", " SELECT count(*) AS n\n   FROM public.v\n  WHERE v.x = 'public.v'::text;")
V_OFF, V_ON = "DROP VIEW public.v", "CREATE OR REPLACE VIEW public.v AS SELECT t.x,\n    t.g\n   FROM public.t"
W_OFF = "DROP MATERIALIZED VIEW public.w"
W_ON = f"CREATE MATERIALIZED VIEW public.w AS {W[2].strip().removesuffix(';')}"


def test_views_that_show_a_computed_column_step_aside_before_it() -> None:
    state = seen(computed("(a + 1)"), V, W)
    assert unhook((A,), state, state) == (W_OFF, V_OFF, OFF, A, ON.format("(a + 1)"), V_ON, W_ON)


def test_a_view_comes_back_with_its_options_and_its_new_text() -> None:
    options = ("view options", "public.v", "security_invoker=true")
    wanted = ("view", "public.v", " SELECT t.g\n   FROM public.t;")
    found = unhook((A,), seen(computed("(a + 1)"), V, options), seen(computed("(a + 1)"), wanted, options))
    made = "CREATE OR REPLACE VIEW public.v WITH (security_invoker=true) AS SELECT t.g\n   FROM public.t"
    assert found == (V_OFF, OFF, A, ON.format("(a + 1)"), made)


def test_a_view_over_two_views_goes_before_both() -> None:
    u = ("view", "public.u", " SELECT v.g, v2.g AS h\n   FROM public.v, public.v2;")
    v2 = ("view", "public.v2", " SELECT v.g\n   FROM public.v;")
    state = seen(computed("(a + 1)"), u, V, v2)
    found = unhook((A,), state, state)
    assert found[:4] == ("DROP VIEW public.u", "DROP VIEW public.v2", V_OFF, OFF)
    assert [text.split()[4] for text in found[-3:]] == ["public.v", "public.v2", "public.u"]


def test_a_view_goes_before_what_it_reads_also_where_it_shows_another_computed_column() -> None:
    both = ("view", "public.a", " SELECT v.g, s.h\n   FROM public.v, public.s;")
    h = computed("(b + 1)", column="public.s.h")
    b = A.replace("public.t", "public.s").replace(" a ", " b ")
    state = seen(computed("(a + 1)"), h, V, both)
    found = unhook((A, b), state, state)
    assert found[:3] == ("DROP VIEW public.a", V_OFF, OFF)
    assert [text.split()[4] for text in found if text.startswith("CREATE")] == ["public.v", "public.a"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" SELECT t.x\n   FROM public.t;", id="shows other columns"),
        pytest.param(" SELECT tt.g\n   FROM public.tt;", id="reads another table"),
        pytest.param(" SELECT t.x, 'g'::text AS y\n   FROM public.t;", id="says the name in a string"),
    ],
)
def test_views_that_do_not_show_the_column_stay(text: str) -> None:
    state = seen(computed("(a + 1)"), ("view", "public.v", text))
    assert unhook((A,), state, state) == (OFF, A, ON.format("(a + 1)"))


def test_views_that_the_diff_drops_itself_or_that_are_not_wanted_are_left_to_it() -> None:
    state = seen(computed("(a + 1)"), V, W)
    engine = ('DROP MATERIALIZED VIEW "public"."w"', 'DROP VIEW "public"."v"', A, V_ON, W_ON)
    assert unhook(engine, state, state) == (*engine[:2], OFF, A, ON.format("(a + 1)"), *engine[3:])


def test_policies_and_rules_that_name_a_computed_column_or_its_view_step_aside() -> None:
    state = seen(
        computed("(a + 1)"),
        V,
        ("policy", "public.t.p", "permissive for select to public using ((g > 1))"),
        ("policy", "public.u.p", "restrictive for all to x with check ((EXISTS ( SELECT\n   FROM public.v)))"),
        ("policy", "public.t.other", "permissive for select to public using ((x > 1))"),
        ("policy", "public.u.other", "permissive for select to public using ((g > 1))"),
        ("rule", "public.t.r", "CREATE RULE r AS ON UPDATE TO public.t WHERE (old.g <> new.g) DO NOTHING;"),
    )
    assert unhook((A,), state, state) == (
        "DROP POLICY p ON public.t",
        "DROP POLICY p ON public.u",
        "DROP RULE r ON public.t",
        V_OFF,
        OFF,
        A,
        ON.format("(a + 1)"),
        V_ON,
        "CREATE RULE r AS ON UPDATE TO public.t WHERE (old.g <> new.g) DO NOTHING;",
        "CREATE POLICY p ON public.u AS restrictive for all to x with check ((EXISTS ( SELECT\n   FROM public.v)))",
        "CREATE POLICY p ON public.t AS permissive for select to public using ((g > 1))",
    )


def test_policies_and_rules_that_the_diff_drops_itself_are_left_to_it() -> None:
    state = seen(
        computed("(a + 1)"),
        ("policy", "public.t.p", "permissive for select to public using ((g > 1))"),
        ("rule", "public.t.r", "CREATE RULE r AS ON UPDATE TO public.t WHERE (old.g <> new.g) DO NOTHING;"),
    )
    engine = ('DROP POLICY "p" ON "public"."t"', 'DROP RULE "r" ON "public"."t"')
    assert unhook((*engine, A), state, state) == (*engine, OFF, A, ON.format("(a + 1)"))


def test_without_a_change_of_type_nothing_is_touched() -> None:
    state = seen(computed("(a + 1)"))
    statements = ("ALTER TABLE public.t ALTER COLUMN a SET NOT NULL", "COMMENT ON COLUMN public.t.a IS 'TYPE bigint'")
    assert unhook(statements, state, state) == statements


FIRES = "CREATE TRIGGER f BEFORE UPDATE {}ON public.t FOR EACH ROW {}EXECUTE FUNCTION public.a()"


@pytest.mark.parametrize(("of", "when"), [("OF x, a ", ""), ("", "WHEN ((old.a IS DISTINCT FROM new.a)) ")])
def test_a_trigger_that_names_it_steps_aside(of: str, when: str) -> None:
    state = seen(("trigger", "public.t.f", FIRES.format(of, when)))
    off = "DROP TRIGGER f ON public.t"
    # A backfill of the column comes behind its change of type, and must not fire the trigger.
    assert unhook((A, OTHER), state, state) == (off, A, OTHER, FIRES.format(of, when))
    assert unhook((off, A), state, state) == (off, A)


@pytest.mark.parametrize(("of", "when"), [("", ""), ("OF x ", "WHEN ((new.x = 'a'::text)) ")])
def test_a_trigger_that_names_other_columns_stays(of: str, when: str) -> None:
    state = seen(("trigger", "public.t.f", FIRES.format(of, when)))
    assert unhook((A,), state, state) == (A,)


@pytest.mark.parametrize(
    "above",
    [("partition", "public.t", "of public.p FOR VALUES IN (1)"), ("inheritance", "public.t", "app.x, public.p")],
)
def test_a_trigger_of_a_part_steps_aside_while_the_type_of_the_whole_changes(above: tuple[str, str, str]) -> None:
    made = FIRES.format("OF a ", "")
    state = seen(("trigger", "public.t.f", made), above)
    whole = A.replace("public.t", "public.p")
    assert unhook((whole,), state, state) == ("DROP TRIGGER f ON public.t", whole, made)


SHOWS = "ALTER PUBLICATION p ADD TABLE ONLY public.t"
HIDES = SHOWS.replace("ADD", "DROP")


@pytest.mark.parametrize(
    ("definition", "made"),
    [
        ("(a, id)", f"{SHOWS} (a, id)"),
        ("where (a > 1)", f"{SHOWS} WHERE ((a > 1))"),
        ('(id, "w where )") where (abs(a) > 1)', f'{SHOWS} (id, "w where )") WHERE ((abs(a) > 1))'),
    ],
)
def test_a_table_published_in_part_steps_aside(definition: str, made: str) -> None:
    state = seen(("publication table", "p: public.t", definition))
    assert unhook((A, OTHER), state, state) == (HIDES, A, made, OTHER)
    engine = ('ALTER PUBLICATION "p" DROP TABLE "public"."t"', A, made)
    assert unhook(engine, state, state) == engine
    assert unhook((A,), state, seen(("publication table", "p: public.t", ""))) == (A,)


@pytest.mark.parametrize("definition", ["", "(id, x)", "where (x = 'a'::text)"])
def test_a_table_published_without_it_stays(definition: str) -> None:
    state = seen(("publication table", "p: public.t", definition))
    assert unhook((A,), state, state) == (A,)


KEY = "FOREIGN KEY (a) REFERENCES public.u(a) ON DELETE CASCADE"
U = A.replace("public.t", "public.u")
KEY_OFF = "ALTER TABLE public.t DROP CONSTRAINT f"
KEY_ON = f"ALTER TABLE public.t ADD CONSTRAINT f {KEY}"


def test_a_foreign_key_between_two_changed_columns_steps_aside() -> None:
    state = seen(("constraint", "public.t.f", KEY))
    assert unhook((A, U, OTHER), state, state) == (KEY_OFF, A, U, KEY_ON, OTHER)


@pytest.mark.parametrize(
    ("statements", "definition"),
    [
        pytest.param((A,), KEY, id="one side only"),
        pytest.param((U,), KEY, id="the other side only"),
        pytest.param((A, U.replace("public.u", "app.u")), KEY, id="a table of that name"),
        pytest.param((A, U), KEY.replace("(a)", "(b)"), id="other columns"),
        pytest.param((A, U), "CHECK ((a > 0))", id="no foreign key"),
    ],
)
def test_other_constraints_stay(statements: tuple[str, ...], definition: str) -> None:
    state = seen(("constraint", "public.t.f", definition))
    assert unhook(statements, state, state) == statements


def test_a_foreign_key_that_changes_too_is_the_diffs_affair() -> None:
    before = seen(("constraint", "public.t.f", KEY))
    assert unhook((A, U), before, seen(("constraint", "public.t.f", KEY.removesuffix(" ON DELETE CASCADE")))) == (A, U)


def test_a_foreign_key_of_a_table_to_itself_with_odd_names() -> None:
    a = 'ALTER TABLE "x.y"."T t" ALTER COLUMN "p.q" TYPE bigint'
    b = 'ALTER TABLE "x.y"."T t" ALTER COLUMN "select" TYPE bigint'
    key = 'FOREIGN KEY ("p.q") REFERENCES "x.y"."T t"("select")'
    state = seen(("constraint", '"x.y"."T t"."f.g"', key))
    assert unhook((a, b), state, state) == (
        'ALTER TABLE "x.y"."T t" DROP CONSTRAINT "f.g"', a, b, f'ALTER TABLE "x.y"."T t" ADD CONSTRAINT "f.g" {key}'
    )  # fmt: skip
