"""A disk of some megabytes, in memory: it is soon full, and nothing else is on it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BALLAST: Final = "ballast"
_PIECE: Final = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted file system that can be filled up and freed again."""

    folder: Path

    def fill(self) -> None:
        """Write until not a page is left."""
        with (self.folder / _BALLAST).open("ab", buffering=0) as ballast:
            for piece in (bytes(_PIECE), bytes(4096)):
                try:
                    while ballast.write(piece) == len(piece):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Give back what `fill` took."""
        (self.folder / _BALLAST).unlink(missing_ok=True)


def may_mount() -> bool:
    """Whether this user may mount a disk: root may."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of this size at `folder`, until the end of the block. Raises
    subprocess.CalledProcessError where nothing may be mounted."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=0755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
