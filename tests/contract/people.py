"""People at the other end of each channel, who all act alike: a test does not know which it is."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import aiohttp

from tests.emulator import Message, User
from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's. `tokens` are what its buttons carry, by their labels."""

    id: str
    text: str
    tokens: dict[str, str]

    @property
    def labels(self) -> list[str]:
        return list(self.tokens)

    def label(self, part: str) -> str:
        """The one label that is, or else the first that holds, these words."""
        near = [part] if part in self.tokens else [one for one in self.tokens if part in one]
        assert near, f"no button {part!r} in {self.labels}"
        return near[0]


class Person(ABC):
    """Somebody who talks to the bot. `seen` are the messages that they waited for."""

    def __init__(self) -> None:
        self.seen: list[Shown] = []

    @property
    def last(self) -> Shown:
        """The newest of what was waited for."""
        return self.seen[-1]

    @property
    @abstractmethod
    def chat(self) -> list[Shown]:
        """What the bot's messages say now, oldest first."""

    @abstractmethod
    async def sees(self, words: str) -> Shown:
        """Wait for the next message, or change of one, that holds these words."""

    async def asked(self, words: str) -> Shown:
        """The same for a message with buttons: an answered question's words stay, without any."""
        while not (await self.sees(words)).tokens:
            pass
        return self.last

    @abstractmethod
    async def says(self, text: str) -> None:
        """Type words or a command."""

    @abstractmethod
    async def press(self, label: str, on: Shown | None = None) -> None:
        """Tap a button of the last message, or of another one."""

    @abstractmethod
    async def place(self, latitude: float, longitude: float, accuracy: float = 0.0) -> None:
        """Send a location, with so many metres of uncertainty."""

    @abstractmethod
    async def day(self, day: date) -> None:
        """Choose a day of this month where the channel offers one: from a calendar, or a field."""

    @abstractmethod
    async def photo(self, content: bytes) -> None:
        """Send a photo."""

    @abstractmethod
    async def voice(self, content: bytes) -> None:
        """Send a recording."""

    @abstractmethod
    async def video(self, content: bytes) -> None:
        """Send a film."""

    @abstractmethod
    async def document(self, content: bytes, name: str, mime: str) -> None:
        """Send a file."""

    @abstractmethod
    async def phone(self, number: str) -> None:
        """Share one's own telephone number; where that is not possible, type it."""

    @abstractmethod
    async def pictures(self) -> list[bytes]:
        """The content of the pictures that the bot has sent, as photos or as files."""

    async def picture(self) -> bytes:
        """The content of the newest of them."""
        return (await self.pictures())[-1]


