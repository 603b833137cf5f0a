"""Which expressions may be looked up in the rows of a target."""

from __future__ import annotations

import pytest

from supasync.core.sql import tree
from supasync.core.sql.harmless import objection, objection_to_conversion, objection_to_keys


def test_rows_are_put_together_by_few_computed_values() -> None:
    keys = [tree(f"SELECT {key}")[1]["target_list"][0]["res_target"]["val"] for key in ("a", "lower(b)") * 4]
    assert objection_to_keys(keys[:6]) == ""
    assert "too long" in objection_to_keys(keys)
    assert objection(keys) == ""
    kept = [tree(f"SELECT coalesce(b, '{n}')")[1]["target_list"][0]["res_target"]["val"] for n in range(4)]
    assert "too long" in objection_to_keys(kept)


def judged(expression: str) -> str:
    return objection([tree(f"SELECT {expression}")[1]["target_list"][0]["res_target"]["val"]])


@pytest.mark.parametrize(
    "expression",
    [
        "a > 0 AND (b IS NULL OR c <> 'x'::text)",
        "status = ANY (ARRAY['a'::text, 'b'::text])",
        "status IN ('a', 'b') AND NOT gone",
        "m::mood = 'ok'::public.mood",
        "(status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
        "name LIKE ANY ((ARRAY['a%'::character varying])::text[]) AND at > ('2020-01-01'::text)::date",
        "(data ->> 'price')::numeric(10,2) >= 0 AND btrim(price)::numeric > 1e3",
        "a BETWEEN 1 AND 2 AND b NOT BETWEEN SYMMETRIC 3 AND 4 AND " + " AND ".join(["c > 1"] * 30),
        "lower(btrim(email)) ~ '^[^@]+@[^@]+$'",
        "position('@' in email) > 1",
        "email LIKE '%@%' OR name SIMILAR TO 'a%'",
        "char_length(name) BETWEEN 1 AND 100",
        "lower(first || ' ' || last)",
        "coalesce(a, 0) + greatest(b, 1) * 2 >= round(price, 2)",
        "CASE WHEN kind = 'x' THEN a IS NOT NULL ELSE true END",
        "tstzrange(begun, ended, '[)')",
        "(data ->> 'kind') IS NOT NULL AND data ? 'id' AND jsonb_typeof(data) = 'object'",
        "date_trunc('day', at AT TIME ZONE 'UTC')::date",
        "ended - begun > '1 day'::interval AND till - since < '1 year'::interval",
        "at <= CURRENT_TIMESTAMP AND ended > begun + '1 day'::interval",
        "num_nonnulls(a, b) = 1",
        "price::numeric(10,2) > 0 AND code::varchar(3) = code",
        "x IS DISTINCT FROM y AND nullif(a, b) IS NULL AND flag IS TRUE",
        "tags && ARRAY['a'::text, 'b'::text] AND data @> '{}'::jsonb",
        "name COLLATE \"C\" < 'b'",
        "replace(phone, ' ', '') = phone AND regexp_replace(phone, '[^0-9]', '', 'g') <> ''",
        "array_position(tags, NULL) IS NULL AND scale(price) <= 2 AND initcap(name) = name",
        "split_part(email, '@', 2) <> '' AND (begun, ended) OVERLAPS (since, till)",
    ],
)
def test_everyday_rules_may(expression: str) -> None:
    assert judged(expression) == ""


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("repeat('x', 1000000000) = a", "it calls repeat()"),
        ("pg_notify('a', b) IS NULL", "it calls pg_notify()"),
        ("strpos(((id - 1)::bit(600000))::text, '1') = 0", "as long as bit says"),
        ("strpos(a, b) = 0", "an argument of strpos() is no constant"),
        ("a LIKE b", "the pattern of ~~ is no constant"),
        ("a::character(10000000) = b", "as long as bpchar says"),
        ("a::varbit(9) = b", "as long as varbit says"),
        ("(ARRAY[a])::text = b", "an element of an array is no constant"),
        ("ROW(a)::text = b", "it has a row expr"),
        ("(a, b) = (1, 2)", "it has a row expr"),
        ("(x).v", "it has a a indirection"),
        ("a[1] = 2", "it has a a indirection"),
        ("a = (SELECT 1)", "it has a sub link"),
        ("EXISTS (SELECT FROM t)", "it has a sub link"),
        ("t.*::text = a", "it takes whole rows"),
        ("a || b || c || d || e = f", "it joins too many values"),
        (" AND ".join(["a > 0"] * 200), "it is too long"),
        (f"a = '{'x' * 1001}'", "it has a constant too large"),
        ("a < 1e120000", "it has a constant too large"),
        ("a < '1E+99999'", "it has a constant too large"),
        ("round(a, 16000) = a", "it has a constant too large"),
        ("round(a, b) = a", "an argument of round() is no constant"),
        ("a OPERATOR(public.##) b", "it uses the operator ##"),
        ("a <-> b < 1", "it uses the operator <->"),
        ("a ^ b < 1", "it uses the operator ^"),
        ("xmlelement(name a) IS NULL", "it has a xml expr"),
        ("json_object('a': b) IS NULL", "it has a json"),
        ("lower(DISTINCT a) = b", "it calls lower()"),
        ("(v).pg_terminate_backend", "it has a a indirection"),
        ("json_query(data, '$.**.**' WITH WRAPPER) IS NULL", "it has a json"),
        ("a < '1e1_31071'::text::numeric", "it has a constant too large"),
        (" OR ".join(["lower(a) = b"] * 30), "it is too long"),
        (f"a LIKE '{'%a' * 150}'", "it has a pattern too long"),
        ("replace(a, 'x', 'xxxxxxxxxxxx') = b", "replace() may make longer values"),
        ("regexp_replace(a, '', 'x', 'g') = b", "regexp_replace() may make longer values"),
        ("replace(a, b, '') = c", "an argument of replace() is no constant"),
        ("count(*) OVER () = 1", "it calls count()"),
        # Growth, time zones and searches by values that are made on the way.
        ("timezone(body, now()) IS NULL", "the first argument of timezone() is no constant"),
        ("date_trunc('day', at, zone) IS NULL", "it calls date_trunc()"),
        ("lower(a)::timestamptz IS NULL", "it reads what it has computed as timestamptz"),
        ("translate(a, b, '') = c", "an argument of translate() is no constant"),
        ("btrim(a, b) = c", "an argument of btrim() is no constant"),
        ("replace(a, (0)::text, (1000000000)::text) = b", "replace() may make longer values"),
        ("replace(a, ('000000'::varchar(1))::text, '000000') = b", "replace() may make longer values"),
        ("array_to_string(a, 'b') = c", "it calls array_to_string()"),
        ("(int4range(a, b))::text = c", "it reads what it has computed as text"),
        ("((a + 0)::varbit)::int = 1", "it reads what it has computed as varbit"),
        ("((a)::bytea)::text = b", "it reads what it has computed as text"),
        ("a::interval[] IS NULL", "it reads what it has computed as interval"),
        (f"a * {'9' * 41} > 0", "it has a constant too large"),
        ("tags @> others", "it compares two values by @>"),
        ("data ?| tags", "it compares two values by ?|"),
        (f"strpos(a, '{'x' * 101}') = 0", "it has a pattern too long"),
        (f"a LIKE ANY (ARRAY['{'%a' * 60}'::varchar])", "it has a pattern too long"),
        (f"a ~ '{'x' * 101}'::varchar::text", "it has a pattern too long"),
        ("lower(VARIADIC ARRAY['a']) = b", "it calls lower()"),
        # Constants that are longer than they look, and exponents put together in the rows.
        ("""a = '["e",1e131071]'""", "it has a constant too large"),
        ("a = '{0xe,1e99999}'", "it has a constant too large"),
        ("a = '{empty,[1e99999,)}'", "it has a constant too large"),
        (r"a = '{1\e65000}'::numeric[]", "it has a constant too large"),
        ("""a = '[1"e65000",)'::numrange""", "it has a constant too large"),
        ("a = ('[1,2]'::jsonb)::text", "read as one type after the other"),
        ("strpos(a, ('[1,2]'::jsonb)::text) = 0", "a constant that is read as another type"),
        ("a = '{1,2}'::numeric(1000,999)[]", "it makes values as long as numeric says"),
        ("('1e' || a)::numeric > 0", "it reads what it has computed as numeric"),
        ("(replace('1x65000', 'x', 'e'))::numeric > a", "it reads what it has computed as numeric"),
        ("(reverse('00056e1'))::numeric > a", "it reads what it has computed as numeric"),
        (r"""('["1\u006565000"]'::jsonb ->> 0)::numeric > a""", "it reads what it has computed as numeric"),
        # Operators make values too.
        (f"data{' - 1' * 9} IS NOT NULL", "it is too long"),
        (" AND ".join(["a LIKE '%x%'"] * 9), "it is too long"),
        (" AND ".join(["(o - tags) IS NOT NULL"] * 3), "it is too long"),
        (" AND ".join(["body::jsonb ? 'a'"] * 3), "it is too long"),
        ("body SIMILAR TO body", "no constant"),
        # What is compared with each element has few of its own, whatever they are in.
        ("v && ARRAY[" + ", ".join(["'{1,2,3,4,5,6,7,8,9}'::int[]"] * 6) + "]", "it compares two values by &&"),
        (f"j <@ '[{','.join('1' * 60)}]'", "it compares two values by <@"),
        (" OR ".join(f"a = '{'x' * 900}'" for _ in range(5)), "it has a constant too large"),
    ],
)
def test_what_might_act_or_cost_may_not(expression: str, why: str) -> None:
    assert why in judged(expression)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("a::text::int[]", ""),
        ("a::jsonb", ""),
        ("a::varchar(3)[]", ""),
        ("a::character(10000000)[]", "as long as bpchar says"),
        ("a::text::bit(90000000)", "as long as bit says"),
        ("a::text::bytea::text::bytea", "it reads"),
        ("repeat(a, 9)::int", "it calls repeat()"),
    ],
)
def test_conversions_of_a_column(expression: str, why: str) -> None:
    node = tree(f"SELECT {expression}")[1]["target_list"][0]["res_target"]["val"]
    found = objection_to_conversion(node)
    assert found == why or (why and why in found)


def test_all_expressions_of_a_rule_count_together() -> None:
    one = tree("SELECT a || b || c")[1]["target_list"][0]["res_target"]["val"]
    assert objection([one, None]) == ""
    assert objection([one, one]) == "it joins too many values"
