"""One frozen Settings, from flags, then the environment, then .env, then supasync.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from supasync.errors import UsageError
from supasync.redact import redact, register

CONFIG_FILE = "supasync.toml"
ENV_FILE = ".env"
EMBEDDED = "embedded"  # value of `shadow`: a server of supasync's own
BUILT_IN_BASELINES = ("auto", "supabase", "none")  # values of `baseline`; any other one is the path of an SQL file
SCHEMA_CANDIDATES = ("schema.sql", "db/schema.sql", "pkg/db/schema.sql", "internal/db/schema.sql", "sql/schema.sql")
_SECRET_SETTINGS = frozenset({"database_url", "db_password"})
# Names for flags and supasync.toml alone: a SCHEMA or DB_PASSWORD in the environment is some other program's.
_NO_VARIABLES = frozenset({"schema", "schema_file", "db_password"})
_LONGEST_NAME = 100
_LARGEST_ENV = 32 << 10  # bytes; python-dotenv's time grows with the square of blanks: a second for as many
_LONGEST = 32_000  # characters of a value with references; each could be ten times as long as the one before
_REFERENCE = re.compile(r"\$\{(\w+)\}")
# Names under which Supabase's own guides, and its integrations, publish the connection string.
URL_NAMES = ("SUPASYNC_DATABASE_URL", "DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL_NON_POOLING")
PASSWORD_NAMES = ("SUPASYNC_DB_PASSWORD", "SUPABASE_DB_PASSWORD")


class Origin(StrEnum):
    """Where a setting's value was read."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    DOTENV = ENV_FILE
    CONFIG = CONFIG_FILE
    DEFAULT = "default"


class Settings(BaseSettings):
    """What the person configured. Paths are absolute; `project_dir` is where supasync.toml was found.

    Times are whole seconds.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SUPASYNC_", env_ignore_empty=True, populate_by_name=True
    )

    project_dir: Path
    schema_file: Path = Field(default=Path(), validation_alias=AliasChoices("schema", "schema_file", "SUPASYNC_SCHEMA"))
    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices(*URL_NAMES, "database_url"))
    db_password: SecretStr | None = Field(default=None, validation_alias=AliasChoices("db_password", *PASSWORD_NAMES))
    target_name: str = "Supabase Production"
    supabase_cli: Path | None = None
    postgres_dir: Path | None = None
    cache_dir: Path | None = None
    shadow: SecretStr = SecretStr(EMBEDDED)
    shadow_timeout: int = Field(default=30, ge=1, le=3600)
    baseline: str = "auto"
    grants: Literal["auto", "managed", "ignored"] = "auto"
    sqlc: Path | None = None
    lock_timeout: int = Field(default=10, ge=1, le=3600)
    statement_timeout: int = Field(default=600, ge=1, le=86400)
    after_sync: tuple[str, ...] = ()
    # Private, so that no variable and no file can say where a value came from.
    _origins: Mapping[str, Origin] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (pydantic passes it by name)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put flags first and the committed file last."""
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):
                found = source.env_vars.items()
                source.env_vars = {name: value for name, value in found if name not in _NO_VARIABLES}
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("target_name")
    @classmethod
    def _in_one_line(cls, value: str) -> str:
        if not value.isprintable() or not 0 < len(value) <= _LONGEST_NAME:
            raise ValueError(f"a name has 1 to {_LONGEST_NAME} characters that can be printed")
        return value

    @field_validator("schema_file")
    @classmethod
    def _printable(cls, value: Path) -> Path:
        if not str(value).isprintable():
            raise ValueError("the path has characters that cannot be printed")
        return value

    def origin_of(self, name: str) -> Origin:
        """Return where the value of a setting was read."""
        return self._origins.get(name, Origin.DEFAULT)

    @property
    def migrations_dir(self) -> Path:
        """Where the CLI reads migrations: it allows no other place."""
        return self.project_dir / "supabase" / "migrations"

    @property
    def shadow_url(self) -> str | None:
        """The URL of a dedicated shadow server, None for the embedded one."""
        value = self.shadow.get_secret_value()
        return None if value in ("", EMBEDDED) else value

    @property
    def rollbacks_dir(self) -> Path:
        """Where rollback files stand, out of the CLI's sight."""
        return self.project_dir / "supabase" / "rollbacks"


def find_project_dir(start: Path) -> Path:
    """Return the nearest directory upward with supasync.toml, else with supabase/config.toml, else `start`.

    In a git repository none above its top; in one that has neither, it is the nearest one with a `.env`.
    """
    places = (start, *start.parents)
    top = next((number for number, place in enumerate(places) if (place / ".git").exists()), -1)
    for mark in (CONFIG_FILE, "supabase/config.toml"):
        for place in places[: top + 1] or places:
            if (place / mark).is_file():
                return place
    return next((place for place in places[: top + 1] if (place / ".env").is_file()), start)


