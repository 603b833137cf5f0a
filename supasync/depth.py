"""Room for statements that are nested deeply, as generated views are: a tree of them is walked by recursion."""

from __future__ import annotations

import sys
import threading

# A chain of 10,000 operators, the longest that is parsed, makes a tree of 30,000 levels; to print or read one level
# takes three calls. Bytes of stack for that, of which what is not needed is not used.
_CALLS, _STACK = 200_000, 120 * 2**20
_CALLS_ELSEWHERE = 10_000  # the main thread's stack does not grow there


def make_room() -> None:
    """Let this process, and the threads that it starts from now on, recurse as deeply as statements are nested."""
    threading.stack_size(_STACK)
    if sys.platform != "linux":
        sys.setrecursionlimit(_CALLS_ELSEWHERE)
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    most = _STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_STACK, (most, hard))
    sys.setrecursionlimit(_CALLS if most == _STACK else _CALLS_ELSEWHERE)
