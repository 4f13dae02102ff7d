"""Boxes of ISO/IEC 14496-12, of which HEIF pictures, MP4 and QuickTime films are made.

Films point into themselves by places from their beginning, so nothing is ever cut out of one: a box
that has to go is emptied and called ``free``, which every reader passes by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.unclean import UncleanError
from core.walked import WalkedFile

FREE: Final = b"free"
_HEAD: Final = 8
_LONG: Final = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its four letters, where it starts, where its content starts, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: WalkedFile, start: int, end: int) -> Iterator[Box]:
    """The boxes that stand one after another from `start` up to `end`. Raises UncleanError."""
    while end - start >= _HEAD:
        data.look()
        size, body = int.from_bytes(data[start : start + 4]), start + _HEAD
        if size == 1:
            size, body = int.from_bytes(data[body : body + 8]), start + _LONG
        elif size == 0:  # up to the end
            size = end - start
        if body > start + size or start + size > end:
            raise UncleanError("a box is longer than what holds it")
        yield Box(bytes(data[start + 4 : start + 8]), start, body, start + size)
        start += size
    if any(data[start:end]):  # QuickTime ends lists with four zeros
        raise UncleanError("something stands after the last box")


def empty(data: WalkedFile, box: Box) -> None:
    """Let a box say nothing."""
    data[box.start + 4 : box.start + 8] = FREE
    data[box.body : box.end] = bytes(box.end - box.body)


class Reader:
    """Numbers one after another from `place`, none beyond `end`."""

    def __init__(self, data: WalkedFile, place: int, end: int) -> None:
        self._data = data
        self._end = end
        self.place = place

    def number(self, size: int) -> int:
        """The next number, of `size` bytes. Raises UncleanError."""
        if self.place + size > self._end:
            raise UncleanError("a table is cut off")
        found = int.from_bytes(self._data[self.place : self.place + size])
        self.place += size
        return found

    def numbers(self, count: int, size: int) -> list[int]:
        """The next `count` numbers. Raises UncleanError, before it reads any of too many."""
        self._data.look(count)
        if self.place + count * size > self._end:
            raise UncleanError("a table is cut off")
        return [self.number(size) for _ in range(count)]


class Wiper:
    """Overwrites stretches of a file, together no more than there is of it: a hostile table names
    the same stretch a million times."""

    def __init__(self, data: WalkedFile) -> None:
        self._data = data
        self._left = len(data)

    def wipe(self, start: int, size: int) -> None:
        """Put zeros from `start` on. Raises UncleanError."""
        self._left -= size
        if self._left < 0 or start + size > len(self._data):
            raise UncleanError("a table points out of the file")
        self._data[start : start + size] = bytes(size)
