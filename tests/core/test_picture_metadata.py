"""A picture tells nothing but itself, and any file comes out of it."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.file_metadata import without_metadata
from core.picture_metadata import _only_orientation, _orientation
from core.unclean import UncleanError

WHERE = b"N 30 15 0.0 E 120 10 0.0 Phone of Zhou"
SCAN = b"\x11\x22\xff\x00\x33\xff\xd0\x44" * 30
MIMES = ("image/jpeg", "image/png", "image/webp")


def tiff(way_up: int, order: str = "<") -> bytes:
    """A directory with a maker's note and an orientation."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(f"{order}HHII", 0x010F, 2, len(WHERE), 38)
    entries += struct.pack(f"{order}HHIHH", 0x0112, 3, 1, way_up, 0)
    return head + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4) + WHERE


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(way_up: int = 6, *, after: bytes = b"") -> bytes:
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0" + bytes(9)),
            segment(0xE1, b"Exif\0\0" + tiff(way_up)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + WHERE),
            segment(0xE2, b"MPF\0" + WHERE),
            segment(0xE2, b"ICC_PROFILE\0colours"),
            segment(0xED, b"Photoshop 3.0\0" + WHERE),
            segment(0xFE, WHERE),
            segment(0xDB, bytes(65)),
            segment(0xC2, bytes(15)),
            segment(0xDA, bytes(10)) + SCAN,
            segment(0xC4, bytes(20)),
            segment(0xDA, bytes(10)) + SCAN,
            b"\xff\xd9",
            after,
        )
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(way_up: int = 6, *, after: bytes = b"") -> bytes:
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", bytes(13)),
            chunk(b"tEXt", b"Comment\0" + WHERE),
            chunk(b"iTXt", WHERE),
            chunk(b"eXIf", tiff(way_up, ">")),
            chunk(b"tIME", bytes(7)),
            chunk(b"prVt", WHERE),
            chunk(b"IDAT", SCAN),
            chunk(b"IEND", b""),
            after,
        )
    )


def webp(way_up: int = 6, *, after: bytes = b"") -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)

    body = b"WEBP" + b"".join(
        (
            part(b"VP8X", bytes([0x0C]) + bytes(9)),
            part(b"VP8 ", SCAN),
            part(b"EXIF", tiff(way_up)),
            part(b"XMP ", WHERE),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + after


PICTURES = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}


@pytest.mark.parametrize("mime", MIMES)
def test_place_and_device_are_gone_and_the_picture_is_whole(mime: str) -> None:
    before = PICTURES[mime](after=b"film" + WHERE)
    after = without_metadata(before, mime)
    assert WHERE in before
    assert WHERE not in after
    assert after.count(SCAN) == before.count(SCAN)
    assert without_metadata(after, mime) == after


@pytest.mark.parametrize("mime", MIMES)
@pytest.mark.parametrize("way_up", range(1, 9))
def test_it_stays_the_right_way_up(mime: str, way_up: int) -> None:
    after = without_metadata(PICTURES[mime](way_up), mime)
    assert (_only_orientation(way_up) in after) == (way_up != 1)
    assert _orientation(_only_orientation(way_up)) == way_up


def test_colours_stay() -> None:
    after = without_metadata(jpeg(), "image/jpeg")
    assert b"ICC_PROFILE\0colours" in after
    assert b"JFIF" in after
    assert without_metadata(webp(1), "image/webp")[20] == 0  # it says that nothing is in it


def test_other_files_are_left_alone() -> None:
    assert without_metadata(jpeg(), "application/pdf") == jpeg()


@pytest.mark.parametrize("mime", MIMES)
@given(st.data())
def test_a_file_that_is_cut_or_wrong_comes_through_or_is_refused(
    mime: str, data: st.DataObject
) -> None:
    whole = bytearray(PICTURES[mime]())
    for place in data.draw(st.lists(st.integers(12, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    part = bytes(whole[: data.draw(st.integers(12, len(whole)))])
    with suppress(UncleanError):
        assert len(without_metadata(part, mime)) <= len(part) + 64
