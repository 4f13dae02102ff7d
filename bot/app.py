"""The running program: one process, one database, every channel that is switched on."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot import api, heartbeat, logs, office, openrosa, single
from bot.channels.web import WebChannel
from bot.channels.web.door import Door
from bot.chores import asked_for, at_intervals
from bot.exports.monthly import MonthlyTables
from bot.greeting import greet
from bot.ground import Grounds
from bot.health import Health
from bot.metrics import Metrics
from bot.pension_rules import PensionRules
from bot.program import Announce, Chore, Program
from bot.retention import Retention
from bot.settings import Settings
from bot.settings_error import SettingsError
from bot.telegram import open_channel
from bot.unread import keep_unread
from core.clock import SystemClock
from core.messages import Command
from core.ports import Channel, Clock
from core.texts import say
from handlers.forms import publish_builtin
from handlers.making import made
from handlers.preparing import prepared
from handlers.rendering import render
from handlers.screening import Screening
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.clock_watch import RememberingClock
from scheduler.sender import Sender
from storage import key_file, vault
from storage.database import Database, sqlite_file
from storage.leases import DatabaseLease
from storage.policy import SYSTEM
from storage.replicas import Replicas
from storage.web import DatabaseWebStore

if TYPE_CHECKING:
    from bot.channels.telegram import TelegramChannel

GRACE: Final = 1.5  # seconds that open connections get at the end
_LITTER: Final = 10_000  # objects after which the collector looks: its own 700 are a few steps

Attach = Callable[[web.Application], None]


def run(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises what `bot.cli.errors` turns into one line."""
    logs.configure(language=settings.language)
    asyncio.run(_until_signal(settings))


async def _until_signal(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers in the loop
            loop.add_signal_handler(name, stop.set)
    await serve(settings, RememberingClock(SystemClock()), stop, partial(print, flush=True))


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, announce: Announce) -> None:
    """Open everything, tell the address, and serve until `stop` is set. Raises SettingsError."""
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load_or_create(settings.key_file, key))
    async with AsyncExitStack() as stack:
        program, routes = await _open(stack, settings, clock)
        asked = list(asked_for(program))
        await _listen(stack, settings, routes)
        await _prepare(program, announce)
        await greet(settings, program.database, program.channels, announce)
        replicas = Replicas(program.database)
        stack.push_async_callback(replicas.leave)
        await replicas.join()
        gc.freeze()  # what is loaded stays; the collector's walks, which stop the loop, pass it by
        gc.set_threshold(_LITTER)
        await _work(program, replicas, asked, stop)
    announce(say(settings.language, "run.stopped"))


async def _open(
    stack: AsyncExitStack, settings: Settings, clock: Clock
) -> tuple[Program, Sequence[Attach]]:
    """The program, and what it serves by http."""
    if file := sqlite_file(settings.database_url):
        stack.enter_context(single.hold(file))
    database = await Database.open(settings.database_url, clock, settings.zone)
    stack.push_async_callback(database.close)
    grounds = Grounds(settings)
    house = house_of(settings, grounds)
    web_channel = WebChannel(
        DatabaseWebStore(database, settings.language),
        clock,
        settings.base_url,
        greeting=Command(name="start"),
        screen=Screening(database, house).screen,
        guests="web" in house.open_on,
    )
    channels: dict[str, Channel] = {web_channel.name: web_channel}
    program = Program(settings, clock, database, grounds, house, channels)
    routes: list[Attach] = [web_channel.attach]
    if settings.telegram_token:
        telegram = _telegram(settings, database, clock)
        stack.push_async_callback(telegram.close)
        channels[telegram.name] = telegram
        routes.append(telegram.attach)
    return program, [*routes, *_pages(program, web_channel.door)]


def _pages(program: Program, door: Door) -> Iterator[Attach]:
    """What is served beside the channels."""
    settings, database, house = program.settings, program.database, program.house
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    yield partial(
        office.attach,
        database=database,
        house=house,
        door=door,
        rules=settings.rules,
        settings=settings,
        refresh=program.grounds.refreshed,
    )
    yield partial(openrosa.attach, database=database, house=house, base_url=settings.base_url)
    yield partial(api.attach, database=database)
    yield Health.of(database, list(program.channels)).attach
    yield Metrics(database, settings.base_url, token).attach


def house_of(settings: Settings, grounds: Grounds | None = None) -> House:
    """What all conversations share, read from the settings. Raises SettingsError, and RulesError
    or RuleBookError for rules of their own that can't be used."""
    phones = settings.phonebook()
    settings.parameters(SystemClock().now().date())  # a broken file is found now, not in a chat
    if settings.rules or settings.calendar:
        from bot import rules

        rules.check(settings)
    kept = Retention.read(settings.retention)
    pension = PensionRules(settings.pension)
    if settings.pension:
        pension.current()
    return House(
        shelf=Shelf(),
        zone=settings.zone,
        parameters=settings.parameters,
        phones=phones.of,
        language=settings.language,
        ground=(grounds or Grounds(settings)).current,
        pension=pension.current,
        open_on=settings.open_channels,
        bot=(settings.telegram_bot or "").lstrip("@"),
        url=settings.base_url,
        kept_for=kept.months,
        tables=MonthlyTables(settings.exports, (grounds or Grounds(settings)).current),
        drafts=kept.drafts,
    )


async def _listen(stack: AsyncExitStack, settings: Settings, routes: Sequence[Attach]) -> None:
    """Open the port before anything else is done: a port in use is an error at once. Raises
    SettingsError for one that others would come to by plain http."""
    if settings.plain_http:
        raise SettingsError("plain_http")
    app = web.Application(client_max_size=32 * 2**20)
    for attach in routes:
        attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()


async def _prepare(program: Program, announce: Announce) -> None:
    settings = program.settings
    if settings.demo:
        from bot import demo

        if await demo.load(program.database, settings, program.clock):
            announce(say(settings.language, "run.demo_loaded"))
    await publish_builtin(program.database)


async def _work(
    program: Program, replicas: Replicas, asked: list[Chore], stop: asyncio.Event
) -> None:
    database, house, channels = program.database, program.house, program.channels
    sender = Sender(
        database,
        channels,
        lambda parcel: render(parcel, house),
        program.clock,
        prepared(house),
        make=made(database, house),
    )
    steps = Steps(database, house, channels, sender)
    ticker = at_intervals(program, steps, sender, replicas, asked)
    async with asyncio.TaskGroup() as group:
        taking = [group.create_task(channel.run(steps.receive)) for channel in channels.values()]
        others = [group.create_task(sender.run()), group.create_task(heartbeat.run())]
        ticker.start()
        try:
            await stop.wait()
        finally:
            ticker.stop()
            await _end(taking)
            await steps.settle(GRACE)  # the steps in hand end, and what they say still goes out
            await _end(others)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them; what they raise is their group's business."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _telegram(settings: Settings, database: Database, clock: Clock) -> TelegramChannel:
    """Telegram, with the pictures that the database keeps."""

    async def media(key: str) -> tuple[bytes, str, str]:
        async with database.unit(SYSTEM, "media", "telegram") as uow:
            found = await uow.media.get(key)
        if found is None:
            raise LookupError(key)
        return found

    async def unread(key: str, update: object, error: str) -> None:
        await keep_unread(database, "telegram", key, update, error)

    lease = DatabaseLease(database, "telegram") if database.shared else None
    return open_channel(settings, clock, media, unread, lease)
