"""The whole house behind one channel, over real HTTP: server, database, steps and sender."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.channels.telegram import Hook, TelegramChannel, open_api
from bot.channels.telegram.opening import Runtime
from bot.channels.web import WebChannel
from bot.parameters import Parameters
from bot.phones import Phonebook
from bot.settings import DEFAULTS
from core.ports import Channel
from handlers.rendering import render
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.sender import Sender
from storage.database import Database
from storage.interviews import StoredInterview
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.submissions import Filter, Record
from storage.web import DatabaseWebStore
from tests.clock import START
from tests.contract.people import OnTelegram, OnTheWeb, Person
from tests.emulator import Emulator

Kind = Literal["aiogram polling", "aiogram webhook", "ptb polling", "ptb webhook", "web"]

TELEGRAM: Final[tuple[Kind, ...]] = (
    "aiogram polling",
    "aiogram webhook",
    "ptb polling",
    "ptb webhook",
)
EVERY: Final[tuple[Kind, ...]] = (*TELEGRAM, "web")

_AGAIN: Final = 0.5  # seconds; many, by a hasty clock

TOWNSHIP: Final = "990101001"
GRID: Final = "990101001101001"


class HastyClock:
    """Runs a hundred times as fast as the real one: a script answers faster than a messenger's
    pace lets a bot write."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return 100 * (time.monotonic() - self._begun)


@dataclass(slots=True)
class Running:
    """A house at work. `telegram` is the messenger that it speaks with, if it does."""

    kind: Kind
    database: Database
    url: str
    channel: Channel
    steps: Steps
    sender: Sender
    telegram: Emulator
    stack: AsyncExitStack
    people: list[OnTelegram] = field(default_factory=list)

    @property
    def on_telegram(self) -> bool:
        return self.kind != "web"

    @property
    def posts(self) -> bool:
        """Whether Telegram posts updates to the house."""
        return "webhook" in self.kind

    async def hire(self, role: Role = Role.GRID_WORKER) -> tuple[int, str]:
        """The id and the code of a new account."""
        area = TOWNSHIP if role is Role.TOWNSHIP_SUPERVISOR else GRID
        async with self.database.unit(OPERATOR, "test") as uow:
            account = await uow.accounts.add("周敏", role, area)
        return account.id, account.code

    async def invite(self, account: int) -> str:
        """A one-time token that lets in by this channel."""
        async with self.database.unit(OPERATOR, "test") as uow:
            return await uow.invites.issue(
                "messenger" if self.on_telegram else "web", account_id=account
            )

    async def stranger(self, language: str = "zh-hans") -> OnTelegram:
        """Somebody on Telegram whom nobody has let in."""
        person = OnTelegram(self.telegram.user(1001 + len(self.people), "Mei", language))
        self.people.append(person)
        return person

    async def enter(self, token: str) -> Person:
        """Somebody who comes in by a token and sees the menu."""
        if self.on_telegram:
            person: Person = await self.stranger()
            await person.says(f"/start {token}")
        else:
            jar = aiohttp.CookieJar(unsafe=True)
            session = aiohttp.ClientSession(self.url, cookie_jar=jar)
            await self.stack.enter_async_context(session)
            async with session.post(f"/sign-in/{token}", allow_redirects=False) as answer:
                assert answer.status == 303, answer.status
            person = OnTheWeb(session)
            await person.says("/start")
        await person.sees("走访")
        return person

    async def guest(self) -> Person:
        """Somebody whom nobody has let in, on whatever channel this is."""
        if self.on_telegram:
            return await self.stranger()
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(self.url, cookie_jar=jar)
        await self.stack.enter_async_context(session)
        async with session.post("/guest", allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
        return OnTheWeb(session)

    async def join(self, role: Role = Role.GRID_WORKER) -> Person:
        """A new member of staff who sees the menu."""
        account, _ = await self.hire(role)
        return await self.enter(await self.invite(account))

    async def values(self) -> set[tuple[str, str]]:
        """The names and values of the answers in the only open interview."""
        drafts: list[StoredInterview] = []
        async with self.database.unit(OPERATOR, "test") as uow:
            accounts = await uow.accounts.all()
        for account in accounts:
            actor = Actor(account.role, account.area_code, account_id=account.id)
            async with self.database.unit(actor, "test") as uow:
                drafts += await uow.interviews.unfinished()
        (draft,) = drafts
        values: dict[str, str] = draft.state["values"]
        return {(ref.rsplit("/", 1)[-1], value) for ref, value in values.items() if value}

    async def reachable(self, account: int) -> bool:
        """Whether a member of staff can be written to."""
        async with self.database.unit(SYSTEM, "test") as uow:
            return bool(await uow.conversations.of_account(account))

    async def records(self) -> list[Record]:
        """Every record, the newest first."""
        async with self.database.unit(OPERATOR, "test") as uow:
            return [record for record, _ in await uow.submissions.list(Filter())]

    async def stored(self, file_id: str) -> bytes:
        """The content of a kept file."""
        async with self.database.unit(SYSTEM, "test") as uow:
            found = await uow.media.get(file_id)
        assert found is not None
        return found[0]

    async def media(self, key: str) -> tuple[bytes, str, str]:
        async with self.database.unit(SYSTEM, "media") as uow:
            found = await uow.media.get(key)
        assert found is not None
        return found


@asynccontextmanager
async def running(
    kind: Kind, database: Database, open_on: frozenset[str] = frozenset({"web", "telegram"})
) -> AsyncIterator[Running]:
    """The house with this channel, until the end of the block; `open_on` as a deployment has it."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Emulator())
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        clock = database.clock

        async def media(key: str) -> tuple[bytes, str, str]:
            return await house.media(key)

        channel: TelegramChannel | WebChannel
        if kind == "web":
            channel = WebChannel(DatabaseWebStore(database, "zh"), clock, url, guests=True)
        else:
            runtime: Runtime = "ptb" if kind.startswith("ptb") else "aiogram"
            api = open_api(runtime, telegram.token, telegram.base)
            secret = "the-secret-of-the-tests"
            hook = Hook.of(url, telegram.token, secret) if "webhook" in kind else None
            channel = TelegramChannel(api, clock=clock, media=media, hook=hook, hold=5)
            stack.push_async_callback(channel.close)
        shared = House(
            shelf=Shelf(),
            zone=ZoneInfo("Asia/Shanghai"),
            parameters=Parameters.read(DEFAULTS / "parameters.toml").on,
            phones=Phonebook.read(DEFAULTS / "phones.toml").of,
            open_on=open_on,
        )
        channels = {channel.name: channel}
        sender = Sender(database, channels, lambda parcel: render(parcel, shared), clock)
        steps = Steps(database, shared, channels, sender)
        app = web.Application(client_max_size=32 * 2**20)
        channel.attach(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        for work in (channel.run(steps.receive), sender.run(), _again(steps)):
            stack.push_async_callback(_end, asyncio.create_task(work))
        house = Running(kind, database, url, channel, steps, sender, telegram, stack)
        async with AsyncExitStack() as people:
            house.stack = people
            yield house


async def _again(steps: Steps) -> None:
    """Try again what was set aside, as the program does every five seconds."""
    while True:
        await asyncio.sleep(_AGAIN)
        await steps.retry()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
