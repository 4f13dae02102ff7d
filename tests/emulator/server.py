"""The HTTP side: routes, token, faults, and the log of calls."""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from tests.emulator.faults import Fault, Refusal, flood
from tests.emulator.hooks import Hooks
from tests.emulator.methods import Methods
from tests.emulator.params import Params, read
from tests.emulator.people import Group, User
from tests.emulator.world import Chat, World
from tests.patience import PATIENCE

TOKEN: Final = "424242:synthetic-token-of-the-emulator-00"

DOWNLOAD: Final = "download"
"""How faults name the fetching of a file's content, which is no method of the Bot API."""

_LOOKS_LIKE_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


@dataclass(frozen=True, slots=True)
class Called:
    """One call of the bot's. `status` is the HTTP status, or None where the line was cut."""

    method: str
    params: dict[str, Any]
    status: int | None


class Emulator:
    """A Bot API server for one bot, on a free port of this machine (or `port`)."""

    def __init__(self, token: str = TOKEN, username: str = "zoufang_test_bot") -> None:
        self.token = token
        bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Zoufang"}
        self.world = World(bot | {"username": username})
        self.calls: list[Called] = []
        self.in_hand = 0
        """How many calls are being answered, long polls aside."""
        self.base = ""
        self.hooks = Hooks(self.world)
        self._methods = Methods(self.world)
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._chance: Callable[[str], Fault | None] = lambda method: None
        self._runner: web.AppRunner | None = None
        self._posting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def open(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{bound}"
        self._posting = asyncio.create_task(self.hooks.run())

    async def close(self) -> None:
        self._methods.closing = True
        await self.world.notify()
        if self._posting is not None:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    # --- people ----------------------------------------------------------------------------------

    def user(self, user_id: int, name: str = "Mei", language_code: str | None = "zh-hans") -> User:
        """Somebody who has not spoken to the bot yet."""
        return User(self.world, user_id, name, language_code)

    def group(self, group_id: int = -4001, title: str = "Village") -> Group:
        """A group with the bot in it."""
        chat = Chat({"id": group_id, "type": "group", "title": title}, opened=True)
        self.world.chats[group_id] = chat
        return Group(self.world, chat)

    # --- what the bot did ------------------------------------------------------------------------

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all calls of a method, in order."""
        return [call.params for call in self.calls if call.method == method]

    async def until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until something holds; looked at whenever anything happens here."""
        async with asyncio.timeout(within), self.world.changed:
            await self.world.changed.wait_for(holds)

    async def quiet(self, within: float = PATIENCE) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self.world.updates, within)

    async def heard_out(self) -> None:
        """Wait until all is done that the bot has said, also what nobody has read yet, and those
        who wait for it have seen it."""
        await _let_others()
        await self.until(lambda: not self.in_hand)
        await _let_others()

    # --- what goes wrong -------------------------------------------------------------------------

    def fail_next(self, method: str, *planned: Fault) -> None:
        """The next calls of this method (``*`` for any) go wrong, one after another."""
        self._planned[method].extend(planned)

    def faults(self, rate: float, seed: int, *faults: Fault, methods: Collection[str] = ()) -> None:
        """From now on this share of calls goes wrong in one of these ways, 429 unless told; with a
        seed, so that a run can be had again. No `methods` means all but getUpdates."""
        chance = random.Random(seed)
        ways = faults or (flood(),)

        def draw(method: str) -> Fault | None:
            aimed = method in methods if methods else method != "getUpdates"
            return chance.choice(ways) if aimed and chance.random() < rate else None

        self._chance = draw

    def _fault(self, method: str) -> Fault | None:
        for queue in (self._planned[method], self._planned["*"]):
            if queue:
                return queue.popleft()
        return self._chance(method)

    # --- HTTP ------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = Params()
        answering = int(method != "getUpdates")
        self.in_hand += answering
        try:
            self._check(request.match_info["token"])
            params = await read(request)
            response = await self._act(request, method, lambda: self._do(method, params))
        except Refusal as refusal:
            response = web.json_response(refusal.body(), status=refusal.code)
        except ConnectionResetError:  # the bot was gone before it had said all
            response = web.Response()
        finally:
            self.in_hand -= answering
        cut = request.transport is None or request.transport.is_closing()
        self.calls.append(Called(method, params.plain(), None if cut else response.status))
        await self.world.notify()
        return response

    async def _act(
        self, request: web.Request, method: str, do: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Do it, unless a fault comes over it."""
        fault = self._fault(method)
        if fault is None:
            return await do()
        if fault.refusal is not None:
            raise fault.refusal
        response = await do() if fault.acts else web.Response()
        await asyncio.sleep(fault.seconds)
        if fault.kind == "raw":
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if fault.kind == "cut" and request.transport is not None:
            request.transport.abort()
        return response

    async def _do(self, method: str, params: Params) -> web.Response:
        result = await self._methods[method](params)
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check(request.match_info["token"])
            return await self._act(request, DOWNLOAD, lambda: self._content(request))
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)

    async def _content(self, request: web.Request) -> web.Response:
        wanted = request.match_info["path"]
        for path, sent in self.world.files.values():
            if path == wanted:
                return web.Response(body=sent.content, content_type="application/octet-stream")
        raise Refusal(404, "Not Found")

    def _check(self, token: str) -> None:
        if not _LOOKS_LIKE_TOKEN.fullmatch(token):
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")


async def _let_others() -> None:
    """Let everybody go on with what has come in: to take a call that lies on a connection, even on
    a new one, takes the event loop some turns."""
    for _ in range(50):
        await asyncio.sleep(0)
