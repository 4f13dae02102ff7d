"""An office document names nobody any more, and still opens with all that stands in it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image as Drawn
from openpyxl.packaging.custom import StringProperty
from PIL import Image

from core.document_metadata import MOST_UNPACKED
from core.file_metadata import without_metadata
from core.filetypes import file_type
from core.unclean import UncleanError

NAME = "王小明"
CELL = "柳湾村"
WHEN = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001  (openpyxl takes it without a zone)

CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/"
    'core-properties\' xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<dc:creator>{NAME}</dc:creator></cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Company>{NAME}</Company><Manager>{NAME}</Manager></Properties>"
)
META = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">'
    f"<office:meta><dc:creator>{NAME}</dc:creator></office:meta></office:document-meta>"
)
PARTS: Mapping[str, Mapping[str, str]] = {
    "docx": {"word/document.xml": f"<w>{CELL}</w>", "docProps/core.xml": CORE},
    "pptx": {"ppt/presentation.xml": f"<p>{CELL}</p>", "docProps/app.xml": APP},
    "by another program": {
        "word/document.xml": f"<w>{CELL}</w>",
        "package/services/metadata/core-properties/1f.psmdcp": CORE,
    },
    "odt": {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<o>{CELL}</o>",
        "meta.xml": META,
        "Object 1/meta.xml": META,
    },
}


def packed(parts: Mapping[str, str | bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else way
            archive.writestr(info, part)
    return written.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


def cleaned(content: bytes) -> bytes:
    found = file_type(content, "")
    assert found
    after = without_metadata(content, found.mime)
    assert file_type(after, "") == found
    return after


def photo() -> bytes:
    """A picture that tells who made it."""
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = "Wang Xiaoming"
    Image.new("RGB", (16, 8), "red").save(written, "JPEG", exif=exif)
    return written.getvalue()


def workbook() -> bytes:
    """A real one, with every kind of property and a picture."""
    book, written = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = CELL
    book.active.add_image(Drawn(io.BytesIO(photo())), "C3")
    told = book.properties
    told.creator = told.lastModifiedBy = told.title = told.description = NAME
    told.created = told.modified = WHEN
    book.custom_doc_props.append(StringProperty(name="录入人", value=NAME))
    book.save(written)
    return written.getvalue()


def test_a_workbook_names_nobody_and_opens_with_its_cells_and_pictures() -> None:
    before = workbook()
    parts = unpacked_loosely(before)
    after = cleaned(before)
    left = unpacked(after)
    assert list(left) == list(parts)
    for word in (NAME.encode(), b"Wang Xiaoming", b"2024-05-06", "录入人".encode()):
        assert any(word in part for part in parts.values())
        assert not any(word in part for part in left.values())
    book = load_workbook(io.BytesIO(after))
    assert book.active is not None
    assert book.active["A1"].value == CELL
    assert len(book.active._images) == 1
    assert (book.properties.lastModifiedBy, list(book.custom_doc_props.names)) == (None, [])


def unpacked_loosely(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("kind", PARTS)
def test_a_document_of_any_kind_names_nobody(kind: str) -> None:
    after = cleaned(packed(PARTS[kind]))
    left = unpacked(after)
    assert list(left) == list(PARTS[kind])
    assert not any(NAME.encode() in part for part in left.values())
    assert any(CELL.encode() in part for part in left.values())
    assert cleaned(after) == after


def test_an_empty_part_has_the_name_and_the_version_that_it_had() -> None:
    left = unpacked(cleaned(packed(PARTS["odt"])))["meta.xml"]
    assert left.endswith(b'office:version="1.3"/>')
    left = unpacked(cleaned(packed(PARTS["docx"])))["docProps/core.xml"]
    assert b"<cp:coreProperties xmlns:cp='http" in left


def test_the_folder_of_a_workbook_is_gone() -> None:
    path = '<x15ac:absPath url="C:\\Users\\王小明\\" xmlns:x15ac="x"/>'
    before = packed({"xl/workbook.xml": f"<workbook>{path}<sheets/></workbook>"})
    assert unpacked(cleaned(before))["xl/workbook.xml"] == b"<workbook><sheets/></workbook>"


def test_what_only_looks_like_properties_stays() -> None:
    own = f"<root><Properties><who>{NAME}</who></Properties></root>"
    before = packed({"word/document.xml": "<w/>", "customXml/item1.xml": own})
    assert unpacked(cleaned(before))["customXml/item1.xml"] == own.encode()


HOSTILE = {
    "a bomb": {"word/media/image1.emf": bytes(MOST_UNPACKED + 1)},
    "many small bombs": {f"word/{n}.bin": bytes(2**20) for n in range(101)},
    "properties in another encoding": {"docProps/core.xml": CORE.encode("utf-16")},
    "a picture that can't be cleaned": {
        "word/media/image1.jpeg": b"\xff\xd8\xff\xe1\xff\xffExif\0\0" + NAME.encode()
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_looked_through_is_refused(name: str) -> None:
    with pytest.raises(UncleanError):
        cleaned(packed({"word/document.xml": "<w/>", **HOSTILE[name]}))


def test_a_part_that_stands_twice_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive, pytest.warns(UserWarning):
        for part in ("<w/>", "<w>2</w>"):
            archive.writestr("word/document.xml", part)
    with pytest.raises(UncleanError):
        cleaned(written.getvalue())


def test_a_broken_document_is_refused() -> None:
    before = bytearray(packed(PARTS["docx"]))
    before[45] ^= 0xFF  # within what is packed
    with pytest.raises(UncleanError):
        cleaned(bytes(before))


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_in_other_ways_is_refused(way: int) -> None:
    """Of those Python unpacks all there is, whatever the directory says."""
    with pytest.raises(UncleanError):
        cleaned(packed(PARTS["docx"], way))
    assert file_type(packed(PARTS["odt"], way), "") is not None  # its type stands there plainly


def test_no_more_is_unpacked_than_the_directory_says() -> None:
    bomb = bytearray(packed({"word/document.xml": bytes(50 * 2**20)}))
    entry = bomb.rindex(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # the size, once unpacked
    tracemalloc.start()
    with pytest.raises(UncleanError):
        cleaned(bytes(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20
