"""The seccomp filter of the shadow's server: every system call by which it could reach what Landlock does not govern.

Numbers: linux/seccomp.h, linux/bpf_common.h, and the kernel's tables of system calls for the two machines.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_EACCES, _EPERM, _ENOSYS = 13, 1, 38
_AF_UNIX = 1
_FIONBIO = 0x5421  # the request of ioctl that makes a socket wait for nobody
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54  # instructions of BPF
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000  # the bit in a call's number by which a second table of x86-64 is reached
# Of clone: new namespaces of mounts, cgroups, names, IPC, users, processes, network.
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_CLONE3 = 435  # its flags are in memory, where a filter does not see; callers fall back to clone
_OPENAT2 = 437  # likewise; callers fall back to openat
# What Landlock does not judge: a file opened neither to read nor to write (access mode 3), and emptied so or, before
# its third version, while it is only read; and what fcntl does to whoever opens a file: leases and notifications.
_ACCESS_MODE, _NEITHER, _TRUNCATE = 0x3, 0x3, 0x200
_SET_LEASE, _NOTIFY, _SET_DELEGATION = 1024, 1026, 1040
_CLAIM = 35  # of prctl: what the kernel says of the process's own memory, its command line among it, at any length
_LISTINGS = (3, 13, 14, 15)  # of shmctl: what there is of shared memory, other programs' too
_UNKNOWN = 463  # the first call that the list below does not know

_Instruction = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Machine:
    """How a machine numbers its calls.

    `opens` are calls that open a file, with the place (from 0) of their flags; `refused` calls, those `allowed` only
    where an argument (from 0) has one value, those that `pretend` success.
    """

    architecture: int
    clone: int
    truncate: int
    opens: tuple[tuple[int, int], ...]
    fcntl: int
    shmctl: int
    prctl: int
    pretend: tuple[int, ...]
    allowed: tuple[tuple[int, int, int], ...]
    refused: tuple[int, ...]


# The same numbers on all machines: io_uring_setup, _enter, _register; pidfd_open, _send_signal, _getfd;
# process_madvise, process_mrelease.
_NEW = (425, 426, 427, 434, 424, 438, 440, 448)
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        56,
        76,
        ((2, 1), (257, 2)),
        72,
        31,
        157,
        (90, 91, 268, 452),  # chmod, fchmod, fchmodat, fchmodat2: `postgres` insists on that of its socket
        (
            (41, 0, _AF_UNIX),  # socket: local ones
            (44, 4, 0),  # sendto: without an address
            (302, 0, 0),  # prlimit64: its own limits
            (53, 0, _AF_UNIX),  # socketpair
            (16, 1, _FIONBIO),  # ioctl: others change attributes of files, or type into terminals
        ),
        (
            *_NEW,
            42, 46, 307,  # connect, sendmsg, sendmmsg
            101, 310, 311, 312, 256, 279,  # ptrace, process_vm_readv, _writev, kcmp, migrate_pages, move_pages
            141, 142, 144, 203, 314, 251,  # setpriority, sched_setparam, _scheduler, _affinity, _attr, ioprio_set
            248, 249, 250,  # add_key, request_key, keyctl
            92, 93, 94, 260,  # chown, fchown, lchown, fchownat
            188, 189, 190, 197, 198, 199,  # setxattr, lsetxattr, fsetxattr, removexattr, lremovexattr, fremovexattr
            191, 192, 194, 195,  # getxattr, lgetxattr, listxattr, llistxattr
            103,  # syslog
            132, 235, 261, 280,  # utime, utimes, futimesat, utimensat
            64, 65, 66, 220, 68, 69, 70, 71, 240,  # semget, semop, semctl, semtimedop, msgget, msg..., mq_open
            253, 294, 254, 300, 304,  # inotify_init, _init1, _add_watch, fanotify_init, open_by_handle_at
            241,  # mq_unlink
            272, 308, 165, 166,  # unshare, setns, mount, umount2
            298, 321, 323, 319, 322,  # perf_event_open, bpf, userfaultfd, memfd_create, execveat
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        220,
        45,
        ((56, 2),),
        25,
        195,
        167,
        (52, 53, 452),
        ((198, 0, _AF_UNIX), (206, 4, 0), (261, 0, 0), (199, 0, _AF_UNIX), (29, 1, _FIONBIO)),
        (
            *_NEW,
            203, 211, 269,
            117, 270, 271, 272, 238, 239,
            140, 118, 119, 122, 274, 30,
            217, 218, 219,
            54, 55, 5, 6, 7, 14, 15, 16,
            8, 9, 11, 12, 116,
            88,
            190, 193, 191, 192, 186, 189, 188, 187, 180,
            26, 27, 262, 265,
            181,
            97, 268, 40, 39,
            241, 280, 282, 279, 281,
        ),
    ),
}  # fmt: skip


def filter_for(machine: str, *, truncates: bool = True) -> bytes:
    """Return the filter (an array of struct sock_filter) for a machine as uname names it; empty for an unknown one.

    Unless it `truncates`, emptying a file by its path is pretended: the first versions of Landlock do not govern it,
    and `postgres` does it only to files that it removes soon after.
    """
    if machine not in _MACHINES:
        return b""
    known = _MACHINES[machine]
    lines: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, known.architecture),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_AT_LEAST, 0, 1, _UNKNOWN),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_EQUAL, 0, 1, _OPENAT2),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
    ]
    for number, place in known.opens:
        lines += _where(number, place, _ACCESS_MODE, _NEITHER)
        if not truncates:
            lines += _where(number, place, _ACCESS_MODE | _TRUNCATE, _TRUNCATE)
    for command in (_SET_LEASE, _NOTIFY, _SET_DELEGATION):
        lines += _where(known.fcntl, 1, 0xFFFFFFFF, command)
    for command in _LISTINGS:
        lines += _where(known.shmctl, 1, 0xFFFFFFFF, command)
    lines += _where(known.prctl, 0, 0xFFFFFFFF, _CLAIM)
    for number in known.pretend if truncates else (*known.pretend, known.truncate):
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | 0)]
    for number in known.refused:
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | _EACCES)]
    for number, argument, expected in known.allowed:
        lines += _unless(number, argument, expected)
    lines += [
        (_EQUAL, 0, 3, known.clone),
        (_LOAD, 0, 0, _ARGUMENTS_AT),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
    ]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", code, yes, no, value) for code, yes, no, value in lines)


def _where(number: int, argument: int, mask: int, value: int) -> Iterator[_Instruction]:
    """Yield what refuses a call where an argument, of 32 bits, has a value in the bits of a mask."""
    yield (_EQUAL, 0, 5, number)
    yield (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument)
    yield (_AND, 0, 0, mask)
    yield (_EQUAL, 0, 1, value)
    yield (_RETURN, 0, 0, _REFUSE | _EACCES)
    yield (_LOAD, 0, 0, _NUMBER_AT)


def _unless(number: int, argument: int, expected: int) -> Iterator[_Instruction]:
    """Yield what refuses a call unless an argument has one value, in both halves of its 64 bits."""
    low = _ARGUMENTS_AT + 8 * argument
    yield (_EQUAL, 0, 6, number)
    yield (_LOAD, 0, 0, low)
    yield (_EQUAL, 0, 3, expected)
    yield (_LOAD, 0, 0, low + 4)
    yield (_EQUAL, 0, 1, 0)
    yield (_RETURN, 0, 0, _ALLOW)
    yield (_RETURN, 0, 0, _REFUSE | _EACCES)
