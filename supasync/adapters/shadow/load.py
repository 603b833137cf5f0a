"""Loading a schema file into a shadow database, as the role that will own the objects.

The whole file goes first in as few round trips as possible. Where that fails, its statements go one
by one; those that only miss something wait for it to appear further down.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from psycopg import sql as composed

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.extensions import (
    NOT_COMPARED,
    adds_member,
    has_foreign_members,
    known_by_name,
    missing_extension,
)
from supasync.adapters.shadow.guest import GuestSession
from supasync.adapters.shadow.index_options import IndexOptions
from supasync.adapters.shadow.prepared_schema import (
    Manner,
    Script,
    ScriptStep,
    invalid,
    prepare,
    sets_default_privileges,
)
from supasync.adapters.shadow.stand_ins import NO_STAND_INS, StandIns
from supasync.adapters.shadow.superuser import (
    add_modifiers,
    is_wide_publication,
    run_as_superuser,
    set_default_privileges,
    set_index_options,
)
from supasync.core import sql
from supasync.core.catalog.type_modifiers import with_modifiers
from supasync.errors import InvalidSqlError, UsageError

# Undefined table, column, function, object, schema; a foreign key whose unique constraint is still to come.
_MISSING = frozenset({"42P01", "42703", "42883", "42704", "3F000", "42830"})
_DUPLICATE_OBJECT, _DUPLICATE_SCHEMA, _UNDEFINED_OBJECT, _NOT_ALLOWED = "42710", "42P06", "42704", "42501"
_NO_EXTENSION = ("58P01", "0A000")
_SHOWN_LINES = 8
_PATIENCE = 60.0  # seconds to try again what waits for others
# What decides how names in a statement are understood; a statement that waited needs them back.
_REMEMBERED = ("search_path", "check_function_bodies", "role")


@dataclass(frozen=True)
class LoadResult:
    """How loading went: `notes` for the person, the number of data statements left out."""

    notes: tuple[str, ...]
    data_statements: int


@dataclass
class _Waiting:
    step: ScriptStep
    error: StatementError
    settings: tuple[str, ...]


@dataclass
class _Run:
    session: GuestSession
    admin: Session | None
    script: Script
    defaults: Mapping[str, tuple[str, ...]]
    stand_ins: StandIns
    waiting: list[_Waiting] = field(default_factory=list)
    options: IndexOptions = field(init=False)
    late: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.options = IndexOptions(self.session)


def load_schema(
    session: GuestSession,
    text: str,
    file_name: str,
    *,
    admin: Session | None = None,
    schema_defaults: tuple[tuple[str, str], ...] = (),
    stand_ins: StandIns = NO_STAND_INS,
) -> LoadResult:
    """Load a schema file over `session`, whose role will own everything.

    `admin` is a superuser's session with the same database, for the few statements that hosted
    projects permit and PostgreSQL reserves for superusers. `schema_defaults` are pairs of schema and
    default privileges that the target has in it, used where the file says nothing about them; `stand_ins`
    are those that CREATE EXTENSION finds.

    Raises InvalidSqlError with the place in the file, UsageError for a file that defines nothing.
    """
    script = prepare(text, file_name)
    defaults: dict[str, tuple[str, ...]] = {}
    if not sets_default_privileges(script):
        for schema, statement in schema_defaults:
            defaults[schema] = (*defaults.get(schema, ()), statement)
    session.limit_on_server()
    session.rows("set client_min_messages = error")
    run = _Run(session, admin, script, defaults, stand_ins)
    # Event triggers come last: up to PostgreSQL 16 they would fire inside the scripts of extensions,
    # which run as a superuser.
    last = [step for step in script.steps if step.manner is Manner.EVENT_TRIGGER]
    _make_extensions_first(run)
    _number_modifiers(run)
    _run_all(run, [step for step in script.steps if step.manner is not Manner.EVENT_TRIGGER])
    _run_waiting(run)
    for step in last:
        _run_alone(run, step)
    _run_waiting(run)
    _refuse_foreign_members(run)
    if run.admin is not None:
        set_index_options(run.admin, run.options.found)
    notes = (*script.notes(), *_order_note(run), *_known_by_name(run), *run.notes)
    return LoadResult(notes, len(script.data_lines))


def _refuse_foreign_members(run: _Run) -> None:
    """Refuse what the file has made a member of an extension."""
    adding = any(adds_member(step.statement.text) for step in run.script.steps)
    if adding or (run.admin is not None and has_foreign_members(run.admin)):
        message = f"{run.script.file_name} adds objects to an extension"
        raise UsageError(message, reason=NOT_COMPARED, hint="Remove ALTER EXTENSION ... ADD.")


def _make_extensions_first(run: _Run) -> None:
    """Make the file's extensions while nothing else of the file is there: a superuser's rights run their scripts."""
    steps = [step for step in run.script.steps if _declares(step)]
    if run.admin is None or not any(step.manner is Manner.EXTENSION for step in steps):
        return
    before = _settings(run)
    for step in steps:
        try:
            _execute(run, step)
        except StatementError:
            continue  # its turn comes again where it stands in the file
    _restore(run, before)


def _number_modifiers(run: _Run) -> None:
    """Let modifiers that only the real types understand be numbers, now that the extensions are there."""
    types = run.stand_ins.modified
    found = [with_modifiers(step.statement.text, types) for step in run.script.steps] if types else []
    labels = {number: label for _, given in found for number, label in given.items()}
    if run.admin is not None and labels and add_modifiers(run.admin, labels):
        steps = zip(run.script.steps, found, strict=True)
        run.script.steps = [replace(step, statement=replace(step.statement, text=text)) for step, (text, _) in steps]


def _declares(step: ScriptStep) -> bool:
    if step.manner is Manner.SCHEMA:
        return "schema_elts" not in sql.tree(step.statement.text)[1]
    return step.manner in (Manner.SETTING, Manner.EXTENSION)


def _known_by_name(run: _Run) -> Iterator[str]:
    for step in run.script.steps:
        name = _extension(step)
        if name in run.stand_ins.empty:
            yield f"{run.script.file_name}: line {step.statement.line}: {known_by_name([name])}"


def _extension(step: ScriptStep) -> str:
    return str(sql.tree(step.statement.text)[1].get("extname", "")) if step.manner is Manner.EXTENSION else ""


def _order_note(run: _Run) -> Iterator[str]:
    if run.late:
        lines = sorted(run.late)
        shown = ", ".join(map(str, lines[:_SHOWN_LINES]))
        more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
        plural, verb = ("s", "use") if len(lines) > 1 else ("", "uses")
        yield f"{run.script.file_name}: line{plural} {shown}{more} {verb} objects defined below; loaded after them"


def _run_all(run: _Run, steps: list[ScriptStep]) -> None:
    for together, group in groupby(steps, key=lambda step: step.manner in (Manner.PLAIN, Manner.SETTING)):
        chunk = list(group)
        if not (together and len(chunk) > 1 and _run_together(run, chunk)):
            for step in chunk:
                _run_alone(run, step)


def _run_together(run: _Run, chunk: list[ScriptStep]) -> bool:
    # One implicit transaction: a failure leaves nothing behind, settings included.
    try:
        run.session.script(";\n".join(step.statement.text for step in chunk), len(chunk))
    except StatementError as error:
        if run.session.broken or run.session.reads_otherwise:
            raise _placed(run, chunk[0], error, chunk[-1].statement.line) from None
        return False
    return True


def _run_alone(run: _Run, step: ScriptStep) -> None:
    try:
        _execute(run, step)
    except StatementError as error:
        if _tolerable(run, step, error):
            return
        if error.sqlstate not in _MISSING:
            raise _placed(run, step, error) from None
        run.waiting.append(_Waiting(step, error, _settings(run)))


def _run_waiting(run: _Run) -> None:
    if not run.waiting:
        return
    before = _settings(run)
    deadline = time.monotonic() + _PATIENCE
    while run.waiting:
        remaining: list[_Waiting] = []
        for waiting in run.waiting:
            if time.monotonic() > deadline:
                raise _placed(run, waiting.step, waiting.error)
            _restore(run, waiting.settings)
            try:
                _execute(run, waiting.step)
                run.late.append(waiting.step.statement.line)
            except StatementError as error:
                if error.sqlstate not in _MISSING:
                    raise _placed(run, waiting.step, error) from None
                remaining.append(_Waiting(waiting.step, error, waiting.settings))
        if len(remaining) == len(run.waiting):
            first = min(remaining, key=lambda waiting: waiting.step.statement.offset)
            raise _placed(run, first.step, first.error)
        # In turn from either end: what stands in reverse order is then loaded in one round.
        run.waiting = remaining[::-1]
    _restore(run, before)


def _settings(run: _Run) -> tuple[str, ...]:
    return tuple(str(run.session.value("select pg_catalog.current_setting(%s)", (name,))) for name in _REMEMBERED)


def _restore(run: _Run, settings: tuple[str, ...]) -> None:
    run.session.rows("reset role")
    for name, value in zip(_REMEMBERED, settings, strict=True):
        run.session.rows("select pg_catalog.set_config(%s, %s, false)", (name, value))


def _execute(run: _Run, step: ScriptStep) -> None:
    text = step.statement.text
    match step.manner:
        case Manner.EVENT_TRIGGER | Manner.EXTENSION | Manner.WRAPPER:
            _execute_as_superuser(run, text)
        case Manner.PUBLICATION:
            _create_publication(run, text)
        case _:
            run.options.script(text)
            if step.manner is Manner.SCHEMA:
                _apply_defaults(run, text)


def _apply_defaults(run: _Run, text: str) -> None:
    kind, node = sql.tree(text)
    if kind != "create_schema_stmt" or run.admin is None:
        return
    for statement in run.defaults.get(str(node.get("schemaname", "")), ()):
        try:
            set_default_privileges(run.admin, statement)
        except StatementError as error:
            if error.sqlstate != _UNDEFINED_OBJECT:
                raise


def _create_publication(run: _Run, text: str) -> None:
    _, node = sql.tree(text)
    name = composed.Identifier(str(node["pubname"]))
    # The platform's own publication is there already; the file decides what is in it.
    run.session.rows(composed.SQL("drop publication if exists {}").format(name))
    if is_wide_publication(node):
        _execute_as_superuser(run, text)
    else:
        run.session.script(text)


def _execute_as_superuser(run: _Run, text: str) -> None:
    if run.admin is None:
        run.session.script(text)
        return
    run_as_superuser(run.admin, run.session, text, run.stand_ins.known)


def _tolerable(run: _Run, step: ScriptStep, error: StatementError) -> bool:
    """Judge an error that says only that the shadow, or the platform, has seen to it already."""
    kind = sql.tree(step.statement.text)[0]
    line = f"{run.script.file_name}: line {step.statement.line}"
    if step.manner is Manner.SETTING:
        # A newer pg_dump writes settings that an older server does not know.
        return error.sqlstate == _UNDEFINED_OBJECT
    if kind == "create_role_stmt" or kind == "create_extension_stmt":
        return error.sqlstate == _DUPLICATE_OBJECT
    if kind == "create_schema_stmt":
        return error.sqlstate == _DUPLICATE_SCHEMA
    if kind == "comment_stmt" and step.manner is Manner.APART:
        # pg_dump repeats the comments of extensions, which belong to the platform.
        return error.sqlstate in (_NOT_ALLOWED, _UNDEFINED_OBJECT)
    if kind == "alter_default_privileges_stmt" and error.sqlstate == _NOT_ALLOWED:
        run.notes.append(f"{line} sets default privileges of a role that is not yours; ignored")
        return True
    return False


def _placed(run: _Run, step: ScriptStep, error: StatementError, last_line: int = 0) -> InvalidSqlError:
    offset = step.statement.offset + max(error.position - 1, 0)
    kind, node = sql.tree(step.statement.text)
    reason = " ".join(part for part in (_sentence(error.message), error.reason) if part)
    hint = error.hint
    if kind == "create_extension_stmt" and error.sqlstate in _NO_EXTENSION:
        name = str(node.get("extname", ""))
        reason, hint = missing_extension(name)
        found = invalid(run.script.spot(offset, False), reason, hint)
        found.message = f"{run.script.file_name}, line {step.statement.line}: {name} is not available"
        return found
    unknown = run.stand_ins.empty & set(map(_extension, run.script.steps))
    if unknown and error.sqlstate in _MISSING:
        hint = known_by_name(unknown)
    if last_line:
        reason = f"{reason} One of the statements up to line {last_line} does that."
    what = "Not permitted" if error.sqlstate == _NOT_ALLOWED else "Invalid SQL"
    return invalid(run.script.spot(offset, error.position > 0), reason, hint, what)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
