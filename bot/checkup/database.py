"""The database: whether it answers, its tables, its clock, and what waits or failed in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from time import perf_counter
from typing import Final

from bot.checkup.finding import Finding, failure, fine, warning
from bot.settings import Settings
from core.clock import SystemClock
from storage import vault
from storage.condition import condition
from storage.database import Database, sqlite_file
from storage.figures import Figures, figures
from storage.migrate import head
from storage.policy import OPERATOR
from storage.pushes import ATTENTION
from storage.unit import UnitOfWork
from storage.vault import VaultError
from storage.webhooks import DEAD

SLOW: Final = timedelta(minutes=5)
STUCK: Final = timedelta(hours=1)
SKEW: Final = 2.0  # seconds that clocks may differ
LEASE_SKEW: Final = 10.0  # half of a lease: replicas then no longer agree who has it


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """Everything about it. Raises DatabaseError, VaultError."""
    file = sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        yield warning("database_missing", file=file)
        return
    begun = perf_counter()
    async with _opened(settings) as opened:
        found = await condition(opened)
        yield fine("database", milliseconds=round((perf_counter() - begun) * 1000))
        if found.now is not None:
            yield clock((SystemClock().now() - found.now).total_seconds())
        if found.behind:
            yield warning("tables_behind", revision=found.revision or "—", newest=head())
            return
        yield fine("tables", revision=found.revision)
        yield await _fitting_key(opened)
        async with opened.reading(OPERATOR, "doctor", "cli") as uow:
            counted = await figures(uow)
            others = await not_taken(uow)
        for finding in (*_waiting(counted), *_dead(counted), *others):
            yield finding


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    opened = await Database.open(settings.database_url, SystemClock(), settings.zone, upgrade=False)
    try:
        yield opened
    finally:
        await opened.close()


def clock(ahead: float) -> Finding:
    """By how many seconds our clock is ahead of the database's."""
    apart = round(abs(ahead), 1)
    if apart < SKEW:
        return fine("database_clock")
    judge = failure if apart >= LEASE_SKEW else warning
    return judge("database_clock_off", seconds=apart)


async def _fitting_key(opened: Database) -> Finding:
    """Whether what is sealed can be opened. Raises VaultError ``wrong_key``."""
    async with opened.reading(OPERATOR, "doctor", "cli") as uow:
        try:
            vault.vault()
            await uow.accounts.all()
        except VaultError as error:
            if error.code == "no_key":
                return warning("key_untried")
            raise
    return fine("key_fits")


def _waiting(counted: Figures) -> list[Finding]:
    findings = []
    for name, queue in (("inbox", counted.inbox), ("outbox", counted.outbox)):
        oldest = queue.oldest or timedelta()
        minutes = int(oldest.total_seconds() // 60)
        if oldest < SLOW:
            findings.append(fine(f"{name}_moves", n=queue.waiting))
        else:
            judge = failure if oldest >= STUCK else warning
            findings.append(judge(f"{name}_stuck", n=queue.waiting, minutes=minutes))
    return findings


def _dead(counted: Figures) -> list[Finding]:
    messages, inbounds = counted.outbox.dead, counted.inbox.dead
    if messages or inbounds:
        return [warning("dead", messages=messages, inbounds=inbounds)]
    return [fine("no_dead")]


async def not_taken(uow: UnitOfWork) -> list[Finding]:
    """What other systems did not take, one finding for each of the two ways to tell them."""
    dead = sum(one.count for one in await uow.webhooks.standings() if one.state == DEAD)
    stuck = sum(one.count for one in await uow.pushes.standings() if one.state == ATTENTION)
    found = [warning("calls_dead", n=dead)] if dead else []
    return [*found, warning("pushes_stuck", n=stuck)] if stuck else found
