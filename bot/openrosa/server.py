"""What ODK Collect asks for: the forms of one worker, the files that they need, and room for what
was filled in. Whoever has the token is the worker, for as long as token and account are good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.openrosa import address, documents
from bot.openrosa.offline import OfflineForm, offline
from bot.openrosa.post import ROOM, NotAPostError, TooLargeError, parcel
from core.log import log
from core.texts import say
from handlers import alerts, carrying, receiving
from handlers.receiving import CHANNEL, Parcel, RefusedError, Taken
from handlers.shelf import title_of
from handlers.turn import House
from storage.database import Database
from storage.formshelf import FormVersion
from storage.policy import SYSTEM, Actor

_HEADERS: Final = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": str(ROOM)}
_STATUS: Final = {
    "form": 404,
    "not_yours": 403,
    "subject": 403,
    "conflict": 409,
    "correction": 409,
    "future": 400,
    "file_kind": 415,
    "file_unclean": 415,
    "no_consent": 403,
    "bad_record": 400,
}


@dataclass(frozen=True, slots=True)
class Worker:
    """Who shows the token, and the language that they read."""

    actor: Actor
    language: str
    base: str  # the address of their server


WORKER: Final = web.RequestKey("collect.worker", Worker)
PARTS: Final = web.RequestKey("collect.parts", dict)


@dataclass(frozen=True, slots=True)
class Offered:
    """A form that a worker may take along."""

    version: FormVersion
    form: OfflineForm


class Collect:
    """Answers every request below ``/key/{token}``."""

    def __init__(self, database: Database, house: House, base_url: str) -> None:
        self._database = database
        self._house = house
        self._base_url = base_url
        self._forms: dict[str, OfflineForm] = {}
        self._routes = web.UrlDispatcher()
        self._routes.add_routes(
            [
                web.get("/key/{token}/formList", self._list, allow_head=False),
                web.get("/key/{token}/forms/{form}.xml", self._form, allow_head=False),
                web.get("/key/{token}/forms/{form}/manifest", self._manifest, allow_head=False),
                web.get("/key/{token}/forms/{form}/{file}", self._file, allow_head=False),
                web.head("/key/{token}/submission", self._room),
                web.post("/key/{token}/submission", self._submission),
            ]
        )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer to a phone."""
        match = await self._routes.resolve(request)
        if match.http_exception is not None:
            raise match.http_exception
        worker = await self._who(match["token"])
        if worker is None:
            return _said(403, say(self._house.language, "collect.refused.token"))
        request[WORKER], request[PARTS] = worker, dict(match)
        try:
            response = await match.handler(request)
        except RefusedError as error:
            log.warning("record refused", why=error.why)
            text = say(worker.language, f"collect.refused.{error.why}")
            return _said(_STATUS[error.why], text)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("collect failed", path=request.match_info["rest"])
            return _said(500, say(worker.language, "collect.refused.trouble"))
        response.headers.update(_HEADERS)
        return response

    async def _who(self, token: str) -> Worker | None:
        async with self._database.unit(SYSTEM, "collect", CHANNEL) as uow:
            bearer = await uow.tokens.bearer("collect", token)
            if bearer is None or bearer.actor.account_id is None:
                return None
            chats = await uow.conversations.of_account(bearer.actor.account_id)
        language = chats[0].language if chats else self._house.language
        return Worker(bearer.actor, language, address(self._base_url, token))

    # --- forms -----------------------------------------------------------------------------------

    async def _list(self, request: web.Request) -> web.Response:
        worker = request[WORKER]
        listed = []
        for one in await self._offered(worker):
            place = f"{worker.base}/forms/{quote(one.version.form_id, safe='')}"
            listed.append(
                documents.Listed(
                    form_id=one.version.form_id,
                    name=title_of(one.version, worker.language),
                    version=one.version.version,
                    hash=documents.fingerprint(one.form.xml),
                    download=f"{place}.xml",
                    manifest=f"{place}/manifest",
                )
            )
        return _xml(documents.form_list(listed))

    async def _form(self, request: web.Request) -> web.Response:
        return _xml((await self._one(request)).form.xml)

    async def _manifest(self, request: web.Request) -> web.Response:
        worker, one = request[WORKER], await self._one(request)
        files = await self._files(worker, one, one.form.files)
        async with self._database.unit(worker.actor, "collect", CHANNEL) as uow:
            await uow.record("carry", one.version.form_id)
        place = f"{worker.base}/forms/{quote(one.version.form_id, safe='')}"
        needed = [
            documents.Needed(name, documents.fingerprint(content), f"{place}/{quote(name)}")
            for name, content in sorted(files.items())
        ]
        return _xml(documents.manifest(needed))

    async def _file(self, request: web.Request) -> web.Response:
        one, name = await self._one(request), str(request[PARTS]["file"])
        files = await self._files(request[WORKER], one, one.form.files & {name})
        if name not in files:
            raise web.HTTPNotFound
        kind = "text/csv" if name.endswith(".csv") else "application/octet-stream"
        return web.Response(body=files[name], content_type=kind)

    async def _files(self, worker: Worker, one: Offered, names: frozenset[str]) -> dict[str, bytes]:
        """Tables of the worker's own, and the pictures and tables that came with the form."""
        async with self._database.reading(worker.actor, "collect", CHANNEL) as uow:
            made = await carrying.tables(self._house, uow, one.version, one.form.columns, names)
            brought = (await uow.forms.source(one.version.sha256)).attachments
        return {name: brought[name] for name in names & brought.keys()} | made

    async def _one(self, request: web.Request) -> Offered:
        wanted = str(request[PARTS]["form"])
        for one in await self._offered(request[WORKER]):
            if one.version.form_id == wanted:
                return one
        raise RefusedError("form")

    async def _offered(self, worker: Worker) -> Sequence[Offered]:
        """The forms that a worker can fill in on a phone."""
        found: list[Offered] = []
        async with self._database.unit(worker.actor, "collect", CHANNEL) as uow:
            for version in await carrying.offered(uow):
                shelved = await self._house.shelf.get(uow, version.sha256)
                form = self._forms.get(version.sha256)
                if form is None:
                    source = await uow.forms.source(version.sha256)
                    form = offline(source.xform, shelved.subject_path)
                    self._forms[version.sha256] = form
                if carrying.portable(version, shelved.subject_path, form.files):
                    found.append(Offered(version, form))
        return found

    # --- records ---------------------------------------------------------------------------------

    async def _room(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _submission(self, request: web.Request) -> web.Response:
        worker = request[WORKER]
        try:
            posted = await parcel(request)
        except TooLargeError:
            return _said(413, say(worker.language, "collect.refused.too_large"))
        except NotAPostError:
            return _said(400, say(worker.language, "collect.refused.bad_record"))
        try:
            taken = await self._take(worker, posted)
        except IntegrityError:  # the other phone's, or an earlier try's, was quicker
            taken = await self._take(worker, posted)
        return _said(201, self._receipt(worker, taken), done=True)

    async def _take(self, worker: Worker, posted: Parcel) -> Taken:
        async with self._database.unit(worker.actor, "visit", CHANNEL) as uow:
            return await receiving.take(self._house, uow, posted)

    def _receipt(self, worker: Worker, taken: Taken) -> str:
        text = say(worker.language, "collect.taken", receipt=taken.receipt)
        if taken.alerted is None:
            return text
        key = "chat.alert.sent" if taken.alerted else "chat.alert.nobody"
        phones = alerts.phone_list(self._house, worker.language, "report", taken.area)
        return f"{text}\n{say(worker.language, key, phones=phones)}"


def _xml(content: bytes) -> web.Response:
    return web.Response(body=content, content_type="text/xml", charset="utf-8")


def _said(status: int, text: str, *, done: bool = False) -> web.Response:
    response = _xml(documents.response(text, done=done))
    response.set_status(status)
    response.headers.update(_HEADERS)
    return response
