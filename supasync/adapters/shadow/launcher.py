"""Starts the shadow's server: confines itself, then becomes `postgres`. A program of its own, on the standard library.

Linux' Landlock (files, programs, TCP, signals) and a seccomp filter (call_filter.py: every other way out) hold for
the process that asks for them and for all that it starts, whatever rights they have in the database. Neither needs
privileges.

Numbers: linux/landlock.h, linux/prctl.h, linux/seccomp.h.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import resource
import signal
import stat
import sys
from typing import Any

# The same numbers on all machines.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_NEW_IPC, _NEW_USER, _NEW_NETWORK = 0x08000000, 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE, _ADOPT_ORPHANS = 38, 22, 2, 36

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_FILE, _MAKE_FILE, _MAKE_SOCKET = 1 << 5, 1 << 8, 1 << 9
_BIND = _WRITE_FILE | _READ_FILE | _READ_DIR | _TRUNCATE | _REMOVE_FILE | _MAKE_FILE | _MAKE_SOCKET
# How many rights over files an ABI knows; over TCP (bind, connect) since 4; scopes (abstract sockets, signals) since 6.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_FILE_RIGHTS_NOW = 16
_TCP_SINCE, _TCP = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
NOT_CONFINED = "cannot confine or start"
FULL_SINCE = _SCOPES_SINCE
_MOST_PROCESSES = 4096  # of the account; a server has some 60, and no need to fill the machine
AT_A_TIME = 64  # children that are collected before the next look at signals
_BORN = 19  # of /proc/<pid>/stat after the name: when the process began


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("directory", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def landlock_abi() -> int:
    """Return the version of Landlock's interface in the running kernel; 0 where there is none or it is off."""
    if sys.platform != "linux":
        return 0
    return max(int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))), 0)


def restrict_files(abi: int, read: list[str], write: list[str], execute: list[str], bind: list[str]) -> None:
    """Leave to this process only these files and folders, no TCP, and no signals to processes outside.

    What does not exist is passed over. `execute` may be read too; folders to `bind` in hold sockets and plain files,
    never a link. Raises OSError.
    """
    rights = (1 << _FILE_RIGHTS.get(abi, _FILE_RIGHTS_NOW)) - 1
    # An older kernel takes the fields that it does not know, as long as they are zero.
    ruleset = _Ruleset(rights, _TCP if abi >= _TCP_SINCE else 0, _SCOPES if abi >= _SCOPES_SINCE else 0)
    descriptor = _call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0)
    reading = _READ_FILE | _READ_DIR
    writing = rights & ~_EXECUTE
    for allowed, paths in ((reading, read), (reading | _EXECUTE, execute), (writing, write), (_BIND, bind)):
        for path in paths:
            _allow(descriptor, path, allowed & rights)
    _call(_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)


def _allow(ruleset: int, path: str, allowed: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(opened).st_mode):
        allowed &= _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
    rule = _PathRule(allowed, opened)
    _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(opened)


def restrict_calls(instructions: bytes) -> None:
    """Hold this process to a seccomp filter. Raises OSError."""
    program = _Program(len(instructions) // 8, instructions)
    _check(_libc().prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0))


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: Any) -> int:
    return _check(int(_libc().syscall(number, *arguments)))


