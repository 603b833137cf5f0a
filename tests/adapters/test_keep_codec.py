"""Keeps as JSON: they come back as they went, rows of today stay readable, and what is not known is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.model import ColumnOutcome, Keep, KeepKind, KeptColumn, Key
from supasync.errors import SupasyncError

CODEC = KeepCodec()
# As it stands in the inventory of targets, and in their migration files.
STORED: dict[str, Any] = {
    "columns": [{"name": "email", "type": "text", "fate": "recast", "new_type": "public.citext"}],
    "key": {
        "columns": [{"name": "__supasync_row", "type": "uuid", "fate": "gone", "new_type": ""}],
        "rest": ["id", "größe"],
        "inherited": True,
        "lent": "__supasync_row",
    },
    "owner": None,
    "again": False,
    "whole": False,
    "without": ["public.users_2025"],
    "schema": "public",
    "name": "users",
}
KEPT = Keep(
    "attic_20261124120000_1",
    KeepKind.VALUES,
    "public",
    "users",
    (KeptColumn("email", "text", ColumnOutcome.RECAST, "public.citext"),),
    Key((KeptColumn("__supasync_row", "uuid"),), ("id", "größe"), inherited=True, lent="__supasync_row"),
    whole=False,
    without=("public.users_2025",),
)
# What PostgreSQL can store: no NUL, no lone surrogates.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=63)
TYPES = st.sampled_from(
    ("text", "numeric(10,2)", "timestamp(3) with time zone", 'public."größe"[]', '"char"', "bit(3)")
)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
COLUMNS = st.lists(
    st.builds(KeptColumn, TEXTS, TYPES, st.sampled_from(ColumnOutcome), st.just("") | TYPES),
    max_size=3,
).map(tuple)
KEEPS = st.builds(
    Keep,
    attic=TEXTS,
    kind=st.sampled_from(KeepKind),
    schema=TEXTS,
    name=TEXTS,
    columns=COLUMNS,
    key=st.builds(Key, COLUMNS, NAMES, st.booleans(), TEXTS),
    owner=st.none() | st.tuples(TEXTS, TEXTS, TEXTS),
    again=st.booleans(),
    whole=st.booleans(),
    without=NAMES,
)


@given(KEEPS)
def test_a_keep_comes_back_as_text_and_as_parsed_json(keep: Keep) -> None:
    text = CODEC.encode(keep)
    assert CODEC.decode(keep.attic, keep.kind, text) == keep
    assert CODEC.decode(keep.attic, keep.kind, json.loads(text)) == keep


def test_the_json_is_the_one_that_targets_hold() -> None:
    assert CODEC.decode(KEPT.attic, "values", STORED) == KEPT
    assert CODEC.encode(KEPT) == json.dumps(STORED, ensure_ascii=False)


@pytest.mark.parametrize("where", ["columns", "key"])
def test_a_type_is_a_type_and_nothing_more(where: str) -> None:
    """It becomes a part of statements."""
    bad = {"name": "a", "type": "int); commit; delete from t; --", "fate": "gone", "new_type": ""}
    stored = (
        {**STORED, "columns": [bad]} if where == "columns" else {**STORED, "key": {**STORED["key"], "columns": [bad]}}
    )
    with pytest.raises(SupasyncError) as caught:
        CODEC.decode("attic_1_1", "values", stored)
    assert "is not the name of a type" in caught.value.details[0]


def test_a_position_names_the_column_that_it_numbers() -> None:
    stored = {**STORED, "columns": [], "owner": ["public", "users", "id"], "name": "users_id_seq"}
    assert CODEC.decode("attic_1_1", "position", stored).owner == ("public", "users", "id")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"more": 1}, "spec.more", id="an unknown field"),
        pytest.param({"key": {**STORED["key"], "more": 1}}, "spec.key.more", id="an unknown field of the key"),
        pytest.param({"columns": [{"name": "x", "type": "y", "z": 1}]}, "spec.columns.0.z", id="one of a column"),
        pytest.param({"columns": [{"name": "x"}]}, "spec.columns.0.type", id="a column without a type"),
        pytest.param({"columns": [{"name": 1, "type": "y"}]}, "spec.columns.0.name", id="a number for a name"),
        pytest.param({"columns": [{"name": "x", "type": "y", "fate": "lost"}]}, "spec.columns.0.fate", id="a fate"),
        pytest.param({"again": "true"}, "spec.again", id="a text for a boolean"),
        pytest.param({"whole": 1}, "spec.whole", id="a number for a boolean"),
        pytest.param({"owner": ["public", "t"]}, "spec.owner", id="an owner of two parts"),
        pytest.param({"owner": ["public", "t", "c", "d"]}, "spec.owner", id="an owner of four parts"),
        pytest.param({"without": "public.t"}, "spec.without", id="a text for a list"),
        pytest.param({"schema": None}, "spec.schema", id="null for a name"),
    ],
)
def test_what_is_not_known_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(SupasyncError, match="entry for attic_1_1") as refused:
        CODEC.decode("attic_1_1", "values", {**STORED, **change})
    assert refused.value.details
    assert all(detail.startswith(problem) for detail in refused.value.details), refused.value.details
    assert "update supasync" in refused.value.hint


@pytest.mark.parametrize("lacking", list(STORED))
def test_a_field_that_lacks_is_refused(lacking: str) -> None:
    with pytest.raises(SupasyncError) as refused:
        CODEC.decode("attic_1_1", "values", {name: value for name, value in STORED.items() if name != lacking})
    assert [detail.partition(":")[0] for detail in refused.value.details] == [f"spec.{lacking}"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"spec"'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(SupasyncError) as refused:
        CODEC.decode("attic_1_1", "values", text)
    assert refused.value.details[0].startswith("spec: ")


def test_another_kind_is_refused() -> None:
    with pytest.raises(SupasyncError) as refused:
        CODEC.decode("attic_1_1", "columns", STORED)
    assert refused.value.details == ("unknown kind columns",)
