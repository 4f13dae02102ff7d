"""HTTP to the Bot API, the same for every runtime: both libraries let a program bring its own.

What goes out and what comes back stays JSON. To spell a call as a form, and to build objects of a
library from each answer, would take most of the time of a call, and nothing above wants them.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from aiohttp.payload import JsonBytesPayload
from pydantic_core import to_json

from bot.channels.telegram.api import NO_ANSWER, ApiError, Upload, file_name

TELEGRAM: Final = "https://api.telegram.org"
_CONNECT: Final = 10.0  # seconds


class Wire:
    """Keeps connections to the server at `base` open between calls, through the proxy that the
    environment names for it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._proxy = _proxy_to(base)
        self._session: ClientSession | None = None

    async def post(
        self, url: str, params: Mapping[str, Any], uploads: Mapping[str, Upload], within: float
    ) -> tuple[int, bytes]:
        """Status and content of the answer. `params` are JSON values, and `uploads` take the place
        of those of their names. Raises ApiError."""
        body = _form(params, uploads) if uploads else JsonBytesPayload(params, to_json)
        try:
            async with self._open().post(
                url, data=body, timeout=_timeout(within), allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, ClientError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error

    async def fetch(self, url: str, limit: int, within: float) -> bytes:
        """A file of at most `limit` bytes. Raises ApiError."""
        content = bytearray()
        try:
            async with self._open().get(
                url, timeout=_timeout(within), allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise ApiError(answer.status, "download refused")
                async for chunk in answer.content.iter_any():
                    content += chunk
                    if len(content) > limit:
                        raise ApiError(413, "file is too big")
        except (TimeoutError, ClientError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error
        return bytes(content)

    async def headers(self, within: float) -> Mapping[str, str]:
        """Those of whatever the server answers when nothing is asked. Raises ApiError."""
        try:
            async with self._open().get(
                self._base, timeout=_timeout(within), allow_redirects=False
            ) as answer:
                return answer.headers
        except (TimeoutError, ClientError) as error:
            raise ApiError(NO_ANSWER, "no answer") from error

    async def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> ClientSession:
        if self._session is None:
            # The certificates that both libraries bring: a small container has none of its own.
            trusted = ssl.create_default_context(cafile=certifi.where())
            self._session = ClientSession(
                connector=TCPConnector(ssl=trusted), cookie_jar=DummyCookieJar(), proxy=self._proxy
            )
        return self._session


@cache
def _timeout(within: float) -> ClientTimeout:
    return ClientTimeout(total=within, sock_connect=_CONNECT)


def _form(params: Mapping[str, Any], uploads: Mapping[str, Upload]) -> FormData:
    """A form with files: in it everything but words is spelled as JSON."""
    form = FormData(quote_fields=False)
    for name, value in params.items():
        if name not in uploads:
            form.add_field(name, value if isinstance(value, str) else to_json(value).decode())
    for name, upload in uploads.items():
        form.add_field(
            name,
            upload.content,
            filename=file_name(upload.name),
            content_type=upload.mime or "application/octet-stream",
        )
    return form


def _proxy_to(base: str) -> str | None:
    server = urlsplit(base)
    if proxy_bypass(server.hostname or ""):
        return None
    return getproxies().get(server.scheme)
