"""Stand-ins: statements for the members of an extension, from what the catalog says of them."""

from __future__ import annotations

from typing import Any

import pytest

from supasync.core import sql
from supasync.core.catalog.stand_in import StandIn, is_usable_name, stand_in

INTEGER, TEXT, AMOUNT = ["pg_catalog", "int4"], ["pg_catalog", "text"], ["ext", "amount"]
CSTRING, INTERNAL = ["pg_catalog", "cstring"], ["pg_catalog", "internal"]


def routine(name: str, arguments: list[list[str]], returns: list[str], **told: Any) -> dict[str, Any]:
    return {
        "name": ["ext", name], "kind": "f", "arguments": arguments, "all": None, "modes": None, "names": None,
        "defaults": 0, "returns": returns, "set": False, "volatility": "i", "parallel": "s", "variadic": False,
        "pseudo": False, "of aggregate": None, **told,
    }  # fmt: skip


BASE_TYPE = {
    "name": AMOUNT, "category": "U", "preferred": False, "delimiter": ",", "collatable": False, "not null": False,
    "input": ["ext", "amount_in"], "input arguments": [CSTRING], "output": ["ext", "amount_out"],
    "modifier input": None, "modifier output": None, "base": None, "subtype": None, "labels": [], "columns": [],
}  # fmt: skip
MEMBERS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "a schema of its own": (
        "schema",
        {"name": "own"},
        ["create schema own", "grant usage on schema own to public"],
    ),
    "an enum": (
        "enum",
        {**BASE_TYPE, "name": ["ext", "Grade"], "labels": ["low", "it's"]},
        ["create type \"Grade\" as enum ('low', 'it''s')"],
    ),
    "a domain, without its conditions": (
        "domain",
        {**BASE_TYPE, "name": ["own", "positive"], "base": INTEGER, "not null": True},
        ["create domain own.positive as pg_catalog.int4 not null"],
    ),
    "a composite type": (
        "composite type",
        {**BASE_TYPE, "name": ["ext", "pair"], "columns": [["a b", INTEGER], ["c", AMOUNT]]},
        ['create type pair as ("a b" pg_catalog.int4, c amount)'],
    ),
    "a function with a default": (
        "routine",
        routine("greet", [TEXT, TEXT], TEXT, names=["who", ""], defaults=1),
        [
            ("create function greet(who pg_catalog.text, pg_catalog.text default null) returns pg_catalog.text"
            " language plpgsql immutable parallel safe as 'begin return null; end'")
        ],
    ),
    "a variadic function": (
        "routine",
        routine("joined", [["pg_catalog", "text", "[]"]], TEXT, variadic=True, volatility="v", parallel="u"),
        [
            ("create function joined(variadic pg_catalog.text[]) returns pg_catalog.text"
            " language plpgsql volatile parallel unsafe as 'begin return null; end'")
        ],
    ),
    "a function that returns a table": (
        "routine",
        routine(
            "rows_of", [INTEGER], ["pg_catalog", "record"], all=[INTEGER, TEXT, INTEGER], modes=["i", "t", "t"],
            names=["n", "a", "b"], set=True,
        ),
        [
            ("create function rows_of(n pg_catalog.int4, out a pg_catalog.text, out b pg_catalog.int4)"
            " returns setof record language plpgsql immutable parallel safe as 'begin return; end'")
        ],
    ),
    "a compiled function of internal values raises": (
        "routine",
        routine("support", [INTERNAL], INTERNAL, pseudo=True),
        [
            ("create function support(pg_catalog.internal) returns pg_catalog.internal"
            " language internal immutable parallel safe as 'internal_in'")
        ],
    ),
    "a procedure": (
        "routine",
        routine("tidy", [], ["pg_catalog", "void"], kind="p"),
        ["create procedure tidy() language plpgsql as 'begin return; end'"],
    ),
    "an aggregate": (
        "routine",
        routine(
            "total", [AMOUNT], AMOUNT, kind="a",
            **{"of aggregate": {"kind": "n", "direct": 0, "step": ["ext", "add"], "state": AMOUNT, "final": None,
                                "extra": False}},
        ),
        ["create aggregate total(amount) (sfunc = add, stype = amount)"],
    ),
    "an operator": (
        "operator",
        {"name": ["ext", "<->"], "left": AMOUNT, "right": AMOUNT, "function": ["ext", "distance"],
         "commutator": ["ext", "<->"], "negator": None, "hashes": False, "merges": True},
        [
            ("create operator <-> (leftarg = amount, rightarg = amount, function = distance,"
            " commutator = operator(<->), merges)")
        ],
    ),
    "a cast by the same bytes, which are texts here": (
        "cast",
        {"source": AMOUNT, "target": INTEGER, "context": "a", "method": "b", "function": None, "arguments": None},
        ["create cast (amount as pg_catalog.int4) with inout as assignment"],
    ),
    "an access method": (
        "access method",
        {"name": "hnsw", "kind": "i"},
        ["create access method hnsw type index handler pg_catalog.gisthandler"],
    ),
    "a view": (
        "relation",
        {"name": ["own", "shown"], "kind": "v", "columns": [["a", INTEGER, False]], "keys": [], "rights": ["SELECT"]},
        ["create view own.shown as select null::pg_catalog.int4 as a", "grant SELECT on own.shown to public"],
    ),
    "a table with its keys": (
        "relation",
        {"name": ["own", "t"], "kind": "r", "columns": [["a", INTEGER, True]], "rights": [],
         "keys": [{"kind": "p", "columns": ["a"]}]},
        ["create table own.t (a pg_catalog.int4 not null, primary key (a))"],
    ),
}  # fmt: skip


