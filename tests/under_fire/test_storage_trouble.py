"""The database is in trouble for a while: nothing that was accepted is lost, and people who write
meanwhile are answered afterwards, without anybody's help."""

from __future__ import annotations

import pytest

from tests.contract.house import Kind
from tests.under_fire import troubles
from tests.under_fire.fire import lit
from tests.under_fire.ground import Ground
from tests.under_fire.postgres import CrashingServer

SEED = 10
PEOPLE = 10


@pytest.mark.parametrize("kind", ["aiogram webhook", "web"])
async def test_a_full_disk(kind: Kind, ground: Ground) -> None:
    async with lit(ground, kind, SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.full_disk(fire, 2))
    print(f"{kind}, disk full: {outcome}")
    outcome.check()


async def test_a_database_that_another_process_locks_beyond_the_time_out(ground: Ground) -> None:
    async with lit(ground, "ptb webhook", SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.locked(fire, 12.0))
    print(f"locked: {outcome}")
    outcome.check()


@pytest.mark.parametrize("kind", ["aiogram polling", "web"])
async def test_postgresql_restarts_in_the_middle_of_steps(
    kind: Kind, shared_ground: Ground, crashing: CrashingServer
) -> None:
    async with lit(shared_ground, kind, SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.crashes(fire, crashing, 2))
    print(f"{kind}, PostgreSQL restarted: {outcome}")
    outcome.check()
