"""Telegram by aiogram. Import this module only when the channel is on: aiogram takes seconds and
well over a hundred megabytes to load.

aiogram's Bot carries the calls: sessions, files, its server settings and its errors. Updates and
results stay plain JSON. Its dispatcher is not used: it confirms updates before they are handled,
and runs every synchronous filter in a thread.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError, ClientResponseError

from bot.channels.telegram.api import NO_ANSWER, ApiError, Call, TokenRefused
from bot.channels.telegram.channel import Media, TelegramChannel
from core.ports import Clock

_CODES: Final[tuple[tuple[type[exceptions.AiogramError], int], ...]] = (
    (exceptions.TelegramEntityTooLarge, 413),
    (exceptions.TelegramNetworkError, NO_ANSWER),
    (exceptions.TelegramRetryAfter, 429),
    (exceptions.TelegramMigrateToChat, 400),
    (exceptions.TelegramBadRequest, 400),
    (exceptions.TelegramUnauthorizedError, 401),
    (exceptions.TelegramForbiddenError, 403),
    (exceptions.TelegramNotFound, 404),
    (exceptions.TelegramConflictError, 409),
    (exceptions.TelegramServerError, 500),
)
_FLOOD: Final = re.compile(r"too many requests(?:: retry after (\d+))?", re.IGNORECASE)


class AiogramChannel(TelegramChannel):
    """Telegram by aiogram, long polling.

    `api_base` is another Bot API server, such as ``http://127.0.0.1:8081``; None is Telegram's own.
    `hold` is how long a poll may wait, in seconds. Raises TokenRefused for a token that does not
    even look like one.
    """

    def __init__(
        self,
        token: str,
        api_base: str | None = None,
        *,
        clock: Clock,
        media: Media,
        hold: int = 30,
    ) -> None:
        super().__init__(AiogramApi(token, api_base), clock=clock, media=media, hold=hold)


class _Session(AiohttpSession):
    """aiogram's session without its quarter of a second at the end: aiohttp by now waits for its
    connections itself."""

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


class AiogramApi:
    """`bot.channels.telegram.Api` by aiogram's Bot."""

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
            name: BufferedInputFile(upload.content, filename=_file_name(upload.name))
            for name, upload in call.uploads.items()
        }
        method = _method(call.method)(**call.params, **files)
        try:
            return await self._bot(method, request_timeout=max(1, round(within)))
        except exceptions.TelegramAPIError as error:
            raise _normal(error) from error
        except (exceptions.ClientDecodeError, TypeError) as error:
            # Not the Bot API's JSON, or an error without a description, on which aiogram trips.
            raise ApiError(NO_ANSWER, "unreadable answer") from error

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


def _normal(error: exceptions.TelegramAPIError) -> ApiError:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), NO_ANSWER)
    after: float | None = getattr(error, "retry_after", None)
    if flood := _FLOOD.search(error.message):
        # Telegram may leave the parameters out; then the words are all there is.
        code = 429
        if after is None and flood[1]:
            after = float(flood[1])
    if code == NO_ANSWER:
        return ApiError(code, "no answer")
    return ApiError(code, error.message, after)


def _file_name(name: str) -> str:
    """A name goes into a header of the upload: no control characters."""
    return "".join(char for char in name if char.isprintable()) or "file"
