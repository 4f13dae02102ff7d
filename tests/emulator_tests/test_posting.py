"""The emulator posts to a webhook as Telegram does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.emulator import Emulator, User
from tests.emulator.hooks import SECRET_HEADER


@dataclass(slots=True)
class Listener:
    """A bot that writes down what it is posted, and answers as it is told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def post(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def words(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies]


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def listener(telegram: Emulator) -> AsyncIterator[Listener]:
    made = Listener()
    app = web.Application()
    app.router.add_post("/hook", made.post)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await ask(telegram, "setWebhook", url=made.url, secret_token="s-1")
    yield made
    await runner.cleanup()


@pytest.fixture
def mei(telegram: Emulator) -> User:
    return telegram.user(1001, "Mei")


async def ask(telegram: Emulator, method: str, **params: Any) -> dict[str, Any]:
    url = f"{telegram.base}/bot{telegram.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def test_the_secret_goes_with_every_update(
    telegram: Emulator, listener: Listener, mei: User
) -> None:
    await mei.say("a")
    await telegram.quiet()
    assert (listener.words, listener.secrets) == (["a"], ["s-1"])


async def test_an_update_is_posted_again_until_it_is_taken(
    telegram: Emulator, listener: Listener, mei: User
) -> None:
    listener.statuses = [500, 403]
    await mei.say("a")
    await telegram.quiet()
    assert listener.words == ["a", "a", "a"]
    assert len({body["update_id"] for body in listener.bodies}) == 1
    assert [status for _, status in telegram.hooks.answers] == [500, 403, 200]


async def test_copies_and_disorder_on_demand(
    telegram: Emulator, listener: Listener, mei: User
) -> None:
    telegram.hooks.copies = 2
    await mei.say("a")
    await telegram.quiet()
    assert listener.words == ["a", "a"]
    telegram.hooks.copies = 1
    await telegram.hooks.hold()
    for words in "bcdef":
        await mei.say(words)
    await telegram.hooks.release(seed=3)
    await telegram.quiet()
    assert sorted(listener.words[2:]) == list("bcdef")
    assert listener.words[2:] != list("bcdef")


async def test_nothing_is_posted_once_the_webhook_is_gone(
    telegram: Emulator, listener: Listener, mei: User
) -> None:
    await ask(telegram, "deleteWebhook")
    await mei.say("a")
    assert [one["message"]["text"] for one in (await ask(telegram, "getUpdates"))["result"]] == [
        "a"
    ]
    assert listener.bodies == []


async def test_a_group_that_became_a_supergroup_says_so(telegram: Emulator) -> None:
    group = telegram.group()
    assert (await ask(telegram, "sendMessage", chat_id=-4001, text="x"))["ok"]
    new = await group.migrate()
    refused = await ask(telegram, "sendMessage", chat_id=-4001, text="x")
    assert refused["parameters"] == {"migrate_to_chat_id": new.chat.info["id"]}
    assert refused["error_code"] == 400
    assert (await ask(telegram, "sendMessage", chat_id=new.chat.info["id"], text="x"))["ok"]


async def test_an_album_is_several_messages_of_one_group(telegram: Emulator, mei: User) -> None:
    await mei.start()
    photo = (await mei.photo(b"\xff\xd8\xffjpeg")).file_id()
    piece = {"type": "photo", "media": photo}
    sent = await ask(telegram, "sendMediaGroup", chat_id=mei.id, media=[piece, piece])
    assert len({message["media_group_id"] for message in sent["result"]}) == 1
    assert [len(message["photo"]) for message in sent["result"]] == [2, 2]
    alone = await ask(telegram, "sendMediaGroup", chat_id=mei.id, media=[piece])
    assert alone["error_code"] == 400
