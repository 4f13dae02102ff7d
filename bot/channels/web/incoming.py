"""What a browser sends: checked, written to the transcript, handed over as an `Inbound`.

A request is answered only when the step is committed. The page repeats a request until then, with
the same ``client_id``, which is the idempotency key all the way down. It may do so long after the
inbox has forgotten that key, so the store says whether the step is still to be made.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID
from weakref import WeakValueDictionary

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.broken_posts import BROKEN
from bot.channels.web.door import Door
from bot.channels.web.limits import Limits
from bot.channels.web.rates import Rate
from bot.channels.web.refusals import Reason, Refused
from core.log import log
from core.messages import Command, Event, File, Inbound, Location, Tap, Text
from core.ports import Clock, Receive, Screen, WebSession, WebStore
from core.sensitive import hide

if TYPE_CHECKING:
    from core.filetypes import FileType

CHANNEL: Final = "web"

_COMMAND = re.compile(r"/(?P<name>[A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(?P<argument>.*))?", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f/\\]")

_UNCLEAN: Final[dict[str, Reason]] = {"video": "film_unclean", "document": "document_unclean"}

_MessageId = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+$")]


class _Posted(BaseModel):
    """Body of a posted message; `message` is the one whose button was tapped, `label` what the
    button said. Files and shared contacts are not among the events: a browser could
    claim a stranger's file or number."""

    model_config = ConfigDict(extra="forbid")

    client_id: UUID
    event: Annotated[Text | Command | Tap | Location, Field(discriminator="kind")]
    message: _MessageId | None = None
    label: Annotated[str, Field(max_length=200)] | None = None


class _Fields(BaseModel):
    """The fields of an upload beside its file."""

    model_config = ConfigDict(extra="forbid")

    client_id: UUID
    caption: Annotated[str, Field(max_length=1024)] = ""


@dataclass(frozen=True, slots=True)
class _Upload:
    fields: _Fields
    content: bytes
    name: str
    claimed: str


class Incoming:
    """The routes by which messages and files come in.

    `receive` is None while nobody takes inbounds. `wake` is told the address of an added line.
    `screen` takes out what may not be kept; the transcript shows dots in its place.
    """

    def __init__(
        self,
        store: WebStore,
        clock: Clock,
        door: Door,
        limits: Limits,
        wake: Callable[[str], None],
        *,
        screen: Screen,
    ) -> None:
        self._store = store
        self._clock = clock
        self._door = door
        self._limits = limits
        self._wake = wake
        self._screen = screen
        self._messages, self._files = Rate(limits.messages), Rate(limits.files)
        self._uploads = asyncio.Semaphore(limits.uploads)
        self._uploading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.receive: Receive | None = None

    def routes(self) -> list[web.RouteDef]:
        """Messages and uploads."""
        return [
            web.post("/chat/messages", self._message),
            web.post("/chat/uploads", self._upload),
        ]

    async def greet(self, greeting: Command, session: WebSession) -> None:
        """Say `greeting` for somebody who has just come in, if nothing was ever said here."""
        if self.receive is None or await self._store.since(session.address, -1, 1):
            return
        inbound = Inbound(
            channel=CHANNEL,
            address=session.address,
            key=f"greeting-{session.address}",
            event=greeting,
            language=session.language,
        )
        try:
            await self.receive(inbound)
        except Exception as error:  # the person is in all the same, and can ask for the menu
            log.error("greeting failed", error=type(error).__name__)

    async def _message(self, request: web.Request) -> web.Response:
        session = await self._let_in(request, self._messages)
        if request.content_type != "application/json":
            raise Refused("not_understood", session.language)
        body = await _body(request, self._limits.message, session.language)
        try:
            posted = _Posted.model_validate_json(body)
        except ValidationError:
            raise Refused("not_understood", session.language) from None
        event = _understood(posted.event, session.language)
        return await self._hand_over(session, posted.client_id, event, posted.message, posted.label)

    async def _upload(self, request: web.Request) -> web.Response:
        session = await self._let_in(request, self._files)
        if request.content_type != "multipart/form-data":
            raise Refused("not_understood", session.language)
        # Their own turn first: whoever sends several at once must not take every place.
        async with self._uploading.setdefault(session.address, asyncio.Lock()), self._uploads:
            try:
                async with asyncio.timeout(self._limits.upload_time):
                    upload = await _upload(request, self._limits, session.language)
            except TimeoutError:
                raise Refused("too_slow", session.language) from None
            event = await self._keep(upload, session)
        return await self._hand_over(session, upload.fields.client_id, event)

    async def _let_in(self, request: web.Request, rate: Rate) -> WebSession:
        """Who sends this, if not too often. Raises Refused."""
        session = (await self._door.let_in(request)).session
        if not rate.allows(session.address):
            raise Refused("too_often", session.language)
        return session

    async def _keep(self, upload: _Upload, session: WebSession) -> File:
        """Judge a file and keep it. Raises Refused."""
        from core.file_metadata import without_metadata  # loaded with the first file
        from core.filetypes import file_type
        from core.unclean import UncleanError

        found = file_type(upload.content, upload.claimed)
        if found is None:
            raise Refused("file_kind", session.language)
        name = _file_name(upload.name, found)
        try:
            content = await asyncio.to_thread(without_metadata, upload.content, found.mime)
        except UncleanError:
            raise Refused(_UNCLEAN.get(found.media, "file_unclean"), session.language) from None
        key = f"{session.address}/{upload.fields.client_id}"
        return File(
            media=found.media,
            file_id=await self._store.put_file(content, name, found.mime, key),
            name=name,
            mime=found.mime,
            size=len(content),
            caption=upload.fields.caption.replace("\x00", ""),
        )

    async def _hand_over(
        self,
        session: WebSession,
        client_id: UUID,
        event: Event,
        message: str | None = None,
        label: str | None = None,
    ) -> web.Response:
        key = str(client_id)
        inbound = Inbound(
            channel=CHANNEL,
            address=session.address,
            key=key,
            event=event,
            message=message,
            language=session.language,
        )
        line: dict[str, object] = {
            "from": "person",
            "event": event.model_dump(mode="json"),
            "client_id": key,
            "at": self._clock.now().isoformat(timespec="seconds"),
        }
        if message is not None:
            line["message"] = message
        if label is not None:
            line["label"] = label.replace("\x00", "")
        async with self._turn(session.address):
            receive = self.receive  # what was taken is seen to, even if this ends meanwhile
            if receive is None:
                raise Refused("not_running", session.language)
            kept = await self._screen(inbound)
            if kept.event != event:
                line["event"] = _hidden(event).model_dump(mode="json")
            taken = await self._store.take(kept, line)
            self._wake(session.address)
            if taken.due is not None:
                await receive(taken.due)
        return web.json_response({"seq": taken.seq}, status=202)

    def _turn(self, address: str) -> asyncio.Lock:
        """One address's inbounds are handed over one after another, in the order they came."""
        return self._turns.setdefault(address, asyncio.Lock())


