"""The web chat without a browser: a signed-in session that posts messages and reads events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aiohttp

from tests.end_to_end.filler import Shown
from tests.patience import PATIENCE


@dataclass(slots=True)
class Line:
    """One message of the bot as it stands now."""

    seq: int
    reply: dict[str, Any]

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for row in self.reply["buttons"] for button in row]


@dataclass(slots=True)
class WebChat:
    """Implements `tests.end_to_end.filler.Chat`. Its stream stays open, however long it takes."""

    url: str
    session: aiohttp.ClientSession
    lines: dict[int, Line] = field(default_factory=dict)
    last: int = 0
    _heard: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    _reading: asyncio.Task[None] = field(init=False)

    @classmethod
    async def enter(cls, link: str) -> Self:
        """Sign in by a one-time link, as the page's button does."""
        url = link.split("/sign-in/", maxsplit=1)[0]
        jar, timeout = aiohttp.CookieJar(unsafe=True), aiohttp.ClientTimeout(total=None)
        session = aiohttp.ClientSession(cookie_jar=jar, timeout=timeout)
        async with session.post(link, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
        return cls(url, session)

    async def __aenter__(self) -> Self:
        await self._catch_up()
        self._reading = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.session.close()

    async def begin(self) -> None:
        """Wait for the menu that greets who is here for the first time; else ask for it."""
        if not self.lines:
            with suppress(TimeoutError):
                await self._answered()
        if not self.lines:
            await self.say("/start")

    # --- reading ---------------------------------------------------------------------------------

    @property
    def texts(self) -> list[str]:
        """What the bot's messages say now."""
        return [line.reply["text"] for line in self.lines.values()]

    @property
    def _asking(self) -> Line:
        asking = [line for line in self.lines.values() if line.buttons]
        return asking[-1]

    @property
    def open(self) -> Shown:
        line = self._asking
        return Shown(line.reply["text"], tuple(button["text"] for button in line.buttons))

    async def _catch_up(self) -> None:
        """Take what was said before."""
        async with self.session.get(f"{self.url}/chat/history") as answer:
            for line in (await answer.json())["lines"]:
                self._take(line)

    async def _listen(self) -> None:
        """Read the lines after the last one, until the server ends."""
        address = f"{self.url}/chat/events?after={self.last}"
        with suppress(aiohttp.ClientError):
            async with self.session.get(address) as answer:
                assert answer.status == 200, await answer.text()
                async for event in _data(answer):
                    if reply := self._take(event):
                        self._heard.put_nowait(reply)

    async def _answered(self, within: float = PATIENCE) -> None:
        """A step's last reply is the one that asks; those before it close what was answered.
        Raises TimeoutError."""
        async with asyncio.timeout(within):
            while (await self._heard.get())["slot"] is None:
                pass

    def _take(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Put a line where it belongs; the reply if it is one."""
        self.last = event["seq"]
        body = event["body"]
        if body["from"] != "bot":
            return None
        place = body["replaces"] or event["seq"]
        self.lines[place] = Line(place, body["reply"])
        reply: dict[str, Any] = body["reply"]
        return reply

    # --- doing -----------------------------------------------------------------------------------

    async def say(self, text: str) -> Shown:
        return await self._do({"kind": "text", "text": text})

    async def press(self, button: str) -> Shown:
        line = self._asking
        token = next(one["token"] for one in line.buttons if one["text"] == button)
        return await self._do({"kind": "tap", "token": token}, message=str(line.seq))

    async def _do(self, event: dict[str, str], **more: str) -> Shown:
        await self.post(event, **more)
        await self._answered()
        return self.open

    async def post(self, event: dict[str, str], **more: str) -> None:
        """Hand over one thing, as often as the server says that it is not running yet."""
        body = {"client_id": str(uuid4()), "event": event, **more}
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.session.post(f"{self.url}/chat/messages", json=body) as answer:
                    if answer.status == 202:
                        return
                    assert answer.status == 503, await answer.text()
                await asyncio.sleep(0.05)


async def _data(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The lines of a stream of events; heartbeats and the session's own events are left out."""
    async for raw in answer.content:
        line = raw.decode()
        if line.startswith("data: "):
            event = json.loads(line.removeprefix("data: "))
            if "seq" in event:
                yield event
