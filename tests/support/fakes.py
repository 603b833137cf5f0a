"""The world of the workflow in memory: what its Protocols promise, and failures where a test wants them.

Only for tests of steps, gates and words. What the real tools do is for tests/integration to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.model import AtticEntry
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.catalog.outside import Outside
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.core.plan.ledger import Actor, Entry
from supasync.core.plan.migration_file import MigrationFile, checksum_of, parse_file_name
from supasync.core.plan.plan import Plan
from supasync.core.plan.rollback_plan import RollbackPlan, RollbackStep
from supasync.core.plan.schema_file import SchemaFile
from supasync.core.trust import Item, JudgedItem
from supasync.workflow.context import Context, Project
from supasync.workflow.ports.screen import Prompter, Screen
from supasync.workflow.ports.shadow import Shadow
from supasync.workflow.ports.target import Target
from supasync.workflow.ports.tools import Cache, Cli, Files
from supasync.workflow.ports.trust import TrustMemory
from supasync.workflow.trust import Trust

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOME = Path("/project")
MIGRATIONS, ROLLBACKS = HOME / "supabase" / "migrations", HOME / "supabase" / "rollbacks"
SCHEMA = HOME / "schema.sql"
SOMEWHERE = Endpoint("db.example.org", 5432, "postgres", "postgres")


def state(*tables: str) -> Fingerprint:
    """A catalog with nothing but tables of these names."""
    return Fingerprint.of(ObjectRow("table", f"public.{name}", "") for name in tables)


class Failures:
    """Errors by the name of the method that is to raise them; each is raised once."""

    def __init__(self) -> None:
        self.planned: dict[str, list[BaseException | None]] = {}

    def at(self, name: str, *errors: BaseException | None) -> None:
        """Let the next calls of a method fail, one error a call; None for a call that succeeds."""
        self.planned.setdefault(name, []).extend(errors)

    def check(self, name: str) -> None:
        """Raise what is planned for a method."""
        error = self.planned[name].pop(0) if self.planned.get(name) else None
        if error is not None:
            raise error


class FakeTarget:
    """A target whose ledger, history and attic are lists. `pushes` says, call by call, whether a push still runs."""

    def __init__(self, *tables: str) -> None:
        self.fails = Failures()
        self.state = state(*tables)
        self.beyond = Outside()
        self.rows: list[Entry] = []
        self.applied: dict[str, tuple[str, ...]] = {}
        self.kept: list[AtticEntry] = []
        self.pushes: list[bool] = []
        self.holder = ""
        self.locked = False
        self.waited = 0.0
        self.invalid: tuple[tuple[str, str], ...] = ()
        self.ran: list[str] = []
        self.on_roll_back: Callable[[], None] = lambda: None
        self.reconnects = 0

    label = "db.example.org/postgres"
    endpoint = SOMEWHERE

    def fingerprint(self) -> Fingerprint:
        """The catalog as it is set."""
        self.fails.check("fingerprint")
        return self.state

    def outside(self) -> Outside:
        """What is set to be there."""
        return self.beyond

    def facts(self) -> TargetFacts:
        """Nothing is known of rows."""
        return TargetFacts()

    def surroundings(self) -> Surroundings:
        """A Supabase project of PostgreSQL 17."""
        return Surroundings(17, True)

    def role_settings(self) -> dict[tuple[str, str], str]:
        """None has any."""
        return {}

    def round_trip(self) -> float:
        """It is near."""
        return 0.0

    def closed_tables(self) -> tuple[str, ...]:
        """All may be read."""
        return ()

    def history(self) -> dict[str, tuple[str, ...]]:
        """What was pushed."""
        self.fails.check("history")
        return dict(self.applied)

    def probe(self, sql: str, *, own: bool = False, trial: bool = False) -> tuple[int, str]:
        """No row is affected by anything."""
        return 0, ""

    def health(self) -> tuple[tuple[str, str], ...]:
        """What is set to be invalid."""
        return self.invalid

    def entries(self) -> tuple[Entry, ...]:
        """The ledger."""
        self.fails.check("entries")
        return tuple(self.rows)

    def prepare_ledger(self) -> None:
        """It is there."""

    def append(self, entry: Entry) -> None:
        """Write a row, with its number."""
        self.fails.check("append")
        self.rows.append(replace(entry, id=len(self.rows) + 1, at=NOW))

    def attic(self) -> tuple[AtticEntry, ...]:
        """The attic's inventory."""
        return tuple(self.kept)

    def attic_rows(self, name: str, limit: int) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        """One row."""
        return ("id",), (("1",),)

    def purge_attic(self, names: Sequence[str]) -> None:
        """Note what went."""
        self.kept = [replace(e, purged_at=NOW) if e.keep.attic in names else e for e in self.kept]

    @contextmanager
    def lock(self, *, wait: float, on_wait: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock; somebody else's is told and then let go."""
        self.waited = wait
        if self.holder:
            on_wait(self.holder)
        self.fails.check("lock")
        self.locked = True
        try:
            yield
        finally:
            self.locked = False

    def push_in_flight(self, markers: Sequence[str]) -> bool:
        """The next answer of `pushes`."""
        return self.pushes.pop(0) if self.pushes else False

    def end_push(self, markers: Sequence[str]) -> None:
        """End what is in flight."""
        self.pushes.clear()

    def reconnect(self) -> None:
        """Count it."""
        self.fails.check("reconnect")
        self.reconnects += 1

    def roll_back(self, statements: Sequence[str], done: Entry, *, ahead: Sequence[str]) -> None:
        """Run the statements by noting them, and write the row: all or nothing, but what is `ahead`."""
        self.ran += ahead
        self.fails.check("roll_back")
        self.ran += statements
        self.append(done)
        self.on_roll_back()
        self.fails.check("after roll_back")


class FakeFiles:
    """Files as texts by path."""

    def __init__(self, texts: Mapping[Path, str]) -> None:
        self.fails = Failures()
        self.texts = dict(texts)

    def read_schema_file(self, path: Path, project_dir: Path) -> SchemaFile:
        """The schema file, modified now."""
        text = self.texts[path]
        return SchemaFile(path.name, text, checksum_of(text), NOW)

    def read_migrations(self, migrations_dir: Path) -> tuple[MigrationFile, ...]:
        """The migrations in order."""
        found = [(path, parse_file_name(path.name)) for path in sorted(self.texts) if path.parent == migrations_dir]
        return tuple(MigrationFile(*parsed, path.name, self.texts[path]) for path, parsed in found if parsed)

    def relative_name(self, path: Path, project_dir: Path) -> str:
        """The path below the project."""
        return str(path.relative_to(project_dir))

    def write_new(self, path: Path, text: str) -> None:
        """Write what is not there."""
        self.fails.check("write_new")
        assert path not in self.texts, path
        self.texts[path] = text

    def take_back(self, path: Path, text: str) -> bool:
        """Remove a file that says `text`, or is not there."""
        if self.texts.get(path, text) != text:
            return False
        self.texts.pop(path, None)
        return True

    def move(self, path: Path, to: Path) -> bool:
        """Move a file."""
        self.fails.check("move")
        if path not in self.texts:
            return False
        self.texts[to] = self.texts.pop(path)
        return True

    def replace(self, path: Path, text: str) -> None:
        """Write a file anew."""
        self.fails.check("replace")
        self.texts[path] = text

    def read_text(self, path: Path) -> str | None:
        """A file's text."""
        return self.texts.get(path)


class FakeCli:
    """A CLI that applies files to the history. `applies` limits how many; `after` they lead the target to `state`."""

    version = "3.1.0"

    def __init__(self, target: FakeTarget, files: FakeFiles) -> None:
        self.fails = Failures()
        self.answer = ""
        self.applies = 1000
        self.after: Fingerprint | None = None
        self._target, self._files = target, files

    def diff(self, source: Endpoint, desired: Endpoint) -> str:
        """The answer as it is set."""
        self.fails.check("diff")
        return self.answer

    def push(self, target: Endpoint, migrations_dir: Path, *, timeout: float, session_name: str) -> tuple[str, ...]:
        """Apply what is pending."""
        self.fails.check("push")
        pending = [f for f in self._files.read_migrations(migrations_dir) if f.version not in self._target.applied]
        for file in pending[: self.applies]:
            self._target.applied[file.version] = (file.text,)
        if self.after is not None:
            self._target.state = self.after
        self.fails.check("after push")
        return tuple(file.version for file in pending)

    def mark_reverted(self, target: Endpoint, versions: Sequence[str]) -> None:
        """Take versions out of the history."""
        self.fails.check("mark_reverted")
        for version in versions:
            del self._target.applied[version]


@dataclass(frozen=True)
class FakeLoaded:
    """A schema file that stands in a database of the shadow."""

    database: str
    notes: tuple[str, ...] = ()


class FakeShadow:
    """A server whose databases are catalogs.

    `schemas` says which catalog a schema file's text makes, `effects` which one a statement leaves behind.
    """

    def __init__(self, target: FakeTarget) -> None:
        self.fails = Failures()
        self.schemas: dict[str, Fingerprint] = {}
        self.effects: dict[str, Fingerprint] = {}
        self.databases: dict[str, Fingerprint] = {}
        self.starts = 0
        self._target = target

    def _add(self, made: Fingerprint) -> str:
        name = f"db{len(self.databases)}"
        self.databases[name] = made
        return name

    def desired(self, schema_text: str, file_name: str) -> FakeLoaded:
        """Load a text that `schemas` knows."""
        self.fails.check("desired")
        return FakeLoaded(self._add(self.schemas[schema_text]))

    def baseline(self) -> str:
        """The name of the database without anything of the project's."""
        return "baseline"

    def scratch(self, template: str) -> str:
        """Copy a database."""
        return self._add(self.databases[template])

    def named(self, digest: str, build: Callable[[str], None]) -> str:
        """A copy of the target, which somebody has built before."""
        return self._add(self._target.state)

    def drop(self, database: str) -> None:
        """Forget a database."""
        del self.databases[database]

    def endpoint(self, database: str) -> Endpoint:
        """The address of a database that is there."""
        assert database in self.databases
        return replace(SOMEWHERE, dbname=database)

    def run(self, database: str, statements: Sequence[str]) -> None:
        """Give a database the catalog that the statements lead to."""
        self.fails.check("run")
        for text in statements:
            self.databases[database] = self.effects.get(text, self.databases[database])

    def run_in_any_order(self, database: str, statements: Sequence[str]) -> tuple[str, ...]:
        """Run statements in the order in which they are given."""
        self.run(database, statements)
        return tuple(statements)

    def pass_over(self, names: frozenset[str]) -> None:
        """All is the role's own."""

    def run_what_runs(self, database: str, statements: Sequence[str]) -> None:
        """Run statements in the order in which they are given."""
        self.run(database, statements)

    def give_away(self, database: str, statements: Sequence[str]) -> None:
        """Nobody but one role is there."""

    def fingerprint(self, database: str) -> Fingerprint:
        """The catalog of a database."""
        return self.databases[database]

    def outside(self, database: str) -> Outside:
        """Nothing is there."""
        return Outside()

    def facts(self, database: str) -> TargetFacts:
        """Nothing is known of rows."""
        return TargetFacts()


@dataclass
class FakeScreen:
    """Collects what is told."""

    interactive: bool = False
    told: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def step(self, text: str) -> nullcontext[None]:
        """Nothing takes long here."""
        return nullcontext()

    def note(self, text: str) -> None:
        """Collect a remark."""
        self.told.append(text)

    def warn(self, text: str) -> None:
        """Collect a warning."""
        self.warned.append(text)

    def done(self, text: str) -> None:
        """Collect what is done."""
        self.told.append(text)

    def show_plan(self, plan: Plan) -> None:
        """Collect its name."""
        self.told.append(plan.name)

    def step_lines(self, steps: Sequence[RollbackStep]) -> Sequence[str]:
        """The versions."""
        return [step.version for step in steps]

    def show_rollback_plan(self, plan: RollbackPlan) -> None:
        """Collect its name."""
        self.told.append(plan.name)

    def show_trust(self, items: Sequence[JudgedItem]) -> None:
        """Collect each item with its standing."""
        self.told += [f"{found.item.name} {found.standing}" for found in items]


class FakeTrustMemory:
    """Remembers in memory; the digest of an item is its value, or what `contents` says."""

    def __init__(self) -> None:
        self.fails = Failures()
        self.kept: dict[str, str] = {}
        self.contents: dict[str, str] = {}

    def known(self) -> Mapping[str, str]:
        """What is trusted."""
        return dict(self.kept)

    def digest(self, item: Item) -> str:
        """The item's content."""
        return self.contents.get(item.name, item.value)

    def remember(self, digests: Mapping[str, str]) -> None:
        """Trust these only."""
        self.fails.check("remember")
        self.kept = dict(digests)

    def forget(self) -> bool:
        """Trust nothing."""
        known, self.kept = bool(self.kept), {}
        return known


class FakePrompter:
    """Gives the answers it was given, in order; a question that nobody expects fails the test."""

    def __init__(self, *answers: bool | int) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def _next(self, question: str) -> bool | int:
        self.asked.append(question)
        assert self.answers, f"asked: {question}"
        return self.answers.pop(0)

    def confirm(self, question: str) -> bool:
        """The next answer."""
        return bool(self._next(question))

    def type_out(self, question: str, word: str) -> bool:
        """The next answer."""
        return bool(self._next(f"{question} [{word}]"))

    def select(self, question: str, choices: Sequence[str]) -> int:
        """The next answer."""
        return int(self._next(question))


class FakeCache:
    """Keeps what it is given for as long as the test runs."""

    code = "1"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, digest: str) -> Any:
        """What was kept."""
        return self.values.get(digest)

    def put(self, digest: str, value: Any) -> None:
        """Keep a value."""
        self.values[digest] = value


