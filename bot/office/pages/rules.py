"""The visit rules: read in words, and switched on or off for the county."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office.office import Desk
from bot.office.pages.overview import oversees
from bot.office.visit import Visit
from core.texts import say
from storage.policy import Actor

if TYPE_CHECKING:
    from scheduler.ground import Ground
    from scheduler.lines import Line
    from scheduler.rulebook import Rulebook

_PATH: Final = "/office/rules"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, one rule, and its switch."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def one(visit: Visit) -> web.Response:
        return await _one(desk, visit)

    async def switch(visit: Visit) -> web.Response:
        return await _switch(desk, visit)

    return [
        desk.get(_PATH, may, show),
        desk.get(f"{_PATH}/{{rule}}", may, one),
        desk.post(f"{_PATH}/{{rule}}/switch", may_switch, switch),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody oversees others."""
    return actor.may_export


def may_switch(actor: Actor) -> bool:
    """Whether somebody administers the deployment."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    book = (await _ground(desk)).book
    found = []
    for line in _here(book, visit):
        rule = line.in_force(visit.today) or line.versions[-1]
        found.append(
            {
                "id": rule.id,
                "title": rule.titles.of(visit.language),
                "source": rule.source,
                "status": say(visit.language, f"rules.status.{rule.status}"),
                "on": rule.on and rule.holds(visit.today),
                "target": f"{rule.target:.0%}" if rule.target is not None else "",
            }
        )
    found.sort(key=lambda one: (not one["on"], one["id"]))
    return desk.shell.page(visit, "rules.html", rules=found, tries=may_switch(visit.actor))


async def _one(desk: Desk, visit: Visit) -> web.Response:
    from bot import rules_explain
    from scheduler.coverage import business

    ground = await _ground(desk)
    line = next((one for one in _here(ground.book, visit) if one.id == visit.part("rule")), None)
    if line is None:
        raise web.HTTPNotFound
    rule = line.in_force(visit.today) or line.versions[-1]
    on, overseer = rule.on and rule.holds(visit.today), oversees(visit.actor)
    when = rules_explain.When(visit.today, ground.days, ground.zone, visit.language)
    return desk.shell.page(
        visit,
        "rule_words.html",
        id=rule.id,
        name=rule.titles.of(visit.language),
        on=on,
        oversees=overseer,
        counted=on and (overseer or rule.id in business(ground, visit.actor)),
        rows=[
            (when.say(f"field.{field}"), value)
            for field, value in rules_explain.rows(ground.book, line, rule, when)
        ],
        switch=may_switch(visit.actor),
        folder=desk.rules is not None,
    )


def _here(book: Rulebook, visit: Visit) -> list[Line]:
    """The lines that count in the visitor's area, or in a part of it."""
    area = visit.actor.area or ""
    return [one for one in book.lines if area.startswith(one.region) or one.region.startswith(area)]


async def _ground(desk: Desk) -> Ground:
    """The rules as their files stand now."""
    assert desk.house.ground is not None
    return await asyncio.to_thread(desk.house.ground)


async def _switch(desk: Desk, visit: Visit) -> web.Response:
    from bot.office.switches import OverruledError, switched
    from scheduler.rule_problems import RulesError

    name = visit.part("rule")
    said = (await visit.words("on"))["on"]
    book = (await _ground(desk)).book
    if (
        desk.rules is None
        or name not in {one.id for one in book.lines}
        or said not in ("yes", "no")
    ):
        return visit.go(_PATH, "gone")
    async with visit.reading("rules") as uow:
        if not await uow.areas.keeps_all():
            return visit.go(f"{_PATH}/{name}", "of_all_counties")
    try:
        await asyncio.to_thread(switched, desk.rules, name, on=said == "yes")
    except OverruledError:
        return visit.go(f"{_PATH}/{name}", "rule_overruled")
    except (RulesError, OSError):
        return visit.go(f"{_PATH}/{name}", "rule_not_written")
    await asyncio.to_thread(desk.refresh)
    async with visit.unit("rules") as uow:
        await uow.record("switch_on" if said == "yes" else "switch_off", name)
    return visit.go(f"{_PATH}/{name}", "rule_on" if said == "yes" else "rule_off", what=name)
