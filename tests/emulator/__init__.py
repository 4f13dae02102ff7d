"""A small, strict Bot API for tests: shapes, limits and errors as Telegram documents them.

    async with Emulator() as telegram:
        mei = telegram.user(1001, "Mei", "zh-hans")
        await mei.say("/start")          # an update waits for getUpdates
        menu = await mei.expects("1")    # until the bot's message is there
        await mei.press(menu, "OK")

The bot under test speaks with `telegram.base` over real HTTP. What Telegram is asked to do wrong is
in `faults`; what the bot called is in `telegram.calls`.
"""

from tests.emulator import faults
from tests.emulator.people import Group, Message, User
from tests.emulator.server import TOKEN, Called, Emulator

__all__ = ["TOKEN", "Called", "Emulator", "Group", "Message", "User", "faults"]
