"""A Telegram user of the emulator, as somebody who fills in forms."""

from __future__ import annotations

from dataclasses import dataclass

from tests.emulator import Message, User
from tests.end_to_end.filler import Shown


@dataclass(slots=True)
class TelegramChat:
    """Implements `tests.end_to_end.filler.Chat`."""

    user: User
    message: Message | None = None

    @property
    def open(self) -> Shown:
        assert self.message is not None
        texts = tuple(text for row in self.message.buttons for text in row)
        return Shown(self.message.text, texts)

    async def say(self, text: str) -> Shown:
        await self.user.say(text)
        return await self._next()

    async def press(self, button: str) -> Shown:
        assert self.message is not None
        await self.user.press(self.message, button)
        return await self._next()

    async def _next(self) -> Shown:
        """A step's last message is the one with buttons."""
        self.message = await self.user.expects(lambda message: bool(message.buttons))
        return self.open
