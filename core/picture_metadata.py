"""Pictures without what a camera wrote into them: place, time, device, name, earlier versions.

Parts of the file are cut out and nothing is encoded anew, so the picture itself stays as it is.
Which way up it was taken is kept, as viewers need it. What stands after a picture's end goes too:
phones put a film or a larger picture there. JPEG (ITU-T T.81), PNG (ISO/IEC 15948) and WebP
(RFC 9649).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from core.unclean import UncleanError

_UPRIGHT: Final = 1
_ORIENTATION: Final = 0x0112

_MARKS: Final = re.compile(rb"exif|xmp|adobe|photoshop|II\*\0|MM\0\*", re.IGNORECASE)


def _unread(content: bytes) -> bytes:
    """A file that only begins like a picture: as it is if nothing in it looks like metadata."""
    if _MARKS.search(content):
        raise UncleanError("a broken picture with metadata")
    return content


# --- JPEG ----------------------------------------------------------------------------------------

_SOI: Final = b"\xff\xd8"
_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE
_APPS: Final = range(0xE0, 0xF0)
_KEPT_APPS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_EXIF: Final = b"Exif\0\0"
_NEXT_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # not a stuffed byte, not a restart


def jpeg(content: bytes) -> bytes:
    """A JPEG without its metadata, and without what can't be read of it. Raises UncleanError."""
    kept, way_up, place, scanned = [], _UPRIGHT, len(_SOI), False
    while True:
        while content[place : place + 2] == b"\xff\xff":  # markers may be padded
            place += 1
        marker, segment = _segment(content, place)
        if marker is None or marker == _EOI:
            break
        scanned |= marker == _SOS
        if marker == 0xE1 and segment[4:].startswith(_EXIF):
            way_up = _orientation(segment[4 + len(_EXIF) :]) or way_up
        if marker != _COMMENT and (marker not in _APPS or _is_kept(marker, segment)):
            kept.append(segment)
        place += len(segment)
    if not scanned:
        return _unread(content)
    return b"".join([_SOI, *_jpeg_orientation(way_up), *kept, segment or bytes([0xFF, _EOI])])


def _segment(content: bytes, place: int) -> tuple[int | None, bytes]:
    """The marker at a place, and its whole segment with the scan that follows; None if there is
    none, or not all of it."""
    if content[place : place + 1] != b"\xff" or len(content) < place + 2:
        return None, b""
    marker = content[place + 1]
    if marker == _EOI:
        return marker, content[place : place + 2]
    size = int.from_bytes(content[place + 2 : place + 4])
    end = place + 2 + size
    if size < 2 or end > len(content):
        return None, b""
    if marker == _SOS:
        found = _NEXT_MARKER.search(content, end)
        end = found.start() if found else len(content)
    return marker, content[place:end]


def _is_kept(marker: int, segment: bytes) -> bool:
    return marker in _KEPT_APPS and segment[4:].startswith(_KEPT_APPS[marker])


def _jpeg_orientation(way_up: int) -> Iterator[bytes]:
    if way_up != _UPRIGHT:
        body = _EXIF + _only_orientation(way_up)
        yield b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# --- PNG -----------------------------------------------------------------------------------------

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs hIST acTL fcTL fdAT".split()
)


def png(content: bytes) -> bytes:
    """A PNG without its metadata, and without what can't be read of it. Raises UncleanError."""
    kept, place = [_PNG], len(_PNG)
    while place + 12 <= len(content):
        size, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        chunk = content[place : place + 12 + size]
        if len(chunk) < 12 + size or not name.isalpha():
            break
        if name in _PNG_KEPT:
            kept.append(chunk)
        if name == b"eXIf":
            kept += _png_orientation(_orientation(chunk[8:-4]))
        if name == b"IEND":
            return b"".join(kept)
        place += len(chunk)
    if not any(chunk[4:8] == b"IDAT" for chunk in kept):
        return _unread(content)
    return b"".join(kept)


def _png_orientation(way_up: int) -> Iterator[bytes]:
    if way_up not in (0, _UPRIGHT):
        body = b"eXIf" + _only_orientation(way_up)
        yield struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


# --- WebP ----------------------------------------------------------------------------------------

_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def webp(content: bytes) -> bytes:
    """A WebP without its metadata. Raises UncleanError."""
    parts, way_up, place = [], 0, 12
    end = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while place + 8 <= end:
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        chunk = content[place : place + 8 + size + size % 2]
        if len(chunk) < 8 + size:
            raise UncleanError("a part is cut off")
        if chunk[:4] == b"EXIF":
            way_up = _orientation(chunk[8:].removeprefix(_EXIF))
        if chunk[:4] in _WEBP_KEPT:
            parts.append(chunk)
        place += len(chunk)
    exif = way_up not in (0, _UPRIGHT)
    if exif:
        body = _only_orientation(way_up)
        parts.append(b"EXIF" + struct.pack("<I", len(body)) + body)
    body = b"WEBP" + b"".join(_flagged(part, exif=exif) for part in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _flagged(chunk: bytes, *, exif: bool) -> bytes:
    """A chunk; that of the file's features with the right ones."""
    if not chunk.startswith(b"VP8X") or len(chunk) < 9:
        return chunk
    features = chunk[8] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if exif else 0)
    return chunk[:8] + bytes([features]) + chunk[9:]


# --- Exif, which is TIFF -------------------------------------------------------------------------

_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}


def _orientation(tiff: bytes) -> int:
    """The orientation in the first directory, 1 to 8; 0 if there is none."""
    order = _ORDERS.get(tiff[:4])
    try:
        if order is None:
            return 0
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for n in range(min(count, 64)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * n)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 0
    except struct.error:
        pass
    return 0


def _only_orientation(way_up: int) -> bytes:
    """A TIFF that says nothing but which way up a picture is."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, way_up, 0, 0)
