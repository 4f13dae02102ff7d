"""What operators see counted: what waits and for how long, what failed, what is open."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text, update

from core.messages import Inbound, Reply, Text
from storage.condition import condition
from storage.database import Database
from storage.figures import Figures, Queue, figures
from storage.formshelf import FormSource, FormVersion
from storage.inbox import MAX_ATTEMPTS
from storage.migrate import head
from storage.policy import OPERATOR, SYSTEM, Role
from storage.priorities import ANSWER
from storage.tables import outbox
from tests import world
from tests.clock import START, TurnedClock

NOTHING = Queue(0, 0, None)


async def counted(database: Database) -> Figures:
    async with database.reading(SYSTEM, "test") as uow:
        return await figures(uow)


async def chat(database: Database) -> int:
    async with database.unit(SYSTEM, "test") as uow:
        return (await uow.conversations.load("telegram", "7", "zh")).id


async def test_an_idle_program_has_nothing_to_show(database: Database) -> None:
    assert await counted(database) == Figures(NOTHING, NOTHING, 0, 0)


async def test_inbounds_are_counted_by_what_became_of_them(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.inbox.claim("telegram", "handled")
        for key, attempts in (("once", 1), ("again", 1), ("given up", MAX_ATTEMPTS)):
            inbound = Inbound(channel="telegram", address="7", key=key, event=Text(text="你好"))
            for _ in range(attempts):
                await uow.inbox.set_aside(inbound, "ValueError")
            clock.turn(seconds=10)
    assert (await counted(database)).inbox == Queue(2, 1, timedelta(seconds=30))


async def test_messages_are_counted_and_what_is_for_later_does_not_wait_yet(
    database: Database, clock: TurnedClock
) -> None:
    address = await chat(database)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(address, [Reply(text="早上好")])
        tomorrow = clock.now() + timedelta(days=1)
        await uow.connection.execute(update(outbox).values(not_before=tomorrow))
    clock.turn(seconds=60)
    assert (await counted(database)).outbox == Queue(1, 0, None)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue_kind(address, "digest", {}, ANSWER)
    clock.turn(seconds=5)
    assert (await counted(database)).outbox == Queue(2, 0, timedelta(seconds=5))


async def test_a_message_that_is_put_off_again_and_again_grows_old(
    database: Database, clock: TurnedClock
) -> None:
    address = await chat(database)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(address, [Reply(text="早上好")])
    async with database.unit(SYSTEM, "test") as uow:
        (parcel,) = await uow.outbox.heads(["telegram"])
        await uow.outbox.later(parcel, 300, "429")
    clock.turn(seconds=60)
    assert (await counted(database)).outbox == Queue(1, 0, timedelta(seconds=60))
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.dead(parcel, "403")
    assert (await counted(database)).outbox == Queue(0, 1, None)


async def test_open_and_kept_interviews_are_counted(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    address = await chat(village)
    form = FormVersion("a" * 64, "visit", "1", "b" * 64, {"zh": "走访"}, "published", START)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(form, FormSource(b"<h:html/>", {}))
    async with village.unit(worker, "test") as uow:
        for status in ("open", "open", "kept", "submitted", "dropped"):
            begun = await uow.interviews.start(address, form.sha256, ("none", None), {}, {})
            begun.status = status
            await uow.interviews.save(begun)
    found = await counted(village)
    assert (found.open, found.kept) == (2, 1)


async def test_a_database_tells_its_condition(database: Database, clock: TurnedClock) -> None:
    found = await condition(database)
    assert (found.revision, found.behind) == (head(), False)
    assert (found.now is None) == (database.engine.dialect.name == "sqlite")
    assert found.now is None or found.now.tzinfo is not None


async def test_a_database_without_tables_or_with_old_ones_is_behind(
    database: Database,
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert (await condition(database)).behind
    async with database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(text("DROP TABLE alembic_version"))
    found = await condition(database)
    assert (found.revision, found.behind) == (None, True)
