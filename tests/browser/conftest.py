"""A real Chromium on a phone's screen, before the web chat with the scripted bot.

The tests of this folder share one browser and one event loop; every test has a fresh site and a
fresh browser context.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.channels.web import Limits
from tests import patience
from tests.bot.channels.web.site import Site, running_site
from tests.browser.scripted import ScriptedBot
from tests.clock import TurnedClock

CHROMIUM: Final = os.environ.get("ZOUFANG_TEST_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE: Final = 1000 * patience.PATIENCE  # milliseconds

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def png(width: int = 300, height: int = 200) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x90\xb8\xa8" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@dataclass(frozen=True, slots=True)
class Phone:
    """A page before the chat, and both ends of what it talks to."""

    page: Page
    context: BrowserContext
    site: Site
    bot: ScriptedBot
    complaints: list[str]

    async def enter(self, language: str = "zh") -> None:
        """Sign in by a link, as a person would."""
        self.bot.language = language
        link = self.site.store.link("lin", language)
        await self.page.goto(f"{self.site.url}/sign-in/{link}")
        await self.page.click("button")
        await self.page.wait_for_selector(".empty")

    async def begin(self, language: str = "zh") -> None:
        """Sign in and open the first question."""
        await self.enter(language)
        await self.page.click(".empty button")
        await self.tap("begin")
        await self.page.wait_for_selector(".asked [data-token=m0]")

    async def tap(self, token: str) -> None:
        await self.page.click(f".asked [data-token={token}]:not([aria-disabled])")

    async def say(self, text: str) -> None:
        await self.page.fill("#words", text)
        await self.page.click("#send")

    async def to_date(self) -> None:
        await self.begin()
        await self.tap("m0")
        await self.page.wait_for_selector("#entry input[type=date]")

    async def shown(self) -> list[str]:
        """What stands in the bubbles, without the speakers' names."""
        texts = await self.page.locator(".bubble").all_inner_texts()
        return [text.partition("：")[2].strip() for text in texts]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture
def screen() -> dict[str, Any]:
    """How the browser differs from a phone of 360 × 740; a test module may override it."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium: Browser, screen: dict[str, Any]) -> AsyncIterator[Phone]:
    bot = ScriptedBot()
    options: dict[str, Any] = {
        "viewport": {"width": 360, "height": 740},
        "timezone_id": "Asia/Shanghai",
        "locale": "zh-CN",
        "geolocation": {"latitude": 30.25, "longitude": 120.16, "accuracy": 12},
        "permissions": ["geolocation"],
        **screen,
    }
    async with running_site(TurnedClock(), bot, Limits(heartbeat=0.3)) as site:
        bot.store = site.store
        site.store.files["map"] = (png(), "map.png", "image/png")
        context = await chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)
        yield Phone(page, context, site, bot, complaints)
        await context.close()
    assert complaints == []


def _bad(said: Any) -> bool:
    # A lost network is the business of these tests; everything else is a mistake.
    return said.type == "error" and "Failed to load resource" not in said.text
