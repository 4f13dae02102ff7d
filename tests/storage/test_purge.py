"""What goes when its time is over, and what stays."""

from __future__ import annotations

from core.messages import Reply
from storage.database import Database
from storage.policy import SYSTEM
from tests.clock import TurnedClock


async def test_a_key_is_remembered_for_days_and_then_free_again(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.inbox.claim("telegram", "7")
    clock.turn(days=2)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.purge()
        assert not await uow.inbox.claim("telegram", "7")
    clock.turn(days=2)
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.purge() == 1
        assert await uow.purge() == 0
        assert await uow.inbox.claim("telegram", "7")


async def test_mail_that_was_not_delivered_is_never_purged(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "1", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="1"), Reply(text="2")])
        (parcel,) = await uow.outbox.heads(["telegram"])
        await uow.outbox.sent([(parcel, "m1")])
    clock.turn(days=30)
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.purge() == 1
        (left,) = await uow.outbox.heads(["telegram"])
        assert left.body["text"] == "2"
