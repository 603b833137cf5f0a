"""The SQL that keeps and puts back."""

from __future__ import annotations

import pytest

from supasync.core.attic.attic_sql import (
    empty_sql,
    keep_sql,
    lend,
    mark_edited,
    number_rows,
    position_back,
    record_changed,
    rows_back,
    take_back,
    values_back,
    without_kept,
)
from supasync.core.attic.model import LENT, Keep, KeepKind, KeptColumn, Key
from supasync.core.attic.model import ColumnOutcome as Outcome
from supasync.core.sql import split, tree

T = ("public", "t")
ODD = ('My "Shop"', "a.b'c\\d")
ID = KeptColumn("id", "integer")
GONE = KeptColumn("x", "text")
MOOD = KeptColumn("m", "public.mood", Outcome.CHANGED, "public.mood")
CUT = KeptColumn("n", "numeric", Outcome.CHANGED, "integer")
FILLED = KeptColumn("f", "text", Outcome.FILLED, "text")


BY_ID = Key((ID,))


def values(*columns: KeptColumn, key: Key = BY_ID, whole: bool = True) -> Keep:
    return Keep("attic_1_1", KeepKind.VALUES, *T, columns, key, whole=whole)


KEYLESS = Key(rest=("a", "b c"))
HEIRS = Key(rest=("a",), inherited=True)
BORROWED = Key((KeptColumn(LENT, "uuid"),), ("a",), lent=LENT)
OWN = ("__row", "__number", "__edited_0", "__became_1", "__became_1_")
KEEPS = [
    Keep("attic_1_1", KeepKind.ROWS, *T, (ID, MOOD)),
    Keep("attic_1_1", KeepKind.ROWS, *ODD, (KeptColumn("sel\"ect ';--", 'public."M d"[]'),)),
    Keep("attic_1_1", KeepKind.ROWS, *T),
    values(GONE, whole=False),
    values(MOOD, CUT, GONE, FILLED),
    values(GONE, CUT, key=KEYLESS),
    values(GONE, key=HEIRS),
    values(GONE, key=Key()),
    values(GONE, CUT, key=BORROWED),
    values(
        *(KeptColumn(name, "numeric", Outcome.CHANGED, "integer") for name in OWN[1:]),
        key=Key(rest=("a", "__row")),
    ),
    values(CUT, key=Key(tuple(KeptColumn(name, "uuid") for name in OWN), lent=OWN[0])),
    values(FILLED, key=Key((KeptColumn("k", "extensions.citext"), ID)), whole=False),
    Keep(
        "attic_1_1",
        KeepKind.VALUES,
        *ODD,
        (KeptColumn("b\\s", "text", Outcome.RECAST, "date"),),
        Key((KeptColumn("k'", "uuid"),)),
    ),
    Keep("attic_1_1", KeepKind.POSITION, *ODD, owner=("a b", "c.d", "e'f")),
    Keep("attic_1_1", KeepKind.POSITION, "public", "s"),
]


@pytest.mark.parametrize("keep", KEEPS)
def test_all_of_it_is_sql_and_one_statement_each(keep: Keep) -> None:
    texts = [keep_sql(keep, with_parts=True), keep_sql(keep, with_parts=False), empty_sql(keep)]
    if keep.kind is KeepKind.ROWS:
        texts.append(rows_back(keep, {column.name: "text" for column in keep.columns}))
    elif keep.kind is KeepKind.POSITION:
        texts.append(position_back(keep, keep.owner))
    else:
        texts += [
            record_changed(keep),
            mark_edited(keep),
            f"SELECT FROM {keep.source} AS here WHERE {without_kept(keep)}",
        ]
        remade = all(column.is_remade for column in keep.columns)
        wanted = {column.name: column.type for column in keep.columns}
        texts += [values_back(keep, keep.columns, wanted, unless_edited=remade), *lend(keep), *take_back(keep)]
    assert [len(split(text)) for text in texts if text] == [1] * len([text for text in texts if text])


def names_of(text: str) -> list[str]:
    """The columns of a CREATE TABLE AS in order."""
    into, query = text.split(" AS\n", 1)
    assert into.startswith("CREATE TABLE supasync.attic_")
    targets = (item["res_target"] for item in tree(query)[1].get("target_list", ()))
    return [item.get("name") or item["val"]["column_ref"]["fields"][-1]["string"]["sval"] for item in targets]


@pytest.mark.parametrize("keep", KEEPS)
def test_the_rehearsals_empty_table_has_the_same_columns(keep: Keep) -> None:
    elements = tree(empty_sql(keep))[1].get("table_elts", ())
    names = [item["column_def"]["colname"] for item in elements]
    assert names == names_of(keep_sql(keep, with_parts=True))
    assert len(set(names)) == len(names)


