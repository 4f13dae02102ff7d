"""One running bot for one SQLite file: a lock that ends with the process, however it ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO


class AlreadyRunningError(Exception):
    """Another `zoufang run` holds this database."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.file = file


def hold(database: Path) -> IO[bytes]:
    """Lock a database file for this process until the result is closed. Raises AlreadyRunningError.

    The lock lies in a file beside it: the commands that work beside a running bot don't take it.
    """
    lock = database.with_name(database.name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    stream = lock.open("ab")
    try:
        _lock(stream)
    except OSError as error:
        stream.close()
        raise AlreadyRunningError(database) from error
    return stream


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
