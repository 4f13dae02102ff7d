"""Files that are costly to make, made once."""

from __future__ import annotations

import struct
import zlib

import pytest

_MEGABYTES = 2048


@pytest.fixture(scope="session")
def bomb() -> bytes:
    """An .xlsx of two megabytes whose one sheet unpacks to two gigabytes.

    Written by hand: a flushed block of deflate may be repeated as it is, so that nothing has to
    compress two gigabytes first.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * _MEGABYTES + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    parts = [
        (b"xl/workbook.xml", b"<workbook/>", 0, 11),
        (b"xl/worksheets/sheet1.xml", packed, zlib.DEFLATED, _MEGABYTES * 2**20),
    ]
    body, directory = b"", b""
    for name, data, method, size in parts:
        sizes = struct.pack("<III", 0, len(data), size)
        head = struct.pack("<HHHHH", 20, 0, method, 0, 0) + sizes
        directory += (
            b"PK\x01\x02\x14\x00"
            + head
            + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(body))
        )
        directory += name
        body += b"PK\x03\x04" + head + struct.pack("<HH", len(name), 0) + name + data
    counts = struct.pack("<HHHH", 0, 0, len(parts), len(parts))
    return (
        body
        + directory
        + b"PK\x05\x06"
        + counts
        + struct.pack("<IIH", len(directory), len(body), 0)
    )
