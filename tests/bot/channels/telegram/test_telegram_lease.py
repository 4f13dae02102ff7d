"""Of several processes with one token one asks Telegram, and another takes over when it is gone.

A lease ends by a clock that the tests turn, and is renewed so often that they need not wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram import TelegramChannel, TokenRefused, open_api
from bot.channels.telegram.leased import LOOK_EVERY
from bot.channels.telegram.opening import Runtime
from core import measures
from core.messages import Inbound
from storage.database import Database
from storage.leases import TERM, DatabaseLease
from storage.vault import Vault
from tests.bot.channels.telegram.rig import FixedClock, media
from tests.clock import TurnedClock
from tests.emulator import Emulator, User, faults
from tests.patience import PATIENCE
from tests.postgres import PostgresServer

OFTEN = 400  # renewals in a term: one every 50 ms


@pytest.fixture(autouse=True)
def no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease is renewed often, and there is time to give it up."""
    monkeypatch.setattr("bot.channels.telegram.leased._LOOKS", OFTEN)
    monkeypatch.setattr("bot.channels.telegram.leased._PARTING", PATIENCE)


@pytest.fixture
async def shared(
    postgres: PostgresServer, migrated_postgres: str, vault: Vault, clock: TurnedClock
) -> AsyncIterator[Database]:
    """A database that several processes serve."""
    name = postgres.new(migrated_postgres)
    database = await Database.open(postgres.url(name), clock)
    yield database
    await database.close()
    postgres.drop(name)


class Watched(DatabaseLease):
    """Tells when it was taken or renewed."""

    told = asyncio.Event()

    async def take(self) -> bool:
        ours = await super().take()
        if ours:
            self.told.set()
        return ours


class Replica:
    """A process as far as Telegram is concerned."""

    def __init__(self, telegram: Emulator, runtime: Runtime, database: Database) -> None:
        self.taken: list[Inbound] = []
        self.lease = Watched(database, "poll")
        self.channel = TelegramChannel(
            open_api(runtime, telegram.token, telegram.base),
            clock=FixedClock(),
            media=media,
            lease=self.lease,
            hold=5,
        )

    async def receive(self, inbound: Inbound) -> None:
        self.taken.append(inbound)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.channel.run(self.receive))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self.channel.close()


async def renewed(*replicas: Replica) -> None:
    """Wait until one of them has renewed the lease, and begun with it only now: the first that is
    told of may have been under way."""
    for _ in range(2):
        told = asyncio.Event()
        for one in replicas:
            one.lease.told = told
        await told.wait()


@dataclass
class Shaky:
    """A lease whose database can be out of reach, or give the lease to somebody else."""

    term: float = 0.2
    answer: bool | None = True

    async def take(self) -> bool:
        if self.answer is None:
            raise ConnectionError
        return self.answer

    async def give_up(self) -> None:
        if self.answer is None:
            raise ConnectionError


def conflicts(telegram: Emulator) -> int:
    return sum(call.method == "getUpdates" and call.status == 409 for call in telegram.calls)


async def test_one_of_two_asks_and_the_other_stands_by(
    telegram: Emulator, mei: User, runtime: Runtime, shared: Database, clock: TurnedClock
) -> None:
    first, second = (Replica(telegram, runtime, shared) for _ in range(2))
    with capture_logs() as logs:
        async with first.running(), second.running():
            for words in "abc":
                await mei.say(words)
                await telegram.quiet()
                clock.turn(seconds=TERM.total_seconds() / 2)
                await renewed(first, second)
    assert sorted([len(first.taken), len(second.taken)]) == [0, 3]
    assert conflicts(telegram) == 0
    assert [entry["event"] for entry in logs] == ["telegram.standby"]


@pytest.mark.parametrize("killed", [True, False])
async def test_another_takes_over(
    telegram: Emulator,
    mei: User,
    runtime: Runtime,
    shared: Database,
    clock: TurnedClock,
    killed: bool,
) -> None:
    first, second = (Replica(telegram, runtime, shared) for _ in range(2))
    async with first.running() as task:
        await mei.say("a")
        await telegram.quiet()
        async with second.running():
            if killed:
                first.lease.give_up = never  # type: ignore[method-assign]
            task.cancel()
            await asyncio.wait({task})
            if killed:
                clock.turn(seconds=TERM.total_seconds())
            await mei.say("b")
            await telegram.quiet()
    assert (len(first.taken), len(second.taken)) == (1, 1)
    assert conflicts(telegram) == 0


async def never() -> None:
    """A killed process gives nothing up."""


async def test_who_stops_gives_the_lease_up_at_once(
    telegram: Emulator, mei: User, runtime: Runtime, shared: Database
) -> None:
    replica = Replica(telegram, runtime, shared)
    async with replica.running():
        await mei.say("a")
        await telegram.quiet()
        assert measures.POLLING.values == {(): 1}
    assert measures.POLLING.values == {}
    assert await DatabaseLease(shared, "poll").take()


@pytest.mark.parametrize("answer", [False, None])
async def test_who_loses_the_lease_or_can_not_tell_asks_no_more_until_it_is_back(
    telegram: Emulator, mei: User, runtime: Runtime, answer: bool | None
) -> None:
    lease, taken, stands_by = Shaky(), asyncio.Queue[Inbound](), asyncio.Event()

    async def pause(seconds: float) -> None:
        stands_by.set()
        await asyncio.sleep(seconds)

    api = open_api(runtime, telegram.token, telegram.base)
    channel = TelegramChannel(
        api, clock=FixedClock(), media=media, lease=lease, hold=5, pause=pause
    )
    with capture_logs() as logs:
        task = asyncio.create_task(channel.run(taken.put))
        await mei.say("a")
        await taken.get()
        lease.answer = answer
        await asyncio.wait_for(stands_by.wait(), PATIENCE)
        await mei.say("b")
        assert telegram.world.updates
        assert taken.empty()
        lease.answer = True
        await asyncio.wait_for(taken.get(), PATIENCE)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await channel.close()
    assert {"telegram.lease_lost", "telegram.standby"} <= {entry["event"] for entry in logs}


async def test_who_stands_by_notices_that_the_token_was_revoked(
    telegram: Emulator, runtime: Runtime
) -> None:
    api = open_api(runtime, telegram.token, telegram.base)
    refused = faults.error(401, "Unauthorized")
    lease = Shaky(term=LOOK_EVERY * 4, answer=False)

    async def pause(seconds: float) -> None:
        telegram.fail_next("getMe", refused)

    channel = TelegramChannel(api, clock=FixedClock(), media=media, lease=lease, pause=pause)
    with pytest.raises(TokenRefused):
        await channel.run(asyncio.Queue[Inbound]().put)
    assert not telegram.called("getUpdates")
    await channel.close()


async def test_a_refused_token_ends_the_run_of_one_that_stands_ready(
    telegram: Emulator, runtime: Runtime
) -> None:
    telegram.fail_next("getUpdates", faults.error(401, "Unauthorized"))
    api = open_api(runtime, telegram.token, telegram.base)
    channel = TelegramChannel(api, clock=FixedClock(), media=media, lease=Shaky())
    with pytest.raises(TokenRefused):
        await channel.run(asyncio.Queue[Inbound]().put)
    await channel.close()
