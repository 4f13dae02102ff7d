"""One duty, and what its supervisor does about it as in the chat: remind of it, or lift it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from aiohttp import web

from bot.office import words
from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages import purpose
from bot.office.pages.overdue import case_row
from bot.office.visit import Visit
from handlers.supervising_duty import lift, reasons_to_lift, remind
from storage.four_eyes import is_own
from storage.overdue import Case, Overdue
from storage.policy import Actor
from storage.unit import UnitOfWork

MOST: Final = 50
"""Duties that are ticked at once."""

_AT_ONCE: Final = 10  # of them in one transaction: whoever chats waits no longer than that
_PURPOSE: Final = "duty"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The duty, what is done about it, and reminding of several."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def remind_one(visit: Visit) -> web.Response:
        return await _remind(desk, visit)

    async def remind_some(visit: Visit) -> web.Response:
        return await _remind_some(desk, visit)

    async def exempt(visit: Visit) -> web.Response:
        return await _exempt(desk, visit)

    return [
        desk.get("/office/duties/{duty}", may, show),
        desk.post("/office/duties/{duty}/remind", may, remind_one),
        desk.post("/office/duties/{duty}/exempt", may, exempt),
        desk.post("/office/overdue/remind", may, remind_some),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody decides about the duties of an area."""
    return actor.may_approve and actor.may_see_people


def acts(desk: Desk, visit: Visit, case: Case) -> dict[str, Any]:
    """What the visitor can do about a duty, for templates: `reasons` to lift it, none where it is
    not theirs to lift."""
    from scheduler.deciding import is_open

    open_to = may(visit.actor) and is_open(case)
    own = is_own(visit.actor, case.account_id)
    reasons = reasons_to_lift(desk.house, case) if open_to and not own else ()
    return {
        "remind": open_to and not own and case.account_id is not None,
        "reasons": [(one, words.reason(visit, one)) for one in reasons],
    }


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit(_PURPOSE) as uow:
        case = await _case(visit, uow)
        question = await purpose.asked_of(desk, visit, uow, case.kind, case.code or None)
        if question is not None:
            return question
        names = await words.names_of(uow, [case.area_code])
        await uow.record("open", case.code or case.area_code)
    return desk.shell.page(
        visit,
        "duty.html",
        duty=case_row(desk, visit, case, names) | acts(desk, visit, case),
        role=words.role(visit, case.role),
    )


async def _remind(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit(_PURPOSE) as uow:
        case = await _case(visit, uow)
        if not acts(desk, visit, case)["remind"]:
            return visit.go(await _back(visit, case), "gone")
        nudged = await remind(await turn_of(desk, visit, uow), case)
    told = {"now": "reminded", "already": "reminded_before", "enough": "reminded_often"}[nudged]
    return visit.go(await _back(visit, case), told, to=case.worker)


async def _remind_some(desk: Desk, visit: Visit) -> web.Response:
    """Each of the ticked duties once; who was reminded often today is left alone."""
    numbers = (await visit.chosen("duty"))[:MOST]
    came: Counter[str] = Counter()
    for start in range(0, len(numbers), _AT_ONCE):
        async with visit.unit(_PURPOSE) as uow:
            turn = await turn_of(desk, visit, uow)
            overdue = Overdue(uow.connection, uow.actor, uow.now)
            for case in await overdue.some(numbers[start : start + _AT_ONCE]):
                may_remind = acts(desk, visit, case)["remind"]
                done = may_remind and await remind(turn, case) == "now"
                came["now" if done else "not"] += 1
    after = await _inside(visit, "/office/overdue")
    if not came:
        return visit.go(after, "none_chosen")
    told = "reminded_some" if came["not"] else "reminded_all"
    return visit.go(after, told, n=came["now"], what=came["not"])


async def _exempt(desk: Desk, visit: Visit) -> web.Response:
    reason = (await visit.words("reason"))["reason"]
    async with visit.unit(_PURPOSE) as uow:
        case = await _case(visit, uow)
        after = await _back(visit, case)
        if await purpose.asked_of(desk, visit, uow, case.kind, case.code or None) is not None:
            return visit.go(f"/office/duties/{case.id}")
        if is_own(visit.actor, case.account_id):
            return visit.go(after, "own_work")
        if reason not in reasons_to_lift(desk.house, case):
            return visit.go(after, "no_reason_chosen")
        done = await lift(await turn_of(desk, visit, uow), case, reason)
    return visit.go(after, "exempted" if done else "gone")


async def _case(visit: Visit, uow: UnitOfWork) -> Case:
    number = visit.part_number("duty")
    found = await Overdue(uow.connection, uow.actor, uow.now).one(number) if number else None
    if found is None:
        raise web.HTTPNotFound
    return found


async def _back(visit: Visit, case: Case) -> str:
    """To the page that the button stood on."""
    return await _inside(visit, f"/office/duties/{case.id}")


async def _inside(visit: Visit, default: str) -> str:
    after = (await visit.words("after"))["after"]
    known = after.startswith(("/office/register/", "/office/overdue?", "/office/duties/"))
    return after if known and after.isprintable() and len(after) < 500 else default
