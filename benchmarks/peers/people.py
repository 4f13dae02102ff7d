"""People who fill in the form again and again, each as soon as the bot has asked the next thing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.peers.lean_server import Heard
from benchmarks.peers.script import Act
from tests.emulator.people import Message, User
from tests.emulator.world import Json

PATIENCE: Final = 10.0  # seconds after which a person who got no reply says it again


@dataclass(slots=True)
class Tally:
    """What the people saw. Moments and durations are in seconds of `time.monotonic`."""

    steps: list[tuple[float, float]] = field(default_factory=list)
    """When each step was over, and how long it took."""
    interviews: int = 0
    """How many interviews are over."""
    repeated: int = 0
    """How often somebody had to say a thing again, for no reply came."""


class Person:
    """One person in a private chat. `opening` is said once, at the start; the script follows, over
    and over until `stop`."""

    def __init__(
        self,
        user: User,
        opening: Act,
        script: Sequence[Act],
        tally: Tally,
    ) -> None:
        self.user = user
        self.user.chat.events = Heard(self._hears)
        self._opening = opening
        self._script = script
        self._tally = tally
        self._waits: asyncio.Future[Message] | None = None
        self._until = opening
        self._interviews = 0

    async def run(self, warm: asyncio.Barrier) -> None:
        """Fill in forms until cancelled; after the first one everybody waits for the others."""
        message = await self._act(None, self._opening)
        while True:
            for act in self._script:
                began = time.monotonic()
                message = await self._act(message, act)
                over = time.monotonic()
                self._tally.steps.append((over, over - began))
            self._interviews += 1
            self._tally.interviews += 1
            if self._interviews == 1:
                await warm.wait()

    async def begin(self) -> None:
        """Come in and begin one form, and leave it there."""
        await self._act(await self._act(None, self._opening), self._script[0])

    async def _act(self, message: Message | None, act: Act) -> Message:
        """Do one thing until its reply is there."""
        while True:
            self._until = act
            self._waits = asyncio.get_running_loop().create_future()
            if act.presses:
                assert message is not None
                await self.user.press(message, act.does)
            else:
                await self.user.say(act.does)
            try:
                async with asyncio.timeout(PATIENCE):
                    return await self._waits
            except TimeoutError:
                self._tally.repeated += 1

    def _hears(self, event: Json) -> None:
        """A message of the bot's, or an edit of one."""
        waits, act = self._waits, self._until
        if waits is None or waits.done():
            return
        message = Message(event)
        if act.until not in message.text:
            return
        if act.needs and not any(act.needs in label for row in message.buttons for label in row):
            return
        waits.set_result(message)