def made(kind: str, *told: dict[str, Any], relocatable: bool = True) -> StandIn:
    return stand_in("x", "ext", relocatable, {}, [(kind, one) for one in told])


@pytest.mark.parametrize("case", MEMBERS)
def test_each_kind_of_member_has_its_statements(case: str) -> None:
    kind, told, statements = MEMBERS[case]
    assert list(made(kind, told).statements) == statements
    for text in statements:
        assert len(sql.split(text)) == 1


def test_an_operator_class_of_an_unknown_method_is_one_of_gist_and_takes_no_value() -> None:
    told = {
        "name": ["ext", "amount_ops"], "method": "hnsw", "type": AMOUNT, "default": True, "family": ["ext", "fam"],
        "storage": None,
        "operators": [{"number": 1, "name": ["ext", "<->"], "left": AMOUNT, "right": AMOUNT,
                       "sort": ["pg_catalog", "float_ops"]}],
        "functions": [{"number": 1, "name": ["ext", "distance"], "arguments": [AMOUNT, AMOUNT]}],
    }  # fmt: skip
    (text,) = made("operator class", told).statements
    assert text.startswith("create operator class amount_ops default for type amount using hnsw family fam as operator")
    assert "for order by pg_catalog.float_ops" in text
    assert "function 3 pg_catalog.internal_in(cstring)" in text
    assert "distance" not in text
    (text,) = made("operator class", {**told, "method": "btree"}).statements
    assert "function 1 distance(amount, amount)" in text


def test_routines_of_a_type_read_and_write_texts() -> None:
    reads = routine("amount_in", [CSTRING], AMOUNT, pseudo=True)
    writes = routine("amount_out", [AMOUNT], CSTRING, pseudo=True)
    found = stand_in("x", "ext", True, {}, [("routine", reads), ("routine", writes), ("base type", BASE_TYPE)])
    shell, first, second, full = found.statements
    assert shell == "create type amount"
    assert first.endswith("strict parallel safe as 'textin'")
    assert second.endswith("strict parallel safe as 'textout'")
    assert full.startswith("create type amount (input = amount_in, output = amount_out, internallength = variable")


def test_an_extension_that_cannot_move_names_its_schema_by_what_it_will_be() -> None:
    assert (
        made("enum", MEMBERS["an enum"][1], relocatable=False)
        .statements[0]
        .startswith('create type @extschema@."Grade"')
    )


@pytest.mark.parametrize("name", ["a\nb", "a@extschema@b", "\x00"])
def test_what_could_be_read_otherwise_is_left_out(name: str) -> None:
    assert made("schema", {"name": name}, {"name": "fine"}).statements[0] == "create schema fine"


@pytest.mark.parametrize("name", ["; drop table t; --", "=)", "<" * 64])
def test_an_operator_is_made_of_operator_characters(name: str) -> None:
    assert made("operator", {**MEMBERS["an operator"][1], "name": ["ext", name]}).statements == ()


def test_quotes_in_names_and_texts_stay_within_them() -> None:
    told = {**BASE_TYPE, "name": ["ext", 'a"); drop table t; --'], "labels": ["'); drop table t; --"]}
    (text,) = made("enum", told).statements
    assert len(sql.split(text)) == 1


def test_the_version_is_one_of_the_content() -> None:
    one, other = made("schema", {"name": "a"}), made("schema", {"name": "b"})
    assert one.version == made("schema", {"name": "a"}).version != other.version
    assert "--" not in one.version


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("vector", True),
        ("uuid-ossp", True),
        ("a--b", False),
        ("../x", False),
        ("-x", False),
        ("x/y", False),
        ("", False),
    ],
)
def test_names_that_may_be_those_of_files(name: str, usable: bool) -> None:
    assert is_usable_name(name) is usable
