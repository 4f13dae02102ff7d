"""Tables as files to keep: written beside first, then sent piece by piece."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_TYPES: Final = {".xlsx": WORKBOOK, ".csv": "text/csv"}
_AT_ONCE: Final = 2**18


async def sent(request: web.Request, file: Path, name: str) -> web.StreamResponse:
    """Send a ``.csv`` or ``.xlsx`` file, to be kept under a name that ends alike."""
    answer = web.StreamResponse()
    answer.content_type = _TYPES[file.suffix]
    called = quote(f"{name}{file.suffix}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{called}"
    answer.headers["Cache-Control"] = "no-store"
    await answer.prepare(request)
    with await asyncio.to_thread(file.open, "rb") as stream:
        while piece := await asyncio.to_thread(stream.read, _AT_ONCE):
            await answer.write(piece)
    await answer.write_eof()
    return answer
