"""supasync on a kernel without Landlock: `python -m tests.support.old_kernel status`.

A filter of system calls lets this process see no such calls, as older container runtimes do.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from supasync.adapters.shadow.launcher import restrict_calls
from supasync.cli import main

_CALLS = (444, 445, 446)  # landlock_create_ruleset and the two after it, on all machines
# linux/bpf_common.h and linux/seccomp.h.
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_REFUSE, _ALLOW = 0x00050000 | errno.ENOSYS, 0x7FFF0000
_NO_NEW_PRIVILEGES = 38


def _filter() -> bytes:
    tests = [(_EQUAL, len(_CALLS) - at, 0, number) for at, number in enumerate(_CALLS)]
    program = [(_LOAD, 0, 0, 0), *tests, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    restrict_calls(_filter())
    main()
