"""What is known of a shadow server's databases, kept in a file."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from supasync.adapters.shadow.records import Record, Records


def test_what_was_put_is_there_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "databases.json"
    Records(path).put("a", Record(content="1", oid=7, known=("postgres",)))
    found = Records(path).get("a")
    assert found is not None
    assert (found.content, found.oid, found.known) == ("1", 7, ("postgres",))


def test_threads_keep_records_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "databases.json"
    records = Records(path)

    def keep(thread: int) -> None:
        for number in range(100):
            records.put(f"{thread}_{number}", Record(oid=number))
            records.forget(f"{thread}_{number - 1}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(4)))
    assert sorted(json.loads(path.read_text())) == [f"{thread}_99" for thread in range(4)]


def test_a_spoiled_file_means_that_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "databases.json"
    for text in ("", "{", "[]", '{"a": 1}', '{"a": {"content": 1}}'):
        path.write_text(text)
        assert Records(path).get("a") is None
