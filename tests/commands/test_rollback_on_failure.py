"""A sync whose result is not what the rehearsal reached: reported, and undone at once when that is wished."""

from __future__ import annotations

from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget

# What a superuser makes is the platform's: the copy in the shadow lacks it, and so its rehearsal.
MEDDLER = """
create function extensions.meddle() returns event_trigger language plpgsql as $$
begin
  if to_regclass('public.more') is not null then execute 'comment on table public.more is ''meddled'''; end if;
end $$;
alter function extensions.meddle() owner to supabase_admin;
create event trigger meddler on ddl_command_end when tag in ('CREATE TABLE') execute function extensions.meddle();
"""
BEFORE = "create table public.kept (id int primary key, word text);\n"
AFTER = BEFORE + "create table public.more (id int primary key);\n"


def meddled(make_target: MakeTarget, make_project: MakeProject) -> Project:
    target = make_target(BEFORE, seed_sql="insert into kept values (1, 'one');", own_server=True)
    with target.session(superuser=True) as session:
        session.script(MEDDLER)
    project = make_project(target, BEFORE)
    project.git("add", ".")
    project.git("commit", "--quiet", "-m", "before")
    project.write_schema(AFTER)
    return project


def test_a_sync_that_is_not_what_it_should_be(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = meddled(make_target, make_project)
    before = project.state()
    failed = project.invoke("sync", "--yes", "--rollback-on-failure").ended(1)
    assert "comment table public.more" in failed.err
    assert "It was rolled back" in failed.err
    after = project.state()
    assert after["catalog"] == before["catalog"]
    assert after["rows"]["public.kept"] == before["rows"]["public.kept"]
    assert (project.path / "schema.sql").read_text() == BEFORE
    assert project.migrations == ()
    events = project.target.rows("select direction, event from supasync.ledger order by id")
    assert events == [
        ("up", "started"), ("up", "succeeded"), ("down", "started"), ("down", "rolled_back"), ("down", "succeeded"),
    ]  # fmt: skip
