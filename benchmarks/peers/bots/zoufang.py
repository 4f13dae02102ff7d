"""`zoufang run` as it is, but without Telegram's pace: that would hold any bot at 30 messages a
second, and no peer keeps it."""

from __future__ import annotations

import asyncio
import signal

from benchmarks.peers.bots.told import beside, prepare
from bot import logs
from bot.app import serve
from bot.channels.telegram import TelegramChannel
from bot.settings import from_environment
from core.clock import SystemClock


async def main() -> None:
    TelegramChannel.pace = None  # type: ignore[assignment,method-assign]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    watching = asyncio.create_task(beside())
    await serve(from_environment(), SystemClock(), stop, print)
    watching.cancel()


if __name__ == "__main__":
    prepare()
    logs.configure()
    asyncio.run(main())
