"""Changing a person's tags or household, or where a household lives: with a reason, at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.register_imports import may
from bot.office.pages.register_words import tag, teller
from bot.office.visit import Visit
from bot.register.applying import changes_of
from bot.register.columns import tags as all_tags
from core.sensitive import hide
from scheduler.ground import Ground
from scheduler.reckoning import reckon_home
from scheduler.relocating import move_home, rehouse
from storage.register import PersonFile, Subject
from storage.register_edits import Edit, RegisterEdits
from storage.unit import UnitOfWork

LONGEST: Final = 100
_PURPOSE: Final = "register"


def routes(desk: Desk) -> list[web.RouteDef]:
    """What is done about a person, and about a household."""

    async def retag(visit: Visit) -> web.Response:
        return await _retag(desk, visit)

    async def regroup(visit: Visit) -> web.Response:
        return await _rehouse(desk, visit)

    async def move(visit: Visit) -> web.Response:
        return await _move(desk, visit)

    return [
        desk.post("/office/register/person/{code}/tags", may, retag),
        desk.post("/office/register/person/{code}/household", may, regroup),
        desk.post("/office/register/household/{code}/area", may, move),
    ]


async def editing(
    visit: Visit, uow: UnitOfWork, subject: Subject, person: PersonFile | None
) -> dict[str, Any] | None:
    """What the page of a subject needs to change it; None for who may not."""
    if not may(visit.actor):
        return None
    edits = await RegisterEdits(uow.connection, uow.actor, uow.now).of(subject.kind, subject.id)
    names = await words.area_names(uow, visit.actor.area or "")
    held = set(person.tags) if person else set()
    return {
        "tell": teller(visit),
        "path": f"/office/register/{subject.kind}/{subject.code}",
        "longest": LONGEST,
        "left": person is not None and not await _is_here(uow, person),
        "tags": [
            (one, tag(visit, one), one in held) for one in dict.fromkeys((*all_tags(), *held))
        ],
        "areas": [] if person else await _offered(visit, uow, names),
        "area": subject.area_code,
        "edits": [_edit(visit, one, names) for one in edits],
    }


async def _retag(desk: Desk, visit: Visit) -> web.Response:
    sent = await visit.posted()
    wanted, shown = (
        {one for one in sent.getall(name, []) if isinstance(one, str)} for name in ("tag", "shown")
    )
    async with visit.unit(_PURPOSE) as uow:
        person, path = await _person(visit, uow)
        if not await _is_here(uow, person):
            return visit.go(path, "has_left", what=person.code)
        held = set(person.tags)  # what was ticked or not since the page was made stays
        begun = sorted((wanted - shown - held) & set(all_tags()))
        ended = sorted((shown - wanted) & held)
        reason = await _reason(visit)
        if not reason or not (begun or ended):
            return _refused(visit, path, reason)
        changes = changes_of(uow)
        for one in begun:
            await changes.begin_tag(person.id, one, "office")
        for one in ended:
            await changes.end_tag(person.id, one)
        await reckon_home(uow, _rules(desk), person.id, person.household_id)
        detail = {"begun": begun, "ended": ended}
        await _keep(uow, person.subject, "tags", detail, reason)
    return visit.go(path, "tags_changed", what=person.code)


async def _rehouse(desk: Desk, visit: Visit) -> web.Response:
    code = (await visit.words("household"))["household"].upper()
    async with visit.unit(_PURPOSE) as uow:
        person, path = await _person(visit, uow)
        if not await _is_here(uow, person):
            return visit.go(path, "has_left", what=person.code)
        reason = await _reason(visit)
        if not reason:
            return _refused(visit, path, reason)
        home = await uow.register.household(code)
        former = (await changes_of(uow).homes_by_id([person.household_id]))[person.household_id]
        inside = home is not None and visit.actor.covers(home.area_code)
        if home is None or not inside or home.id == person.household_id:
            return visit.go(path, "no_home")
        if person.head:
            await changes_of(uow).set_person(person.id, {"head": False})
        await rehouse(uow, _rules(desk), person.id, home.id)
        detail = {"old": former.code, "new": home.code}
        await _keep(uow, person.subject, "household", detail, reason)
    return visit.go(path, "rehoused", what=person.code)


async def _move(desk: Desk, visit: Visit) -> web.Response:
    to = (await visit.words("area"))["area"]
    async with visit.unit(_PURPOSE) as uow:
        home = await uow.register.household(visit.part("code").upper())
        if home is None or not visit.actor.covers(home.area_code):
            raise web.HTTPNotFound
        path, reason = f"/office/register/household/{home.code}", await _reason(visit)
        known = to in {code for code, _ in await _offered(visit, uow, {})}
        if not reason or not known or to == home.area_code:
            return _refused(visit, path, reason)
        await move_home(uow, _rules(desk), home.id, to)
        await _keep(uow, home, "area", {"old": home.area_code, "new": to}, reason)
    return visit.go(path, "home_moved", what=home.code)


async def _person(visit: Visit, uow: UnitOfWork) -> tuple[PersonFile, str]:
    """Who is to be changed, and their page. In an emergency a file is opened, not changed."""
    person = await uow.register.person(visit.part("code").upper())
    if person is None or not visit.actor.covers(person.area_code):
        raise web.HTTPNotFound
    return person, f"/office/register/person/{person.code}"


async def _is_here(uow: UnitOfWork, person: PersonFile) -> bool:
    """Whether somebody has neither moved away nor died."""
    found = await changes_of(uow).people([person.id])
    return found[person.id].state == "active"


async def _reason(visit: Visit) -> str:
    """Why, without numbers that nobody asked for; '' if nothing fit to keep was written."""
    typed = " ".join((await visit.words("reason"))["reason"].split())
    return hide(typed) if len(typed) <= LONGEST else ""


def _refused(visit: Visit, path: str, reason: str) -> web.Response:
    return visit.go(path, "nothing_changed" if reason else "why_missing", n=LONGEST)


async def _keep(
    uow: UnitOfWork, subject: Subject, what: str, detail: Mapping[str, Any], reason: str
) -> None:
    edits = RegisterEdits(uow.connection, uow.actor, uow.now)
    await edits.add(subject.kind, subject.id, what, detail, reason)
    await uow.record(f"change_{what}", subject.code)


def _rules(desk: Desk) -> Ground:
    assert desk.house.ground is not None
    return desk.house.ground()


async def _offered(
    visit: Visit, uow: UnitOfWork, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Where households may live: grids, and villages that have none."""
    areas = await uow.areas.all(visit.actor.area or "")
    parents = {one.parent for one in areas}
    lowest = [one for one in areas if one.level in ("village", "grid") and one.code not in parents]
    return [(one.code, words.area_path(one.code, names)) for one in lowest]


def _edit(visit: Visit, one: Edit, names: Mapping[str, str]) -> dict[str, object]:
    tell, detail = teller(visit), one.detail
    if one.what == "tags":
        told = [tell("part.begins", tag=tag(visit, name)) for name in detail["begun"]]
        told += [tell("part.ends", tag=tag(visit, name)) for name in detail["ended"]]
    elif one.what == "household":
        told = [tell("edit.rehoused", **detail)]
    else:
        old, new = (words.area_path(detail[name], names) for name in ("old", "new"))
        told = [tell("edit.moved", old=old, new=new)]
    at: date = one.at.astimezone(visit.database.zone)
    return {"at": f"{at:%Y-%m-%d}", "told": told, "reason": one.reason, "by": one.account}
