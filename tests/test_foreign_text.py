"""Every place where foreign text enters is known, and redacts it there: nothing is redacted on its way out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "supasync"

# What yields a text that somebody else wrote: of an exception, a child, a server.
ATTRIBUTES = frozenset({
    "stdout", "stderr", "strerror", "message_primary", "message_detail", "message_hint", "error_message",
})  # fmt: skip
CALLS = frozenset({"get_error_message", "format_exception", "format_message", "communicate"})


def functions() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.name}", node


def foreign(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name("str"), args=[ast.Name("error" | "failure" | "caught")]):
            return ast.unparse(node)
        case ast.FormattedValue(value=ast.Name("error")):
            return ast.unparse(node)
        case ast.Attribute(attr=name) if name in ATTRIBUTES:
            return ast.unparse(node)
        case ast.Call(func=ast.Attribute(attr=name)) if name in CALLS:
            return ast.unparse(node)
    return ""


def sightings(node: ast.AST, *, covered: bool = False) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            continue
        if text := foreign(child):
            yield text, covered
        within = isinstance(child, ast.Call) and ast.unparse(child.func) in ("redact", "redact.redact")
        yield from sightings(child, covered=covered or within)


OF_A_CHILD = "the output of a child, which `process.run` has redacted"
# Where foreign text stands outside of a call of `redact`, and why it may.
ELSEWHERE = {
    "adapters/buglog.py:write_bug": "redacted with what is put before it",
    "adapters/connection_url.py:parse_connection_string": "redacted in `_harmless`, which also empties all quotes",
    "adapters/doctor_checks.py:_just": OF_A_CHILD,
    "adapters/files.py:_unwritable": "words of the operating system alone",
    "adapters/files.py:read_schema_file": "words of the operating system alone",
    "adapters/git.py:_is_dirty": "looked at, not shown",
    "adapters/git.py:tracked_of": "names of files to be compared",
    "adapters/git.py:special_of": "names of files to be looked at",
    "adapters/git.py:earlier_texts": "commits, and texts of the schema file, which are SQL to be run",
    "adapters/pg_dump.py:_major": OF_A_CHILD,
    "adapters/pg_dump.py:schema": OF_A_CHILD,
    "adapters/postgres.py:_is_transient": "looked at, not shown",
    "adapters/database_errors.py:statement_error": "looked at, not shown",
    "adapters/process.py:run": "bytes; redacted when they are text",
    "adapters/shadow/cluster.py:boot_identity": OF_A_CHILD,
    "adapters/shadow/confinement.py:start_server": OF_A_CHILD,
    "adapters/shadow/home.py:cache_directory": "words of the operating system alone",
    "adapters/shadow/install.py:_version": OF_A_CHILD,
    "adapters/shadow/launcher.py:_become": "words of the operating system alone",
    "adapters/shadow/launcher.py:_check": "words of the operating system alone",
    "adapters/shadow/stand_ins.py:put": "words of the operating system alone",
    "adapters/shadow/pristine.py:_make": OF_A_CHILD,
    "adapters/shadow/private_copy.py:_layout": "paths to be used, as they came",
    "adapters/shadow/slots.py:_command_line": "looked at, not shown",
    "adapters/sqlc.py:generate": OF_A_CHILD,
    "adapters/sqlc.py:stale": OF_A_CHILD,
    "adapters/sqlc.py:version_of": OF_A_CHILD,
    "adapters/supabase.py:_answer": "JSON to be read: its error is redacted by parts, its SQL is to be run",
    "adapters/supabase.py:_version": OF_A_CHILD,
    "adapters/target_address.py:_resolve_service": "looked at, not shown",
    "adapters/trust_memory.py:_failed": "words of the operating system alone",
    "demo.py:_run_command": OF_A_CHILD,
    "demo.py:_trust": OF_A_CHILD,
    "settings.py:_paths_or_error": "words of the operating system alone",
    "wiring.py:run_after_sync": OF_A_CHILD,
    "workflow/apply.py:_push_to_the_end": "an error of supasync's own, made of redacted parts",
    "workflow/rollback/execute.py:_after_failure": "an error of supasync's own, made of redacted parts",
}
# Where it is redacted, besides what the ledger is given and what a person types as the reason of a change.
REDACTED = {
    "adapters/git.py:ask",
    "adapters/files.py:read_migrations",
    "adapters/postgres.py:_understood",
    "adapters/database_errors.py:connection_error",
    "adapters/postgres.py:on_notice",
    "adapters/postgres.py:parse_dsn",
    "adapters/database_errors.py:statement_error",
    "adapters/supabase.py:_no_answer",
    "adapters/target_address.py:_resolve_service",
    "boundary.py:_as_bug",
    "boundary.py:_of_a_file",
    "cli.py:main",
    "settings.py:_refuse_secrets_in",
    "settings.py:load_settings",
}
# Files that redact what no pattern above finds.
REDACTING = {
    "adapters/editor.py": "$EDITOR",
    "adapters/ledger.py": "actor, reason and error",
    "adapters/process.py": "what a child wrote",
    "adapters/shadow/cluster.py": "the server's log",
    "adapters/buglog.py": "a traceback",
    "adapters/connection_url.py": "what libpq says of a connection string",
    "boundary.py": "the reason that a person gives",
    "adapters/supabase.py": "the CLI's error",
}


def places(*, covered: bool) -> set[str]:
    return {
        name
        for name, function in functions()
        for text, inside in sightings(function)
        if inside is covered and not text.startswith("sys.")
    }


def test_foreign_text_is_redacted_where_it_enters() -> None:
    assert places(covered=True) == REDACTED
    assert places(covered=False) == set(ELSEWHERE), "redact it, or say here why it need not be"


@pytest.mark.parametrize("name", REDACTING)
def test_files_that_redact_more_than_that(name: str) -> None:
    called = [node for node in ast.walk(ast.parse((PACKAGE / name).read_text())) if isinstance(node, ast.Call)]
    assert any(ast.unparse(node.func) in ("redact", "redact.redact") for node in called), REDACTING[name]


def test_nothing_is_redacted_on_its_way_out() -> None:
    assert [path.name for path in (PACKAGE / "ui").glob("*.py") if "redact(" in path.read_text(encoding="utf-8")] == []
