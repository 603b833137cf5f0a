"""Tables of diffs, the lines of `status` for them, and the names of their migrations."""

from __future__ import annotations

import pytest

from supasync.core.changes.change import Change, changes_of
from supasync.core.changes.describe import describe, suggest_name
from supasync.core.sql import split

VIEW = "CREATE VIEW career_stats AS SELECT" + "\n" * 160 + " 1"

NEW_TEAMS = """
CREATE SEQUENCE teams_id_seq;
CREATE TABLE teams (id int, name text);
ALTER SEQUENCE teams_id_seq OWNED BY teams.id;
ALTER TABLE teams ADD COLUMN x int;
ALTER TABLE teams ADD CONSTRAINT k UNIQUE (name);
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE teams IS 'x';
COMMENT ON COLUMN teams.id IS 'y';
GRANT SELECT ON teams TO anon;
GRANT USAGE ON SEQUENCE teams_id_seq TO anon;
CREATE INDEX i ON teams (name);
"""
FEWER_VALUES = """
ALTER TABLE t ALTER v DROP DEFAULT;
ALTER TYPE e RENAME TO e__pgdelta_replaced;
CREATE TYPE e AS ENUM ('a', 'c');
ALTER TABLE t ALTER v TYPE public.e[] USING v::text[]::e[];
DROP TYPE e__pgdelta_replaced;
ALTER TABLE t ALTER v SET DEFAULT 'a'::e;
"""


def all_changes(sql: str) -> list[Change]:
    return [change for statement in split(sql) for change in changes_of(statement.text)]


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        ("CREATE INDEX idx_users_discord_id ON public.users USING btree (discord_id)",
         ["missing: INDEX idx_users_discord_id ON users(discord_id)"]),
        ("CREATE UNIQUE INDEX i ON app.t USING gin (lower(a)) WHERE (b = 'x'::public.e)",
         ["missing: UNIQUE INDEX i ON app.t USING gin (lower(a)) WHERE b = 'x'::e"]),
        (VIEW, ["missing: VIEW career_stats (161 lines)"]),
        (f"DROP VIEW career_stats; {VIEW}; GRANT SELECT ON TABLE career_stats TO anon",
         ["different: VIEW career_stats (changed, 161 lines)"]),
        ("ALTER TABLE leagues ALTER status SET NOT NULL; ALTER TABLE leagues ALTER status SET DEFAULT ''::text",
         ["different: leagues.status SET NOT NULL DEFAULT ''"]),
        ("ALTER TABLE t ALTER a DROP DEFAULT; ALTER TABLE t ALTER a TYPE bigint USING a::bigint",
         ["different: t.a TYPE bigint"]),
        ("ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE e, ALTER a SET DEFAULT 'x'::public.e",
         ["different: t.a TYPE e, SET DEFAULT 'x'"]),
        ("ALTER TABLE t ALTER id SET DEFAULT nextval('public.s'::regclass)",
         ["different: t.id SET DEFAULT nextval('s'::regclass)"]),
        (NEW_TEAMS,
         ["missing: TABLE teams (3 columns)", "missing: INDEX i ON teams(name)"]),
        ("DROP TRIGGER g ON t; ALTER TABLE t DROP CONSTRAINT c; DROP POLICY p ON t; DROP TABLE t",
         ["only: TABLE t"]),
        ("DROP TABLE t; CREATE TABLE t (a int)", ["different: TABLE t (dropped and recreated, 1 column)"]),
        ("ALTER TABLE t DROP a; ALTER TABLE t ADD a int", ["different: COLUMN t.a integer (dropped and re-added)"]),
        ("ALTER TABLE t ADD a text NOT NULL DEFAULT 'x'::text", ["missing: COLUMN t.a text NOT NULL DEFAULT 'x'"]),
        ("ALTER TABLE t DROP a", ["only: COLUMN t.a"]),
        ("ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ADD CONSTRAINT c CHECK ((a > 0))",
         ["different: CONSTRAINT t.c CHECK (a > 0) (changed)"]),
        ("CREATE POLICY own ON users; CREATE TRIGGER g BEFORE INSERT ON auth.users EXECUTE FUNCTION f()",
         ["missing: POLICY own ON users", "missing: TRIGGER g ON auth.users"]),
        ("ALTER TABLE t FORCE ROW LEVEL SECURITY; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
         ["different: t FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY"]),
        ("GRANT SELECT ON teams TO anon", ["different: GRANT SELECT ON teams TO anon"]),
        ("GRANT SELECT ON t TO a; GRANT SELECT ON t TO b; REVOKE ALL ON t FROM c",
         ["different: GRANTS ON TABLE t (3 changes)"]),
        ("REVOKE ALL ON FUNCTION f(public.e) FROM PUBLIC", ["different: REVOKE ALL ON FUNCTION f(e) FROM PUBLIC"]),
        ("COMMENT ON TABLE docs IS 'x'", ["different: COMMENT ON TABLE docs"]),
        ("ALTER TYPE mood ADD VALUE 'c'; ALTER TYPE mood ADD VALUE 'd'",
         ["different: TYPE mood ADD VALUE 'c', 'd'"]),
        (FEWER_VALUES,
         ["different: TYPE e (changed, a, c)"]),
        ("SET local check_function_bodies = off", []),
        ("ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA app GRANT SELECT ON TABLES TO anon",
         ["different: DEFAULT PRIVILEGES IN SCHEMA app: GRANT SELECT ON TABLES TO anon"]),
        ("ALTER PUBLICATION supabase_realtime ADD TABLE docs",
         ["different: PUBLICATION supabase_realtime ADD TABLE docs"]),
        ("CREATE EXTENSION citext; DROP SCHEMA app; ALTER VIEW v SET (security_invoker = true)",
         ["missing: EXTENSION citext", "only: SCHEMA app", "different: VIEW v SET (security_invoker)"]),
    ],
)  # fmt: skip
def test_lines(sql: str, lines: list[str]) -> None:
    changes = all_changes(sql)
    assert [f"{line.group}: {line.text}" for line in describe(changes)] == lines


