"""Nothing is confirmed before it was taken, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram import Api, TelegramChannel, TokenRefused, open_api, polling
from bot.channels.telegram.opening import Runtime
from core.messages import Inbound, Text
from tests.bot.channels.telegram.rig import (
    ODD,
    FixedClock,
    Pauses,
    Running,
    Unreads,
    media,
)
from tests.emulator import Emulator, User, faults
from tests.patience import PATIENCE


class Inbox:
    """Takes inbounds, and fails where it is told to."""

    def __init__(self, *failures: str) -> None:
        self.taken: list[Inbound] = []
        self.failures = list(failures)

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


async def test_what_was_said_before_the_start_is_taken_in_order(
    telegram: Emulator, mei: User, running: Running
) -> None:
    for words in "abc":
        await mei.say(words)
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a", "b", "c"]
    assert len({inbound.key for inbound in inbox.taken}) == 3


async def test_an_update_is_confirmed_only_after_it_was_taken(
    telegram: Emulator, mei: User, running: Running
) -> None:
    gate, reached = asyncio.Event(), asyncio.Event()

    async def receive(inbound: Inbound) -> None:
        reached.set()
        await gate.wait()

    await mei.say("a")
    async with running(receive):
        await reached.wait()
        assert telegram.world.updates
        gate.set()
        await telegram.quiet()


async def test_a_failed_step_is_handed_over_again_with_the_same_key(
    telegram: Emulator, mei: User, running: Running, pauses: Pauses
) -> None:
    tried: list[str] = []
    inbox = Inbox("b", "b")

    async def receive(inbound: Inbound) -> None:
        if isinstance(inbound.event, Text) and inbound.event.text == "b":
            tried.append(inbound.key)
        await inbox(inbound)

    for words in "abc":
        await mei.say(words)
    async with running(receive):
        await telegram.quiet()
    assert inbox.words == ["a", "b", "c"]
    assert len(tried) == 3
    assert len(set(tried)) == 1
    assert pauses.seconds == [0.5, 1.0]


async def test_a_failed_step_of_one_person_does_not_stop_the_others(
    telegram: Emulator, mei: User, running: Running
) -> None:
    lan = telegram.user(1002, "Lan")
    await mei.say("bad")
    await lan.say("good")
    inbox = Inbox(*["bad"] * 3)
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words.count("bad") == 1
    assert inbox.words[0] == "good"


async def test_a_bot_that_dies_before_confirming_gets_everything_again(
    telegram: Emulator, mei: User, running: Running
) -> None:
    first, reached = Inbox(), asyncio.Event()

    async def die(inbound: Inbound) -> None:
        await first(inbound)
        reached.set()
        await asyncio.Event().wait()

    await mei.say("a")
    async with running(die):
        await reached.wait()
    second = Inbox()
    async with running(second):
        await telegram.quiet()
    assert [i.key for i in first.taken] == [i.key for i in second.taken]


async def test_one_person_waits_for_himself_and_for_nobody_else(
    telegram: Emulator, mei: User, running: Running
) -> None:
    lan = telegram.user(1002, "Lan")
    await mei.say("a")
    await mei.say("b")
    await lan.say("c")
    order: list[str] = []
    lan_is_done = asyncio.Event()

    async def receive(inbound: Inbound) -> None:
        assert isinstance(inbound.event, Text)
        if inbound.event.text == "a":
            await lan_is_done.wait()
        order.append(inbound.event.text)
        if inbound.event.text == "c":
            lan_is_done.set()

    async with running(receive):
        await telegram.quiet()
    assert order == ["c", "a", "b"]


async def test_updates_of_unknown_shapes_are_kept_and_stop_nobody(
    telegram: Emulator, mei: User, running: Running, unreads: Unreads
) -> None:
    payloads: list[Any] = [None, [], "x", {"chat": 5, "text": "a"}, {"chat": None, "text": "a"}]
    for payload in payloads:
        telegram.world.push("message", payload)
    await mei.say("a")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a"]
    assert [update["message"] for update, _ in unreads.kept.values()] == payloads


@pytest.mark.parametrize("odd", ODD)
async def test_whatever_a_poll_brings_the_next_one_is_asked_for(
    telegram: Emulator, mei: User, running: Running, unreads: Unreads, pauses: Pauses, odd: object
) -> None:
    telegram.fail_next("getUpdates", faults.garbage(200, json.dumps({"ok": True, "result": [odd]})))
    await mei.say("a")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a"]
    assert [update for update, _ in unreads.kept.values()] == [odd]


async def test_what_can_not_be_kept_is_not_confirmed(
    telegram: Emulator, mei: User, running: Running, unreads: Unreads, pauses: Pauses
) -> None:
    unreads.failures = 2
    telegram.world.push("message", {"text": "no chat, no id"})
    async with running(Inbox()):
        await telegram.quiet()
    assert (len(unreads.kept), pauses.seconds) == (1, [0.5, 1.0])


async def test_half_a_character_and_nul_come_in_as_what_can_be_kept(
    telegram: Emulator, mei: User, running: Running
) -> None:
    await mei.say("a\x00b\ud83d")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["ab\ufffd"]


@pytest.mark.parametrize(
    "fault",
    [faults.server_error(), faults.garbage(), faults.cut(), faults.flood(7), faults.cut(acts=True)],
)
async def test_polling_goes_on_whatever_breaks(
    telegram: Emulator, mei: User, running: Running, pauses: Pauses, fault: faults.Fault
) -> None:
    telegram.fail_next("getUpdates", fault, fault)
    await mei.say("a")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a"]
    assert pauses.seconds == (
        [7.0, 7.0] if fault.refusal and "retry_after" in fault.refusal.parameters else [0.5, 1.0]
    )


async def test_a_second_poller_is_reported_once(
    telegram: Emulator, mei: User, running: Running, pauses: Pauses
) -> None:
    conflict = faults.error(409, "Conflict: terminated by other getUpdates request")
    telegram.fail_next("getUpdates", conflict, conflict, conflict)
    await mei.say("a")
    with capture_logs() as logs:
        async with running(Inbox()):
            await telegram.quiet()
    assert [entry["event"] for entry in logs] == ["telegram.second_poller"]
    assert pauses.seconds == [0.5, 1.0, 2.0]


async def test_two_running_bots_take_turns_and_lose_nothing(
    telegram: Emulator, mei: User, running: Running, runtime: Runtime
) -> None:
    inbox = Inbox()
    api = open_api(runtime, telegram.token, telegram.base)
    other = TelegramChannel(api, clock=FixedClock(), media=media, hold=1, pause=Pauses())
    async with running(inbox):
        task = asyncio.create_task(other.run(inbox))
        await mei.say("a")
        await telegram.quiet()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await other.close()
    assert set(inbox.words) == {"a"}


async def test_a_webhook_is_taken_away_and_what_waited_is_kept(
    telegram: Emulator, mei: User, running: Running
) -> None:
    telegram.world.webhook = {"url": "https://example.org/hook"}
    await mei.say("a")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a"]
    assert "drop_pending_updates" not in telegram.called("deleteWebhook")[0]


async def test_the_start_sets_the_menus_of_strangers_if_they_have_changed(
    telegram: Emulator, mei: User, running: Running
) -> None:
    for _ in range(2):
        await mei.say("a")
        async with running(Inbox()):
            await telegram.quiet()
    menus = telegram.world.commands
    assert set(menus) == {("default", code) for code in ("", "zh", "en")}
    strangers = ["start", "pension", "help", "language"]
    assert [entry["command"] for entry in menus["default", "en"]] == strangers
    assert len(telegram.called("setMyCommands")) == 3


async def test_the_start_waits_for_a_telegram_that_is_not_there_yet(
    telegram: Emulator, mei: User, running: Running
) -> None:
    telegram.fail_next("getMe", faults.cut(), faults.server_error(503), faults.flood(9))
    telegram.fail_next("setMyCommands", *[faults.server_error()] * 3)
    await mei.say("a")
    inbox = Inbox()
    async with running(inbox):
        await telegram.quiet()
    assert inbox.words == ["a"]


@pytest.mark.parametrize("token", ["424242:another-token-that-nobody-knows-0000", "424242:short"])
async def test_a_token_that_telegram_refuses_ends_the_run(
    telegram: Emulator, token: str, runtime: Runtime
) -> None:
    api = open_api(runtime, token, telegram.base)
    channel = TelegramChannel(api, clock=FixedClock(), media=media)
    with pytest.raises(TokenRefused):
        await channel.run(Inbox())
    await channel.close()


def test_a_malformed_token_is_refused_at_once(runtime: Runtime) -> None:
    with pytest.raises(TokenRefused):
        open_api(runtime, "no token")


async def test_a_token_that_is_revoked_later_ends_the_run(
    telegram: Emulator, channel: TelegramChannel
) -> None:
    telegram.fail_next("getUpdates", faults.error(401, "Unauthorized"))
    with pytest.raises(TokenRefused):
        await channel.run(Inbox())


async def test_a_long_poll_ends_at_once_when_the_program_stops(
    telegram: Emulator, api: Api
) -> None:
    channel = TelegramChannel(api, clock=FixedClock(), media=media, hold=50)
    task = asyncio.create_task(channel.run(Inbox()))
    await telegram.until(lambda: telegram._methods._poll is not None)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert not telegram.called("getUpdates")  # none was answered: nobody waited for the end of it
    await channel.close()


async def test_a_stop_lets_the_steps_in_hand_end_and_begins_no_more(
    telegram: Emulator, mei: User, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FINISH", PATIENCE)
    reached, gate = asyncio.Event(), asyncio.Event()
    begun: list[str] = []
    ended: list[str] = []

    async def receive(inbound: Inbound) -> None:
        assert isinstance(inbound.event, Text)
        begun.append(inbound.event.text)
        reached.set()
        await gate.wait()
        ended.append(inbound.event.text)

    for words in "ab":
        await mei.say(words)
    task = asyncio.create_task(channel.run(receive))
    await reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (begun, ended) == (["a"], ["a"])
    assert len(telegram.world.updates) == 2  # Telegram hands both over again; one is known then


async def test_a_step_that_does_not_end_holds_no_stop_up(
    telegram: Emulator, mei: User, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FINISH", 0.05)
    reached = asyncio.Event()

    async def receive(inbound: Inbound) -> None:
        reached.set()
        await asyncio.Event().wait()

    await mei.say("a")
    task = asyncio.create_task(channel.run(receive))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)


async def test_the_last_poll_is_known(
    telegram: Emulator, mei: User, channel: TelegramChannel, running: Running
) -> None:
    assert channel.polled_at is None
    await mei.say("a")
    async with running(Inbox()):
        await telegram.quiet()
    assert channel.polled_at == FixedClock().now()


async def test_logs_hold_no_words_and_no_names(
    telegram: Emulator, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    user = telegram.user(1003, "SecretName")
    await user.say("SecretWords")
    telegram.fail_next("getUpdates", faults.garbage(), faults.server_error())
    async with running(Inbox("SecretWords")):
        await telegram.quiet()
    printed = "".join(capsys.readouterr())
    assert "telegram.step_failed" in printed
    assert "Secret" not in printed
