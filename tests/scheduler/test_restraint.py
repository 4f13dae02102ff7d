"""The sender makes no call that is of no use, and keeps to the pace of the whole bot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from core.messages import Button, Reply
from core.ports import NotNow, Pace, Receipt, Undeliverable
from storage.database import Database
from tests.clock import TurnedClock
from tests.handlers.paper import PaperChannel
from tests.scheduler.post import Post

BUTTON = ((Button(text="1", token="b"),),)
QUESTION = Reply(text="question", buttons=BUTTON, slot="s")
CHATS = 100


@pytest.fixture
def post(sqlite_database: Database, clock: TurnedClock) -> Post:
    return Post(sqlite_database, clock)


def edit(text: str) -> Reply:
    return Reply(text=text, buttons=BUTTON, slot="s", edits="s")


@pytest.mark.parametrize("brought", [True, False])
async def test_a_bot_that_is_refused_everywhere_stops_asking(post: Post, brought: bool) -> None:
    chats = [f"chat {number}" for number in range(CHATS)]
    for chat in chats:
        post.trouble[chat] = [NotNow("flood control", after=30.0)]
    for chat in chats:
        await (post.bring(chat, "hello") if brought else post.queue(chat, "hello"))
    await post.drain()
    assert len(post.tried) < 15
    post.trouble.clear()
    post.clock.turn(seconds=29)
    await post.drain()
    assert len(post.tried) < 15
    post.clock.turn(seconds=20)
    await post.drain()
    assert all(post.texts(chat) == ["hello"] for chat in chats)


async def test_chats_that_are_refused_one_by_one_hold_up_no_other(post: Post) -> None:
    for number in range(10):
        post.trouble[f"refused {number}"] = [NotNow("flood control", after=30.0)]
        await post.queue(f"refused {number}", "hello")
        await post.drain()
        await post.queue(f"served {number}", "hello")
        await post.drain()
    assert all(post.texts(f"served {number}") == ["hello"] for number in range(10))


@pytest.mark.parametrize("brought", [True, False])
async def test_of_several_edits_that_wait_the_newest_is_sent(post: Post, brought: bool) -> None:
    await post.queue("a", QUESTION)
    await post.drain()
    edits = [edit(str(number)) for number in range(5)]
    await (post.bring("a", *edits) if brought else post.queue("a", *edits))
    await post.drain()
    assert post.tried == ["question", "4"]
    assert post.texts("a") == ["4"]
    await post.queue("a", edit("5"))
    await post.drain()
    assert post.texts("a") == ["5"]


@pytest.mark.parametrize("brought", [True, False])
async def test_what_an_edit_leaves_to_see_is_sent(post: Post, brought: bool) -> None:
    await post.queue("a", QUESTION)
    await post.drain()
    said = [
        edit("once"),
        Reply(text="closed", edits="s"),
        replace_slot("new question"),
        edit("twice"),
        edit("thrice"),
    ]
    await (post.bring("a", *said) if brought else post.queue("a", *said))
    await post.drain()
    assert post.texts("a") == ["closed", "thrice"]
    assert post.tried == ["question", "closed", "new question", "thrice"]


def replace_slot(text: str) -> Reply:
    return Reply(text=text, buttons=BUTTON, slot="s")


async def test_an_edit_before_a_new_message_of_its_slot_is_sent(post: Post) -> None:
    await post.queue("a", QUESTION)
    await post.drain()
    await post.queue("a", edit("as it was"), replace_slot("new question"))
    await post.drain()
    assert post.texts("a") == ["as it was", "new question"]


async def test_nobody_writes_again_to_who_can_not_be_reached(post: Post) -> None:
    post.trouble["a"] = [Undeliverable("blocked", gone=True)]
    await post.queue("a", "1", "2", "3")
    with capture_logs():
        await post.drain()
        await post.queue("a", "4")
        await post.drain()
    assert post.tried == ["1"]
    assert await post.states() == ["dead"] * 4


async def test_who_writes_again_is_answered(post: Post) -> None:
    post.trouble["a"] = [Undeliverable("blocked", gone=True)]
    await post.queue("a", "1", "2")
    with capture_logs():
        await post.drain()
    await post.bring("a", "welcome back")
    await post.drain()
    assert post.texts("a") == ["welcome back"]


async def test_a_message_of_several_calls_counts_for_each(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = PaperChannel.deliver

    async def deliver_parts(
        self: PaperChannel, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        return replace(await deliver(self, address, reply, replaces, key), calls=5)

    monkeypatch.setattr(PaperChannel, "deliver", deliver_parts)
    post.channel.pace = Pace(per_second=10, per_chat=1, chat_burst=10)
    post.sender = post.restarted()
    for number in range(100):
        await post.queue(f"chat {number}", "long")
    for _ in range(30):
        await post.drain()
        post.clock.turn(seconds=1)
    assert len(post.tried) >= 50
    assert 5 * len(post.tried) <= 30 * 10 + 10 * 5  # ten were begun before any was counted


async def test_edits_keep_to_the_pace_of_the_bot(post: Post) -> None:
    chats = [f"chat {number}" for number in range(60)]
    for chat in chats:
        await post.queue(chat, QUESTION)
    await post.drain()
    post.channel.pace = Pace(per_second=10, per_chat=1, chat_burst=10)
    post.sender = post.restarted()
    for chat in chats:
        await post.queue(chat, edit("answered"))
    before = len(post.tried)
    await post.drain()
    assert len(post.tried) - before == 10


async def test_several_processes_have_the_pace_of_one_between_them(post: Post) -> None:
    post.channel.pace = Pace(per_second=30, per_chat=1, chat_burst=10)
    post.sender = post.restarted()
    post.sender.share(3)
    for number in range(40):
        await post.queue(f"chat {number}", "hello")
    await post.drain()
    assert len(post.tried) == 10
