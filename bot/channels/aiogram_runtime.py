"""Telegram by aiogram. Import this module only when the channel is on: aiogram takes seconds and
well over a hundred megabytes to load.

aiogram's Bot carries the calls: sessions, files, its server settings and its errors. Updates and
results stay plain JSON. Its dispatcher is not used: it confirms updates before they are handled,
and runs every synchronous filter in a thread.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError, ClientResponseError, FormData, JsonPayload

from bot.channels.telegram.api import (
    NO_ANSWER,
    ApiError,
    Call,
    TokenRefused,
    file_name,
    result_of,
)

_RESPONSE: Final = Response[Any]  # made once: pydantic forgets it as soon as nobody has it


class _Session(AiohttpSession):
    """aiogram's session without its quarter of a second at the end: aiohttp by now waits for its
    connections itself. What goes out and what comes back stays JSON: nothing above wants more, and
    to validate it and to spell it as a form would take most of the time of a call."""

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> FormData:
        params = method.model_extra or {}
        if any(isinstance(value, InputFile) for value in params.values()):
            return super().build_form_data(bot, method)
        return JsonPayload(params)  # type: ignore[return-value]  # a body, as a form is

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        """Raises ApiError."""
        return _RESPONSE.model_construct(ok=True, result=result_of(status_code, content))


class AiogramApi:
    """`bot.channels.telegram.Api` by aiogram's Bot.

    `api_base` is another Bot API server, such as ``http://127.0.0.1:8081``; None is Telegram's own.
    Raises TokenRefused for a token that does not even look like one.
    """

    def __init__(self, token: str, api_base: str | None = None) -> None:
        server = PRODUCTION if api_base is None else TelegramAPIServer.from_base(api_base)
        self._session = _Session(api=server)
        try:
            self._bot = Bot(token, session=self._session)
        except TokenValidationError as error:
            raise TokenRefused("the token is malformed") from error

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        files = {
            name: BufferedInputFile(upload.content, filename=file_name(upload.name))
            for name, upload in call.uploads.items()
        }
        method = _method(call.method).model_construct(None, **call.params, **files)
        try:
            return await self._bot(method, request_timeout=max(1, round(within)))
        except (TelegramNetworkError, UnicodeDecodeError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        url = self._session.api.file_url(self._bot.token, path)
        content = bytearray()
        try:
            async for chunk in self._session.stream_content(url, timeout=round(within)):
                content += chunk
                if len(content) > limit:
                    raise ApiError(413, "file is too big")
        except ClientResponseError as error:
            raise ApiError(error.status, "download refused") from error
        except (TimeoutError, ClientError) as error:
            raise ApiError(NO_ANSWER, type(error).__name__) from error
        return bytes(content)

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()


@cache
def _method(name: str) -> type[TelegramMethod[Any]]:
    """A Bot API method whose result is not parsed: nothing above wants more than the JSON."""

    class Raw(TelegramMethod[Any]):
        __returning__ = Any
        __api_method__ = name

    return Raw
