"""Pictures and films in boxes as phones write them, small, with a place in every corner."""

from __future__ import annotations

import struct
from typing import Final

WHERE: Final = b"+30.2500+120.1600/ Phone of Zhou"
SCAN: Final = b"\x11\x22picture\x33\x44" * 20


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


# --- pictures ------------------------------------------------------------------------------------


def heic(
    picture: bytes = b"hvc1",
    shown: bytes = SCAN,
    *,
    in_box: bool = False,
    version: int = 1,
    extra: bytes = b"",
) -> bytes:
    """A HEIF picture: an item that is the picture, one of Exif, one of XMP."""
    kinds = (picture, b"Exif", b"mime")
    items = (shown, b"\0\0\0\0" + WHERE, b"<x:xmpmeta>" + WHERE)
    infe = b"".join(
        full(b"infe", struct.pack(">HH4s", n + 1, 0, kind), b"\0", version=2)
        for n, kind in enumerate(kinds)
    )
    start = 0
    for _ in range(2):  # places are known once the head's length is
        entries, place = b"", 0 if in_box else start
        for n, content in enumerate(items):
            way = struct.pack(">H", int(in_box)) if version else b""
            entries += struct.pack(">H", n + 1) + way
            entries += struct.pack(">HHII", 0, 1, place, len(content))
            place += len(content)
        meta = full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"iinf", struct.pack(">H", 3), infe),
            full(b"iloc", b"\x44\x00", struct.pack(">H", 3), entries, version=version),
            box(b"iprp", box(b"ipco", full(b"udes", WHERE), box(b"irot", b"\x01"))),
            *([box(b"idat", *items)] if in_box else []),
            box(b"uuid", WHERE),
        )
        head = box(b"ftyp", b"heic", bytes(4)) + meta
        start = len(head) + 8
    return head + (b"" if in_box else box(b"mdat", *items)) + extra


# --- films ---------------------------------------------------------------------------------------


def track(handler: bytes, places: list[int], sizes: list[int]) -> bytes:
    """A track of samples, each a chunk of its own."""
    count = struct.pack(">I", len(places))
    table = box(
        b"stbl",
        full(b"stsd", bytes(4)),
        full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full(b"stsz", bytes(4), count, b"".join(struct.pack(">I", one) for one in sizes)),
        full(b"stco", count, b"".join(struct.pack(">I", one) for one in places)),
    )
    return box(
        b"trak",
        full(b"tkhd", b"\x11" * 8, bytes(72)),
        box(
            b"mdia",
            full(b"mdhd", b"\x11" * 8, bytes(12)),
            full(b"hdlr", bytes(4), handler, bytes(13)),
            box(b"minf", full(b"nmhd"), table),
        ),
        box(b"udta", WHERE),
    )


def movie(brand: bytes = b"qt  ", *, extra: bytes = b"", moof: bytes = b"") -> bytes:
    """A film of two pictures, with the place in its user data and in a track of metadata."""
    start = 0
    for _ in range(2):
        size = len(SCAN)
        moov = box(
            b"moov",
            full(b"mvhd", b"\x11" * 8, bytes(88)),
            track(b"vide", [start, start + size], [size, size]),
            track(b"meta", [start + 2 * size], [len(WHERE)]),
            box(b"udta", box(b"\xa9xyz", WHERE)),
            full(b"meta", WHERE),
        )
        head = box(b"ftyp", brand, bytes(4)) + moov
        start = len(head) + 8
    return head + box(b"mdat", SCAN, SCAN, WHERE) + box(b"free", WHERE) + moof + extra
