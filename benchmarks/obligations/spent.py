"""CPU seconds, which a busy machine stretches less than time by the clock."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_CLIENT: Final = b"postgres: postgres "
"""How PostgreSQL names a process that serves a connection; those that tidy up are called
otherwise, and are nobody's work."""


def cpu(server: int | None = None) -> float:
    """What this process has spent, with the connections of the PostgreSQL whose process is
    `server`."""
    return time.process_time() + (_served(server) if server else 0.0)


def _served(server: int) -> float:
    return sum(
        _of(folder)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _serves(folder, server)
    )


def _serves(folder: Path, server: int) -> bool:
    try:
        if not (folder / "cmdline").read_bytes().startswith(_CLIENT):
            return False
        return int(_fields(folder)[1]) == server
    except OSError:  # it ended just now
        return False


def _of(folder: Path) -> float:
    fields = _fields(folder)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _fields(folder: Path) -> list[str]:
    """What stands after the name in `/proc/N/stat`: the state, the parent, … (see proc(5))."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
