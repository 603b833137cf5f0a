"""Which changes of a type give every value back as it was."""

from __future__ import annotations

import pytest

from supasync.core.catalog.type_conversion import returns_exactly


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("text", "text"),
        ("public.mood", "public.mood"),
        ("text", "character varying"),
        ("character varying(5)", "character varying(9)"),
        ("character varying(5)", "text"),
        ("character(5)", "text"),
        ("character(5)", "character varying(5)"),
        ("text", "citext"),
        ("citext", "text"),
        ("text", "extensions.citext"),
        ("smallint", "bigint"),
        ("bigint", "smallint"),  # what does not fit is refused by PostgreSQL
        ("integer", "numeric"),
        ("integer", "numeric(12,2)"),
        ("integer", "text"),
        ("integer", "double precision"),
        ("smallint", "real"),
        ("real", "double precision"),
        ("numeric(10,2)", "numeric(12,4)"),
        ("numeric(10,2)", "numeric"),
        ("boolean", "integer"),
        ("boolean", "text"),
        ("jsonb", "json"),
        ("jsonb", "text"),
        ("json", "text"),
        ("uuid", "text"),
        ("inet", "text"),
        ("cidr", "inet"),
        ("date", "timestamp without time zone"),
        ("timestamp(3) without time zone", "timestamp without time zone"),
        ("timestamp with time zone", "text"),
        ("text[]", "character varying[]"),
        ("integer[]", "bigint[]"),
        ("public.mood", "text"),
    ],
)
def test_values_come_back_from(old: str, new: str) -> None:
    assert returns_exactly(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("text", "integer"),  # '007'
        ("text", "uuid"),
        ("text", "boolean"),
        ("text", "json"),  # kept as written, yet read as something else by jsonb
        ("text", "jsonb"),
        ("text", "date"),
        ("text", "name"),
        ("text", "character(20)"),
        ("text", "character varying(20)"),
        ("character varying(9)", "character varying(5)"),
        ("character varying", "character varying(5)"),
        ("character(9)", "character(5)"),
        ("text[]", "text"),
        ("text", "text[]"),
        ("text[]", "character varying(3)[]"),
        ("numeric(10,2)", "integer"),
        ("numeric", "numeric(10,2)"),
        ("numeric(12,4)", "numeric(12,2)"),
        ("double precision", "real"),
        ("double precision", "numeric"),
        ("bigint", "double precision"),
        ("integer", "real"),
        ("integer", "boolean"),
        ("json", "jsonb"),
        ("inet", "cidr"),
        ("timestamp with time zone", "timestamp without time zone"),
        ("timestamp without time zone", "timestamp with time zone"),
        ("date", "timestamp with time zone"),
        ("timestamp without time zone", "date"),
        ("timestamp without time zone", "timestamp(0) without time zone"),
        ("time without time zone", "time with time zone"),
        ("public.mood", "character varying(3)"),
        ("public.mood", "integer"),
        ("integer", "public.mood"),
    ],
)
def test_values_do_not_come_back_from(old: str, new: str) -> None:
    assert not returns_exactly(old, new)


@pytest.mark.parametrize(
    "new",
    [
        pytest.param('"char"', id="a single byte"),
        pytest.param("int4range", id="written in one of two ways"),
        pytest.param("macaddr", id="written in one of many ways"),
        pytest.param("tsquery", id="read and written anew"),
        pytest.param("extensions.hstore", id="of an extension, which sorts"),
        pytest.param("public.vector(3)", id="of an extension, which rounds"),
        pytest.param("public.short", id="a domain, perhaps over a shorter text"),
    ],
)
def test_text_that_a_type_of_its_own_reads_need_not_come_back(new: str) -> None:
    assert not returns_exactly("text", new)


def test_a_domain_or_enum_in_place_of_another_need_not_hold_its_values() -> None:
    assert not returns_exactly("public.long_code", "public.short_code")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("integer", "numeric(12,-2)", id="hundreds"),
        pytest.param("numeric(10,0)", "numeric(12,-2)", id="numbers to hundreds"),
        pytest.param("time without time zone", "interval", id="24:00 comes back as 00:00"),
    ],
)
def test_what_rounds_does_not_come_back(old: str, new: str) -> None:
    assert not returns_exactly(old, new)
