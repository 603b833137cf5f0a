"""When a repository's items are used: who is asked, how often, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supasync.commands import trust as command
from supasync.core.trust import AFTER_SYNC, SQLC_CONFIG, Item, Standing, TrustOutcome, Use
from supasync.errors import RefusedError, SupasyncError
from supasync.workflow.follow_up import follow_up
from supasync.workflow.trust import HINT, QUESTION, Trust
from tests.support.fakes import World, world

CLI = Item("supabase_cli", "tools/cli", "supasync.toml", "run as the Supabase CLI", Use.COMPARE, replaceable=True)
SERVER = Item("postgres_dir", "pg", "supasync.toml", "run as the server", Use.COMPARE, replaceable=True)
BASELINE = Item("baseline", "own.sql", "supasync.toml", "its SQL is run", Use.COMPARE)
AFTER = Item(AFTER_SYNC, "make gen", "supasync.toml", "run after a sync", Use.FOLLOW_UP)
ALL = (CLI, SERVER, BASELINE, AFTER)


def trust_of(made: World) -> Trust:
    return made.context.trust


def test_what_is_not_named_is_allowed_and_asks_nobody() -> None:
    made = world(interactive=True)
    trust = trust_of(made)
    assert trust.allows("supabase_cli")
    trust.require("baseline", ".env")
    trust.settle(Use.COMPARE)


def test_a_pipe_is_not_asked_and_told_once_what_is_passed_over() -> None:
    made = world(items=ALL)
    trust = trust_of(made)
    assert not trust.allows("supabase_cli")
    assert not trust.allows("postgres_dir")
    assert not trust.allows(AFTER_SYNC)
    (told,) = made.screen.told
    passed = "supabase_cli = tools/cli (supasync.toml), postgres_dir = pg (supasync.toml)"
    assert told == f"not trusted, so not used: {passed}. Look at it, then: supasync trust."
    assert made.prompter.asked == []


def test_what_is_required_is_refused_in_its_own_words() -> None:
    trust = trust_of(world(items=ALL))
    with pytest.raises(RefusedError, match="Cannot proceed: this repository is not trusted") as caught:
        trust.require("baseline", "shadow")
    assert caught.value.exit_code == 4
    assert (caught.value.reason, caught.value.hint) == ("baseline = own.sql (supasync.toml): its SQL is run", HINT)
    with pytest.raises(RefusedError) as caught:
        trust.require("baseline", AFTER_SYNC, reason="The kernel cannot confine the shadow.")
    assert caught.value.reason == "The kernel cannot confine the shadow."
    assert len(caught.value.details) == 2


def test_a_terminal_is_asked_once_with_the_whole_list() -> None:
    made = world(items=ALL, answers=[True])
    trust = trust_of(made)
    trust.settle(Use.CONNECT)
    assert made.prompter.asked == []
    trust.settle(Use.COMPARE)
    assert made.prompter.asked == [QUESTION]
    assert made.screen.told == [f"{item.name} new" for item in ALL]
    assert all(trust.allows(item.name) for item in ALL)
    trust.require("baseline")
    assert made.memory.kept == {item.name: item.value for item in ALL}


def test_a_no_is_not_asked_again() -> None:
    made = world(items=ALL, answers=[False])
    trust = trust_of(made)
    assert not trust.allows(AFTER_SYNC)
    assert not trust.allows("supabase_cli")
    with pytest.raises(RefusedError):
        trust.require("baseline")
    assert len(made.prompter.asked) == 1
    assert made.memory.kept == {}


def test_what_changed_is_asked_again_and_the_rest_is_not() -> None:
    made = world(items=ALL, answers=[True])
    made.memory.kept = {item.name: item.value for item in ALL[:3]}
    made.memory.contents["baseline"] = "edited"
    trust = trust_of(made)
    assert trust.allows("supabase_cli")
    assert made.prompter.asked == []
    assert [found.standing for found in trust.review()] == [
        Standing.TRUSTED,
        Standing.TRUSTED,
        Standing.CHANGED,
        Standing.NEW,
    ]
    trust.require("baseline")
    assert "baseline changed" in made.screen.told
    assert made.memory.kept["baseline"] == "edited"


def test_a_change_is_told_in_the_refusal() -> None:
    made = world(items=ALL)
    made.memory.kept = {"baseline": "before"}
    with pytest.raises(RefusedError) as caught:
        trust_of(made).require("baseline")
    assert caught.value.reason.endswith("its SQL is run, and it changed since it was trusted")


def test_everything_is_trusted_for_a_run_without_a_look() -> None:
    made = world()

    def look() -> tuple[Item, ...]:
        raise AssertionError("nothing has to be gathered")

    trust = Trust(look, made.memory, made.screen, made.prompter, everything=True)
    trust.require("baseline")
    trust.settle(Use.COMPARE)
    assert trust.allows("supabase_cli")


def test_without_leave_not_even_a_terminal_is_asked() -> None:
    made = world(items=ALL, interactive=True)
    trust = Trust(lambda: ALL, made.memory, made.screen, made.prompter, may_ask=False)
    assert not trust.allows("supabase_cli")
    assert made.prompter.asked == []


def test_what_cannot_be_remembered_is_trusted_for_the_run() -> None:
    made = world(items=ALL, answers=[True])
    made.memory.fails.at("remember", SupasyncError("Cannot write /x", hint="Check it."))
    trust_of(made).require("baseline")
    assert made.screen.warned == ["Cannot write /x; it is trusted for this run. Check it."]


def test_commands_and_plugins_that_are_not_trusted_are_named_and_not_run() -> None:
    plugins = Item(SQLC_CONFIG, "", "sqlc.yaml", "sqlc runs them", Use.FOLLOW_UP)
    made = world(items=(AFTER, plugins))

    class Unwanted:
        def generate(self) -> None:
            raise AssertionError("it must not run")

    project = replace(made.context.project, after_sync=("make gen", "true\x1b"))
    context = replace(made.context, project=project, sqlc=Unwanted)  # type: ignore[arg-type]
    assert follow_up(context) == (
        f"sqlc generate was not run: its configuration names what is not trusted. {HINT}",
        f"Not run, as this repository is not trusted: make gen; true\\x1b. {HINT}",
    )
    trust_of(made).accept()
    ran: list[str] = []
    assert follow_up(replace(context, sqlc=lambda: None, run_after_sync=ran.append)) == ()
    assert ran == list(project.after_sync)


def run(made: World, **flags: bool) -> TrustOutcome:
    report, code = command.run(made.context, command.Request(**flags))
    assert code == 0
    return report.outcome


def test_the_command_asks_remembers_and_forgets() -> None:
    made = world(items=ALL, answers=[True])
    assert run(made, listing=True) is TrustOutcome.LISTED
    assert made.prompter.asked == []
    assert run(made) is TrustOutcome.TRUSTED
    assert made.prompter.asked == [QUESTION]
    assert run(made) is TrustOutcome.TRUSTED  # without a question: nothing changed
    assert run(made, revoke=True) is TrustOutcome.REVOKED
    assert made.memory.kept == {}
    assert not trust_of(made).trusts_all()


def test_the_command_in_a_script() -> None:
    made = world(items=ALL)
    with pytest.raises(RefusedError, match="there is no terminal") as caught:
        run(made)
    assert "--yes" in caught.value.hint
    assert run(made, yes=True) is TrustOutcome.TRUSTED
    assert len(made.memory.kept) == 4


def test_the_command_declined() -> None:
    made = world(items=ALL, answers=[False])
    with pytest.raises(RefusedError, match="Declined; nothing was trusted"):
        run(made)
    assert made.memory.kept == {}


def test_the_command_where_there_is_nothing_to_trust() -> None:
    assert run(world()) is TrustOutcome.NOTHING
