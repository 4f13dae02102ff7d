"""Telegram by python-telegram-bot. Import this module only when the channel is on and asks for it.

Its Bot carries the calls: files, and its server settings. Parameters, updates and results are plain
JSON, and HTTP is ours: its own, by httpx, takes six times as long for a call. Its Application is
not used: no persistence, no job queue, no limiter. What those do is done by the tables of this
house, which a crash leaves whole.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.api import (
    NO_ANSWER,
    ApiError,
    Call,
    TokenRefused,
    Upload,
    file_name,
    result_of,
)
from bot.channels.telegram.wire import TELEGRAM, Wire

_TOKEN: Final = re.compile(r"\d+:\S+")


class PtbApi:
    """`bot.channels.telegram.Api` by python-telegram-bot's Bot.

    `api_base` is another Bot API server, such as ``http://127.0.0.1:8081``; None is Telegram's own.
    Raises TokenRefused for a token that does not even look like one.
    """

    def __init__(self, token: str, api_base: str | None = None) -> None:
        if not _TOKEN.fullmatch(token):
            raise TokenRefused("the token is malformed")
        base = api_base or TELEGRAM
        self._wire = Wire(base)
        request = _Request(self._wire)
        self._bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request,
            get_updates_request=request,
        )

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        if not call.uploads:  # JSON already: the Bot would go through it as long as to send it
            url = f"{self._bot.base_url}/{call.method}"
            return result_of(*await self._wire.post(url, call.params, {}, within))
        files = {
            name: InputFile(upload.content, filename=file_name(upload.name))
            for name, upload in call.uploads.items()
        }
        try:
            return await self._bot.ask(call.method, {**call.params, **files}, within)
        except _AnswerError as answer:
            return result_of(answer.status, answer.content)
        except NetworkError as error:
            raise ApiError(NO_ANSWER, "no answer") from error

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        return await self._wire.fetch(f"{self._bot.base_file_url}/{path}", limit, within)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


class _Bot(Bot):
    """The Bot without its types: methods by their name, results as JSON."""

    async def ask(self, method: str, params: dict[str, Any], within: float) -> Any:
        return await self._post(method, params, read_timeout=within)


class _AnswerError(TelegramError):
    """Carries an answer that is an error through the library, which would keep only its gist."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(str(status))
        self.status = status
        self.content = content


class _Request(BaseRequest):
    """HTTP for the Bot. Its only time limit is `read_timeout`, which is for the whole exchange."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Connections open with the first call."""

    async def shutdown(self) -> None:
        await self._wire.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_limits: Any,
        **_more_limits: Any,
    ) -> tuple[int, bytes]:
        """Raises NetworkError, and `_AnswerError` for every status that is an error."""
        assert request_data is not None, "files are fetched without the Bot"
        files = {
            name: Upload(cast(bytes, content), sent_as, mime)
            for name, (sent_as, content, mime) in request_data.multipart_data.items()
        }
        try:
            status, content = await self._wire.post(
                url, request_data.parameters, files, read_timeout
            )
        except ApiError as error:
            raise NetworkError(str(error)) from error
        if status >= 300:
            raise _AnswerError(status, content)
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Raises ApiError. The library would log what it can't read, and that may be anything."""
        return {"result": result_of(200, payload)}
