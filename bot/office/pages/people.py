"""Who works in the visitor's area: letting in, keeping out, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.office import narrowing, words
from bot.office.office import Desk
from bot.office.visit import Visit
from handlers import letting_in
from handlers.inviting import LONGEST
from handlers.staff import acts
from handlers.staff_page import state
from storage.accounts import Account
from storage.invites import TOKEN_LIFE
from storage.names import surname
from storage.policy import POWERS, Actor, Role
from storage.unit import UnitOfWork

PAGE: Final = 50
_PATH: Final = "/office/people"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, an invite, and what is done about one account."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def invite(visit: Visit) -> web.Response:
        return await _invite(desk, visit)

    async def act(visit: Visit) -> web.Response:
        return await _act(desk, visit)

    return [
        desk.get(_PATH, may, show),
        desk.post(_PATH, may, invite),
        desk.post(f"{_PATH}/{{account}}", may, act),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody lets others in."""
    return bool(actor.powers.invites) and actor.area is not None


async def _show(desk: Desk, visit: Visit) -> web.Response:
    own, role = visit.actor.area or "", _role(visit)
    area, query = _area(visit), visit.query("q")[:LONGEST]
    async with visit.reading("people") as uow:
        everyone = await uow.accounts.all(area, role)
        found = [one for one in everyone if _is_meant(one, query) and not _is_self(visit, one)]
        page = min(visit.number("page"), max(0, (len(found) - 1) // PAGE))
        shown = found[page * PAGE : (page + 1) * PAGE]
        offer = await narrowing.offered(uow, own, area)
        offered = {one.code: one for one in offer.areas}
        home = await uow.areas.get(own)
        names = await words.names_of(uow, [*offered, *(one.area_code for one in shown)])
    levels = {POWERS[one].level for one in visit.actor.powers.invites}
    to_work_in = [one for one in (home, *offered.values()) if one and one.level in levels]
    return desk.shell.page(
        visit,
        "people.html",
        query={"q": query, "role": role or "", "area": area if area != own else ""},
        total=len(found),
        page=page,
        pages=-(-len(found) // PAGE),
        people=[_row(visit, one, names) for one in shown],
        roles=[
            {
                "id": one.value,
                "name": words.role(visit, one),
                "level": words.level(visit, POWERS[one].level),
            }
            for one in visit.actor.powers.invites
        ],
        within=[(code, words.area_path(code, names)) for code in offered if code != own],
        areas=[
            {
                "code": one.code,
                "name": words.area_path(one.code, names | {one.code: one.name}),
                "level": words.level(visit, one.level),
            }
            for one in {one.code: one for one in to_work_in}.values()
        ],
        deeper=not offer.all and bool(levels - {one.level for one in to_work_in}),
        longest=LONGEST,
    )


def _role(visit: Visit) -> Role | None:
    return next((one for one in visit.actor.powers.invites if one == visit.query("role")), None)


def _area(visit: Visit) -> str:
    """Where they work whom the address asks for, in the visitor's own area."""
    area, own = visit.query("area"), visit.actor.area or ""
    return area[:15] if area.isascii() and area.isdigit() and area.startswith(own) else own


def _is_meant(one: Account, query: str) -> bool:
    """Whether an account's code begins with what was typed, or it stands in the name."""
    return one.code.startswith(query.upper()) or query.casefold() in one.name.casefold()


def _is_self(visit: Visit, one: Account) -> bool:
    return one.id == visit.actor.account_id


def _row(visit: Visit, one: Account, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "code": one.code,
        "surname": surname(one.name),
        "role": words.role(visit, one.role),
        "area": words.area_path(one.area_code, names),
        "state": state(one),
        "acts": acts(one),
    }


async def _invite(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("role", "area", "name")
    role = next((one for one in visit.actor.powers.invites if one == said["role"]), None)
    if role is None or not _is_name(said["name"]):
        return visit.go(_PATH, "bad_name" if role else "gone", n=LONGEST)
    async with visit.unit("people") as uow:
        area = await uow.areas.get(said["area"])
        fits = area is not None and area.level == POWERS[role].level
        if not fits or not visit.actor.may_invite(role, said["area"]):
            return visit.go(_PATH, "bad_area")
        new = await uow.accounts.add(said["name"], role, said["area"])
        return await _handed_out(desk, visit, uow, new)


async def _act(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("act", "name")
    async with visit.unit("people") as uow:
        one = await uow.accounts.by_code(visit.part("account"))
        if one is None or one.id == visit.actor.account_id or said["act"] not in acts(one):
            return visit.go(_PATH, "gone")
        match said["act"]:
            case "again":
                return await _handed_out(desk, visit, uow, one)
            case "hand_over":
                if not _is_name(said["name"]):
                    return visit.go(_PATH, "bad_name", n=LONGEST)
                new = await uow.accounts.hand_over(one.id, said["name"])
                await uow.record("hand_over", f"{one.code}:{new.code}")
                return await _handed_out(desk, visit, uow, new)
            case "confirm":
                try:
                    await uow.accounts.confirm(one.id)
                except PermissionError:
                    return visit.go(_PATH, "another_confirms")
            case "suspend":
                await uow.accounts.hold(one.id, "suspended")
            case _:
                await uow.accounts.open(one.id)
        await uow.record(said["act"], one.code)
    return visit.go(_PATH, f"person_{said['act']}", what=one.code)


async def _handed_out(desk: Desk, visit: Visit, uow: UnitOfWork, one: Account) -> web.Response:
    """A new code and a sign-in link, shown here and never again: they stand in no address, so there
    is no page to go on to. Those before are void."""
    one, code = await letting_in.code_for(uow, one)
    token = await uow.invites.issue("web", account_id=one.id)
    link = f"https://t.me/{desk.house.bot}?start={code}" if desk.house.bot else ""
    return desk.shell.page(
        visit,
        "invited.html",
        account=one.code,
        surname=surname(one.name),
        role=words.role(visit, one.role),
        code=code,
        by_messenger=bool(link or desk.settings.telegram_token),
        link=link,
        days=TOKEN_LIFE["messenger"].days,
        web=f"{desk.settings.base_url}/sign-in/{token}",
        hours=TOKEN_LIFE["web"] // timedelta(hours=1),
        pending=one.held == "pending",
    )


def _is_name(typed: str) -> bool:
    return 0 < len(typed) <= LONGEST and not any(sign.isdigit() for sign in typed)
