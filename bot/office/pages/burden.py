"""The burden meter, and the questions that several forms ask: both are there to be lowered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from aiohttp import web

from bot.exports.overlaps import Overlap, overlaps
from bot.office import burden_meter, words
from bot.office.burden_meter import KINDS, Usual, Week
from bot.office.charts import rising
from bot.office.office import Desk
from bot.office.pages.overview import oversees, root_of
from bot.office.pages.records_list import may
from bot.office.recent import Recent
from bot.office.visit import Visit


def routes(desk: Desk) -> list[web.RouteDef]:
    """The meter, of which the overview shows the numbers, and what is asked more than once."""
    weeks: Recent[Week] = Recent()

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit, weeks)

    async def asked_twice(visit: Visit) -> web.Response:
        return await _asked_twice(desk, visit)

    return [
        desk.get("/office/burden", oversees, show),
        desk.get("/office/asked-twice", may, asked_twice),
    ]


async def _show(desk: Desk, visit: Visit, kept: Recent[Week]) -> web.Response:
    root = root_of(visit)
    weeks = await _weeks(visit, kept, root)
    async with visit.reading("burden") as uow:
        area = await uow.areas.get(root)
    return desk.shell.page(
        visit,
        "burden.html",
        root=root,
        area=area.name if area else "",
        fewest=burden_meter.FEWEST,
        kinds=[_kind(name, weeks) for name in KINDS],
        weeks=[
            {"monday": one.monday.isoformat(), "workers": one.workers, "spreads": one.spreads}
            for one in weeks
        ],
    )


async def _weeks(visit: Visit, kept: Recent[Week], root: str) -> list[Week]:
    usuals: dict[str, Usual] = {}

    async def weighed(monday: date) -> Week:
        async with visit.reading("burden") as uow:
            if not usuals:
                forms = [one.form_id for one in await uow.forms.offered()]
                usuals.update(await burden_meter.usual(uow, forms, visit.today, root))
            return await burden_meter.week(uow, monday, root, usuals, visit.database.zone)

    found = []
    for monday in burden_meter.mondays(visit.today):
        key = (visit.actor.role, visit.actor.area, root, monday)
        found.append(await kept.get(key, visit.now, partial(weighed, monday)))
    return found


def _kind(name: str, weeks: Sequence[Week]) -> dict[str, object]:
    """What the last week says of one kind, beside the week before, and the bars of all weeks."""
    spreads = [one.spreads.get(name) for one in weeks]
    last, before = spreads[-1], spreads[-2]
    change = 0 if last is None or before is None else round(last.median) - round(before.median)
    return {
        "name": name,
        "median": None if last is None else round(last.median),
        "high": None if last is None else round(last.high),
        "change": change,
        "bars": rising([one.median if one else 0 for one in spreads], "weight"),
    }


async def _asked_twice(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("forms") as uow:
        forms = {}
        for version in await uow.forms.offered():
            forms[version.form_id] = (await desk.house.shelf.get(uow, version.sha256)).form
        titles = await words.form_titles(visit, uow, forms)
    found = overlaps(forms, visit.language)
    return desk.shell.page(
        visit,
        "asked_twice.html",
        asked=[_row(one, titles) for one in found if not one.carried],
        carried=[_row(one, titles) for one in found if one.carried],
    )


def _row(one: Overlap, titles: dict[str, str]) -> dict[str, object]:
    return {
        "label": one.label,
        "n": len(one.forms),
        "forms": [titles[form_id] for form_id in one.forms],
    }
