"""What is overdue: whom it concerns, what closes soonest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.overview import may
from bot.office.visit import Visit
from storage.overdue import Case, Overdue

PAGE: Final = 50
_INSTANT: Final = timedelta(microseconds=1)


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [desk.get("/office/overdue", may, show)]


async def _show(desk: Desk, visit: Visit) -> web.Response:
    root = visit.actor.area or ""
    query = {name: visit.query(name) for name in ("area", "rule")}
    wanted = query["area"] if query["area"].startswith(root) else root
    page = visit.number("page")
    async with visit.unit("overdue") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        cases, total = await overdue.page(wanted, query["rule"], page, PAGE)
        tallies = await overdue.tally(root, 12)
        names = await words.area_names(uow, root)
        await uow.record("list_overdue", wanted)
    return desk.shell.page(
        visit,
        "overdue.html",
        query=query,
        total=total,
        cases=[case_row(desk, visit, one, names) for one in cases],
        page=page,
        pages=-(-total // PAGE),
        areas=sorted({(one.area_code, names.get(one.area_code, one.area_code)) for one in tallies}),
        rules=sorted({(one.rule_id, rule_title(desk, visit, one.rule_id)) for one in tallies}),
    )


def case_row(desk: Desk, visit: Visit, case: Case, names: Mapping[str, str]) -> dict[str, object]:
    """A duty in a line: whom it concerns, what, since when, until when it can still be done."""
    last = ""
    if case.closes is not None:
        last = (case.closes - _INSTANT).astimezone(desk.database.zone).date().isoformat()
    return {
        "id": case.id,
        "kind": case.kind,
        "code": case.code,
        "subject": f"{case.code} {case.surname}".strip(),
        "rule": case.rule_id,
        "title": rule_title(desk, visit, case.rule_id, case.rule_version, case.rule_region),
        "area": words.area_path(case.area_code, names),
        "worker": case.worker or "",
        "period": f"{case.first.isoformat()} – {case.last.isoformat()}",
        "due": case.due_on.isoformat(),
        "days": max((visit.today - case.due_on).days, 0),
        "last": last,
        "state": case.state,
        "state_name": words.state(visit, case.state),
    }


def rule_title(
    desk: Desk, visit: Visit, name: str, version: int | None = None, region: str = ""
) -> str:
    """What a rule is called, by its newest version if none is named; its id if no file has it."""
    assert desk.house.ground is not None
    ground = desk.house.ground()
    if version is not None:
        rule = ground.rule(name, version, region)
    else:
        lines = [one for one in ground.book.lines if one.id == name]
        rule = lines[0].versions[-1] if lines else None
    return rule.titles.of(visit.language) if rule else name
