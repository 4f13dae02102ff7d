"""The register: a search over households and people, and one of them through time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from aiohttp import web

from bot.office import narrowing, words
from bot.office.office import Desk
from bot.office.pages import duties, purpose, timeline
from bot.office.pages.overdue import case_row
from bot.office.pages.purpose import may
from bot.office.pages.register_edits import editing
from bot.office.pages.register_imports import may as keeps
from bot.office.pages.register_words import tag
from bot.office.recent import MANY as SO_MANY
from bot.office.recent import Recent
from bot.office.visit import Visit
from bot.register.columns import tags as all_tags
from core.texts import say
from handlers.purposes import PURPOSES, is_child
from storage.overdue import Overdue
from storage.register import PersonFile, Subject
from storage.register_pages import MANY, Place, RegisterPages, Wanted
from storage.unit import UnitOfWork

PAGE: Final = 50
_DUTIES: Final = 50
_ALIVE: Final = ("open", "due_soon", "overdue")
_TOLD: Final = 5  # found subjects that the log names
_KINDS: Final = ("person", "household")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The search and the subject."""

    counts: Recent[int] = Recent()

    async def search(visit: Visit) -> web.Response:
        return await _search(desk, visit, counts)

    async def subject(visit: Visit) -> web.Response:
        return await _subject(desk, visit)

    return [
        desk.get("/office/register", may, search),
        desk.get("/office/register/{kind:person|household}/{code}", may, subject),
    ]


async def _search(desk: Desk, visit: Visit, counts: Recent[int]) -> web.Response:
    wanted, at, what_for = _wanted(visit), _place(visit), _purpose(visit)
    own = visit.actor.area or ""

    async def counted() -> int:
        async with visit.reading("register") as uow:
            return await _pages(uow).count(wanted)

    total = await counts.get(
        (visit.actor.role, own, visit.today, wanted), visit.now, counted, _as_many
    )
    async with visit.reading("register") as uow:
        found, more = await _pages(uow).page(wanted, PAGE, at)
        areas = (await narrowing.offered(uow, own, wanted.area)).areas
        names = await words.names_of(
            uow, [*(one.code for one in areas), *(one.area_code for one in found)]
        )
    async with visit.unit("register") as uow:
        if wanted.tag and wanted.children:
            uow.purpose = what_for
        told = ",".join(one.code for one in found) if total <= _TOLD else total
        below = wanted.area if wanted.area != own else ""
        await uow.record(
            "list_register", " ".join(f"{wanted.kind} {told} {below} {wanted.tag}".split())
        )
    back = at is not None and at.back
    return desk.shell.page(
        visit,
        "register.html",
        query=_query(wanted, what_for),
        total=min(total, MANY),
        many=total > MANY,
        before=_at(found[:1]) if at is not None and (more or not back) else "",
        after=_at(found[-1:]) if more or back else "",
        areas=[(one.code, words.area_path(one.code, names)) for one in areas],
        tags=[(one, tag(visit, one)) for one in all_tags()],
        asks=PURPOSES if wanted.tag and not wanted.children else (),
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


def _wanted(visit: Visit) -> Wanted:
    """Whom the address asks for. By a class children are found only for a purpose."""
    area, own = visit.query("area"), visit.actor.area or ""
    inside = area.isascii() and area.isdigit() and area.startswith(own)
    return Wanted(
        visit.query("kind") if visit.query("kind") in _KINDS else "person",
        visit.query("q")[:40],
        area[:15] if inside else own,
        visit.query("tag") if visit.query("tag") in all_tags() else "",
        bool(_purpose(visit)),
    )


def _purpose(visit: Visit) -> str:
    return visit.query("purpose") if visit.query("purpose") in PURPOSES else ""


def _query(wanted: Wanted, what_for: str) -> dict[str, str]:
    """What the address asks for, as links repeat it."""
    named = {"kind": wanted.kind, "q": wanted.query, "area": wanted.area, "tag": wanted.tag}
    return named | {"purpose": what_for if wanted.tag else ""}


def _place(visit: Visit) -> Place | None:
    """Where the page begins that the address asks for: ``after`` or ``before`` an area and code."""
    for name in ("before", "after"):
        area, _, code = visit.query(name)[:40].partition(".")
        if area and code:
            return Place(area, code, back=name == "before")
    return None


def _at(found: Sequence[Subject]) -> str:
    return f"{found[0].area_code}.{found[0].code}" if found else ""


def _pages(uow: UnitOfWork) -> RegisterPages:
    return RegisterPages(uow.connection, uow.actor, uow.today)


def _as_many(total: int) -> int:
    """Only what is more than is counted is not counted again."""
    return SO_MANY if total > MANY else 0


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
        cases=[
            case_row(desk, visit, one, names) | duties.acts(desk, visit, one)
            for one in cases
            if one.state in _ALIVE
        ],
        acting=visit.request.path if duties.may(visit.actor) else "",
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
