"""Whether the program runs, by its own word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import aiohttp

from bot.checkup.finding import Finding, failure, fine, warning
from bot.settings import Settings

_WITHIN: Final = aiohttp.ClientTimeout(total=5)
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


async def program(settings: Settings) -> AsyncIterator[Finding]:
    """Asks ``/healthz`` and ``/readyz`` of the program at the address of the settings."""
    host = _ANY.get(settings.host, settings.host)
    address = f"http://{host}:{settings.port}"
    try:
        async with aiohttp.ClientSession(address, timeout=_WITHIN) as session:
            for path in ("/healthz", "/readyz"):
                async with session.get(path) as answer:
                    if answer.status == 404:
                        yield failure("another_program", address=address)
                        return
                    if answer.status != 200:
                        said = await answer.json()
                        yield failure("program_ill", address=address, what=_wrong(said))
                        return
    except (aiohttp.ClientError, TimeoutError, ValueError):
        yield warning("program_silent", address=address)
        return
    yield fine("program", address=address)


def _wrong(said: object) -> str:
    checks = said.get("checks", {}) if isinstance(said, dict) else {}
    return ", ".join(name for name, check in checks.items() if not check.get("ok"))
