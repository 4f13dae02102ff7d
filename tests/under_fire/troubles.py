"""What goes wrong while people fill in forms. Each takes its instants from the seed of its fire."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Final

import aiohttp

from tests.emulator import faults
from tests.emulator.server import DOWNLOAD
from tests.end_to_end.program import SOON
from tests.patience import PATIENCE
from tests.under_fire.fire import Fire
from tests.under_fire.postgres import CrashingServer
from tests.under_fire.small_disk import SmallDisk

_IN_A_START: Final = 0.2  # the share of kills that meet a process before it does anything

EVERYTHING: Final = (
    faults.flood(1),
    faults.flood(1, parameters=False),
    faults.server_error(),
    faults.garbage(),
    faults.garbage(200, "{"),
    faults.cut(),
    faults.cut(acts=True),
    faults.stall(0.5),
)
"""What Telegram, or a proxy before it, may make of a call."""

EVERY_CALL: Final = (
    "getUpdates", "getMe", "setWebhook", "getWebhookInfo", "getMyCommands", "setMyCommands",
    "sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", "getFile", DOWNLOAD,
)  # fmt: skip
"""The methods that the program calls while people fill in forms."""


SPOKEN: Final = ("sendMessage", "editMessageText")


async def kills(fire: Fire, times: int) -> None:
    """``kill -9`` at random instants of work, and some in the middle of a start."""
    for _ in range(times):
        if fire.chance.random() > _IN_A_START:
            await fire.goes_on()
        await asyncio.sleep(fire.chance.uniform(0.0, 0.6))
        replica = fire.chance.randrange(len(fire.ports))
        await fire.kill(replica)
        fire.start(replica)


async def stops(fire: Fire, times: int) -> None:
    """SIGTERM, and a new start after the end."""
    for _ in range(times):
        await fire.goes_on()
        await asyncio.sleep(fire.chance.uniform(0.0, 0.8))
        await _stop(fire, 0)
        fire.start()


async def rolling_restarts(fire: Fire, times: int) -> None:
    """One replica after another is stopped and started, while the others work."""
    for turn in range(times):
        await fire.goes_on()
        replica = turn % len(fire.ports)
        await _stop(fire, replica)
        await fire.start(replica).listens()


async def _stop(fire: Fire, replica: int) -> None:
    status, seconds = await fire.processes[replica].terminate()
    assert status == 0, f"the program ended with {status}"
    assert seconds < SOON, f"the program took {seconds:.1f} s to end"


async def pauses(fire: Fire, times: int, seconds: float = 0.0) -> None:
    """SIGSTOP for one of the replicas, until others have taken over what it had claimed: its claims
    run out by themselves if the pause has so many `seconds`, or else are let run out."""
    for _ in range(times):
        await fire.goes_on()
        await asyncio.sleep(fire.chance.uniform(0.0, 1.0))
        paused = fire.processes[fire.chance.randrange(len(fire.ports))]
        paused.pause()
        if not seconds:
            await fire.ground.let_claims_run_out()
        await asyncio.sleep(seconds + fire.chance.uniform(0.5, 2.0))
        paused.wake()


async def full_disk(fire: Fire, times: int) -> None:
    """The log of an SQLite database can't grow for a while."""
    log = fire.ground.folder / "zoufang.sqlite3-wal"
    for _ in range(times):
        await fire.goes_on()
        fire.process.fill_disk(log)
        await asyncio.sleep(fire.chance.uniform(0.3, 2.0))
        fire.process.free_disk()


async def full_server_disk(fire: Fire, server: CrashingServer, disk: SmallDisk, times: int) -> None:
    """The disk of PostgreSQL is full for a while. What it did then, it may have ended; somebody
    makes room and starts it again."""
    for _ in range(times):
        await fire.goes_on()
        await asyncio.to_thread(disk.fill)
        await asyncio.sleep(fire.chance.uniform(0.5, 3.0))
        disk.free()
        await asyncio.to_thread(server.come_back)


async def locked(fire: Fire, seconds: float) -> None:
    """Another process writes into the SQLite database for so long."""
    await fire.goes_on()
    with closing(sqlite3.connect(fire.ground.folder / "zoufang.sqlite3")) as other:
        other.isolation_level = None
        other.execute(f"PRAGMA busy_timeout = {1000 * PATIENCE:.0f}")
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")


async def crashes(fire: Fire, server: CrashingServer, times: int) -> None:
    """PostgreSQL is gone at once, and back a moment later."""
    for _ in range(times):
        await fire.goes_on()
        await asyncio.to_thread(server.crash)
        await asyncio.sleep(fire.chance.uniform(0.0, 1.5))
        await asyncio.to_thread(server.come_back)


async def second_poller(fire: Fire, times: int) -> None:
    """Somebody else polls with the same token, and confirms nothing."""
    url = f"{fire.telegram.base}/bot{fire.telegram.token}/getUpdates"
    async with aiohttp.ClientSession() as session:
        for _ in range(times):
            await fire.goes_on()
            async with session.post(url, json={"timeout": 1}) as answer:
                assert answer.status in (200, 409)


async def disorder(fire: Fire, times: int) -> None:
    """Telegram holds its posts back, and then sends them in any order, each twice."""
    fire.telegram.hooks.copies = 2
    for turn in range(times):
        await fire.goes_on()
        await fire.telegram.hooks.hold()
        await asyncio.sleep(fire.chance.uniform(0.2, 0.6))
        await fire.telegram.hooks.release(seed=fire.seed + turn)


async def clock_jumps(fire: Fire, times: int, seconds: float) -> None:
    """The clock is so much ahead for a while, then right again, then behind, and right again. What
    it is wrong for is not said to Telegram at once: every other message is put off."""
    await fire.goes_on()
    for turn in range(times):
        for ahead in (seconds, 0.0, -seconds, 0.0):
            fire.process.turn_clock(ahead)
            wrong = (0.5, faults.flood(1)) if ahead else (0.3, faults.stall(0.03))
            fire.telegram.faults(wrong[0], fire.seed + turn, wrong[1], methods=SPOKEN)
            await asyncio.sleep(fire.chance.uniform(1.0, 3.0))


async def silence(fire: Fire, seconds: float) -> None:
    """Telegram answers one call in ten wrong or never, for so long."""
    await fire.goes_on()
    fire.telegram.faults(0.1, fire.seed, *EVERYTHING, faults.stall(3600.0))
    await asyncio.sleep(seconds)
    fire.telegram.faults(0.3, fire.seed, faults.stall(0.03))
