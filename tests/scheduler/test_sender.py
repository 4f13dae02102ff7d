"""Delivery: in order within a conversation, conversations side by side, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from core.messages import Button, Reply
from core.ports import NotNow, Pace, Receipt, Undeliverable
from scheduler.courier import MAX_ATTEMPTS
from storage.database import Database
from storage.outbox import Outbox, Sent
from storage.policy import SYSTEM
from storage.priorities import DIGEST
from tests.clock import TurnedClock
from tests.handlers.paper import PaperChannel
from tests.patience import PATIENCE
from tests.scheduler.post import Post

BUTTON = ((Button(text="1", token="b"),),)


@pytest.fixture
def post(sqlite_database: Database, clock: TurnedClock) -> Post:
    return Post(sqlite_database, clock)


async def test_messages_arrive_in_the_order_in_which_they_were_queued(post: Post) -> None:
    await post.queue("a", "1", "2")
    await post.queue("b", "1")
    await post.queue("a", "3")
    await post.drain()
    assert post.texts("a") == ["1", "2", "3"]
    assert post.texts("b") == ["1"]
    assert await post.states() == ["sent"] * 4


async def test_a_delivered_message_s_words_are_forgotten(post: Post) -> None:
    await post.queue("a", "secret")
    await post.drain()
    async with post.database.unit(SYSTEM, "test") as uow:
        rows = await uow.connection.execute(text("SELECT body FROM outbox"))
        assert rows.scalars().all() == [None]


async def test_not_now_keeps_the_order_and_waits_as_long_as_asked(post: Post) -> None:
    post.trouble["a"] = [NotNow("flood", after=30.0)]
    await post.queue("a", "1", "2")
    await post.drain()
    assert post.texts("a") == []
    assert post.tried == ["1"]  # the second does not overtake the first
    post.clock.turn(seconds=29)
    await post.drain()
    assert post.tried == ["1"]
    post.clock.turn(seconds=10)
    await post.drain()
    assert post.texts("a") == ["1", "2"]


async def test_one_chat_in_trouble_holds_up_no_other(post: Post) -> None:
    post.trouble["a"] = [NotNow("flood", after=30.0)]
    await post.queue("a", "1")
    await post.queue("b", "1")
    await post.drain()
    assert post.texts("b") == ["1"]
    assert post.texts("a") == []


async def test_without_a_time_the_pauses_grow(post: Post) -> None:
    post.trouble["a"] = [NotNow("no network") for _ in range(5)]
    await post.queue("a", "1")
    await post.drain()
    waited = []
    while not post.texts("a"):
        before, seconds = len(post.tried), 0
        while len(post.tried) == before:
            post.clock.turn(seconds=1)
            seconds += 1
            await post.drain()
        waited.append(seconds)
    assert len(waited) == 5
    assert waited == sorted(waited)
    assert waited[0] <= 2
    assert waited[-1] >= 16


async def test_a_network_that_never_comes_back_is_given_up_in_the_end(post: Post) -> None:
    post.trouble["a"] = [NotNow("no network") for _ in range(50)]
    await post.queue("a", "1")
    for _ in range(50):
        await post.drain()
        post.clock.turn(hours=1)
    assert len(post.tried) == MAX_ATTEMPTS
    assert await post.states() == ["dead"]


async def test_a_messenger_that_names_a_time_is_never_given_up(post: Post) -> None:
    post.trouble["a"] = [NotNow("flood", after=10.0) for _ in range(MAX_ATTEMPTS * 2)]
    await post.queue("a", "1")
    for _ in range(MAX_ATTEMPTS * 2 + 1):
        await post.drain()
        post.clock.turn(minutes=1)
    assert post.texts("a") == ["1"]


async def test_a_chat_that_is_gone_is_remembered_as_such(post: Post) -> None:
    post.trouble["a"] = [Undeliverable("blocked", gone=True)]
    await post.queue("a", "1")
    with capture_logs():
        await post.drain()
    assert await post.states() == ["dead"]
    assert not await post.reachable("a")


async def test_one_refused_message_does_not_make_a_chat_unreachable(post: Post) -> None:
    post.trouble["a"] = [Undeliverable("too long")]
    await post.queue("a", "1", "2")
    with capture_logs():
        await post.drain()
    assert await post.states() == ["dead", "sent"]
    assert post.texts("a") == ["2"]
    assert await post.reachable("a")


async def test_an_edit_changes_the_message_of_its_slot(post: Post) -> None:
    await post.queue("a", Reply(text="question", buttons=BUTTON, slot="q"))
    await post.queue("a", Reply(text="answered", edits="q"), "next")
    await post.drain()
    assert post.texts("a") == ["answered", "next"]
    assert post.sheet("a")[0].buttons == []


async def test_a_slot_that_was_closed_is_not_changed_again(post: Post) -> None:
    await post.queue("a", Reply(text="question", buttons=BUTTON, slot="q"))
    await post.queue("a", Reply(text="answered", edits="q"))
    await post.queue("a", Reply(text="new question", buttons=BUTTON, slot="q", edits="q"))
    await post.drain()
    assert post.texts("a") == ["answered", "new question"]


async def test_a_slot_is_moved_by_a_newer_message(post: Post) -> None:
    await post.queue("a", Reply(text="one", buttons=BUTTON, slot="q"))
    await post.queue("a", Reply(text="two", buttons=BUTTON, slot="q"))
    await post.queue("a", Reply(text="closed", edits="q"))
    await post.drain()
    assert post.texts("a") == ["one", "closed"]


async def test_a_closing_edit_without_a_message_is_dropped(post: Post) -> None:
    await post.queue("a", Reply(text="closed", edits="nothing"), "next")
    await post.drain()
    assert post.texts("a") == ["next"]
    assert await post.states() == ["sent", "sent"]


async def test_an_edit_with_buttons_and_no_message_is_sent_anew(post: Post) -> None:
    await post.queue("a", Reply(text="list", buttons=BUTTON, slot="menu", edits="menu"))
    await post.drain()
    assert post.texts("a") == ["list"]


async def test_slots_survive_a_restart(post: Post) -> None:
    await post.queue("a", Reply(text="question", buttons=BUTTON, slot="q"))
    await post.drain()
    post.sender = post.restarted()
    await post.queue("a", Reply(text="answered", edits="q"))
    await post.drain()
    assert post.texts("a") == ["answered"]


async def test_slots_belong_to_their_chat(post: Post) -> None:
    await post.queue("a", Reply(text="question", buttons=BUTTON, slot="q"))
    await post.queue("b", Reply(text="closed", edits="q"))
    await post.drain()
    assert post.texts("a") == ["question"]
    assert post.texts("b") == []


async def test_a_crash_between_delivery_and_book_keeping_repeats_one_message_at_most(
    post: Post,
) -> None:
    await post.queue("a", "1", "2", "3")
    second = asyncio.Event()

    def hang_up(address: str, reply: Reply) -> None:
        post.tried.append(reply.text)
        if reply.text == "2":
            second.set()

    post.channel.refuse = hang_up
    running = asyncio.create_task(post.sender.run())
    await second.wait()  # delivered, and the process dies before it is written down
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    post.sender = post.restarted()
    await post.drain()
    assert post.tried[0] == "1"
    assert post.tried[-1] == "3"
    assert post.tried.count("1") == post.tried.count("3") == 1
    assert post.tried.count("2") <= 2
    assert await post.states() == ["sent"] * 3


async def test_what_was_queued_before_a_restart_is_sent_after_it(post: Post) -> None:
    await post.queue("a", "1")
    running = asyncio.create_task(post.restarted().run())
    await asyncio.wait_for(post.heard.wait(), PATIENCE)
    await post.queue("a", "2")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await post.restarted().drain()
    assert post.texts("a") == ["1", "2"]


async def test_waking_sends_at_once(post: Post) -> None:
    running = asyncio.create_task(post.sender.run())
    for number in range(5):
        await post.queue("a", str(number))
        post.sender.wake()
        await asyncio.wait_for(post.heard.wait(), PATIENCE)
        post.heard.clear()
        assert post.texts("a")[-1] == str(number)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_message_that_can_not_be_rendered_holds_up_no_other_chat(post: Post) -> None:
    async with post.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", "a", "zh")
        await uow.outbox.queue_kind(chat.id, "riddle", {"no": "reply"}, 10)
    await post.queue("b", "1")
    with capture_logs() as logs:
        await post.drain()
    assert post.texts("b") == ["1"]
    assert [log["event"] for log in logs] == ["delivery failed"]
    with capture_logs():
        for _ in range(MAX_ATTEMPTS):
            post.clock.turn(hours=1)
            await post.drain()
    assert await post.states() == ["dead", "sent"]


async def test_another_channel_s_messages_are_left_alone(post: Post) -> None:
    async with post.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "a", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="1")])
    await post.drain()
    assert await post.states() == ["queued"]


async def test_a_broadcast_keeps_the_pace_and_lets_answers_pass(post: Post) -> None:
    post.channel.pace = Pace(per_second=30, per_chat=1, chat_burst=10)
    post.sender = post.restarted()
    async with post.database.unit(SYSTEM, "test") as uow:
        for number in range(200):
            chat = await uow.conversations.load("paper", str(number), "zh")
            await uow.outbox.queue_kind(chat.id, "digest", {"text": "digest"}, DIGEST)
    delivered = []
    for second in range(4):
        await post.drain()
        await answer(post, f"answer {second}")
        delivered.append(post.tried.count("digest"))
        post.clock.turn(seconds=1)
    assert delivered == sorted(delivered)
    assert all(count <= 24 * (second + 1) + 10 for second, count in enumerate(delivered))
    assert delivered[-1] >= 24 * 3
    assert [text for text in post.tried if text.startswith("answer")] == [
        f"answer {second}" for second in range(4)
    ]


async def test_a_broadcast_over_a_slow_network_leaves_room_for_answers(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, go_on = asyncio.Event(), asyncio.Event()
    deliver = PaperChannel.deliver

    async def slow(self: PaperChannel, address: str, reply: Reply, *more: Any) -> Receipt:
        if reply.text == "digest":
            hanging.set()
            await go_on.wait()
        return await deliver(self, address, reply, *more)

    monkeypatch.setattr(PaperChannel, "deliver", slow)
    async with post.database.unit(SYSTEM, "test") as uow:
        for number in range(30):
            chat = await uow.conversations.load("paper", str(number), "zh")
            await uow.outbox.queue_kind(chat.id, "digest", {"text": "digest"}, DIGEST)
    draining = asyncio.create_task(post.drain())
    async with asyncio.timeout(PATIENCE):
        await hanging.wait()
    for number in range(3):
        await answer(post, f"answer {number}")
    assert post.tried == ["answer 0", "answer 1", "answer 2"]
    go_on.set()
    await draining
    assert post.tried.count("digest") == 30


async def answer(post: Post, said: str) -> None:
    """A step of somebody in the middle of a form; what it says is there when this returns."""
    post.heard.clear()
    await post.bring("in the middle", said)
    async with asyncio.timeout(PATIENCE):
        await post.heard.wait()
    assert post.tried[-1] == said


async def test_what_a_step_says_never_overtakes_what_waits_in_the_outbox(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.queue("a", "old 1", "old 2", "old 3")
    reached, go_on = asyncio.Event(), asyncio.Event()
    deliver = PaperChannel.deliver

    async def slow(*what: Any) -> Receipt:
        reached.set()
        await go_on.wait()
        return await deliver(*what)

    monkeypatch.setattr(PaperChannel, "deliver", slow)
    draining = asyncio.create_task(post.drain())
    await reached.wait()
    await post.bring("a", "new")
    go_on.set()
    await draining
    await post.drain()
    assert post.texts("a") == ["old 1", "old 2", "old 3", "new"]


async def test_what_is_cut_off_with_the_event_loop_is_not_begun_anew(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = asyncio.Event()

    async def never(*_: Any) -> Receipt:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(PaperChannel, "deliver", never)
    await post.queue("a", "1")
    draining = asyncio.create_task(post.drain())
    await reached.wait()
    draining.cancel()
    with suppress(asyncio.CancelledError):
        await draining
    assert not post.sender._at_work()


async def test_what_several_steps_say_at_once_keeps_its_order(post: Post) -> None:
    await asyncio.gather(*(post.bring("a", f"{number}") for number in range(20)))
    await post.drain()
    assert post.texts("a") == [f"{number}" for number in range(20)]


async def test_nothing_more_goes_out_before_what_went_out_is_written_down(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = ["full"] * 2
    sent = Outbox.sent

    async def fail(self: Outbox, deliveries: Sequence[Sent]) -> None:
        if failures:
            failures.pop()
            raise OSError("the disk is full")
        await sent(self, deliveries)

    monkeypatch.setattr(Outbox, "sent", fail)
    monkeypatch.setattr("scheduler.sender._TROUBLE", 0.0)
    await post.bring("a", "1", "2")
    while failures:
        await asyncio.sleep(0)
        assert post.texts("a") in ([], ["1"])
    await post.drain()
    assert post.texts("a") == ["1", "2"]
    assert await post.states() == ["sent"] * 2
