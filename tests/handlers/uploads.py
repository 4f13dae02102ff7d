"""Files of every kind that people send, and what is left of one on a bad way."""

from __future__ import annotations

import random
from typing import Final

from tests.core.test_file_metadata import FILES
from tests.core.test_filetypes import COMPOUND, archive
from tests.core.test_picture_metadata import PICTURES

_OTHERS: Final = {
    "csv": (b"a,b\n1,2\n", "text/csv"),
    "txt": ("说明\n第二行".encode(), "text/plain"),
    "pdf": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "application/pdf"),
    "docx": (archive("[Content_Types].xml", "word/document.xml"), "application/zip"),
    "zip": (archive("house.jpg", "list.csv"), "application/zip"),
    "doc": (COMPOUND + "WordDocument".encode("utf-16-le"), "application/msword"),
    "page": (b"<html><script>alert(1)</script>", "text/html"),
    "nothing": (b"", ""),
}

WHOLE: Final[dict[str, tuple[bytes, str]]] = {
    **{mime: (make(6), mime) for mime, make in PICTURES.items()},
    **{name: (make(), mime) for name, (make, mime, _) in FILES.items()},
    **_OTHERS,
}
"""By name: the content of a file, and the mime type that is claimed for it."""


def harmed(content: bytes, chance: random.Random) -> bytes:
    """The same with bytes changed, put in, taken out or said twice, and often without its end."""
    parts = bytearray(content)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(parts) + 1)
        length = chance.choice((1, 1, 2, 4, 16))
        match chance.randrange(5):
            case 0:
                parts[at : at + length] = chance.randbytes(length)
            case 1:
                parts[at:at] = chance.randbytes(length)
            case 2:
                del parts[at : at + length]
            case 3:
                parts[at:at] = parts[at : at + 64]
            case _:
                edge = chance.choice((b"\0", b"\xff", b"\x7f", b"\x80"))
                parts[at : at + length] = edge * length
    return bytes(parts[: chance.randrange(len(parts) + 1)] if chance.random() < 0.5 else parts)
