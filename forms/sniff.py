"""What a file really is, whatever its name says.

Authors rename files, export "Excel" that is a web page, and save CSV in the encoding of their
county. The bytes decide; the suffix only earns a remark. Text comes out as UTF-8 in the shape that
pyxform reads: sheet name in the first column, commas between the cells.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from forms.report import Finding, Severity


class Source(StrEnum):
    """The kinds of file that intake takes."""

    XLSX = "xlsx"
    XLS = "xls"
    MARKDOWN = "md"
    CSV = "csv"
    XFORM = "xml"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A recognised file. `data` is the file itself, or its text as UTF-8."""

    source: Source
    data: bytes
    findings: tuple[Finding, ...] = ()


class Unfit(Exception):  # noqa: N818  (an outcome that carries its finding)
    """The file can't be taken in at all; `finding` says why."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.finding = Finding(Severity.REFUSED, code, values=values)


_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF: Final = b"\x09\x08"  # a bare BIFF stream, as old programs write
_KNOWN: Final = (  # signatures of what people send by mistake
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "document"),
)
_SUFFIXES: Final = {
    ".xlsx": Source.XLSX,
    ".xlsm": Source.XLSX,
    ".xls": Source.XLS,
    ".md": Source.MARKDOWN,
    ".csv": Source.CSV,
    ".xml": Source.XFORM,
}
_HTML: Final = re.compile(r"\s*(<!doctype\s+html|<html(?![^>]*\bxmlns))", re.IGNORECASE)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_TABLE_ROW: Final = re.compile(r"^\s*\|.*\|.*\|", re.MULTILINE)
_SHEETS: Final = {"survey", "choices", "settings", "entities", "external_choices"}


def sniff(data: bytes, name: str) -> Sniffed:
    """What `data` is. `name` is the file's name, used for a remark about its suffix.

    Raises Unfit for what can't be a form.
    """
    if not data.strip():
        raise Unfit("empty_file")
    sniffed = _binary(data) or _text(data)
    suffix = PurePath(name).suffix.lower()
    if _SUFFIXES.get(suffix, sniffed.source) is not sniffed.source:
        remark = Finding(
            Severity.WARNING, "suffix", values={"suffix": suffix, "source": sniffed.source.value}
        )
        return Sniffed(sniffed.source, sniffed.data, (remark, *sniffed.findings))
    return sniffed


def _binary(data: bytes) -> Sniffed | None:
    if data.startswith(_ZIP):
        return Sniffed(Source.XLSX, data)
    if data.startswith(_OLE):
        return Sniffed(Source.XLS, _ole(data))
    if data.startswith(_BIFF):
        return Sniffed(Source.XLS, data)
    for signature, what in _KNOWN:
        if data.startswith(signature):
            raise Unfit("not_a_form", what=what)
    return None


def _ole(data: bytes) -> bytes:
    """An OLE container holds a workbook, a locked workbook, or another program's document."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unfit("locked_workbook")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return data
    raise Unfit("not_a_form", what="document")


def _text(data: bytes) -> Sniffed:
    text, encoding = decode(data)
    found: tuple[Finding, ...] = ()
    if encoding not in ("utf-8", "utf-8-sig"):
        found = (Finding(Severity.WARNING, "encoding", values={"encoding": encoding}),)
    start = text.lstrip()[:2000]
    if _HTML.match(start):
        raise Unfit("not_a_form", what="html")
    if start.startswith("<"):
        # lxml reads the declared encoding by itself; only a text that lies about it is re-encoded.
        return Sniffed(Source.XFORM, data if not found else _undeclared(text), found)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Markdown may open with a heading and a few sentences before its first table.
    if len(_TABLE_ROW.findall(text)) >= 2:
        return Sniffed(Source.MARKDOWN, text.encode(), found)
    rows = _cells(text)
    if rows is None:
        raise Unfit("not_a_form", what="text")
    return Sniffed(Source.CSV, _as_csv(rows), found)


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the encoding that it was in. Raises Unfit for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data[:200]:
        encodings = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text):
            return text, encoding
    raise Unfit("not_a_form", what="binary")


def _undeclared(text: str) -> bytes:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()


def _cells(text: str) -> list[list[str]] | None:
    """The rows of a delimited text, or None if no delimiter makes a form of it."""
    for delimiter in (",", ";", "\t"):
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        if any("type" in {cell.strip().lower() for cell in row[:50]} for row in rows[:200]):
            return rows
    return None


def _as_csv(rows: list[list[str]]) -> bytes:
    """`rows` as pyxform reads them; a bare survey gets its sheet name."""
    if not any(row and row[0].strip().lower() in _SHEETS for row in rows):
        rows = [["survey"], *(["", *row] for row in rows)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
