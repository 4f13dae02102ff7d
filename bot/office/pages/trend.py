"""The trend: how much was done of what was owed, in each of the last twelve months."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.charts import stacked
from bot.office.office import Desk
from bot.office.pages.overview import last_day, may, named, oversees, root_of
from bot.office.recent import Recent
from bot.office.visit import Visit
from storage.trend import Settled, Trend

MONTHS: Final = 12
_DAY: Final = timedelta(days=1)


def routes(desk: Desk) -> list[web.RouteDef]:
    """The page, of which the overview shows the chart."""
    months: Recent[Settled] = Recent()

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit, months)

    return [desk.get("/office/trend", may, show)]


def months_until(today: date) -> list[date]:
    """The first days of the last twelve months, this one the last."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - _DAY).replace(day=1))
    return found[::-1]


async def _show(desk: Desk, visit: Visit, kept: Recent[Settled]) -> web.Response:
    root = root_of(visit)
    rules = _rules(desk, visit)
    found = [
        (month, await _settled(visit, kept, month, root, rules))
        for month in months_until(visit.today)
    ]
    async with visit.reading("trend") as uow:
        area = await uow.areas.get(root)
    columns = [
        [("on_time", one.in_time / (one.owed or 1)), ("late", one.late / (one.owed or 1))]
        for _, one in found
    ]
    return desk.shell.page(
        visit,
        "trend.html",
        root=root,
        area=area.name if area else "",
        bars=stacked(columns),
        months=[
            {
                **named(visit, month),
                "n": month.month,
                "owed": one.owed,
                "in_time": one.in_time,
                "late": one.late,
                "share": words.percent(one.done, one.owed),
            }
            for month, one in found
        ],
    )


def _rules(desk: Desk, visit: Visit) -> Collection[str]:
    """The rules that are told of; none named: all."""
    from scheduler.coverage import business

    assert desk.house.ground is not None
    return () if oversees(visit.actor) else business(desk.house.ground(), visit.actor)


async def _settled(
    visit: Visit, kept: Recent[Settled], month: date, root: str, rules: Collection[str]
) -> Settled:
    """The numbers of a month. One that is over is not counted anew each time."""

    async def counted() -> Settled:
        async with visit.reading("trend") as uow:
            trend = Trend(uow.connection, uow.actor, uow.now)
            return await trend.between(month, last_day(month, date.max), root, rules)

    key = (visit.actor.role, visit.actor.area, root, month)
    over = month < visit.today.replace(day=1)
    return await kept.get(key, visit.now, counted, None if over else (lambda one: one.owed))
