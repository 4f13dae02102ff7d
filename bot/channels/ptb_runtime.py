"""Telegram by python-telegram-bot. Import this module only when the channel is on and asks for it.

Its Bot carries the calls: HTTPX, files and its server settings. Updates and results stay plain
JSON. Its Application is not used: no persistence, no job queue, no limiter. What those do is done
by the tables of this house, which a crash leaves whole.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, Final

from telegram import Bot, InputFile
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.api import (
    NO_ANSWER,
    ApiError,
    Call,
    TokenRefused,
    file_name,
    result_of,
)

TELEGRAM: Final = "https://api.telegram.org"

_TOKEN: Final = re.compile(r"\d+:\S+")
_CONNECT: Final = 10.0  # seconds
_CONNECTIONS: Final = 10  # calls at one moment; each call looks at all idle ones, so not many

# Both write addresses into their logs, and an address of the Bot API holds the token.
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)


class PtbApi:
    """`bot.channels.telegram.Api` by python-telegram-bot's Bot.

    `api_base` is another Bot API server, such as ``http://127.0.0.1:8081``; None is Telegram's own.
    Raises TokenRefused for a token that does not even look like one.
    """

    def __init__(self, token: str, api_base: str | None = None) -> None:
        if not _TOKEN.fullmatch(token):
            raise TokenRefused("the token is malformed")
        base = api_base or TELEGRAM
        self._requests = (_Request(1), _Request(_CONNECTIONS))
        polls, others = self._requests
        self._bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=others,
            get_updates_request=polls,
        )

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        files = {
            name: InputFile(upload.content, filename=file_name(upload.name))
            for name, upload in call.uploads.items()
        }
        await self._open()
        try:
            async with asyncio.timeout(within):
                return await self._bot.ask(call.method, {**call.params, **files}, within)
        except _AnswerError as answer:
            return result_of(answer.status, answer.content)
        except (TimeoutError, TelegramError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        await self._open()
        try:
            async with asyncio.timeout(within):
                content = await self._bot.request.retrieve(
                    f"{self._bot.base_file_url}/{path}", read_timeout=within
                )
        except _AnswerError as answer:
            raise ApiError(answer.status, "download refused") from answer
        except (TimeoutError, TelegramError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error
        if len(content) > limit:
            raise ApiError(413, "file is too big")
        return content

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()

    async def _open(self) -> None:
        for request in self._requests:
            await request.initialize()


class _Bot(Bot):
    """The Bot without its types: methods by their name, results as JSON."""

    async def ask(self, method: str, params: dict[str, Any], within: float) -> Any:
        return await self._post(
            method, params, read_timeout=within, write_timeout=within, connect_timeout=_CONNECT
        )


class _AnswerError(TelegramError):
    """Carries an answer that is an error through the library, which would keep only its gist."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(str(status))
        self.status = status
        self.content = content


class _Request(HTTPXRequest):
    def __init__(self, connections: int) -> None:
        super().__init__(connection_pool_size=connections, pool_timeout=None)

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Raises `_AnswerError` for every status that is an error."""
        status, content = await super().do_request(*args, **kwargs)
        if status >= 300:
            raise _AnswerError(status, content)
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Raises ApiError. The library would log what it can't read, and that may be anything."""
        return {"result": result_of(200, payload)}
