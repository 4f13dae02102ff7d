"""Office documents without author, company and time: OOXML (ECMA-376) and OpenDocument 1.3.

Both are zips. Each is packed anew without what the directory and the members' heads say of who made
it and when; the part that holds the properties stays as an empty one, since other parts name it.
Pictures inside are cleaned like those that are sent by themselves. What somebody wrote on a page,
remarks and changes with their authors among it, is left as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final

from core.filetypes import BROKEN, PACKED, file_type
from core.unclean import UncleanError

MOST_UNPACKED: Final = 100 * 2**20
"""Bytes of all parts together. A document that is sent has 20 MB at most, packed."""

_MOST_PARTS: Final = 5000
_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*|<!--[^>]*-->\s*)*"
    rb"<([A-Za-z]\w*:)?(coreProperties|Properties|document-meta)(\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?>"
)
"""A part of properties: the package's, the program's with the company, own ones, OpenDocument's."""

_KEPT: Final = re.compile(rb"\s(?:xmlns(?::\w+)?=(?:\"[^\"]*\"|'[^']*')|\w+:version=\"[\d.]+\")")
_HEAD: Final = 4096  # bytes in which a part's root begins
_PLACES: Final = ("docprops/", "meta.xml")
"""Where properties stand as a rule: nothing but a part that can be emptied may stand there."""

_PATH: Final = re.compile(rb"<(?:\w+:)?absPath\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*/>")
"""Where Excel kept the workbook: in a folder that bears the name of who wrote it."""


def document(content: bytes, clean: Callable[[bytes, str], bytes]) -> bytes:
    """A document whose properties say nothing; `clean` takes the metadata out of a picture of a
    type. Raises UncleanError."""
    written = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as before,
            zipfile.ZipFile(written, "w") as after,
        ):
            for member in _members(before):
                part = _read(before, member)
                bare = zipfile.ZipInfo(member.filename)
                bare.compress_type = member.compress_type
                after.writestr(bare, _cleaned(member.filename.lower(), part, clean))
    except UncleanError:
        raise
    except BROKEN as error:
        raise UncleanError("a broken document") from error
    return written.getvalue()


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    names = {member.filename for member in members}
    if not 0 < len(members) <= _MOST_PARTS or len(names) < len(members):
        raise UncleanError("too many parts, or two of one name")
    if any(member.compress_type not in PACKED for member in members):
        raise UncleanError("packed as no office document is")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UncleanError("it unpacks to too much")
    return members


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A part; no more than the directory says is unpacked, whatever there is."""
    with archive.open(member) as part:
        return part.read(member.file_size + 1)


def _cleaned(name: str, part: bytes, clean: Callable[[bytes, str], bytes]) -> bytes:
    if name.endswith((".xml", ".psmdcp")):
        if root := _ROOT.match(part[:_HEAD]):
            return _emptied(root)
        if name.startswith(_PLACES) and part:
            raise UncleanError("properties that can't be read")
        return _PATH.sub(b"", part) if name == "xl/workbook.xml" else part
    found = file_type(part, "") if part else None
    return clean(part, found.mime) if found and found.media == "photo" else part


def _emptied(root: re.Match[bytes]) -> bytes:
    """A part with its root alone, by the same name in the same namespaces."""
    name, kept = (root[1] or b"") + root[2], b"".join(_KEPT.findall(root[3] or b""))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<%b%b/>' % (name, kept)
