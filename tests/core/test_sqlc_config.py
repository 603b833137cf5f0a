"""Which configurations of sqlc make Go code and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.core.sqlc_config import is_plain

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "go-app" / "sqlc.yaml"
HEAD = 'version: "2"\nsql:\n  - engine: postgresql\n    schema: schema.sql\n    queries: db/queries\n'
GO = f"{HEAD}    gen:\n      go:\n        package: db\n        out: db\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sql: []\n",
        GO,
        GO.replace("\n", "\r\n"),
        f"# ours\n{GO}        emit_json_tags: true # as the API has it\n        initialisms: [\"id\", 'url']\n",
        f"{GO}overrides:\n  go:\n    rename:\n      user_id: UserID\n",
        f'{GO}overrides:\n  go:\n    overrides:\n      - db_type: "uuid"\n        go_type: "github.com/x/uuid.UUID"\n',
        "sql:\n- schema:\n    - ../a.sql\n    - 'db/b.sql'\n  queries: ./db/\n",
        f"{GO}        output_db_file_name: db_gen.go\n",
        "queries: [my-database, x.database]\n",
    ],
)
def test_plain_ones(text: str) -> None:
    assert is_plain(text.encode(), as_json=False)


def test_the_example_is_plain() -> None:
    assert is_plain(EXAMPLE.read_bytes(), as_json=False)


@pytest.mark.parametrize(
    "text",
    [
        "plugins:\n  - name: p\n",
        "database:\n  uri: x\n",
        f"{HEAD}    gen:\n      json:\n        out: db\n",
        f"{HEAD}    gen: {{json: {{out: .}}}}\n",
        f"{HEAD}    codegen:\n    - out: db\n      plugin: p\n",
        f"{GO}        output_db_file_name: .env\n",
        f"{GO}        output_db_file_name: ../../x.go\n",
        GO.replace("out: db", "out: ."),
        GO.replace("out: db", "out: .git/hooks"),
        GO.replace("out: db", "out: db/../.git"),
        GO.replace("out: db", "out: /etc"),
        GO.replace("out: db", "out: >-\n          db"),
        GO.replace("out: db", "out: &a db"),
        GO.replace("out: db", 'out: "d\\x62"'),
        GO.replace("db/queries", "."),
        GO.replace("db/queries", ".."),
        "? plugins\n: []\n",
        "&a plugins: 1",
        "!!binary cGx1Z2lucw==: []",
        "x: 1\nplugins : []\n",
        "x: |\n  a\n",
        "x: 1\u2028plugins: []\n",
        "x: 1\x85plugins: []\n",
    ],
)
def test_whatever_might_be_more_is_more(text: str) -> None:
    assert not is_plain(text.encode(), as_json=False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_other_encodings_are_not_read(encoding: str) -> None:
    assert not is_plain("plugins: []".encode(encoding), as_json=False)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"sql": [{"schema": "a.sql", "queries": "q", "gen": {"go": {"out": "db", "package": "db"}}}]}', True),
        ('{"sql": [{"gen": {"json": {"out": "db"}}}]}', False),
        ('{"plu\\u0067ins": []}', False),
        ('{"sql": [{"gen": {"go": {"out": "."}}}]}', False),
        ("[" * 100_000, False),
        ("{", False),
    ],
)
def test_json(text: str, plain: bool) -> None:
    assert is_plain(text.encode(), as_json=True) is plain


@pytest.mark.parametrize("item", ["a ,", "a  ,  ", "a b ,"])
def test_a_list_that_never_ends_is_read_once(item: str) -> None:
    assert not is_plain(f"initialisms: [{item * 60} !\n".encode(), as_json=False)
    assert is_plain(f"initialisms: [{item * 60} a]\n".encode(), as_json=False)
