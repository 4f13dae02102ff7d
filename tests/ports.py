"""Ports for programs that are told where to listen.

A port that the kernel once gave out may be gone when the program comes to it, to another listener
or to the near end of a connection; and a program that is killed and started again needs its port
for long. So these lie below the kernel's own range, and each process of pytest has its share.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
from collections.abc import Iterator
from typing import Final

_FIRST, _LAST = 15_000, 32_000
_SHARES: Final = 16  # more processes of pytest than a machine of CI runs
_WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _share() -> Iterator[int]:
    """This process's ports, again and again, from somewhere among them on: another run of the
    tests may be under way."""
    mine = range(_FIRST + _WORKER % _SHARES, _LAST, _SHARES)
    start = random.SystemRandom().randrange(len(mine))
    return itertools.cycle([*mine[start:], *mine[:start]])


_ports: Final = _share()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, and that this process hands out to nobody
    else."""
    for port in itertools.islice(_ports, (_LAST - _FIRST) // _SHARES):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
