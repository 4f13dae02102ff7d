"""Guards an .xlsx, which is a zip, before anything unpacks it.

The directory of a zip says how large everything will be, and Python's zipfile never reads beyond
what the directory says; so it is enough to look at the directory.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import Final

from forms.sniff import Unfit

MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_ENTRIES: Final = 2000
MAX_RATIO: Final = 200
"""Unpacked to packed. Real workbooks stay below 30; only entries over 10 MiB are held to it."""

_RATIO_FROM: Final = 10 * 1024 * 1024
_ARCHIVES: Final = {".zip", ".7z", ".rar", ".gz", ".xz", ".bz2", ".tar"}


def check_workbook(data: bytes) -> None:
    """Raise Unfit unless `data` is a modest .xlsx workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            _check_kind({entry.filename for entry in entries})
            _check_entities(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise Unfit("broken_zip") from error


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise Unfit("unpacks_too_large", megabytes=unpacked // 2**20, limit=MAX_UNPACKED // 2**20)
    if len(entries) > MAX_ENTRIES:
        raise Unfit("too_many_parts", count=len(entries), limit=MAX_ENTRIES)
    for entry in entries:
        large = entry.file_size > _RATIO_FROM
        if large and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise Unfit(
                "unpacks_too_large",
                megabytes=entry.file_size // 2**20,
                limit=MAX_UNPACKED // 2**20,
            )
        if entry.flag_bits & 1:
            raise Unfit("locked_workbook")
        if PurePosixPath(entry.filename).suffix.lower() in _ARCHIVES:
            raise Unfit("nested_archive", entry=entry.filename)


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise Unfit("not_a_form", what="xlsb")
    if "content.xml" in names:
        raise Unfit("not_a_form", what="opendocument")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Unfit("not_a_form", what="document")
    raise Unfit("not_a_form", what="archive")


def _check_entities(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """No part of a workbook ever needs a DOCTYPE; a bomb of entities does."""
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                start = part.read(4096)
            if b"<!DOCTYPE" in start.replace(b"\x00", b""):
                raise Unfit("doctype")
