"""Replies reach open pages at once, and pages that come back later from where they were."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.channels.web import Limits
from core.messages import Button, Reply
from core.ports import ChatEvent
from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import Site, running_site
from tests.clock import TurnedClock

HELLO = Reply(text="您好")


class Events:
    """Server-sent events of one response, parsed."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._content = response.content

    async def next(self) -> tuple[str, Any, str | None]:
        """Name, data and id of the next event, comments passed over."""
        name, data, seq = "message", None, None
        while line := (await self._content.readline()).decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = json.loads(value)
            elif field == "id":
                seq = value
            elif not line.strip() and data is not None:
                return name, data, seq
        raise EOFError

    async def line(self) -> Any:
        """The next line of the transcript."""
        while True:
            name, data, _ = await self.next()
            if name == "message":
                return data


def events(session: aiohttp.ClientSession, after: int = 0) -> Any:
    return session.get(f"/chat/events?after={after}")


async def test_a_reply_reaches_an_open_page(site: Site, lin: aiohttp.ClientSession) -> None:
    async with events(lin) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        stream = Events(response)
        assert (await stream.next())[0] == "session"
        receipt = await site.channel.deliver("lin", HELLO, None)
        name, line, seq = await stream.next()
    assert (name, seq) == ("message", receipt.message)
    assert line["body"]["from"] == "bot"
    assert line["body"]["reply"]["text"] == "您好"


async def test_a_stream_resumes_after_the_last_line_seen(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    receipts = [await site.channel.deliver("lin", Reply(text=str(n)), None) for n in range(3)]
    async with events(lin, after=int(receipts[0].message or 0)) as response:
        stream = Events(response)
        assert [(await stream.line())["body"]["reply"]["text"] for _ in range(2)] == ["1", "2"]
    headers = {"Last-Event-ID": receipts[1].message or ""}
    async with lin.get("/chat/events?after=0", headers=headers) as response:
        assert (await Events(response).line())["body"]["reply"]["text"] == "2"


async def test_a_long_absence_is_caught_up_in_order(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(history=3)) as site, client(site) as me:
        await enter(me, site)
        for n in range(10):
            await site.channel.deliver("lin", Reply(text=str(n)), None)
        async with events(me) as response:
            stream = Events(response)
            texts = [(await stream.line())["body"]["reply"]["text"] for _ in range(10)]
    assert texts == [str(n) for n in range(10)]


async def test_a_page_gets_only_its_own_persons_lines(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with events(lin) as response:
        stream = Events(response)
        await site.channel.deliver("wang", Reply(text="别人的"), None)
        await site.channel.deliver("lin", HELLO, None)
        assert (await stream.line())["body"]["reply"]["text"] == "您好"


async def test_a_changed_message_keeps_its_id(site: Site) -> None:
    buttons = ((Button(text="一", token="1"),),)
    first = await site.channel.deliver("lin", Reply(text="选", buttons=buttons), None)
    second = await site.channel.deliver("lin", Reply(text="选好了"), first.message)
    assert second.message == first.message
    assert [line["replaces"] for line in site.store.said()] == [None, int(first.message or 0)]


async def test_the_newest_lines_come_with_the_session(
    clock: TurnedClock,
) -> None:
    async with running_site(clock, limits=Limits(history=2)) as site, client(site) as me:
        await enter(me, site)
        for n in range(5):
            await site.channel.deliver("lin", Reply(text=str(n)), None)
        async with me.get("/chat/history") as answer:
            history = await answer.json()
    assert [line["body"]["reply"]["text"] for line in history["lines"]] == ["3", "4"]
    assert history["session"]["language"] == "zh"


async def test_a_new_language_is_told_before_the_words_in_it(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with events(lin) as response:
        stream = Events(response)
        await stream.next()
        site.store.speak("lin", "en")
        await site.channel.deliver("lin", Reply(text="Hello"), None)
        name, data, _ = await stream.next()
        assert (name, data["language"]) == ("session", "en")
        assert (await stream.next())[0] == "message"


async def test_a_quiet_stream_shows_that_it_lives_and_sees_other_replicas(
    clock: TurnedClock,
) -> None:
    async with running_site(clock, limits=Limits(heartbeat=0.02)) as site, client(site) as me:
        await enter(me, site)
        async with events(me) as response:
            stream = Events(response)
            await stream.next()
            assert (await stream.next())[0] == "heartbeat"
            line: dict[str, object] = {
                "from": "bot",
                "reply": HELLO.model_dump(mode="json"),
                "replaces": None,
            }
            await site.store.append("lin", line, "by-another-replica")
            assert (await stream.line())["body"] == line


async def test_an_ended_session_ends_its_streams(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(heartbeat=0.02)) as site, client(site) as me:
        await enter(me, site)
        async with events(me) as response:
            stream = Events(response)
            await stream.next()
            site.store.sessions.clear()
            while (event := await stream.next())[0] == "heartbeat":
                pass
            assert event[0] == "signed-out"
            with pytest.raises(EOFError):
                await stream.next()


async def test_a_stream_that_meets_trouble_ends_so_that_the_page_comes_back(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async def gone(address: str, seq: int, limit: int = 200) -> list[ChatEvent]:
        raise OSError("no database")

    since = site.store.since
    async with events(lin) as response:
        stream = Events(response)
        assert (await stream.next())[0] == "session"
        site.store.since = gone  # type: ignore[method-assign]
        await site.channel.deliver("lin", HELLO, None)
        with pytest.raises(EOFError):
            await stream.line()
    site.store.since = since  # type: ignore[method-assign]
    async with events(lin) as response:
        assert (await Events(response).line())["body"]["reply"]["text"] == "您好"


async def test_the_oldest_of_too_many_streams_ends(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(streams=1)) as site, client(site) as me:
        await enter(me, site)
        async with events(me) as oldest:
            first = Events(oldest)
            await first.next()
            async with events(me) as newest:
                second = Events(newest)
                await second.next()
                with pytest.raises(EOFError):
                    await first.next()
                await site.channel.deliver("lin", HELLO, None)
                assert (await second.line())["body"]["reply"]["text"] == "您好"


async def test_open_streams_do_not_hold_up_the_end(clock: TurnedClock) -> None:
    async with running_site(clock) as site, client(site) as me:
        await enter(me, site)
        responses = [await events(me) for _ in range(3)]
        for response in responses:
            await Events(response).next()
        await asyncio.wait_for(
            site.runner.cleanup(), 30
        )  # of the 60 s that it gives to whoever asks
        for response in responses:
            response.close()


@pytest.mark.parametrize("after", ["", "x", "1.5", "-2", "٣", "9" * 19, "9" * 5000])
async def test_a_strange_resume_point_is_refused(lin: aiohttp.ClientSession, after: str) -> None:
    async with lin.get("/chat/events", params={"after": after}) as answer:
        assert answer.status == 400


@pytest.mark.parametrize("after", [-1, 0, 10**18 - 1])
async def test_any_number_of_a_line_is_a_resume_point(
    lin: aiohttp.ClientSession, after: int
) -> None:
    async with events(lin, after=after) as response:
        assert response.status == 200
        assert (await Events(response).next())[0] == "session"


async def test_while_nobody_takes_messages_a_page_is_told_to_wait(
    clock: TurnedClock,
) -> None:
    async with running_site(clock) as site, client(site) as me:
        await enter(me, site)
        site.channel._incoming.receive = None
        sent = {
            "client_id": "6f1d7c52-3d7c-4bb7-8a39-6b1f6a1b0c11",
            "event": {"kind": "text", "text": "x"},
        }
        async with me.post("/chat/messages", json=sent) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert site.store.said() == []
