"""The web side of the running program against whoever means ill: each attempt, and what it gets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from bot.app import serve
from bot.channels.web import Limits
from bot.channels.web.files import Files
from bot.channels.web.rates import Rate, address_of
from bot.settings import Settings
from bot.settings_error import SettingsError
from core.texts import say
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.vault import Vault
from tests import world
from tests.bot.served import served
from tests.clock import TurnedClock
from tests.patience import PATIENCE
from tests.ports import free_port

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(slots=True)
class Program:
    """The running program, and links that let a supervisor in."""

    url: str
    links: list[str]

    def browser(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True))

    @asynccontextmanager
    async def supervisor(self) -> AsyncIterator[aiohttp.ClientSession]:
        """A browser that has signed in."""
        async with self.browser() as page:
            async with page.post(f"/sign-in/{self.links.pop()}") as answer:
                assert answer.status == 200
            yield page


def chosen(folder: Path, **changes: object) -> Settings:
    given: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'zoufang.sqlite3'}",
        "key_file": folder / "key",
        "port": free_port(),
        "demo": False,
    }
    return Settings.model_validate(given | changes)


@asynccontextmanager
async def running(settings: Settings, clock: TurnedClock) -> AsyncIterator[Program]:
    database = await Database.open(settings.database_url, clock)
    await world.settle(database)
    async with database.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add("周敏", Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
        links = [await uow.invites.issue("web", account_id=account.id) for _ in range(3)]
    await database.close()
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(serve(settings, clock, stop, lambda _: ready.set()))
    try:
        async with asyncio.timeout(PATIENCE):
            await ready.wait()
        yield Program(f"http://127.0.0.1:{settings.port}", links)
    finally:
        stop.set()
        await task


@pytest.fixture
async def program(sqlite_url: str, tmp_path: Path, clock: TurnedClock) -> AsyncIterator[Program]:
    async with running(chosen(tmp_path, key=KEY), clock) as one:
        yield one


KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # of the fixture `vault`


@pytest.fixture(autouse=True)
def _lean(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test writes is sealed with the program's key. Forms, which take seconds to compile,
    are of no use here."""

    async def nothing(_: Database) -> None:
        pass

    monkeypatch.setattr("bot.app.publish_builtin", nothing)


async def signed_in(program: Program) -> aiohttp.ClientResponse:
    """What a link's button is answered."""
    path = f"/sign-in/{program.links[0]}"
    async with program.browser() as page, page.post(path, allow_redirects=False) as answer:
        return answer


def message(**changes: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "event": {"kind": "text", "text": "你好"}} | changes


# --- encryption on the way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True),
        ({"host": "192.0.2.7"}, True),
        ({"public_url": "http://visit.example"}, True),
        ({"host": "0.0.0.0", "public_url": "http://localhost:8080"}, True),
        ({"host": "0.0.0.0", "public_url": "https://visit.example"}, False),
        ({"host": "0.0.0.0", "tls_proxy": True}, False),
        ({"public_url": "https://visit.example"}, False),
        ({"host": "localhost"}, False),
        ({"host": "::1"}, False),
        ({}, False),
    ],
)
def test_others_come_by_https_only(changes: dict[str, Any], refused: bool) -> None:
    assert Settings.model_validate(changes).plain_http == refused


async def test_plain_http_for_others_ends_the_start_with_a_line(
    tmp_path: Path, sqlite_url: str, clock: TurnedClock
) -> None:
    settings = chosen(tmp_path, key=KEY, host="0.0.0.0")
    with pytest.raises(SettingsError) as refused:
        await serve(settings, clock, asyncio.Event(), lambda _: None)
    for language in ("zh", "en"):
        assert "ZOUFANG_TLS_PROXY" in say(language, f"cli.settings.{refused.value.code}")


@pytest.mark.parametrize("setting", [{"public_url": "https://visit.example"}, {"tls_proxy": True}])
async def test_behind_https_cookies_and_browsers_stay_there(
    tmp_path: Path, sqlite_url: str, clock: TurnedClock, setting: dict[str, Any]
) -> None:
    async with running(chosen(tmp_path, key=KEY, **setting), clock) as one:
        answer = await signed_in(one)
    assert answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie


