"""Tables for other offices, downloaded: of an area and of days, as a workbook or in plain text."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.exports.monthly import plain_tables
from bot.office import sheets, words
from bot.office.office import Desk
from bot.office.pages.overview import last_day, root_of
from bot.office.pages.records_list import may
from bot.office.visit import CHANNEL, Visit
from core.texts import say
from handlers.purposes import PURPOSES
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from bot.exports.definition import Definition
    from bot.exports.shelf import Problem

_LINE: Final = re.compile(r"at line (\d+)")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, and a table as a file."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def send(visit: Visit) -> web.StreamResponse:
        return await _send(desk, visit)

    return [
        desk.get("/office/tables", may, show),
        desk.get("/office/tables/{table}.{format:csv|xlsx}", may, send),
    ]


def _days(visit: Visit) -> tuple[date, date]:
    """The days that the address names, both included; this month where it names none."""
    since = visit.day("since") or visit.today.replace(day=1)
    until = visit.day("until") or last_day(since.replace(day=1), visit.today)
    return since, max(since, until)


async def _show(desk: Desk, visit: Visit) -> web.Response:
    from bot.exports.children import may_tell_of_children

    since, until = _days(visit)
    async with visit.reading("tables") as uow:
        found = await _tables(desk, uow)
        names = await words.area_names(uow, visit.actor.area or "")
        asking = {one.id for one in found if await may_tell_of_children(uow, one)}
        problems = await _problems(desk, visit, uow)
    return desk.shell.page(
        visit,
        "tables.html",
        query={"since": since.isoformat(), "until": until.isoformat(), "area": root_of(visit)},
        areas=[(code, words.area_path(code, names)) for code in names if len(code) in (6, 9, 12)],
        tables=[
            {
                "id": one.id,
                "title": one.titles.of(visit.language),
                "columns": _columns(visit, one),
                "asks": one.id in asking,
            }
            for one in found
        ],
        problems=problems,
    )


async def _problems(desk: Desk, visit: Visit, uow: UnitOfWork) -> list[str]:
    """What is wrong with the county's own tables, for who can see to it: the file, the place in it,
    and why."""
    from bot.exports.checking import misfits
    from bot.exports.shelf import by_file

    if desk.settings.exports is None or not visit.actor.may_administer:
        return []
    folder = desk.settings.exports
    found, problems = await asyncio.to_thread(lambda: by_file(sorted(folder.glob("*.toml"))))
    for file, one in found.items():
        problems += [replace(each, file=file) async for each in misfits(uow, one)]
    return [_fault(visit, one) for one in problems]


def _fault(visit: Visit, one: Problem) -> str:
    why = say(visit.language, f"exports.problem.{one.code}", value=one.value)
    at = _LINE.search(one.value) if one.code == "not_toml" else None
    where = visit.say("tables.line", n=at[1]) if at else one.where
    return " · ".join(each for each in (one.file, where, why) if each)


async def _tables(desk: Desk, uow: UnitOfWork) -> list[Definition]:
    from bot.exports.fitting import fitting

    return await fitting(uow, await asyncio.to_thread(plain_tables, desk.settings.exports))


def _columns(visit: Visit, one: Definition) -> str:
    heads = [column.titles.of(visit.language) for column in one.columns]
    return visit.say("asked_twice.join").join(heads)


async def _send(desk: Desk, visit: Visit) -> web.StreamResponse:
    """The table, written to a file first and then sent piece by piece: it may be long. What may
    tell of children is made for a purpose, asked each time."""
    from bot.exports.making import Asked, Caller, make

    async with visit.reading("tables") as uow:
        found = await _tables(desk, uow)
    one = next((one for one in found if one.id == visit.part("table")), None)
    if one is None:
        raise web.HTTPNotFound
    named = visit.query("purpose")
    what_for = named if named in PURPOSES else ""
    if not what_for and await _tells_of_children(visit, one):
        return _ask_purpose(desk, visit, one)
    kind = visit.part("format")
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{one.id}.{kind}"
        asked = Asked(file, root_of(visit), *_days(visit), visit.language)
        ground = desk.house.ground() if desk.house.ground else None
        caller = Caller(visit.actor, CHANNEL, what_for)
        await make(desk.database, caller, one, asked, ground=ground)
        called = f"{one.titles.of(visit.language)} {asked.since}"
        return await sheets.sent(visit.request, file, called)


async def _tells_of_children(visit: Visit, one: Definition) -> bool:
    from bot.exports.children import may_tell_of_children

    async with visit.reading("tables") as uow:
        return await may_tell_of_children(uow, one)


def _ask_purpose(desk: Desk, visit: Visit, one: Definition) -> web.Response:
    """The question what for; the answer is the same address with a purpose."""
    return desk.shell.page(
        visit,
        "table_purpose.html",
        title=one.titles.of(visit.language),
        query={name: visit.query(name) for name in ("area", "since", "until")},
        purposes=PURPOSES,
    )
