"""The OpenRosa submission protocol, as a client speaks it: HEAD, then POSTs of one record.

Every POST of a record carries the same XML, byte for byte, and as many of its files as the server
takes at once; servers add files to a record that they have. Sources: the OpenRosa HTTP request and
form submission APIs of ODK's documentation, and what ODK Central and KoboToolbox answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.push.targets import Target
from core.ports import Clock

CALL: Final = aiohttp.ClientTimeout(total=120, sock_connect=15, sock_read=60)
"""Seconds; a record with its files may be some megabytes on a slow line."""

AT_ONCE: Final = 8 * 2**20
"""Bytes of files in one POST, where the server does not say what it takes."""

_OVERHEAD: Final = 2048  # bytes that a part's head and its boundary take, and more
_NO_ANSWER: Final = (aiohttp.ClientError, TimeoutError, OSError)
_REDIRECTS: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record, under the name that stands in its XML."""

    name: str
    mime: str
    content: bytes


class Refusal(Exception):  # noqa: N818  (an answer, not a mistake)
    """What a server answered instead of taking a record. `status` is HTTP's, 0 if no answer came;
    `after` is how many seconds it asked us to wait."""

    def __init__(self, status: int, after: float | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.after = after


class Client:
    """Hands records to one server."""

    def __init__(self, target: Target, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._target = target
        self._session = session
        self._clock = clock
        self._url: str | None = None
        self._room = AT_ONCE

    async def send(self, xml: bytes, files: Sequence[Attachment]) -> bool:
        """Hand over a record; False if the server had all of it already. Raises Refusal."""
        if self._url is None:
            await self.ask()
        try:
            return await self._post_all(xml, list(files))
        except _NO_ANSWER as error:
            self._url = None  # it may have moved
            raise Refusal(0) from error

    async def ask(self) -> None:
        """Find out whether and where the server takes records. Raises Refusal."""
        try:
            await self._ask_where()
        except _NO_ANSWER as error:
            raise Refusal(0) from error

    async def _ask_where(self) -> None:
        """HEAD: where records go, and how many bytes at once. A server may not know HEAD."""
        url = self._target.url
        async with self._session.head(
            url, params=self._query(), headers=self._headers(), allow_redirects=False
        ) as answer:
            if answer.status in (401, 403):
                raise Refusal(answer.status)
            if answer.status in (204, *_REDIRECTS) and "Location" in answer.headers:
                url = self._moved(answer.headers["Location"])
            size = answer.headers.get("X-OpenRosa-Accept-Content-Length", "")
        if size.isascii() and size.isdecimal():
            self._room = max(int(size), 1)
        self._url = url

    def _moved(self, location: str) -> str:
        """The address that the server names, unless it leads from https to http."""
        url = urljoin(self._target.url, location)
        if urlsplit(self._target.url).scheme == "https" and urlsplit(url).scheme != "https":
            raise Refusal(0)
        return url.partition("?")[0]

    async def _post_all(self, xml: bytes, files: list[Attachment]) -> bool:
        new = False
        while True:
            batch = self._batch(xml, files)
            try:
                new = await self._post(xml, batch) == 201 or new
            except Refusal as refusal:
                if refusal.status != 413 or len(batch) < 2:
                    raise
                self._room = sum(len(one.content) for one in batch) // 2 + len(xml)
                continue
            files = files[len(batch) :]
            if not files:
                return new

    def _batch(self, xml: bytes, files: Sequence[Attachment]) -> Sequence[Attachment]:
        """As many of `files` as fit into one POST, one at least."""
        used, count = len(xml) + _OVERHEAD, 0
        for one in files:
            used += len(one.content) + _OVERHEAD
            if count and used > self._room:
                break
            count += 1
        return files[:count]

    async def _post(self, xml: bytes, files: Sequence[Attachment]) -> int:
        body = aiohttp.FormData(default_to_multipart=True)
        body.add_field(
            "xml_submission_file", xml, filename="submission.xml", content_type="text/xml"
        )
        for one in files:
            body.add_field(one.name, one.content, filename=one.name, content_type=one.mime)
        assert self._url is not None
        async with self._session.post(
            self._url,
            data=body,
            params=self._query(),
            headers=self._headers(),
            allow_redirects=False,
        ) as answer:
            if answer.status not in (201, 202):
                self._url = None if answer.status in _REDIRECTS else self._url
                raise Refusal(answer.status, _seconds(answer.headers.get("Retry-After")))
            return answer.status

    def _query(self) -> Mapping[str, str]:
        return {"deviceID": self._target.device_id}

    def _headers(self) -> Mapping[str, str]:
        now = self._clock.now().astimezone(UTC)
        headers = {"X-OpenRosa-Version": "1.0", "Date": format_datetime(now, usegmt=True)}
        secret = self._target.secret().get_secret_value()
        match self._target.sign:
            case "basic":
                headers["Authorization"] = aiohttp.encode_basic_auth(self._target.user, secret)
            case "token":
                headers["Authorization"] = f"Token {secret}"
            case "bearer":
                headers["Authorization"] = f"Bearer {secret}"
        return headers


def session_for(target: Target) -> aiohttp.ClientSession:
    """A session that signs its calls as `target` wants it. Raises SettingsError."""
    signers = []
    if target.sign == "digest":
        secret = target.secret().get_secret_value()
        signers.append(aiohttp.DigestAuthMiddleware(target.user, secret))
    return aiohttp.ClientSession(timeout=CALL, middlewares=signers)


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; a date, which hardly anybody sends, counts as not said."""
    return float(text) if text and text.isascii() and text.isdecimal() else None
