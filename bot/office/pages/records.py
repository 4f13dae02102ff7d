"""Records: the list with its filter, and one record beside what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages import purpose
from bot.office.pages.review import reviewing
from bot.office.visit import Visit
from bot.record_view import Line as Said
from bot.record_view import RecordView
from handlers.supervising_records import MAX_REASON
from storage.policy import Actor
from storage.submissions import Filter, Line, Record
from storage.unit import UnitOfWork

PAGE: Final = 50
_FILTER: Final = ("form", "area", "since", "until")


@dataclass(frozen=True, slots=True)
class Compared:
    """One question: its answer now and before, and whether they differ."""

    name: str
    label: str
    now: str
    before: str

    @property
    def changed(self) -> bool:
        """Whether the two answers differ."""
        return self.now != self.before


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list and the record."""

    async def show_list(visit: Visit) -> web.Response:
        return await _list(desk, visit)

    async def show_one(visit: Visit) -> web.Response:
        return await _one(desk, visit)

    return [
        desk.get("/office/records", may, show_list),
        desk.get("/office/records/{record}", may, show_one),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody reads the records of others."""
    return actor.may_export


async def _list(desk: Desk, visit: Visit) -> web.Response:
    query = {name: visit.query(name) for name in _FILTER}
    root = visit.actor.area or ""
    area = query["area"] if query["area"].startswith(root) else ""
    which = Filter(
        form_id=query["form"] or None,
        area=area or None,
        since=visit.day("since"),
        until=visit.day("until"),
    )
    page = visit.number("page")
    async with visit.reading("records") as uow:
        lines, more = await uow.submissions.lines(which, page, PAGE)
        names = await words.area_names(uow, root)
        published = await uow.forms.offered()
        titles = await words.form_titles(
            visit, uow, [*(one.form_id for one in published), *(one.form_id for one in lines)]
        )
        rows = await _rows(visit, uow, lines, names, titles)
    return desk.shell.page(
        visit,
        "records.html",
        query=query,
        rows=rows,
        page=page,
        pages=page + 2 if more else page + 1,
        forms=[{"id": name, "title": title} for name, title in sorted(titles.items())],
        areas=[
            {"code": code, "label": words.area_path(code, names)}
            for code in names
            if len(code) in (9, 12, 15)
        ],
    )


async def _rows(
    visit: Visit,
    uow: UnitOfWork,
    lines: Sequence[Line],
    names: Mapping[str, str],
    titles: Mapping[str, str],
) -> list[dict[str, str]]:
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
        }
        for one in lines
    ]


def _subject(code: str | None, surnames: Mapping[str, str]) -> str:
    return f"{code} {surnames.get(code, '')}".strip() if code else ""


# --- one record ----------------------------------------------------------------------------------


async def _one(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("record") as uow:
        found = await uow.submissions.get(visit.part("record"))
        if found is None:
            raise web.HTTPNotFound
        record, author = found
        if (question := await _purpose(desk, visit, uow, record)) is not None:
            return question
        await uow.record("open", record.instance_id)
        before = await uow.submissions.before(record)
        lines = await _compared(desk, visit, uow, record, before)
        versions = await uow.submissions.versions(record.instance_id)
        said = await reviewing(desk, visit, uow, versions[0].instance_id)
        names = await words.area_names(uow, visit.actor.area or "")
        titles = await words.form_titles(visit, uow, [record.form_id])
    zone = desk.database.zone
    head = (
        ("records.visit_date", record.visit_date.isoformat()),
        ("record.entered", f"{record.entered_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("records.author", author),
        ("area", words.area_path(record.area_code, names)),
        ("records.outcome", words.outcome(visit, record.outcome)),
        ("record.form_version", record.form_version),
    )
    return desk.shell.page(
        visit,
        "record.html",
        form=titles[record.form_id],
        subject=record.subject_code or "",
        kind=record.subject_kind,
        record=record.instance_id,
        review=said,
        longest=MAX_REASON,
        head=[(name, value) for name, value in head if value],
        lines=lines,
        changed=sum(one.changed for one in lines),
        compared={"how": _how(record, before), "day": before.visit_date if before else ""},
        versions=[
            {
                "id": one.instance_id,
                "at": f"{one.entered_at.astimezone(zone):%Y-%m-%d %H:%M}",
                "shown": one.instance_id == record.instance_id,
            }
            for one in versions
        ],
    )


async def _purpose(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record
) -> web.Response | None:
    """The question what for, if the record is about a child."""
    if record.subject_kind != "person" or record.subject_code is None:
        return None
    person = await uow.register.person(record.subject_code)
    if person is None:
        return None
    return await purpose.asked(desk, visit, uow, person.subject, person.birth_date)


def _how(record: Record, before: Record | None) -> str:
    """What a record is compared with, as ``office.record.compared`` has it."""
    if before is None:
        return "nothing"
    return "version" if record.deprecated_id else "visit"


async def _compared(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record, before: Record | None
) -> list[Compared]:
    """Every question that was answered in either, in the order of the record; without one to
    compare with nothing counts as changed."""
    now = await _said(desk, visit, uow, record, record.answers)
    if before is None:
        return [Compared(one.name, one.label, one.value, one.value) for one in now]
    then = await _said(desk, visit, uow, before, before.answers)
    old = {one.name: one for one in then}
    found = [
        Compared(one.name, one.label, one.value, old[one.name].value if one.name in old else "")
        for one in now
    ]
    new = {one.name for one in now}
    return found + [
        Compared(one.name, one.label, "", one.value) for one in then if one.name not in new
    ]


async def _said(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record, answers: Mapping[str, Any]
) -> list[Said]:
    shelved = await desk.house.shelf.get(uow, record.form_sha256)
    view = RecordView(shelved.form, visit.language)
    return [one for one in view.lines(answers) if one.label]
