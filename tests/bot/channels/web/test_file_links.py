"""A link to a file is signed, its person's own, and over in minutes."""

from __future__ import annotations

import aiohttp
import pytest
from yarl import URL

from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import Site
from tests.bot.channels.web.test_uploads import PNG, form
from tests.clock import TurnedClock


async def link(site: Site, lin: aiohttp.ClientSession) -> URL:
    """Where a page is sent on to that asks for a file of its own."""
    async with lin.post("/chat/uploads", data=form()):
        pass
    (file_id,) = site.store.files
    async with lin.get(f"/chat/files/{file_id}", allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Cache-Control"] == "no-store"
        return URL(answer.headers["Location"], encoded=True)


async def told(session: aiohttp.ClientSession, url: URL) -> tuple[int, bytes]:
    async with session.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.read()


async def test_it_opens_for_its_person_and_for_some_minutes(
    site: Site, lin: aiohttp.ClientSession, clock: TurnedClock
) -> None:
    url = await link(site, lin)
    assert await told(lin, url) == (200, PNG)
    clock.turn(minutes=4)
    assert await told(lin, url) == (200, PNG)
    clock.turn(minutes=7)
    status, body = await told(lin, url)
    assert status == 410
    assert b"link_over" in body


async def test_forwarded_it_opens_nothing(site: Site, lin: aiohttp.ClientSession) -> None:
    url = await link(site, lin)
    async with client(site) as stranger:
        assert (await told(stranger, url))[0] == 401
        await enter(stranger, site, address="wang")
        assert (await told(stranger, url))[0] == 404
    async with client(site) as other_browser:  # even of the same person
        await enter(other_browser, site, address="lin")
        assert (await told(other_browser, url))[0] == 410


@pytest.mark.parametrize(
    "changed", [{"until": "99999999999"}, {"until": "x"}, {"signed": "ß"}, {"signed": ""}]
)
async def test_nobody_makes_one_last_longer(
    site: Site, lin: aiohttp.ClientSession, changed: dict[str, str]
) -> None:
    url = await link(site, lin)
    assert (await told(lin, url.update_query(changed)))[0] == 410


async def test_it_ends_with_the_session(site: Site, lin: aiohttp.ClientSession) -> None:
    url = await link(site, lin)
    async with lin.post("/sign-out"):
        pass
    assert (await told(lin, url))[0] == 401
