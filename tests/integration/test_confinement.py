"""The shadow's server under attack by its own superuser: nothing of the person's is reached."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow import launcher
from supasync.adapters.shadow.cluster import Cluster, open_cluster
from supasync.adapters.shadow.confinement import (
    Confinement,
    ServerFiles,
    confinement,
    description,
    loader_of,
    sandbox_profile,
)
from supasync.adapters.shadow.home import Account, server_account
from supasync.adapters.shadow.slots import stop_server
from tests.support import targets

# What native code in the server's process would try. It says what succeeded, which must be nothing.
_NATIVE = """
import ctypes, json, os, signal, socket, sys
told = json.loads(sys.argv[1])
done = []
def attempt(name, act):
    try:
        act()
    except OSError:
        return
    done.append(name)
def unix():
    socket.socket(socket.AF_UNIX).connect(told["unix"])
def datagram():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", told["unix"])
def message():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, told["unix"])
def call(number, *arguments):
    def act():
        if ctypes.CDLL(None, use_errno=True).syscall(number, *arguments) < 0:
            raise OSError(ctypes.get_errno(), "")
    return act
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", told["port"]), 2))
attempt("multipath tcp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262))
attempt("udp", lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("local socket", unix)
attempt("local datagram", datagram)
attempt("local message", message)
attempt("signal", lambda: os.kill(told["parent"], 0))
attempt("trace", call(told["ptrace"], 16, told["parent"], 0, 0))
attempt("rings", call(425, 8, ctypes.create_string_buffer(120)))
attempt("limits of others", lambda: __import__("resource").prlimit(told["parent"], 7, (64, 64)))
os.chmod(told["secret"], 0o777)  # it says that it is done
attempt("owner of a file", lambda: os.chown(told["secret"], os.getuid(), os.getgid()))
attempt("times of a file", lambda: os.utime(told["secret"]))
attempt("attributes of a file", lambda: os.setxattr(told["secret"], "user.a", b"x"))
attempt("attributes that are told", lambda: os.getxattr(told["secret"], "user.told"))
own = open(told["here"] + "/3", "w")
attempt("attributes of what is open", lambda: os.setxattr(own.fileno(), "user.a", b"x"))
attempt("owner of what is open", lambda: os.fchown(own.fileno(), os.getuid(), os.getgid()))
attempt("flags of what is open", lambda: __import__("fcntl").ioctl(own.fileno(), 0x80086601, bytearray(8)))
attempt("removed file", lambda: os.unlink(told["secret"]))
attempt("link to a file", lambda: os.link(told["secret"], told["here"] + "/2"))
attempt("priority of others", lambda: os.setpriority(os.PRIO_PROCESS, told["parent"], 19))
attempt("affinity of others", lambda: os.sched_setaffinity(told["parent"], {0}))
attempt("program in memory", lambda: os.memfd_create("x"))
attempt("handle of a process", lambda: os.pidfd_open(told["parent"]))
attempt("program", lambda: os.execv("/bin/true", ["/bin/true"]))
attempt("file", lambda: open("/etc/hostname"))
attempt("memory of others", lambda: open(f"/proc/{told['parent']}/mem"))
attempt("person's file", lambda: open(told["secret"]))
attempt("write outside", lambda: open(told["outside"], "w"))
attempt("folder", lambda: os.listdir("/tmp"))
attempt("shared memory", lambda: open("/dev/shm/supasync-was-here", "w"))
open(told["here"] + "/done.new", "w").write(json.dumps(done))
os.rename(told["here"] + "/done.new", told["here"] + "/done.json")
"""


@pytest.fixture
def server(run_root: Path, own_cache: Path) -> Iterator[Cluster]:
    with open_cluster(targets.bin_dir(run_root, 17), own_cache, "attacked") as cluster:
        yield cluster


@pytest.fixture
def listener(run_root: Path) -> Iterator[tuple[socket.socket, Path]]:
    """A local socket of the person's, open to everybody."""
    folder = run_root / f"listener-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)
    path = folder / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
        path.chmod(0o777)
        made.listen()
        made.settimeout(0.2)
        yield made, path
    path.unlink()
    folder.rmdir()


def refused(session: Session, text: str) -> str:
    with pytest.raises(StatementError) as caught:
        session.script(text)
    return f"{caught.value.message} {caught.value.reason}"


def test_superuser_runs_no_program_and_opens_no_file(server: Cluster, run_root: Path) -> None:
    secret = run_root / "secret.txt"
    secret.write_text("mine")
    secret.chmod(0o644)
    outside = run_root / "open-to-all"
    outside.mkdir()
    outside.chmod(0o777)
    with server.session() as session:
        assert session.value("select rolsuper from pg_roles where rolname = current_user")
        refused(session, f"copy (select 1) to program 'touch {outside}/ran'")
        refused(session, f"copy (select 1) to '{outside}/written'")
        refused(session, f"select pg_read_file('{secret}')")
        refused(session, "select pg_read_file('/etc/hostname')")
        refused(session, "select pg_read_file('/proc/self/environ')")
        session.rows("select lo_from_bytea(4242, 'x')")
        refused(session, f"select lo_export(4242, '{outside}/exported')")
        refused(session, f"select pg_ls_dir('{outside}')")
        session.script("create table public.works (id int); create extension citext schema public")
    assert list(outside.iterdir()) == []


def test_superuser_s_native_code_speaks_to_nobody(server: Cluster, listener: tuple[socket.socket, Path]) -> None:
    accepting, path = listener
    with socket.create_server(("127.0.0.1", 0)) as tcp, server.session() as session:
        tcp.settimeout(0.2)
        data, library = session.rows(
            "select current_setting('data_directory'), setting || '/dblink.so' from pg_config where name = 'PKGLIBDIR'"
        )[0]
        session.rows(f"select lo_from_bytea(4242, pg_read_binary_file('{library}'))")
        session.rows(f"select lo_export(4242, '{data}/evil.so')")
        # Its code is mapped before PostgreSQL looks at it, here or after: what counts is what it then reaches.
        assert "evil.so" in refused(session, f"load '{data}/evil.so'")
        session.script("create extension dblink schema public")
        for target in (f"host={path.parent}", f"host=127.0.0.1 port={tcp.getsockname()[1]}", "host=localhost"):
            told = refused(session, f"select public.dblink_connect('{target} user=x dbname=x connect_timeout=2')")
            assert "could not establish connection" in told
        for socket_ in (tcp, accepting):
            with pytest.raises(TimeoutError):
                socket_.accept()


@contextmanager
def native(run_root: Path, code: str, told: dict[str, object]) -> Iterator[Path]:
    """Run a program in the server's place, with the confinement that the server has; yield its data folder.

    `told` is its argument, with paths relative to that folder in `here`.
    """
    home = run_root / f"native-{secrets.token_hex(4)}"
    data, sockets = home / "data", home / "socket"
    for folder in (data, sockets):
        folder.mkdir(parents=True)
    files = ServerFiles(Path(sys.executable).parent, (Path(sys.base_prefix),), data, sockets, home / "log")
    me = Account(None, os.geteuid(), os.getegid())
    python = Path(sys.executable).resolve()
    program = [str(python), "-I", "-S", "-c", code, json.dumps({**told, "here": str(data)})]
    description_ = {
        **description(files, {}, me, confinement()), "program": program, "execute": [str(python), *loader_of(python)]
    }  # fmt: skip
    subprocess.run([sys.executable, "-I", "-S", str(launcher.__file__), json.dumps(description_)], check=True)
    try:
        yield data
    finally:
        stop_server(data)


def written(path: Path) -> str:
    """Return what a program writes, once it has."""
    deadline = time.monotonic() + 60
    while not (path.is_file() and path.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert path.is_file(), (path.parents[1] / "log").read_text()
    return path.read_text()


def test_native_code_reaches_nothing(run_root: Path, tmp_path: Path, listener: tuple[socket.socket, Path]) -> None:
    """Everything that a program in the server's place tries fails."""
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    secret.chmod(0o600)
    with suppress(OSError):  # not all file systems have attributes
        os.setxattr(secret, "user.told", b"mine")
    with socket.create_server(("127.0.0.1", 0)) as tcp:
        attempts: dict[str, object] = {
            "unix": str(listener[1]), "port": tcp.getsockname()[1], "parent": os.getpid(), "secret": str(secret),
            "outside": str(tmp_path / "written"), "ptrace": {"x86_64": 101, "aarch64": 117}[os.uname().machine],
        }  # fmt: skip
        with native(run_root, _NATIVE, attempts) as data:
            assert json.loads(written(data / "done.json")) == []
    assert secret.stat().st_mode & 0o777 == 0o600


_LINKS = """
import json, os, socket, sys
here = json.loads(sys.argv[1])["here"]
there = here.replace("/data", "/socket")
os.symlink("/etc/hostname", f"{here}/link")
done = []
for name, tried in {
    "symlink": lambda: os.symlink("/etc/hostname", f"{there}/a"),
    "moved": lambda: os.rename(f"{here}/link", f"{there}/b"),
    "hard link": lambda: os.link(f"{here}/link", f"{there}/c", follow_symlinks=False),
    "folder": lambda: os.mkdir(f"{there}/d"),
    "socket": lambda: socket.socket(socket.AF_UNIX).bind(f"{there}/e"),
    "file": lambda: open(f"{there}/f", "w").write("x"),
    "removal": lambda: os.unlink(f"{there}/f"),
}.items():
    try:
        tried()
        done.append(name)
    except OSError:
        pass
with open(f"{here}/new", "w") as stream:
    json.dump(done, stream)
os.rename(f"{here}/new", f"{here}/done")
"""


@pytest.mark.skipif(not launcher.landlock_abi(), reason="docs/safety.md: not Linux, or no Landlock")
def test_there_is_never_a_link_in_the_folder_of_the_socket(run_root: Path) -> None:
    with native(run_root, _LINKS, {}) as data:
        assert json.loads(written(data / "done")) == ["socket", "file", "removal"]


_LEFT_BEHIND = """
import json, os, sys, time
here = json.loads(sys.argv[1])["here"]
for number in range(5):
    if not os.fork():
        os.setsid()
        if os.fork():
            os._exit(0)
        with open(f"{here}/{number}.new", "w") as stream:
            stream.write(str(os.getpid()))
        os.rename(f"{here}/{number}.new", f"{here}/{number}")
        while True:
            if not os.fork():
                os._exit(0)
            os.wait()
time.sleep(600 if json.loads(sys.argv[1])["stays"] else 0.5)
"""


@pytest.mark.skipif(launcher.landlock_abi() < launcher.FULL_SINCE, reason="docs/safety.md: older kernels let them be")
@pytest.mark.parametrize("stays", [True, False], ids=["the server is stopped", "the server ends"])
def test_nothing_is_left_behind(run_root: Path, stays: bool) -> None:
    with native(run_root, _LEFT_BEHIND, {"stays": stays}) as data:
        left = [int(written(data / str(number))) for number in range(5)]
        assert stays is False or all(Path(f"/proc/{pid}").exists() for pid in left)
        (data / "postmaster.pid").write_text(f"{os.getpid()}\n")  # a lie: nobody else is ended for it
        stop_server(data)
        assert list(filter(_runs, left)) == []


_ORPHANS = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from supasync.adapters.shadow.launcher import AT_A_TIME, bury

alive = os.fork()
if not alive:
    time.sleep(60)
    os._exit(0)
for _ in range(3 * AT_A_TIME):
    if not os.fork():
        os._exit(0)
time.sleep(0.5)
print([len(bury(os.WNOHANG)) == AT_A_TIME for _ in range(2)], bool(bury(os.WNOHANG)))
while bury(os.WNOHANG):
    pass
os.kill(alive, signal.SIGKILL)
print(bury(0) == {alive}, bury(0) == set())
"""


def test_whoever_watches_over_the_server_hears_signals_between_the_dead() -> None:
    """However fast somebody makes processes that end at once."""
    told = subprocess.run(
        [sys.executable, "-c", _ORPHANS, str(targets.PROJECT)], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout == "[True, True] True\nTrue True\n"


def _runs(pid: int) -> bool:
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()  # the dead that nobody has collected yet
    except OSError:
        return False


def test_what_is_said_of_the_confinement() -> None:
    assert Confinement(7, filters=True, sandbox=False).describe() == "confined (Landlock ABI 7)"
    assert "not signals to other processes)" in Confinement(4, filters=True, sandbox=False).describe()
    assert not Confinement(6, filters=False, sandbox=False).holds
    assert "no filter of system calls" in Confinement(6, filters=False, sandbox=False).describe()
    assert Confinement(0, filters=False, sandbox=True).describe() == "confined (sandbox-exec)"
    none = Confinement(0, filters=True, sandbox=False)
    assert none.describe().startswith("not confined: ")
    assert not none.holds


def test_profile_of_macos(tmp_path: Path) -> None:
    files = ServerFiles(tmp_path / "bin", (tmp_path,), tmp_path / 'a "data"', tmp_path / "s", tmp_path / "log")
    profile = sandbox_profile(files)
    assert profile.startswith("(version 1)\n")
    assert f'(subpath "{tmp_path}/a \\"data\\"")' in profile
    for rule in ("(deny process-exec*)", "(deny network*)", "(deny file-write*)", "(deny signal)"):
        assert rule in profile
    told = description(files, {}, server_account(), Confinement(0, filters=False, sandbox=True))
    assert list(told["program"])[:2] == ["/usr/bin/sandbox-exec", "-p"]


def test_a_link_in_the_place_of_the_socket_is_not_followed(
    run_root: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As native code makes one while the folder is open: it would lead to whatever server it says, at any time."""
    with open_cluster(targets.bin_dir(run_root, 17), own_cache, "linked") as cluster:
        (cluster._slot.data / "standby.signal").touch()
    ready, linked = Cluster._ready, list[bool]()

    def with_a_link(self: Cluster) -> bool:
        answer = ready(self)
        if not linked:
            place = self._sockets / f".s.PGSQL.{self.port}"
            place.rename(place.with_name("real"))
            place.symlink_to("real")
            linked.append(self.fresh)
        return answer

    monkeypatch.setattr(Cluster, "_ready", with_a_link)
    with open_cluster(targets.bin_dir(run_root, 17), own_cache, "linked") as cluster:
        assert linked == [False]
        assert cluster.fresh, "it was begun anew"
        assert (cluster._sockets / f".s.PGSQL.{cluster.port}").is_socket()
