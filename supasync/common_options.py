"""The options that commands share, declared once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate

import typer

from supasync.boundary import Common

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show every step and how long it took.")]
Directory = Annotated[
    Path | None, typer.Option("--directory", "-C", help="Run in this directory.", file_okay=False, exists=True)
]
Schema = Annotated[Path | None, typer.Option("--schema", help="Use this schema file, not the one in supasync.toml.")]


# The parameters of this function are the options that commands share, in the order of their help.
def _common(
    schema: Schema = None,
    directory: Directory = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Common:
    return Common(json=json, quiet=quiet, verbose=verbose, directory=directory, schema=schema)


def with_common(*, schema: bool = True) -> Callable[[Callable[Concatenate[Common, ...], int]], Callable[..., int]]:
    """Return a decorator that puts the common options behind a command's own, and hands it one `Common` of them.

    Without `schema`, for a command that has nothing to do with the schema file.
    """
    shared = [item for name, item in signature(_common, eval_str=True).parameters.items() if schema or name != "schema"]

    def decorate(command: Callable[Concatenate[Common, ...], int]) -> Callable[..., int]:
        _, *own = signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def run(**given: Any) -> int:
            common = _common(**{item.name: given.pop(item.name) for item in shared})
            return command(common, **given)

        run.__signature__ = Signature([*own, *shared])  # type: ignore[attr-defined] # typer reads it
        return run

    return decorate
