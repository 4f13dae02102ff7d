"""The web chat as a channel."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web.door import Door
from bot.channels.web.files import Files
from bot.channels.web.guard import protect, protect_encrypted
from bot.channels.web.incoming import CHANNEL, Incoming
from bot.channels.web.limits import Limits
from bot.channels.web.pages import Pages
from bot.channels.web.refusals import Refused, refusal
from bot.channels.web.streams import Streams
from core import measures
from core.log import log
from core.messages import Command, Inbound, Reply
from core.ports import Clock, Receipt, Receive, Screen, Undeliverable, WebStore


async def _as_it_is(inbound: Inbound) -> Inbound:
    return inbound


class WebChannel:
    """A `Channel` whose messenger is our own page.

    A delivered reply is a line in the person's transcript; pages read it from there, at once where
    one is open, else when it opens again. So a delivery never fails for want of a listener, and all
    devices of a person show the same.
    """

    def __init__(
        self,
        store: WebStore,
        clock: Clock,
        public_url: str = "http://127.0.0.1:8080",
        limits: Limits | None = None,
        greeting: Command | None = None,
        *,
        screen: Screen = _as_it_is,
        guests: bool = False,
    ) -> None:
        """`greeting` is what a first sign-in says for its person, so that no chat opens empty;
        `screen` takes out of what is sent what may not be kept; `guests` opens ``/guest``, by
        which residents come in whom nobody knows yet."""
        limits = limits or Limits()
        self._store = store
        self._clock = clock
        self._pages = Pages()
        self._door = Door(store, self._pages, public_url, limits, guests=guests)
        self._streams = Streams(store, self._door, limits)
        self._incoming = Incoming(
            store, clock, self._door, limits, self._streams.wake, screen=screen
        )
        self._files = Files(store, clock, self._door, limits)
        if greeting is not None:
            self._door.arrived = partial(self._incoming.greet, greeting)

    @property
    def name(self) -> str:
        """``web``."""
        return CHANNEL

    @property
    def door(self) -> Door:
        """Who is signed in: other pages of the program ask there too."""
        return self._door

    @property
    def pace(self) -> None:
        """Nobody minds."""

    def attach(self, app: web.Application) -> None:
        """Add the routes to `app`, security headers to all its responses, and a clean end of the
        open streams to its shutdown."""
        app.add_routes([web.get("/", self._home)])
        for part in (self._pages, self._door, self._streams, self._incoming, self._files):
            app.add_routes(part.routes())
        app.middlewares.append(_kind_words)
        app.on_response_prepare.append(protect)
        if self._door.secure:
            app.on_response_prepare.append(protect_encrypted)
        app.on_shutdown.append(self._end_streams)

    async def run(self, receive: Receive) -> None:
        """Hand over what pages send, until cancelled. Before and after that, pages keep what they
        have and try again."""
        self._incoming.receive = receive
        self._streams.open()
        measures.CHANNEL_UP.set(1, CHANNEL)
        try:
            await asyncio.Event().wait()
        finally:
            measures.CHANNEL_UP.forget(CHANNEL)
            self._incoming.receive = None
            self._streams.close()

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        """Add `reply` to the transcript. A changed message keeps its id, as in messengers."""
        line: dict[str, object] = {
            "from": "bot",
            "reply": reply.model_dump(mode="json"),
            "replaces": int(replaces) if replaces else None,
            "at": self._clock.now().isoformat(timespec="seconds"),
        }
        seq = await self._store.append(address, line, key or uuid4().hex)
        self._streams.wake(address)
        return Receipt(replaces or str(seq))

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing to do: the page saw the tap's request answered."""

    async def erase(self, inbound: Inbound) -> None:
        """Nothing to do: an ID number never stood in the transcript."""

    async def fetch(self, file_id: str) -> bytes:
        """The content of an upload. Raises Undeliverable if it is not kept (any more)."""
        kept = await self._store.get_file(file_id)
        if kept is None:
            raise Undeliverable(f"no upload {file_id}")
        return kept[0]

    async def _home(self, request: web.Request) -> web.Response:
        signed_in = await self._door.who(request)
        if signed_in is None:
            return self._pages.html("closed.html", status=401)
        return self._pages.chat(signed_in.session)

    async def _end_streams(self, _app: web.Application) -> None:
        self._streams.close()


@web.middleware
async def _kind_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(refused)
    except (web.HTTPException, ConnectionResetError, asyncio.CancelledError):
        raise
    except Exception:
        resource = request.match_info.route.resource  # a path itself may hold a secret
        log.exception("web chat request failed", path=resource.canonical if resource else "")
        return refusal(Refused("trouble"))
