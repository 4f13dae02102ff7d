"""Records are approved or sent back by who oversees them, and by nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.corrections import RETURNED
from storage.database import Database
from storage.policy import NOBODY, Actor, Role
from storage.reviews import APPROVED, Review, Reviewed, Reviews
from tests import world
from tests.clock import TurnedClock
from tests.storage.test_corrections import correct, filed
from tests.storage.test_submissions import add, published, record, worker

__all__ = ["published", "worker"]  # fixtures


@pytest.fixture
async def above(published: Database) -> Actor:
    return await world.hire(published, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)


async def read(database: Database, actor: Actor, root: str = "uuid:1") -> Reviewed | None:
    async with database.unit(actor, "test") as uow:
        return await Reviews(uow.connection, uow.actor, uow.clock).record(root)


async def decide(database: Database, actor: Actor, decision: str, ref: str | None = None) -> None:
    found = await read(database, actor)
    assert found and actor.account_id
    async with database.unit(actor, "test") as uow:
        review = Review(
            root_id=found.root_id,
            instance_id=found.instance_id,
            decision=decision,
            ref=ref,
            reason="再量一次" if decision == RETURNED else None,
            account_id=found.account_id,
            decided_by=actor.account_id,
            decided_at=uow.now,
        )
        await Reviews(uow.connection, uow.actor, uow.clock).decide(review)


async def test_what_is_said_is_said_of_a_version(
    published: Database, worker: Actor, above: Actor, clock: TurnedClock
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    found = await read(published, above)
    assert found and (found.decision, found.current) == (None, False)
    await decide(published, above, RETURNED, "/data/depth")
    found = await read(published, above)
    assert found and (found.decision, found.current) == (RETURNED, True)
    await correct(published, worker, "uuid:1", "uuid:2", "B", clock=clock)
    found = await read(published, above)
    assert found and (found.instance_id, found.decision, found.current) == (
        *("uuid:2", RETURNED),
        False,
    )
    await decide(published, above, APPROVED)
    found = await read(published, above)
    assert found and (found.decision, found.current) == (APPROVED, True)


async def test_its_author_is_told_where_and_why_and_gets_time(
    published: Database, worker: Actor, above: Actor, clock: TurnedClock
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    clock.turn(days=60)
    late = await filed(published, worker)
    today = clock.now().date()
    assert late and not late.correctable(today) and late.reason is None
    await decide(published, above, RETURNED, "/data/depth")
    back = await filed(published, worker)
    assert back and (back.reason, back.ref) == ("再量一次", "/data/depth")
    assert back.correctable(today) and not back.correctable(today + timedelta(15))
    await correct(published, worker, "uuid:1", "uuid:2", "B", clock=clock)
    done = await filed(published, worker)
    assert done and done.reason is None and not done.correctable(today)


async def test_nobody_else_reads_the_record(
    published: Database, worker: Actor, above: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    other = Actor(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, account_id=above.account_id)
    for actor in (worker, other, NOBODY):
        assert await read(published, actor) is None
    assert await read(published, above, "uuid:9") is None
    assert await read(published, above) is not None


async def test_a_record_from_elsewhere_has_no_interview(
    published: Database, worker: Actor, above: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker))
    found = await read(published, above)
    assert found and found.visit_date == date(2026, 11, 20)
    async with published.unit(above, "test") as uow:
        reviews = Reviews(uow.connection, uow.actor, uow.clock)
        assert found.interview_id is None and await reviews.interview(found) is None
