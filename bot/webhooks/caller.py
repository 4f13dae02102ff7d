"""One call of one webhook over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp

from bot.webhooks.addresses import AddressError, OutsideOnly, check
from storage.webhooks import Webhook

_CALL: Final = aiohttp.ClientTimeout(total=15)
_BUSY: Final = 429
_OF_THIS: Final = (400, 409, 413, 415, 422)  # what is said of one call; the next may fare better


def session_for(hook: Webhook) -> aiohttp.ClientSession:
    """A session that reaches only what the webhook may have for its address."""
    resolver = None if hook.private else OutsideOnly()
    connector = aiohttp.TCPConnector(resolver=resolver, limit=1)
    return aiohttp.ClientSession(connector=connector, timeout=_CALL)


async def call(
    session: aiohttp.ClientSession, hook: Webhook, body: bytes, headers: Mapping[str, str]
) -> str:
    """Send `body`; '' if it was taken (any 2xx), else a word of ``webhooks.error``. Nobody is
    followed elsewhere, and what is answered is not read."""
    try:
        check(hook.url, private=hook.private)
        async with session.post(
            hook.url,
            data=body,
            headers={"Content-Type": "application/json", "User-Agent": "zoufang", **headers},
            allow_redirects=False,
        ) as answer:
            return _error(answer.status)
    except AddressError as error:
        return error.code
    except TimeoutError:
        return "silent"
    except (aiohttp.ClientError, OSError, ValueError):
        return "unreachable"


def _error(status: int) -> str:
    match status // 100:
        case 2:
            return ""
        case 3:
            return "moved"
        case 4:
            if status == _BUSY:
                return "busy"
            return "refused" if status in _OF_THIS else "denied"
    return "server"
