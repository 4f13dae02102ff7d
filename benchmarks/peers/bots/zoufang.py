"""`zoufang run` as it is, but for Telegram's pace: it would hold any bot at 30 messages a second, and
no peer keeps one."""

from __future__ import annotations

import asyncio
import signal

from benchmarks.peers.bots.told import watch_stalls
from bot import logs
from bot.app import serve
from bot.channels.telegram import TelegramChannel
from bot.settings import from_environment
from core.clock import SystemClock


async def main() -> None:
    TelegramChannel.pace = None  # type: ignore[assignment,method-assign]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    watching = asyncio.create_task(watch_stalls())
    await serve(from_environment(), SystemClock(), stop, print)
    watching.cancel()


if __name__ == "__main__":
    logs.configure()
    asyncio.run(main())
