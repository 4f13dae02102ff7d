"""Files of people: sent, looked at, confirmed, and taken back for a day."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages import register_words
from bot.office.pages.register_previews import Preview, Previews
from bot.office.sheets import WORKBOOK
from bot.office.visit import Visit
from bot.register.files import NotATableError
from bot.register.reading import MOST, read
from bot.register.telling import GROUPS
from bot.register.work import Work, chunks, imports_of
from storage.policy import Actor
from storage.register_imports import UNDO, WAITS, Import
from storage.unit import UnitOfWork

LARGEST: Final = 5 * 2**20
PAGE: Final = 100
MANY_KINDS: Final = 10
"""From more findings on than these, it is told first of which kinds they are."""

_PATH: Final = "/office/register/imports"
_LIST: Final = 20
_PURPOSE: Final = "register import"


def may(actor: Actor) -> bool:
    """Whether somebody keeps the register of an area: who decides there, and sees the people."""
    return actor.may_approve and actor.may_see_people


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, an empty file, a file from its sending to its undoing."""
    pages = _Pages(desk)
    return [
        desk.get(_PATH, may, pages.list),
        desk.post(_PATH, may, pages.send),
        desk.get(f"{_PATH}/template", may, pages.template),
        desk.get(f"{_PATH}/{{number}}", may, pages.show),
        desk.post(f"{_PATH}/{{number}}/confirm", may, pages.confirm),
        desk.post(f"{_PATH}/{{number}}/forget", may, pages.forget),
        desk.post(f"{_PATH}/{{number}}/undo", may, pages.undo),
    ]


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._work = Work(desk.database, desk.house.ground)
        self._previews = Previews()

    async def list(self, visit: Visit) -> web.Response:
        """Every import, and a new one."""
        async with visit.reading(_PURPOSE) as uow:
            found, more = await imports_of(uow).latest(visit.number("page"), _LIST)
            authors = await _authors(uow, found)
        return self._desk.shell.page(
            visit,
            "register_imports.html",
            tell=register_words.teller(visit),
            imports=[_row(visit, one, authors) for one in found],
            page=visit.number("page"),
            pages=visit.number("page") + 1 + more,
            largest=LARGEST // 2**20,
            most=MOST,
        )

    async def template(self, visit: Visit) -> web.Response:
        """An empty workbook to fill in."""
        body = await asyncio.to_thread(_template, visit.language)
        response = web.Response(body=body)
        response.content_type = WORKBOOK
        name = quote(f"{visit.say('register.title')}.xlsx")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response

    async def send(self, visit: Visit) -> web.Response:
        """Keep a file that was sent; nothing else happens."""
        file = await visit.file("file", LARGEST)
        if file is None:
            return visit.go(_PATH, "no_file", n=LARGEST // 2**20)
        try:
            sent = await asyncio.to_thread(read, file.name, file.content, visit.today)
        except NotATableError as error:
            return visit.go(_PATH, f"{error.kind}_table" if error.kind else "no_table")
        ends_tags = bool((await visit.words("ends_tags"))["ends_tags"])
        async with visit.unit(_PURPOSE) as uow:
            number = await imports_of(uow).keep(file.name, file.content, ends_tags=ends_tags)
            await uow.record("send", f"import {number}")
        self._previews.keep(number, sent)
        return visit.go(f"{_PATH}/{number}")

    async def show(self, visit: Visit) -> web.Response:
        """What a file would change, or has changed."""
        one = await self._one(visit)
        if one.state != "waiting":
            return await self._result(visit, one)
        turned = bool(visit.query("page") or visit.query("show"))
        preview = await self._looked(visit, one, again=not turned)
        planned, told = preview.plan, preview.lines
        async with visit.unit(_PURPOSE) as uow:
            names = await words.area_names(uow, visit.actor.area or "")
            if not turned:
                await _log(uow, one, preview)
        problems = visit.query("show") == "problems" or bool(planned.problems)
        group = next((name for name in GROUPS if name == visit.query("show")), None)
        some = [line for line in told if group is None or group in line.groups]
        count = len(planned.problems) if problems else len(some)
        page = min(visit.number("page"), max(0, (count - 1) // PAGE))
        first = page * PAGE
        return self._desk.shell.page(
            visit,
            "register_import.html",
            tell=register_words.teller(visit),
            one=_row(visit, one, {}),
            until=f"{(one.sent_at + WAITS).astimezone(self._desk.database.zone):%m-%d %H:%M}",
            counts=planned.counts,
            groups=GROUPS,
            group=group or "",
            seen=preview.seen,
            problems=[
                register_words.problem(visit, found)
                for found in planned.problems[first : first + PAGE]
            ],
            problem_count=len(planned.problems),
            kinds=register_words.kinds(visit, planned.problems) if count > MANY_KINDS else [],
            hints=[register_words.problem(visit, found) for found in planned.hints[:PAGE]],
            lines=[
                register_words.line(visit, found, names) for found in some[first : first + PAGE]
            ],
            changes=len(told),
            sheets=len({line.sheet for line in told if line.sheet}) > 1,
            page=page,
            pages=max(1, -(-count // PAGE)),
        )

    async def confirm(self, visit: Visit) -> web.Response:
        """Take a file in, as it was looked at."""
        one = await self._one(visit)
        path = f"{_PATH}/{one.id}"
        if one.state != "waiting":
            return visit.go(path, "gone")
        preview = await self._looked(visit, one, again=True)
        planned = preview.plan
        seen = (await visit.words("seen"))["seen"]
        if planned.problems or not preview.lines or seen != preview.seen:
            return visit.go(path, "import_stale")
        async with visit.unit(_PURPOSE) as uow:
            begun = await imports_of(uow).begin(one.id, planned.counts, chunks(len(planned.homes)))
            if begun:
                await uow.record("confirm", f"import {one.id}")
        if begun:
            self._work.start(one.id)
        self._previews.drop(one.id)
        return visit.go(path)

    async def forget(self, visit: Visit) -> web.Response:
        """Throw a file away that waits."""
        one = await self._one(visit)
        async with visit.unit(_PURPOSE) as uow:
            gone = await imports_of(uow).forget(one.id)
            if gone:
                await uow.record("forget", f"import {one.id}")
        self._previews.drop(one.id)
        return visit.go(_PATH, "import_forgotten" if gone else "gone")

    async def undo(self, visit: Visit) -> web.Response:
        """Take back what an import changed."""
        one = await self._one(visit)
        async with visit.unit(_PURPOSE) as uow:
            begun = await imports_of(uow).begin_undo(one)
            if begun:
                await uow.record("undo", f"import {one.id}")
        if begun:
            self._work.start(one.id)
        return visit.go(f"{_PATH}/{one.id}", "" if begun else "gone")

    async def _one(self, visit: Visit) -> Import:
        number = visit.part_number("number")
        if number is None:
            raise web.HTTPNotFound
        async with visit.reading(_PURPOSE) as uow:
            one = await imports_of(uow).one(number)
        if one is None:
            raise web.HTTPNotFound
        return one

    async def _result(self, visit: Visit, one: Import) -> web.Response:
        async with visit.reading(_PURPOSE) as uow:
            authors = await _authors(uow, [one])
        until = one.applied_at + UNDO if one.applied_at else None
        zone = self._desk.database.zone
        return self._desk.shell.page(
            visit,
            "register_imported.html",
            tell=register_words.teller(visit),
            one=_row(visit, one, authors),
            busy=one.state in ("applying", "undoing"),
            progress=_progress(one),
            share=_share(one),
            counts=one.counts,
            kept=one.kept,
            undoable=one.undoable(visit.now),
            until=f"{until.astimezone(zone):%m-%d %H:%M}" if until else "",
        )

    async def _looked(self, visit: Visit, one: Import, *, again: bool) -> Preview:
        preview = await self._previews.look(visit, one, again=again)
        if preview is None:
            raise web.HTTPNotFound
        return preview


def _share(one: Import) -> int:
    """How much of it is in, or out again, in percent."""
    reached = one.chunks - one.reached if one.state == "undoing" else one.reached
    return 100 * reached // one.chunks if one.chunks else 100


def _progress(one: Import) -> str:
    """What is being done: the people come first, what is owed to them follows."""
    last = one.reached == (0 if one.state == "undoing" else one.chunks)
    return f"{one.state}_duties" if last else one.state


async def _log(uow: UnitOfWork, one: Import, preview: Preview) -> None:
    """Who looked at a file of people. ID numbers of other places are counted, as who sends them
    learns that they are registered there."""
    await uow.record("preview", f"import {one.id}")
    if preview.elsewhere:
        await uow.record("found_elsewhere", f"import {one.id}: {preview.elsewhere}")


async def _authors(uow: UnitOfWork, imports: Sequence[Import]) -> dict[int, str]:
    """The codes of those who answer for imports, or undid them."""
    wanted = {number for one in imports for number in (_author(one), one.undone_by) if number}
    found = [await uow.accounts.get(number) for number in sorted(wanted)]
    return {one.id: one.code for one in found if one is not None}


def _author(one: Import) -> int | None:
    """Who confirmed an import; until then who sent it."""
    return one.confirmed_by or one.account_id


def _row(visit: Visit, one: Import, authors: Mapping[int, str]) -> dict[str, object]:
    zone = visit.database.zone
    done = one.applied_at or one.sent_at
    age = visit.now - one.sent_at
    lost = one.state == "waiting" and age > WAITS + timedelta(hours=1)
    return {
        "id": one.id,
        "name": one.name,
        "state": "expired" if lost else one.state,
        "at": f"{done.astimezone(zone):%Y-%m-%d %H:%M}",
        "author": authors.get(_author(one) or 0, "—"),
        "undone_by": authors.get(one.undone_by or 0, "—"),
        "undone_at": f"{one.undone_at.astimezone(zone):%m-%d %H:%M}" if one.undone_at else "",
        "counts": one.counts,
        "ends_tags": one.ends_tags,
        "undoable": one.undoable(visit.now),
    }


def _template(language: str) -> bytes:
    import openpyxl

    from bot.register.template import lay_out

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    lay_out(book, language)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
