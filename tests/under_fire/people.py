"""People who fill in forms and do each thing once, however often they are asked.

A person answers what the bot asks, and then waits: nobody repeats themselves, or helps a bot along
that has forgotten them. So a lost answer or a lost question leaves somebody waiting for ever, which
is what the verdict looks for.
"""

from __future__ import annotations

import asyncio
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import aiohttp

from tests.emulator import Message, User
from tests.under_fire import form
from tests.under_fire.form import Script, Way
from tests.under_fire.ground import Worker

_Posting = AbstractAsyncContextManager[aiohttp.ClientResponse]

MENU, REVIEW, RECEIPT = "今天要做什么", "请检查", "已提交"
_AGAIN: Final = 0.05  # seconds until a page tries again what did not get through
_THINKS: Final = 0.2  # seconds at most before an answer
_FOR_EVER: Final = 36_000.0
_STREAM: Final = aiohttp.ClientTimeout(total=None, sock_read=60)
# The review names every question, so it is looked for first.
_EXPECTED: Final = (RECEIPT, REVIEW, MENU, *form.LABELS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot asks: its words, and the channel's message."""

    text: str
    message: Any


@dataclass(frozen=True, slots=True)
class Twice:
    """Something that was asked once more. `lives` are those of the program that asked it; it is
    `late` if something else was asked and answered in between."""

    what: str
    lives: tuple[int, int]
    late: bool


@dataclass(slots=True)
class Person(ABC):
    """One worker at one end of the channel.

    `said` are the forms that they submitted, `odd` what the bot said that nobody asked for; `life`
    tells how often the program was started. `answers` counts what the bot asked in its turn, and
    `waits_for` is what is to be asked next.
    """

    worker: Worker
    seed: int
    life: Callable[[], int]
    said: list[Script] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    steps: int = 0
    answers: int = 0
    waits_for: str = MENU
    _asked_in: dict[str, int] = field(default_factory=dict)

    async def fill_in(self, enough: Callable[[], bool]) -> None:
        """Fill in one form after another until it is enough."""
        chance = random.Random(f"{self.seed}/{self.worker.account}")
        while True:
            script = form.script(self.worker.account, len(self.said), self.seed)
            await self._step(MENU, form.TITLE, chance)
            for line in script:
                await self._step(line.label, line.said, chance, line.way)
            await self._step(REVIEW, "提交", chance)
            self.said.append(script)
            if enough():
                await self._asked(RECEIPT)
                return
            await self._step(RECEIPT, "菜单", chance)

    async def begin(self, answers: int) -> Script:
        """Open a form and give its first answers, at leisure; the form."""
        chance = random.Random(f"{self.seed}/{self.worker.account}")
        script = form.script(self.worker.account, 0, self.seed)
        await self._step(MENU, form.TITLE, chance)
        for line in script[:answers]:
            await self._step(line.label, line.said, chance, line.way)
        self.waits_for = script[answers].label
        return script

    async def answer(self, script: Script, number: int) -> None:
        """Give one more answer, and wait until the next question is asked."""
        chance = random.Random(f"{self.seed}/{self.worker.account}/{number}")
        line, after = script[number : number + 2]
        await self._step(line.label, line.said, chance, line.way)
        await self._asked(after.label)

    async def _step(
        self, what: str, answer: str, chance: random.Random, way: Way = "pressed"
    ) -> None:
        """Wait until this is asked, think, and answer it once."""
        asked = await self._asked(what)
        await asyncio.sleep(chance.uniform(0, _THINKS))
        self.steps += 1
        match way:
            case "typed":
                await self.say(answer)
            case "pressed":
                await self.press(asked, answer)
            case "phone":
                await self.share_phone(answer)
            case "place":
                latitude, longitude = map(float, answer.split())
                await self.share_place(latitude, longitude)
            case "photo":
                await self.send_photo(form.picture(answer))

    async def _asked(self, what: str) -> Asked:
        self.waits_for = what
        while True:
            asked = await self.heard()
            shown = _what(asked.text)
            if shown == what:
                self.answers += 1
                self._asked_in.pop(what, None)  # from the filling before
                self._asked_in[what] = self.life()
                return asked
            if shown in self._asked_in:
                late = shown != list(self._asked_in)[-1]
                self.twice.append(Twice(shown, (self._asked_in[shown], self.life()), late))
            else:
                self.odd.append(f"{asked.text!r} while waiting for {what!r}")

    @abstractmethod
    async def come_in(self) -> None:
        """Become known to the bot, which then shows the menu."""

    @abstractmethod
    async def leave(self) -> None:
        """Close whatever is open."""

    @abstractmethod
    async def heard(self) -> Asked:
        """Wait for the next message that has buttons, or change of one."""

    @abstractmethod
    async def say(self, text: str) -> None:
        """Type something."""

    @abstractmethod
    async def press(self, asked: Asked, label: str) -> None:
        """Press a button."""

    @abstractmethod
    async def share_phone(self, number: str) -> None:
        """Share one's telephone number; where that is not possible, type it."""

    @abstractmethod
    async def share_place(self, latitude: float, longitude: float) -> None:
        """Send a location."""

    @abstractmethod
    async def send_photo(self, content: bytes) -> None:
        """Send a photo."""


@dataclass(slots=True)
class OnTelegram(Person):
    """By the emulator, which hands over as often as Telegram does until it is confirmed."""

    user: User = field(kw_only=True)

    async def come_in(self) -> None:
        await self.user.start(self.worker.code)

    async def leave(self) -> None:
        """Nothing is open."""

    async def heard(self) -> Asked:
        message = await self.user.expects(lambda message: bool(message.buttons), _FOR_EVER)
        return Asked(message.text, message)

    async def say(self, text: str) -> None:
        await self.user.say(text)

    async def press(self, asked: Asked, label: str) -> None:
        message: Message = asked.message
        await self.user.press(message, label)

    async def share_phone(self, number: str) -> None:
        await self.user.contact(number)

    async def share_place(self, latitude: float, longitude: float) -> None:
        await self.user.location(latitude, longitude)

    async def send_photo(self, content: bytes) -> None:
        await self.user.photo(content)


@dataclass(slots=True)
class OnTheWeb(Person):
    """By the routes that the page uses. Like the page, it repeats what got no answer, always by the
    same id, and reads on after the last line that it has seen."""

    url: str = field(kw_only=True)
    _session: aiohttp.ClientSession = field(init=False)
    _reading: asyncio.Task[None] = field(init=False)
    _lines: asyncio.Queue[Asked] = field(default_factory=asyncio.Queue)
    _read: int = -1

    async def come_in(self) -> None:
        jar = aiohttp.CookieJar(unsafe=True)
        self._session = aiohttp.ClientSession(self.url, cookie_jar=jar)
        link = f"/sign-in/{self.worker.link}"
        async with self._session.post(link, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
        self._reading = asyncio.create_task(self._read_on())

    async def leave(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._session.close()

    async def heard(self) -> Asked:
        return await self._lines.get()

    async def say(self, text: str) -> None:
        await self._post({"event": {"kind": "text", "text": text}})

    async def press(self, asked: Asked, label: str) -> None:
        seq, reply = asked.message
        buttons = (button for row in reply["buttons"] for button in row)
        token = next(button["token"] for button in buttons if label in button["text"])
        await self._post({"event": {"kind": "tap", "token": token}, "message": str(seq)})

    async def share_phone(self, number: str) -> None:
        await self.say(number)

    async def share_place(self, latitude: float, longitude: float) -> None:
        place = {"kind": "location", "latitude": latitude, "longitude": longitude}
        await self._post({"event": place})

    async def send_photo(self, content: bytes) -> None:
        client_id = str(uuid4())

        def upload() -> aiohttp.FormData:
            form = aiohttp.FormData({"client_id": client_id})
            form.add_field("file", content, filename="well.png", content_type="image/png")
            return form

        await self._get_through(lambda: self._session.post("/chat/uploads", data=upload()))

    async def _post(self, body: dict[str, Any]) -> None:
        body["client_id"] = str(uuid4())
        await self._get_through(lambda: self._session.post("/chat/messages", json=body))

    async def _get_through(self, send: Callable[[], _Posting]) -> None:
        """Send until it is taken."""
        while True:
            with suppress(aiohttp.ClientError):
                async with send() as answer:
                    if answer.status == 202:
                        return
                    assert answer.status >= 500, await answer.text()
            await asyncio.sleep(_AGAIN)

    async def _read_on(self) -> None:
        while True:
            with suppress(aiohttp.ClientError):
                await self._read_stream()
            await asyncio.sleep(_AGAIN)

    async def _read_stream(self) -> None:
        address = f"/chat/events?after={self._read}"
        async with self._session.get(address, timeout=_STREAM) as answer:
            if answer.status != 200:
                return
            async for raw in answer.content:
                if raw.startswith(b"data: ") and b'"seq"' in raw:
                    self._take(json.loads(raw.removeprefix(b"data: ")))

    def _take(self, line: dict[str, Any]) -> None:
        self._read, body = line["seq"], line["body"]
        if body["from"] == "bot" and body["reply"]["buttons"]:
            place = body["replaces"] or line["seq"]
            self._lines.put_nowait(Asked(body["reply"]["text"], (place, body["reply"])))


def _what(text: str) -> str:
    """Which of the things that a person expects this is; '' for none of them."""
    return next((what for what in _EXPECTED if what in text), "")
