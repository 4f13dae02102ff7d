"""Recordings without title, place, device and cover: MP3 and AAC (ID3, APE), WAV, Ogg.

Tags stand before and after the sound and are cut out. In Ogg (RFC 3533) a packet of
comments can't go without numbering all pages anew, so it stays and says nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.unclean import UncleanError
from core.walked import WalkedFile

# --- MP3, AAC ------------------------------------------------------------------------------------

_ID3_HEAD: Final = 10
_ID3V1: Final = 128
_APE_FOOT: Final = 32
_HAS_FOOT, _HAS_HEAD = 0x10, 1 << 31
_ENHANCED: Final = 227  # TAG+, before an ID3v1
_TAIL: Final = 256  # in which the end of any tag is seen
_TAGS: Final = re.compile(
    rb"LYRICS(?:BEGIN|END|200)|APETAGEX|ID3[\x02-\x04]\x00[\x00\x10\x20\x30\x40\x50\x60\x70"
    rb"\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0][\x00-\x7f]{4}"
)
"""Tags by more than three letters, which any sound may have by chance."""


def frames(content: bytes) -> bytes:
    """The frames of an MP3 or AAC file without the tags around them. Raises UncleanError where one
    stands between them."""
    start, end = 0, len(content)
    while content.startswith(b"ID3", start) and start + _ID3_HEAD <= end:
        foot = _ID3_HEAD if content[start + 5] & _HAS_FOOT else 0
        start += _ID3_HEAD + _syncsafe(content[start + 6 : start + 10]) + foot
    start = min(start, end)
    while size := _tag_at_the_end(content[max(start, end - _TAIL) : end]):
        end = max(start, end - size)
    if _TAGS.search(content, start, end):
        raise UncleanError("a tag between the frames")
    return content[start:end]


def _syncsafe(four: bytes) -> int:
    """A number of which every byte holds seven bits."""
    number = 0
    for byte in four:
        number = number << 7 | byte & 0x7F
    return number


def _tag_at_the_end(content: bytes) -> int:
    """How many bytes the last tag has or claims to have, 0 if there is none."""
    if content[-_ID3V1:].startswith(b"TAG"):
        return _ID3V1
    if content[-_ENHANCED:].startswith(b"TAG+"):
        return _ENHANCED
    if content[-_APE_FOOT:].startswith(b"APETAGEX"):
        foot = content[-_APE_FOOT:]
        size, flags = (int.from_bytes(foot[at : at + 4], "little") for at in (12, 20))
        return max(_APE_FOOT, size) + (_APE_FOOT if flags & _HAS_HEAD else 0)
    if content[-_ID3_HEAD:].startswith(b"3DI"):
        return 2 * _ID3_HEAD + _syncsafe(content[-4:])
    return 0


# --- WAV -----------------------------------------------------------------------------------------

_WAV_KEPT: Final = frozenset((b"fmt ", b"fact", b"data"))


def wave(content: bytes) -> bytes:
    """A WAV file with its sound alone. Raises UncleanError."""
    kept, place = [], 12
    while place + 8 <= len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        chunk = content[place : place + 8 + size + size % 2]
        if len(chunk) < 8 + size and chunk[:4] != b"data":  # a recording may have been cut short
            raise UncleanError("a part is cut off")
        if chunk[:4] in _WAV_KEPT:
            kept.append(chunk)
        place += len(chunk)
    body = b"WAVE" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --- Ogg -----------------------------------------------------------------------------------------

_PAGE: Final = 27
_FIRST: Final = 0x02
_MOST_COMMENTS: Final = 1 << 18  # each of its bytes is reckoned with one by one
_SILENT: Final = {  # by how a stream begins: what its comments begin and end with
    b"OpusHead": (b"OpusTags", b""),
    b"\x01vorbis": (b"\x03vorbis", b"\x01"),
    b"Speex   ": (b"", b""),
}
_NOTHING: Final = bytes(8)  # no vendor, no comments


@dataclass(slots=True)
class _Stream:
    """One stream of an Ogg file: how its comments begin and end, how many of its packets are over,
    and the stretches of the file in which its comments stand."""

    begin: bytes
    end: bytes
    over: int = 0
    comments: list[tuple[int, int]] = field(default_factory=list)


def ogg(content: bytes) -> bytes:
    """An Ogg file whose comments are empty, of the same size. Raises UncleanError."""
    data = WalkedFile(content)
    streams: dict[int, _Stream] = {}
    changed: list[tuple[int, int]] = []
    ended: list[_Stream] = []
    for start, end in _pages(data):
        serial = int.from_bytes(data[start + 14 : start + 18], "little")
        if data[start + 5] & _FIRST:
            ended += [streams[serial]] if serial in streams else []
            streams[serial] = _stream(data, start)
        if serial not in streams:
            raise UncleanError("a stream without a beginning")
        if _collect(data, start, streams[serial]):
            changed.append((start, end))
    for stream in (*ended, *streams.values()):
        _silence(data, stream)
    for start, end in changed:
        data[start + 22 : start + 26] = bytes(4)
        data[start + 22 : start + 26] = _checksum(data[start:end]).to_bytes(4, "little")
    return bytes(data)


def _pages(data: WalkedFile) -> Iterator[tuple[int, int]]:
    place = 0
    while place < len(data):
        data.look()
        if data[place : place + 4] != b"OggS" or place + _PAGE > len(data):
            raise UncleanError("a page is missing")
        lengths = data[place + _PAGE : place + _PAGE + data[place + 26]]
        end = place + _PAGE + len(lengths) + sum(lengths)
        if end > len(data):
            raise UncleanError("a page is cut off")
        yield place, end
        place = end


def _stream(data: WalkedFile, page: int) -> _Stream:
    body = page + _PAGE + data[page + 26]
    for first, (begin, end) in _SILENT.items():
        if data.startswith(first, body):
            return _Stream(begin, end)
    raise UncleanError("a stream of another kind")


def _collect(data: WalkedFile, page: int, stream: _Stream) -> bool:
    """Note what of the second packet stands in a page; whether anything does."""
    place, found = page + _PAGE + data[page + 26], False
    for length in data[page + _PAGE : page + _PAGE + data[page + 26]]:
        if stream.over == 1:
            stream.comments.append((place, length))
            found = True
        place += length
        stream.over += length < 255
    return found


def _silence(data: WalkedFile, stream: _Stream) -> None:
    size = sum(length for _, length in stream.comments)
    said = stream.begin + _NOTHING + stream.end
    if not len(said) <= size <= _MOST_COMMENTS:
        raise UncleanError("comments that can't be emptied")
    said += bytes(size - len(said))
    for place, length in stream.comments:
        data[place : place + length], said = said[:length], said[length:]


def _table() -> tuple[int, ...]:
    """CRC-32 as Ogg has it: polynomial 04C11DB7, not mirrored, beginning with 0."""
    table = []
    for byte in range(256):
        rest = byte << 24
        for _ in range(8):
            rest = (rest << 1 ^ 0x04C11DB7 if rest & 0x80000000 else rest << 1) & 0xFFFFFFFF
        table.append(rest)
    return tuple(table)


_TABLE: Final = _table()


def _checksum(page: bytearray) -> int:
    rest = 0
    for byte in page:
        rest = (rest << 8 & 0xFFFFFFFF) ^ _TABLE[rest >> 24 ^ byte]
    return rest
