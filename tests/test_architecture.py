"""The layers of the design, held by the standard library's own parser."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "supasync"
FILES = tuple(sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")))
MOST_LINES_OF_A_FILE = 340
MOST_LINES_OF_A_FUNCTION = 60

# Which parts of supasync a layer may import besides `errors`; "" is the package itself, that is its version.
LAYERS = {
    "core/": {"core"},
    "adapters/": {"adapters", "core", "redact", ""},
    "workflow/": {"workflow", "core"},
    "commands/": {"commands", "workflow", "core"},
    "ui/": {"ui", "core"},
}
# The rooms of core, and the steps of the workflow: each imports only what stands before it.
ROOMS = ("core/endpoint", "core/counting", "core/trust", "core/sqlc_config", "core/sql", "core/changes",
         "core/catalog", "core/checks", "core/attic", "core/engine", "core/plan", "core/report")  # fmt: skip
STEPS = ("ports", "trust", "context", "observe", "under_lock", "beyond", "follow_up", "diff_engine", "clone", "compare",
         "gates", "backfills", "attic_plan", "rehearse", "editing", "planning", "pending", "recovery", "apply",
         "rollback")  # fmt: skip
# A program of its own, which becomes another one.
LAUNCHER = "adapters/shadow/launcher.py"
# Where each third-party package may be imported. What a package is for stands in one place.
HOMES = {
    "plumbum": {"adapters/process.py"},
    "tenacity": {"adapters/postgres.py"},
    # connections are made in adapters/postgres.py alone; the others compose identifiers or parse connection strings
    "psycopg": {"adapters/"},
    "platformdirs": {"adapters/shadow/home.py", "adapters/trust_memory.py"},
    "postgast": {"core/sql/parser.py"},
    "google": {"core/sql/parser.py"},
    "pydantic": {"settings.py", "adapters/keep_codec.py"},
    "pydantic_settings": {"settings.py"},
    "dotenv": {"settings.py"},
    "questionary": {"ui/prompts.py"},
    "prompt_toolkit": {"ui/prompts.py"},
    "rich": {"ui/"},
    "typer": {"cli.py", "common_options.py"},
    "click": {"cli.py"},
}
# What start-up must not wait for: imported only inside of the function that needs it.
LAZY = {"core/sql/parser.py": {"postgast", "google"}}


def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"), name)


def imports(name: str) -> Iterator[tuple[str, bool]]:
    """Yield every module that a file imports, and whether the import runs when the file is loaded."""
    module = tree(name)
    inside = {
        id(node)
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    typing_only = {
        id(node)
        for block in ast.walk(module)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(module):
        at_load = id(node) not in inside and id(node) not in typing_only
        if isinstance(node, ast.Import):
            yield from ((alias.name, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            assert node.module is not None
            yield from ((_module(node.module, alias.name), at_load) for alias in node.names)


def _module(package: str, name: str) -> str:
    """Return the module that `from package import name` loads."""
    full = f"{package}.{name}"
    path = Path(*full.split(".")[1:])
    is_module = package.startswith("supasync") and ((PACKAGE / path).is_dir() or (PACKAGE / f"{path}.py").is_file())
    return full if is_module or package == "supasync" else package


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 50
    assert {
        "cli.py",
        "core/sql/parser.py",
        "adapters/process.py",
        "commands/sync.py",
        "ui/render.py",
        "workflow/apply.py",
    } <= set(FILES)


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_import_only_what_is_below_them(layer: str) -> None:
    wrong = [
        f"{name}: {module}"
        for name in FILES
        if name.startswith(layer)
        for module, _ in imports(name)
        if module.partition(".")[0] == "supasync" and _part(module) not in LAYERS[layer] | {"errors"}
    ]
    assert wrong == []


def _own_imports(name: str) -> set[str]:
    """Return the files of supasync that a file imports."""
    found = set()
    for module, _ in imports(name):
        path = "/".join(module.split(".")[1:])
        found |= {file for file in (f"{path}.py", f"{path}/__init__.py") if file in FILES}
    return found


def _place(name: str, order: Sequence[str], folder: str = "") -> int:
    """Return the current value of a file's room in an order, -1 for a file outside of these rooms."""
    starts = (folder + room for room in order)
    return next(
        (at for at, room in enumerate(starts) if name.startswith((f"{room}/", f"{room}.py")) or name == room), -1
    )


