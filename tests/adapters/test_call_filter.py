"""The filter of system calls, run by an interpreter of its few instructions."""

from __future__ import annotations

import struct

import pytest

from supasync.adapters.shadow.call_filter import filter_for

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, REFUSED, FOREIGN, UNKNOWN, PRETENDED = 0x7FFF0000, 0x0005000D, 0x00050001, 0x00050026, 0x00050000
ELSEWHERE = 0x7FFC_0000_1000  # an address of memory, with both halves


def answer(machine: str, number: int, *arguments: int, architecture: int | None = None, truncates: bool = True) -> int:
    """Run the filter on a call as the kernel does."""
    lines = list(struct.iter_unpack("HBBI", filter_for(machine, truncates=truncates)))
    shown = ARCHITECTURES[machine] if architecture is None else architecture
    data = struct.pack("<IIQ6Q", number, shown, 0, *(*arguments, *[0] * (6 - len(arguments))))
    at = accumulator = 0
    while True:
        code, yes, no, value = lines[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x54:
            accumulator &= value
        elif code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: accumulator & value}[code]
            at += yes if holds else no


@pytest.mark.parametrize(
    ("machine", "number", "arguments", "expected"),
    [
        ("x86_64", 41, (1, 1, 0), ALLOWED),  # socket(AF_UNIX)
        ("x86_64", 2, (ELSEWHERE, 0o2 | 0o1000), ALLOWED),  # open to write, and emptied
        ("x86_64", 2, (ELSEWHERE, 3), REFUSED),  # neither to read nor to write: Landlock asks nothing
        ("x86_64", 257, (0, ELSEWHERE, 0o2000003), REFUSED),  # openat
        ("x86_64", 257, (0, ELSEWHERE, 0o2000002), ALLOWED),
        ("x86_64", 437, (0, ELSEWHERE, ELSEWHERE, 24), UNKNOWN),  # openat2
        ("x86_64", 72, (3, 6, ELSEWHERE), ALLOWED),  # fcntl(F_SETLK)
        ("x86_64", 72, (3, 1024, 1), REFUSED),  # F_SETLEASE
        ("x86_64", 72, (3, 1026, 1), REFUSED),  # F_NOTIFY
        ("aarch64", 56, (0, ELSEWHERE, 3), REFUSED),
        ("aarch64", 25, (3, 1024, 1), REFUSED),
        ("x86_64", 31, (1, 2, ELSEWHERE), ALLOWED),  # shmctl(IPC_STAT)
        ("x86_64", 31, (1, 13, ELSEWHERE), REFUSED),  # SHM_STAT
        ("aarch64", 195, (1, 14, ELSEWHERE), REFUSED),
        ("x86_64", 41, (2, 1, 0), REFUSED),  # AF_INET
        ("x86_64", 41, (2, 1, 262), REFUSED),  # multipath TCP
        ("x86_64", 41, (1 << 32 | 2, 1, 0), REFUSED),
        ("x86_64", 41, (40, 1, 0), REFUSED),  # AF_VSOCK
        ("x86_64", 42, (3, ELSEWHERE, 16), REFUSED),  # connect
        ("x86_64", 44, (3, ELSEWHERE, 5, 0, 0, 0), ALLOWED),  # send
        ("x86_64", 44, (3, ELSEWHERE, 5, 0, ELSEWHERE, 16), REFUSED),  # sendto with an address
        ("x86_64", 44, (3, ELSEWHERE, 5, 0, 1 << 32, 16), REFUSED),
        ("x86_64", 302, (0, 7), ALLOWED),  # prlimit64 of itself
        ("x86_64", 302, (4242, 7), REFUSED),
        ("x86_64", 90, (ELSEWHERE, 0o777), PRETENDED),  # chmod
        ("x86_64", 268, (-100 & 0xFFFFFFFFFFFFFFFF, ELSEWHERE, 0o644), PRETENDED),  # fchmodat
        ("x86_64", 56, (0x01200011,), ALLOWED),  # clone as fork does it
        ("x86_64", 56, (0x10000011,), FOREIGN),  # with a new user namespace
        ("x86_64", 435, (ELSEWHERE, 88), UNKNOWN),  # clone3
        ("x86_64", 469, (ELSEWHERE,), UNKNOWN),  # file_setattr
        ("x86_64", 53, (1, 1, 0), ALLOWED),  # socketpair(AF_UNIX)
        ("x86_64", 53, (30, 1, 0), REFUSED),  # AF_TIPC
        ("x86_64", 16, (3, 0x5421, ELSEWHERE), ALLOWED),  # ioctl(FIONBIO)
        ("x86_64", 16, (3, 0x40086602, ELSEWHERE), REFUSED),  # FS_IOC_SETFLAGS
        ("x86_64", 16, (0, 0x5412, ELSEWHERE), REFUSED),  # TIOCSTI
        ("x86_64", 190, (3, ELSEWHERE, ELSEWHERE, 44, 0), REFUSED),  # fsetxattr
        ("x86_64", 93, (3, 0, 0), REFUSED),  # fchown
        ("x86_64", 0, (3, ELSEWHERE, 5), ALLOWED),  # read
        ("x86_64", 59, (ELSEWHERE,), ALLOWED),  # execve is Landlock's
        ("x86_64", 425, (8, ELSEWHERE), REFUSED),  # io_uring_setup
        ("x86_64", 0x40000000 | 42, (), FOREIGN),  # connect of x32
        ("aarch64", 198, (1, 1, 0), ALLOWED),
        ("aarch64", 198, (10, 2, 0), REFUSED),  # AF_INET6
        ("aarch64", 203, (3, ELSEWHERE, 16), REFUSED),
        ("aarch64", 206, (3, ELSEWHERE, 5, 0, 0, 0), ALLOWED),
        ("aarch64", 53, (0, ELSEWHERE, 0o777), PRETENDED),
        ("aarch64", 220, (0x01200011,), ALLOWED),
        ("aarch64", 220, (0x40000011,), FOREIGN),
        ("aarch64", 117, (16, 1), REFUSED),
        ("aarch64", 29, (3, 0x40086602, ELSEWHERE), REFUSED),
        ("aarch64", 7, (3, ELSEWHERE, ELSEWHERE, 44, 0), REFUSED),  # fsetxattr
        ("aarch64", 63, (3, ELSEWHERE, 5), ALLOWED),  # read
        ("x86_64", 157, (35, 14, ELSEWHERE, 104, 0), REFUSED),  # prctl(PR_SET_MM, PR_SET_MM_MAP)
        ("x86_64", 157, (1, 9), ALLOWED),  # prctl(PR_SET_PDEATHSIG)
        ("aarch64", 167, (35, 14, ELSEWHERE, 104, 0), REFUSED),
    ],
)
def test_what_is_refused(machine: str, number: int, arguments: tuple[int, ...], expected: int) -> None:
    assert answer(machine, number, *arguments) == expected


@pytest.mark.parametrize(("machine", "truncate"), [("x86_64", 76), ("aarch64", 45)])
def test_emptying_a_file_is_pretended_where_landlock_does_not_govern_it(machine: str, truncate: int) -> None:
    assert answer(machine, truncate) == ALLOWED
    assert answer(machine, truncate, truncates=False) == PRETENDED


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_of_another_architecture_are_refused(machine: str) -> None:
    assert answer(machine, 63, architecture=0x40000003) == FOREIGN


def test_an_unknown_machine_has_no_filter() -> None:
    assert filter_for("riscv64") == b""
