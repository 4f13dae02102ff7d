"""Reads the multipart body of a submission, within limits."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from bot.broken_posts import BROKEN
from forms.received import MAX_BYTES
from handlers.fetched import Fetched, clean
from handlers.receiving import Parcel

XML: str = "xml_submission_file"
ROOM = 16 * 2**20
"""Bytes that one POST may carry; a phone sends more files in several."""


class TooLargeError(ValueError):
    """There is more than `ROOM` in the body, or than a record may have."""


class NotAPostError(ValueError):
    """The body is no submission."""


async def parcel(request: web.Request) -> Parcel:
    """What a POST carries. Raises TooLargeError, NotAPostError."""
    if not request.content_type.startswith("multipart/"):
        raise NotAPostError
    if (request.content_length or 0) > ROOM:
        raise TooLargeError
    try:
        return await _read(request)
    except BROKEN as error:
        if isinstance(error, TooLargeError | NotAPostError):
            raise
        raise NotAPostError from error


async def _read(request: web.Request) -> Parcel:
    xml: bytes | None = None
    files: dict[str, Fetched] = {}
    room = ROOM
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise NotAPostError
        limit = min(room, MAX_BYTES) if part.name == XML else room
        content = await _content(part, limit)
        room -= len(content)
        if part.name == XML:
            xml = content
        elif name := part.filename or part.name:
            files[name] = await clean(content, part.headers.get("Content-Type", ""))
    if xml is None:
        raise NotAPostError
    return Parcel(xml, files)


async def _content(part: BodyPartReader, limit: int) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk():
        found += chunk
        if len(found) > limit:
            raise TooLargeError
    return bytes(part.decode(bytes(found)))
