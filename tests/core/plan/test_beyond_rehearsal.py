"""What statements have done that no rehearsal showed: said, unless the statements themselves say it."""

from __future__ import annotations

import pytest

from supasync.core.catalog.outside import Outside, OutsideChange
from supasync.core.plan.beyond_rehearsal import beyond_rehearsal, changes_extensions

NOTHING = OutsideChange()


def change(added: str = "", removed: str = "", objects: str = "") -> OutsideChange:
    return OutsideChange(
        Outside(frozenset(filter(None, [added])), frozenset(filter(None, [objects]))),
        Outside(frozenset(filter(None, [removed]))),
    )


@pytest.mark.parametrize(
    ("seen", "foreseen", "statement", "words"),
    [
        (NOTHING, NOTHING, "", ()),
        (change("role a"), NOTHING, "", ("it adds role a",)),
        (change(removed="role a"), change("role a"), "", ("it takes away role a",)),
        (change("role a"), change("role a"), "", ()),
        (change(objects="relation cron.t"), NOTHING, "create role a", ("it adds relation cron.t",)),
        # What the shadow leaves out is known by the statement.
        (change("setting of role anon lock_timeout 1f"), NOTHING, "alter role anon set lock_timeout = 1", ()),
        (
            change("setting of role anon work_mem 1f"),
            NOTHING,
            "alter role anon set lock_timeout = 1",
            ("it adds setting of role anon work_mem 1f",),
        ),
        (change(removed="role a login"), NOTHING, "drop role if exists b, a", ()),
        (change(removed="role ab login"), NOTHING, "drop role a", ("it takes away role ab login",)),
        (change(removed="membership of a in b"), NOTHING, "DROP ROLE a", ()),
        (change(removed="membership of b in a with admin option"), NOTHING, "drop user a", ()),
        (change(removed='role "a b"'), NOTHING, 'drop role "a b"', ()),
        (change(removed="role a"), NOTHING, "do $$ begin drop role a; end $$", ("it takes away role a",)),
        # The CLI's history comes with the first push; nothing else may hide behind its name.
        (
            change("privilege on supabase_migrations.t to anon: SELECT", objects="relation supabase_migrations.t"),
            NOTHING,
            "",
            ("it adds privilege on supabase_migrations.t to anon: SELECT", "it adds relation supabase_migrations.t"),
        ),
        (change(objects="relation supabase_migrations.schema_migrations"), NOTHING, "", ()),
    ],
)
def test_beyond_rehearsal(seen: OutsideChange, foreseen: OutsideChange, statement: str, words: tuple[str, ...]) -> None:
    assert beyond_rehearsal(seen, foreseen, [statement]) == words


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("create extension if not exists citext", True),
        ("alter extension citext update", True),
        ("drop extension citext", True),
        ("comment on extension citext is 'x'", False),
        ("select 'create extension citext'", False),
    ],
)
def test_changes_extensions(statement: str, expected: bool) -> None:
    assert changes_extensions(["select 1", statement]) is expected
