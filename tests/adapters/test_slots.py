"""What is read of a process that a shadow's server names as itself."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from supasync.adapters.shadow import slots
from supasync.adapters.shadow.slots import running_server, stop_server

# A process of any name and command line, which the shadow's native code can give itself.
_ODD = r"""
import sys, time
if sys.platform == "linux":
    open("/proc/self/comm", "wb").write(b"odd) Z \xff\xfe")
print("ready", flush=True)
time.sleep(60)
"""


def test_a_process_with_an_odd_name_is_read_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    command = [sys.executable, "-c", _ODD, "x" * 100_000, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        (data / "postmaster.pid").write_text(f"{child.pid}\n{data}\n")
        assert running_server(data) is None
        stop_server(data)
        assert child.poll() is None
        child.kill()


def test_the_number_of_a_thread_is_sent_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system holds no thread; its number in postmaster.pid must not be taken for a process's instead."""
    sent: list[int] = []

    def no_process(_pid: int) -> int:
        raise OSError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(slots, "running_server", lambda _data: 4711)
    monkeypatch.setattr(os, "pidfd_open", no_process, raising=False)
    monkeypatch.setattr(os, "kill", lambda pid, _signal: sent.append(pid))
    slots._stop_politely(tmp_path)
    assert sent == []
