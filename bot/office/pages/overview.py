"""The overview: of each rule how much is done, against its target, and what is overdue where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office import narrowing, words
from bot.office.office import Desk
from bot.office.recent import MANY, Recent
from bot.office.shell import places
from bot.office.visit import Visit, day_of
from core.texts import say
from handlers import window_words
from storage.overdue import Overdue, Tally
from storage.policy import Actor

if TYPE_CHECKING:
    from scheduler.coverage import Covered, Place

AGES: Final = (7, 30, 60)
"""The days between which what is overdue is told apart by age."""

_DAY: Final = timedelta(days=1)


def routes(desk: Desk) -> list[web.RouteDef]:
    """The first page, and one rule by village. Who is told no numbers is led to another page."""

    counts: Recent[_Numbers] = Recent()

    async def show(visit: Visit) -> web.Response:
        if not may(visit.actor):
            return visit.go(places(visit.actor)[0].path)
        return await _show(desk, visit, counts)

    async def show_rule(visit: Visit) -> web.Response:
        return await _rule(desk, visit, counts)

    return [
        desk.get("/office", lambda actor: bool(places(actor)), show),
        desk.get("/office/rules/{rule}/coverage", may, show_rule),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody is told how much is done."""
    return actor.may_count


def oversees(actor: Actor) -> bool:
    """Whether all that others do is somebody's business, not only what some rules ask."""
    return actor.may_export and actor.may_approve


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What the overview counts, at the moment `at`."""

    at: datetime
    rules: Sequence[Covered]
    late: Sequence[Tally]

    @property
    def duties(self) -> int:
        """How many duties were counted for it."""
        return sum(one.total.owed + one.total.exempt for one in self.rules)

    @property
    def places(self) -> set[str]:
        """Where something is overdue."""
        return {one.area_code for one in self.late}

    def told(self, visit: Visit) -> str:
        """From when the numbers are, if they are not counted anew each time; else ''."""
        if self.duties < MANY:
            return ""
        return say(visit.language, "counted.at", at=f"{self.at:%H:%M:%S}")


async def _numbers_of(desk: Desk, visit: Visit, counts: Recent[_Numbers]) -> _Numbers:
    """The numbers of the month and the area that are looked at."""
    from scheduler.coverage import below, coverage

    day, root = last_day(_month(visit), visit.today), root_of(visit)
    assert desk.house.ground is not None
    ground = desk.house.ground()

    async def counted() -> _Numbers:
        async with visit.reading("overview") as uow:
            rules = await coverage(uow, ground, day, root)
            overdue = Overdue(uow.connection, uow.actor, uow.now)
            late = await overdue.tally(root, below(root), AGES)
        return _Numbers(visit.now, rules, late)

    key = (visit.actor.role, visit.actor.area, root, day)
    return await counts.get(key, visit.now, counted, lambda one: one.duties)


async def _show(desk: Desk, visit: Visit, counts: Recent[_Numbers]) -> web.Response:
    month, root = _month(visit), root_of(visit)
    numbers = await _numbers_of(desk, visit, counts)
    async with visit.reading("overview") as uow:
        townships = await uow.areas.below(visit.actor.area or "", 9, narrowing.MOST)
        names = {one.code: one.name for one in townships if len(one.code) == 9}
        places = await words.names_of(uow, numbers.places)
        late = _late(numbers.late, places, partial(_title, desk, visit))
        area = await uow.areas.get(root)
    return desk.shell.page(
        visit,
        "overview.html",
        months=_months(visit, month),
        root=root,
        area=area.name if area else "",
        counted=numbers.told(visit),
        rules=[_line(visit, one) for one in numbers.rules if one.total.owed or one.total.exempt],
        oversees=oversees(visit.actor),
        late=late,
        bands=_bands(numbers.late),
        within=[(code, name) for code, name in names.items() if code != root],
    )


async def _rule(desk: Desk, visit: Visit, counts: Recent[_Numbers]) -> web.Response:
    month, root = _month(visit), root_of(visit)
    name = visit.part("rule")
    numbers = await _numbers_of(desk, visit, counts)
    one = next((one for one in numbers.rules if one.rule_id == name), None)
    one = one or _of_nothing(desk, visit, name, root)
    async with visit.reading("overview") as uow:
        names = await words.names_of(uow, [root, *(each.area_code for each in one.places)])
    return desk.shell.page(
        visit,
        "rule.html",
        oversees=oversees(visit.actor),
        months=_months(visit, month),
        root=root,
        area=names.get(root, ""),
        counted=numbers.told(visit),
        rule=_line(visit, one),
        lists=oversees(visit.actor) and (one.rule is None or one.rule.kind == "visit"),
        source=one.rule.source if one.rule else "",
        villages=[
            _numbers(each, one.target) | {"code": each.area_code, "name": names.get(each.area_code)}
            for each in one.places
        ],
    )


def _of_nothing(desk: Desk, visit: Visit, name: str, root: str) -> Covered:
    """A rule that asks for nothing in a month, such as the one before it began. Raises
    HTTPNotFound for what is none, and for what is not the visitor's business."""
    from scheduler.coverage import Covered, business

    assert desk.house.ground is not None
    ground = desk.house.ground()
    line = ground.book.line(name, root)
    if line is None or not (oversees(visit.actor) or name in business(ground, visit.actor)):
        raise web.HTTPNotFound
    return Covered(name, line.in_force(visit.today) or line.versions[-1], ())


def _line(visit: Visit, one: Covered) -> dict[str, object]:
    title = one.rule.titles.of(visit.language) if one.rule else one.rule_id
    return _numbers(one.total, one.target) | {"id": one.rule_id, "title": title, "met": one.met}


def _numbers(place: Place, target: float | None) -> dict[str, object]:
    """Both numbers, their share in percent (None if nothing is owed), and the target in percent
    (None if the rule names none)."""
    return {
        "done": place.done,
        "owed": place.owed,
        "share": words.percent(place.done, place.owed) or None,
        "target": None if target is None else round(target * 100, 1),
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


def _title(desk: Desk, visit: Visit, one: Tally) -> str:
    """What a rule is called where it is overdue."""
    assert desk.house.ground is not None
    return desk.house.ground().book.title(one.rule_id, one.area_code, visit.today, visit.language)


def _late(
    tallies: Sequence[Tally], names: Mapping[str, str], title: Callable[[Tally], str]
) -> list[dict[str, object]]:
    """What is overdue by place, in the order of their codes."""
    by_place: dict[str, list[Tally]] = defaultdict(list)
    for one in tallies:
        by_place[one.area_code].append(one)
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "n": sum(one.n for one in some),
            "rules": [(one.rule_id, title(one), one.n) for one in some],
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
    return min(day_of(f"{visit.query('month')}-01") or this, this)


def last_day(month: date, today: date) -> date:
    """The last day of a month, or `today` if that comes before."""
    return min((month + 31 * _DAY).replace(day=1) - _DAY, today)


def _months(visit: Visit, month: date) -> dict[str, dict[str, str] | None]:
    """The month shown, the one before it, and the one after it if that has begun."""
    after = (month + 31 * _DAY).replace(day=1)
    return {
        "shown": named(visit, month),
        "before": named(visit, month - _DAY),
        "after": named(visit, after) if after <= visit.today else None,
    }


def named(visit: Visit, month: date) -> dict[str, str]:
    """A month as an address writes it, and as people do."""
    return {"id": f"{month:%Y-%m}", "name": window_words.month(month, visit.language)}
