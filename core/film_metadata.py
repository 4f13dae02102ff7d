"""Films and recordings in boxes (MP4, QuickTime, 3GP, M4A) without place, time and device.

Only boxes that playing needs are left (`_KEPT`); the rest is emptied where it stands. Tracks that
are neither picture nor sound go with all their samples: phones, drones and helmet cameras write the
place into tracks of metadata and of subtitles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.boxes import Box, Reader, Wiper, boxes, empty
from core.unclean import UncleanError
from core.walked import WalkedFile

_KEPT: Final[Mapping[bytes, frozenset[bytes]]] = {
    what: frozenset(kept.split())
    for what, kept in {
        b"moov": b"mvhd trak mvex iods",
        b"trak": b"tkhd mdia edts tref tapt",
        b"mdia": b"mdhd hdlr minf elng",
        b"minf": b"vmhd smhd hmhd nmhd sthd gmhd hdlr dinf stbl",
        b"stbl": b"stsd stts ctts stsc stsz stz2 stco co64 stss stsh stdp padb sdtp sgpd sbgp cslg"
        b" subs saiz saio",
        b"moof": b"mfhd traf",
        b"traf": b"tfhd tfdt trun sdtp sgpd sbgp subs saiz saio senc",
    }.items()
}
_TOP: Final = frozenset(b"ftyp styp moov moof mdat mfra sidx ssix pdin".split())
_DATED: Final = frozenset((b"mvhd", b"tkhd", b"mdhd"))
_PACKED: Final = frozenset((b"cmov", b"rmra"))  # a film within which nothing can be looked for
_PLAYED: Final = frozenset((b"vide", b"soun", b"auxv", b"tmcd"))


def film(content: bytes) -> bytes:
    """A film or a recording without its metadata, of the same size. Raises UncleanError."""
    data = WalkedFile(content)
    top = list(boxes(data, 0, len(data)))
    wiper = Wiper(data)
    for box in top:
        if box.kind not in _TOP:
            empty(data, box)
    for box in top:
        if box.kind in (b"moov", b"moof") and clean_movie(data, box, wiper) and _in_parts(top):
            raise UncleanError("samples of a dropped track stand in later parts of the film")
    return bytes(data)


def clean_movie(data: WalkedFile, box: Box, wiper: Wiper) -> bool:
    """Empty what tells something in a ``moov`` or ``moof``; whether a whole track went. Raises
    UncleanError."""
    dropped = False
    for one in boxes(data, box.body, box.end):
        if one.kind in _PACKED:
            raise UncleanError("the film is packed")
        if one.kind not in _KEPT[box.kind]:
            empty(data, one)
        elif one.kind in _DATED:
            _undate(data, one)
        elif one.kind == b"trak" and _handler(data, one) not in _PLAYED:
            _wipe_samples(data, one, wiper)
            empty(data, one)
            dropped = True
        elif one.kind in _KEPT:
            dropped |= clean_movie(data, one, wiper)
    return dropped


def _in_parts(top: list[Box]) -> bool:
    return any(box.kind == b"moof" for box in top)


def _undate(data: WalkedFile, box: Box) -> None:
    """When it was made and changed: two numbers, of 8 bytes each from version 1 on."""
    size = 16 if data[box.body : box.body + 1] == b"\x01" else 8
    if box.body + 4 + size > box.end:
        raise UncleanError("a header is cut off")
    data[box.body + 4 : box.body + 4 + size] = bytes(size)


def _within(data: WalkedFile, box: Box, *way: bytes) -> Box | None:
    for kind in way:
        found = [one for one in boxes(data, box.body, box.end) if one.kind == kind]
        if not found:
            return None
        box = found[0]
    return box


def _handler(data: WalkedFile, track: Box) -> bytes:
    box = _within(data, track, b"mdia", b"hdlr")
    return bytes(data[box.body + 8 : box.body + 12]) if box else b""


def _wipe_samples(data: WalkedFile, track: Box, wiper: Wiper) -> None:
    table = _within(data, track, b"mdia", b"minf", b"stbl")
    if table is None:
        raise UncleanError("a track has no table of samples")
    parts = {one.kind: one for one in boxes(data, table.body, table.end)}
    if not {b"stsc", b"stsz"} <= parts.keys():
        raise UncleanError("a track has no sizes of samples")
    places = _chunk_places(data, parts)
    sizes = _sample_sizes(data, parts[b"stsz"])
    sample = 0
    for place, count in zip(places, _per_chunk(data, parts[b"stsc"], len(places)), strict=True):
        wiper.wipe(place, sizes.of(sample, count))
        sample += count


def _chunk_places(data: WalkedFile, parts: Mapping[bytes, Box]) -> list[int]:
    for kind, size in ((b"stco", 4), (b"co64", 8)):
        if kind in parts:
            reader = _table(data, parts[kind])
            return reader.numbers(reader.number(4), size)
    raise UncleanError("a track has no places of samples")


def _per_chunk(data: WalkedFile, box: Box, chunks: int) -> list[int]:
    """How many samples each chunk has: the table names the chunks from which on that changes."""
    reader = _table(data, box)
    runs = reader.numbers(reader.number(4) * 3, 4)
    firsts, counts = runs[0::3], runs[1::3]
    if chunks and firsts[:1] != [1]:
        raise UncleanError("chunks without a number of samples")
    found: list[int] = []
    for number, (first, count) in enumerate(zip(firsts, counts, strict=True)):
        after = firsts[number + 1] if number + 1 < len(firsts) else chunks + 1
        found += [count] * max(0, min(after, chunks + 1) - first)
    if len(found) != chunks:
        raise UncleanError("numbers of samples for other chunks than there are")
    return found


class _Sizes:
    """Sizes of samples in bytes: `same` for all, or `upto`, the sums of those before each."""

    def __init__(self, same: int, sizes: list[int]) -> None:
        self._same = same
        self._upto = [0]
        for size in sizes:
            self._upto.append(self._upto[-1] + size)

    def of(self, first: int, count: int) -> int:
        """How many bytes `count` samples have from the `first` on (from 0)."""
        if self._same:
            return self._same * count
        if first + count >= len(self._upto):
            raise UncleanError("more samples than sizes")
        return self._upto[first + count] - self._upto[first]


def _sample_sizes(data: WalkedFile, box: Box) -> _Sizes:
    reader = _table(data, box)
    same, count = reader.number(4), reader.number(4)
    return _Sizes(same, [] if same else reader.numbers(count, 4))


def _table(data: WalkedFile, box: Box) -> Reader:
    return Reader(data, box.body + 4, box.end)  # after version and flags
