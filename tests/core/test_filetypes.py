"""What a file is, whatever it claims to be."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filetypes import file_type

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64


def archive(*names: str, **contents: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "x")  # of 1980: the same bytes each time
        for name, content in contents.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def suffix(content: bytes, claimed: str = "") -> str:
    found = file_type(content, claimed)
    return found.suffix if found else ""


@pytest.mark.parametrize(
    ("content", "claimed", "kind"),
    [
        (archive("[Content_Types].xml", "word/document.xml"), "", ".docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "", ".xlsx"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "", ".pptx"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), "", ".odt"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "", ".ods"),
        (archive("house.jpg", "list.csv"), "", ".zip"),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "", ".doc"),
        (COMPOUND + "Workbook".encode("utf-16-le"), "", ".xls"),
        (COMPOUND + "PowerPoint Document".encode("utf-16-le"), "", ".ppt"),
        ("名单\n王\n".encode(), "text/plain", ".txt"),
        (b"\xef\xbb\xbfname,age\n", "text/csv", ".csv"),
        (b"name,age\n", "application/vnd.ms-excel", ".csv"),
        ("姓名,岁\n".encode("gb18030"), "text/csv; charset=gbk", ".csv"),
        (b"%PDF-1.7", "text/html", ".pdf"),
    ],
)
def test_it_is_known_by_its_content(content: bytes, claimed: str, kind: str) -> None:
    assert suffix(content, claimed) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"#!/bin/sh\necho",
        b"  <!DOCTYPE html><p>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><a/>",
        b"words and then <script>alert(1)</script>",
        b"a\x00b",
        COMPOUND + b"an installer",
        COMPOUND + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"),
        archive("word/document.xml", "word/vbaProject.bin"),
        archive("setup.exe"),
        archive("page.HTML"),
        archive("META-INF/MANIFEST.MF", "a.class"),
        archive("AndroidManifest.xml", "classes.dex"),
        archive(),
        archive("a.txt")[:40],
        b"PK\x03\x04" + b"\x00" * 30 + b"PK\x05\x06" + b"\x00" * 18,
    ],
)
def test_what_may_do_harm_or_is_broken_is_not_taken(content: bytes) -> None:
    assert file_type(content, "text/plain") is None
    assert file_type(content, "image/jpeg") is None


def test_an_archive_of_very_many_files_is_not_even_opened() -> None:
    assert file_type(archive(*(f"{n}.txt" for n in range(5001))), "") is None


@given(st.binary(max_size=200), st.sampled_from(["", "text/csv", "audio/mp4", "text/html"]))
def test_judging_never_fails(content: bytes, claimed: str) -> None:
    for start in (b"", b"PK\x03\x04", COMPOUND[:8], b"\xff"):
        file_type(start + content, claimed)
