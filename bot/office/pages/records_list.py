"""The list of records, by what was said of them, form, place, days, and where its workers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from bot.office import narrowing, words
from bot.office.office import Desk
from bot.office.visit import Visit
from storage.policy import Actor
from storage.submissions import STANDINGS, Filter, Line
from storage.unit import UnitOfWork

PAGE: Final = 50
_FILTER: Final = ("standing", "form", "area", "workers", "since", "until")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [desk.get("/office/records", may, show)]


def may(actor: Actor) -> bool:
    """Whether somebody reads the records of others."""
    return actor.may_export


def wanted(visit: Visit) -> Filter:
    """Which records the address asks for, within what the visitor oversees."""
    standing = visit.query("standing")
    return Filter(
        form_id=visit.query("form")[:128] or None,
        area=_inside(visit, "area"),
        since=visit.day("since"),
        until=visit.day("until"),
        standing=next((one for one in STANDINGS if one == standing), None),
        workers=_inside(visit, "workers"),
    )


def _inside(visit: Visit, name: str) -> str | None:
    code = visit.query(name)
    own = visit.actor.area or ""
    return code if code.isascii() and code.isdigit() and code.startswith(own) else None


async def _show(desk: Desk, visit: Visit) -> web.Response:
    which, page = wanted(visit), visit.number("page")
    async with visit.reading("records") as uow:
        lines, more = await uow.submissions.lines(which, page, PAGE)
        areas = await _areas(visit, uow, which.area)
        where = areas if which.workers == which.area else await _areas(visit, uow, which.workers)
        published = await uow.forms.offered()
        titles = await words.form_titles(
            visit, uow, [*(one.form_id for one in published), *(one.form_id for one in lines)]
        )
        rows = await _rows(visit, uow, lines, titles)
    async with visit.unit("records") as uow:
        await uow.record("list_records", which.area or visit.actor.area or "")
    return desk.shell.page(
        visit,
        "records.html",
        query={name: visit.query(name) for name in _FILTER},
        rows=rows,
        approves=visit.actor.may_approve and any(one["standing"] == "waiting" for one in rows),
        page=page,
        pages=page + 2 if more else page + 1,
        standings=STANDINGS,
        forms=[{"id": name, "title": title} for name, title in sorted(titles.items())],
        areas=areas,
        where=where,
    )


async def _areas(visit: Visit, uow: UnitOfWork, chosen: str | None) -> list[dict[str, str]]:
    """The areas to choose from."""
    found = (await narrowing.offered(uow, visit.actor.area or "", chosen or "")).areas
    names = {one.code: one.name for one in found}
    return [{"code": code, "label": words.area_path(code, names)} for code in names]


async def _rows(
    visit: Visit,
    uow: UnitOfWork,
    lines: Sequence[Line],
    titles: Mapping[str, str],
) -> list[dict[str, str]]:
    names = await words.names_of(uow, [one.area_code for one in lines])
    surnames: dict[str, str] = {}
    for kind in ("household", "person"):
        wanted = {one.subject_code for one in lines if one.subject_kind == kind}
        if codes := [code for code in wanted if code]:
            surnames |= await uow.register.surnames(kind, codes)
    return [
        {
            "id": one.instance_id,
            "visit_date": one.visit_date.isoformat(),
            "form": titles[one.form_id],
            "subject": _subject(one.subject_code, surnames),
            "area": words.area_path(one.area_code, names),
            "author": one.author,
            "outcome": words.outcome(visit, one.outcome),
            "standing": one.standing,
        }
        for one in lines
    ]


def _subject(code: str | None, surnames: Mapping[str, str]) -> str:
    return f"{code} {surnames.get(code, '')}".strip() if code else ""