class OnTelegram(Person):
    """By the emulator."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user

    @property
    def chat(self) -> list[Shown]:
        return [_of_telegram(message) for message in self.user.answers]

    async def sees(self, words: str) -> Shown:
        self.seen.append(_of_telegram(await self.user.expects(words)))
        return self.last

    async def says(self, text: str) -> None:
        await self.user.say(text)

    async def press(self, label: str, on: Shown | None = None) -> None:
        shown = on or self.last
        raw = {"message_id": int(shown.id), "chat": self.user.chat.info}
        data = shown.tokens[shown.label(label)]
        keyboard = [[{"text": label, "callback_data": data}]]
        await self.user.press(Message(raw | {"reply_markup": {"inline_keyboard": keyboard}}))

    async def place(self, latitude: float, longitude: float, accuracy: float = 0.0) -> None:
        await self.user.location(latitude, longitude, accuracy)

    async def day(self, day: date) -> None:
        await self.press("日历")
        shown = await self.asked("")
        while f"{day.year}年{day.month}月" not in " ".join(shown.labels):
            shown = await self.asked("")
        await self.press(str(day.day))

    async def photo(self, content: bytes) -> None:
        await self.user.photo(content)

    async def voice(self, content: bytes) -> None:
        await self.user.voice(content)

    async def video(self, content: bytes) -> None:
        await self.user.video(content)

    async def document(self, content: bytes, name: str, mime: str) -> None:
        await self.user.document(content, name, mime)

    async def phone(self, number: str) -> None:
        await self.user.contact(number)

    async def pictures(self) -> list[bytes]:
        files = self.user.world.files
        sent = [one for one in self.user.answers if {"photo", "document"} & one.raw.keys()]
        return [files[message.file_id()][1].content for message in sent]


def _of_telegram(message: Message) -> Shown:
    rows = message.raw.get("reply_markup", {}).get("inline_keyboard", [])
    tokens = {button["text"]: button["callback_data"] for row in rows for button in row}
    return Shown(str(message.id), message.text, tokens)


class OnTheWeb(Person):
    """By the routes that the page uses."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__()
        self.session = session
        self._lines: dict[int, dict[str, Any]] = {}
        self._read = 0

    @property
    def chat(self) -> list[Shown]:
        return [_of_web(seq, reply) for seq, reply in self._lines.items()]

    async def sees(self, words: str) -> Shown:
        async with asyncio.timeout(PATIENCE):
            address = f"/chat/events?after={self._read}"
            async with self.session.get(address) as answer:
                async for seq, body in _lines(answer):
                    self._read = seq
                    if body["from"] == "bot":
                        place = int(body["replaces"] or seq)
                        self._lines[place] = body["reply"]
                        if words in body["reply"]["text"]:
                            self.seen.append(_of_web(place, body["reply"]))
                            return self.last
        raise AssertionError(f"the stream ended before {words!r}")

    async def says(self, text: str) -> None:
        await self.post({"kind": "text", "text": text})

    async def press(self, label: str, on: Shown | None = None) -> None:
        shown = on or self.last
        token = shown.tokens[shown.label(label)]
        await self.post({"kind": "tap", "token": token}, message=shown.id)

    async def place(self, latitude: float, longitude: float, accuracy: float = 0.0) -> None:
        where = {"latitude": latitude, "longitude": longitude}
        await self.post({"kind": "location", **where, "accuracy": accuracy})

    async def day(self, day: date) -> None:
        await self.says(day.isoformat())  # as the page's field writes it

    async def photo(self, content: bytes) -> None:
        await self.document(content, "house.png", "image/png")

    async def voice(self, content: bytes) -> None:
        await self.document(content, "said.ogg", "audio/ogg")

    async def video(self, content: bytes) -> None:
        await self.document(content, "house.mp4", "video/mp4")

    async def document(self, content: bytes, name: str, mime: str) -> None:
        form = aiohttp.FormData({"client_id": str(uuid4())})
        form.add_field("file", content, filename=name, content_type=mime)
        async with self.session.post("/chat/uploads", data=form) as answer:
            assert answer.status == 202, await answer.text()

    async def phone(self, number: str) -> None:
        await self.says(number)

    async def pictures(self) -> list[bytes]:
        named = [one["media"] for reply in self._lines.values() for one in reply["pictures"]]
        return [await self._file(media) for media in named]

    async def _file(self, media: str) -> bytes:
        async with self.session.get(f"/chat/files/{media}") as answer:
            assert answer.status == 200
            return await answer.read()

    async def post(self, event: dict[str, Any], **more: str) -> None:
        """One message; `more` may name its ``client_id``."""
        body = {"client_id": str(uuid4()), "event": event, **more}
        async with self.session.post("/chat/messages", json=body) as answer:
            assert answer.status == 202, await answer.text()


async def _lines(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    async for raw in answer.content:
        line = raw.decode()
        if line.startswith("data: ") and '"seq"' in line:
            event = json.loads(line.removeprefix("data: "))
            yield event["seq"], event["body"]


def _of_web(seq: int, reply: dict[str, Any]) -> Shown:
    tokens = {button["text"]: button["token"] for row in reply["buttons"] for button in row}
    return Shown(str(seq), reply["text"], tokens)
