"""A running web chat, and a browser's worth of HTTP client that is signed in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.bot.channels.web.site import Site, running_site
from tests.clock import TurnedClock
from tests.patience import PATIENCE


@pytest.fixture
async def site(clock: TurnedClock) -> AsyncIterator[Site]:
    """A web chat whose bot takes everything and says nothing."""
    async with running_site(clock) as running:
        yield running


@pytest.fixture
async def stranger(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """A client without a session."""
    async with client(site) as session:
        yield session


@pytest.fixture
async def lin(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """A client signed in as ``lin``."""
    async with client(site) as session:
        await enter(session, site)
        yield session


def client(site: Site) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        base_url=site.url,
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    )


async def enter(
    session: aiohttp.ClientSession, site: Site, address: str = "lin", language: str = "zh"
) -> None:
    async with session.post(f"/sign-in/{site.store.link(address, language)}") as answer:
        assert answer.status == 200  # of the page that it led to
