"""HEIF and AVIF pictures without place, time and device (ISO/IEC 23008-12).

A picture is made of items. Those that are no part of the picture (Exif, XMP, whatever a maker
invents) are overwritten where they stand; an item that is a JPEG is cleaned like one. Which way up
the picture is stands elsewhere and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from core.boxes import Box, Reader, Wiper, boxes, empty
from core.film_metadata import clean_movie
from core.picture_metadata import jpeg
from core.unclean import UncleanError
from core.walked import WalkedFile

_TOP: Final = frozenset(b"ftyp meta mdat moov".split())
_META: Final = frozenset(b"hdlr pitm iinf iloc iref iprp idat dinf grpl".split())
_PICTURES: Final = frozenset(
    b"hvc1 lhv1 av01 avc1 vvc1 jpeg j2k1 unci grid iden iovl tmap mski".split()
)
_TELLING: Final = frozenset(b"udes uuid crtt mdft".split())  # properties: a description, times
_NO_EXIF: Final = bytes(4) + b"MM\0*" + (8).to_bytes(4)  # strict readers refuse zeros alone
_IN_FILE, _IN_BOX = 0, 1
_ENTRY_WITH_TYPE: Final = (2, 3)


def heif(content: bytes) -> bytes:
    """A picture without its metadata, of the same size. Raises UncleanError."""
    data = WalkedFile(content)
    wiper = Wiper(data)
    top = list(boxes(data, 0, len(data)))
    if not any(box.kind == b"meta" for box in top):
        raise UncleanError("no picture")
    for box in top:
        if box.kind not in _TOP:
            empty(data, box)
        elif box.kind == b"meta":
            _clean_items(data, box, wiper)
        elif box.kind == b"moov":
            clean_movie(data, box, wiper)
    return bytes(data)


def _clean_items(data: WalkedFile, meta: Box, wiper: Wiper) -> None:
    found = list(boxes(data, meta.body + 4, meta.end))
    for box in found:
        if box.kind not in _META:
            empty(data, box)
    parts = {box.kind: box for box in found}
    if not {b"iinf", b"iloc"} <= parts.keys():
        raise UncleanError("nothing says what the picture is made of")
    if b"iprp" in parts:
        _clean_properties(data, parts[b"iprp"])
    kinds = _kinds(data, parts[b"iinf"])
    for item, start, size in _stretches(data, parts):
        kind = kinds.get(item, b"")
        if kind not in _PICTURES:
            wiper.wipe(start, size)
            if kind == b"Exif":
                data[start : start + size] = _NO_EXIF[:size].ljust(size, b"\0")
        elif kind == b"jpeg":
            _clean_jpeg(data, start, size, wiper)


def _clean_jpeg(data: WalkedFile, start: int, size: int, wiper: Wiper) -> None:
    """A JPEG that is an item; in several stretches it is refused, as the first has no scan."""
    cleaned = jpeg(bytes(data[start : start + size]))
    wiper.wipe(start, size)
    if len(cleaned) > size:
        raise UncleanError("a picture that grows")
    data[start : start + len(cleaned)] = cleaned


def _clean_properties(data: WalkedFile, box: Box) -> None:
    for kept in boxes(data, box.body, box.end):
        if kept.kind == b"ipco":
            for one in boxes(data, kept.body, kept.end):
                if one.kind in _TELLING:
                    empty(data, one)


def _kinds(data: WalkedFile, box: Box) -> Mapping[int, bytes]:
    """What each item is, by its number."""
    wide = data[box.body] != 0
    kinds = {}
    for entry in boxes(data, box.body + (8 if wide else 6), box.end):
        version = data[entry.body]
        if entry.kind != b"infe" or version not in _ENTRY_WITH_TYPE:
            raise UncleanError("an item does not say what it is")
        reader = Reader(data, entry.body + 4, entry.end)
        number = reader.number(2 if version == 2 else 4)
        reader.number(2)
        kinds[number] = reader.number(4).to_bytes(4)
    return kinds


def _stretches(data: WalkedFile, parts: Mapping[bytes, Box]) -> Iterator[tuple[int, int, int]]:
    """Of each item the stretches of the file in which it stands: number, start, size."""
    box = parts[b"iloc"]
    version, reader = data[box.body], Reader(data, box.body + 4, box.end)
    sizes = reader.number(2)
    of_place, of_size, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    for _ in range(reader.number(wide)):
        data.look()
        item = reader.number(wide)
        way = reader.number(2) & 15 if version else _IN_FILE
        elsewhere, base = reader.number(2), reader.number(of_base)
        if way not in (_IN_FILE, _IN_BOX) or elsewhere:
            raise UncleanError("an item stands somewhere else")
        if way == _IN_BOX:
            if b"idat" not in parts:
                raise UncleanError("an item stands nowhere")
            base += parts[b"idat"].body
        for _ in range(reader.number(2)):
            data.look()
            if version:
                reader.number(of_index)
            place, size = reader.number(of_place), reader.number(of_size)
            yield item, base + place, size
