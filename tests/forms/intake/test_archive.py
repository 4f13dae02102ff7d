"""A zip is judged by its directory before anything is unpacked."""

from __future__ import annotations

import tracemalloc

import pytest

from forms.archive import MAX_ENTRIES, check_workbook
from forms.sniff import Unfit
from tests.forms.intake.making import xlsx, zipped

_BOOK = {"xl/workbook.xml": b"<workbook/>"}


def refusal(data: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        check_workbook(data)
    return caught.value.finding.code


def test_a_workbook_passes() -> None:
    check_workbook(xlsx({"survey": [["type", "name"], *[["text", f"q{n}"] for n in range(500)]]}))


def test_a_workbook_that_unpacks_to_gigabytes_is_never_unpacked(bomb: bytes) -> None:
    assert len(bomb) < 10 * 2**20
    tracemalloc.start()
    assert refusal(bomb) == "unpacks_too_large"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20


def test_many_parts_each_too_dense_to_be_honest_are_refused() -> None:
    sheet = bytes(20 * 2**20)
    assert refusal(zipped({**_BOOK, "xl/worksheets/sheet1.xml": sheet})) == "unpacks_too_large"


def test_thousands_of_parts_are_refused() -> None:
    parts = {f"xl/part{n}.xml": b"" for n in range(MAX_ENTRIES + 1)}
    assert refusal(zipped({**_BOOK, **parts})) == "too_many_parts"


def test_an_archive_within_the_archive_is_refused() -> None:
    assert refusal(zipped({**_BOOK, "xl/inner.zip": b"PK"})) == "nested_archive"


def test_a_doctype_within_the_workbook_is_refused() -> None:
    text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'
    assert refusal(zipped({**_BOOK, "xl/sharedStrings.xml": text})) == "doctype"


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "opendocument"),
        ("word/document.xml", "document"),
        ("photo.jpg", "archive"),
    ],
)
def test_other_zips_are_named(part: str, what: str) -> None:
    with pytest.raises(Unfit) as caught:
        check_workbook(zipped({part: b"<a/>"}))
    assert caught.value.finding.values == {"what": what}


def test_half_a_file_is_called_broken() -> None:
    whole = xlsx({"survey": [["type", "name"], ["text", "a"]]})
    assert refusal(whole[: len(whole) // 2]) == "broken_zip"
