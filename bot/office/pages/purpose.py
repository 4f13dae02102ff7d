"""What a child's file is opened for, asked as in the chat: once a day for each child."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.visit import Visit
from handlers import purposes
from storage.policy import Actor
from storage.unit import UnitOfWork

_PAGES: Final = ("/office/register/", "/office/records/", "/office/duties/")
"""Where somebody may be led when they have answered."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The answer to the question."""

    async def state(visit: Visit) -> web.Response:
        return await _state(desk, visit)

    return [desk.post("/office/purpose", may, state)]


def may(actor: Actor) -> bool:
    """Whether somebody looks through an area's people and oversees their visits."""
    return actor.may_see_people and actor.may_export


async def asked(
    desk: Desk, visit: Visit, uow: UnitOfWork, code: str, surname: str = "", *, after: str = ""
) -> web.Response | None:
    """The question, if the file or a record of this person may not be opened before it is
    answered; the answer leads to `after`, or to the page that was asked for. What is named already
    goes into the log with all that this unit writes there."""
    turn = await turn_of(desk, visit, uow)
    whom = await purposes.whom(uow, code)
    if whom is None or not await purposes.missing(turn, *whom):
        return None
    return desk.shell.page(
        visit,
        "purpose.html",
        code=code,
        surname=surname or "—",
        after=after or visit.request.path_qs,
        purposes=purposes.PURPOSES,
    )


async def asked_of(
    desk: Desk, visit: Visit, uow: UnitOfWork, kind: str, code: str | None, *, after: str = ""
) -> web.Response | None:
    """The question, if a record about the subject `code` of this kind is one of a child."""
    if kind != "person" or code is None:
        return None
    seen = await uow.register.surnames(kind, [code])
    return await asked(desk, visit, uow, code, seen.get(code, ""), after=after)


async def _state(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("code", "purpose", "after")
    async with visit.unit("purpose") as uow:
        code = said["code"].upper()
        whom = await purposes.whom(uow, code)
        if whom is None or said["purpose"] not in purposes.PURPOSES:
            raise web.HTTPNotFound
        await purposes.state(await turn_of(desk, visit, uow), *whom, said["purpose"])
    inside = said["after"].startswith(_PAGES)
    return visit.go(said["after"] if inside else f"/office/register/person/{code}")
