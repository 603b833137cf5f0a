"""What is kept of what is lost, by which key, and what of it comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.data_loss import Losses
from supasync.core.attic.keep_selection import keeps_for, key_of, label_of, needed_back
from supasync.core.attic.marker import is_attic, marked
from supasync.core.attic.model import LENT, Keep, KeepKind, KeptColumn, Key, Label
from supasync.core.attic.model import ColumnOutcome as Outcome
from supasync.core.attic.preserve import Transition, preserve, restorable
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.catalog.state import State
from supasync.core.changes.direction import Direction
from supasync.core.sql import qualified, quote_ident, split
from supasync.core.sql.keys import ColumnKey

T = ("public", "t")
CODEC = KeepCodec()


def state(
    columns: dict[str, str] | None,
    *more: tuple[str, str, str],
    constraints: Iterable[str] = (),
    generated: Iterable[str] = (),
    defaults: Iterable[str] = (),
    table: tuple[str, str] = T,
) -> State:
    """A database with one table; `columns` are types, " not null" behind them where that holds."""
    kinds: dict[ColumnKey, str] = {(*table, n): kind.removesuffix(" not null") for n, kind in (columns or {}).items()}
    place = qualified(*table)
    rows = [ObjectRow("table", place, "")] if columns is not None else []
    rows += [ObjectRow("column", f"{place}.{quote_ident(name)}", kind) for name, kind in (columns or {}).items()]
    rows += [ObjectRow(*row) for row in more]
    facts = TargetFacts(
        column_types=kinds,
        column_defaults={(*table, name): "0" for name in defaults},
        generated_columns=frozenset((*table, name) for name in generated),
        constraint_definitions={(*table, f"c{n}"): text for n, text in enumerate(constraints)},
    )
    return State(Fingerprint.of(rows), facts)


ID, PRIMARY = KeptColumn("id", "integer"), "PRIMARY KEY (id)"
COLUMNS = {"id": "integer not null", "slug": "text not null", "x": "text"}
WITHOUT = {"id": "integer not null", "slug": "text not null"}


@pytest.mark.parametrize(
    ("constraints", "key"),
    [
        pytest.param(["PRIMARY KEY (id)"], ("id",), id="primary key"),
        pytest.param(["UNIQUE (slug)", "PRIMARY KEY (id)"], ("id",), id="primary key first"),
        pytest.param(["UNIQUE (slug)"], ("slug",), id="unique and never null"),
        pytest.param(["UNIQUE NULLS NOT DISTINCT (slug) INCLUDE (x) DEFERRABLE"], ("slug",), id="with more words"),
        pytest.param(["PRIMARY KEY (slug, id)"], ("slug", "id"), id="several columns"),
        pytest.param(["UNIQUE (x)"], (), id="lost"),
        pytest.param(["PRIMARY KEY (id, x)"], (), id="lost in part"),
        pytest.param(["CHECK (id > 0)", "FOREIGN KEY (id) REFERENCES public.u(id)"], (), id="no key"),
        pytest.param([], (), id="none"),
    ],
)
def test_rows_are_told_apart_by_a_key_of_columns_that_stay(constraints: list[str], key: tuple[str, ...]) -> None:
    before = state(COLUMNS, constraints=constraints)
    found = key_of(T, {"x"}, before, state(WITHOUT))
    assert tuple(column.name for column in found.columns) == key
    assert found.rest == (() if key else ("id", "slug"))


def test_a_key_that_may_be_null_is_none() -> None:
    before = state({"id": "integer", "x": "text"}, constraints=["UNIQUE (id)"])
    assert key_of(T, {"x"}, before, state({"id": "integer"})) == Key(rest=("id",))


def test_a_key_whose_type_changes_is_none() -> None:
    before, after = state(COLUMNS, constraints=[PRIMARY]), state({**WITHOUT, "id": "bigint not null"})
    assert key_of(T, {"x"}, before, after) == Key(rest=("slug",))


def test_keys_with_names_that_need_quotes() -> None:
    table = ("a.b", 'say "hi"')
    before = state({"My, key": "text not null", "x": "text"}, constraints=['PRIMARY KEY ("My, key")'], table=table)
    after = state({"My, key": "text not null"}, table=table)
    assert key_of(table, {"x"}, before, after) == Key((KeptColumn("My, key", "text"),))


def test_a_table_of_the_same_name_elsewhere_lends_no_key() -> None:
    facts = state(COLUMNS, constraints=[PRIMARY], table=("app", "t")).facts
    here = state(COLUMNS)
    before = State(here.fingerprint, TargetFacts(column_types={**here.facts.column_types, **facts.column_types},
                                                 constraint_definitions=facts.constraint_definitions))  # fmt: skip
    assert key_of(T, {"x"}, before, state(WITHOUT)) == Key(rest=("id", "slug"))


def test_heirs_may_have_the_same_key() -> None:
    before = state(COLUMNS, ("inheritance", "public.heir", "public.t"), constraints=[PRIMARY])
    assert key_of(T, {"x"}, before, state(WITHOUT)) == Key(rest=("id", "slug"), inherited=True)


@pytest.mark.parametrize("when", ["before", "after", "both"])
def test_what_is_computed_tells_no_rows_apart(when: str) -> None:
    columns = {"id": "integer", "g": "integer not null"}
    before = state(columns, constraints=["UNIQUE (g)"], generated=["g"] if when != "after" else ())
    after = state(columns, generated=["g"] if when != "before" else ())
    assert key_of(T, {"x"}, before, after) == Key(rest=("id",))


DROP_X, ADD_X = "ALTER TABLE public.t DROP COLUMN x", "ALTER TABLE public.t ADD COLUMN x text"


def test_a_dropped_column_is_kept_and_put_back() -> None:
    found = preserve(Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=[PRIMARY]), state(WITHOUT)), "7", CODEC)
    assert found.keeps == (Keep("attic_7_1", KeepKind.VALUES, *T, (KeptColumn("x", "text"),), Key((ID,)), whole=False),)
    assert (found.label, found.reason) == (Label.FROM_ATTIC, "")
    kept = next(text for text in found.up if text.startswith("CREATE TABLE supasync.attic_7_1"))
    assert (kept,) == marked(["CREATE TABLE supasync.attic_7_1 AS\nSELECT id, x FROM public.t\nWHERE x IS NOT NULL"])
    assert [text for text in found.up if not is_attic(text) and not text.startswith("SET ")] == [DROP_X]
    assert found.up.index(kept) < found.up.index(DROP_X)
    update = next(text for text in found.down if text.startswith("UPDATE"))
    assert "SET x = kept.x\nFROM supasync.attic_7_1 AS kept\nWHERE here.id = kept.id" in update
    assert found.down.index(ADD_X) < found.down.index(update)


def test_nothing_lost_leaves_the_statements_alone() -> None:
    before = state(WITHOUT, constraints=[PRIMARY])
    found = preserve(Transition((ADD_X,), (), before, state(COLUMNS)), "7", CODEC)
    assert (found.up, found.down, found.label) == ((ADD_X,), (), Label.LOSSLESS)


def test_discarding_keeps_nothing_and_says_so() -> None:
    step = Transition((DROP_X,), (ADD_X,), state(COLUMNS, constraints=[PRIMARY]), state(WITHOUT))
    found = preserve(step, "7", CODEC, discard=True)
    assert (found.up, found.down, found.keeps, found.label) == ((DROP_X,), (ADD_X,), (), Label.SCHEMA_ONLY)


def test_a_column_with_a_default_is_kept_with_its_nulls() -> None:
    before = state(COLUMNS, constraints=[PRIMARY], defaults=["x"])
    found = preserve(Transition((DROP_X,), (ADD_X,), before, state(WITHOUT)), "7", CODEC)
    assert [keep.whole for keep in found.keeps] == [True]


def test_without_a_key_one_is_lent_where_values_are_remade() -> None:
    alter = "ALTER TABLE public.t ALTER COLUMN x TYPE integer USING x::integer"
    back = "ALTER TABLE public.t ALTER COLUMN x TYPE text USING x::text"
    found = preserve(Transition((alter,), (back,), state(COLUMNS), state({**WITHOUT, "x": "integer"})), "7", CODEC)
    assert [column.name for column in found.keeps[0].key.columns] == [LENT]
    for script in (found.up, found.down):
        lent = [at for at, text in enumerate(script) if text.startswith("ALTER TABLE public.t ADD COLUMN __supasync")]
        back_again = [at for at, text in enumerate(script) if text.startswith("ALTER TABLE public.t DROP COLUMN __sup")]
        assert len(lent) == len(back_again) == 1
        assert lent < back_again


def test_a_key_is_lent_by_a_name_that_the_table_never_has() -> None:
    narrowed = KeptColumn("x", "text", Outcome.CHANGED, "integer")
    before, after = state({**COLUMNS, LENT: "text"}), state({**COLUMNS, f"{LENT}_": "text"})
    keeps = keeps_for(Losses(columns={T: (narrowed,)}), before, after, "7", Direction.UP)
    assert keeps[0].key.lent == keeps[0].key.columns[0].name == f"{LENT}__"


STAMP = "CREATE TRIGGER stamp BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()"


@pytest.mark.parametrize("made_again", [True, False])
def test_no_trigger_fires_when_values_are_put_into_a_table_made_again(made_again: bool) -> None:
    drop, create = "DROP TABLE public.t", "CREATE TABLE public.t (id integer, slug text, x {})"
    trigger = ("trigger", "public.t.stamp", STAMP)
    before = state(COLUMNS, *((trigger,) if made_again else ()), constraints=[PRIMARY])
    after = state({**COLUMNS, "x": "integer"}, trigger, constraints=[PRIMARY])
    down = (drop, create.format("text"), *((STAMP,) if made_again else ()))
    found = preserve(Transition((drop, create.format("integer"), STAMP), down, before, after), "7", CODEC)
    update = next(at for at, text in enumerate(found.down) if text.startswith("UPDATE public.t AS here"))
    assert any(text.startswith("INSERT INTO public.t ") for text in found.down[:update])
    assert STAMP not in found.down[:update]
    assert not any("DISABLE TRIGGER" in text for text in found.down)


@pytest.mark.parametrize(
    ("losses", "keeps", "label"),
    [
        pytest.param(Losses(), (), Label.LOSSLESS, id="nothing"),
        pytest.param(Losses(tables={T: False}), (), Label.SCHEMA_ONLY, id="rows"),
        pytest.param(Losses(tables={T: False}), (Keep("a", KeepKind.ROWS, *T),), Label.FROM_ATTIC, id="rows kept"),
        pytest.param(
            Losses(tables={T: True}), (Keep("a", KeepKind.ROWS, *T, again=True),), Label.LOSSLESS, id="carried",
        ),
        pytest.param(
            Losses(tables={T: False}), (Keep("a", KeepKind.ROWS, "app", "t"),), Label.SCHEMA_ONLY, id="others' rows",
        ),
        pytest.param(
            Losses(columns={T: (ID,)}), (Keep("a", KeepKind.VALUES, *T, (ID,)),), Label.FROM_ATTIC, id="values",
        ),
        pytest.param(
            Losses(columns={T: (ID, KeptColumn("x", "text"))}),
            (Keep("a", KeepKind.VALUES, *T, (ID,)),), Label.SCHEMA_ONLY,
            id="some values",
        ),
        pytest.param(Losses(sequences={("public", "s"): None}), (), Label.SCHEMA_ONLY, id="a position"),
        pytest.param(Losses(beyond=("deletes rows",)), (Keep("a", KeepKind.ROWS, *T),), Label.SCHEMA_ONLY, id="beyond"),
    ],
)  # fmt: skip
def test_what_a_rollback_returns(losses: Losses, keeps: Sequence[Keep], label: Label) -> None:
    assert label_of(losses, keeps)[0] == label


def test_a_column_that_is_narrowed_and_filled_is_kept_once() -> None:
    narrowed, before = (
        KeptColumn("x", "text", Outcome.CHANGED, "varchar(3)"),
        state(COLUMNS, constraints=[PRIMARY]),
    )
    found = keeps_for(
        Losses(columns={T: (narrowed,)}, backfilled=((*T, "x"), (*T, "slug"))), before, before, "7", Direction.UP
    )
    assert [[column.fate for column in keep.columns] for keep in found] == [["changed", "filled"]]
    assert found[0].whole  # also the rows that had no x


def gone(*names: str, attic: str = "attic_1_1", fate: Outcome = Outcome.GONE) -> Keep:
    columns = tuple(KeptColumn(name, "text", fate) for name in names)
    return Keep(attic, KeepKind.VALUES, *T, columns, Key((ID,)))


def updates(up: Sequence[str]) -> list[str]:
    return [line for text in up for line in text.splitlines() if line.startswith("UPDATE public.t")]


def test_only_columns_that_come_are_filled_from_the_attic() -> None:
    # y was added again by hand, and has new values since.
    before, after = state({**WITHOUT, "y": "text"}), state({**COLUMNS, "y": "text"})
    restored = restorable([gone("x", "y")], before, after)
    found = preserve(Transition((ADD_X,), (DROP_X,), before, after), "7", CODEC, attic=restored)
    assert updates(found.up) == ["UPDATE public.t AS here SET x = kept.x"]


def test_an_older_keep_gives_what_a_newer_one_lacks() -> None:
    before, after = state(WITHOUT), state({**COLUMNS, "y": "text"})
    adds = (ADD_X, "ALTER TABLE public.t ADD COLUMN y text")
    restored = restorable([gone("x", attic="attic_2_1"), gone("x", "y", attic="attic_1_1")], before, after)
    assert [keep.attic for keep in restored] == ["attic_2_1", "attic_1_1"]
    found = preserve(Transition(adds, (), before, after), "7", CODEC, attic=restored)
    assert updates(found.up) == ["UPDATE public.t AS here SET x = kept.x", "UPDATE public.t AS here SET y = kept.y"]


@pytest.mark.parametrize(
    ("keep", "before", "after", "comes"),
    [
        pytest.param(gone("x"), state(WITHOUT), state(COLUMNS), True, id="a column"),
        pytest.param(gone("x"), state(COLUMNS), state(COLUMNS), False, id="there already"),
        pytest.param(gone("x"), state(COLUMNS), state(WITHOUT), False, id="going"),
        pytest.param(gone("x"), state(None), state(COLUMNS), False, id="with its table"),
        pytest.param(gone("x"), state({"slug": "text"}), state(COLUMNS), False, id="without its key"),
        pytest.param(gone("x", fate=Outcome.AGAIN), state(WITHOUT), state(COLUMNS), False, id="never put back"),
        pytest.param(Keep("a", KeepKind.ROWS, *T), state(None), state(COLUMNS), True, id="a table"),
        pytest.param(Keep("a", KeepKind.ROWS, *T), state(COLUMNS), state(COLUMNS), False, id="a table that is there"),
        pytest.param(Keep("a", KeepKind.ROWS, *T, again=True), state(None), state(COLUMNS), False, id="carried along"),
        pytest.param(Keep("a", KeepKind.ROWS, "app", "t"), state(None), state(COLUMNS), False, id="another table"),
        pytest.param(
            Keep("a", KeepKind.POSITION, "public", "s"), state(None),
            state(None, ("sequence", "public.s", "as bigint")), True,
            id="a sequence",
        ),
        pytest.param(
            Keep("a", KeepKind.POSITION, "public", "s"), state(None),
            state(None, ("sequence", "app.s", "as bigint")), False,
            id="another sequence",
        ),
    ],
)  # fmt: skip
def test_what_comes_back_from_the_attic(keep: Keep, before: State, after: State, comes: bool) -> None:
    assert bool(restorable([keep], before, after)) is comes


def test_of_two_keeps_the_newest_comes_back() -> None:
    keeps = [Keep("attic_2_1", KeepKind.ROWS, *T), Keep("attic_1_1", KeepKind.ROWS, *T)]
    assert restorable(keeps, state(None), state(COLUMNS)) == (keeps[0],)


@pytest.mark.parametrize(
    ("keep", "needed"),
    [
        (Keep("a", KeepKind.ROWS, *T), True),
        (Keep("a", KeepKind.ROWS, *T, again=True), False),
        (Keep("a", KeepKind.POSITION, "public", "s"), True),
        (gone("x"), True),
        (gone("x", fate=Outcome.AGAIN), False),
        (gone("x", fate=Outcome.RECAST), True),
        (gone("x", fate=Outcome.FILLED), True),
    ],
)
def test_what_a_way_back_needs(keep: Keep, needed: bool) -> None:
    assert needed_back(keep) is needed


def test_every_statement_of_a_keep_with_odd_names_is_sql() -> None:
    table, name = ('My "Shop"', "a.b'c\\d"), "sel\"ect ON it's"
    before = state({"id": "integer not null", name: 'public."M d"[]'}, constraints=[PRIMARY], table=table)
    place, column = qualified(*table), quote_ident(name)
    step = Transition(
        (f"ALTER TABLE {place} DROP COLUMN {column}",),
        (f'ALTER TABLE {place} ADD COLUMN {column} public."M d"[]',),
        before,
        state({"id": "integer not null"}, table=table),
    )
    found = preserve(step, "7", CODEC)
    for text in (*found.up, *found.down):
        assert len(split(text)) == 1
    assert f'SET {column} = kept.{column}::public."M d"[]' in "\n".join(found.down)
