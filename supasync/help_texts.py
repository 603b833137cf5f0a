"""What `--help` teaches: a sentence, what happens, and examples to type."""

from __future__ import annotations

import textwrap


def _teach(summary: str, *paragraphs: str, examples: str) -> str:
    told = "\n\n".join((summary, *(" ".join(text.split()) for text in paragraphs)))
    # A backslash keeps rich from taking [ ] for markup.
    lines = textwrap.dedent(examples).strip().replace("[", "\\[")
    return f"{told}\n\n[bold]Examples[/bold]\n" + textwrap.indent(lines, "  ")


ROOT = _teach(
    "Keep a Supabase database in sync with one schema.sql: compare, prove, apply, verify, record.",
    "The target is DATABASE_URL, from the environment or .env. Settings are in supasync.toml.",
    examples="""
        supasync doctor    # what is installed, and does the connection work?
        supasync status    # does Supabase match schema.sql?
        supasync diff      # what differs, as SQL
        supasync sync      # apply it, after a rehearsal and a question
        supasync rollback  # undo it, with its data
    """,
)
STATUS = _teach(
    "Show whether Supabase matches the schema file, and what differs.",
    "Changes nothing.",
    examples="""
        supasync status
        supasync status --exit-code --quiet       # in CI: exit 3 when out of sync
        supasync status --json | jq .pending_changes
    """,
)
DIFF = _teach(
    "Show what differs between Supabase and the schema file as SQL, object by object, with its hazards.",
    "Changes nothing. Statements that lose data are marked.",
    examples="""
        supasync diff
        supasync diff --sql > change.sql  # plain SQL, in the order to run it
        supasync diff --reverse           # the SQL that would undo it
    """,
)
SYNC = _teach(
    "Bring Supabase to the state of the schema file.",
    """Compares, rehearses the migration and its rollback on a copy of the schema, shows the plan, asks, writes
    the migration and rollback files, runs `supabase db push`, verifies, records it in the ledger and runs
    `sqlc generate`. Running it again is always safe.""",
    """Exit codes: 0 done or nothing to do, 1 failed, 2 usage or configuration, 4 refused for safety, 130
    interrupted.""",
    examples="""
        supasync sync
        supasync sync --dry-run
        supasync sync -m "discord login" --name add_discord_id
        supasync sync --yes --backfill default    # in CI
        supasync sync --backfill "users.email='unknown'"
        supasync sync --force                     # allow drops; kept in the attic
        supasync sync --restore                   # restore data from the attic
        supasync sync --no-apply                  # write the files, apply later
    """,
)
ROLLBACK = _teach(
    "Bring Supabase back to an earlier state, with the data that later syncs removed.",
    """Without VERSION, a wizard at the terminal asks how far to go back. Shows the SQL, what is restored from the
    attic and what moves there, and what happens to the files; asks; then runs the rollback files in one transaction,
    removes the versions from the history, moves their files to supabase/rollbacks/reverted, restores the schema file
    and verifies. VERSION names the state to go back to; `base` is the one before the first migration.""",
    """To finish an interrupted rollback, run it again.""",
    examples="""
        supasync rollback                         # choose, read, type "roll back"
        supasync rollback --last 1 --yes          # undo the latest, do not ask
        supasync rollback 20261122183000          # back to that version
        supasync rollback --last 1 --dry-run      # only show the plan
        supasync rollback --last 1 --fill "users.email='unknown'"
        supasync rollback --last 1 --forward      # as a new migration, for others
    """,
)
ATTIC = _teach(
    "Show the data that supasync kept when changes removed it, or drop it permanently.",
    """The attic is in schema supasync of the target; API roles cannot read it, and diffs ignore it. A rollback needs
    what its migrations kept: after a purge it restores the schema without that data.""",
    examples="""
        supasync attic list
        supasync attic show attic_20261122183000_1
        supasync attic purge --older-than 30d
    """,
)
VERIFY = _teach(
    "Verify schema integrity and sqlc compatibility; exit 3 when anything is wrong.",
    """Asks both witnesses (the catalog and `supabase db diff`), compares migration files with history and
    ledger, looks for invalid indexes, unvalidated constraints and stale generated Go code. Changes nothing.""",
    examples="""
        supasync verify
        supasync verify --json | jq '.checks[] | select(.ok == false)'
    """,
)
LOG = _teach(
    "Show who changed the schema, when and why, newest first.",
    examples="""
        supasync log
        supasync log 20261122183000               # one entry in full, with its SQL
        supasync log --json | jq -r '.entries[].actor'
    """,
)
DOCTOR = _teach(
    "Show which tools are installed, in which version, and whether the connection works.",
    "For anything that is missing, shows the command that installs it.",
    examples="""
        supasync doctor
        supasync doctor --json
    """,
)
TRUST = _teach(
    "Show what this repository names to be run or connected to, and trust it as it is now.",
    """A repository may come from a stranger: a clone, a pull request, an archive. What its supasync.toml names
    (supabase_cli, sqlc, postgres_dir, after_sync, baseline, cache_dir, shadow), a .env or node_modules that git
    tracks or that came in an archive, plugins and databases of sqlc are used only once you trust them. You are asked
    again when any of it changes. Settings of your own environment, and an untracked .env in a git work tree, are yours
    and need no trust.""",
    "SUPASYNC_TRUST=1 in the environment trusts everything for one run: in CI, for branches of your own.",
    examples="""
        supasync trust                            # show, ask, remember
        supasync trust --list                     # only show
        supasync trust --yes                      # in scripts
        supasync trust --revoke
        SUPASYNC_TRUST=1 supasync verify          # in CI
    """,
)
DEMO = _teach(
    "Show the main workflow on a throwaway server: status, diff, sync, verify, status.",
    "Needs only the Supabase CLI and PostgreSQL programs, and touches nothing of yours.",
    examples="""
        supasync demo
        supasync demo --keep                      # leave it running
        supasync demo --stop
    """,
)
