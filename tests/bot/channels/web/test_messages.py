"""What a browser sends becomes one inbound, once, or a kind refusal."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock
from uuid import uuid4

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.channels.web import WebChannel
from bot.channels.web.incoming import _understood
from core.messages import Command, Inbound, Location, Tap, Text
from core.ports import Taken
from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import Site, running_site
from tests.clock import TurnedClock

HELLO = {"kind": "text", "text": "您好"}


def message(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "event": event, **more}


async def test_a_message_is_handed_over_and_kept(site: Site, lin: aiohttp.ClientSession) -> None:
    sent = message(HELLO)
    async with lin.post("/chat/messages", json=sent) as answer:
        assert answer.status == 202
        seq = (await answer.json())["seq"]
    assert site.received == [
        Inbound(
            channel="web",
            address="lin",
            key=sent["client_id"],
            event=Text(text="您好"),
            message=str(seq),
            language="zh",
        )
    ]
    assert site.store.said() == [
        {
            "from": "person",
            "event": HELLO,
            "client_id": sent["client_id"],
            "at": "2026-11-21T02:00:00+00:00",
        }
    ]


async def test_the_same_message_again_changes_nothing(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    sent = message(HELLO)
    answers = []
    for _ in range(3):
        async with lin.post("/chat/messages", json=sent) as answer:
            answers.append((answer.status, await answer.json()))
    assert answers == [answers[0]] * 3
    assert len(site.received) == 1
    assert len(site.store.said()) == 1


async def test_a_tap_says_which_message_it_belongs_to(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    sent = message({"kind": "tap", "token": "a:3:1"}, message="17", label="入户")
    async with lin.post("/chat/messages", json=sent) as answer:
        assert answer.status == 202
    (tap,) = site.received
    assert (tap.event, tap.message) == (Tap(token="a:3:1"), "17")
    (line,) = site.store.said()
    assert (line["message"], line["label"]) == ("17", "入户")


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("/menu", Command(name="menu")),
        ("  /Start ABC-123 ", Command(name="start", argument="ABC-123")),
        ("/", Text(text="/")),
        ("/3", Text(text="/3")),
        ("1/2", Text(text="1/2")),
        ("一\x00二", Text(text="一二")),
    ],
)
async def test_a_typed_command_is_a_command(
    site: Site, lin: aiohttp.ClientSession, typed: str, understood: Text | Command
) -> None:
    async with lin.post("/chat/messages", json=message({"kind": "text", "text": typed})):
        pass
    assert [inbound.event for inbound in site.received] == [understood]


async def test_a_text_too_long_for_an_answer_still_reaches_the_bot(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with lin.post("/chat/messages", json=message({"kind": "text", "text": "长" * 5000})) as a:
        assert a.status == 202
    assert site.received[0].event == Text(text="长" * 5000)


async def test_a_body_beyond_the_limit_is_refused(site: Site, lin: aiohttp.ClientSession) -> None:
    async with lin.post("/chat/messages", json=message({"kind": "text", "text": "x" * 70000})) as a:
        assert (a.status, (await a.json())["error"]) == (413, "too_large")
    assert site.received == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"client_id": "1", "event": {"kind": "text", "text": "x"}}',
        '{"client_id": "6f1d7c52-3d7c-4bb7-8a39-6b1f6a1b0c11"}',
    ],
)
async def test_what_is_not_a_message_gets_a_kind_sentence(
    site: Site, lin: aiohttp.ClientSession, body: str
) -> None:
    headers = {"Content-Type": "application/json"}
    async with lin.post("/chat/messages", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert await answer.json() == {
            "error": "not_understood",
            "message": "没有看懂这条内容，请重新发送。",
        }
    assert site.store.said() == []


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "file", "media": "photo", "file_id": "someone-elses"},
        {"kind": "contact", "phone": "13800000000", "own": True},
        {"kind": "edited", "text": "x", "message": "1"},
        {"kind": "tap", "token": "t", "extra": 1},
        {"kind": "location", "latitude": 91, "longitude": 0},
        {"kind": "location", "latitude": float("nan"), "longitude": 0},
        {"kind": "location", "latitude": 0, "longitude": 0, "accuracy": float("inf")},
    ],
)
async def test_a_browser_cannot_claim_what_is_not_its_own(
    site: Site, lin: aiohttp.ClientSession, event: dict[str, Any]
) -> None:
    async with lin.post("/chat/messages", json=message(event)) as answer:
        assert answer.status == 400
    assert site.received == []


@given(st.from_type(Text) | st.from_type(Command) | st.from_type(Tap))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_understanding_twice_is_understanding_once(event: Text | Command | Tap) -> None:
    once = _understood(event, "zh")
    assert isinstance(once, Text | Command | Tap | Location)
    assert _understood(once, "zh") == once
    assert TypeAdapter(type(once)).validate_json(once.model_dump_json()) == once


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_another_sites_page_cannot_speak_for_a_person(
    site: Site, lin: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with lin.post("/chat/messages", json=message(HELLO), headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (403, "foreign")
    assert site.received == []


async def test_our_own_page_and_a_script_may_speak(site: Site, lin: aiohttp.ClientSession) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": site.url}, {}):
        async with lin.post("/chat/messages", json=message(HELLO), headers=headers) as answer:
            assert answer.status == 202
    assert len(site.received) == 3


async def test_an_old_page_cannot_speak_for_who_signed_in_after(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with lin.get("/chat/session") as answer:
        lin_herself = (await answer.json())["person"]
    await enter(lin, site, address="wang")
    headers = {"X-Zoufang-Person": lin_herself}
    async with lin.post("/chat/messages", json=message(HELLO), headers=headers) as answer:
        assert answer.status == 401
    assert site.received == []


async def test_one_persons_messages_are_handed_over_one_after_another(clock: TurnedClock) -> None:
    begun, open_door, at_once, most = asyncio.Event(), asyncio.Event(), 0, 0

    async def slow(_channel: WebChannel, inbound: Inbound) -> None:
        nonlocal at_once, most
        begun.set()
        at_once += 1
        most = max(most, at_once)
        await open_door.wait()
        at_once -= 1

    async with running_site(clock, slow) as site, client(site) as me:
        await enter(me, site)
        posts = [
            asyncio.create_task(me.post("/chat/messages", json=message(HELLO))) for _ in range(3)
        ]
        await begun.wait()
        open_door.set()
        for post in posts:
            (await post).release()
        assert (len(site.received), most) == (3, 1)


async def test_the_answer_comes_after_the_step(clock: TurnedClock) -> None:
    begun, committed = asyncio.Event(), asyncio.Event()

    async def slow(_channel: WebChannel, _inbound: Inbound) -> None:
        begun.set()
        await committed.wait()

    async with running_site(clock, slow) as site, client(site) as me:
        await enter(me, site)
        post = asyncio.create_task(me.post("/chat/messages", json=message(HELLO)))
        await begun.wait()
        assert not post.done()
        committed.set()
        (await post).release()


async def test_what_is_taken_while_the_program_stops_is_still_seen_to(clock: TurnedClock) -> None:
    async with running_site(clock) as site, client(site) as me:
        await enter(me, site)
        taking, go_on = asyncio.Event(), asyncio.Event()
        take = site.store.take

        async def slow(inbound: Inbound, body: dict[str, object]) -> Taken:
            taking.set()
            await go_on.wait()
            return await take(inbound, body)

        site.store.take = slow  # type: ignore[method-assign]
        post = asyncio.create_task(me.post("/chat/messages", json=message(HELLO)))
        await taking.wait()
        await end(site.channel)
        go_on.set()
        async with await post as answer:
            assert answer.status == 202
        async with me.post("/chat/messages", json=message(HELLO)) as answer:
            assert (answer.status, (await answer.json())["error"]) == (503, "not_running")
        assert len(site.received) == 1


async def end(channel: WebChannel) -> None:
    """Let the channel take nothing more, though the server still answers."""
    running = asyncio.create_task(channel.run(AsyncMock()))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_failed_step_is_told_kindly_and_may_be_tried_again(clock: TurnedClock) -> None:
    async def broken(_channel: WebChannel, _inbound: Inbound) -> None:
        raise RuntimeError("disk full")

    async with running_site(clock, broken) as site, client(site) as me:
        await enter(me, site)
        async with me.post("/chat/messages", json=message(HELLO)) as answer:
            body = await answer.json()
    assert (answer.status, body["error"]) == (500, "trouble")
    assert "disk" not in body["message"]
