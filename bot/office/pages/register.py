"""The register: a search over households and people, and one of them through time."""

from __future__ import annotations

from functools import partial
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages import purpose, timeline
from bot.office.pages.overdue import case_row
from bot.office.pages.purpose import may
from bot.office.pages.register_edits import editing
from bot.office.pages.register_imports import may as keeps
from bot.office.pages.register_words import tag
from bot.office.visit import Visit
from core.texts import say
from handlers.purposes import is_child
from storage.overdue import Overdue
from storage.register import PersonFile, Subject
from storage.unit import UnitOfWork

PAGE: Final = 50
_DUTIES: Final = 50
_ALIVE: Final = ("open", "due_soon", "overdue")
_TOLD: Final = 5  # found subjects that the log names
_KINDS: Final = ("person", "household")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The search and the subject."""

    async def search(visit: Visit) -> web.Response:
        return await _search(desk, visit)

    async def subject(visit: Visit) -> web.Response:
        return await _subject(desk, visit)

    return [
        desk.get("/office/register", may, search),
        desk.get("/office/register/{kind:person|household}/{code}", may, subject),
    ]


async def _search(desk: Desk, visit: Visit) -> web.Response:
    kind = visit.query("kind") if visit.query("kind") in _KINDS else "person"
    query, page = visit.query("q")[:40], visit.number("page")
    async with visit.reading("register") as uow:
        found, total = await uow.register.list(kind, query, page, PAGE)
        names = await words.names_of(uow, [one.area_code for one in found])
    async with visit.unit("register") as uow:
        told = ",".join(one.code for one in found) if total <= _TOLD else total
        await uow.record("list_register", f"{kind} {told}")
    return desk.shell.page(
        visit,
        "register.html",
        kind=kind,
        q=query,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        importing=say(visit.language, "enrol.open") if keeps(visit.actor) else "",
        found=[
            {
                "kind": one.kind,
                "code": one.code,
                "surname": one.surname or "—",
                "area": words.area_path(one.area_code, names),
            }
            for one in found
        ],
    )


async def _subject(desk: Desk, visit: Visit) -> web.Response:
    kind, code = visit.part("kind"), visit.part("code").upper()
    async with visit.unit("subject") as uow:
        subject, person = await _open(uow, kind, code)
        if subject is None:
            raise web.HTTPNotFound
        if person is not None:
            question = await purpose.asked(desk, visit, uow, code, subject.surname)
            if question is not None:
                return question
        await uow.record("open", subject.code)
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        cases = await overdue.history(kind, subject.id, subject.area_code, _DUTIES)
        names = await words.area_names(uow, visit.actor.area or "")
        through_time = await timeline.shown(desk, visit, uow, subject, names)
        people = await uow.register.people_of(subject.id) if kind == "household" else []
        home = await uow.register.code_of_home(person.household_id) if person else ""
        edit = await editing(visit, uow, subject, person)
    return desk.shell.page(
        visit,
        "subject.html",
        subject=subject,
        area=words.area_path(subject.area_code, names),
        tags=[tag(visit, one) for one in person.tags] if person else [],
        age=person.age(visit.today) if person else None,
        home=home,
        edit=edit,
        people=[_member(visit, one) for one in people],
        cases=[case_row(desk, visit, one, names) for one in cases if one.state in _ALIVE],
        timeline=through_time,
        told_of=partial(say, visit.language),
    )


def _member(visit: Visit, one: PersonFile) -> dict[str, object]:
    """Somebody of a household in a line: of a child the code and the surname alone, as its own page
    asks first what for."""
    child = is_child(one.birth_date, visit.today)
    return {
        "code": one.code,
        "surname": one.subject.surname,
        "age": "" if child else one.age(visit.today),
        "head": say(visit.language, "enrol.edit.head") if one.head else "",
        "tags": [] if child else [tag(visit, name) for name in one.tags],
    }


async def _open(uow: UnitOfWork, kind: str, code: str) -> tuple[Subject | None, PersonFile | None]:
    if kind == "household":
        return await uow.register.household(code), None
    person = await uow.register.person(code)
    return (person.subject, person) if person else (None, None)
