"""Where settings come from, which of two wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from supasync.errors import UsageError
from supasync.redact import redact
from supasync.settings import Origin, Settings, find_project_dir, load_settings

# One secret a source, none of which occurs elsewhere in a text.
URLS = {name: f"postgresql://postgres:pw-{name}@db.example.com:5432/postgres" for name in ("env", "dotenv", "other")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "supasync.toml").write_text("")
    return tmp_path


def write(project: Path, toml: str = "", env: str = "") -> None:
    (project / "supasync.toml").write_text(toml, encoding="utf-8")
    (project / ".env").write_text(env, encoding="utf-8")


def url_of(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None


def test_without_anything_the_defaults_apply(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert settings.project_dir == tmp_path
    assert settings.schema_file == tmp_path / "schema.sql"
    assert settings.database_url is None
    assert settings.shadow_url is None
    assert (settings.grants, settings.baseline) == ("auto", "auto")
    assert (settings.lock_timeout, settings.statement_timeout) == (10, 600)
    assert settings.migrations_dir == tmp_path / "supabase" / "migrations"
    assert settings.rollbacks_dir == tmp_path / "supabase" / "rollbacks"


def test_flags_then_environment_then_dotenv_then_toml(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, 'target_name = "toml"\n', "SUPASYNC_TARGET_NAME=dotenv\n")
    monkeypatch.setenv("SUPASYNC_TARGET_NAME", "environment")

    assert load_settings(project, target_name="flag").target_name == "flag"
    assert load_settings(project, target_name=None).target_name == "environment"
    monkeypatch.delenv("SUPASYNC_TARGET_NAME")
    assert load_settings(project).target_name == "dotenv"
    (project / ".env").unlink()
    assert load_settings(project).target_name == "toml"


def test_the_url_of_the_environment_wins_over_dotenv(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, env=f"DATABASE_URL={URLS['dotenv']}\n")
    monkeypatch.setenv("DATABASE_URL", URLS["env"])

    assert url_of(load_settings(project)) == URLS["env"]


@pytest.mark.parametrize(
    "name", ["SUPASYNC_DATABASE_URL", "DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL_NON_POOLING"]
)
def test_the_url_is_known_by_the_names_that_guides_use(
    project: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, env=f'{name}="{URLS["dotenv"]}"\n')
    assert url_of(load_settings(project)) == URLS["dotenv"]

    (project / ".env").unlink()
    monkeypatch.setenv(name, URLS["env"])
    assert url_of(load_settings(project)) == URLS["env"]


def test_supasyncs_own_name_of_the_url_comes_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URLS["other"])
    monkeypatch.setenv("SUPASYNC_DATABASE_URL", URLS["env"])

    assert url_of(load_settings(project)) == URLS["env"]


def test_an_environment_url_under_any_name_wins_over_dotenv(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, env=f"SUPASYNC_DATABASE_URL={URLS['dotenv']}\n")
    monkeypatch.setenv("POSTGRES_URL_NON_POOLING", URLS["env"])

    assert url_of(load_settings(project)) == URLS["env"]


def test_an_empty_variable_counts_as_not_set(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, env=f"DATABASE_URL={URLS['dotenv']}\n")
    monkeypatch.setenv("DATABASE_URL", "")

    assert url_of(load_settings(project)) == URLS["dotenv"]


@pytest.mark.parametrize("name", ["SUPABASE_DB_PASSWORD", "SUPASYNC_DB_PASSWORD"])
def test_the_password_has_two_names(project: Path, name: str) -> None:
    write(project, env=f"{name}='p@ss/w:rd%'\n")

    password = load_settings(project).db_password

    assert password
    assert password.get_secret_value() == "p@ss/w:rd%"


def test_other_variables_of_dotenv_are_none_of_our_business(project: Path) -> None:
    write(project, env="NEXT_PUBLIC_ANON_KEY=abc\nPORT=8080\nproject_dir=/elsewhere\n")

    assert load_settings(project).project_dir == project


def test_secrets_are_masked_from_the_moment_they_are_read(project: Path) -> None:
    write(project, env="SUPABASE_DB_PASSWORD=only-known-to-dotenv\nSUPASYNC_SHADOW=postgresql://u:shadow-pw@h/db\n")

    settings = load_settings(project)

    assert "only-known-to-dotenv" not in redact("said only-known-to-dotenv")
    assert "shadow-pw" not in redact("postgresql://u:shadow-pw@h/db")
    assert "only-known-to-dotenv" not in repr(settings)
    assert "shadow-pw" not in repr(settings)


@pytest.mark.parametrize(
    "name", ["database_url", "db_password", "DATABASE_URL", "SUPABASE_DB_PASSWORD", "SUPASYNC_DATABASE_URL"]
)
def test_a_secret_in_the_committed_file_is_refused(project: Path, name: str) -> None:
    write(project, f'{name} = "postgresql://u:committed-pw@h/db"\n')

    with pytest.raises(UsageError) as caught:
        load_settings(project)

    assert "supasync.toml" in caught.value.message
    assert ".env" in caught.value.hint
    assert "committed-pw" not in f"{caught.value.message} {caught.value.reason} {caught.value.hint}"


def test_a_password_in_the_shadow_url_of_the_committed_file_is_refused(project: Path) -> None:
    write(project, 'shadow = "postgresql://u:committed-pw@h/db"\n')

    with pytest.raises(UsageError) as caught:
        load_settings(project)

    assert "SUPASYNC_SHADOW" in caught.value.hint
    assert "committed-pw" not in f"{caught.value.message} {caught.value.reason} {caught.value.hint}"


@pytest.mark.parametrize("text", ["embedded", "postgresql://u@h/db", "service=shadow"])
def test_a_shadow_without_a_password_may_be_committed(project: Path, text: str) -> None:
    write(project, f'shadow = "{text}"\n')

    assert load_settings(project).shadow_url == (None if text == "embedded" else text)


def test_unknown_settings_are_named_with_those_that_exist(project: Path) -> None:
    write(project, 'schema = "a.sql"\nlocktimeout = 5\nzzz = 1\n')

    with pytest.raises(UsageError) as caught:
        load_settings(project)

    assert "locktimeout, zzz" in caught.value.message
    assert "lock_timeout" in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("toml", "name"),
    [
        ("lock_timeout = 0\n", "lock_timeout"),
        ('statement_timeout = "soon"\n', "statement_timeout"),
        ('grants = "some"\n', "grants"),
        ("after_sync = 3\n", "after_sync"),
    ],
)
def test_a_value_that_cannot_be_is_named(project: Path, toml: str, name: str) -> None:
    write(project, toml)

    with pytest.raises(UsageError) as caught:
        load_settings(project)

    assert caught.value.details[0].startswith(f"{name}: ")


def test_broken_toml_says_where(project: Path) -> None:
    write(project, "target_name = \n")

    with pytest.raises(UsageError) as caught:
        load_settings(project)

    assert str(project / "supasync.toml") in caught.value.message
    assert "line 1" in caught.value.reason


def test_a_file_that_is_not_utf8_is_a_usage_error(project: Path) -> None:
    (project / "supasync.toml").write_bytes(b'target_name = "\xff"\n')

    with pytest.raises(UsageError):
        load_settings(project)


@pytest.mark.parametrize("mark", ["supasync.toml", "supabase/config.toml"])
def test_the_project_is_looked_for_upward(tmp_path: Path, mark: str) -> None:
    root, below = tmp_path / "repo", tmp_path / "repo" / "pkg" / "db"
    below.mkdir(parents=True)
    (root / mark).parent.mkdir(exist_ok=True)
    (root / mark).touch()

    assert find_project_dir(below) == root
    assert load_settings(below).project_dir == root


def test_supasync_toml_wins_over_a_nearer_config_of_the_cli(tmp_path: Path) -> None:
    (tmp_path / "supasync.toml").touch()
    (tmp_path / "app" / "supabase").mkdir(parents=True)
    (tmp_path / "app" / "supabase" / "config.toml").touch()

    assert find_project_dir(tmp_path / "app") == tmp_path


def test_without_configuration_the_env_file_of_the_repository_marks_the_project(tmp_path: Path) -> None:
    top, below = tmp_path / "app", tmp_path / "app" / "pkg" / "db"
    below.mkdir(parents=True)
    (tmp_path / ".env").touch()
    assert find_project_dir(below) == below, "outside of a repository nothing is looked for"
    (top / ".git").mkdir()
    assert find_project_dir(below) == below, "nor above its top"
    (top / ".env").touch()
    assert find_project_dir(below) == top
    assert find_project_dir(top) == top
    (below / ".env").touch()
    assert find_project_dir(below) == below


@pytest.mark.parametrize(
    "name", ["schema.sql", "db/schema.sql", "pkg/db/schema.sql", "internal/db/schema.sql", "sql/schema.sql"]
)
def test_the_schema_file_is_found_where_projects_keep_it(project: Path, name: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).touch()

    assert load_settings(project).schema_file == project / name


def test_the_schema_file_of_the_root_comes_first(project: Path) -> None:
    for name in ("sql", "db"):
        (project / name).mkdir()
        (project / name / "schema.sql").touch()
    (project / "schema.sql").touch()

    assert load_settings(project).schema_file == project / "schema.sql"


def test_the_schema_setting_is_relative_to_the_project_and_the_flag_to_where_one_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = project / "deep"
    below.mkdir()
    write(project, 'schema = "a/s.sql"\n')

    assert load_settings(below).schema_file == project / "a" / "s.sql"
    assert load_settings(below, schema=Path("b.sql")).schema_file == below / "b.sql"
    monkeypatch.setenv("SUPASYNC_SCHEMA", "env.sql")
    assert load_settings(below).schema_file == project / "env.sql"
    monkeypatch.setenv("SUPASYNC_SCHEMA", "/abs/env.sql")
    assert load_settings(below).schema_file == Path("/abs/env.sql")


def test_other_paths_are_relative_to_the_project(project: Path) -> None:
    below = project / "deep"
    below.mkdir()
    write(project, 'supabase_cli = "bin/supabase"\npostgres_dir = "pg"\ncache_dir = "/var/c"\nsqlc = "~/bin/sqlc"\n')

    settings = load_settings(below)

    assert settings.supabase_cli == project / "bin" / "supabase"
    assert settings.postgres_dir == project / "pg"
    assert settings.cache_dir == Path("/var/c")
    assert settings.sqlc == Path.home() / "bin" / "sqlc"


def test_commands_after_a_sync_keep_their_order(project: Path) -> None:
    write(project, 'after_sync = ["go build ./...", "go test ./..."]\n')

    assert load_settings(project).after_sync == ("go build ./...", "go test ./...")


@pytest.mark.parametrize("name", ["SCHEMA", "SCHEMA_FILE", "DB_PASSWORD", "SHADOW", "PROJECT_DIR", "SQLC"])
def test_variables_of_other_programs_are_not_settings(
    project: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_settings(project)
    monkeypatch.setenv(name, "/elsewhere")
    (project / ".env").write_text(f"{name}=/elsewhere\n")

    assert load_settings(project).model_dump() == before.model_dump()


def test_each_value_is_known_by_where_it_was_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        project,
        'schema = "a.sql"\nbaseline = "none"\nsqlc = "x"\nafter_sync = ["x"]\nsupabase_cli = "x"\n',
        f"DATABASE_URL={URLS['dotenv']}\nsupabase_db_password=secret-of-dotenv\nSUPASYNC_SQLC=y\nSUPASYNC_SHADOW=\n",
    )
    monkeypatch.setenv("SUPASYNC_AFTER_SYNC", '["y"]')
    monkeypatch.setenv("SUPABASE_DB_URL", URLS["env"])

    settings = load_settings(project, supabase_cli=Path("z"))

    assert {name: settings.origin_of(name) for name in Settings.model_fields if name != "project_dir"} == {
        "schema_file": Origin.CONFIG,
        "baseline": Origin.CONFIG,
        "sqlc": Origin.DOTENV,
        "after_sync": Origin.ENVIRONMENT,
        "supabase_cli": Origin.FLAG,
        "database_url": Origin.ENVIRONMENT,
        "db_password": Origin.DOTENV,
        **dict.fromkeys(
            (
                "target_name",
                "postgres_dir",
                "cache_dir",
                "shadow",
                "grants",
                "lock_timeout",
                "statement_timeout",
                "shadow_timeout",
            ),
            Origin.DEFAULT,
        ),
    }
    assert load_settings(project, schema=Path("b.sql")).origin_of("schema_file") is Origin.FLAG


def test_no_file_says_where_a_value_came_from(project: Path) -> None:
    write(project, 'baseline = "x.sql"\n', 'SUPASYNC__ORIGINS={"baseline": "flag"}\n_ORIGINS={"baseline": "flag"}\n')

    assert load_settings(project).origin_of("baseline") is Origin.CONFIG


def test_an_env_file_refers_to_itself_and_to_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "of-the-environment")
    (project / ".env").write_text(
        "DB_HOST=db.example\nDATABASE_URL=postgresql://u:p${x}${PGPASSWORD}@${DB_HOST}/d\n"
        "SUPASYNC_TARGET_NAME='${DB_HOST} ${DATABASE_URL} $HOME'\n"
    )
    settings = load_settings(project)
    assert settings.database_url
    url = "postgresql://u:p${x}${PGPASSWORD}@db.example/d"
    assert settings.database_url.get_secret_value() == url
    assert settings.target_name == f"db.example {url} $HOME"


def test_references_make_no_value_endless(project: Path) -> None:
    lines = ["A0=0123456789", *(f"A{n}={f'${{A{n - 1}}}' * 10}" for n in range(1, 30))]
    (project / ".env").write_text("\n".join([*lines, "SUPASYNC_BASELINE=${A29}"]))
    assert len(load_settings(project).baseline) <= 32_000


@pytest.mark.parametrize(
    "toml",
    [
        'target_name = "prod\\n\\nStatus: IN SYNC"',
        'target_name = "a\\u2028b"',
        'target_name = ""',
        f'target_name = "{"x" * 101}"',
        'schema = "a\\nb.sql"',
    ],
)
def test_no_name_makes_a_line_of_its_own(project: Path, toml: str) -> None:
    write(project, toml)
    with pytest.raises(UsageError, match="Invalid configuration"):
        load_settings(project)


def test_an_env_file_that_is_not_utf8_is_named(project: Path) -> None:
    (project / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(UsageError, match="is not UTF-8"):
        load_settings(project)


def test_an_env_file_of_blanks_is_not_read(project: Path) -> None:
    (project / ".env").write_text(f"A=b{' ' * 100_000}c")
    with pytest.raises(UsageError, match="too large"):
        load_settings(project)