def _check(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _leave_namespaces() -> None:
    """Share neither System V memory nor a network with others, where the kernel lets this process say so.

    An ordinary user may where user namespaces are open to everybody. It is a second wall: the filter has the network.
    """
    # One may be had where the other is not.
    for namespaces in (_NEW_IPC | _NEW_NETWORK, _NEW_IPC, _NEW_NETWORK):
        if _may_leave(namespaces):
            _unshare(namespaces)
            return


def may_leave_ipc() -> bool:
    """Tell whether a process of this account gets System V memory of its own."""
    return _may_leave(_NEW_IPC)


def _may_leave(namespaces: int) -> bool:
    trial = os.fork()
    if not trial:
        try:
            _unshare(namespaces)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(trial, 0)[1] == 0


def _unshare(namespaces: int) -> None:
    uid, gid = os.geteuid(), os.getegid()
    _check(_libc().unshare(namespaces | (_NEW_USER if uid else 0)))
    maps = (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1"))
    for name, text in maps if uid else ():
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def _become(told: dict[str, Any]) -> None:
    """Give up what the starter has, then become the server, or the one that watches over it."""
    os.setsid()
    if told["warden"]:
        _leave_note(told["warden"])
    if told["abi"]:
        _leave_namespaces()
    if told["account"]:
        os.setgroups([])
        os.setgid(told["account"][1])
        os.setuid(told["account"][0])
    os.umask(0o077)
    log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor, source in ((0, nowhere), (1, log), (2, log)):
        os.dup2(source, descriptor)
    os.closerange(3, 1 << 20)
    os.chdir("/")
    try:
        if told["abi"] or told["filter"]:
            _check(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        if told["warden"] and _leave_everybody():
            _watch_over(told)
        else:
            _confine_and_run(told)
    except OSError as error:
        what = NOT_CONFINED if told["abi"] else "cannot start"
        sys.stderr.write(f"FATAL: {what} {told['program'][0]}: {error.strerror}\n")
        sys.stderr.flush()


def _confine_and_run(told: dict[str, Any]) -> None:
    _limit_processes()
    if told["abi"]:
        restrict_files(told["abi"], told["read"], told["write"], told["execute"], told["bind"])
    if told["filter"]:
        restrict_calls(base64.b64decode(told["filter"]))
    os.execve(told["program"][0], told["program"], told["environment"])


def _limit_processes() -> None:
    """Let the server fill neither the machine's table of processes nor its account's, whatever it loads."""
    try:
        told = os.open("/proc/loadavg", os.O_RDONLY)
    except OSError:
        return  # not Linux
    present = int(os.read(told, 4096).split()[3].partition(b"/")[2])
    os.close(told)
    most = max(_MOST_PROCESSES, present + _MOST_PROCESSES // 4)
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def _leave_note(path: str) -> None:
    """Write down the number of this process, and when it was born: numbers are given out again."""
    stat_ = os.open("/proc/self/stat", os.O_RDONLY)
    born = os.read(stat_, 4096).rsplit(b")", 1)[1].split()[_BORN].decode()
    os.close(stat_)
    note = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    os.write(note, f"{os.getpid()} {born}".encode())
    os.close(note)


def _leave_everybody() -> bool:
    """Enter a domain of Landlock that signals nobody outside; tell whether it is so, as seen on one that is."""
    reading, writing = os.pipe()
    outside = os.fork()
    if not outside:
        os.close(writing)
        os.read(reading, 1)  # until the pipe is closed
        os._exit(0)
    ruleset = _Ruleset(0, 0, _SCOPES)
    descriptor = _call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0)
    _call(_RESTRICT_SELF, descriptor, 0)
    try:
        os.kill(outside, 0)
        apart = False
    except PermissionError:
        apart = True
    for opened in (descriptor, reading, writing):
        os.close(opened)
    os.waitpid(outside, 0)
    return apart


def _watch_over(told: dict[str, Any]) -> None:
    """Start the server, wait for its end or for SIGTERM, then end whatever it has started, in this domain.

    The server's own domain is inside of this one: it signals neither this process nor anybody else.
    """
    _check(_libc().prctl(_ADOPT_ORPHANS, 1, 0, 0, 0))
    awaited = {signal.SIGCHLD, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    server = os.fork()
    if not server:
        os.setsid()  # to its own process group the kernel lets it send signals without a question
        signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)
        _confine_and_run(told)
    ended = False
    while not ended and signal.sigwait(awaited) != signal.SIGTERM:
        ended = _has_ended(server) or server in bury(os.WNOHANG)
    # Of all that this process may signal. Nothing is born meanwhile: the kernel holds its list of processes.
    os.kill(-1, signal.SIGKILL)
    while bury(0):
        continue


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def bury(options: int) -> set[int]:
    """Collect children that have ended, or with no options as they end: not all of them, and return which.

    Somebody may make them faster than they are collected, and signals are heard in between alone.
    """
    found: set[int] = set()
    while len(found) < AT_A_TIME:
        try:
            ended = os.waitpid(-1, options)[0]
        except ChildProcessError:
            break
        if not ended:
            break
        found.add(ended)
    return found


def main() -> None:
    """Start the server that the only argument (JSON) describes, as a process that nobody waits for."""
    told = json.loads(sys.argv[1])
    if os.fork():
        return
    try:
        _become(told)
    finally:
        os._exit(127)


if __name__ == "__main__":
    main()
