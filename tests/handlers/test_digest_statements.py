"""What the message of the day asks of PostgreSQL: the same, however much a worker owes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

import pytest
from sqlalchemy import event

from handlers.preparing import prepared
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.digests import fill
from scheduler.intents import DIGEST
from scheduler.manners import Manners
from storage.database import Database
from storage.outbox import Parcel
from storage.policy import SYSTEM, Role
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import SHANGHAI, rule

pytestmark = pytest.mark.parametrize("engine", ["postgresql"])

FEW: Final = 1
MANY: Final = 20
"""People in each home: two pages of duties and more."""

DUE: Final = date(2026, 9, 28)
MOST: Final = 5
"""Statements to write one digest, and to queue one beside others."""


@pytest.fixture
async def place(database: Database, clock: TurnedClock) -> Place:
    """A worker of whom little is due this week, one of whom much is, and a chat of each."""
    homes = rule(id="T02", population={"subject": "household"})
    here = await settle(database, clock, date(2026, 9, 2), ground(rule(), homes))
    other = await world.hire(database, Role.GRID_WORKER, world.SIBLING_GRID)
    for area, n in ((world.GRID, FEW), (world.SIBLING_GRID, MANY)):
        for home in range(2):
            people = [someone(f"P{n}{home}{k}") for k in range(n)]
            await here.enter(*people, code=f"H{n}{home}", area=area)
    await here.tick(DUE)
    for actor in (here.worker, other):
        async with database.unit(SYSTEM, "test") as uow:
            chat = await uow.conversations.load("paper", f"chat-{actor.account_id}", "zh")
            await uow.conversations.bind(chat, account_id=actor.account_id, person_id=None)
    return here


async def test_a_digest_is_written_with_few_statements_however_much_is_in_it(place: Place) -> None:
    assert await fill(place.database, SHANGHAI, Manners()) == 2
    house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: place.ground)
    write = prepared(house)[DIGEST]
    asked = []
    for parcel in await _parcels(place):
        async with place.database.unit(SYSTEM, "test") as uow:
            with _statements(place.database) as heard:
                reply = await write(uow, parcel)
        assert reply is not None
        asked.append(list(heard))
    few, many = asked
    assert len(few) == len(many) <= MOST, "\n".join(many)


async def test_digests_are_queued_with_few_statements_each(place: Place) -> None:
    with _statements(place.database) as heard:
        assert await fill(place.database, SHANGHAI, Manners()) == 2
    about_all = [one for one in heard if "INSERT" not in one and "UPDATE" not in one]
    assert len(heard) - len(about_all) <= 2 * MOST, "\n".join(heard)
    assert len(about_all) <= MOST, "\n".join(about_all)


async def _parcels(place: Place) -> list[Parcel]:
    async with place.database.unit(SYSTEM, "test") as uow:
        heads = await uow.outbox.heads(["paper"], limit=10)
    return [one for one in heads if one.kind == DIGEST]


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked, without its values."""
    heard: list[str] = []

    def hear(*said: object) -> None:
        heard.append(str(said[2]))

    engine = database.engines.main.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)
