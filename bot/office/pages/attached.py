"""A photo or another file of a record, for who may read the record. Opening one is logged."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.office.office import Desk
from bot.office.pages import purpose
from bot.office.pages.records_list import may
from bot.office.visit import Visit

SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
"""What a browser shows in place; everything else is a download."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The one route."""

    async def send(visit: Visit) -> web.Response:
        return await _send(desk, visit)

    return [desk.get("/office/records/{record}/media/{file}", may, send)]


async def _send(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("record file") as uow:
        found = await uow.submissions.get(visit.part("record"))
        if found is None:
            raise web.HTTPNotFound
        record, _ = found
        page = f"/office/records/{record.instance_id}"
        question = await purpose.asked_of(
            desk, visit, uow, record.subject_kind, record.subject_code, after=page
        )
        if question is not None:
            return question
        files = {one.id: one for one in await uow.media.named(record.instance_id)}
        stored = files.get(visit.part("file"))
        kept = await uow.media.get(stored.id) if stored else None
        if stored is None or kept is None:
            raise web.HTTPNotFound
        await uow.record("open_photo", record.instance_id)
    content, _, mime = kept
    where = "inline" if mime in SHOWN else "attachment"
    name = quote(stored.record_name, safe="")
    headers = {
        "Content-Type": mime,
        "Content-Disposition": f"{where}; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return web.Response(body=content, headers=headers)
