"""Whatever the target holds: an unrelated change, one of its neighbour and one of itself go through, and back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from supasync.adapters.catalog import read_fingerprint
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget, TargetDatabase

PARTED = (
    "create table parted (id int not null, at date not null) partition by range (at);\n"
    "create table parted_1 partition of parted for values from ('2020-01-01') to ('2021-01-01');\n"
)
BRANCHES = " union all ".join(f"select {n} as n" for n in range(200))


@dataclass(frozen=True)
class Kind:
    """An object as the target has it, its table, and the object changed. `ahead` is what a superuser does before."""

    before: str
    after: str
    table: str = "t"
    tables: str = "create table t (id int primary key, a int, b int);\n"
    ahead: str = ""
    own_server: bool = False


KINDS = {
    "an index of a partition that has a name of its own": Kind(
        "create index parted_id on only parted (id);\ncreate index my_own on parted_1 (id);\n"
        "alter index parted_id attach partition my_own;\n",
        "create index parted_id on only parted (id);\ncreate index another on parted_1 (id);\n"
        "alter index parted_id attach partition another;\n",
        "parted", PARTED,
    ),
    "a constraint of a partitioned table that is not valid": Kind(
        "alter table parted add constraint positive check (id > 0) not valid;\n",
        "alter table parted add constraint positive check (id > 1) not valid;\n",
        "parted", PARTED,
    ),
    "a constraint that is not inherited": Kind(
        "alter table t add constraint positive check (id > 0) no inherit;\n",
        "alter table t add constraint positive check (id > 1) no inherit;\n",
    ),
    "an index of vectors": Kind(
        "create extension vector with schema extensions;\nalter table t add column e extensions.vector(3);\n"
        "create index near on t using hnsw (e extensions.vector_l2_ops);\n",
        "create extension vector with schema extensions;\nalter table t add column e extensions.vector(3);\n"
        "create index near on t using hnsw (e extensions.vector_cosine_ops);\n",
    ),
    "statistics": Kind(
        "create statistics ab (dependencies) on a, b from t;\n",
        "create statistics ab (ndistinct) on a, b from t;\n",
    ),
    "a function under a computed column": Kind(
        "create function twice(int) returns int language sql immutable return $1 * 2;\n"
        "alter table t add column c int generated always as (twice(a)) stored;\n",
        "create function twice(int) returns int language sql immutable return $1 + $1;\n"
        "alter table t add column c int generated always as (twice(a) + 1) stored;\n",
    ),
    "a trigger of a view": Kind(
        "create view v as select id, a from t;\n"
        "create function act() returns trigger language plpgsql as 'begin return new; end';\n"
        "create trigger on_v instead of insert on v for each row execute function act();\n",
        "create view v as select id, a from t;\n"
        "create function act() returns trigger language plpgsql as 'begin return new; end';\n"
        "create trigger on_v instead of update on v for each row execute function act();\n",
    ),
    "a view of 200 branches": Kind(
        f"create view deep as {BRANCHES};\n", f"create view deep as {BRANCHES} union all select 200;\n"
    ),
    "an extension in a schema of the platform": Kind(
        "create extension pg_graphql with schema graphql;\ncomment on column t.a is 'one';\n",
        "create extension pg_graphql with schema graphql;\ncomment on column t.a is 'another';\n",
    ),
    "the schema public": Kind(
        "comment on schema public is 'ours';\nrevoke usage on schema public from public;\n",
        "comment on schema public is 'theirs';\ngrant usage on schema public to public;\n",
    ),
    "settings of a role of the platform": Kind(
        "alter role anon set statement_timeout = '5s';\n",
        "alter role anon set statement_timeout = '6s';\n",
        own_server=True,
    ),
    "a server of another database": Kind(
        "create extension postgres_fdw with schema extensions;\n"
        "create server far foreign data wrapper postgres_fdw options (host 'one');\n"
        "create foreign table far_t (id int) server far;\n",
        "create extension postgres_fdw with schema extensions;\n"
        "create server far foreign data wrapper postgres_fdw options (host 'one');\n"
        "create foreign table far_t (id int, a int) server far;\n",
        ahead="create extension postgres_fdw with schema extensions;"
        " grant usage on foreign data wrapper postgres_fdw to postgres;",
    ),
}  # fmt: skip


def state(target: TargetDatabase) -> str:
    with target.session() as session:
        return read_fingerprint(session).digest(include_grants=False)


@pytest.mark.parametrize("name", KINDS)
def test_an_object_stops_no_change_beside_it(make_target: MakeTarget, make_project: MakeProject, name: str) -> None:
    kind = KINDS[name]
    start = kind.tables + kind.before
    on_target = start.replace("create extension postgres_fdw", "create extension if not exists postgres_fdw")
    project = make_project(make_target(on_target, ahead=kind.ahead, own_server=kind.own_server), start)
    target = project.target
    begun = state(target)
    beside = f"create table apart (id int primary key);\nalter table {kind.table} add column beside text;\n"
    for text in (
        f"{start}create table apart (id int primary key);\n",
        f"{start}{beside}",
        f"{kind.tables}{kind.after}{beside}",
    ):
        project.write_schema(text)
        assert project.json("sync", "--yes", "--force")["outcome"] == "applied", text
        assert project.json("status")["in_sync"]
    project.run("rollback", "--last", "3", "--yes", "--force").ok()
    assert state(target) == begun
