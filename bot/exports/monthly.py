"""The tables of a month as a chat hands them over: small ones, whole, for who oversees an area."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from core.texts import say
from handlers.turn import Table

if TYPE_CHECKING:  # loaded by the first who asks: a start stays quick
    from collections.abc import Callable

    from bot.exports.definition import Definition
    from bot.reports.definition import Report
    from scheduler.ground import Ground
    from storage.unit import UnitOfWork

_INSPECTION: Final = "inspection-"  # no table and no report may be called so
_LAST: Final = 3  # inspections that are offered, the newest first

MOST: Final = 2_000
"""Rows of a file that a chat hands over: more of them are for the office."""


@dataclass(frozen=True, slots=True)
class MonthlyTables:
    """The built-in tables and those in the county's folder `own`; `ground` tells what rules are
    called. What may only be sealed is not among them."""

    own: Path | None
    ground: Callable[[], Ground]

    async def offered(self, uow: UnitOfWork, language: str) -> Sequence[Table]:
        """Each table and each report that is for the actor, and the last inspections."""
        from bot.exports.fitting import fitting

        found = await fitting(uow, await asyncio.to_thread(_all, self.own))
        monthly = [Table(one.id, one.titles.of(language)) for one in found]
        return [*monthly, *await _inspections(uow, language)]

    async def may_tell_of_children(self, uow: UnitOfWork, table: str) -> bool:
        """Whether a table may hold more of a child than code and surname."""
        from bot.exports.children import may_tell_of_children
        from bot.exports.definition import Definition

        found = await self._named(table)
        return isinstance(found, Definition) and await may_tell_of_children(uow, found)

    async def make(
        self, uow: UnitOfWork, table: str, area: str, days: tuple[date, date], language: str
    ) -> bytes | None:
        """A workbook of the rows of `days`, both included, that the actor of `uow` may see; of a
        report the period that the first of them lies in. None if there is no such table, or if it
        has more than `MOST` rows."""
        if table.startswith(_INSPECTION):
            return await _inspection(uow, table.removeprefix(_INSPECTION), language)
        from bot.exports.definition import Definition
        from bot.exports.making import Asked, wanted, write
        from bot.exports.reading import Reading

        definition = await self._named(table)
        if definition is None:
            return None
        if not isinstance(definition, Definition):
            return await _report(uow, definition, area, days[0], language)
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{table}.xlsx"
            asked = Asked(file, area, *days, language)
            which = wanted(definition, asked, uow.today)
            if await Reading(uow, definition, which, language).count() > MOST:
                return None
            await write(uow, definition, asked, file, "xlsx", ground=self.ground())
            return await asyncio.to_thread(file.read_bytes)

    async def _named(self, table: str) -> Definition | Report | None:
        found = await asyncio.to_thread(_all, self.own)
        return next((one for one in found if one.id == table), None)


async def _report(
    uow: UnitOfWork, report: Report, area: str, day: date, language: str
) -> bytes | None:
    from bot.reports.counting import count, paper
    from bot.reports.periods import around
    from bot.reports.workbook import workbook

    days = around(report.every, day)
    if await count(uow, report, area, days) > MOST:
        return None
    made = await paper(uow, report, area, days, language)
    return await asyncio.to_thread(workbook, made)


async def _inspections(uow: UnitOfWork, language: str) -> list[Table]:
    if not uow.actor.may_export:
        return []
    from bot.reports.inspection import FORM
    from handlers.submitting import receipt_of
    from storage.submissions import Filter

    title = say(language, "reports.inspection.title")
    which = Filter(form_id=FORM, area=uow.actor.area)
    return [
        Table(
            f"{_INSPECTION}{receipt_of(one.instance_id).lower()}",
            " ".join(f"{title} {one.answers.get('inspected', '')} {one.visit_date}".split()),
            monthly=False,
        )
        for one, _ in await uow.submissions.list(which, _LAST)
    ]


async def _inspection(uow: UnitOfWork, record: str, language: str) -> bytes | None:
    from bot.exports.reading import load
    from bot.reports.inspection import FORM, paper
    from bot.reports.workbook import workbook

    found = await uow.submissions.get(record)
    if found is None or found[0].form_id != FORM:
        return None
    made = paper(await load(uow, found[0].form_sha256), found[0].answers, language)
    return await asyncio.to_thread(workbook, made)


def _all(own: Path | None) -> list[Definition | Report]:
    from bot.reports.shelf import read_all

    return [*plain_tables(own), *read_all(own)[0].values()]


def plain_tables(own: Path | None) -> list[Definition]:
    """The tables that need not be sealed, the county's own folder before the built-in ones."""
    from bot.exports.shelf import read_all

    found, _ = read_all(own)
    return [one for one in found.values() if not one.sealed]
