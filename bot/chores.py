"""What the running program does again and again beside the conversations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.backups import Backups
from bot.nightly_purge import EVERY as PURGE_RECORDS_EVERY
from bot.nightly_purge import NightlyPurge
from bot.program import Chore, Program
from bot.register import resuming
from bot.retention import Retention
from bot.webhooks import EVERY as WEBHOOKS_EVERY
from bot.webhooks import Webhooks
from handlers.step import Steps
from scheduler.clock_watch import ClockWatch
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
    keys,
    obligations,
    purge,
    reminders,
    seal,
)
from storage.replicas import Replicas


def at_intervals(
    program: Program, steps: Steps, sender: Sender, replicas: Replicas, asked: list[Chore]
) -> Ticker:
    """All of it, not started: what every deployment needs, and what its settings `asked` for."""
    database, house, grounds = program.database, program.house, program.grounds
    ticker = Ticker()
    ticker.every(RETRY_EVERY, steps.retry)
    ticker.every(PURGE_EVERY, partial(purge, database, house.drafts))
    ticker.every(SEAL_EVERY, partial(seal, database))
    ticker.every(KEYS_EVERY, keys)
    ticker.every(CLOCK_EVERY, ClockWatch(database, sender.wake).look, at_once=True)
    for interval, work in asked:
        ticker.every(interval, work, at_once=True)
    ticker.every(OBLIGATIONS_EVERY, partial(obligations, database, grounds.refreshed), at_once=True)
    remind = partial(reminders, database, grounds.current, program.settings.manners, sender.wake)
    ticker.every(REMINDERS_EVERY, remind)
    ticker.every(NOTICES_EVERY, partial(_notices, program, sender))
    ticker.every(resuming.EVERY, partial(resuming.resume, database, grounds.current))
    if database.shared:
        ticker.every(SHARE_EVERY, partial(_share, replicas, sender), at_once=True)
    return ticker


def asked_for(program: Program) -> Iterator[Chore]:
    """What the settings ask for. Raises SettingsError."""
    settings, database = program.settings, program.database
    yield PURGE_RECORDS_EVERY, NightlyPurge(database, Retention.read(settings.retention)).run
    yield WEBHOOKS_EVERY, Webhooks(database).tell
    if settings.backups:
        yield BACKUP_EVERY, Backups(database, settings.backups, settings.backups_kept).make
    if settings.export_dir:
        from bot.exports.scheduled import EVERY, Scheduled

        yield EVERY, Scheduled(database, settings, program.grounds.current).make
    if settings.push:
        from bot.push.pusher import Pusher
        from bot.push.targets import read

        yield PUSH_EVERY, Pusher(database, read(settings.push), program.clock).push


async def _share(replicas: Replicas, sender: Sender) -> None:
    """Divide what the messengers allow among the processes that write."""
    sender.share(await replicas.count())


async def _notices(program: Program, sender: Sender) -> None:
    """Tell residents what falls due with their pensions and workers which drafts end soon, and end
    what departed ones left."""
    from handlers import departed, ending_drafts, pension_notices  # the rules take long to load

    if await ending_drafts.tell(program.database, program.house):
        sender.wake()
    if await departed.end(program.database):
        sender.wake()
    if await pension_notices.tell(program.database, program.house):
        sender.wake()
