"""Telegram on one terminal: ``python -m tests.emulator --port 8081``.

Start the bot with the token and the address that are printed, then write to it here. A line is
said; ``!2`` presses the second button of the newest message that has some; ``@34.5,108.9`` sends a
place; an empty line is nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys

from tests.emulator.people import Message, User
from tests.emulator.server import TOKEN, Emulator


async def converse(port: int, token: str, language: str) -> None:
    emulator = Emulator(token)
    await emulator.open(port)
    print(f"ZOUFANG_TELEGRAM_TOKEN={token} ZOUFANG_TELEGRAM_API={emulator.base}")
    user = emulator.user(1001, "Mei", language)
    watching = asyncio.create_task(show(user))
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            await act(user, line.strip())
    finally:
        watching.cancel()
        await emulator.close()


async def act(user: User, line: str) -> None:
    try:
        if line.startswith("!"):
            with_buttons = [message for message in user.answers if message.buttons]
            await user.press(with_buttons[-1], int(line[1:]) - 1)
        elif line.startswith("@"):
            latitude, longitude = line[1:].split(",")
            await user.location(float(latitude), float(longitude))
        elif line:
            await user.say(line)
    except (AssertionError, IndexError, ValueError) as error:
        print(f"  ? {error}")


async def show(user: User) -> None:
    while True:
        with contextlib.suppress(AssertionError):
            print(drawn(await user.expects(within=3600)))


def drawn(message: Message) -> str:
    number = 0
    lines = [f"[{message.id}] {message.text or '(a file)'}"]
    for row in message.buttons:
        lines.append(
            "   " + "  ".join(f"!{number + at + 1} {label}" for at, label in enumerate(row))
        )
        number += len(row)
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--language", default="zh-hans")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(converse(chosen.port, chosen.token, chosen.language))
