"""Messages go out in order within a conversation, and what can't go yet holds up only its own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from core.messages import Button, Reply
from storage.database import Database
from storage.outbox import Parcel
from storage.policy import SYSTEM
from storage.priorities import DIGEST, URGENT
from storage.tables import outbox
from tests.clock import TurnedClock


async def chat(database: Database, address: str, channel: str = "telegram") -> int:
    async with database.unit(SYSTEM, "test") as uow:
        return (await uow.conversations.load(channel, address, "zh")).id


async def queue(database: Database, conversation_id: int, *replies: Reply) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(conversation_id, replies)


async def heads(database: Database, busy: Sequence[int] = ()) -> Sequence[Parcel]:
    async with database.unit(SYSTEM, "test") as uow:
        return await uow.outbox.heads(["telegram"], busy)


async def sent(database: Database, parcel: Parcel, message: str | None = None) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.sent([(parcel, message)])


def texts(parcels: Sequence[Parcel]) -> list[str]:
    return [Reply.model_validate(one.body).text for one in parcels]


async def test_a_conversation_shows_only_its_oldest_message(database: Database) -> None:
    first, second = await chat(database, "1"), await chat(database, "2")
    await queue(database, first, Reply(text="a1"), Reply(text="a2"))
    await queue(database, second, Reply(text="b1"))
    await queue(database, first, Reply(text="a3"))
    said = []
    while parcels := await heads(database):
        said.append(texts(parcels))
        for one in parcels:
            await sent(database, one)
    assert said == [["a1", "b1"], ["a2"], ["a3"]]


async def test_a_parcel_says_where_it_goes(database: Database) -> None:
    await queue(database, await chat(database, "777"), Reply(text="你好"))
    (parcel,) = await heads(database)
    assert (parcel.channel, parcel.address, parcel.language) == ("telegram", "777", "zh")
    assert Reply.model_validate(parcel.body) == Reply(text="你好")


async def test_a_message_for_later_holds_up_its_own_conversation_only(
    database: Database, clock: TurnedClock
) -> None:
    first, second = await chat(database, "1"), await chat(database, "2")
    await queue(database, first, Reply(text="a1"), Reply(text="a2"))
    await queue(database, second, Reply(text="b1"))
    parcel = (await heads(database))[0]
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.later(parcel, 30, "429")
        assert await uow.outbox.next_due(["telegram"]) == clock.now()
    assert texts(await heads(database)) == ["b1"]
    clock.turn(seconds=30)
    again = (await heads(database))[0]
    assert (texts([again]), again.attempts) == (["a1"], 1)


async def test_what_can_never_go_makes_room_for_the_next(database: Database) -> None:
    conversation_id = await chat(database, "1")
    await queue(database, conversation_id, Reply(text="a1"), Reply(text="a2"))
    (parcel,) = await heads(database)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.dead(parcel, "blocked")
    assert texts(await heads(database)) == ["a2"]


async def test_busy_conversations_and_other_channels_are_left_alone(database: Database) -> None:
    first, second = await chat(database, "1"), await chat(database, "2")
    elsewhere = await chat(database, "1", "web")
    for number, conversation_id in enumerate((first, second, elsewhere)):
        await queue(database, conversation_id, Reply(text=str(number)))
    assert texts(await heads(database, busy=[first])) == ["1"]
    async with database.unit(SYSTEM, "test") as uow:
        only = await uow.outbox.next_of(elsewhere)
        assert await uow.outbox.next_due(["telegram"], busy=[first, second]) is None
    assert only and texts([only]) == ["2"]


async def test_the_words_of_a_sent_message_are_forgotten(database: Database) -> None:
    await queue(database, await chat(database, "1"), Reply(text="geheim"))
    await sent(database, (await heads(database))[0])
    async with database.engine.connect() as connection:
        row = (await connection.execute(select(outbox.c.state, outbox.c.body))).one()
    assert tuple(row) == ("sent", None)


async def test_a_slot_remembers_the_message_until_it_is_changed_for_the_last_time(
    database: Database,
) -> None:
    conversation_id = await chat(database, "1")
    button = ((Button(text="好", token="t"),),)

    async def deliver(reply: Reply, message: str) -> str | None:
        await queue(database, conversation_id, reply)
        await sent(database, (await heads(database))[0], message)
        await queue(database, conversation_id, Reply(text="…", edits="q", buttons=button))
        parcel = (await heads(database))[0]
        await sent(database, parcel, parcel.replaces or "")
        return parcel.replaces

    assert await deliver(Reply(text="1", slot="q", buttons=button), "m1") == "m1"
    assert await deliver(Reply(text="2", edits="q", buttons=button), "m2") == "m2"
    assert await deliver(Reply(text="3", edits="q"), "m2") is None


async def test_nothing_queued_is_never_due(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.outbox.next_due(["telegram"]) is None


async def test_what_is_urgent_goes_first_and_a_digest_last(database: Database) -> None:
    first, second, third = [await chat(database, str(n)) for n in range(3)]
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue_kind(first, "digest", {"text": "digest"}, DIGEST)
    await queue(database, second, Reply(text="answer"))
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue_kind(third, "alert", {"text": "alarm"}, URGENT)
    assert texts(await heads(database)) == ["alarm", "answer", "digest"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite is one process's own
async def test_two_replicas_never_deliver_the_same_message(
    database: Database, clock: TurnedClock
) -> None:
    conversation_id = await chat(database, "1")
    await queue(database, conversation_id, Reply(text="a1"), Reply(text="a2"))
    (parcel,) = await heads(database)
    async with database.unit(SYSTEM, "one") as uow:
        assert await uow.outbox.claim([parcel])
    async with database.unit(SYSTEM, "two") as uow:
        assert not await uow.outbox.claim([parcel])
    assert await heads(database) == []  # not the second either: order within a conversation
    clock.turn(minutes=3)  # the first replica never came back
    async with database.unit(SYSTEM, "two") as uow:
        assert await uow.outbox.claim([parcel])


async def test_an_alarm_passes_what_waits_in_its_own_conversation(database: Database) -> None:
    conversation_id = await chat(database, "1")
    await queue(database, conversation_id, Reply(text="a1"), Reply(text="a2"))
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.later((await uow.outbox.heads(["telegram"]))[0], 300, "429")
        await uow.outbox.queue_kind(conversation_id, "alert", {"text": "alarm"}, URGENT)
    assert texts(await heads(database)) == ["alarm"]
