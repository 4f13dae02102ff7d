"""Bar codes and QR codes in photos, where the extra ``barcode`` is installed."""

from __future__ import annotations

import asyncio
import io
from functools import cache
from importlib.util import find_spec
from typing import Final

_MOST_PIXELS: Final = 50_000_000  # a phone's camera has less; more is a trap for the memory
_LONGEST_SIDE: Final = 2400  # pixels: the bars of a label that fills a third are still apart


@cache
def readable() -> bool:
    """Whether photos can be read here."""
    return all(find_spec(name) is not None for name in ("zxingcpp", "PIL"))


async def read(content: bytes) -> str | None:
    """The text of the one code in a picture; None if there is none or more than one."""
    return await asyncio.to_thread(_read, content)


def _read(content: bytes) -> str | None:
    import zxingcpp
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            opened.draft("L", (_LONGEST_SIDE, _LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened).convert("L")
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None  # not a picture after all, or a broken one
    found = {code.text for code in zxingcpp.read_barcodes(picture) if code.text}
    return found.pop() if len(found) == 1 else None