def load_settings(start: Path, **flags: Any) -> Settings:
    """Read the settings of the project around `start`; flags that are None count as not given.

    Raises UsageError naming the setting, where it was read, and what it may be.
    """
    project_dir = find_project_dir(start.resolve())
    config = project_dir / CONFIG_FILE
    _refuse_secrets_in(config)
    given = {name: value for name, value in flags.items() if value is not None}
    env_values = _read_env_file(project_dir / ENV_FILE)

    asked: list[PydanticBaseSettingsSource] = []

    class Located(Settings):
        model_config = SettingsConfigDict(toml_file=config, extra="ignore")

        @classmethod
        def settings_customise_sources(cls, *given: Any, **named: Any) -> tuple[PydanticBaseSettingsSource, ...]:
            named["dotenv_settings"].env_vars = env_values
            asked[:] = super().settings_customise_sources(*given, **named)
            return tuple(asked)

    try:
        settings = Located(project_dir=project_dir, **given)
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(map(str, item['loc']))}: {redact(item['msg'])}" for item in error.errors(include_input=False)
        )
        raise UsageError(
            "Invalid configuration", details=problems, hint=f"See {CONFIG_FILE} and SUPASYNC_* variables."
        ) from None
    except (ValueError, OSError) as error:
        raise UsageError(f"{config} is not valid TOML", reason=redact(str(error))) from None
    settings._origins = _origins(asked)
    # In supasync.toml a shadow has no password, and whoever is to trust that file must see where it is.
    shadow = None if settings.origin_of("shadow") in (Origin.CONFIG, Origin.DEFAULT) else settings.shadow
    for secret in (settings.database_url, settings.db_password, shadow):
        if secret and secret.get_secret_value() != EMBEDDED:
            register(secret.get_secret_value())
    return settings.model_copy(
        update=_paths_or_error(settings, start, not given.keys().isdisjoint(("schema", "schema_file")))
    )


def _read_env_file(path: Path) -> dict[str, str | None]:
    """Return what a `.env` says, by names in lower case; nothing of a pipe, say, which an archive may bring.

    `${NAME}` stands for what the file itself has said above, never for the environment: the file may be a stranger's,
    and what it says is shown.
    """
    values: dict[str, str] = {}
    if path.is_file():
        if path.stat().st_size > _LARGEST_ENV:
            raise UsageError(f"{path} is too large", reason=f"It has more than {_LARGEST_ENV >> 10} kB.")
        try:
            written = dotenv_values(path, interpolate=False)
        except UnicodeDecodeError:
            raise UsageError(f"{path} is not UTF-8", hint="Save it as UTF-8.") from None
        for name, value in written.items():
            filled = _REFERENCE.sub(lambda found: values.get(found[1], found[0]), value or "")
            values[name] = filled if len(filled) <= _LONGEST else value or ""
    return {name.lower(): value for name, value in values.items() if value}


def _origins(sources: Sequence[PydanticBaseSettingsSource]) -> dict[str, Origin]:
    """Return for each setting that has a value where it was read; `sources` stand in the order of Origin."""
    found: dict[str, Origin] = {}
    for origin, source in zip(Origin, sources, strict=False):
        for name in source():
            found.setdefault(_field_of(name), origin)
    return found


def _field_of(name: str) -> str:
    """Return the setting that goes by a name: sources use its own, or the first of its aliases."""
    for field, about in Settings.model_fields.items():
        alias = about.validation_alias
        if isinstance(alias, AliasChoices) and name in alias.choices:
            return field
    return name


def _refuse_secrets_in(config: Path) -> None:
    if not config.is_file():
        return
    try:
        content = tomllib.loads(config.read_text())
    except (ValueError, OSError) as error:  # no UTF-8, no TOML, or a number of thousands of digits
        raise UsageError(f"{config} is not valid TOML", reason=redact(str(error))) from None
    for name in sorted(content):
        if secret := _secret_of(name, content[name]):
            raise UsageError(
                f"{config} contains {name}",
                reason="That file is committed to git, so it must not contain a password.",
                hint=f"Move it to .env (kept out of git) as {secret}, and change the password if it was pushed.",
            )
    names = {"schema", *Settings.model_fields} - {"project_dir", "schema_file"} - _SECRET_SETTINGS
    if unknown := sorted(set(content) - names):
        raise UsageError(
            f"{config} has unknown settings: {redact(', '.join(unknown))}",
            hint=f"Known settings: {', '.join(sorted(names))}.",
        )


def _secret_of(name: str, value: Any) -> str:
    """Return the variable that a value should stand in; empty when there is nothing secret about it."""
    if name.lower() in _SECRET_SETTINGS:
        return name.upper()
    if name in (*URL_NAMES, *PASSWORD_NAMES):
        return name
    # A URL of a shadow server may be committed unless it brings its password along.
    return "SUPASYNC_SHADOW" if name == "shadow" and _has_password(str(value)) else ""


def _has_password(url: str) -> bool:
    from supasync.adapters.connection_url import parse_connection_string

    try:
        parameters = parse_connection_string(url, "shadow") if url not in ("", EMBEDDED) else {}
    except UsageError:
        return redact(url) != url
    return bool(parameters.get("password") or parameters.get("sslpassword"))


def _plainly(path: Path) -> Path:
    """Return a path without `..`: after a link it would mean another place to the kernel than to a reader."""
    return Path(os.path.normpath(path))


def _paths_or_error(settings: Settings, start: Path, from_flag: bool) -> dict[str, Path]:
    try:
        return _absolute_paths(settings, start, from_flag)
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL, the home of an unknown user
        raise UsageError("A path in the settings cannot be used", reason=str(error)) from None


def _absolute_paths(settings: Settings, start: Path, from_flag: bool) -> dict[str, Path]:
    base = settings.project_dir
    paths = {
        name: _plainly(base / value.expanduser())
        for name in ("supabase_cli", "postgres_dir", "cache_dir", "sqlc")
        if (value := getattr(settings, name)) is not None
    }
    if settings.schema_file != Path():
        place = (start if from_flag else base) / settings.schema_file.expanduser()
        return {**paths, "schema_file": _plainly(place)}
    found = [base / name for name in SCHEMA_CANDIDATES if (base / name).is_file()]
    return {**paths, "schema_file": found[0] if found else base / SCHEMA_CANDIDATES[0]}