def test_a_routine_that_is_there_is_changed_by_create_or_replace() -> None:
    changes = all_changes("CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'select 1'")
    assert [line.text for line in describe(changes)] == ["FUNCTION f(integer) (1 line)"]
    (line,) = describe(changes, present={"f(integer)"})
    assert (line.group, line.text) == ("different", "FUNCTION f(integer) (changed, 1 line)")
    assert suggest_name(changes) == "add_function_f"
    assert suggest_name(changes, present={"f(integer)"}) == "change_function_f"


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("", "update_schema"),
        ("CREATE INDEX idx_users_discord_id ON users (discord_id)", "add_index_users_discord_id"),
        ("CREATE TABLE teams (id int)", "add_table_teams"),
        ("DROP VIEW v", "drop_view_v"),
        ("ALTER TABLE t ADD a int", "add_t_a"),
        ("ALTER TABLE leagues ALTER status SET NOT NULL", "change_leagues_status"),
        ("ALTER TABLE leagues ADD a int; ALTER TABLE leagues DROP b; CREATE INDEX i ON leagues (a)", "update_leagues"),
        ("CREATE INDEX i ON t (a); CREATE TABLE teams (id int); DROP VIEW v", "add_table_teams_and_2_more"),
        ("ALTER TYPE mood ADD VALUE 'so-so'", "add_mood_so_so"),
        ("GRANT SELECT ON teams TO anon", "grant_teams"),
        ('CREATE TABLE "Größe" ()', "add_table_gr_e"),
        (f"CREATE TABLE {'x' * 63} ()", "add_table_" + "x" * 50),
    ],
)
def test_migration_names(sql: str, name: str) -> None:
    found = suggest_name(all_changes(sql))
    assert found == name
    assert len(found) <= 60
