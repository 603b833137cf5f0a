"""What statements have done that no rehearsal showed: said, unless the statements themselves say it."""

from __future__ import annotations

import hashlib

import pytest

from supasync.core.catalog.outside import Outside, OutsideChange
from supasync.core.plan.beyond_rehearsal import Surprise, beyond_rehearsal

NOTHING = OutsideChange()
HISTORY = "relation supabase_migrations.schema_migrations of postgres"
SETTING = "setting of role anon lock_timeout "
ONE = SETTING + hashlib.md5(b"lock_timeout=1").hexdigest()
ROLE = "membership of anon in reports"


def change(*added: str, removed: str = "") -> OutsideChange:
    objects = ("relation", "schema", "members")
    return OutsideChange(
        Outside(
            frozenset(line for line in added if not line.startswith(objects)),
            frozenset(line for line in added if line.startswith(objects)),
        ),
        Outside(frozenset(filter(None, [removed]))),
    )


@pytest.mark.parametrize(
    ("seen", "foreseen", "statement", "words"),
    [
        (NOTHING, NOTHING, "", ()),
        (change("role a"), NOTHING, "", ("it adds role a",)),
        (change(removed="role a"), change("role a"), "", ("it takes away role a",)),
        (change("role a"), change("role a"), "", ()),
        (change("relation cron.t"), NOTHING, "create role a", ("it adds relation cron.t",)),
        # What the shadow leaves out is known by the statement, to the letter.
        (change(ONE), NOTHING, "alter role anon set lock_timeout = 1", ()),
        (change(ONE), NOTHING, "alter role anon set lock_timeout = 2", (f"it adds {SETTING}{ONE.split()[-1][:6]}",)),
        (change(ONE), NOTHING, "alter role anon reset lock_timeout", (f"it adds {SETTING}{ONE.split()[-1][:6]}",)),
        (change(removed=ONE), NOTHING, "alter role anon reset lock_timeout", ()),
        (change(removed="role a login"), NOTHING, "drop role if exists b, a", ()),
        (change(removed="role ab login"), NOTHING, "drop role a", ("it takes away role ab login",)),
        (change(removed="membership of a in b"), NOTHING, "DROP ROLE a", ()),
        (change(removed="membership of b in a with admin option"), NOTHING, "drop user a", ()),
        (change(removed='role "a b"'), NOTHING, 'drop role "a b"', ()),
        (change(ROLE), NOTHING, "drop role if exists reports", (f"it adds {ROLE}",)),
        (change(removed="role a"), NOTHING, "do $$ begin drop role a; end $$", ("it takes away role a",)),
        # The CLI's history comes with the first push; nothing else may hide behind its name.
        (change("relation supabase_migrations.door of postgres", HISTORY), NOTHING, "",
         ("it adds relation supabase_migrations.door of postgres",)),
        (change("schema supabase_migrations", HISTORY), NOTHING, "", ()),
        (change("relation supabase_migrations.seed_files of postgres"), NOTHING, "",
         ("it adds relation supabase_migrations.seed_files of postgres",)),
    ],
)  # fmt: skip
def test_beyond_rehearsal(seen: OutsideChange, foreseen: OutsideChange, statement: str, words: tuple[str, ...]) -> None:
    assert beyond_rehearsal(seen, foreseen, [statement]) == Surprise(words)


@pytest.mark.parametrize(
    ("statement", "excused"),
    [
        ("create extension if not exists cron", True),
        ("alter extension cron update", True),
        ("drop extension cron", True),
        ("create extension citext cascade", True),
        ("create extension citext", False),
        ("comment on extension cron is 'x'", False),
        ("select 'create extension cron'", False),
    ],
)
def test_what_an_extension_may_have_brought_is_told_apart(statement: str, excused: bool) -> None:
    lines = ("members of extension cron: 3 (12)", "privilege on cron.job to anon: SELECT (extension cron)")
    found = beyond_rehearsal(change(*lines, "membership of anon in a"), NOTHING, ["select 1", statement])
    theirs = ("it adds privilege on cron.job to anon: SELECT (extension cron)", f"it adds {lines[0]}")
    assert found.possible == (theirs if excused else ())
    assert "it adds membership of anon in a" in found.certain
    assert len(found.certain) == (1 if excused else 3)


def test_values_that_are_gone_or_written_anew() -> None:
    columns = {(1, 1): ("public", "t", "id"), (1, 2): ("public", "t", "v"), (2, 1): ("public", "u", "id")}
    before = Outside(columns=columns, files={1: 10, 2: 20})
    after = Outside(columns={(1, 1): columns[1, 1], (1, 3): columns[1, 2], (2, 1): columns[2, 1]}, files={1: 11, 2: 21})
    found = OutsideChange.between(before, after)
    told = "it takes away the values of public.t.v"
    anew = ("it writes the rows of public.t anew", "it writes the rows of public.u anew")
    assert beyond_rehearsal(found, NOTHING, []) == Surprise((told,), anew)
    assert beyond_rehearsal(found, NOTHING, ["do $$ begin end $$"]) == Surprise((told, *anew))
    named = ["alter table public.t alter v type int", "alter table u add x int"]
    assert beyond_rehearsal(found, NOTHING, named) == Surprise((told,))
    assert beyond_rehearsal(found, found, []) == Surprise()


def test_what_a_rollback_changes_beyond_its_migration() -> None:
    kept = {(1, 1): ("public", "t", "id"), (1, 2): ("public", "t", "v")}
    before = Outside(frozenset({"a", "b"}), columns=kept)
    there = Outside(frozenset({"a", "c"}), columns={**kept, (1, 3): ("public", "t", "new")})
    assert OutsideChange.of_rollback(before, there, before) == NOTHING
    back = Outside(frozenset({"c", "d"}), columns={(1, 1): kept[1, 1]})
    found = OutsideChange.of_rollback(before, there, back)
    assert (found.words(), found.gone) == (("it adds d", "it takes away a"), (("public", "t", "v"),))
