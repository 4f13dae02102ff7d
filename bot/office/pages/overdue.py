"""What is overdue: whom it concerns, what closes soonest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from aiohttp import web

from bot.office import narrowing, words
from bot.office.office import Desk
from bot.office.pages.overview import AGES, oversees
from bot.office.recent import Recent
from bot.office.visit import Visit
from storage.overdue import Case, Overdue, Tally

PAGE: Final = 50

_VILLAGE: Final = 12  # digits of a village's code
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which part of the list is wanted, within what the visitor oversees."""

    area: str
    rule: str
    older: int
    younger: int


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list."""

    counts: Recent[Sequence[Tally]] = Recent()

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit, counts)

    return [desk.get("/office/overdue", oversees, show)]


def narrowed(visit: Visit) -> Narrowed:
    """What the address asks for."""
    root = visit.actor.area or ""
    area = visit.query("area")
    older, younger = visit.number("older"), visit.number("younger")
    inside = area.isascii() and area.isdigit() and area.startswith(root)
    return Narrowed(
        area if inside else root,
        visit.query("rule")[:64],
        older if older in AGES else 0,
        younger if younger in AGES else 0,
    )


async def _show(desk: Desk, visit: Visit, counts: Recent[Sequence[Tally]]) -> web.Response:
    root = visit.actor.area or ""
    which, page = narrowed(visit), visit.number("page")

    async def counted() -> Sequence[Tally]:
        async with visit.reading("overdue") as uow:
            return await Overdue(uow.connection, uow.actor, uow.now).tally(root, _VILLAGE, AGES)

    tallies = await counts.get((visit.actor.role, root), visit.now, counted, _in_all)
    async with visit.unit("overdue") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        ages = {"older": which.older, "younger": which.younger}
        known = _in_all(_within(tallies, which)) if len(which.area) <= _VILLAGE else None
        cases, total = await overdue.page(which.area, which.rule, page, PAGE, **ages, total=known)
        areas = narrowing.among({one.area_code for one in tallies}, which.area)
        names = await words.names_of(uow, [*areas, *(one.area_code for one in cases)])
        await uow.record("list_overdue", which.area)
    return desk.shell.page(
        visit,
        "overdue.html",
        query={name: visit.query(name) for name in ("area", "rule")}
        | {"older": str(which.older or ""), "younger": str(which.younger or "")},
        total=total,
        cases=[case_row(desk, visit, one, names) for one in cases],
        page=page,
        pages=-(-total // PAGE),
        ages=AGES,
        gives=visit.actor.may_approve,
        areas=[(code, names.get(code, code)) for code in areas],
        rules=sorted(
            {(one.rule_id, title_in(desk, visit, one.rule_id, which.area)) for one in tallies}
        ),
    )


def _in_all(tallies: Sequence[Tally]) -> int:
    return sum(one.n for one in tallies)


def _within(tallies: Sequence[Tally], which: Narrowed) -> Sequence[Tally]:
    """What of it is wanted: `by_age` is told apart at the `AGES` that can be asked for."""
    ages = AGES.index(which.older) + 1 if which.older else 0
    until = AGES.index(which.younger) + 1 if which.younger else None
    return [
        replace(one, n=sum(one.by_age[ages:until]))
        for one in tallies
        if one.area_code.startswith(which.area) and which.rule in ("", one.rule_id)
    ]


def case_row(
    desk: Desk, visit: Visit, case: Case, names: Mapping[str, str]
) -> dict[str, str | int]:
    """A duty in a line: whom it concerns, what, since when, until when it can still be done."""
    last = last_day(desk, case)
    return {
        "id": case.id,
        "kind": case.kind,
        "code": case.code,
        "surname": case.surname,
        "subject": f"{case.code} {case.surname}".strip(),
        "rule": case.rule_id,
        "title": rule_title(desk, visit, case.rule_id, case.rule_version, case.rule_region),
        "area": words.area_path(case.area_code, names),
        "worker": case.worker or "",
        "period": f"{case.first.isoformat()} – {case.last.isoformat()}",
        "due": case.due_on.isoformat(),
        "days": max((visit.today - case.due_on).days, 0),
        "last": last.isoformat() if last else "",
        "state": case.state,
        "state_name": words.state(visit, case.state),
        "reason": words.reason(visit, case.reason),
    }


def last_day(desk: Desk, case: Case) -> date | None:
    """The last day on which a duty can still be done; None if it can be on any."""
    if case.closes is None:
        return None
    return (case.closes - _INSTANT).astimezone(desk.database.zone).date()


def title_in(desk: Desk, visit: Visit, name: str, area: str) -> str:
    """What a rule is called in an area."""
    assert desk.house.ground is not None
    return desk.house.ground().book.title(name, area, visit.today, visit.language)


def rule_title(desk: Desk, visit: Visit, name: str, version: int, region: str) -> str:
    """What a version of a rule is called; its id if no file has it."""
    assert desk.house.ground is not None
    rule = desk.house.ground().rule(name, version, region)
    return rule.titles.of(visit.language) if rule else name
