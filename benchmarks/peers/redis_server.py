"""A Redis for aiogram's Redis storage, where Debian's package ``redis-server`` is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PROGRAM: Final = "redis-server"
_STARTS_WITHIN: Final = 10.0  # seconds


def installed() -> bool:
    """Whether there is one on this machine."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, int]]:
    """Its URL and process id. Like SQLite, it writes each change to the disk before it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    where = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    with subprocess.Popen([PROGRAM, *where, *durable], stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}/0", process.pid
        finally:
            process.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
