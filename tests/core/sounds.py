"""Recordings as programs write them, small, with a place in every tag."""

from __future__ import annotations

import struct

from core.sound_metadata import _checksum
from tests.core.boxed import WHERE

SOUND = b"\x55sound\x66" * 30


def mp3() -> bytes:
    head = b"ID3\x04\0\x10" + bytes([0, 0, 0, len(WHERE)]) + WHERE + b"3DI" + bytes(7)
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 32 + len(WHERE), 1, 0) + bytes(8)
    return head + head + b"\xff\xfb" + SOUND + WHERE + ape + b"TAG" + WHERE.ljust(125, b"\0")


def wav() -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)

    parts = (part(b"fmt ", bytes(16)), part(b"LIST", WHERE), part(b"data", SOUND))
    body = b"WAVE" + b"".join((*parts, part(b"iXML", WHERE)))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def page(number: int, packets: tuple[bytes, ...], serial: int = 7) -> bytes:
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    head = b"OggS\0" + bytes([2 if number == 0 else 0]) + bytes(8)
    head += struct.pack("<III", serial, number, 0) + bytes([len(lacing)]) + lacing
    whole = bytearray(head + b"".join(packets))
    whole[22:26] = _checksum(whole).to_bytes(4, "little")
    return bytes(whole)


def comments() -> bytes:
    note = b"LOCATION=" + WHERE * 20
    return struct.pack("<I", 4) + b"Zhou" + struct.pack("<II", 1, len(note)) + note


def opus() -> bytes:
    head = b"OpusHead" + bytes(11)
    return page(0, (head,)) + page(1, (b"OpusTags" + comments(),)) + page(2, (SOUND,))


def vorbis() -> bytes:
    head = b"\x01vorbis" + bytes(23)
    said = b"\x03vorbis" + comments() + b"\x01"
    return page(0, (head,)) + page(1, (said, b"\x05vorbis" + SOUND)) + page(2, (SOUND,))


def element(number: int, *parts: bytes, known: bool = True) -> bytes:
    body = b"".join(parts)
    size = (len(body) | 1 << 28).to_bytes(4) if known else b"\x01" + b"\xff" * 7
    return number.to_bytes((number.bit_length() + 7) // 8) + size + body


def webm(*, live: bool = True) -> bytes:
    """As a browser records: nothing says how long the segment and its clusters are."""
    info = element(0x1549A966, element(0x2AD7B1, b"\x0f"), element(0x7BA9, WHERE))
    cluster = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, SOUND), known=not live)
    tags = element(0x1254C367, element(0x7373, WHERE))
    attached = element(0x1941A469, WHERE)
    gap = element(0xEC, WHERE)
    track = element(0xAE, element(0x536E, WHERE), element(0x86, b"V_VP8"), gap)
    parts = (info, gap, element(0x1654AE6B, track), cluster, tags, attached)
    return element(0x1A45DFA3, bytes(8)) + element(0x18538067, *parts, known=not live)
