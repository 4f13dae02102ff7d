"""``kill -9`` at random instants while thirty people fill in a form of ten questions."""

from __future__ import annotations

import pytest

from tests.contract.house import EVERY, Kind
from tests.under_fire import troubles
from tests.under_fire.fire import Fire, lit
from tests.under_fire.ground import Ground

SEED = 4
KILLS = 10
PEOPLE = 30
A_FEW = 3


@pytest.mark.parametrize("kind", EVERY)
async def test_nothing_is_lost_or_doubled_and_nobody_is_stuck(kind: Kind, ground: Ground) -> None:
    async with lit(ground, kind, SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.kills(fire, KILLS))
    print(f"{kind}: {outcome}")
    outcome.check()
    assert outcome.submitted >= PEOPLE
    assert (outcome.twice_by_one, outcome.late) == ([], [])
    if kind == "web":  # the page knows which line it has; Telegram can't tell what it was told
        assert outcome.twice == 0


async def test_one_process_on_postgresql_is_killed(shared_ground: Ground) -> None:
    async def kills(fire: Fire) -> None:
        await troubles.kills(fire, A_FEW)
        await shared_ground.let_claims_run_out()  # nobody here waits half a minute

    async with lit(shared_ground, "ptb polling", SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(kills(fire))
    print(f"on PostgreSQL: {outcome}")
    outcome.check()
    assert outcome.submitted >= PEOPLE
