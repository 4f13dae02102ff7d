"""What a file is, by its first bytes. What a browser claims about it is not believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Media = Literal["photo", "audio", "video", "document"]


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken: how the bot sees it, its mime type and its suffix."""

    media: Media
    mime: str
    suffix: str


_STARTS: Final = (
    (b"\xff\xd8\xff", FileType("photo", "image/jpeg", ".jpg")),
    (b"\x89PNG\r\n\x1a\n", FileType("photo", "image/png", ".png")),
    (b"GIF87a", FileType("photo", "image/gif", ".gif")),
    (b"GIF89a", FileType("photo", "image/gif", ".gif")),
    (b"ID3", FileType("audio", "audio/mpeg", ".mp3")),
    (b"OggS", FileType("audio", "audio/ogg", ".ogg")),
    (b"#!AMR", FileType("audio", "audio/amr", ".amr")),
    (b"%PDF-", FileType("document", "application/pdf", ".pdf")),
)
_RIFF: Final = {
    b"WEBP": FileType("photo", "image/webp", ".webp"),
    b"WAVE": FileType("audio", "audio/wav", ".wav"),
}
_WEBM: Final = FileType("video", "video/webm", ".webm")
_WEBM_SOUND: Final = FileType("audio", "audio/webm", ".weba")
# Brands of ISO 14496-12 "ftyp" boxes.
_STILL: Final = {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"}
_SOUND: Final = {b"M4A ", b"M4B "}


def file_type(content: bytes, claimed: str) -> FileType | None:
    """The type of `content`, or None if it is none that is taken.

    `claimed` (a mime type) only tells sound from video in containers that may hold either.
    """
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _boxed(content[8:12], claimed)
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        sound = claimed.startswith("audio/")
        return _WEBM_SOUND if sound else _WEBM
    return _mpeg(content[:2])


def _boxed(brand: bytes, claimed: str) -> FileType:
    if brand in _STILL:
        return FileType("photo", "image/heic", ".heic")
    if brand == b"avif":
        return FileType("photo", "image/avif", ".avif")
    if brand in _SOUND or claimed.startswith("audio/"):
        return FileType("audio", "audio/mp4", ".m4a")
    if brand.startswith(b"3gp"):
        return FileType("video", "video/3gpp", ".3gp")
    if brand == b"qt  ":
        return FileType("video", "video/quicktime", ".mov")
    return FileType("video", "video/mp4", ".mp4")


def _mpeg(start: bytes) -> FileType | None:
    """By the frame header of ISO 11172-3: eleven set bits, then version and layer."""
    if len(start) < 2 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return None
    if start[1] & 0x06:
        return FileType("audio", "audio/mpeg", ".mp3")
    # Layer 0 is AAC in ADTS frames, whose first twelve bits are set.
    return FileType("audio", "audio/aac", ".aac") if start[1] & 0xF0 == 0xF0 else None
