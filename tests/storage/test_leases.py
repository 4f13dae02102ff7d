"""Of several processes one has a lease, until it gives it up or does not renew it."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.leases import TERM, DatabaseLease
from tests.clock import TurnedClock


async def test_one_of_many_that_want_a_lease_has_it(database: Database) -> None:
    wanting = [DatabaseLease(database, "poll") for _ in range(5)]
    assert sorted(await asyncio.gather(*(one.take() for one in wanting))) == [*[False] * 4, True]


async def test_who_renews_it_keeps_it(database: Database, clock: TurnedClock) -> None:
    first, second = DatabaseLease(database, "poll"), DatabaseLease(database, "poll")
    assert await first.take()
    for _ in range(3):
        clock.turn(seconds=TERM.total_seconds() - 1)
        assert await first.take()
        assert not await second.take()


async def test_who_does_not_renew_it_loses_it_and_may_not_have_it_back(
    database: Database, clock: TurnedClock
) -> None:
    first, second = DatabaseLease(database, "poll"), DatabaseLease(database, "poll")
    assert await first.take()
    clock.turn(seconds=TERM.total_seconds())
    assert await second.take()
    assert not await first.take()


async def test_what_is_given_up_is_free_at_once(database: Database) -> None:
    first, second = DatabaseLease(database, "poll"), DatabaseLease(database, "poll")
    assert await first.take()
    await second.give_up()
    assert not await second.take()
    await first.give_up()
    assert await second.take()


async def test_leases_of_other_names_are_other_leases(database: Database) -> None:
    assert await DatabaseLease(database, "poll").take()
    assert await DatabaseLease(database, "back up").take()
