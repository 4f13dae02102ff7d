"""Whatever people send tells nothing but itself; what may tell more is not taken."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.file_metadata import _WAYS, without_metadata
from core.filetypes import file_type
from core.sound_metadata import _checksum
from core.unclean import UncleanError
from tests.core import sounds
from tests.core.boxed import SCAN, WHERE, box, full, heic, movie, track
from tests.core.sounds import SOUND


def gif() -> bytes:
    """Two pictures, repeated, with a comment and XMP."""
    parts = bytes([len(WHERE)]) + WHERE + b"\0"
    picture = b"\x2c" + bytes(9) + b"\x02" + bytes([len(SOUND)]) + SOUND + b"\0"
    loops = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    xmp = b"\x21\xff\x0bXMP DataXMP" + parts
    return b"GIF89a" + bytes(7) + loops + b"\x21\xfe" + parts + picture + xmp + picture + b";"


def avif() -> bytes:
    """A real one, by Pillow's encoder."""
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = WHERE.decode()
    Image.new("RGB", (16, 8), "red").save(written, "AVIF", exif=exif)
    return written.getvalue()


def is_red(picture: Image.Image) -> bool:
    """Whether its points are still what they were before it was cleaned."""
    seen = picture.convert("RGB").getpixel((3, 3))
    assert isinstance(seen, tuple)
    return seen[0] > 200


FILES: dict[str, tuple[Callable[[], bytes], str, bytes]] = {
    "heic": (heic, "image/heic", SCAN),
    "heic in a box": (lambda: heic(in_box=True), "image/heic", SCAN),
    "heic of old": (lambda: heic(version=0), "image/heic", SCAN),
    "heic with a film": (lambda: heic(extra=box(b"mpvd", movie())), "image/heic", SCAN),
    "quicktime": (movie, "video/quicktime", SCAN),
    "mp4": (lambda: movie(b"isom", extra=box(b"uuid", WHERE)), "video/mp4", SCAN),
    "3gp": (lambda: movie(b"3gp4"), "video/3gpp", SCAN),
    "m4a": (lambda: movie(b"M4A "), "audio/mp4", SCAN),
    "mp3": (sounds.mp3, "audio/mpeg", SOUND),
    "wav": (sounds.wav, "audio/wav", SOUND),
    "opus": (sounds.opus, "audio/ogg", SOUND),
    "vorbis": (sounds.vorbis, "audio/ogg", SOUND),
    "webm": (sounds.webm, "video/webm", SOUND),
    "webm, whole": (lambda: sounds.webm(live=False), "video/webm", SOUND),
    "gif": (gif, "image/gif", SOUND),
}


@pytest.mark.parametrize("name", FILES)
def test_place_and_device_are_gone_and_what_is_seen_or_heard_is_whole(name: str) -> None:
    make, mime, shown = FILES[name]
    before = make()
    found = file_type(before, "")
    assert found
    assert found.mime == mime
    assert WHERE in before
    after = without_metadata(before, mime)
    assert WHERE not in after
    assert after.count(shown) == before.replace(box(b"mpvd", movie()), b"").count(shown)
    assert without_metadata(after, mime) == after


def test_a_real_picture_is_still_read() -> None:
    before = avif()
    after = without_metadata(before, "image/avif")
    assert WHERE in before
    assert WHERE not in after
    assert len(after) == len(before)
    with Image.open(io.BytesIO(after)) as picture:
        assert picture.size == (16, 8)
        assert is_red(picture)


@pytest.mark.parametrize("make", [heic, movie, sounds.opus, sounds.webm])
def test_nothing_moves_in_files_that_point_into_themselves(make: Callable[[], bytes]) -> None:
    before = make()
    found = file_type(before, "")
    assert found
    after = without_metadata(before, found.mime)
    assert len(after) == len(before)
    shown = SOUND if SOUND in before else SCAN
    assert after.index(shown) == before.index(shown)


def test_when_a_film_was_made_is_gone() -> None:
    assert b"\x11" * 8 not in without_metadata(movie(), "video/mp4")


def test_pages_of_a_recording_still_add_up() -> None:
    data = bytearray(without_metadata(sounds.opus(), "audio/ogg"))
    second = data.index(b"OggS", 4)
    page = data[second : data.index(b"OggS", second + 4)]
    told = int.from_bytes(page[22:26], "little")
    page[22:26] = bytes(4)
    assert _checksum(page) == told


