"""Names with CR LF, which the CLI cannot say, are refused with their place; elsewhere CR LF is no matter."""

from __future__ import annotations

import pytest

from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.engine.line_ends import refuse_names_with_crlf, refuse_text_with_crlf_in_names
from supasync.errors import InvalidSqlError, RefusedError


def test_names_of_a_target() -> None:
    refuse_names_with_crlf(Fingerprint.of((ObjectRow("function", 'public."a\rb"()', "x\r\ny"),)))
    rows = [ObjectRow("table", f'public."{number}\r\n"', "") for number in range(9)]
    with pytest.raises(RefusedError) as caught:
        refuse_names_with_crlf(Fingerprint.of(rows))
    assert caught.value.details == tuple(f"table {row.identity}" for row in rows[:5])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('create table "a\rb" ();\r\ncomment on table "a\rb" is \'x\r\n"y\r\n"\';\n', 0),
        ('-- "a\r\n"\n$$"a\r\nb"$$ /* "\r\n" */', 0),
        ('select 1;\n\ncreate view "v\r\n" as select 1;\n', 3),
    ],
)
def test_names_of_a_schema_file(text: str, line: int) -> None:
    if not line:
        refuse_text_with_crlf_in_names(text, "schema.sql")
        return
    with pytest.raises(InvalidSqlError) as caught:
        refuse_text_with_crlf_in_names(text, "schema.sql")
    assert caught.value.spot is not None
    assert (caught.value.spot.line, caught.value.spot.column, caught.value.spot.text) == (line, 13, 'create view "v')
