"""Every line of the log is one JSON object, whoever wrote it, and none holds personal data."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web

from bot import logs
from core.log import log
from core.texts import catalogue, say

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "scheduler", "storage")
Capture = pytest.CaptureFixture[str]


@contextmanager
def configured(language: str = "zh") -> Iterator[None]:
    """Logs as the running program has them; everything is as before at the end of the block."""
    root, ours = logging.root, structlog.get_config()
    handlers, level = root.handlers, root.level
    logs.configure(language=language)
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**ours)
        log.prepare(logging.NOTSET, None)


def lines(capsys: Capture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def failure() -> Exception:
    try:
        raise ValueError("王德福\n患有高血压")
    except ValueError as error:
        return error


async def test_a_servers_traceback_is_one_line_without_address_or_answer(capsys: Capture) -> None:
    async def fail(_request: web.Request) -> web.Response:
        raise failure()

    app = web.Application()
    app.add_routes([web.get("/", fail)])
    runner = web.AppRunner(app, access_log=None)
    with configured():
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.status == 500
        await runner.cleanup()
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("places")[-1].startswith("failure:")
    assert line == {
        "event": "Error handling request from %s",
        "logger": "aiohttp.server",
        "level": "error",
        "error": "ValueError",
    }


async def test_a_lost_tasks_error_is_one_line_without_its_words(capsys: Capture) -> None:
    lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    with configured():
        asyncio.get_running_loop().call_exception_handler(
            {
                "message": "Task exception was never retrieved",
                "exception": failure(),
                "future": lost,
            }
        )
    (line,) = lines(capsys)
    assert (line["logger"], line["event"], line["error"]) == (
        "asyncio",
        "Task exception was never retrieved",
        "ValueError",
    )
    assert "王" not in str(line)


@pytest.mark.parametrize(
    ("message", "values", "event"),
    [
        ("Update %s\nof %s", (7, "王德福"), "Update %s"),
        ("Job %(name)s is late", ({"name": "王德福"},), "Job %(name)s is late"),
        ("Exception in callback ask('王德福')", (), "Exception in callback ask"),
        ("Called by 13800000000", (), "Called by"),
        ("王德福", (), ""),
        (ValueError("王德福"), (), "ValueError"),
    ],
)
def test_only_the_fixed_words_of_a_librarys_message_are_logged(
    capsys: Capture, message: object, values: tuple[object, ...], event: str
) -> None:
    with configured():
        logging.getLogger("library").warning(message, *values)
    (line,) = lines(capsys)
    assert (line["event"], line["logger"], line["level"]) == (event, "library", "warning")
    assert "王" not in str(line)


def test_a_librarys_chatter_is_left_out(capsys: Capture) -> None:
    with configured():
        logging.getLogger("library").info("It works.")
        logging.getLogger("library").log(35, "It has a level of its own.")
    assert [line["event"] for line in lines(capsys)] == ["It has a level of its own."]


def test_our_own_lines_hold_what_was_given_and_an_errors_places(capsys: Capture) -> None:
    with configured():
        log.error("step failed", channel="网页", exc_info=failure())
    (line,) = lines(capsys)
    assert (line["event"], line["channel"], line["error"]) == ("step failed", "网页", "ValueError")
    assert "王" not in str(line)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_an_operator_can_do_something_about_is_said_in_plain_words(
    capsys: Capture, language: str
) -> None:
    with configured(language):
        log.error("telegram.second_poller", code=409)
        log.error("step failed")
    first, second = lines(capsys)
    assert first["says"] == say(language, "log.telegram.second_poller")
    assert "says" not in second


def test_every_explanation_is_of_an_event_that_is_logged() -> None:
    sources = [file.read_text("utf-8") for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    logged = {name for text in sources for name in re.findall(r'"(\w+\.\w+)"', text)}
    explained = {key.removeprefix("log.") for key in catalogue("zh") if key.startswith("log.")}
    assert explained <= logged
