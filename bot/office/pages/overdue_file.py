"""The list of what is overdue as a file: all of it, however much that is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office import sheets, words
from bot.office.office import Desk
from bot.office.pages.overdue import Narrowed, last_day, narrowed, rule_title
from bot.office.pages.overview import oversees
from bot.office.visit import Visit
from core.texts import say
from storage.overdue import Case, Overdue

if TYPE_CHECKING:
    from bot.exports.cells import Value
    from bot.exports.formats import Head

_COLUMNS: Final = (
    "code",
    "surname",
    "title",
    "area",
    "due",
    "days",
    "last",
    "worker",
    "state_name",
)


def routes(desk: Desk) -> list[web.RouteDef]:
    """The one route."""

    async def send(visit: Visit) -> web.StreamResponse:
        return await _send(desk, visit)

    return [desk.get("/office/overdue/file.{format:csv|xlsx}", oversees, send)]


async def _send(desk: Desk, visit: Visit) -> web.StreamResponse:
    which = narrowed(visit)
    name = f"{visit.say('place.overdue')}-{visit.today.isoformat()}"
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"overdue.{visit.part('format')}"
        count = await _write(desk, visit, which, file)
        async with visit.unit("overdue") as uow:
            await uow.record("export", f"overdue {which.area} {count}")
        return await sheets.sent(visit.request, file, name)


async def _write(desk: Desk, visit: Visit, which: Narrowed, file: Path) -> int:
    """Write the file, some rows at a time; how many there are."""
    from bot.exports.cells import Line
    from bot.exports.formats import writer

    count = 0
    ages = {"older": which.older, "younger": which.younger}
    async with visit.reading("overdue") as uow:
        names = await words.area_names(uow, visit.actor.area or "")
        made = writer(file.suffix[1:], file, _head(visit, names.get(which.area, which.area)))
        try:
            found = Overdue(uow.connection, uow.actor, uow.now)
            async for cases in found.chunks(which.area, which.rule, **ages):
                for one in cases:
                    made.row(Line(_cells(desk, visit, one, names)))
                count += len(cases)
                await asyncio.sleep(0)  # the chat goes first
            await asyncio.to_thread(made.close)
        except BaseException:
            with suppress(Exception):
                made.abandon()
            raise
    return count


def _head(visit: Visit, area: str) -> Head:
    from bot.exports.formats import Head

    about = {
        "title": visit.say("place.overdue"),
        "area": area or say(visit.language, "exports.about.all"),
        "made": f"{visit.now:%Y-%m-%d %H:%M}",
        "care": say(visit.language, "exports.about.careful"),
    }
    return Head(
        title=visit.say("place.overdue"),
        titles=[visit.say(f"overdue.head.{name}") for name in _COLUMNS],
        keys=_COLUMNS,
        about=[(say(visit.language, f"exports.about.{key}"), one) for key, one in about.items()],
        about_title=say(visit.language, "exports.about.sheet"),
    )


def _cells(desk: Desk, visit: Visit, case: Case, names: Mapping[str, str]) -> list[Value]:
    return [
        case.code,
        case.surname,
        rule_title(desk, visit, case.rule_id, case.rule_version, case.rule_region),
        words.area_path(case.area_code, names),
        case.due_on,
        max((visit.today - case.due_on).days, 0),
        last_day(desk, case),
        case.worker or "",
        words.state(visit, case.state),
    ]
