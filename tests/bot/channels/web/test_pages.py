"""The page and its assets, and what every response carries."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from bot.channels.web.pages import FOLDER
from core.texts import LANGUAGES, catalogue

SOURCES = sorted(FOLDER.glob("*.js"))


async def test_everything_that_the_page_names_is_served_and_kept_for_ever(
    lin: aiohttp.ClientSession,
) -> None:
    async with lin.get("/") as answer:
        page = await answer.text()
    named = set(re.findall(r'"(/web/[^"]+)"', page))
    assert {Path(path).name for path in named if path.endswith(".js")} == {
        source.name for source in SOURCES if source.name != "worker.js"
    }
    for path in named:
        async with lin.get(path) as answer:
            assert answer.status == 200, path
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/worker.js", "/manifest.webmanifest", "/favicon.ico"])
async def test_addresses_that_browsers_fix_are_served(
    stranger: aiohttp.ClientSession, path: str
) -> None:
    async with stranger.get(path) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "path", ["/web/x/index.html", "/web/x/../door.py", "/web/x/%2e%2e/door.py", "/web/x/none.js"]
)
async def test_nothing_else_is_served(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/sign-in/x", "/chat/session", "/worker.js", "/nowhere"])
async def test_every_response_is_protected(lin: aiohttp.ClientSession, path: str) -> None:
    async with lin.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/chat/session", "/chat/history"])
async def test_private_pages_are_not_stored(lin: aiohttp.ClientSession, path: str) -> None:
    async with lin.get(path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_asset_comes_from_elsewhere() -> None:
    for file in FOLDER.iterdir():
        if file.suffix in (".js", ".css", ".html", ".webmanifest"):
            addresses = re.findall(r"https?://[\w.]+", file.read_text(encoding="utf-8"))
            assert not addresses, file.name


def test_scripts_never_write_markup() -> None:
    writes = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b")
    for source in SOURCES:
        assert not writes.search(source.read_text(encoding="utf-8")), source.name


def test_every_word_of_the_page_is_in_the_catalogue() -> None:
    code = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    code += (FOLDER / "index.html").read_text(encoding="utf-8")
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', code))
    said |= set(re.findall(r'data-word(?:-label)?="(\w+)"', code))
    for language in LANGUAGES:
        known = catalogue(language)
        assert {word for word in said if f"web.page.{word}" not in known} == set()


def test_both_languages_have_the_same_words_with_the_same_values() -> None:
    def shape(language: str) -> dict[str, list[str]]:
        return {
            key: sorted(re.findall(r"\{\w+\}", text))
            for key, text in catalogue(language).items()
            if key.startswith("web.")
        }

    assert shape("zh") == shape("en")