@pytest.mark.parametrize(("order", "folder"), [(ROOMS, ""), (STEPS, "workflow/")], ids=["core", "workflow"])
def test_rooms_import_only_what_stands_before_them(order: Sequence[str], folder: str) -> None:
    inside = [name for name in FILES if name.startswith(folder or "core/") and not name.endswith("__init__.py")]
    assert [name for name in inside if _place(name, order, folder) < 0] == [], "a file without a room"
    wrong = [
        f"{name}: {other}"
        for name in inside
        for other in _own_imports(name)
        if _place(other, order, folder) > _place(name, order, folder)
    ]
    assert wrong == []


def test_no_file_imports_itself_in_a_circle() -> None:
    graph = TopologicalSorter({name: _own_imports(name) for name in FILES})
    assert set(graph.static_order()) >= set(FILES)  # else CycleError, which names the circle


def _part(module: str) -> str:
    part = [*module.split("."), ""][1]
    return "" if part == "__version__" else part


@pytest.mark.parametrize("name", FILES)
def test_third_parties_have_one_home(name: str) -> None:
    for module, at_load in imports(name):
        package = module.partition(".")[0]
        if package == "supasync" or package in sys.stdlib_module_names:
            continue
        homes = HOMES.get(package)
        assert homes is not None, f"{name} imports {package}, which the table does not know"
        assert any(name == home or (home.endswith("/") and name.startswith(home)) for home in homes), (
            f"{name}: {package}"
        )
        assert not (at_load and package in LAZY.get(name, set())), f"{name} imports {package} too early"


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("ui/") and name != "ui/visible.py"])
def test_views_make_texts_of_visible_characters_alone(name: str) -> None:
    sources = {node.module for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom)}
    assert "rich.text" not in sources, f"{name}: see ui/visible.py"
    made = {ast.unparse(node.func) for node in ast.walk(tree(name)) if isinstance(node, ast.Call)}
    assert not {called for called in made if called.startswith("rich.text.")}, f"{name}: see ui/visible.py"


def test_every_home_is_lived_in() -> None:
    used = {(module.partition(".")[0], name) for name in FILES for module, _ in imports(name)}
    empty = [
        (package, home)
        for package, homes in HOMES.items()
        for home in homes
        if package not in ("click", "google")
        and not any(found == package and name.startswith(home) for found, name in used)
    ]
    assert empty == [], "the table promises what is not so"


@pytest.mark.parametrize("name", FILES)
def test_exits_prints_and_processes(name: str) -> None:
    for node in ast.walk(tree(name)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in ("sys.exit", "exit", "quit", "os._exit"):
            assert name in ("cli.py", "__main__.py", LAUNCHER), f"{name}:{node.lineno} {called}"
        assert called != "print", f"{name}:{node.lineno} print"
        if called in ("subprocess.run", "subprocess.Popen", "os.system", "os.popen"):
            raise AssertionError(f"{name}:{node.lineno} {called}: processes are started in adapters/process.py")
        if called in ("psycopg.connect", "psycopg.Connection.connect", "LimitedConnection.connect"):
            assert name == "adapters/postgres.py", f"{name}:{node.lineno} {called}"


@pytest.mark.parametrize("name", FILES)
def test_files_and_functions_are_short(name: str) -> None:
    assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) < MOST_LINES_OF_A_FILE
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length < MOST_LINES_OF_A_FUNCTION, f"{name}:{node.lineno} {node.name} has {length} lines"
