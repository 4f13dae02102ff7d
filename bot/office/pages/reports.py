"""Reports for paper: counted from records, and the results of inspections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.overview import root_of
from bot.office.pages.records_list import may as reads
from bot.office.sheets import WORKBOOK
from bot.office.visit import Visit
from core.texts import say
from storage.policy import Actor
from storage.submissions import Filter
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from bot.exports.shelf import Problem
    from bot.reports.definition import Report
    from bot.reports.paper import Paper

_TASK_DONE: Final = "task_done"
_TASK: Final = "task_chosen"
_INSPECTIONS: Final = 20  # the newest ones are listed


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, each report and each inspection as a page and as a workbook."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def report(visit: Visit) -> web.Response:
        return await _report(desk, visit)

    async def inspection(visit: Visit) -> web.Response:
        return await _inspection(desk, visit)

    return [
        desk.get("/office/reports", may, show),
        desk.get(
            "/office/reports/inspection/{record:[^/]+?}{suffix:(\\.xlsx)?}", reads, inspection
        ),
        desk.get("/office/reports/{report:[a-z0-9_]+}{suffix:(\\.xlsx)?}", may, report),
    ]


def may(actor: Actor) -> bool:
    """Whether there are reports for somebody."""
    return actor.may_export or bool(actor.powers.reports)


async def _show(desk: Desk, visit: Visit) -> web.Response:
    from bot.reports.inspection import FORM

    async with visit.reading("reports") as uow:
        found, problems = await _reports(desk, uow)
        names = await words.area_names(uow, visit.actor.area or "")
        tasks = await _tasks(uow, visit.language)
        lines = await uow.submissions.list(Filter(form_id=FORM, area=root_of(visit)), _INSPECTIONS)
    return desk.shell.page(
        visit,
        "reports.html",
        query={"area": root_of(visit), "day": visit.query("day")},
        areas=[(code, words.area_path(code, names)) for code in names if len(code) in (6, 9, 12)],
        reports=[
            {
                "id": one.id,
                "title": one.titles.of(visit.language),
                "days": " – ".join(day.isoformat() for day in _days(visit, one)),
                "task": tasks.get(one.task, ""),
            }
            for one in found
        ],
        problems=[
            f"{one.file} {one.where}: "
            + say(visit.language, f"exports.problem.{one.code}", value=one.value)
            for one in (problems if visit.actor.may_administer else ())
        ],
        inspections=[
            (record.instance_id, record.visit_date, words.area_path(record.area_code, names))
            for record, _ in lines
        ],
        reads=reads(visit.actor),
    )


async def _report(desk: Desk, visit: Visit) -> web.Response:
    from bot.reports.counting import paper

    async with visit.reading("report") as uow:
        found, _ = await _reports(desk, uow)
        one = next((one for one in found if one.id == visit.part("report")), None)
        if one is None:
            raise web.HTTPNotFound
        area, days = root_of(visit), _days(visit, one)
        made = await paper(uow, one, area, days, visit.language)
    async with visit.unit("report") as uow:
        await uow.record("export", f"{one.id} {area or '*'} {days[0]}")
    return await _answer(desk, visit, made, f"{made.title} {days[0]:%Y-%m}")


async def _inspection(desk: Desk, visit: Visit) -> web.Response:
    from bot.exports.reading import load
    from bot.reports.inspection import FORM, paper

    async with visit.unit("report") as uow:
        found = await uow.submissions.get(visit.part("record"))
        if found is None or found[0].form_id != FORM:
            raise web.HTTPNotFound
        record = found[0]
        made = paper(await load(uow, record.form_sha256), record.answers, visit.language)
        await uow.record("open", record.instance_id)
    return await _answer(desk, visit, made, f"{made.title} {record.visit_date}")


async def _reports(desk: Desk, uow: UnitOfWork) -> tuple[Sequence[Report], Sequence[Problem]]:
    """Those that are for the visitor, and what is wrong with the files of others."""
    from bot.exports.fitting import fitting
    from bot.reports.shelf import read_all

    found, problems = await asyncio.to_thread(read_all, desk.settings.exports)
    return await fitting(uow, found.values()), problems


def _days(visit: Visit, report: Report) -> tuple[date, date]:
    """The period around the day that the address names; the last one that is over without it."""
    from bot.reports.periods import around, last

    day = visit.day("day")
    return around(report.every, day) if day else last(report.every, visit.today)


async def _tasks(uow: UnitOfWork, language: str) -> Mapping[str, str]:
    """What the tasks are called by whose record a report counts as handed in."""
    from bot.exports.reading import load
    from bot.record_view import RecordView

    version = await uow.forms.latest(_TASK_DONE)
    if version is None:
        return {}
    form = await load(uow, version.sha256)
    task = next(one for one in form.questions if one.name == _TASK)
    return RecordView(form, language).choices(task)


async def _answer(desk: Desk, visit: Visit, made: Paper, name: str) -> web.Response:
    """The paper as a page, or as the workbook that the address asks for."""
    from bot.reports.workbook import workbook

    if not visit.part("suffix"):
        address = f"{visit.request.path}.xlsx"
        query = visit.request.query_string
        file = f"{address}?{query}" if query else address
        return desk.shell.page(visit, "report.html", paper=made, file=file)
    answer = web.Response(body=await asyncio.to_thread(workbook, made), content_type=WORKBOOK)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    answer.headers["Cache-Control"] = "no-store"
    return answer