def test_rows_of_heirs_are_not_the_tables_own_but_those_of_partitions_are() -> None:
    keep = Keep("attic_1_1", KeepKind.ROWS, *T, (ID, MOOD))
    assert keep_sql(keep, with_parts=False).endswith("SELECT id, m::text AS m FROM ONLY public.t")
    assert keep_sql(keep, with_parts=True).endswith("SELECT id, m::text AS m FROM public.t")


@pytest.mark.parametrize(
    ("keep", "where"),
    [
        (values(GONE, whole=True), ""),
        (values(GONE, whole=False), "\nWHERE x IS NOT NULL"),
        (values(GONE, KeptColumn("y", "text"), whole=False), "\nWHERE x IS NOT NULL OR y IS NOT NULL"),
        (values(FILLED, whole=False), "\nWHERE f IS NULL"),
        (values(FILLED, GONE, whole=False), "\nWHERE f IS NULL OR x IS NOT NULL"),
    ],
)
def test_which_rows_are_worth_keeping(keep: Keep, where: str) -> None:
    assert keep_sql(keep, with_parts=True).endswith(f" FROM public.t{where}")


def test_rows_come_back_by_name_and_as_their_type() -> None:
    keep = Keep("attic_1_1", KeepKind.ROWS, *T, (ID, MOOD, GONE))
    assert rows_back(keep, {"m": "public.mood", "id": "bigint", "new": "text"}) == (
        "INSERT INTO public.t (id, m) OVERRIDING SYSTEM VALUE\n"
        "SELECT kept.id::bigint, kept.m::public.mood FROM supasync.attic_1_1 AS kept"
    )


def test_marks_belong_to_the_places_of_their_columns() -> None:
    keep = values(GONE, MOOD, CUT)
    assert "__became_1 = here.m::text, __became_2 = here.n\n" in record_changed(keep)
    assert "__edited_2 = here.n::text IS DISTINCT FROM kept.__became_2::text" in mark_edited(keep)
    back = values_back(keep, [CUT], {"n": "numeric"}, unless_edited=True)
    assert "SET n = CASE WHEN kept.__edited_2 THEN here.n ELSE kept.n END\n" in back
    assert "__became_0" not in keep_sql(keep, with_parts=True)


def test_columns_of_the_source_are_not_taken_for_those_of_the_attic() -> None:
    # `a` and `tableoid` are of the row that is asked about; the attic's table has a tableoid too.
    assert "ROW(here.tableoid::regclass, here.a)::text" in without_kept(values(GONE, key=HEIRS))


@pytest.mark.parametrize(
    "keep",
    [values(GONE), Keep("attic_1_1", KeepKind.ROWS, *T, (CUT,)), values(KeptColumn("x", "text", Outcome.AGAIN))],
)
def test_nothing_is_noted_where_nothing_is_remade(keep: Keep) -> None:
    assert record_changed(keep) == mark_edited(keep) == ""


@pytest.mark.parametrize(
    ("key", "condition"),
    [
        (Key((ID,)), "here.id = kept.id"),
        (Key((ID, KeptColumn("k", "public.mood"))), "here.id = kept.id AND here.k = kept.k::public.mood"),
        (KEYLESS, "here.tableoid = now.place AND here.ctid = now.spot"),
        (BORROWED, f"here.{LENT} = kept.{LENT}"),
    ],
)
def test_a_kept_row_finds_its_row(key: Key, condition: str) -> None:
    keep = values(GONE, key=key)
    assert values_back(keep, [GONE], {"x": "text"}, unless_edited=False).endswith(f"\nWHERE {condition}")


def test_rows_of_heirs_are_told_apart_by_their_table() -> None:
    assert "ROW(tableoid::regclass, a)::text" in keep_sql(values(GONE, key=HEIRS), with_parts=True)
    assert "ROW(a)::text" in keep_sql(values(GONE, key=Key(rest=("a",))), with_parts=True)


@pytest.mark.parametrize(("key", "lent"), [(BORROWED, True), (KEYLESS, False), (Key((ID,)), False)])
def test_a_key_is_lent_and_taken_back(key: Key, lent: bool) -> None:
    keep = values(CUT, key=key)
    assert [bool(lend(keep)), bool(take_back(keep))] == [lent, lent]


def test_a_position_asks_for_the_highest_number_of_its_own_column() -> None:
    text = position_back(Keep("attic_1_1", KeepKind.POSITION, "a.b", "It's"), ("x.y", "T", "n"))
    assert """seqrelid = '"a.b"."It''s"'::regclass""" in text
    assert 'ELSE max(counted.n) END::bigint FROM "x.y"."T" AS counted' in text
    assert "NULL::bigint AS top" in position_back(Keep("attic_1_1", KeepKind.POSITION, "public", "s"), None)


def test_rows_get_numbers_above_all_others() -> None:
    text = number_rows("a b", "c.d", "e")
    assert 'UPDATE "a b"."c.d" AS here SET e = found.number' in text
    assert "WHERE e IS NULL" in text
