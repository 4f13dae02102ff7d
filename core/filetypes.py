"""What a file is, by its content. What a browser or a messenger claims about it is not believed.

Taken are pictures, sounds, videos, PDF, office documents without macros, plain text, tables as CSV
and zip archives. Everything else is refused: pages and drawings that can run scripts, programs.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from lzma import LZMAError
from typing import Final, Literal

Media = Literal["photo", "audio", "video", "document"]


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken: how the bot sees it, its mime type and its suffix."""

    media: Media
    mime: str
    suffix: str


OFFICE: Final = "application/vnd.openxmlformats-officedocument."
OASIS: Final = "application/vnd.oasis.opendocument."
"""How the types of office documents begin: ECMA-376 and OpenDocument 1.3."""

BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, LZMAError),
    *(EOFError, RuntimeError, OSError, ValueError),
)
"""What reading a damaged zip, or a member of it, raises."""

PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members of office documents are packed. Of what is packed in other ways Python unpacks all
there is, however little of it is asked for."""

_TEXT: Final = FileType("document", "text/plain", ".txt")
_TABLE: Final = FileType("document", "text/csv", ".csv")
_ZIP: Final = FileType("document", "application/zip", ".zip")
_WEBM: Final = FileType("video", "video/webm", ".webm")
_WEBM_SOUND: Final = FileType("audio", "audio/webm", ".weba")

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
# Brands of ISO 14496-12 "ftyp" boxes.
_STILL: Final = {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"}
_SOUND: Final = {b"M4A ", b"M4B "}

# Members that tell what an archive is: ECMA-376 and OpenDocument 1.3 part names.
_PARTS: Final = (
    ("word/document.xml", FileType("document", f"{OFFICE}wordprocessingml.document", ".docx")),
    ("xl/workbook.xml", FileType("document", f"{OFFICE}spreadsheetml.sheet", ".xlsx")),
    (
        "ppt/presentation.xml",
        FileType("document", f"{OFFICE}presentationml.presentation", ".pptx"),
    ),
)
_OPEN_DOCUMENTS: Final = {
    f"{OASIS}text".encode(): FileType("document", f"{OASIS}text", ".odt"),
    f"{OASIS}spreadsheet".encode(): FileType("document", f"{OASIS}spreadsheet", ".ods"),
    f"{OASIS}presentation".encode(): FileType("document", f"{OASIS}presentation", ".odp"),
}
_RUNS: Final = ("META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex")
_RUNNING_SUFFIXES: Final = (
    ".exe", ".dll", ".msi", ".bat", ".cmd", ".com", ".scr", ".ps1", ".vbs", ".js", ".jar", ".apk",
    ".sh", ".html", ".htm", ".svg", ".hta", ".lnk",
)  # fmt: skip
_MOST_MEMBERS: Final = 5000
_END: Final = b"PK\x05\x06"  # the record at the end of a zip, which counts its members

# Streams of the compound files in which office programs wrote until 2007.
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final = (
    ("WordDocument", FileType("document", "application/msword", ".doc")),
    ("Workbook", FileType("document", "application/vnd.ms-excel", ".xls")),
    ("PowerPoint Document", FileType("document", "application/vnd.ms-powerpoint", ".ppt")),
)
_MARKUP: Final = ("<!doctype", "<html", "<script", "<svg", "<?xml", "<body", "<iframe")
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f"))
# Windows calls a table so where Excel is installed.
_TABLES: Final = ("text/csv", "text/comma-separated-values", "application/vnd.ms-excel")


def file_type(content: bytes, claimed: str) -> FileType | None:
    """The type of `content`, or None if it is none that is taken.

    `claimed` (a mime type) only tells sound from video in containers that may hold either, and a
    table from other text.
    """
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _boxed(content[8:12], claimed)
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return _WEBM_SOUND if claimed.startswith("audio/") else _WEBM
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    if content.startswith(_COMPOUND):
        return _compound(content)
    return _mpeg(content[:2]) or _text(content, claimed)


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


def _archive(content: bytes) -> FileType | None:
    """An office document by its parts, else a zip of harmless files. Nothing is unpacked but the
    few bytes in which an OpenDocument says what it is."""
    end = content.rfind(_END)
    if end < 0 or int.from_bytes(content[end + 10 : end + 12], "little") > _MOST_MEMBERS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if len(names) > _MOST_MEMBERS or not _harmless(names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").compress_type in PACKED:
                with archive.open("mimetype") as member:
                    return _OPEN_DOCUMENTS.get(member.read(100).strip(), _ZIP)
    except BROKEN:
        return None
    return next((found for part, found in _PARTS if part in names), _ZIP)


def _harmless(names: set[str]) -> bool:
    macros = any(name.endswith("vbaProject.bin") for name in names)
    programs = any(name.lower().endswith(_RUNNING_SUFFIXES) for name in names)
    return bool(names) and not macros and not programs and names.isdisjoint(_RUNS)


def _compound(content: bytes) -> FileType | None:
    """Installers are compound files too, so the stream of the office program has to be there."""
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        return None
    return next(
        (found for name, found in _STREAMS if name.encode("utf-16-le") in content),
        None,
    )


def _text(content: bytes, claimed: str) -> FileType | None:
    """Words in UTF-8 or GB 18030 without control characters, which are no page and no script."""
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if not content or controls or content.startswith((b"MZ", b"#!")):
        return None
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            words = content.decode("gb18030")
        except UnicodeDecodeError:
            return None
    start = words[:4096].lower()
    if start.lstrip().startswith("<") or any(mark in start for mark in _MARKUP):
        return None
    return _TABLE if claimed.partition(";")[0] in _TABLES else _TEXT
