"""Updates that Telegram posts to us, one a request.

The address holds a part that nobody can guess, and every request carries a secret that only
Telegram was told. An update is confirmed, by status 200, only after it was taken in; for anything
else Telegram posts the same update again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakValueDictionary

from aiohttp import web

from bot.channels.telegram.api import Call
from bot.channels.telegram.polling import Take
from bot.channels.telegram.raw import chat_of, number_of
from bot.channels.telegram.updates import WANTED
from core.log import log

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST: Final = 1_000_000  # bytes of a posted update; real ones are a hundredth of that


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts. `path` is the route on our server, `url` the same from outside."""

    url: str
    path: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, public_url: str, token: str, secret: str) -> Hook:
        """The hook of a bot: the same for the same token and secret, on every replica."""
        digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        path = f"/telegram/{digest[:48]}"
        return cls(public_url + path, path, secret)


def setting(hook: Hook) -> Call:
    """Tells Telegram where to post. What waits there stays: nothing is ever dropped."""
    params = {"url": hook.url, "secret_token": hook.secret, "allowed_updates": list(WANTED)}
    return Call("setWebhook", params)


class Webhook:
    """The route that Telegram posts to. Updates of one chat are taken in the order they came."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self._take: Take | None = None
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    def attach(self, app: web.Application) -> None:
        """Add the route to `app`."""
        app.router.add_post(self.hook.path, self._post)

    async def run(self, take: Take) -> None:
        """Take what is posted, until cancelled. Before and after that Telegram is put off."""
        self._take = take
        try:
            await asyncio.Event().wait()
        finally:
            self._take = None

    async def _post(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self.hook.secret.encode()):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            update: object = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        return web.Response(status=await self._hand_over(update))

    async def _hand_over(self, update: object) -> int:
        """The status to answer."""
        take = self._take
        if take is None:
            return 503
        async with self._turns.setdefault(chat_of(update), asyncio.Lock()):
            try:
                await take(update)
            except Exception as error:
                log.error(
                    "telegram.step_failed",
                    update=number_of(update),
                    error=type(error).__name__,
                )
                return 500
        return 200


async def _body(request: web.Request) -> bytes | None:
    """None for a body that is too large; it is not read to its end."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
