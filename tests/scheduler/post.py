"""An outbox, a sender and a messenger of paper."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import text

from core.messages import Reply
from scheduler.sender import Sender
from storage.database import Database
from storage.outbox import Parcel
from storage.policy import SYSTEM
from tests.clock import TurnedClock
from tests.handlers.paper import Paper, PaperChannel


@dataclass(slots=True)
class Post:
    """An outbox, a sender and a channel of paper; `trouble` is raised by the next deliveries."""

    database: Database
    clock: TurnedClock
    channel: PaperChannel = field(default_factory=PaperChannel)
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    sender: Sender = field(init=False)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.channel.refuse = self._refuse
        self.sender = self.restarted()

    def restarted(self) -> Sender:
        """A sender as a new process would have it."""
        return Sender(self.database, {"paper": self.channel}, render, self.clock)

    def _refuse(self, address: str, reply: Reply) -> None:
        self.tried.append(reply.text)
        self.heard.set()
        if planned := self.trouble.get(address):
            raise planned.pop(0)

    async def queue(self, address: str, *replies: Reply | str) -> None:
        async with self.database.unit(SYSTEM, "test") as uow:
            chat = await uow.conversations.load("paper", address, "zh")
            await uow.outbox.queue(
                chat.id, [Reply(text=one) if isinstance(one, str) else one for one in replies]
            )

    async def bring(self, address: str, *said: Reply | str) -> None:
        """One step that says something."""
        with self.sender.bringing() as brought:
            async with self.database.unit(SYSTEM, "step") as uow:
                chat = await uow.conversations.load("paper", address, "zh")
                chat.reachable = True
                await uow.conversations.save(chat)
                replies = [Reply(text=one) if isinstance(one, str) else one for one in said]
                await brought.queue(uow, chat, replies)

    async def drain(self) -> None:
        await self.sender.drain()

    def sheet(self, address: str) -> list[Paper]:
        return self.channel.sheets.get(address, [])

    def texts(self, address: str) -> list[str]:
        return [paper.text for paper in self.sheet(address)]

    async def states(self) -> list[str]:
        async with self.database.unit(SYSTEM, "test") as uow:
            rows = await uow.connection.execute(text("SELECT state FROM outbox ORDER BY id"))
            return list(rows.scalars())

    async def reachable(self, address: str) -> bool:
        async with self.database.unit(SYSTEM, "test") as uow:
            return (await uow.conversations.load("paper", address, "zh")).reachable


def render(parcel: Parcel) -> Reply:
    return Reply.model_validate(parcel.body)
