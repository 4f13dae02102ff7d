"""The overview: of each rule how much is done, against its target, and what is overdue where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.visit import Visit
from storage.overdue import Overdue, Tally
from storage.policy import Actor

if TYPE_CHECKING:
    from scheduler.coverage import Covered, Place

AGES: Final = (7, 30, 60)
"""The days between which what is overdue is told apart by age."""

_DAY: Final = timedelta(days=1)


def routes(desk: Desk) -> list[web.RouteDef]:
    """The first page, and one rule by village."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def show_rule(visit: Visit) -> web.Response:
        return await _rule(desk, visit)

    return [
        desk.get("/office", may, show),
        desk.get("/office/rules/{rule}/coverage", may, show_rule),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody reads what others do."""
    return actor.may_export


def oversees(actor: Actor) -> bool:
    """Whether all that others do is somebody's business, not only what some rules ask."""
    return actor.may_export and actor.may_approve


async def _show(desk: Desk, visit: Visit) -> web.Response:
    from scheduler.coverage import below, coverage

    month, root = _month(visit), root_of(visit)
    assert desk.house.ground is not None
    async with visit.reading("overview") as uow:
        found = await coverage(uow, desk.house.ground(), last_day(month, visit.today), root)
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        tallies = await overdue.tally(root, below(root), AGES)
        names = await words.area_names(uow, visit.actor.area or "")
    return desk.shell.page(
        visit,
        "overview.html",
        months=_months(month, visit.today),
        root=root,
        area=names.get(root, ""),
        rules=[_line(visit, one) for one in found if one.total.owed or one.total.exempt],
        oversees=oversees(visit.actor),
        late=_late(tallies, names),
        bands=_bands(tallies),
        within=[(code, name) for code, name in names.items() if len(code) == 9 and code != root],
    )


async def _rule(desk: Desk, visit: Visit) -> web.Response:
    from scheduler.coverage import coverage

    month, root = _month(visit), root_of(visit)
    name = visit.part("rule")
    assert desk.house.ground is not None
    async with visit.reading("overview") as uow:
        day = last_day(month, visit.today)
        found = await coverage(uow, desk.house.ground(), day, root, [name])
        names = await words.area_names(uow, visit.actor.area or "")
    if not found:
        raise web.HTTPNotFound
    (one,) = found
    return desk.shell.page(
        visit,
        "rule.html",
        oversees=oversees(visit.actor),
        months=_months(month, visit.today),
        root=root,
        area=names.get(root, ""),
        rule=_line(visit, one),
        source=one.rule.source if one.rule else "",
        villages=[
            _numbers(each, one.target) | {"code": each.area_code, "name": names.get(each.area_code)}
            for each in one.places
        ],
    )


def _line(visit: Visit, one: Covered) -> dict[str, object]:
    title = one.rule.titles.of(visit.language) if one.rule else one.rule_id
    return _numbers(one.total, one.target) | {"id": one.rule_id, "title": title, "met": one.met}


def _numbers(place: Place, target: float | None) -> dict[str, object]:
    """Both numbers, their share in percent (None if nothing is owed), and the target in percent."""
    return {
        "done": place.done,
        "owed": place.owed,
        "share": words.percent(place.done, place.owed) or None,
        "target": round((1.0 if target is None else target) * 100, 1),
        "late": place.late,
        "overdue": place.overdue,
        "exempt": place.exempt,
    }


def _bands(tallies: Sequence[Tally]) -> list[dict[str, int]]:
    """How much is overdue by age, in days from `since` on and before `until`; 0 is no end."""
    edges = (0, *AGES, 0)
    ages = [sum(some) for some in zip(*(one.by_age for one in tallies), strict=True)]
    ages = ages or [0] * (len(edges) - 1)
    most = max(ages) or 1
    return [
        {"since": since, "until": until, "n": n, "width": round(100 * n / most)}
        for since, until, n in zip(edges, edges[1:], ages, strict=False)
    ]


def _late(tallies: Sequence[Tally], names: Mapping[str, str]) -> list[dict[str, object]]:
    """What is overdue by place, in the order of their codes."""
    by_place: dict[str, list[Tally]] = defaultdict(list)
    for one in tallies:
        by_place[one.area_code].append(one)
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "n": sum(one.n for one in some),
            "rules": some,
        }
        for code, some in by_place.items()
    ]


def root_of(visit: Visit) -> str:
    """The area that is looked at, within the visitor's own."""
    own = visit.actor.area or ""
    wanted = visit.query("area")
    return wanted if wanted.isdigit() and wanted.startswith(own) else own


# --- months --------------------------------------------------------------------------------------


def _month(visit: Visit) -> date:
    """The first day of the month that the address names (``2026-11``), or of this one."""
    this = visit.today.replace(day=1)
    try:
        return min(date.fromisoformat(f"{visit.query('month')}-01"), this)
    except ValueError:
        return this


def last_day(month: date, today: date) -> date:
    """The last day of a month, or `today` if that comes before."""
    return min((month + 31 * _DAY).replace(day=1) - _DAY, today)


def _months(month: date, today: date) -> dict[str, str]:
    """The month shown, and those before and after it."""
    after = (month + 31 * _DAY).replace(day=1)
    return {
        "shown": f"{month:%Y-%m}",
        "before": f"{month - _DAY:%Y-%m}",
        "after": f"{after:%Y-%m}" if after <= today else "",
    }
