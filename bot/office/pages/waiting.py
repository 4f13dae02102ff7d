"""Who still has to be visited: what one rule asks for and nobody has done yet, overdue or not."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.overdue import case_row, title_in
from bot.office.pages.overview import oversees, root_of
from bot.office.visit import Visit
from storage.overdue import Overdue

PAGE: Final = 50


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [desk.get("/office/rules/{rule}/waiting", oversees, show)]


async def _show(desk: Desk, visit: Visit) -> web.Response:
    rule, root, page = visit.part("rule")[:64], root_of(visit), visit.number("page")
    async with visit.reading("waiting") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        cases, total = await overdue.waiting(root, rule, page, PAGE)
        names = await words.names_of(uow, [root, *(one.area_code for one in cases)])
    async with visit.unit("waiting") as uow:
        await uow.record("list_waiting", f"{rule} {root}")
    return desk.shell.page(
        visit,
        "waiting.html",
        query={"area": root},
        rule=rule,
        what=title_in(desk, visit, rule, root),
        area=names.get(root, ""),
        total=total,
        cases=[case_row(desk, visit, one, names) for one in cases],
        page=page,
        pages=-(-total // PAGE),
    )
