"""What is said of a record: approved, or sent back to its author for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages.approvals import may
from bot.office.visit import Visit
from forms import SummaryLine
from handlers.interviews import Session
from handlers.markup import unmarked
from handlers.supervising_records import MAX_REASON, decide, mendable, opened, send_back
from storage.four_eyes import is_own
from storage.reviews import APPROVED, Reviewed
from storage.unit import UnitOfWork

_WHOLE = ""
"""What stands in place of a question where all of the record is meant."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How a record stands, and the questions that it can be sent back for, by their refs. The
    visitor's `own` is for others to decide."""

    root: str
    decision: str
    current: bool
    own: bool
    questions: Sequence[tuple[str, str]]


def routes(desk: Desk) -> list[web.RouteDef]:
    """Both decisions."""

    async def approve(visit: Visit) -> web.Response:
        return await _approve(desk, visit)

    async def back(visit: Visit) -> web.Response:
        return await _back(desk, visit)

    return [
        desk.post("/office/records/{record}/approve", may, approve),
        desk.post("/office/records/{record}/return", may, back),
    ]


async def reviewing(desk: Desk, visit: Visit, uow: UnitOfWork, root: str) -> Reviewing | None:
    """What can be said of the record whose first version is `root`; None if it is not the
    visitor's to decide, or was not filled in here."""
    if not may(visit.actor):
        return None
    record, session = await opened(await turn_of(desk, visit, uow), root)
    if record is None or session is None:
        return None
    questions = [
        (one.ref, unmarked(one.label)) for one in _lines(session) if mendable(session, one)
    ]
    own = is_own(uow.actor, record.account_id)
    return Reviewing(root, record.decision or "", record.current, own, questions)


def _lines(session: Session) -> list[SummaryLine]:
    return [one for one in session.iv.summary().lines if isinstance(one, SummaryLine)]


async def _approve(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("review") as uow:
        turn = await turn_of(desk, visit, uow)
        record, _ = await opened(turn, visit.part("record"))
        if record is None:
            raise web.HTTPNotFound
        if is_own(uow.actor, record.account_id):
            return visit.go(_page(record), "own_work")
        await decide(turn, record, APPROVED)
    return visit.go(_page(record), "approved")


async def _back(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("about", "reason")
    async with visit.unit("review") as uow:
        turn = await turn_of(desk, visit, uow)
        record, session = await opened(turn, visit.part("record"))
        if record is None or session is None:
            raise web.HTTPNotFound
        if is_own(uow.actor, record.account_id):
            return visit.go(_page(record), "own_work")
        if not 0 < len(said["reason"]) <= MAX_REASON:
            return visit.go(_page(record), "no_reason", n=MAX_REASON)
        line = next((one for one in _lines(session) if one.ref == said["about"]), None)
        if said["about"] != _WHOLE and (line is None or not mendable(session, line)):
            return visit.go(_page(record), "gone")
        await send_back(turn, record, session, line, said["reason"])
    return visit.go(_page(record), "returned", to=record.worker)


def _page(record: Reviewed) -> str:
    return f"/office/records/{record.instance_id}"
