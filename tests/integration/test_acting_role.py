"""Login roles of one's own: as whom they act, and that the CLI's sessions act alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from supasync.adapters.supabase import SupabaseCli, find_cli
from supasync.adapters.target_address import Address, connect_target, endpoint_of
from supasync.core.sql import quote_literal
from tests.support.canary import CANARY
from tests.support.project import CLI_2, MakeProject
from tests.support.proxy import Proxy
from tests.support.targets import DEFAULT_MAJOR, PROJECT, MakeTarget, TargetDatabase, Targets

ROLES = f"""
create role deploy login in role postgres;
create role "my deploy" login in role postgres;
create role outsider login;
create role chief login superuser;
create role builder login in role postgres;
grant all on schema public to builder;
create table by_builder (id int);
alter table by_builder owner to builder;
do $$ declare name text; begin
  foreach name in array array['deploy', 'my deploy', 'outsider', 'chief', 'builder'] loop
    execute format('alter role %I password %L', name, {quote_literal(CANARY)});
  end loop;
end $$;
"""


@pytest.fixture(scope="module")
def target(run_root: Path) -> Iterator[TargetDatabase]:
    given = Targets(run_root)
    yield given.make(own_server=True, afterwards=ROLES)
    given.close()


def address_of(target: TargetDatabase, user: str, **more: str) -> Address:
    endpoint = target.endpoint
    parameters = {**endpoint.parameters(), "user": user, "sslmode": "disable", **more}
    return Address(parameters, "test")


@pytest.mark.parametrize(
    ("login", "acts_as"),
    [
        ("postgres", "postgres"),
        ("deploy", "postgres"),
        ("my deploy", "postgres"),
        ("outsider", "outsider"),
        ("chief", "chief"),
        ("builder", "builder"),  # which owns more than postgres does
    ],
)
def test_a_login_role_acts_as_the_owner_of_what_is_there(target: TargetDatabase, login: str, acts_as: str) -> None:
    with connect_target(address_of(target, login), purpose="test") as session:
        assert session.value("select current_user::text") == acts_as
        assert session.value("select session_user::text") == login


@pytest.mark.skipif(DEFAULT_MAJOR < 16, reason="a membership without SET is new in 16")
def test_nobody_becomes_a_role_that_was_granted_without_set(target: TargetDatabase) -> None:
    with target.session(superuser=True) as admin:
        admin.rows(f"create role reader login password {quote_literal(CANARY)}")
        admin.rows("grant postgres to reader with set false, inherit true")
    with connect_target(address_of(target, "reader"), purpose="test") as session:
        assert session.value("select current_user::text") == "reader"


def test_what_the_cli_makes_belongs_to_the_same_role(target: TargetDatabase, tmp_path: Path) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    cases = (("deploy", None, ""), ("my deploy", CLI_2, "-c statement_timeout=9s"))
    for number, (login, setting, options) in enumerate(cases):
        address = address_of(target, login, **({"options": options} if options else {}))
        with connect_target(address, purpose="test") as session:
            endpoint = endpoint_of(session, address)
        assert endpoint.extra["options"] == f"{options} -c role=postgres".strip()
        (migrations / f"2026010100000{number}_a.sql").write_text(f"create table made_{number} (id int);")
        SupabaseCli(find_cli(PROJECT, setting, ""), tmp_path / "cli").push(
            endpoint, migrations, timeout=120, session_name="supasync test"
        )
    made = "('made_0'), ('made_1'), ('supabase_migrations.schema_migrations')"
    query = f"select pg_get_userbyid(relowner)::text from pg_class join (values {made}) n (n) on oid = n::regclass"
    assert target.rows(query) == [("postgres",)] * 3


def test_a_pooler_that_drops_options_is_noticed(make_target: MakeTarget, make_project: MakeProject) -> None:
    role = f"create role deploy login in role postgres password {quote_literal(CANARY)}"
    target = make_target(own_server=True, afterwards=role)
    project = make_project(target, "create table by_deploy (id int primary key);\n")
    with Proxy(target.server.port, drops_options=True) as pooler:
        url = f"postgresql://deploy:{quote(CANARY, safe='')}@127.0.0.1:{pooler.port}/{target.name}?sslmode=disable"
        project.write_env(DATABASE_URL=url)
        refused = project.invoke("sync", "--yes").ended(4)
        assert "the Supabase CLI's sessions would act as deploy instead of postgres" in refused.err
        remedy = "ALTER ROLE deploy SET role = 'postgres';"
        assert remedy in refused.err
        with target.session(superuser=True) as admin:
            admin.script(remedy)
        project.invoke("sync", "--yes").ok()
    owner = "select pg_get_userbyid(relowner)::text from pg_class where oid = 'by_deploy'::regclass"
    assert target.rows(owner) == [("postgres",)]
