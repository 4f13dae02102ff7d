"""Other systems are told what happens, once, signed and in codes, whatever they answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.webhooks import Webhooks
from bot.webhooks.signing import new_secret
from bot.webhooks.telling import ATTEMPTS, Teller, wait
from storage.astray import call_back
from storage.database import Database
from storage.formshelf import FormSource, FormVersion
from storage.obligation_tables import obligation
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.webhooks import DeadCall
from tests import world
from tests.bot.webhooks.receiver import CUT, Receiver, receiving
from tests.clock import START, TurnedClock
from tests.storage.test_submissions import record

FORM = FormVersion("a" * 64, "household_visit", "1", "b" * 64, {"en": "Visit"}, "published", START)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
async def worker(database: Database) -> Actor:
    await world.settle(database)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    return await world.hire(database, Role.GRID_WORKER, world.GRID)


async def hook(database: Database, receiver: Receiver, **changes: Any) -> None:
    """Have `receiver` told of everything."""
    receiver.secret = new_secret()
    topics = changes.pop("topics", ("submissions", "obligations", "register"))
    async with database.unit(OPERATOR, "test") as uow:
        told = {"private": True} | changes
        assert await uow.webhooks.add("county", receiver.url, receiver.secret, topics, **told)


async def submit(database: Database, worker: Actor, name: str) -> None:
    async with database.unit(worker, "test") as uow:
        await uow.submissions.add(record(name, worker, entered_at=database.clock.now()))


async def owe(database: Database, number: int, **changes: Any) -> None:
    """A duty about the grandmother of household A, due tomorrow."""
    now = database.clock.now()
    row = {
        **{"id": number, "area_code": world.GRID, "subject_kind": "person", "subject_id": 1},
        **{"rule_id": "E03", "rule_version": 1, "rule_region": "99", "period_key": f"p{number}"},
        **{"first": date(2026, 11, 1), "last": date(2026, 11, 30), "opens": now},
        **{"due_soon": now, "due": now, "overdue": now + timedelta(days=1), "role": "grid_worker"},
        **{"opens_on": now.date(), "due_on": now.date(), "provisional": False},
    }
    async with database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(insert(obligation).values(row | changes))


async def tell(database: Database) -> None:
    await Webhooks(database).tell()


async def dead(database: Database) -> list[DeadCall]:
    async with database.unit(OPERATOR, "test") as uow:
        return list(await uow.webhooks.dead(9))


async def test_a_record_is_told_once_in_codes(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock
) -> None:
    await submit(database, worker, "uuid:before")
    clock.turn(seconds=1)
    await hook(database, receiver, topics=("submissions",))
    await submit(database, worker, "uuid:1")
    await tell(database)
    await tell(database)
    assert [one["data"]["instance_id"] for one in receiver.told] == ["uuid:1"]
    assert receiver.events == ["submission.created"]
    told = json.dumps(receiver.told, ensure_ascii=False)
    assert "answers" not in receiver.told[0]["data"]
    assert not [secret for secret in world.SECRETS if secret in told]


async def test_answers_go_only_where_the_operator_says_so(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver, answers=True)
    await submit(database, worker, "uuid:1")
    await tell(database)
    assert isinstance(receiver.told[0]["data"]["answers"], dict)


async def test_duties_are_told_when_overdue_and_when_ended(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock
) -> None:
    await hook(database, receiver, topics=("obligations",))
    await owe(database, 1)
    await owe(database, 2)
    await tell(database)
    assert receiver.told == []
    clock.turn(days=2)
    await tell(database)
    assert receiver.events == ["obligation.overdue"] * 2
    assert receiver.told[0]["data"]["subject_code"] == "PA00001"
    assert receiver.told[0]["data"]["state"] == "overdue"
    async with database.unit(SYSTEM, "test") as uow:
        change = update(obligation).where(obligation.c.id == 2)
        await uow.connection.execute(change.values(ended="done_late", ended_at=clock.now()))
    await tell(database)
    assert receiver.events[2:] == ["obligation.ended"]
    assert receiver.told[2]["data"]["state"] == "done_late"


async def test_a_duty_that_opens_overdue_is_told_once(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    now = database.clock.now()
    await owe(database, 1, overdue=now - timedelta(days=9))
    await hook(database, receiver, topics=("obligations",), area=world.TOWNSHIP)
    await owe(database, 2, overdue=now - timedelta(days=9))
    await owe(database, 3, overdue=now - timedelta(days=9), ended="done_late")
    await tell(database)
    await tell(database)
    assert [(one["type"], one["data"]["id"]) for one in receiver.told] == [
        ("obligation.overdue", 2)
    ]


async def test_the_area_that_a_household_left_hears_of_it(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver, topics=("register",), area=world.OTHER_TOWNSHIP)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.record("move", f"HA00001:{world.OTHER_TOWNSHIP}001:{world.GRID}")
        await uow.record("move", f"HA00001:{world.SIBLING_GRID}:{world.GRID}")
    await tell(database)
    (told,) = receiver.told
    assert told["data"]["area_code"] == world.GRID
    assert told["data"]["former_area_code"] == f"{world.OTHER_TOWNSHIP}001"


async def test_a_change_of_the_register_is_told_by_its_code(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver, topics=("register",))
    async with database.unit(OPERATOR, "test") as uow:
        await uow.record("change_phone", "PA00001")
        await uow.record("open", "PA00001")
        await uow.record("move", f"HA00001:{world.GRID}:{world.SIBLING_GRID}")
    await tell(database)
    assert [one["data"] for one in receiver.told] == [
        {
            "action": "change_phone",
            "subject_kind": "person",
            "subject_code": "PA00001",
            "area_code": world.GRID,
        },
        {
            "action": "move",
            "subject_kind": "household",
            "subject_code": "HA00001",
            "area_code": world.GRID,
            "former_area_code": world.GRID,
        },
    ]


async def test_nothing_of_another_area_is_told(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock
) -> None:
    await hook(database, receiver, area=world.OTHER_TOWNSHIP)
    await submit(database, worker, "uuid:1")
    await owe(database, 1)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.record("change_phone", "PA00001")
        await uow.record("change_phone", "PD00001")
    clock.turn(days=2)
    await tell(database)
    assert [one["data"]["subject_code"] for one in receiver.told] == ["PD00001"]


@pytest.mark.parametrize("fault", [500, 503, 429, 404, 301, 400, CUT])
async def test_what_failed_is_told_again_later_under_the_same_id(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock, fault: int
) -> None:
    await hook(database, receiver)
    await submit(database, worker, "uuid:1")
    receiver.faults = [fault]
    await tell(database)
    await tell(database)
    assert (receiver.calls, receiver.told) == (1, [])
    clock.turn(minutes=1)
    await tell(database)
    assert (receiver.calls, receiver.events) == (2, ["submission.created"])
    assert receiver.ids == ["msg_1_1"]


async def test_what_one_call_is_refused_for_does_not_hold_up_the_next(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver)
    for number in range(3):
        await submit(database, worker, f"uuid:{number}")
    receiver.faults = [422]
    await tell(database)
    assert [one["data"]["instance_id"] for one in receiver.told] == ["uuid:1", "uuid:2"]


async def test_a_receiver_in_trouble_is_not_asked_for_each_call(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver)
    for number in range(5):
        await submit(database, worker, f"uuid:{number}")
    receiver.faults = [500] * 5
    teller = Webhooks(database)
    for _ in range(3):
        await teller.tell()
    assert receiver.calls == 1


async def test_after_many_attempts_a_call_is_dead_until_it_is_asked_for_again(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock
) -> None:
    await hook(database, receiver)
    await submit(database, worker, "uuid:1")
    receiver.faults = [500] * ATTEMPTS
    for _ in range(ATTEMPTS + 1):
        await tell(database)
        clock.turn(hours=7)
    assert receiver.calls == ATTEMPTS
    assert [(one.name, one.thing, one.error) for one in await dead(database)] == [
        ("county", "uuid:1", "server")
    ]
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.webhooks.retry("county") == 1
    await tell(database)
    assert receiver.events == ["submission.created"]
    assert await dead(database) == []


async def test_what_waits_for_a_receiver_in_trouble_waits_no_longer_than_the_first(
    database: Database, worker: Actor, receiver: Receiver, clock: TurnedClock
) -> None:
    await hook(database, receiver)
    for number in range(3):
        await submit(database, worker, f"uuid:{number}")
    receiver.faults = [503] * (ATTEMPTS + 1)
    for attempt in range(ATTEMPTS):
        if attempt == ATTEMPTS - 1:
            await submit(database, worker, "uuid:late")
        await tell(database)
        clock.turn(hours=7)
    assert {one.thing for one in await dead(database)} == {"uuid:0", "uuid:1", "uuid:2"}
    await tell(database)
    clock.turn(hours=7)
    await tell(database)  # it is well again
    assert [one["data"]["instance_id"] for one in receiver.told] == ["uuid:late"]


async def test_two_replicas_leave_a_receiver_in_trouble_alone(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver)
    await submit(database, worker, "uuid:1")
    receiver.faults = [500] * 5
    for _ in range(3):
        await Webhooks(database).tell()
    assert receiver.calls == 1


async def test_sending_again_wakes_a_receiver_that_is_left_alone(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver)
    await submit(database, worker, "uuid:1")
    await submit(database, worker, "uuid:2")
    receiver.faults = [500]
    await tell(database)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.webhooks.retry("county") == 1
    await tell(database)
    assert len(receiver.told) == 2


async def test_a_receiver_that_rests_by_a_clock_that_was_ahead_is_asked_again_soon(
    database: Database, clock: TurnedClock, receiver: Receiver, worker: Actor
) -> None:
    await hook(database, receiver)
    clock.jump(days=1)
    await submit(database, worker, "uuid:1")
    receiver.faults = [503, 400]
    await Webhooks(database).tell()
    clock.jump(days=-1)

    async def calls() -> int:
        async with database.unit(SYSTEM, "clock") as uow:
            await call_back(uow.connection, uow.now)
        await Webhooks(database).tell()
        return receiver.calls

    assert await calls() == 2  # no rest is as long as a day
    assert await calls() == 2  # what the right clock puts off waits
    clock.turn(minutes=2)
    assert await calls() == 3
    assert receiver.events == ["submission.created"]


async def test_two_replicas_tell_each_thing_once(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver)
    for number in range(6):
        await submit(database, worker, f"uuid:{number}")
    async with database.unit(OPERATOR, "test") as uow:
        hooks = await uow.webhooks.all()
    await asyncio.gather(*(Teller(database).tell(hooks) for _ in range(2)))
    assert len(receiver.told) == receiver.calls == 6


async def test_an_address_of_our_own_network_is_not_called_unless_allowed(
    database: Database, worker: Actor, receiver: Receiver
) -> None:
    await hook(database, receiver, private=False)
    await submit(database, worker, "uuid:1")
    await tell(database)
    assert receiver.calls == 0


def test_waits_grow_to_some_hours() -> None:
    waits = [wait(number) for number in range(1, ATTEMPTS + 1)]
    assert timedelta(seconds=24) <= waits[0] <= timedelta(seconds=30)
    assert timedelta(hours=4) <= waits[-1] <= timedelta(hours=6)
