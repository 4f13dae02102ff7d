"""GIF pictures without comments and what programs attach (GIF89a)."""

from __future__ import annotations

from typing import Final

from core.unclean import UncleanError
from core.walked import MOST_PARTS

_HEAD: Final = 13
_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_COMMENT, _PROGRAM = 0xFE, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often a moving picture is repeated


def gif(content: bytes) -> bytes:
    """A picture without its metadata. Raises UncleanError."""
    if len(content) < _HEAD:
        raise UncleanError("no picture")
    place = _HEAD + _colours(content[10])
    kept = [content[:place]]
    while place < len(content):
        kind = content[place]
        if kind == _END:
            break
        end = _end_of(content, place)
        if len(kept) > MOST_PARTS:
            raise UncleanError("too many parts")
        if not _tells(content, place):
            kept.append(content[place:end])
        place = end
    return b"".join([*kept, bytes([_END])])


def _colours(flags: int) -> int:
    """The size of a table of colours in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of(content: bytes, place: int) -> int:
    """Where a block ends that starts at `place`."""
    if content[place] == _EXTENSION:
        return _after_parts(content, place + 2)
    if content[place] == _IMAGE and place + 9 < len(content):
        return _after_parts(content, place + 11 + _colours(content[place + 9]))
    raise UncleanError("a block of no known kind")


def _after_parts(content: bytes, place: int) -> int:
    while place < len(content):
        size = content[place]
        place += 1 + size
        if not size:
            return place
    raise UncleanError("a block is cut off")


def _tells(content: bytes, place: int) -> bool:
    if content[place] != _EXTENSION:
        return False
    kind = content[place + 1]
    program = content[place + 3 : place + 14]
    return kind == _COMMENT or (kind == _PROGRAM and program not in _LOOPS)
