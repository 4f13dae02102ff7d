"""Everything in the office: its pages by address, and who is let through the door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web.door import Door
from bot.channels.web.guard import same_origin
from bot.channels.web.refusals import Refused
from bot.office.shell import Shell
from bot.office.visit import PARTS, Visit, visit_of
from bot.settings import Settings
from core.log import log
from handlers.turn import House
from storage.database import Database
from storage.policy import Actor

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]
May = Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with. `rules` is the county's folder of visit rules, and `refresh` reads
    them again; `settings` are those of the deployment."""

    database: Database
    house: House
    door: Door
    shell: Shell
    rules: Path | None = None
    refresh: Callable[[], object] = lambda: None
    settings: Settings = field(default_factory=Settings)

    def get(self, path: str, may: May, answer: Answer) -> web.RouteDef:
        """A page for those who `may`."""
        return web.get(path, self._guarded(may, answer), allow_head=False)

    def post(self, path: str, may: May, answer: Answer) -> web.RouteDef:
        """What those who `may` do, from one of our own pages only."""
        return web.post(path, self._guarded(may, answer))

    def _guarded(self, may: May, answer: Answer) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            visit = await visit_of(request, self.door, self.database)
            if visit is None:
                raise web.HTTPSeeOther("/")
            try:
                if request.method == "POST":
                    same_origin(request, self.door.host)
                if not may(visit.actor):
                    return self._refuse(visit, "not_yours", 403)
                return await answer(visit)
            except Refused:
                return self._refuse(visit, "foreign", 403)
            except web.HTTPNotFound:
                return self._refuse(visit, "not_found", 404)
            except web.HTTPException:
                raise
            except Exception:
                log.exception("office page failed", path=request.path)
                return self._refuse(visit, "trouble", 500)

        return handle

    def _refuse(self, visit: Visit, reason: str, status: int) -> web.Response:
        return self.shell.page(visit, "refused.html", status=status, reason=reason)


class Office:
    """Answers every request below ``/office``."""

    def __init__(
        self,
        database: Database,
        house: House,
        door: Door,
        *,
        rules: Path | None = None,
        refresh: Callable[[], object] = lambda: None,
        settings: Settings | None = None,
    ) -> None:
        given = settings or Settings()
        self.desk = Desk(database, house, door, Shell(), rules, refresh, given)
        self._pages = web.UrlDispatcher()
        self._pages.add_routes(routes(self.desk))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The page of this address."""
        match = await self._pages.resolve(request)
        if match.http_exception is not None:
            raise match.http_exception
        request[PARTS] = dict(match)
        return await match.handler(request)


def routes(desk: Desk) -> Sequence[web.RouteDef]:
    """Every page, and the files beside them."""
    from bot.office.pages import (
        approvals,
        attached,
        audit,
        burden,
        duties,
        forms,
        forms_new,
        interfaces,
        messages,
        overdue,
        overdue_file,
        overview,
        people,
        purpose,
        reassign,
        records,
        records_list,
        register,
        register_edits,
        register_imports,
        reports,
        review,
        review_many,
        rules,
        settings,
        simulate,
        tables,
        trend,
        waiting,
    )

    pages = (
        *(overview, waiting, trend, burden, overdue, overdue_file, reassign, register),
        *(duties, purpose, register_edits, register_imports),
        *(records_list, records, attached, review, review_many),
        *(approvals, tables, reports),
        *(people, interfaces, simulate, rules, forms, forms_new),
        *(messages, settings, audit),
    )
    return [*desk.shell.routes(), *(route for page in pages for route in page.routes(desk))]
