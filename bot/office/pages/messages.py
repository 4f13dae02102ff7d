"""What could not be delivered, and sending it again."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.office.office import Desk
from bot.office.visit import Visit
from storage.dead_letters import DeadMessage
from storage.policy import Actor

NEWEST: Final = 200
_PATH: Final = "/office/messages"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, and one more try."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def retry(visit: Visit) -> web.Response:
        return await _retry(visit)

    return [desk.get(_PATH, may, show), desk.post(f"{_PATH}/retry", may, retry)]


def may(actor: Actor) -> bool:
    """Whether somebody looks after what failed."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("messages") as uow:
        found = await uow.dead_letters.messages(NEWEST)
    return desk.shell.page(
        visit, "messages.html", messages=[_row(desk, one) for one in found], newest=NEWEST
    )


def _row(desk: Desk, one: DeadMessage) -> dict[str, object]:
    return {
        "id": one.id,
        "channel": one.channel,
        "account": one.account or "—",
        "kind": one.kind,
        "error": one.error or "",
        "attempts": one.attempts,
        "since": f"{one.since.astimezone(desk.database.zone):%Y-%m-%d %H:%M}",
    }


async def _retry(visit: Visit) -> web.Response:
    which = await visit.chosen("id")
    async with visit.unit("messages") as uow:
        n = await uow.dead_letters.retry(which[0] if which else None)
        if n:
            await uow.record("retry", str(which[0]) if which else "all")
    return visit.go(_PATH, "retried", n=n)
