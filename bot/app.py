"""The running program: one process, one database, every channel that is switched on."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot import api, heartbeat, logs, office, openrosa, single
from bot.backups import Backups
from bot.channels.web import WebChannel
from bot.exports.monthly import MonthlyTables
from bot.ground import Grounds
from bot.health import Health
from bot.metrics import Metrics
from bot.nightly_purge import EVERY as PURGE_RECORDS_EVERY
from bot.nightly_purge import NightlyPurge
from bot.pension_rules import PensionRules
from bot.register import resuming
from bot.retention import Retention
from bot.settings import Settings
from bot.settings_error import SettingsError
from bot.telegram import open_channel
from bot.unread import keep_unread
from bot.webhooks import EVERY as WEBHOOKS_EVERY
from bot.webhooks import Webhooks
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
from scheduler.clock_watch import ClockWatch
from scheduler.manners import Manners
from scheduler.sender import Sender
from scheduler.ticks import (
    BACKUP_EVERY,
    CLOCK_EVERY,
    KEYS_EVERY,
    NOTICES_EVERY,
    OBLIGATIONS_EVERY,
    PURGE_EVERY,
    PUSH_EVERY,
    REMINDERS_EVERY,
    RETRY_EVERY,
    SEAL_EVERY,
    SHARE_EVERY,
    Ticker,
    Work,
    keys,
    obligations,
    purge,
    reminders,
    seal,
)
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

Announce = Callable[[str], None]
Chore = tuple[timedelta, Work]
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
    await serve(settings, SystemClock(), stop, partial(print, flush=True))


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, announce: Announce) -> None:
    """Open everything, tell the address, and serve until `stop` is set. Raises SettingsError."""
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load_or_create(settings.key_file, key))
    async with AsyncExitStack() as stack:
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
        routes = [web_channel.attach]
        if settings.telegram_token:
            telegram = _telegram(settings, database, clock)
            stack.push_async_callback(telegram.close)
            channels[telegram.name] = telegram
            routes.append(telegram.attach)
        open_office = partial(office.attach, database=database, house=house, door=web_channel.door)
        open_office = partial(open_office, rules=settings.rules, settings=settings)
        routes.append(partial(open_office, refresh=grounds.refreshed))
        routes.append(
            partial(openrosa.attach, database=database, house=house, base_url=settings.base_url)
        )
        routes.append(partial(api.attach, database=database))
        chores = _chores(settings, database, clock, grounds)
        token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
        routes.append(Health.of(database, list(channels)).attach)
        routes.append(Metrics(database, settings.base_url, token).attach)
        await _listen(stack, settings, routes)
        await _prepare(settings, database, clock, announce)
        await _greet(settings, database, channels, announce)
        replicas = Replicas(database)
        stack.push_async_callback(replicas.leave)
        await replicas.join()
        gc.freeze()  # what is loaded stays; the collector's walks, which stop the loop, pass it by
        gc.set_threshold(_LITTER)
        await _work(
            database,
            house,
            grounds,
            channels,
            clock,
            manners=settings.manners,
            stop=stop,
            chores=chores,
            replicas=replicas,
        )
    announce(say(settings.language, "run.stopped"))


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


async def _prepare(
    settings: Settings, database: Database, clock: Clock, announce: Announce
) -> None:
    if settings.demo:
        from bot import demo

        if await demo.load(database, settings, clock):
            announce(say(settings.language, "run.demo_loaded"))
    await publish_builtin(database)


async def _greet(
    settings: Settings, database: Database, channels: Mapping[str, Channel], announce: Announce
) -> None:
    language = settings.language
    announce(say(language, "run.listening", url=settings.base_url))
    if settings.demo:
        await _greet_demo(settings, database, announce)
    if len(channels) > 1:
        announce(say(language, "run.telegram", runtime=settings.telegram_runtime))
    if settings.abroad:
        announce(say(language, "trust.start.mainland"))
    announce(say(language, "run.stop_hint"))


async def _greet_demo(settings: Settings, database: Database, announce: Announce) -> None:
    from bot import demo

    links = await demo.sign_in_links(database, settings.base_url)
    if links:
        announce(say(settings.language, "run.once"))
    for role, link in links:
        text = say(settings.language, "run.role_link", role=say(settings.language, role), link=link)
        announce(text)


async def _work(
    database: Database,
    house: House,
    grounds: Grounds,
    channels: Mapping[str, Channel],
    clock: Clock,
    *,
    manners: Manners,
    stop: asyncio.Event,
    chores: Sequence[Chore],
    replicas: Replicas,
) -> None:
    sender = Sender(
        database,
        channels,
        lambda parcel: render(parcel, house),
        clock,
        prepared(house),
        make=made(database, house),
    )
    steps = Steps(database, house, channels, sender)
    ticker = Ticker()
    ticker.every(RETRY_EVERY, steps.retry)
    ticker.every(PURGE_EVERY, partial(purge, database, house.drafts))
    ticker.every(SEAL_EVERY, partial(seal, database))
    ticker.every(KEYS_EVERY, keys)
    ticker.every(CLOCK_EVERY, ClockWatch(database, sender.wake).look, at_once=True)
    for interval, work in chores:
        ticker.every(interval, work, at_once=True)
    ticker.every(OBLIGATIONS_EVERY, partial(obligations, database, grounds.refreshed), at_once=True)
    remind = partial(reminders, database, grounds.current, manners, sender.wake)
    ticker.every(REMINDERS_EVERY, remind)
    ticker.every(NOTICES_EVERY, partial(_notices, database, house, sender))
    ticker.every(resuming.EVERY, partial(resuming.resume, database, grounds.current))
    if database.shared:
        ticker.every(SHARE_EVERY, partial(_share, replicas, sender), at_once=True)
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


async def _share(replicas: Replicas, sender: Sender) -> None:
    """Divide what the messengers allow among the processes that write."""
    sender.share(await replicas.count())


async def _notices(database: Database, house: House, sender: Sender) -> None:
    """Tell residents what falls due with their pensions and workers which drafts end soon, and end
    what departed ones left."""
    from handlers import departed, ending_drafts, pension_notices  # the rules take long to load

    if await ending_drafts.tell(database, house):
        sender.wake()
    if await departed.end(database):
        sender.wake()
    if await pension_notices.tell(database, house):
        sender.wake()


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them; what they raise is their group's business."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _chores(
    settings: Settings, database: Database, clock: Clock, grounds: Grounds
) -> Sequence[Chore]:
    """What is done again and again where the settings ask for it. Raises SettingsError."""
    purge_records = NightlyPurge(database, Retention.read(settings.retention))
    chores: list[Chore] = [(PURGE_RECORDS_EVERY, purge_records.run)]
    chores.append((WEBHOOKS_EVERY, Webhooks(database).tell))
    if settings.backups:
        backups = Backups(database, settings.backups, settings.backups_kept)
        chores.append((BACKUP_EVERY, backups.make))
    if settings.export_dir:
        from bot.exports.scheduled import EVERY, Scheduled

        chores.append((EVERY, Scheduled(database, settings, grounds.current).make))
    if settings.push:
        from bot.push.pusher import Pusher
        from bot.push.targets import read

        chores.append((PUSH_EVERY, Pusher(database, read(settings.push), clock).push))
    return chores


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