async def test_the_cookie_is_for_no_script_and_no_other_site(program: Program) -> None:
    cookie = (await signed_in(program)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# --- pages ---------------------------------------------------------------------------------------

PATHS = ("/", "/office", "/office/register", "/office/nowhere", "/nowhere", "/chat/history")


async def test_every_answer_carries_the_security_headers(program: Program) -> None:
    async with program.supervisor() as page, program.browser() as stranger:
        for browser in (page, stranger):
            for path in PATHS:
                async with browser.get(path, allow_redirects=False) as answer:
                    for name, value in HEADERS.items():
                        assert answer.headers.get(name) == value, (path, name)


async def test_no_page_may_run_a_script_that_stands_in_it(program: Program) -> None:
    async with program.supervisor() as page:
        for path in PATHS:
            async with page.get(path) as answer:
                policy, text = answer.headers["Content-Security-Policy"], await answer.text()
            scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
            assert "unsafe" not in policy
            assert "default-src 'self'" in policy
            assert scripts == [], path
            assert not re.search(r"\son\w+=|javascript:|style=\"", text), path


async def test_a_sign_in_link_is_told_to_nobody_and_kept_nowhere(program: Program) -> None:
    async with program.browser() as page, page.get(f"/sign-in/{program.links[0]}") as answer:
        text = await answer.text()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert program.links[0] not in text
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


async def test_a_sign_in_link_ends_after_a_day(program: Program, clock: TurnedClock) -> None:
    clock.turn(hours=24, seconds=1)
    async with program.browser() as page, page.post(f"/sign-in/{program.links[0]}") as answer:
        assert answer.status == 410


# --- requests of other sites ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_s_page_posts_nothing(program: Program, headers: dict[str, str]) -> None:
    async with program.supervisor() as page:
        for path in ("/chat/messages", "/chat/uploads", "/sign-out"):
            async with page.post(path, json=message(), headers=headers) as answer:
                assert answer.status == 403, path
        async with page.get("/chat/session") as answer:
            assert answer.status == 200


async def test_a_form_of_another_site_cannot_look_like_a_message(program: Program) -> None:
    async with program.supervisor() as page, page.post("/chat/messages", data="{}") as answer:
        assert answer.status == 400


# --- how much and how often ----------------------------------------------------------------------


async def test_what_is_too_large_is_refused(program: Program) -> None:
    limits = Limits()
    async with program.supervisor() as page:
        long = message(event={"kind": "text", "text": "长" * limits.message})
        async with page.post("/chat/messages", json=long) as answer:
            assert answer.status == 413
        form = aiohttp.FormData({"client_id": str(uuid4())})
        form.add_field("file", PNG + bytes(limits.upload), filename="a.png")
        async with page.post("/chat/uploads", data=form) as answer:
            assert answer.status == 413


async def test_links_are_not_tried_without_end(program: Program) -> None:
    async with program.browser() as page:
        statuses = []
        for _ in range(Limits().sign_ins + 1):
            async with page.post(f"/sign-in/{'x' * 43}") as answer:
                statuses.append(answer.status)
        assert statuses == [410] * Limits().sign_ins + [429]
        assert answer.headers["Retry-After"]


async def test_uploads_are_not_sent_without_end(program: Program) -> None:
    async with program.supervisor() as page:
        for _ in range(Limits().files):
            async with page.post("/chat/uploads", data=b"") as answer:
                assert answer.status == 400
        async with page.post("/chat/uploads", data=b"") as answer:
            assert answer.status == 429
        async with page.post("/chat/messages", json=message()) as answer:
            assert answer.status == 202


async def test_messages_are_not_sent_without_end(program: Program) -> None:
    told: list[str] = []
    async with program.supervisor() as page:
        while "too_often" not in told:
            async with page.post("/chat/messages", data=b"") as answer:
                told.append((await answer.json())["error"])
            assert len(told) < 3 * Limits().messages  # it fills up again meanwhile
    assert len(told) > Limits().messages


def test_an_allowance_fills_up_again() -> None:
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
    assert rate.allows("b")
    now[0] = 30.0
    assert [rate.allows("a") for _ in range(2)] == [True, False]
    now[0] = 3600.0
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("proxied", "expected"), [(True, "198.51.100.7"), (False, "127.0.0.1")], ids=["proxy", "bare"]
)
async def test_who_asks_is_told_by_the_proxy_alone(proxied: bool, expected: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=address_of(request, proxied=proxied))

    def attach(app: web.Application) -> None:
        app.add_routes([web.get("/", answer)])

    forged = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
    async with served(attach) as page, page.get("/", headers=forged) as told:
        assert await told.text() == expected


# --- trouble -------------------------------------------------------------------------------------


def _fails(*_: object) -> Any:
    raise RuntimeError("王桂兰 /secret/place.py")


async def test_trouble_shows_no_trace(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Files, "_refers", _fails)
    async with program.supervisor() as page, page.get("/chat/files/ABCDEFGH") as answer:
        text = await answer.text()
    assert answer.status == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for word in ("Traceback", "RuntimeError", "place.py", "王桂兰"):
        assert word not in text
