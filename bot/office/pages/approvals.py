"""What waits for a decision: who has left, what workers ask for, and visits that came in late,
which can be decided of several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages.overdue import case_row
from bot.office.visit import Visit
from core.texts import say
from handlers.supervising_approvals import decide_departure
from handlers.supervising_entries import REASONS, accept, refuse
from handlers.turn import Turn
from storage.departures import Departing, Departures
from storage.late_entries import LateEntries, LateEntry
from storage.overdue import Overdue
from storage.policy import Actor
from storage.requests import Request, Requests
from storage.unit import UnitOfWork

SHOWN: Final = 50
"""How many of each kind the page holds: the next ones come up as these are decided."""

_PATH: Final = "/office/approvals"
_AT_ONCE: Final = 10
"""Late visits of one unit of work: the chat goes on between them."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The page, and a decision of each kind."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def departure(visit: Visit) -> web.Response:
        return await _departure(desk, visit)

    async def request(visit: Visit) -> web.Response:
        return await _request(desk, visit)

    async def entries(visit: Visit) -> web.Response:
        return await _entries(desk, visit)

    return [
        desk.get(_PATH, may, show),
        desk.post(f"{_PATH}/departures", may, departure),
        desk.post(f"{_PATH}/requests", may, request),
        desk.post(f"{_PATH}/entries", may, entries),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody decides what is asked in an area of their own."""
    return actor.may_approve and actor.area is not None


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("approvals") as uow:
        late = LateEntries(uow.connection, uow.actor, uow.now)
        leaving, departures = await Departures(uow.connection, uow.actor).waiting(0, SHOWN)
        asked, requests = await Requests(uow.connection, uow.actor, uow.now).waiting(0, SHOWN)
        entries, entered = await late.waiting(0, SHOWN)
        names = await words.area_names(uow, visit.actor.area or "")
        asking = [await _asked(desk, visit, uow, one, names) for one in asked]
        await uow.record("list_approvals", visit.actor.area or "")
    return desk.shell.page(
        visit,
        "approvals.html",
        departures=departures,
        leaving=[_leaving(visit, one, names) for one in leaving],
        requests=requests,
        asked=asking,
        entered=entered,
        reasons={one: say(visit.language, f"supervise.unfit.{one}") for one in REASONS},
        entries=[_late(desk, visit, one, names) for one in entries],
    )


def _leaving(visit: Visit, one: Departing, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": one.person_id,
        "code": one.code,
        "subject": f"{one.code} {one.surname}",
        "what": visit.say(f"approvals.{one.kind}"),
        "area": words.area_path(one.area_code, names),
        "day": one.on_day.isoformat(),
        "record": one.root_id,
        "worker": one.worker,
    }


async def _asked(
    desk: Desk, visit: Visit, uow: UnitOfWork, one: Request, names: Mapping[str, str]
) -> dict[str, object]:
    case = await Overdue(uow.connection, uow.actor, uow.now).one(one.obligation_id)
    assert case is not None  # asked within the same area
    author = await uow.accounts.get(one.account_id)
    wish = visit.say("approvals.exempt", reason=words.reason(visit, one.reason))
    if one.kind == "reschedule" and one.day is not None:
        wish = visit.say("approvals.reschedule", day=one.day.isoformat())
    return {
        "id": one.id,
        "duty": case_row(desk, visit, case, names),
        "wish": wish,
        "note": one.note or "",
        "worker": author.code if author else "—",
    }


def _late(desk: Desk, visit: Visit, one: LateEntry, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "duty": case_row(desk, visit, one.case, names),
        "record": one.call.root_id,
        "day": one.call.visit_date.isoformat(),
        "entered": one.call.entered_at.astimezone(desk.database.zone).date().isoformat(),
        "outcome": words.outcome(visit, one.call.outcome),
        "worker": one.call.worker,
    }


# --- decisions -----------------------------------------------------------------------------------


async def _departure(desk: Desk, visit: Visit) -> web.Response:
    number, yes = await _said(visit)
    async with visit.unit("approvals") as uow:
        one = await Departures(uow.connection, uow.actor).one(number)
        if one is None or yes is None:
            return visit.go(_PATH, "gone")
        turn = await turn_of(desk, visit, uow)
        await decide_departure(turn, one, confirmed=yes)
    return visit.go(_PATH, "confirmed" if yes else "refused", what=one.code)


async def _request(desk: Desk, visit: Visit) -> web.Response:
    from scheduler.answering import answer

    number, yes = await _said(visit)
    assert desk.house.ground is not None
    async with visit.unit("approvals") as uow:
        done = None
        if yes is not None:
            done = await answer(uow, desk.house.ground(), number, approve=yes)
    return visit.go(_PATH, f"request_{done.decision}" if done else "gone")


async def _entries(desk: Desk, visit: Visit) -> web.Response:
    """Accept late visits, or refuse them for one reason: one of them, or those that were ticked."""
    which = (await visit.chosen("id"))[:SHOWN]
    _, yes = await _said(visit)
    reason = (await visit.words("reason"))["reason"]
    if not which and yes is not None:
        return visit.go(_PATH, "no_entry_chosen")
    if yes is None:
        return visit.go(_PATH, "gone")
    if not (yes or reason in REASONS):
        return visit.go(_PATH, "no_entry_reason")
    done: list[str] = []
    for start in range(0, len(which), _AT_ONCE):
        async with visit.unit("approvals") as uow:
            turn = await turn_of(desk, visit, uow)
            for number in which[start : start + _AT_ONCE]:
                done += await _entry(turn, number, "" if yes else reason)
        await asyncio.sleep(0)
    return _told_of(visit, "accepted" if yes else "refused", done, len(which))


async def _entry(turn: Turn, number: int, reason: str) -> list[str]:
    """Accept what came late of a duty, or refuse it for a reason; the code of its subject, or ''
    for a duty that has none. Nothing if nothing waits."""
    case = await Overdue(turn.uow.connection, turn.uow.actor, turn.uow.now).one(number)
    if case is None:
        return []
    done = await (refuse(turn, case, reason) if reason else accept(turn, case))
    return [case.code] if done else []


def _told_of(visit: Visit, told: str, done: Sequence[str], of: int) -> web.Response:
    if not done:
        return visit.go(_PATH, "gone")
    if of == 1 and done[0]:
        return visit.go(_PATH, f"entry_{told}", what=done[0])
    if len(done) < of:
        return visit.go(_PATH, "entries_some", n=len(done), what=of - len(done))
    return visit.go(_PATH, f"entries_{told}", n=len(done))


async def _said(visit: Visit) -> tuple[int, bool | None]:
    """What a decision is about, and which it is; None is neither yes nor no."""
    which = await visit.chosen("id")
    said = (await visit.words("decision"))["decision"]
    return (which[0] if which else 0), {"yes": True, "no": False}.get(said)
