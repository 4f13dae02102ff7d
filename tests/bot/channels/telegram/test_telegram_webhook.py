"""What Telegram posts is checked, taken, and confirmed only after that, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.telegram import Api, Hook, TelegramChannel, Unusable
from bot.channels.telegram.webhook import LARGEST, SECRET_HEADER
from core.messages import Inbound, Text
from tests.bot.channels.telegram.rig import ODD, FixedClock, Pauses, Receive, Unreads, media
from tests.emulator import Emulator, User, faults

SECRET = "a-secret-of-the-tests"

Posted = Callable[[Receive], AbstractAsyncContextManager[Hook]]


@dataclass(slots=True)
class Inbox:
    """Takes inbounds, and fails where it is told to."""

    failures: list[str] = field(default_factory=list)
    taken: list[Inbound] = field(default_factory=list)

    async def __call__(self, inbound: Inbound) -> None:
        await asyncio.sleep(0)
        words = inbound.event.text if isinstance(inbound.event, Text) else ""
        if words in self.failures:
            self.failures.remove(words)
            raise OSError("the disk is full")
        self.taken.append(inbound)

    @property
    def words(self) -> list[str]:
        return [i.event.text for i in self.taken if isinstance(i.event, Text)]


@pytest.fixture
def posted(telegram: Emulator, api: Api, unreads: Unreads) -> Posted:
    """Run a channel that is posted to for the length of a block."""

    @asynccontextmanager
    async def run(receive: Receive) -> AsyncIterator[Hook]:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        hook = Hook.of(f"http://127.0.0.1:{port}", telegram.token, SECRET)
        channel = TelegramChannel(
            api, clock=FixedClock(), media=media, unread=unreads, hook=hook, pause=Pauses()
        )
        app = web.Application()
        channel.attach(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        task = asyncio.create_task(channel.run(receive))
        try:
            await telegram.until(lambda: len(telegram.called("setMyCommands")) > 2)
            yield hook
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await runner.cleanup()
            await channel.close()

    return run


async def post(hook: Hook, body: bytes | None = None, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(hook.url, data=body or b'{"update_id": 1}', headers=headers) as response,
    ):
        assert await response.read() == b""
        return response.status


async def test_what_people_say_is_posted_and_confirmed(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    inbox = Inbox()
    async with posted(inbox):
        await mei.say("a")
        await telegram.quiet()
        await mei.say("b")
        await telegram.quiet()
    assert inbox.words == ["a", "b"]
    assert telegram.hooks.answers[0][1] == 200
    assert not telegram.called("getUpdates")


async def test_the_start_sets_the_webhook_and_drops_nothing(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    await mei.say("before the start")
    inbox = Inbox()
    async with posted(inbox) as hook:
        await telegram.quiet()
    (asked,) = telegram.called("setWebhook")
    assert (asked["url"], asked["secret_token"]) == (hook.url, SECRET)
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query"]
    assert "drop_pending_updates" not in asked
    assert inbox.words == ["before the start"]


async def test_an_update_is_confirmed_only_after_it_was_taken(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    gate, reached = asyncio.Event(), asyncio.Event()

    async def receive(inbound: Inbound) -> None:
        reached.set()
        await gate.wait()

    async with posted(receive):
        await mei.say("a")
        await reached.wait()
        assert telegram.world.updates
        assert not telegram.hooks.answers
        gate.set()
        await telegram.quiet()


async def test_a_failed_step_is_posted_again_with_the_same_key(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    inbox = Inbox(["a", "a"])
    async with posted(inbox):
        await mei.say("a")
        await telegram.quiet()
    assert inbox.words == ["a"]
    assert [status for _, status in telegram.hooks.answers] == [500, 500, 200]
    assert len({update for update, _ in telegram.hooks.answers}) == 1


async def test_one_chat_waits_for_itself_and_for_nobody_else(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    lan = telegram.user(1002, "Lan")
    order: list[str] = []
    started, lan_is_done = asyncio.Event(), asyncio.Event()

    async def receive(inbound: Inbound) -> None:
        assert isinstance(inbound.event, Text)
        if inbound.event.text == "a":
            started.set()
            await lan_is_done.wait()
        order.append(inbound.event.text)
        if inbound.event.text == "c":
            lan_is_done.set()

    async with posted(receive):
        await mei.say("a")
        await started.wait()
        await mei.say("b")
        await lan.say("c")
        await telegram.quiet()
    assert order == ["c", "a", "b"]


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET.upper(), "密"])
async def test_who_does_not_know_the_secret_is_turned_away(
    posted: Posted, secret: str | None
) -> None:
    inbox = Inbox()
    async with posted(inbox) as hook:
        assert await post(hook, secret=secret) == 403
    assert inbox.taken == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"garbage", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b" " * (LARGEST + 1), 413),
    ],
)
async def test_a_body_that_is_no_update(posted: Posted, body: bytes, status: int) -> None:
    inbox = Inbox()
    async with posted(inbox) as hook:
        assert await post(hook, body) == status
    assert inbox.taken == []


@pytest.mark.parametrize("body", [json.dumps(update) for update in ODD])
async def test_an_update_of_an_unknown_shape_is_kept_and_confirmed(
    posted: Posted, unreads: Unreads, body: str
) -> None:
    inbox = Inbox()
    async with posted(inbox) as hook:
        assert [await post(hook, body.encode()) for _ in range(2)] == [200, 200]
    assert inbox.taken == []
    assert [update for update, _ in unreads.kept.values()] == [json.loads(body)]


async def test_a_body_without_an_end_is_not_read_to_its_end(posted: Posted) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    async with posted(Inbox()) as hook, aiohttp.ClientSession() as session:
        headers = {SECRET_HEADER: SECRET}
        try:
            async with session.post(hook.url, data=endless(), headers=headers) as response:
                assert response.status == 413
        except aiohttp.ClientError:
            pass  # the line was closed while it was still being written to


async def test_the_address_can_not_be_guessed() -> None:
    one = Hook.of("https://visit.example", "1:a", SECRET)
    assert one == Hook.of("https://visit.example", "1:a", SECRET)
    assert one.url == "https://visit.example" + one.path
    assert len(one.path.removeprefix("/telegram/")) == 48
    others = {
        Hook.of("https://visit.example", *pair).path for pair in (("1:b", SECRET), ("1:a", "x"))
    }
    assert one.path not in others
    assert SECRET not in repr(one) + one.path


async def test_telegram_is_put_off_while_nobody_takes(telegram: Emulator, api: Api) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    hook = Hook.of(f"http://127.0.0.1:{listener.getsockname()[1]}", telegram.token, SECRET)
    channel = TelegramChannel(api, clock=FixedClock(), media=media, hook=hook)
    app = web.Application()
    channel.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    assert await post(hook) == 503
    await runner.cleanup()
    await channel.close()


async def test_a_webhook_that_telegram_refuses_ends_the_run(telegram: Emulator, api: Api) -> None:
    refused = faults.error(400, "Bad Request: bad webhook: Failed to resolve host")
    telegram.fail_next("setWebhook", faults.server_error(), refused)
    hook = Hook.of("https://visit.invalid", telegram.token, SECRET)
    channel = TelegramChannel(api, clock=FixedClock(), media=media, hook=hook, pause=Pauses())
    with pytest.raises(Unusable) as unusable:
        await channel.run(Inbox())
    assert unusable.value.code == "webhook_refused"
    assert "Failed to resolve host" in unusable.value.values["reason"]


async def test_logs_hold_neither_words_nor_the_secret(
    telegram: Emulator, mei: User, posted: Posted
) -> None:
    with capture_logs() as logs:
        async with posted(Inbox(["SecretWords"])):
            await mei.say("SecretWords")
            await telegram.quiet()
    assert "telegram.step_failed" in str(logs)
    assert "SecretWords" not in str(logs)
    assert SECRET not in str(logs)
