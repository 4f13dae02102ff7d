"""Somebody on Telegram, in front of the emulator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.emulator import Emulator, Message, User


@dataclass(slots=True)
class Phone:
    """What one person does and sees."""

    emulator: Emulator
    user: User
    restart: Callable[[], Awaitable[None]]

    async def sees(self, words: str) -> Message:
        """The next message or edit with these words and with buttons."""
        return await self.user.expects(lambda one: words in one.text and bool(one.buttons))

    async def to(self, label: str) -> Message:
        """Pass over questions up to this one."""
        asked = next(one for one in reversed(self.user.answers) if one.buttons)
        while label not in asked.text:
            texts = [name for row in asked.buttons for name in row]
            await self.user.press(asked, next(n for n in texts if n.startswith(("跳过", "完成"))))
            asked = await self._after(asked)
        return asked

    async def _after(self, asked: Message) -> Message:
        """The next question."""
        return await self.user.expects(lambda one: bool(one.buttons) and one.text != asked.text)

    @property
    def photos(self) -> list[Message]:
        """The pictures that the bot sent."""
        return [message for message in self.user.answers if "photo" in message.raw]
