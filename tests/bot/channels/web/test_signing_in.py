"""A one-time link, a page with one button, a cookie."""

from __future__ import annotations

import aiohttp
import pytest

from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import Site, running_site
from tests.clock import TurnedClock


async def test_without_a_session_the_page_says_how_to_get_one(
    stranger: aiohttp.ClientSession,
) -> None:
    async with stranger.get("/") as answer:
        page = await answer.text()
    assert answer.status == 401
    assert "请向您的管理员索要登录链接" in page
    assert "Ask your administrator for a sign-in link" in page


async def test_looking_at_a_link_does_not_use_it_up(
    site: Site, stranger: aiohttp.ClientSession
) -> None:
    token = site.store.link()
    for method in ("GET", "HEAD", "GET"):
        async with stranger.request(method, f"/sign-in/{token}") as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
    async with stranger.post(f"/sign-in/{token}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    site: Site, stranger: aiohttp.ClientSession
) -> None:
    path = f"/sign-in/{site.store.link()}"
    async with stranger.post(path, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain HTTP on one's own machine


async def test_over_https_the_cookie_never_travels_in_the_clear(clock: TurnedClock) -> None:
    async with running_site(clock, public_url="https://visits.example") as site, client(site) as me:
        path = f"/sign-in/{site.store.link()}"
        async with me.post(path, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-zoufang=")
    assert "Secure" in cookie


async def test_a_link_works_once(site: Site, stranger: aiohttp.ClientSession) -> None:
    token = site.store.link()
    async with stranger.post(f"/sign-in/{token}", allow_redirects=False):
        pass
    async with stranger.post(f"/sign-in/{token}", allow_redirects=False) as answer:
        page = await answer.text()
    assert answer.status == 410
    assert "链接已失效" in page
    assert "This link no longer works" in page


async def test_signing_out_ends_the_session(site: Site, lin: aiohttp.ClientSession) -> None:
    async with lin.post("/sign-out") as answer:
        assert answer.status == 204
    assert site.store.sessions == {}
    async with lin.get("/chat/session") as answer:
        assert answer.status == 401


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
async def test_the_page_speaks_the_language_of_the_session(
    site: Site, stranger: aiohttp.ClientSession, language: str, tag: str
) -> None:
    await enter(stranger, site, language=language)
    async with stranger.get("/") as answer:
        assert f'<html lang="{tag}">' in await answer.text()
    async with stranger.get("/chat/session") as answer:
        session = await answer.json()
    assert session["language"] == language
    assert session["words"]["send"] == {"zh": "发送", "en": "Send"}[language]


async def test_a_page_does_not_learn_the_address_of_its_person(
    lin: aiohttp.ClientSession,
) -> None:
    async with lin.get("/chat/session") as answer:
        assert "lin" not in (await answer.json())["person"]


@pytest.mark.parametrize(
    "path", ["/chat/session", "/chat/history", "/chat/events", "/chat/files/1"]
)
async def test_nothing_is_shown_to_a_stranger(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(path) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"] == "signed_out"