@dataclass
class World:
    """A target, a shadow, files and a person, and the context that has them."""

    target: FakeTarget
    shadow: FakeShadow
    files: FakeFiles
    cli: FakeCli
    screen: FakeScreen
    prompter: FakePrompter
    memory: FakeTrustMemory
    context: Context


def world(
    *tables: str,
    schema: str = "-- now\n",
    answers: Sequence[bool | int] = (),
    interactive: bool = False,
    items: Sequence[Item] = (),
) -> World:
    """Make a world: a target with these tables, and a project whose schema file says `schema`.

    `items` are what its repository names and nobody trusts yet.
    """
    target, files = FakeTarget(*tables), FakeFiles({SCHEMA: schema})
    shadow = FakeShadow(target)
    cli, screen, prompter = FakeCli(target, files), FakeScreen(interactive or bool(answers)), FakePrompter(*answers)
    memory = FakeTrustMemory()

    def unexpected(*_: Any) -> Any:
        raise AssertionError("no test of this kind gets here")

    def start(_surroundings: Surroundings) -> nullcontext[FakeShadow]:
        shadow.starts += 1
        return nullcontext(shadow)

    context = Context(
        project=Project(HOME, SCHEMA, MIGRATIONS, ROLLBACKS, "Supabase", "auto", "auto", 10, 600, ()),
        screen=screen,
        prompter=prompter,
        files=files,
        cache=FakeCache(),
        open_target=lambda _purpose: nullcontext(target),
        open_shadow=start,
        cli=lambda: cli,
        sqlc=lambda: None,
        pg_dump=lambda _server: None,
        actor=lambda: Actor("Ada", "ada", "laptop"),
        run_after_sync=unexpected,
        earlier_schemas=lambda: iter(()),
        edit=unexpected,
        keep_edited=unexpected,
        now=lambda: NOW,
        tools=dict,
        keep_codec=KeepCodec(),
        trust=Trust(lambda: items, memory, screen, prompter),
    )
    return World(target, shadow, files, cli, screen, prompter, memory, context)


def _promises(made: World, cache: FakeCache) -> None:
    """Have mypy say where a fake does not keep what its Protocol promises."""
    _world: tuple[Target, Shadow, Files, Cli, Screen, Prompter, TrustMemory, Cache] = (
        made.target, made.shadow, made.files, made.cli, made.screen, made.prompter, made.memory, cache,
    )  # fmt: skip
