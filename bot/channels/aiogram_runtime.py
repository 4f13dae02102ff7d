"""Telegram by aiogram. Import this module only when the channel is on: aiogram takes seconds and
well over a hundred megabytes to load.

aiogram's Bot carries the calls: its token, its server settings, its middlewares. Updates and
results stay plain JSON. Its dispatcher is not used: it confirms updates before they are handled,
and runs every synchronous filter in a thread.
"""

from __future__ import annotations

from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.utils.token import TokenValidationError

from bot.channels.telegram.api import Call, TokenRefused, result_of
from bot.channels.telegram.wire import TELEGRAM, Wire


class AiogramApi:
    """`bot.channels.telegram.Api` by aiogram's Bot.

    `api_base` is another Bot API server, such as ``http://127.0.0.1:8081``; None is Telegram's own.
    Raises TokenRefused for a token that does not even look like one.
    """

    def __init__(self, token: str, api_base: str | None = None) -> None:
        self._session = _Session(api_base or TELEGRAM)
        try:
            self._bot = Bot(token, session=self._session)
        except TokenValidationError as error:
            raise TokenRefused("the token is malformed") from error

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        return await self._bot(cast("TelegramMethod[Any]", call), request_timeout=round(within))

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        url = self._session.api.file_url(self._bot.token, path)
        return await self._session.wire.fetch(url, limit, within)

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()


class _Session(AiohttpSession):
    """aiogram's session with the wire that all runtimes share. In place of aiogram's models of
    methods, which take as long to build as a request to make, it is given a `Call` as it is."""

    def __init__(self, base: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base))
        self.wire = Wire(base)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109  (aiogram's name for it)
    ) -> Any:
        """Raises ApiError."""
        call = cast(Call, method)
        url = self.api.api_url(bot.token, call.method)
        within = timeout or self.timeout
        return result_of(*await self.wire.post(url, call.params, call.uploads, within))

    async def close(self) -> None:
        await self.wire.close()
