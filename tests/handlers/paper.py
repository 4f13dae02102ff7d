"""A channel made of paper: what was delivered lies in a list, and people talk through it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from core.messages import (
    Button,
    Command,
    Event,
    File,
    Inbound,
    Location,
    Reply,
    Tap,
    Text,
)
from core.ports import NotNow, Pace, Receipt, Receive
from handlers.step import Steps
from scheduler.sender import Sender


@dataclass(slots=True)
class Paper:
    """One delivered message as it stands now."""

    id: str
    reply: Reply

    @property
    def text(self) -> str:
        return self.reply.text

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.reply.buttons for button in row]

    def button(self, wanted: str | int) -> Button:
        """The button of this number or text, or the first whose text holds `wanted`."""
        if isinstance(wanted, int):
            return self.buttons[wanted]
        exact = [button for button in self.buttons if button.text == wanted]
        found = exact or [button for button in self.buttons if wanted in button.text]
        assert found, f"no button {wanted!r} among {[button.text for button in self.buttons]}"
        return found[0]


@dataclass(slots=True)
class PaperChannel:
    """A messenger that keeps every message; `refuse` may raise for an address and a reply."""

    name: str = "paper"
    pace: Pace | None = None
    sheets: dict[str, list[Paper]] = field(default_factory=dict)
    refuse: Callable[[str, Reply], None] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    unfetchable: bool = False
    fetch_after: float | None = None
    acknowledged: list[str] = field(default_factory=list)
    erased: list[Inbound] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def run(self, receive: Receive) -> None:
        await asyncio.Event().wait()

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        if self.refuse:
            self.refuse(address, reply)
        sheet = self.sheets.setdefault(address, [])
        for paper in sheet:
            if paper.id == replaces:
                paper.reply = reply
                return Receipt(paper.id)
        sheet.append(Paper(str(next(self._ids)), reply))
        return Receipt(sheet[-1].id)

    async def acknowledge(self, inbound: Inbound) -> None:
        self.acknowledged.append(inbound.key)

    async def erase(self, inbound: Inbound) -> None:
        self.erased.append(inbound)

    async def fetch(self, file_id: str) -> bytes:
        self.fetched.append(file_id)
        if self.unfetchable:
            raise NotNow("no network", after=self.fetch_after)
        return self.files[file_id]


@dataclass(slots=True)
class Talker:
    """Somebody at the other end of a channel."""

    address: str
    channel: PaperChannel
    steps: Steps
    sender: Sender
    language: str = "zh"
    account: int | None = None
    _keys: count[int] = field(default_factory=lambda: count(1))

    @property
    def sheet(self) -> list[Paper]:
        return self.channel.sheets.setdefault(self.address, [])

    @property
    def last(self) -> Paper:
        """The newest message."""
        return self.sheet[-1]

    @property
    def texts(self) -> list[str]:
        """What stands in the chat, oldest first."""
        return [paper.text for paper in self.sheet]

    @property
    def open(self) -> Paper:
        """The newest message with buttons or something to type."""
        return next(p for p in reversed(self.sheet) if p.buttons or p.reply.entry)

    async def do(
        self, event: Event, key: str | None = None, message: str | None = None, private: bool = True
    ) -> Paper:
        """Hand one event over and wait for what comes back."""
        await self.steps.receive(
            Inbound(
                channel=self.channel.name,
                address=self.address,
                key=key or f"{self.address}-{next(self._keys)}",
                event=event,
                message=message,
                language=self.language,
                private=private,
            )
        )
        await self.sender.drain()
        return self.last if self.sheet else Paper("0", Reply(text=""))

    async def say(self, text: str) -> Paper:
        """Type something; a slash begins a command."""
        if not text.startswith("/"):
            return await self.do(Text(text=text))
        name, _, argument = text[1:].partition(" ")
        return await self.do(Command(name=name, argument=argument))

    async def press(self, wanted: str | int, paper: Paper | None = None) -> Paper:
        """Press a button of the newest message that has any, or of `paper`."""
        target = paper or next(p for p in reversed(self.sheet) if p.buttons)
        return await self.do(Tap(token=target.button(wanted).token), message=target.id)

    async def photo(self, content: bytes = b"\xff\xd8\xffjpeg") -> Paper:
        """Send a photo."""
        file_id = f"photo{next(self._keys)}"
        self.channel.files[file_id] = content
        return await self.do(
            File(media="photo", file_id=file_id, mime="image/jpeg", size=len(content))
        )

    async def place(self, latitude: float, longitude: float) -> Paper:
        """Send a location."""
        return await self.do(Location(latitude=latitude, longitude=longitude))
