"""A file that is walked through part by part, and for how long."""

from __future__ import annotations

from typing import Final

from core.unclean import UncleanError

MOST_PARTS: Final = 200_000
"""More boxes, elements, pages or entries than an hour of film has. A hostile file of some megabytes
has millions, or tables that name the same place again and again."""


class WalkedFile(bytearray):
    """The bytes of a file, changed where they stand, with the patience that is left for it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._left = MOST_PARTS

    def look(self, parts: int = 1) -> None:
        """Look at one more part, or several. Raises UncleanError when it were too many."""
        self._left -= parts
        if self._left < 0:
            raise UncleanError("too many parts")
