"""Giving ticked duties to somebody else: looked at once more before it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages.approvals import may
from bot.office.pages.overdue import case_row
from bot.office.visit import Visit
from core.texts import say
from handlers.supervising_giving import give_some
from storage.overdue import Case, Overdue
from storage.policy import Role
from storage.reassigning import Reassigning
from storage.takers import left_behind, why_not
from storage.unit import UnitOfWork

MOST: Final = 200
"""Duties at once: some pages of the list."""

_COLLEAGUES: Final = 200


def routes(desk: Desk) -> list[web.RouteDef]:
    """To whom, and the deed."""

    async def ask(visit: Visit) -> web.Response:
        return await _ask(desk, visit)

    async def give(visit: Visit) -> web.Response:
        return await _give(desk, visit)

    return [
        desk.post("/office/overdue/reassign", may, ask),
        desk.post("/office/overdue/give", may, give),
    ]


async def _ask(desk: Desk, visit: Visit) -> web.Response:
    """The chosen duties, and who could take them: nothing is changed yet."""
    async with visit.reading("reassign") as uow:
        cases = await _chosen(visit, uow)
        if not cases:
            return visit.go("/office/overdue", "none_chosen")
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        colleagues, _ = await reassigning.colleagues(_middle(cases), None, 0, _COLLEAGUES)
        homes = {one.household_id for one in cases if one.household_id is not None}
        stay = await _left_behind(uow, homes, {one.role for one in colleagues})
        if all(one.household_id is not None for one in cases):
            # whoever could take none of them is not offered
            colleagues = [one for one in colleagues if len(stay[one.role]) < len(homes)]
        names = await words.area_names(uow, visit.actor.area or "")
        names |= await words.names_of(uow, {one.area_code for one in colleagues})
    return desk.shell.page(
        visit,
        "reassign.html",
        cases=[case_row(desk, visit, one, names) for one in cases],
        homes=len(homes),
        colleagues=[
            {
                "id": one.id,
                "name": f"{one.code} {one.surname}",
                "role": words.role(visit, one.role),
                "area": words.area_path(one.area_code, names),
                "n": one.open,
                "stay": stay[one.role],
                "why": say(visit.language, f"supervise.give.why.{why_not(one.role)}"),
            }
            for one in colleagues
        ],
    )


async def _give(desk: Desk, visit: Visit) -> web.Response:
    to = await visit.chosen("to")
    async with visit.unit("reassign") as uow:
        cases = await _chosen(visit, uow)
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        successor = await reassigning.colleague(_middle(cases), to[0]) if to and cases else None
        if successor is None:
            return visit.go("/office/overdue", "none_chosen")
        n = await give_some(await turn_of(desk, visit, uow), cases, successor)
    return visit.go("/office/overdue", "given", n=n, to=successor.code)


async def _chosen(visit: Visit, uow: UnitOfWork) -> Sequence[Case]:
    numbers = (await visit.chosen("duty"))[:MOST]
    found = await Overdue(uow.connection, uow.actor, uow.now).some(numbers)
    return [one for one in found if one.state == "overdue"]


async def _left_behind(
    uow: UnitOfWork, homes: Collection[int], roles: Collection[Role]
) -> Mapping[Role, Sequence[str]]:
    """The codes of those of some homes that can't go to each of some roles."""
    return {role: await left_behind(uow.connection, role, homes, uow.today) for role in roles}


def _middle(cases: Sequence[Case]) -> str:
    """The area that all of them lie in."""
    first, last = min(one.area_code for one in cases), max(one.area_code for one in cases)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(digit for digit, _ in same)