def crowded() -> bytes:
    """A HEIF picture of items of which each stands in 65,535 places of no size at all."""
    entries = b"".join(struct.pack(">HHH", n, 0, 0xFFFF) for n in range(5000))
    table = full(b"iloc", b"\0\0", struct.pack(">H", 5000), entries)
    meta = full(b"meta", full(b"iinf", bytes(2)), table)
    return box(b"ftyp", b"heic", bytes(4)) + meta


UNCLEAN = {
    "a film in parts with a track of places": (movie(moof=box(b"moof")), "video/mp4"),
    "a packed film": (box(b"ftyp", b"qt  ") + box(b"moov", box(b"cmov")), "video/quicktime"),
    "a track without a table": (
        box(b"ftyp", b"isom")
        + box(b"moov", box(b"trak", box(b"mdia", full(b"hdlr", bytes(4), b"meta")))),
        "video/mp4",
    ),
    "samples out of the file": (
        box(b"ftyp", b"isom") + box(b"moov", track(b"meta", [10**6], [10])),
        "video/mp4",
    ),
    "the same stretch a million times": (
        box(b"ftyp", b"isom") + box(b"moov", track(b"meta", [0] * 999, [99] * 999)),
        "video/mp4",
    ),
    "words after the last box": (movie() + b"where", "video/mp4"),
    "a picture of nothing": (box(b"ftyp", b"heic") + full(b"meta"), "image/heic"),
    "a stream of another kind": (sounds.page(0, (b"\x7fFLAC",)), "audio/ogg"),
    "a broken JPEG with Exif": (b"\xff\xd8\xff\xe1\xff\xffExif\0\0" + WHERE, "image/jpeg"),
    "lyrics between the frames": (
        sounds.mp3() + b"LYRICSBEGIN" + WHERE + b"000041LYRICS200",
        "audio/mpeg",
    ),
    "a tag between the frames": (
        b"\xff\xfb" + SOUND + b"ID3\x04\0\0\0\0\0\x20" + WHERE + b"\xff\xfb",
        "audio/mpeg",
    ),
    "a byte after a tag": (sounds.mp3()[:-128] + b"\0", "audio/mpeg"),
    "a million blocks": (sounds.webm() + b"\xa3\x81\0" * 300_000, "video/webm"),
    "a million boxes": (movie() + box(b"free") * 300_000, "video/mp4"),
    "items in a million places of no size": (crowded(), "image/heic"),
    "a million commands": (b"GIF89a" + bytes(7) + b"\x21\xf9\0" * 300_000, "image/gif"),
    "a million pages": (sounds.opus() + sounds.page(3, ()) * 300_000, "audio/ogg"),
    "a kind that is not known": (b"", "video/unheard-of"),
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_what_cannot_be_looked_through_is_refused(name: str) -> None:
    with pytest.raises(UncleanError):
        without_metadata(*UNCLEAN[name])


def test_a_picture_within_a_picture_is_cleaned_too() -> None:
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = WHERE.decode()
    Image.new("RGB", (16, 8), "red").save(written, "JPEG", exif=exif)
    inner = written.getvalue()
    before = heic(b"jpeg", inner)
    after = without_metadata(before, "image/heic")
    assert WHERE in inner
    assert WHERE not in after
    place = before.index(inner)
    with Image.open(io.BytesIO(after[place : place + len(inner)])) as picture:
        assert picture.size == (16, 8)
        assert is_red(picture)


def test_documents_are_left_alone() -> None:
    assert without_metadata(b"%PDF-" + WHERE, "application/pdf") == b"%PDF-" + WHERE


@pytest.mark.parametrize("name", FILES)
@given(st.data())
def test_a_hostile_file_is_cleaned_or_refused_and_nothing_else(
    name: str, data: st.DataObject
) -> None:
    make, mime, _ = FILES[name]
    whole = bytearray(make())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    part = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(UncleanError):
        assert len(without_metadata(part, mime)) <= len(part) + 64


@pytest.mark.parametrize("mime", sorted(_WAYS))
@given(st.binary(max_size=200))
def test_no_noise_breaks_it(mime: str, noise: bytes) -> None:
    with suppress(UncleanError):
        without_metadata(noise, mime)
