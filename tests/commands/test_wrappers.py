"""Foreign data by the extension `wrappers`: the CLI's diff leaves it out, so it is named, left alone, and in no way."""

from __future__ import annotations

from tests.support.project import MakeProject
from tests.support.targets import MakeTarget

# As on hosted projects, where `postgres` owns the wrappers that it makes.
WRAPPER = (
    "create extension wrappers with schema extensions;"
    "create foreign data wrapper stripe_wrapper"
    " handler extensions.stripe_fdw_handler validator extensions.stripe_fdw_validator;"
    "update pg_foreign_data_wrapper set fdwowner = 'postgres'::regrole where fdwname = 'stripe_wrapper';"
)
SERVER = "create server stripe foreign data wrapper stripe_wrapper options (api_key_id 'x');\n"
CUSTOMERS = "create foreign table stripe.customers (id text, email text) server stripe options (object 'customers');\n"
# A schema of the server's name is another thing.
PLAIN = "create schema stripe;\ncreate table stripe.kept (id int primary key);\n"
IN_FILE = (
    "create extension wrappers with schema extensions;\ncreate foreign data wrapper stripe_wrapper"
    " handler extensions.stripe_fdw_handler validator extensions.stripe_fdw_validator;\n"
)
NEIGHBOURS = "create table apart (id int primary key);\nalter table stripe.kept add column note text;\n"


def test_what_the_schema_file_does_not_have_is_left_alone(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(PLAIN + SERVER + CUSTOMERS, ahead=WRAPPER)
    project = make_project(target, PLAIN + NEIGHBOURS)
    synced = project.run("sync", "--yes").ok()
    assert "Supabase Production is in sync (" in synced.out
    told = project.run("status").ok().out
    assert "IN SYNC" in told
    for name in ("foreign data wrapper stripe_wrapper", "foreign table stripe.customers", "server stripe"):
        assert f"Note: {name} is of the extension wrappers and is left as it is" in " ".join(told.split())
    project.run("rollback", "--last", "1", "--yes").ok()
    assert target.rows("select ftrelid::regclass::text from pg_foreign_table") == [("stripe.customers",)]
    assert target.rows("select to_regclass('apart')::text") == [(None,)]


def test_what_both_have_is_in_sync(make_target: MakeTarget, make_project: MakeProject) -> None:
    both = PLAIN + SERVER + CUSTOMERS
    project = make_project(make_target(both, ahead=WRAPPER), IN_FILE + both + NEIGHBOURS)
    project.run("sync", "--yes").ok()
    status = project.json("status")
    assert (status["in_sync"], status["unmanaged"], status["notes"]) == (True, [], [])
    project.write_schema(IN_FILE + both)
    project.run("sync", "--yes", "--force").ok()


def test_what_only_the_schema_file_has_is_named_until_it_is_made_by_hand(
    make_target: MakeTarget, make_project: MakeProject
) -> None:
    target = make_target(PLAIN + SERVER, ahead=WRAPPER)
    project = make_project(target, IN_FILE + PLAIN + SERVER + CUSTOMERS + NEIGHBOURS)
    synced = project.run("sync", "--yes").ok()
    assert "Not part of this, and left as it is; it needs a manual change:" in synced.out
    assert "is in sync, but for 3 differences left to be changed by hand" in synced.out
    assert not any("customers" in text for text in project.files().values())
    status = project.json("status")
    assert not status["in_sync"]
    assert [text.partition(":")[0] for text in status["unmanaged"]] == [
        "column stripe.customers.email", "column stripe.customers.id", "foreign table stripe.customers",
    ]  # fmt: skip
    assert all("which supabase db diff leaves out: change it by hand" in text for text in status["unmanaged"])
    refused = project.run("sync", "--yes").ended(4)
    assert "these differences cannot be migrated automatically" in refused.err
    target.sql(CUSTOMERS)
    assert project.json("status")["in_sync"]