def _hidden(event: Event) -> Event:
    """An event as the transcript may show it."""
    match event:
        case Text(text=text):
            return Text(text=hide(text))
        case Command():
            return event.model_copy(update={"argument": hide(event.argument)})
        case File():
            return event.model_copy(update={"caption": hide(event.caption)})
        case _:
            return event


def _understood(event: Text | Command | Tap | Location, language: str) -> Event:
    """`event` as the bot takes it: typed commands become commands, no NUL, a place on this earth.

    Raises Refused.
    """
    match event:
        case Text(text=text):
            text = text.replace("\x00", "")
            command = _COMMAND.fullmatch(text.strip())
            if command:
                argument = (command["argument"] or "").strip()
                return Command(name=command["name"].lower(), argument=argument)
            return Text(text=text)
        case Command():
            return Command(name=event.name.lower(), argument=event.argument.replace("\x00", ""))
        case Location():
            # A comparison with NaN is false, so NaN is refused too.
            if not (abs(event.latitude) <= 90 and abs(event.longitude) <= 180):
                raise Refused("not_understood", language)
            if not (isfinite(event.altitude) and isfinite(event.accuracy)):
                raise Refused("not_understood", language)
    return event


async def _body(request: web.Request, limit: int, language: str) -> bytes:
    if (request.content_length or 0) > limit:
        raise Refused("too_large", language)
    body = bytearray()
    async for chunk in request.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > limit:
            raise Refused("too_large", language)
    return bytes(body)


async def _upload(request: web.Request, limits: Limits, language: str) -> _Upload:
    """The parts of an upload, whatever their order. Raises Refused."""
    fields: dict[str, str] = {}
    content, name, claimed = b"", "", ""
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or len(fields) > 3:
                raise Refused("not_understood", language)
            if part.name == "file":
                content = await _part(part, limits.upload, "file_too_large", language)
                name, claimed = part.filename or "", part.headers.get("Content-Type", "")
            else:
                value = await _part(part, limits.message, "too_large", language)
                fields[part.name or ""] = value.decode()
        return _Upload(_Fields.model_validate(fields), content, name, claimed)
    except BROKEN:  # or a field is missing
        raise Refused("not_understood", language) from None


async def _part(part: BodyPartReader, limit: int, reason: Reason, language: str) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > limit:
            raise Refused(reason, language)
    return bytes(content)


def _file_name(given: str, found: FileType) -> str:
    """The last part of `given`, harmless and with the suffix of what the file really is."""
    stem = PurePath(_UNPRINTABLE.sub("_", given)).stem.strip(" ._")[:80]
    return (stem or found.media) + found.suffix
