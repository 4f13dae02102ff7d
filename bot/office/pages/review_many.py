"""Several records approved at once, from their list: each as it was listed, by the rules for one.

A child's is none of them, as its page asks what for; nor is one's own, nor what has changed or was
decided on since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aiohttp import web

from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages.approvals import may
from bot.office.pages.records_list import PAGE
from bot.office.visit import Visit
from handlers.purposes import is_child, whom
from handlers.record_reviews import decide
from storage.four_eyes import is_own
from storage.reviews import APPROVED, Reviewed, Reviews
from storage.unit import UnitOfWork

_AT_ONCE: Final = 10
"""Records of one unit of work: the chat goes on between them."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The one route."""

    async def approve(visit: Visit) -> web.Response:
        return await _approve(desk, visit)

    return [desk.post("/office/records/approve", may, approve)]


async def _approve(desk: Desk, visit: Visit) -> web.Response:
    sent = (await visit.posted()).getall("record", [])
    chosen = list(dict.fromkeys(one for one in sent if isinstance(one, str)))[:PAGE]
    done = 0
    for start in range(0, len(chosen), _AT_ONCE):
        done += await _some(desk, visit, chosen[start : start + _AT_ONCE])
        await asyncio.sleep(0)
    path = "/office/records?standing=waiting"
    if not chosen:
        return visit.go(path, "no_record_chosen")
    if done < len(chosen):
        return visit.go(path, "approved_some", n=done, what=len(chosen) - done)
    return visit.go(path, "approved_all", n=done)


async def _some(desk: Desk, visit: Visit, chosen: Sequence[str]) -> int:
    """Approve these, by the versions that were listed; how many could be."""
    done = 0
    async with visit.unit("review") as uow:
        turn = await turn_of(desk, visit, uow)
        for one in chosen:
            record = await Reviews(uow.connection, uow.actor, uow.clock).record(one)
            if record is not None and await _stands(visit, uow, record, one):
                await decide(turn, record, APPROVED)
                done += 1
    return done


async def _stands(visit: Visit, uow: UnitOfWork, record: Reviewed, listed: str) -> bool:
    """Whether a record still waits as it was listed, and may be approved unopened."""
    if record.instance_id != listed or record.current:
        return False
    if is_own(uow.actor, record.account_id):
        return False
    if record.subject_kind != "person":
        return True
    found = await whom(uow, record.subject_code or "")
    return found is not None and not is_child(found[1], visit.today)
