"""WebM films and recordings without title, time, tags and attachments (Matroska, RFC 9559).

An element that has to go becomes a ``Void`` of the same size, as other elements point to places. A
``Void`` that was there is written anew, as anything may stand in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.unclean import UncleanError
from core.walked import WalkedFile

_SEGMENT, _INFO, _CLUSTER = 0x18538067, 0x1549A966, 0x1F43B675
_TRACKS, _TRACK = 0x1654AE6B, 0xAE
_VOID: Final = 0xEC
_KEPT: Final = frozenset(  # header, SeekHead, Tracks, Cues, and what is gone into
    (0x1A45DFA3, 0x114D9B74, _TRACKS, 0x1C53BB6B, _SEGMENT, _INFO, _CLUSTER)
)
_IN_INFO: Final = frozenset((0x2AD7B1, 0x4489, 0x4D80, 0x5741))
"""TimestampScale, Duration, and the names of the programs that wrote it."""
_IN_CLUSTER: Final = frozenset((0xE7, 0xA3, 0xA0, 0xA7, 0xAB))
"""Timestamp, SimpleBlock, BlockGroup, Position, PrevSize."""
_SAID_OF_TRACK: Final = frozenset((0x536E, 0x258688, 0x7446, 0xBF, _VOID))
"""Names of the track and of its codec, a link to an attachment, a checksum that no longer fits, and
what stands in gaps."""


@dataclass(frozen=True, slots=True)
class _Element:
    number: int
    start: int
    body: int
    end: int
    known: bool


def webm(content: bytes) -> bytes:
    """A film or a recording without its metadata, of the same size. Raises UncleanError."""
    data = WalkedFile(content)
    for one in _elements(data, 0, len(data)):
        if one.number == _INFO:
            _clean_info(data, one)
        elif one.number == _TRACKS:
            _clean_tracks(data, one)
        elif one.number not in _KEPT and one.number not in _IN_CLUSTER:
            _void(data, one)
    return bytes(data)


def _clean_info(data: WalkedFile, info: _Element) -> None:
    for one in _elements(data, info.body, info.end):
        if one.number not in _IN_INFO:
            _void(data, one)


def _clean_tracks(data: WalkedFile, tracks: _Element) -> None:
    for track in _elements(data, tracks.body, tracks.end):
        if track.number != _TRACK:
            _void(data, track)
            continue
        for one in _elements(data, track.body, track.end):
            if one.number in _SAID_OF_TRACK:
                _void(data, one)


def _elements(data: WalkedFile, start: int, end: int) -> Iterator[_Element]:
    """The elements up to `end`. What is in the segment, and in a cluster, counts as beside it:
    a browser that records does not know yet how long these will be."""
    while start < end:
        data.look()
        number, body = _vint(data, start, end, marked=True)
        size, body = _vint(data, body, end, marked=False)
        known = size >= 0
        inside = number in (_SEGMENT, _CLUSTER)
        if not known and not inside:
            raise UncleanError("an element without an end")
        after = body if inside else body + size
        if after > end:
            raise UncleanError("an element is longer than what holds it")
        yield _Element(number, start, body, after, known)
        start = after


def _vint(data: WalkedFile, start: int, end: int, *, marked: bool) -> tuple[int, int]:
    """A number whose leading zeros tell how long it is, and the place after it; -1 for a size that
    is not known. `marked`: with the bit that tells its length, as elements are called."""
    first = data[start] if start < end else 0
    length = 9 - first.bit_length()
    if not first or start + length > end:
        raise UncleanError("a number is cut off")
    number = int.from_bytes(data[start : start + length])
    if marked:
        return number, start + length
    most = (1 << 7 * length) - 1
    number &= most
    return (-1 if number == most else number), start + length


def _void(data: WalkedFile, one: _Element) -> None:
    size = one.end - one.start
    length = 1 if size < 0x80 else 8
    if size < 2:
        raise UncleanError("an element is too short to be emptied")
    rest = size - 1 - length
    head = bytes([_VOID]) + (rest | 1 << 7 * length).to_bytes(length)
    data[one.start : one.end] = head + bytes(rest)
